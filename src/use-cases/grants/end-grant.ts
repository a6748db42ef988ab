/** Ends access before its time: by its holder (deactivate), or by the owner's side (revoke). */

import { withState } from "../../domain/access-request.ts";
import type { DomainEvent } from "../../domain/event.ts";
import { type EndCause, type Grant, isOpen } from "../../domain/grant.ts";
import { close, dueAt } from "../../domain/grant-progress.ts";
import type { GrantId } from "../../domain/ids.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { Instant } from "../../domain/time.ts";
import { aboutGrant, aboutRequest, grantFacts } from "../about.ts";
import { isAdministratorOf, withGrant } from "../find-request.ts";
import type { Caller, Deps, Tx } from "../ports.ts";
import { holdersOf } from "../requests/load-activation.ts";
import { stamp, stampSystem } from "../stamp.ts";
import type { Alongside } from "../surface-resources.ts";
import { isHolder } from "./extend-grant.ts";

const CHILDREN_AT_ONCE = 500;

export async function deactivateGrant(
  deps: Deps,
  caller: Caller,
  id: GrantId,
  also?: Alongside<Grant>,
): Promise<Outcome<Grant>> {
  const work = async (tx: Tx, grant: Grant) => {
    if (grant.kind === "standing")
      return reject("grant_not_active", "standing access is not activated; an administrator removes it");
    if (!(await isHolder(tx, caller, grant)))
      return reject("forbidden", "only its holder can end a grant this way");
    const cause = grant.state.name === "scheduled" ? "canceled" : "deactivated";
    return end(tx, deps, caller, grant, cause, null);
  };
  return withGrant(deps, caller, id, work, also);
}

export async function revokeGrant(
  deps: Deps,
  caller: Caller,
  id: GrantId,
  justification: string | null,
  also?: Alongside<Grant>,
): Promise<Outcome<Grant>> {
  const work = async (tx: Tx, grant: Grant) => {
    const allowed = await revocable(tx, caller, grant);
    return allowed.ok ? end(tx, deps, caller, grant, "revoked", justification) : allowed;
  };
  return withGrant(deps, caller, id, work, also);
}

/** Whether the caller may revoke it, and whether anybody may. */
export async function revocable(tx: Tx, caller: Caller, grant: Grant): Promise<Outcome<void>> {
  if (!(await mayRevoke(tx, caller, grant))) {
    return reject(
      "forbidden",
      "only an approver, an owner of the application or an administrator can revoke this",
    );
  }
  if (grant.kind === "standing" && grant.applicationId !== null && grant.underGrantId === null) {
    return reject(
      "jit_access_is_fixed",
      "this access was chosen at deployment; it ends when the application is deleted",
    );
  }
  return accept(undefined);
}

async function end(
  tx: Tx,
  deps: Deps,
  caller: Caller,
  grant: Grant,
  cause: EndCause,
  justification: string | null,
): Promise<Outcome<Grant>> {
  const now = deps.clock.now();
  const over = grant.endsAt !== null && now >= grant.endsAt;
  if (over || !isOpen(grant)) return reject("grant_not_active", "this access has ended already");
  return accept(await closeGrant(tx, grant, cause, now, endedBy(caller, justification), caller.ref));
}

/** How the end of a grant stands in the log when somebody ended it. */
export function endedBy(caller: Caller, justification: string | null): (closed: Grant) => DomainEvent {
  return (closed) => stamp(closingEvent(closed), aboutGrant(closed), caller, endFacts(closed, justification));
}

/** Not live from this commit on; the worker takes it out of its targets. What hangs on the grant goes with it. */
export async function closeGrant(
  tx: Tx,
  grant: Grant,
  cause: EndCause,
  now: Instant,
  event: (closed: Grant) => DomainEvent,
  by: Caller["ref"] | null,
): Promise<Grant> {
  const closed = close(grant, cause, now, by);
  const stored = await tx.updateGrant(closed, dueAt(closed, now));
  await tx.record([event(stored)], now);
  await timeOutExtension(tx, grant, now);
  // INVARIANT I17: an assignment made under this grant ends with it.
  for (let left = true; left; ) {
    const children = await tx.grants({ underGrantId: grant.id, open: true, limit: CHILDREN_AT_ONCE });
    for (const child of children) await closeGrant(tx, child, cause, now, systemEvent, null);
    left = children.length === CHILDREN_AT_ONCE;
  }
  return stored;
}

export function systemEvent(grant: Grant): DomainEvent {
  return stampSystem(closingEvent(grant), aboutGrant(grant), endFacts(grant, null));
}

async function timeOutExtension(tx: Tx, grant: Grant, now: Instant): Promise<void> {
  const extension = await tx.pendingExtension(grant.id);
  if (extension === null) return;
  const stored = await tx.updateRequest(
    withState(extension, { name: "timedOut", at: now, because: "grantEnded" }),
  );
  await tx.record([stampSystem("request.timed_out", aboutRequest(stored), { because: "grantEnded" })], now);
}

function closingEvent(grant: Grant): "grant.closing" | "grant.ended" {
  return grant.state.name === "ended" ? "grant.ended" : "grant.closing";
}

function endFacts(grant: Grant, justification: string | null) {
  const cause =
    grant.state.name === "ended" || grant.state.name === "deprovisioning" ? grant.state.cause : null;
  return { ...grantFacts(grant), cause, justification };
}

/** Approvers of the request, owners of the application, administrators: all of the tenant that owns the scope. */
export async function mayRevoke(tx: Tx, caller: Caller, grant: Grant): Promise<boolean> {
  if (caller.kind !== "user" || caller.limited || caller.ref.tenantId !== grant.tenantId) return false;
  if (isAdministratorOf(caller, grant.tenantId)) return true;
  const identity = await tx.identity(caller.ref);
  if (identity === null || identity.principal.deletedAt !== null) return false;
  const mine = new Set(holdersOf(identity).map((ref) => ref.objectId));
  const application = grant.applicationId === null ? null : await tx.application(grant.applicationId);
  if (application?.owners.some((owner) => mine.has(owner.objectId))) return true;
  const request = grant.requestId === null ? null : await tx.request(grant.requestId);
  if (request === null) return false;
  const approvers = request.madeUnder.flatMap(({ settings }) =>
    settings.approval.mode === "manual"
      ? settings.approval.stages.flatMap((stage) => stage.approvers)
      : settings.approval.notified,
  );
  return [...approvers, ...request.stages.flatMap((stage) => stage.approvers)].some((ref) =>
    mine.has(ref.objectId),
  );
}
