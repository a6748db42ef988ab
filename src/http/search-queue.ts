/**
 * One search goes through some twenty lists, and somebody who types asks for one with every word. So a person has one under
 * way and one that waits: the latest, since nobody looks at the answers before it any more. All of them together hold few
 * connections, so that who searches keeps nobody from deciding.
 */
import { accept, type Outcome, reject } from "../domain/rejection.ts";

export type QueueSearch = <T>(person: string, work: () => Promise<T>) => Promise<Outcome<T>>;

const MOST_AT_ONCE = 4;
const MOST_WAITING = 64;

type Go = (isTurn: boolean) => void;

/** `too_many_requests` for one that a later one took the place of, and where too many wait. */
export function searchQueue(): QueueSearch {
  /** Whoever has one under way or in the line, and the one that waits for it. */
  const persons = new Map<string, { next: Go | null }>();
  const line: Go[] = [];
  let under = 0;
  const ofPerson = (person: string): Promise<boolean> => {
    const own = persons.get(person);
    if (own === undefined) {
      persons.set(person, { next: null });
      return Promise.resolve(true);
    }
    own.next?.(false);
    return new Promise((go) => {
      own.next = go;
    });
  };
  const ofAll = (): Promise<boolean> => {
    if (under < MOST_AT_ONCE) {
      under++;
      return Promise.resolve(true);
    }
    return line.length >= MOST_WAITING ? Promise.resolve(false) : new Promise((go) => line.push(go));
  };
  const leaveAll = () => {
    const next = line.shift();
    if (next === undefined) under--;
    else next(true);
  };
  const leavePerson = (person: string) => {
    const own = persons.get(person);
    const next = own?.next ?? null;
    if (own === undefined || next === null) persons.delete(person);
    else {
      own.next = null;
      next(true);
    }
  };
  return async (person, work) => {
    if (!(await ofPerson(person))) return tooMany("a later search took its place");
    try {
      if (!(await ofAll())) return tooMany("many people search just now; try again in a moment");
      try {
        return accept(await work());
      } finally {
        leaveAll();
      }
    } finally {
      leavePerson(person);
    }
  };
}

function tooMany(message: string) {
  return reject("too_many_requests", message);
}
