/**
 * What a change of configuration does to live access, to waiting requests and to other rules, told before it is made; what
 * would leave nobody to decide is refused unless it was acknowledged (ADR 0026).
 */
import { z } from "zod";
import { type AccessRequest, isPending, requestAt } from "../../domain/access-request.ts";
import { isLost, LOST_BECAUSE } from "../../domain/grant.ts";
import type { AccessRequestId, ObjectId, TenantId } from "../../domain/ids.ts";
import { type Rejection, reject, type TouchedThing } from "../../domain/rejection.ts";
import { BUILT_IN_ROLES } from "../../domain/role-definition.ts";
import { stamp } from "../../domain/stamp.ts";
import { formatInstant, type Instant } from "../../domain/time.ts";
import type { Book } from "../../policy/book/book.ts";
import { type Books, booksOf } from "../../policy/book/books.ts";
import {
  canStrand,
  dependentsOf,
  refusedBy,
  strandedBy,
  type Touched as TouchedObjects,
  touchedBy,
} from "../../policy/dependents.ts";
import {
  canTakeEligibilities,
  eligibilitiesLost,
  type LostEligibility,
} from "../../policy/eligibilities-lost.ts";
import { describeGrant, describeRequest, describeRole, nameOf } from "../notifications/wording.ts";
import type { Tx } from "../ports.ts";
import { partiesOf } from "../views/request-view.ts";
import type { ApplyRun } from "./apply-run.ts";

/** Of one change that touches more access than this, the rest is looked at when it is made, as all of it is. */
const MOST = 500;
// Each is asked every rule, twice.
const MOST_WAITING = 200;
// What waits is looked through to its end, so many at once.
const PAGE = 500;
// An entry has a bound.
const MOST_TOLD = 50;
// An answer names at most so many that are not acknowledged yet; the next answer names the next.
const MOST_NAMED = 500;
// For people, and for surfaces that have nothing but a message.
const MOST_SAID = 20;

/** What one change acknowledges: ids as `touched` names them. */
export const acknowledgeSchema = z.array(z.string().min(1).max(256)).max(5_000);

export interface Touched {
  /** Ids are the thing's own; of a tier, `tenant/name`, and of a built-in role, `tenant/id`. */
  readonly items: readonly TouchedThing[];
  /** More access may end than was looked at. */
  readonly more: boolean;
}

/** Each tenant's book as it is before anything changes: read when its turn has come. */
export async function booksBefore(
  root: Tx,
  tenants: readonly { readonly id: TenantId }[],
): Promise<BooksBefore> {
  const books = await root.books(tenants.map(({ id }) => id));
  return new Map(tenants.flatMap(({ id }) => (books.has(id) ? [[id, books.of(id)] as const] : [])));
}

/** Of the tenants that a change is about, as they were when their turn came. */
export type BooksBefore = ReadonlyMap<TenantId, Book>;

interface Looking {
  readonly now: Instant;
  /** Nothing of it stays: decisions need not wait. */
  readonly dryRun: boolean;
}

export async function touchedIn(root: Tx, before: BooksBefore, looking: Looking): Promise<FoundTouched> {
  const found: FoundTouched["each"][number][] = [];
  for (const [tenantId, book] of before) {
    const touched = await root.inside(tenantId, (tx) => touchedOf(tx, book, looking));
    found.push({ tenantId, ...touched });
  }
  const touched = { items: found.flatMap(({ items }) => items), more: found.some(({ more }) => more) };
  return { touched, each: found };
}

export interface FoundTouched {
  readonly touched: Touched;
  readonly each: readonly (Touched & { readonly tenantId: TenantId })[];
}

/** What was acknowledged is an entry: of whoever made the change, and for every administrator. */
export async function recordAcknowledged(
  root: Tx,
  { each }: FoundTouched,
  { caller, now, correlationId }: Pick<ApplyRun, "caller" | "now" | "correlationId">,
): Promise<void> {
  for (const { tenantId, items } of each) {
    const left = items.filter(isLeftToNobody);
    if (left.length === 0) continue;
    const about = { kind: "tenant", id: tenantId, tenantId, otherTenantId: null, correlationId };
    const named = left.slice(0, MOST_TOLD).map(({ kind, id, sentence }) => ({ kind, id, sentence }));
    const event = stamp("configuration.acknowledged", about, caller, { named, count: left.length });
    await root.inside(tenantId, (tx) => tx.record([event], now));
  }
}

function isLeftToNobody({ kind }: TouchedThing): boolean {
  return kind === "request" || kind === "rule";
}

/** A change that leaves a rule or a waiting request to nobody is refused, unless whoever makes it says that they know. */
export function refusalOf({ items }: Touched, acknowledged: readonly string[]): Rejection | null {
  const known = new Set(acknowledged);
  const left = items.filter((one) => isLeftToNobody(one) && !known.has(one.id));
  if (left.length === 0) return null;
  const touched = left.slice(0, MOST_NAMED);
  const what = touched.slice(0, MOST_SAID).map(({ sentence, id }) => `${sentence} [${id}]`);
  const message = [
    "this leaves nobody to decide; let somebody else decide first, or acknowledge each of these by its id:",
    ...what,
    ...(left.length > what.length ? [`and ${left.length - what.length} more`] : []),
  ].join(what.length === 1 ? " " : "\n");
  return reject("nobody_left", message, { touched }).rejection;
}

