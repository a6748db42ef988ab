/** Who sees which access requests: one's own, those to decide, those decided, and all for those who answer for a tenant. */
import { type AccessRequest, decisionLimit, isPending } from "../../domain/access-request.ts";
import type { AccessRequestId } from "../../domain/ids.ts";
import { holdersOf, samePrincipal } from "../../domain/principal.ts";
import { accept, type Outcome } from "../../domain/rejection.ts";
import type { Instant } from "../../domain/time.ts";
import { mayDecide } from "../../policy/approval-stages.ts";
import { answersForTenant, maySeeRequest, seesOnlyOwn } from "../../policy/authority.ts";
import type { Books } from "../../policy/book/books.ts";
import { seatsToday } from "../../policy/decisions/recheck.ts";
import { noSuchRequest } from "../find-request.ts";
import type { Caller, Deps, Position, RequestFilter, Sight, Tx } from "../ports.ts";
import { grantsLedTo, whatBecame } from "./grants-led-to.ts";
import { positionOfRequest, positionOfWaiting, readOn } from "./pages.ts";
import { remembered } from "./remembered.ts";
import { partiesOf, type RequestView, viewRequest } from "./request-view.ts";

export const REQUEST_VIEWS = ["mine", "toDecide", "decided", "all"] as const;
export type RequestViewName = (typeof REQUEST_VIEWS)[number];

export async function readRequest(
  deps: Deps,
  caller: Caller,
  id: AccessRequestId,
): Promise<Outcome<RequestView>> {
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const found = await findVisibleRequest(tx, caller, id);
    if (!found.ok) return found;
    const books = await tx.books(partiesOf([found.value]));
    const [view] = await withWhatBecame(tx, { books, caller, now: deps.clock.now() }, [found.value]);
    return view === undefined ? noSuchRequest(id) : accept(view);
  });
}

export async function findVisibleRequest(
  tx: Tx,
  caller: Caller,
  id: AccessRequestId,
): Promise<Outcome<AccessRequest>> {
  const request = await tx.requests.find(id);
  if (request === null) return noSuchRequest(id);
  return maySeeRequest(await tx.books(partiesOf([request])), caller, request)
    ? accept(request)
    : noSuchRequest(id);
}

/** Where a view's list goes on behind one of its requests. */
export function positionIn(view: RequestViewName): (request: AccessRequest) => Position {
  return view === "toDecide" ? positionOfWaiting : positionOfRequest;
}

export async function listRequests(
  deps: Deps,
  caller: Caller,
  view: RequestViewName,
  filter: RequestFilter,
): Promise<Outcome<readonly RequestView[]>> {
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const found = await requestsFor({ tx, deps, caller }, view, filter);
    if (!found.ok) return found;
    const books = remembered(await tx.books(partiesOf(found.value)));
    // Shown as of the instant that it was looked for.
    const now = filter.states?.at ?? deps.clock.now();
    return accept(await withWhatBecame(tx, { books, caller, now }, found.value));
  });
}

async function withWhatBecame(
  tx: Tx,
  at: { readonly books: Books; readonly caller: Caller; readonly now: Instant },
  requests: readonly AccessRequest[],
): Promise<RequestView[]> {
  const grantsOf = await grantsLedTo(tx, requests);
  return requests.map((request) => ({
    ...viewRequest(at.books, at.caller, request, at.now),
    became: whatBecame(at, request, grantsOf(request)),
  }));
}

interface Reading {
  readonly tx: Tx;
  readonly deps: Deps;
  readonly caller: Caller;
}

async function requestsFor(
  { tx, deps, caller }: Reading,
  view: RequestViewName,
  filter: RequestFilter,
): Promise<Outcome<readonly AccessRequest[]>> {
  switch (view) {
    case "mine":
      return accept(await tx.requests.list({ ...filter, requester: caller.ref }));
    case "decided":
      return accept(await tx.requests.list({ ...filter, decidedBy: caller.ref }));
    case "toDecide":
      return accept(await requestsToDecide(tx, deps, caller, filter));
    case "all":
      return allOf(tx, caller, filter);
  }
}

/** By right at this moment, not by having been notified; the soonest to be decided first. */
export async function requestsToDecide(
  tx: Tx,
  deps: Deps,
  caller: Caller,
  filter: RequestFilter,
): Promise<AccessRequest[]> {
  const approver = await tx.directory.identity(caller.ref);
  if (caller.kind !== "user" || approver === null) return [];
  const { states, ...rest } = filter;
  if (states?.anyOf.includes("pending") === false) return [];
  const now = states?.at ?? deps.clock.now();
  // That it is pending is not said twice: the planner would take what is left for little, and sort all of it.
  // Most of what is pending is somebody else's to decide; a seat of then is the least that it takes.
  const waiting: RequestFilter = { ...rest, waitingFor: holdersOf(approver) };
  const mine = async (batch: readonly AccessRequest[]) => {
    const books = remembered(await tx.books(partiesOf(batch)));
    return batch.filter(
      (request) =>
        // What is overdue is nobody's to decide, whether or not it is marked.
        isPending(request) &&
        now < decisionLimit(request) &&
        request.tenantId === caller.ref.tenantId &&
        mayDecide(request, { ...seatsToday(books, request), approver, now }).ok,
    );
  };
  return readOn(waiting, (page) => tx.requests.list(page), mine, positionOfWaiting);
}

async function allOf(
  tx: Tx,
  caller: Caller,
  filter: RequestFilter,
): Promise<Outcome<readonly AccessRequest[]>> {
  if (answersForTenant(caller)) return accept(await tx.requests.list(filter));
  const owned = await ownedApplications(tx, caller);
  if (owned.length === 0) {
    return seesOnlyOwn("requests");
  }
  return accept(await tx.requests.list({ ...filter, applicationIds: among(owned, filter.applicationIds) }));
}

/** Of one's own, those that are asked for. */
export function among<T>(own: readonly T[], wanted: readonly T[] | undefined): readonly T[] {
  return wanted === undefined ? own : own.filter((one) => wanted.includes(one));
}

export async function ownedApplications(tx: Tx, caller: Caller) {
  const identity = await tx.directory.identity(caller.ref);
  if (identity === null) return [];
  const mine = holdersOf(identity);
  const books = await tx.books([]);
  return books
    .of(caller.ref.tenantId)
    .applications.filter((application) =>
      application.owners.some((owner) => mine.some((ref) => samePrincipal(owner, ref))),
    )
    .map((application) => application.id);
}

/** What `maySeeRequest` says of one, as a list is narrowed to it; null for all of the tenant's. */
export async function sightOf(tx: Tx, caller: Caller): Promise<Sight | null> {
  if (answersForTenant(caller)) return null;
  const identity = await tx.directory.identity(caller.ref);
  const holders = identity === null ? [] : holdersOf(identity);
  return { person: caller.ref, holders, applicationIds: await ownedApplications(tx, caller) };
}
