/** Turns facts from the outbox into notifications: who must know, and the sentence they read. */
import type { AccessRequest } from "../../domain/access-request.ts";
import type { DomainEvent } from "../../domain/event.ts";
import type { Grant } from "../../domain/grant.ts";
import { type AccessRequestId, asId, type GrantId, type TenantId } from "../../domain/ids.ts";
import {
  type PersonKey,
  type PrincipalRef,
  personOf,
  principalKey,
  samePrincipal,
} from "../../domain/principal.ts";
import type { Instant } from "../../domain/time.ts";
import type { Deps, NewNotification, Tx } from "../ports.ts";
import { describeGrant, describeRequest, nameOf } from "./wording.ts";

const BATCH = 200;

/** Resolves to how many facts were taken. */
export async function deliverNotifications(deps: Deps, tenantId: TenantId): Promise<number> {
  return deps.store.inTenant(tenantId, async (tx) => {
    const facts = await tx.takeOutbox(BATCH);
    for (const { event, at } of facts) {
      if (event.subject.kind === "accessRequest") await tellOfRequest(tx, event, at);
      if (event.subject.kind === "grant") await tellOfGrant(tx, event, at);
    }
    return facts.length;
  });
}

async function tellOfRequest(tx: Tx, event: DomainEvent, at: Instant): Promise<void> {
  const request = await tx.request(asId<AccessRequestId>(event.subject.id));
  // A refused ask was never stored; its requester had the answer.
  if (request === null) return;
  const { ask, own, whose } = await describeRequest(tx, request);
  const to = (recipients: readonly PrincipalRef[], type: string, text: string) =>
    tx.notify(
      recipients.map((recipient) => ({ recipient, type, requestId: request.id, grantId: null, text, at })),
    );
  const reason = typeof event.facts.justification === "string" ? `: "${event.facts.justification}"` : "";
  switch (event.type) {
    case "request.submitted": {
      await to([request.requester], "request_sent", `Sent: ${own}`);
      const manual = request.stages.length > 0;
      await to(await approversToTell(tx, request), manual ? "approval_wanted" : "request_notice", ask);
      return;
    }
    case "request.approval_given": {
      const open = request.state.name === "pending" ? ", more approvals are needed" : "";
      return retell(tx, event, request, `Approved by ${await actorName(tx, event)}${open}: ${whose}`);
    }
    case "request.terms_proposed":
      return to(
        [request.requester],
        "terms_proposed",
        `Other terms are offered for ${own}${reason}; accept them or cancel`,
      );
    case "request.approved":
      return to(partiesOf(request), "request_approved", `Approved: ${own}`);
    case "request.denied":
      await retell(tx, event, request, `Denied by ${await actorName(tx, event)}: ${whose}`);
      return to(partiesOf(request), "request_denied", `Denied: ${own}${reason}`);
    case "request.canceled":
      await retell(tx, event, request, `Canceled by ${await actorName(tx, event)}: ${whose}`);
      if (isActor(event, request.requester)) return;
      return to(partiesOf(request), "request_canceled", `Canceled by an administrator: ${own}`);
    case "request.timed_out":
      await retell(tx, event, request, `Nobody decided in time: ${whose}`);
      return to(partiesOf(request), "request_timed_out", `Timed out: ${own}`);
    default:
  }
}

const GRANT_NEWS: Partial<Record<DomainEvent["type"], { type: string; verb: string; approvers: boolean }>> = {
  "grant.live": { type: "grant_live", verb: "Live", approvers: false },
  "grant.scheduled": { type: "grant_scheduled", verb: "Scheduled", approvers: false },
  "grant.extended": { type: "grant_extended", verb: "Extended", approvers: false },
  "grant.ended": { type: "grant_ended", verb: "Ended", approvers: false },
  "grant.provisioning_failed": { type: "grant_failed", verb: "Not opened yet", approvers: true },
  "grant.removal_failed": {
    type: "grant_failed",
    verb: "Ended, but not yet removed from its target",
    approvers: true,
  },
};

