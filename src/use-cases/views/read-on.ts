/** Reads a list on, a batch at a time, until as many are kept as were asked for: what is kept only memory can tell. */
import type { Page } from "../ports.ts";

const AT_ONCE = 200;

/** `keep`: of one batch, in its order. */
export async function readOn<T, F extends Page>(
  filter: F,
  read: (filter: F) => Promise<readonly T[]>,
  keep: (batch: readonly T[]) => Promise<readonly T[]>,
  positionOf: (last: T) => string,
): Promise<T[]> {
  const kept: T[] = [];
  const limit = Math.min(filter.limit, AT_ONCE);
  let batch = await read({ ...filter, limit });
  for (;;) {
    kept.push(...(await keep(batch)));
    const last = batch.at(-1);
    if (last === undefined || batch.length < limit || kept.length >= filter.limit) break;
    batch = await read({ ...filter, limit, after: positionOf(last) });
  }
  return kept.slice(0, filter.limit);
}
