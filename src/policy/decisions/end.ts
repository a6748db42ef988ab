/** Ends access before its time: by its holder (deactivate), or by the owner's side (revoke). */
import { aboutGrant, aboutRequest, grantFacts } from "../../domain/about.ts";
import { type AccessRequest, withState } from "../../domain/access-request.ts";
import type { Caller } from "../../domain/caller.ts";
import type { DomainEvent } from "../../domain/event.ts";
import { type EndCause, endReasonOf, followsFromDeployment, type Grant, isOpen } from "../../domain/grant.ts";
import { close } from "../../domain/grant-progress.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { stamp, stampSystem } from "../../domain/stamp.ts";
import { type Instant, isOver } from "../../domain/time.ts";
import { mayDeactivate, mayReview, mayRevoke } from "../authority.ts";
import type { Books } from "../book/books.ts";
import { type Decided, joined, nextGrant, nextRequest, type Rows, rowOf } from "./change.ts";

/** A grant as it is at this moment, and everything that hangs on it. */
export interface Ending {
  readonly books: Books;
  readonly caller: Caller;
  readonly now: Instant;
  readonly grant: Grant;
  /** The request that led to it. */
  readonly request: AccessRequest | null;
  readonly hanging: Hanging;
}

export interface Hanging {
  /** An extension that is still undecided. */
  readonly extension: AccessRequest | null;
  /** Open assignments made under it, and under those, each with its own extension. */
  readonly under: readonly { readonly grant: Grant; readonly extension: AccessRequest | null }[];
}

export function deactivateGrant(ending: Ending): Decided<Grant> {
  const { books, caller, grant } = ending;
  if (grant.kind === "standing")
    return reject("grant_not_active", "standing access is not activated; an administrator removes it");
  const allowed = mayDeactivate(books, caller, grant);
  if (!allowed.ok) return allowed;
  return end(ending, grant.state.name === "scheduled" ? "canceled" : "deactivated", null);
}

export function revokeGrant(ending: Ending, justification: string | null): Decided<Grant> {
  const allowed = revocable(ending.books, ending.caller, ending.grant, ending.request);
  return allowed.ok ? end(ending, "revoked", justification) : allowed;
}

/** Whether the caller may revoke it, and whether anybody may. */
export function revocable(
  books: Books,
  caller: Caller,
  grant: Grant,
  request: AccessRequest | null,
): Outcome<void> {
  const allowed = mayRevoke(books, caller, grant, request);
  if (!allowed.ok) return allowed;
  if (followsFromDeployment(grant)) {
    return reject(
      "jit_access_is_fixed",
      "this access was chosen at deployment; it ends when the application is deleted",
    );
  }
  return accept(undefined);
}

export interface Review {
  readonly outcome: "justified" | "unjustified";
  readonly justification: string;
}

/** After an emergency: an approver other than the user says whether it was justified. */
export function reviewGrant({ books, caller, grant, request, now }: Ending, review: Review): Decided<Grant> {
  if (!grant.emergency) return reject("review_not_needed", "only emergency access is reviewed");
  const allowed = mayReview(books, caller, grant, request);
  if (!allowed.ok) return allowed;
  if (grant.review !== null) return reject("already_reviewed", "this emergency has been reviewed");
  const { outcome, justification } = review;
  const reviewed = nextGrant({
    ...grant,
    review: { by: caller.ref, at: now, outcome, justification },
  });
  const event = stamp("grant.reviewed", aboutGrant(reviewed), caller, { outcome, justification });
  const rows = { requests: [], grants: [rowOf(reviewed, now)], events: [event] };
  // The next emergency of the same person waits for this.
  const people = [grant.requester];
  const change = { ...rows, home: grant.tenantId, at: now, people, validUntil: null };
  return { ok: true, value: reviewed, change };
}

function end(
  { grant, caller, now, hanging }: Ending,
  cause: EndCause,
  justification: string | null,
): Decided<Grant> {
  if (isOver(grant, now) || !isOpen(grant))
    return reject("grant_not_active", "this access has ended already");
  const by = { event: endedBy(caller, justification), ref: caller.ref };
  const { closed, rows } = closeGrant(grant, hanging, { cause, now, by });
  const change = { ...rows, home: grant.tenantId, at: now, people: [], validUntil: null };
  return { ok: true, value: closed, change };
}

export interface EndedBy {
  readonly event: (closed: Grant) => DomainEvent;
  readonly ref: Caller["ref"] | null;
}

/** How the end of a grant stands in the log when somebody ended it. */
export function endedBy(caller: Caller, justification: string | null): EndedBy["event"] {
  return (closed) => stamp(closingEvent(closed), aboutGrant(closed), caller, endFacts(closed, justification));
}

export function systemEvent(grant: Grant): DomainEvent {
  return stampSystem(closingEvent(grant), aboutGrant(grant), endFacts(grant, null));
}

export const BY_SYSTEM: EndedBy = { event: systemEvent, ref: null };

export interface Closing {
  readonly cause: EndCause;
  readonly now: Instant;
  readonly by: EndedBy;
}

/** Not live from its commit on; the worker takes it out of its targets. What hangs on the grant goes with it. */
export function closeGrant(
  grant: Grant,
  { extension, under }: Hanging,
  { cause, now, by }: Closing,
): { readonly closed: Grant; readonly rows: Rows } {
  // Whatever ends it now: what is past its end had ended before.
  const closed = nextGrant(close(grant, isOver(grant, now) ? "expired" : cause, now, by.ref));
  const own: Rows = { requests: [], grants: [rowOf(closed, now)], events: [by.event(closed)] };
  // INVARIANT I17: an assignment made under this grant ends with it.
  const children = under.map(
    (child) =>
      closeGrant(child.grant, { extension: child.extension, under: [] }, { cause, now, by: BY_SYSTEM }).rows,
  );
  return { closed, rows: joined(own, timedOut(extension, now), ...children) };
}

export interface GrantOver {
  readonly grant: Grant;
  readonly hanging: Hanging;
  readonly cause: EndCause;
}

/** Many at once, by nobody: what hangs on two of them is closed with the first. */
export function closeGrants(over: readonly GrantOver[], now: Instant): Rows {
  const closed = new Set<string>();
  const rows = over.map(({ grant, hanging, cause }) => {
    if (closed.has(grant.id)) return joined();
    const under = hanging.under.filter((child) => !closed.has(child.grant.id));
    const own = closeGrant(grant, { ...hanging, under }, { cause, now, by: BY_SYSTEM }).rows;
    for (const one of own.grants) closed.add(one.grant.id);
    return own;
  });
  return joined(...rows);
}

function timedOut(extension: AccessRequest | null, now: Instant): Rows {
  if (extension === null) return joined();
  const because = "grantEnded";
  const over = nextRequest(withState(extension, { name: "timedOut", at: now, because }));
  return {
    requests: [over],
    grants: [],
    events: [stampSystem("request.timed_out", aboutRequest(over), { because })],
  };
}

export function closingEvent(grant: Grant): "grant.closing" | "grant.ended" {
  return grant.state.name === "ended" ? "grant.ended" : "grant.closing";
}

export function endFacts(grant: Grant, justification: string | null) {
  return { ...grantFacts(grant), cause: endReasonOf(grant), justification };
}
