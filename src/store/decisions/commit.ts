/** A change as one call: everything that was read is compared, then everything is written, or nothing. */
import { requestDueAt } from "../../domain/access-request.ts";
import { asId, type TenantId } from "../../domain/ids.ts";
import type { PrincipalRef } from "../../domain/principal.ts";
import { principalKey } from "../../domain/principal.ts";
import type { Instant } from "../../domain/time.ts";
import type { Book } from "../../policy/book/book.ts";
import type { Change } from "../../policy/decisions/change.ts";
import type { Repeatable, StoredAnswer } from "../../use-cases/decisions.ts";
import type { Statement } from "../database.ts";
import { recorded } from "../repositories/record.ts";

export interface Basis {
  /** The books that were asked. */
  readonly books: readonly Book[];
  /** How often something was decided about each person, by key; left out: never. */
  readonly timesDecided: Readonly<Record<string, number>>;
  /** The database's clock when the moment was read. */
  readonly readAt: Instant;
  /** Our clock when it was decided. */
  readonly now: Instant;
}

export interface Repeated extends Repeatable {
  readonly caller: PrincipalRef;
  readonly answer: StoredAnswer;
}

export interface Commit {
  readonly statement: Statement;
  /** What to take before the next try, so that it cannot lose. */
  readonly hold: Statement;
  /** Its first entry: where it is in the log, the change was committed. */
  readonly entryId: string | null;
}

// Raised by `commit_change`, by two that take locks from each other, and by two that took the same id.
const MOVED = ["CU001", "CU002", "CU003", "CU004", "CU005", "40001", "40P01", "23505"];
// Nothing is stored on facts older than this: a process that stood still for seconds looks again.
const MOST_STALE_MS = 10_000;

// In the order of the function's parameters.
const ENTRY_ARRAYS = [
  "tenant_id",
  "id",
  "subject_id",
  "correlation_id",
  "actor_id",
  "actor_tenant_id",
  "actor_kind",
  "via",
  "type",
  "subject_kind",
] as const;
const ENTRY_BODIES = ["leaf_hash", "commitments", "facts", "openings"] as const;
const NUMBER_OF_PARAMETERS = 39;
const TEXT = `SELECT commit_change(${Array.from({ length: NUMBER_OF_PARAMETERS }, (_, index) => `$${index + 1}`).join(", ")})`;

export function commitOf(change: Change, basis: Basis, repeated: Repeated | null): Commit {
  const books = [...basis.books].sort((a, b) => (a.tenantId < b.tenantId ? -1 : 1));
  const people = [...new Map(change.people.map((ref) => [principalKey(ref), ref]))].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const { entries, told } = recorded(change.events, change.at);
  const others = new Set(entries.map((entry) => asId<TenantId>(entry.tenant_id)));
  if (repeated !== null) others.add(repeated.caller.tenantId);
  others.delete(change.home);
  const tenants = books.map(({ tenantId }) => tenantId);
  const personTenants = people.map(([, { tenantId }]) => tenantId);
  const personIds = people.map(([, { objectId }]) => objectId);
  const requestIds = change.requests.map(({ id }) => id);
  const grantIds = change.grants.map(({ grant }) => grant.id);
  return {
    entryId: entries[0]?.id ?? null,
    hold: {
      name: "hold_for_decision",
      text: "SELECT hold_for_decision($1, $2, $3, $4, $5, $6)",
      values: [change.home, tenants, personTenants, personIds, requestIds, grantIds],
    },
    statement: {
      name: "commit_change",
      text: TEXT,
      values: [
        change.home,
        [...others],
        tenants,
        books.map(({ version }) => version),
        personTenants,
        personIds,
        people.map(([key]) => basis.timesDecided[key] ?? 0),
        new Date(deadline(change, basis)),
        requestIds,
        change.requests.map(({ version }) => version),
        change.requests.map((request) => JSON.stringify(request)),
        change.requests.map((request) => dateOf(requestDueAt(request))),
        grantIds,
        change.grants.map(({ grant }) => grant.version),
        change.grants.map(({ grant }) => JSON.stringify(grant)),
        change.grants.map(({ dueAt }) => dateOf(dueAt)),
        ...ENTRY_ARRAYS.map((column) => entries.map((entry) => entry[column])),
        entries.map(({ parties }) => (parties === null ? null : `{${parties.join()}}`)),
        ...ENTRY_BODIES.map((column) => entries.map((entry) => entry[column])),
        new Date(change.at),
        told,
        repeated?.caller.tenantId ?? null,
        repeated?.caller.objectId ?? null,
        repeated?.key ?? null,
        repeated?.fingerprint ?? null,
        repeated?.answer.status ?? null,
        repeated === null ? null : JSON.stringify(repeated.answer.body),
      ],
    },
  };
}

/** Whether something that was decided on has moved: it is read and decided again. */
export function isMoved(error: unknown): boolean {
  return MOVED.includes(codeOf(error));
}

export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** By the database's clock: as long after the moment was read as the decision holds after it was made. */
function deadline({ validUntil }: Change, { readAt, now }: Basis): number {
  const leftMs = validUntil === null ? MOST_STALE_MS : Math.min(MOST_STALE_MS, validUntil - now);
  return readAt + leftMs;
}

function dateOf(at: Instant | null): Date | null {
  return at === null ? null : new Date(at);
}
