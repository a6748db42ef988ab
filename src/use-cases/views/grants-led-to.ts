/** The grants that requests led to, and what became of these in their targets. */
import type { AccessRequest } from "../../domain/access-request.ts";
import { effectiveEnd, type Grant } from "../../domain/grant.ts";
import { type ApprovedOutcome, type Got, gotOf, outcomeOfGrants } from "../../domain/request-outcome.ts";
import { type Instant, latest } from "../../domain/time.ts";
import type { Books } from "../../policy/book/books.ts";
import type { Caller, Tx } from "../ports.ts";
import { fetchesIn, unconfirmedIn, viewGrant } from "./grant-view.ts";

const MAX_ROLES = 50;

/** Of each of these requests its grants, or the one that it extended. */
export async function grantsLedTo(
  tx: Tx,
  requests: readonly AccessRequest[],
): Promise<(request: AccessRequest) => readonly Grant[]> {
  const grants = await allLedTo(tx, requests);
  return (request) =>
    grants.filter(({ id, requestId }) =>
      request.extendsGrantId === null ? requestId === request.id : id === extended(request),
    );
}

/** What became of an approved request, for whoever asked or decided: that it was approved opens nothing yet. */
export interface Became {
  readonly name: ApprovedOutcome["name"];
  /** What its targets have yet to confirm, in words for people; null where all is as it is said to be. */
  readonly unconfirmed: string | null;
  /** When the last of it ends, or did; null for what has no end. */
  readonly endsAt: Instant | null;
  readonly got: Got | null;
}

/** @returns null for what was not approved */
export function whatBecame(
  { books, caller, now }: { readonly books: Books; readonly caller: Caller; readonly now: Instant },
  request: AccessRequest,
  grants: readonly Grant[],
): Became | null {
  if (request.state.name !== "approved") return null;
  const views = grants.map((grant) => viewGrant(books, caller, grant));
  const said = views.flatMap((view) => {
    const unconfirmed = unconfirmedIn(view, now);
    if (unconfirmed === null) return [];
    return [views.length === 1 ? unconfirmed.sentence : `${view.roleName}: ${unconfirmed.sentence}`];
  });
  const { name } = outcomeOfGrants(grants, now);
  const ends = grants.map(effectiveEnd);
  const held = new Map(views.flatMap(({ targets }) => [...targets]));
  return {
    name,
    unconfirmed: said.length === 0 ? null : said.join("; "),
    endsAt: ends.length === 0 || ends.includes(null) ? null : latest(...(ends as [Instant, ...Instant[]])),
    got: gotOf(grants, now, fetchesIn(held)),
  };
}

/** Of all of them, in a statement each for what they led to and for what they extended. */
async function allLedTo(tx: Tx, requests: readonly AccessRequest[]): Promise<readonly Grant[]> {
  const approved = requests.filter(({ state }) => state.name === "approved");
  const requestIds = approved.filter((one) => one.extendsGrantId === null).map(({ id }) => id);
  const ids = [...new Set(approved.flatMap((one) => extended(one) ?? []))];
  const made =
    requestIds.length === 0 ? [] : await tx.grants.list({ requestIds, limit: requestIds.length * MAX_ROLES });
  const known = new Set(made.map(({ id }) => id));
  const missing = ids.filter((id) => !known.has(id));
  return missing.length === 0
    ? made
    : [...made, ...(await tx.grants.list({ ids: missing, limit: missing.length }))];
}

function extended({ state, extendsGrantId }: AccessRequest) {
  return state.name === "approved" ? extendsGrantId : null;
}
