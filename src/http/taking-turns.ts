/**
 * Changes of configuration take turns. Each holds a connection for as long as it lasts, so that many at once would leave
 * none for other tenants, nor for the worker that ends their grants.
 */
import { type Outcome, reject } from "../domain/rejection.ts";

export type TakeTurn = <T>(tenantId: string, work: () => Promise<Outcome<T>>) => Promise<Outcome<T>>;

const ALL = "all tenants";
const MOST_AT_ONCE = 4;
const MOST_OF_A_TENANT = 8;
const MOST_WAITING = 64;

/** One at a time for each tenant, four of all; refuses at once where too many wait already. */
export function takingTurns(): TakeTurn {
  const lines = new Map<string, (() => void)[]>();
  const stepIn = async (line: string, atOnce: number, most: number): Promise<boolean> => {
    const inLine = lines.get(line) ?? [];
    if (inLine.length >= most) return false;
    lines.set(line, inLine);
    await new Promise<void>((go) => {
      inLine.push(go);
      if (inLine.length <= atOnce) go();
    });
    return true;
  };
  const stepOut = (line: string, atOnce: number): void => {
    const inLine = lines.get(line) ?? [];
    inLine.shift();
    inLine[atOnce - 1]?.();
    if (inLine.length === 0) lines.delete(line);
  };
  return async (tenantId, work) => {
    if (!(await stepIn(tenantId, 1, MOST_OF_A_TENANT))) return tooMany();
    try {
      if (!(await stepIn(ALL, MOST_AT_ONCE, MOST_WAITING))) return tooMany();
      try {
        return await work();
      } finally {
        stepOut(ALL, MOST_AT_ONCE);
      }
    } finally {
      stepOut(tenantId, 1);
    }
  };
}

function tooMany() {
  return reject(
    "too_many_requests",
    "many changes of configuration are waiting already; try again in a moment",
  );
}
