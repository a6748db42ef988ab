/** Pages of what a client's own filter lets through: the store's list is read on until the page is full. */
import { accept, type Outcome } from "../../domain/rejection.ts";

export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page begins; null at the end. */
  readonly after: string | null;
}

export interface PageAsk {
  readonly limit: number;
  readonly after?: string | undefined;
}

// What a list is filtered by may be rare: looked at in so many steps, a page may hold fewer than asked for.
const MAX_STEPS = 20;
const AT_ONCE = 500;

/** `positionOf`: where the list goes on after an item. */
export async function filled<T>(
  { limit, after }: PageAsk,
  read: (ask: { readonly limit: number; readonly after?: string }) => Promise<Outcome<Page<T>>>,
  keep: (one: T) => boolean,
  positionOf: (one: T) => string,
): Promise<Outcome<Page<T>>> {
  const items: T[] = [];
  let position = after ?? null;
  for (let step = 0; step < MAX_STEPS; step++) {
    // Most lists are filled by what is read first.
    const most = step === 0 ? limit : AT_ONCE;
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