async function tellOfGrant(tx: Tx, event: DomainEvent, at: Instant): Promise<void> {
  const news = GRANT_NEWS[event.type];
  const grant = news === undefined ? null : await tx.grant(asId<GrantId>(event.subject.id));
  if (news === undefined || grant === null || grant.kind === "standing") return;
  const request = grant.requestId === null ? null : await tx.request(grant.requestId);
  const approvers = news.approvers && request !== null ? await approversToTell(tx, request) : [];
  const text = `${news.verb}: ${await describeGrant(tx, grant)}`;
  const members = await tx.usersReachedBy([grant.beneficiary]);
  const told = [...holdersToTell(grant), ...members, ...approvers];
  const recipients = new Map(told.map((ref) => [principalKey(ref), ref]));
  await tx.notify(
    [...recipients.values()].map((recipient) =>
      newsFor(recipient, news.type, grant, `${text}${errorFor(recipient, event)}`, at),
    ),
  );
}

function newsFor(
  recipient: PrincipalRef,
  type: string,
  grant: Grant,
  text: string,
  at: Instant,
): NewNotification {
  return { recipient, type, requestId: grant.requestId, grantId: grant.id, text, at };
}

/** Only the owner of the target reads what its target said. */
function errorFor(recipient: PrincipalRef, { privateFacts }: DomainEvent): string {
  const error = privateFacts?.tenantId === recipient.tenantId ? privateFacts.facts.error : undefined;
  return typeof error === "string" ? ` (${error})` : "";
}

/** Everyone who may decide, or who is told in automatic mode; never somebody who asks for themselves. */
async function approversToTell(tx: Tx, request: AccessRequest): Promise<PrincipalRef[]> {
  const notified = request.madeUnder.flatMap(({ settings }) =>
    settings.approval.mode === "automatic"
      ? settings.approval.notified
      : settings.approval.stages.flatMap((stage) => stage.approvers),
  );
  const conflicted = await tx.peopleBehind([request.requester, request.beneficiary]);
  const users = await tx.usersReachedBy([...request.stages.flatMap((stage) => stage.approvers), ...notified]);
  const told = users.filter((user) => !conflicted.has(personOf(user)));
  // An emergency where nobody is named still reaches somebody: it never goes unseen.
  return told.length > 0 ? told : ownersToTell(tx, request, conflicted);
}

async function ownersToTell(
  tx: Tx,
  request: AccessRequest,
  conflicted: ReadonlySet<PersonKey>,
): Promise<PrincipalRef[]> {
  const application = request.applicationId === null ? null : await tx.application(request.applicationId);
  const owners = await tx.usersReachedBy(application?.owners ?? []);
  return owners.filter((owner) => !conflicted.has(personOf(owner)));
}

/** Once one approver decided, what the others were told says so. */
async function retell(tx: Tx, event: DomainEvent, request: AccessRequest, text: string): Promise<void> {
  const others = (await approversToTell(tx, request)).filter((ref) => !isActor(event, ref));
  await tx.retell(request.id, others, text);
}

function isActor(event: DomainEvent, ref: PrincipalRef): boolean {
  if ("ref" in event.actor) return samePrincipal(event.actor.ref, ref);
  return event.privateFacts?.facts.actor === ref.objectId;
}

async function actorName(tx: Tx, event: DomainEvent): Promise<string> {
  if ("ref" in event.actor) return nameOf(tx, event.actor.ref);
  const objectId = event.privateFacts?.facts.actor;
  if (typeof objectId !== "string" || event.actor.kind !== "party") return "Curfew";
  return nameOf(tx, { tenantId: event.actor.tenantId, objectId: asId(objectId) });
}

function partiesOf(request: AccessRequest): PrincipalRef[] {
  return samePrincipal(request.requester, request.beneficiary)
    ? [request.requester]
    : [request.requester, request.beneficiary];
}

function holdersToTell(grant: Grant): PrincipalRef[] {
  return samePrincipal(grant.requester, grant.beneficiary)
    ? [grant.beneficiary]
    : [grant.requester, grant.beneficiary];
}
