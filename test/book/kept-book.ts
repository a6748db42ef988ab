/** A tenant's book as one process keeps it, beside the book that another would load whole. */
import assert from "node:assert/strict";
import type { TenantId } from "../../src/domain/ids.ts";
import type { Book } from "../../src/policy/book/book.ts";
import type { BookContents } from "../../src/policy/book/contents.ts";
import { createBooks, type Run } from "../../src/store/books.ts";
import { call } from "../../src/store/database.ts";
import type { OpenStore } from "../../src/store/open-store.ts";

export interface Refreshed {
  readonly book: Book;
  /** How many rows were read, and whether they were the whole of it; null where nothing was. */
  readonly read: { readonly rows: number; readonly whole: boolean } | null;
}

export function keptBook(opened: OpenStore, tenantId: TenantId) {
  const kept = createBooks();
  let read: Refreshed["read"] = null;
  const run: Run = async (statement) => {
    const { rows } = await call(opened.pools.calls, statement);
    read = { rows: rows.length - 1, whole: rows[0]?.body === true };
    return rows as never;
  };
  const version = async (): Promise<number> => {
    const text = "SELECT policy_version_of($1) AS version";
    const { rows } = await call(opened.pools.calls, { name: "version", text, values: [tenantId] });
    return Number(rows[0]?.version);
  };
  const known = async (books: typeof kept): Promise<Book> => {
    const found = await books.atLeast(tenantId, await version(), run);
    assert.ok(found !== null);
    return found;
  };
  return {
    version,
    /** As this process keeps it, brought up to date. */
    async refreshed(): Promise<Refreshed> {
      read = null;
      const book = await known(kept);
      return { book, read };
    },
    whole: () => known(createBooks()),
  };
}

/** The refreshed book says what the whole one does; returns how it came about. */
export async function assertRefreshed(one: ReturnType<typeof keptBook>): Promise<Refreshed> {
  const [refreshed, whole] = [await one.refreshed(), await one.whole()];
  assert.equal(refreshed.book.version, whole.version);
  assert.deepEqual(sayable(refreshed.book.contents), sayable(whole.contents));
  return refreshed;
}

/** In one order, for a map's is that of how it was filled. A group's members have none. */
function sayable(contents: BookContents): unknown {
  return Object.entries(contents).map(([kind, rows]) => [
    kind,
    [...(rows as ReadonlyMap<string, unknown>)]
      .map(([key, row]) => [key, kind === "members" && Array.isArray(row) ? [...row].sort() : row])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  ]);
}
