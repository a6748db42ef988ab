/** Lists, a page at a time: where one goes on, and how it is read on where only memory can tell what is wanted. */

import { type AccessRequest, requestDueAt } from "../../domain/access-request.ts";
import type { Grant } from "../../domain/grant.ts";
import { accept, type Outcome } from "../../domain/rejection.ts";
import type { Page, PageAsk, Position } from "../ports.ts";

export function positionOfRequest({ createdAt, id }: AccessRequest): Position {
  return { at: createdAt, id };
}

/** Of what is listed by when it must be decided. */
export function positionOfWaiting(request: AccessRequest): Position {
  return { at: requestDueAt(request), id: request.id };
}

export function positionOfGrant({ startsAt, id }: Grant): Position {
  return { at: startsAt, id };
}

/** Where a list goes on after what was found of it; null at its end. */
export function onwards<T>(
  found: readonly T[],
  limit: number,
  positionOf: (last: T) => Position,
): Position | null {
  const last = found.at(-1);
  return last === undefined || found.length < limit ? null : positionOf(last);
}

/** A whole list, as many at a time as the filter says; those that were read may be changed before the next are. */
export async function* everyPage<T, F extends PageAsk>(
  filter: F,
  read: (filter: F) => Promise<readonly T[]>,
  positionOf: (last: T) => Position,
): AsyncGenerator<readonly T[]> {
  for (let after: Position | null | undefined = filter.after; after !== null; ) {
    const batch: readonly T[] = await read(after === undefined ? filter : { ...filter, after });
    yield batch;
    after = onwards(batch, filter.limit, positionOf);
  }
}

const AT_ONCE = 200;

/** A batch at a time until as many are kept as were asked for. `keep`: of one batch, in its order. */
export async function readOn<T, F extends PageAsk>(
  filter: F,
  read: (filter: F) => Promise<readonly T[]>,
  keep: (batch: readonly T[]) => Promise<readonly T[]>,
  positionOf: (last: T) => Position,
): Promise<T[]> {
  const kept: T[] = [];
  const limit = Math.min(filter.limit, AT_ONCE);
  for await (const batch of everyPage({ ...filter, limit }, read, positionOf)) {
    kept.push(...(await keep(batch)));
    if (kept.length >= filter.limit) break;
  }
  return kept.slice(0, filter.limit);
}

// What a client's own filter lets through may be rare: looked at in so many steps, a page may hold fewer than asked for.
const MAX_STEPS = 20;
const AT_ONCE_FILTERED = 500;

/** A page of what `keep` lets through, which says itself where the next one begins. */
export async function filled<T>(
  { limit, after }: PageAsk,
  read: (ask: PageAsk) => Promise<Outcome<Page<T>>>,
  keep: (one: T) => boolean,
  positionOf: (one: T) => Position,
): Promise<Outcome<Page<T>>> {
  const items: T[] = [];
  let position = after ?? null;
  for (let step = 0; step < MAX_STEPS; step++) {
    // Most lists are filled by what is read first.
    const most = step === 0 ? limit : AT_ONCE_FILTERED;
    const found = await read({ limit: most, ...(position === null ? {} : { after: position }) });
    if (!found.ok) return found;
    for (const one of found.value.items) {
      if (!keep(one)) continue;
      if (items.length === limit) return accept({ items, after: positionOf(items.at(-1) ?? one) });
      items.push(one);
    }
    position = found.value.after;
    if (position === null || items.length === limit) break;
  }
  return accept({ items, after: position });
}

/** Where a list comes from: a page at a time as the store has it, or the whole, in the order of its keys. */
export type Source<T> =
  | { read(ask: PageAsk): Promise<Outcome<Page<T>>>; at(one: T): Position }
  | { all(): Promise<Outcome<readonly T[]>>; key(one: T, index: number): string };

/** The key of a whole that is in its order already. */
export function inOrder(_one: unknown, index: number): string {
  return String(index).padStart(4, "0");
}

/** A page of what `keep` lets through of it. */
export async function pageFrom<T>(
  source: Source<T>,
  ask: PageAsk,
  keep: (one: T) => boolean,
): Promise<Outcome<Page<T>>> {
  if ("read" in source) return filled(ask, source.read, keep, source.at);
  const all = await source.all();
  if (!all.ok) return all;
  const { limit, after } = ask;
  const rest = all.value
    .map((one, index) => ({ one, key: source.key(one, index) }))
    .filter(({ one, key }) => keep(one) && (after === undefined || key > after.id))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const last = rest[limit - 1];
  return accept({
    items: rest.slice(0, limit).map(({ one }) => one),
    after: last === undefined || rest.length === limit ? null : { at: null, id: last.key },
  });
}
