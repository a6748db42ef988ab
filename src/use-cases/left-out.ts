/**
 * Somebody who is refused again and again fills no log with it, and is not hidden by that either: what the log has no
 * room for is counted, and the count is an entry when the minute is over. Counts are this process's, and lost if it is
 * killed; one that is stopped tells them first.
 */
import type { DomainEvent, EventType } from "../domain/event.ts";
import type { TenantId } from "../domain/ids.ts";
import { addMs, formatInstant, type Instant, MINUTE_MS } from "../domain/time.ts";
import type { Caller, Deps, LeftOut } from "./ports.ts";

const MOST_PER_MINUTE = 30;
/** Beyond it, one count for each organisation and type. */
const MOST_COUNTED_APART = 10_000;

interface Count {
  readonly logOf: TenantId;
  readonly first: DomainEvent;
  readonly since: Instant;
  until: Instant;
  count: number;
}

/** @param onAdd told of each that is counted from now on */
export function createLeftOut(onAdd: (by: number) => void = () => {}): LeftOut {
  const counts = new Map<string, Count>();
  return {
    add(logOf, event, at, by = 1) {
      onAdd(by);
      const { actor, subject, type } = event;
      const who = "ref" in actor ? actor.ref.objectId : subject.id;
      const crowd = `${logOf} ${type}`;
      const own = `${crowd} ${who}`;
      const key = counts.has(own) || counts.size < MOST_COUNTED_APART ? own : crowd;
      const known = counts.get(key);
      if (known === undefined) {
        counts.set(key, { logOf, first: event, since: at, until: at, count: by });
        return;
      }
      known.count += by;
      known.until = at;
    },
    take(before) {
      const over = [...counts].filter(([, { since }]) => before === null || since <= before);
      for (const [key] of over) counts.delete(key);
      return over.map(([, { logOf, first, since, until, count }]) => ({ logOf, first, since, until, count }));
    },
  };
}

/** One more entry of somebody's, or one more that is counted: `types` share their room. */
export async function recordBounded(
  { store, clock, leftOut }: Pick<Deps, "store" | "clock" | "leftOut">,
  logOf: TenantId,
  {
    caller,
    types,
    event,
  }: { readonly caller: Caller; readonly types: readonly EventType[]; readonly event: DomainEvent },
): Promise<void> {
  const now = clock.now();
  const isRecorded = await store.inTenant(logOf, async (tx) => {
    const lately = await tx.log.entriesBy(caller.ref, types, addMs(now, -MINUTE_MS), MOST_PER_MINUTE);
    if (lately >= MOST_PER_MINUTE) return false;
    await tx.record([event], now);
    return true;
  });
  if (!isRecorded) leftOut?.add(logOf, event, now);
}

/** Those whose minute is over by `before`, or all. What cannot be written now is counted on, and thrown in the end. */
export async function tellLeftOut(
  { store, clock, leftOut }: Pick<Deps, "store" | "clock" | "leftOut">,
  before: Instant | null,
): Promise<void> {
  let failure: unknown = null;
  for (const one of leftOut?.take(before) ?? []) {
    const { logOf, first, count } = one;
    const [since, until] = [formatInstant(one.since), formatInstant(one.until)];
    const { actor, subject } = first;
    const told: DomainEvent = {
      type: "entries.left_out",
      // Of a refused ask, many others may be among them.
      subject: subject.kind === "principal" ? subject : { kind: "tenant", id: logOf },
      actor,
      parties: [logOf],
      facts: { of: first.type, count, since, until },
      correlationId: first.correlationId,
    };
    try {
      await store.inTenant(logOf, (tx) => tx.record([told], clock.now()));
    } catch (error) {
      leftOut?.add(logOf, first, one.since, count - 1);
      leftOut?.add(logOf, first, one.until);
      failure = error;
    }
  }
  if (failure !== null) throw failure;
}
