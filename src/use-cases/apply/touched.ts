/** What a change of configuration does to live access, to waiting requests and to other rules, told before it is made. */
import type { AccessRequest } from "../../domain/access-request.ts";
import { isLost, LOST_BECAUSE } from "../../domain/grant.ts";
import type { TenantId } from "../../domain/ids.ts";
import type { Book } from "../../policy/book/book.ts";
import { type Books, booksOf } from "../../policy/book/books.ts";
import { dependentsOf, type Touched as TouchedObjects, touchedBy } from "../../policy/dependents.ts";
import { describeGrant, describeRequest, nameOf } from "../notifications/wording.ts";
import type { Tx } from "../ports.ts";
import { partiesOf } from "../views/request-view.ts";
import type { ApplyRun, Concerned } from "./apply-run.ts";

/** Of one change that touches more than this, the rest is looked at when it is made, as all of it is. */
const MOST = 500;

export interface Touched {
  readonly items: readonly TouchedItem[];
  /** There may be more than was looked at. */
  readonly more: boolean;
}

export interface TouchedItem {
  readonly kind: "grant" | "request" | "rule";
  /** Of a tier its name. */
  readonly id: string;
  readonly sentence: string;
}

/** Each tenant's book as it is before anything changes: read when its turn has come. */
export async function booksBefore(
  run: ApplyRun,
  tenants: readonly Concerned[],
): Promise<Map<TenantId, Book>> {
  const books = await run.root.books(tenants.map(({ id }) => id));
  return new Map(tenants.flatMap(({ id }) => (books.has(id) ? [[id, books.of(id)] as const] : [])));
}

export async function touchedIn(run: ApplyRun, before: ReadonlyMap<TenantId, Book>): Promise<Touched> {
  const found: Touched[] = [];
  for (const [id, book] of before)
    found.push(await run.root.inside(id, (tx) => touchedOf(tx, book, run.now)));
  return { items: found.flatMap(({ items }) => items), more: found.some(({ more }) => more) };
}

async function touchedOf(tx: Tx, before: Book, now: ApplyRun["now"]): Promise<Touched> {
  const changed = await tx.dependents.changed(before);
  if (changed === null) return { items: [], more: false };
  const hanging = await tx.dependents.hangingOn(dependentsOf(before, changed.after, changed.rows), MOST);
  const { grants, requests } = hanging;
  const others = (
    await tx.books(tenantsIn([...grants.map(({ grant }) => grant), ...requests]))
  ).loaded.filter(({ tenantId }) => tenantId !== tx.tenantId);
  const books = { before: booksOf([before, ...others]), after: booksOf([changed.after, ...others]) };
  const found = touchedBy({ ...books, home: tx.tenantId, changed: changed.rows }, hanging, now);
  return { items: itemsOf(books.before, found), more: grants.length === MOST || requests.length === MOST };
}

function tenantsIn(
  all: readonly Pick<AccessRequest, "tenantId" | "otherTenantId" | "beneficiary">[],
): TenantId[] {
  return [...partiesOf(all), ...all.map(({ beneficiary }) => beneficiary.tenantId)];
}

function itemsOf(books: Books, { ends, stranded, undecidable }: TouchedObjects): TouchedItem[] {
  return [
    ...ends.map(({ grant, cause }): TouchedItem => {
      const because = isLost(cause) ? LOST_BECAUSE[cause] : cause;
      const whose = nameOf(books, grant.beneficiary);
      const sentence = `${whose} loses ${describeGrant(books, grant)}: ${because}`;
      return { kind: "grant", id: grant.id, sentence };
    }),
    ...stranded.map((request): TouchedItem => {
      const sentence = `nobody could decide ${describeRequest(books, request).whose} any more`;
      return { kind: "request", id: request.id, sentence };
    }),
    ...undecidable.map(({ kind, id, name }): TouchedItem => {
      return { kind: "rule", id, sentence: `nobody could approve by ${kind} \`${name}\` any more` };
    }),
  ];
}