async function touchedOf(tx: Tx, before: Book, { now, dryRun }: Looking): Promise<Touched> {
  const changed = await tx.dependents.changed(before);
  if (changed === null) return { items: [], more: false };
  const dependents = dependentsOf(before, changed.after, changed.rows);
  const grants = await tx.dependents.hangingOn(dependents, MOST);
  const booksWith = async (all: readonly Named[]) => {
    const others = (await tx.books(tenantsIn(all))).loaded.filter(({ tenantId }) => tenantId !== tx.tenantId);
    return { before: booksOf([before, ...others]), after: booksOf([changed.after, ...others]) };
  };
  const books = await booksWith(grants.map(({ grant }) => grant));
  const found = touchedBy({ ...books, home: tx.tenantId, changed: changed.rows }, grants, now);
  const items = itemsOf(books.before, before, found);
  if (canStrand(changed.rows)) {
    // Whoever asks a moment later asks by the new rules.
    if (!dryRun) await tx.stopDecisions();
    for (let after: AccessRequestId | null | undefined; after !== null; ) {
      const page = await tx.dependents.pending(after ?? null, PAGE);
      const books = await booksWith(page);
      // What is out of time, and not marked so yet, is nobody's to decide.
      const waiting = page.map((one) => requestAt(one, now)).filter(isPending);
      items.push(...strandedBy(books, waiting).map((one) => strandedItem(books.before, one)));
      after = page.length === PAGE ? (page.at(-1)?.id ?? null) : null;
    }
  }
  const waiting = await tx.dependents.waitingOn(dependents, MOST_WAITING);
  const inTime = waiting.map((one) => requestAt(one, now)).filter(isPending);
  const refused = refusedBy({ ...(await booksWith(inTime)), home: tx.tenantId }, inTime, now);
  const lost = canTakeEligibilities(changed.rows)
    ? await lostItems(tx, { before, after: changed.after, people: dependents.people, now })
    : [];
  items.push(...lost.slice(0, MOST));
  items.push(...refused.map((one) => refusedItem(books.before, one)));
  const more = grants.length === MOST || waiting.length === MOST_WAITING || lost.length > MOST;
  return { items, more };
}

interface Losing {
  readonly before: Book;
  readonly after: Book;
  readonly people: ReadonlySet<ObjectId>;
  readonly now: Instant;
}

/** A publisher's people may ask at its customers' places, too. */
async function lostItems(tx: Tx, { before, after, people, now }: Losing): Promise<TouchedThing[]> {
  const ids = (await tx.applications.list()).map(({ tenantId }) => tenantId);
  const others = (await tx.books([...new Set(ids)])).loaded.filter(
    ({ tenantId }) => tenantId !== tx.tenantId,
  );
  const books = { before: booksOf([before, ...others]), after: booksOf([after, ...others]) };
  return eligibilitiesLost(books, tx.tenantId, people, now).map((one) => lostItem(books.before, one));
}

type Named = Pick<AccessRequest, "tenantId" | "otherTenantId" | "beneficiary">;

function tenantsIn(all: readonly Named[]): TenantId[] {
  return [...partiesOf(all), ...all.map(({ beneficiary }) => beneficiary.tenantId)];
}

function itemsOf(books: Books, home: Book, { ends, undecidable }: TouchedObjects): TouchedThing[] {
  return [
    ...ends.map(({ grant, cause }): TouchedThing => {
      const because = isLost(cause) ? LOST_BECAUSE[cause] : cause;
      const whose = nameOf(books, grant.beneficiary);
      const sentence = `${whose} loses ${describeGrant(books, grant)}: ${because}`;
      return { kind: "grant", id: grant.id, sentence };
    }),
    ...undecidable.map(({ kind, id, name }): TouchedThing => {
      // Two tenants have tiers of the same name, and the built-in roles: what is acknowledged of one is not of the other.
      const isShared = kind === "Tier" || BUILT_IN_ROLES.some((role) => role.id === id);
      const key = isShared ? `${home.tenant.name}/${id}` : id;
      return { kind: "rule", id: key, sentence: `nobody could approve by ${kind} \`${name}\` any more` };
    }),
  ];
}

function lostItem(books: Books, lost: LostEligibility): TouchedThing {
  const { principal, roleDefinitionId, scope, until } = lost;
  const whose = nameOf(books, principal);
  const what = describeRole(books, lost);
  const sentence =
    until === null
      ? `${whose} may no longer ask for ${what}`
      : `${whose} may ask for ${what} only until ${formatInstant(until)}`;
  return { kind: "eligibility", id: `${principal.objectId}/${roleDefinitionId}${scope}`, sentence };
}

function refusedItem(books: Books, { request, because }: ReturnType<typeof refusedBy>[number]): TouchedThing {
  const sentence = `${describeRequest(books, request).whose} would be refused: ${because}`;
  return { kind: "refused", id: request.id, sentence };
}

function strandedItem(books: Books, request: AccessRequest): TouchedThing {
  const sentence = `nobody could decide ${describeRequest(books, request).whose} any more`;
  return { kind: "request", id: request.id, sentence };
}
