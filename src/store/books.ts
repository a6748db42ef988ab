/** The books this process keeps: each tenant's at the newest version it has heard of, brought up to date by what changed. */
import { asId, type ObjectId, type TenantId } from "../domain/ids.ts";
import type { Principal, PrincipalRef } from "../domain/principal.ts";
import type { DescribeTarget } from "../domain/target-traits.ts";
import { type Book, makeBook } from "../policy/book/book.ts";
import { type Books, booksOf } from "../policy/book/books.ts";
import {
  type BookContents,
  type BookKind,
  type BookRow,
  emptyContents,
  withRows,
} from "../policy/book/contents.ts";
import type { Statement } from "./database.ts";

/** Sends one statement, wherever that is: on a connection of the pool, or within a transaction. */
export interface Run {
  <Row extends object>(statement: Statement): Promise<Row[]>;
  /** Within a transaction. */
  readonly holdsConnection?: true;
}

/** The statement that reads a book. */
export const BOOK_ROWS = "book_rows";

export interface KeptBooks {
  /** As it is kept; null where it is not. */
  kept(tenantId: TenantId): Book | null;
  /** The book at this version or a newer one; null where there is no such tenant. */
  atLeast(tenantId: TenantId, version: number, run: Run): Promise<Book | null>;
  /** What follows from these rows. It is not kept: they are not committed, and nobody else may have it. */
  following(before: Book, rows: readonly BookRow[]): Book;
  /** How many there are. */
  size(): number;
  /** All of them are read anew: the same version may say something else now. */
  forget(): void;
}

export type Versions = Readonly<Record<string, number>>;

/** At what version the policy of these tenants is; a tenant that there is not has none. */
export async function policyVersions(tenantIds: readonly TenantId[], run: Run): Promise<Versions> {
  const [row] = await run<{ versions: Versions | null }>({
    name: "policy_versions",
    text: "SELECT policy_versions($1::uuid[]) AS versions",
    values: [[...new Set(tenantIds)]],
  });
  return row?.versions ?? {};
}

/** Each at its version or a newer one. */
export async function booksAtLeast(kept: KeptBooks, versions: Versions, run: Run): Promise<Books> {
  const found: Book[] = [];
  for (const [id, version] of Object.entries(versions)) {
    const book = await kept.atLeast(asId<TenantId>(id), version, run);
    if (book !== null) found.push(book);
  }
  return booksOf(found);
}

// Books that nobody asked for the longest make room.
const MOST_KEPT = 500;

export function createBooks(describe?: DescribeTarget, onRead: () => void = () => {}): KeptBooks {
  const books = new Map<TenantId, Book>();
  const reading = new Map<TenantId, Promise<Book | null>>();
  let forgotten = 0;

  const keep = (book: Book): Book => {
    const now = books.get(book.tenantId);
    const newest = now !== undefined && now.version > book.version ? now : book;
    books.delete(book.tenantId);
    books.set(book.tenantId, newest);
    const [oldest] = books.keys();
    if (books.size > MOST_KEPT && oldest !== undefined) books.delete(oldest);
    return newest;
  };
  const refresh = async (tenantId: TenantId, run: Run): Promise<Book | null> => {
    const before = forgotten;
    onRead();
    const book = await readBook(tenantId, books.get(tenantId) ?? null, run, describe);
    if (before !== forgotten) return refresh(tenantId, run);
    return book === null ? null : keep(book);
  };
  return {
    following: (before, rows) => makeBook(before.version + 1, withRows(before.contents, rows), describe),
    size: () => books.size,
    forget() {
      forgotten++;
      books.clear();
    },
    kept(tenantId) {
      const book = books.get(tenantId);
      if (book !== undefined) keep(book);
      return book ?? null;
    },
    async atLeast(tenantId, version, run) {
      for (;;) {
        const book = books.get(tenantId);
        if (book !== undefined && book.version >= version) return keep(book);
        // Many who wait for the same news read it once; but whoever holds a connection must not wait for one who needs one.
        if (run.holdsConnection) return newEnough(tenantId, version, await refresh(tenantId, run));
        const under = reading.get(tenantId);
        if (under !== undefined) {
          await under.catch(() => null);
          const now = books.get(tenantId);
          if (now !== undefined && now.version >= version) return now;
        }
        if (reading.has(tenantId)) continue;
        const mine = refresh(tenantId, run).finally(() => reading.delete(tenantId));
        reading.set(tenantId, mine);
        return newEnough(tenantId, version, await mine);
      }
    },
  };
}

function newEnough(tenantId: TenantId, version: number, read: Book | null): Book | null {
  if (read === null || read.version >= version) return read;
  throw new Error(`the policy of tenant ${tenantId} stands at ${read.version}, not yet at ${version}`);
}

export interface StoredRow {
  readonly kind: string;
  readonly key: string;
  readonly body: unknown;
}

async function readBook(
  tenantId: TenantId,
  before: Book | null,
  run: Run,
  describe?: DescribeTarget,
): Promise<Book | null> {
  const [head, ...rows] = await run<StoredRow>({
    name: BOOK_ROWS,
    text: "SELECT kind, key, body FROM book_rows($1, $2)",
    values: [tenantId, before?.version ?? -1],
  });
  if (head === undefined) return null;
  const whole = head.body === true;
  if (!whole && before === null) return readBook(tenantId, null, run, describe);
  const contents: BookContents = before === null || whole ? emptyContents() : before.contents;
  return makeBook(Number(head.key), withRows(contents, rows.map(bookRow)), describe);
}

export function bookRow({ kind, key, body }: StoredRow): BookRow {
  if (kind !== "principal" || body === null) return { kind: kind as BookKind, key, body } as BookRow;
  const json = body as PrincipalJson & { readonly name: string };
  return { kind, key, body: { ...principalOf(json), name: json.name } };
}

/** As the database's functions answer about a principal. */
export interface PrincipalJson {
  readonly tenantId: TenantId;
  readonly objectId: ObjectId;
  readonly kind: Principal["kind"];
  readonly displayName: string;
  readonly email: string | null;
  readonly linkedTenantId: TenantId | null;
  readonly linkedObjectId: ObjectId | null;
  readonly deletedAt: Principal["deletedAt"];
  readonly lock: Principal["lock"];
  readonly owners: readonly ObjectId[];
}

export function principalOf(json: PrincipalJson): Principal {
  const { tenantId, objectId, displayName, deletedAt, lock, owners } = json;
  const base = { tenantId, objectId, displayName, deletedAt, lock };
  if (json.kind !== "user") return { ...base, kind: json.kind, owners };
  return { ...base, kind: "user", email: json.email ?? "", linkedTo: linkOf(json) };
}

function linkOf({ linkedTenantId, linkedObjectId }: PrincipalJson): PrincipalRef | null {
  if (linkedTenantId === null || linkedObjectId === null) return null;
  return { tenantId: linkedTenantId, objectId: asId<ObjectId>(linkedObjectId) };
}
