/** Turns facts from the outbox into notifications: who must know, and the sentence they read. */

import { type AccessRequest, whoWasNamed } from "../../domain/access-request.ts";
import { unopenedIn } from "../../domain/confirmation.ts";
import type { DomainEvent, EventType } from "../../domain/event.ts";
import { type Grant, isLost, LOST_BECAUSE } from "../../domain/grant.ts";
import { asId, type TenantId } from "../../domain/ids.ts";
import { revealed } from "../../domain/plain-text.ts";
import { type PersonKey, type PrincipalRef, principalKey, samePrincipal } from "../../domain/principal.ts";
import { toldAtOnce } from "../../domain/role-settings.ts";
import type { Instant } from "../../domain/time.ts";
import { seats } from "../../policy/approval-stages.ts";
import { type Books, whoCanDecide } from "../../policy/book/books.ts";
import type { Fact, Told, Untold } from "../batches.ts";
import type { Deps, NewNotification } from "../ports.ts";
import { acknowledgedIn } from "../views/telling/sentences.ts";
import { describeGrant, describeRequest, nameOf } from "./wording.ts";

export const TOLD_AT_ONCE = 500;

/** What one fact says to whom. */
interface News {
  readonly notifications: readonly NewNotification[];
  /** What others were told, that they are wanted, becomes this. */
  readonly retold?: {
    readonly request: AccessRequest;
    readonly to: readonly PrincipalRef[];
    readonly text: string;
  };
}

const NOTHING: News = { notifications: [] };

/** Resolves to how many facts were taken. */
export async function deliverNotifications(deps: Deps, tenantId: TenantId): Promise<number> {
  const administrators = async (facts: readonly Fact[]) => {
    if (!facts.some(({ event }) => FOR_ADMINISTRATORS.includes(event.type))) return [];
    const found = await deps.store.inTenant(tenantId, (tx) => tx.principals.administrators());
    return found.map((objectId) => ({ tenantId, objectId }));
  };
  return deps
    .decisions(deps.clock)
    .batches.tell(tenantId, TOLD_AT_ONCE, { tenantsIn, administrators, words });
}

/** What somebody has to put right who can name others. */
const FOR_ADMINISTRATORS: readonly EventType[] = [
  "request.stranded",
  "configuration.acknowledged",
  "principal.locked_out",
  "principal.let_in",
];

/** Everyone's who may have to be told, or whose name is said. */
function tenantsIn(facts: readonly Fact[]): TenantId[] {
  const refs = facts.flatMap(({ request, grant }) => [
    ...(grant === null ? [] : [grant.requester, grant.beneficiary]),
    ...(request === null ? [] : [request.requester, request.beneficiary, ...whoWasNamed(request)]),
  ]);
  const parties = facts.flatMap(({ event: { actor } }) => (actor.kind === "party" ? [actor.tenantId] : []));
  return [...new Set([...refs.map(({ tenantId }) => tenantId), ...parties])];
}

/** Oldest first: what a later fact says of a request takes the place of what an earlier one said. */
function words(books: Books, { home, facts, administrators }: Untold): Told {
  const notifications: NewNotification[] = [];
  const wanted = new Map<string, number>();
  const retold = new Map<string, Told["retold"][number]>();
  const keyOf = (requestId: string | null, { objectId }: PrincipalRef) => `${requestId}/${objectId}`;
  for (const fact of facts) {
    const news = newsOf(books, fact, administrators);
    for (const one of news.notifications) {
      if (one.type === WANTED && one.recipient.tenantId === home)
        wanted.set(keyOf(one.requestId, one.recipient), notifications.length);
      notifications.push(one);
    }
    const { request, to, text } = news.retold ?? { request: null, to: [], text: "" };
    for (const recipient of to) {
      if (request === null) continue;
      const key = keyOf(request.id, recipient);
      retold.set(key, { requestId: request.id, recipient, text });
      const index = wanted.get(key);
      const before = index === undefined ? undefined : notifications[index];
      if (index !== undefined && before !== undefined) notifications[index] = { ...before, text };
    }
  }
  // Wherever they are read, and mailed, the names in them are what they look like.
  const plain = <T extends { readonly text: string }>(one: T): T => ({ ...one, text: revealed(one.text) });
  return { notifications: notifications.map(plain), retold: [...retold.values()].map(plain) };
}

function newsOf(
  books: Books,
  { event, at, request, grant }: Fact,
  administrators: readonly PrincipalRef[],
): News {
  if (event.type === "configuration.acknowledged") {
    const text = `${actorName(books, event)} made a change that leaves nobody to decide: ${acknowledgedIn(event.facts)}`;
    const others = administrators.filter((ref) => !isActor(event, ref));
    const about = { type: "nobody_left", requestId: null, grantId: null, text, at };
    return { notifications: others.map((recipient) => ({ recipient, ...about })) };
  }
  if (event.type === "principal.locked_out" || event.type === "principal.let_in") {
    const others = administrators.filter((ref) => !isActor(event, ref));
    const about = { type: event.type.replace(".", "_"), requestId: null, grantId: null, at };
    return {
      notifications: others.map((recipient) => ({ recipient, ...about, text: lockText(books, event) })),
    };
  }
  // A refused ask was never stored; its requester had the answer.
  if (event.subject.kind === "accessRequest")
    return request === null ? NOTHING : newsOfRequest(books, { event, at, request, administrators });
  return grant === null ? NOTHING : newsOfGrant(books, { event, at, grant, request });
}

/** The other party reads that it happened and what it does to theirs; why is not theirs to read. */
function lockText(books: Books, event: DomainEvent): string {
  const { name, justification } = event.facts;
  const out = event.type === "principal.locked_out";
  if (event.actor.kind === "party") {
    const { displayName } = books.of(event.actor.tenantId).tenant;
    return out
      ? `${displayName} locked ${name} out; what they held at your places has ended`
      : `${displayName} let ${name} in again`;
  }
  const did = out ? `locked ${name} out` : `let ${name} in again`;
  return `${actorName(books, event)} ${did}: ${justification}`;
}

/** Its approvers are told that they are wanted, and later how it ended. */
const WANTED = "approval_wanted";

interface AboutRequest extends Pick<Fact, "event" | "at"> {
  readonly request: AccessRequest;
  readonly administrators: readonly PrincipalRef[];
}

function newsOfRequest(books: Books, { event, at, request, administrators }: AboutRequest): News {
  const { ask, own, whose } = describeRequest(books, request);
  const to = (recipients: readonly PrincipalRef[], type: string, text: string): NewNotification[] =>
    recipients.map((recipient) => ({ recipient, type, requestId: request.id, grantId: null, text, at }));
  const othersReadNow = (text: string) => ({
    request,
    to: approversToTell(books, request).filter((ref) => !isActor(event, ref)),
    text,
  });
  const reason = typeof event.facts.justification === "string" ? `: "${event.facts.justification}"` : "";
  switch (event.type) {
    case "request.submitted": {
      const type = request.stages.length > 0 ? WANTED : "request_notice";
      const approvers = approversToTell(books, request);
      return {
        notifications: [
          ...to([request.requester], "request_sent", `Sent: ${own}`),
          ...to(approvers, type, ask),
        ],
      };
    }
    case "request.approval_given": {
      const open = request.state.name === "pending" ? ", more approvals are needed" : "";
      const text = `Approved by ${actorName(books, event)}${open}: ${whose}`;
      return { notifications: [], retold: othersReadNow(text) };
    }
    case "request.terms_proposed": {
      const text = `Other terms are offered for ${own}${reason}; accept them or cancel`;
      return { notifications: to([request.requester], "terms_proposed", text) };
    }
    // Told as they were when it was asked: whatever comes of it is told in its place.
    case "request.reminded":
      return { notifications: to(whoIsWaitedFor(books, request, at), WANTED, `Reminder: ${ask}`) };
    case "request.commented": {
      const { text } = event.facts;
      const says = (reader: PrincipalRef) => `${writerFor(books, event, reader)} about ${whose}: "${text}"`;
      const tell = (refs: readonly PrincipalRef[], type: string) =>
        refs.flatMap((ref) => to([ref], type, says(ref)));
      const others = (refs: readonly PrincipalRef[]) => refs.filter((ref) => !isActor(event, ref));
      const asking = others(partiesOf(request));
      const byAsking = asking.length < partiesOf(request).length;
      return {
        notifications: [
          ...tell(asking, "request_comment"),
          ...(byAsking ? tell(others(approversToTell(books, request)), "approval_comment") : []),
        ],
      };
    }
    case "request.approved":
      return { notifications: to(partiesOf(request), "request_approved", `Approved: ${own}`) };
    case "request.denied":
      return {
        notifications: to(partiesOf(request), "request_denied", `Denied: ${own}${reason}`),
        retold: othersReadNow(`Denied by ${actorName(books, event)}: ${whose}`),
      };
    case "request.canceled": {
      const retold = othersReadNow(`Canceled by ${actorName(books, event)}: ${whose}`);
      if (isActor(event, request.requester)) return { notifications: [], retold };
      const text = `Canceled by an administrator: ${own}`;
      return { notifications: to(partiesOf(request), "request_canceled", text), retold };
    }
    case "request.timed_out":
      return {
        notifications: to(partiesOf(request), "request_timed_out", `Timed out: ${own}`),
        retold: othersReadNow(`Nobody decided in time: ${whose}`),
      };
    case "request.stranded": {
      const parties = partiesOf(request);
      const asked = `Nobody is left who could decide ${own}; an administrator can name approvers for a new one, or cancel it`;
      const others = administrators.filter((ref) => !parties.some((one) => samePrincipal(one, ref)));
      const open = `Nobody is left who could decide ${whose}; let somebody decide again, or cancel it`;
      return {
        notifications: [...to(parties, "request_stranded", asked), ...to(others, "request_stranded", open)],
        retold: othersReadNow(`Too few are left to decide ${whose}`),
      };
    }
    default:
      return NOTHING;
  }
}

interface GrantNews {
  readonly type: string;
  readonly verb: string;
  /** Where the fault is none that passes by itself. */
  readonly lasting?: string;
  readonly after?: string;
  readonly approvers: boolean;
}

const GRANT_NEWS: Partial<Record<DomainEvent["type"], GrantNews>> = {
  "grant.live": { type: "grant_live", verb: "Live", approvers: false },
  "grant.scheduled": { type: "grant_scheduled", verb: "Scheduled", approvers: false },
  "grant.extended": { type: "grant_extended", verb: "Extended", approvers: false },
  "grant.ended": { type: "grant_ended", verb: "Ended", approvers: false },
  "grant.provisioning_failed": {
    type: "grant_failed",
    verb: "Not opened yet",
    lasting: "Not opened: its target has to be put right first",
    after: "; its end does not move",
    approvers: true,
  },
  "grant.look_failed": {
    type: "grant_failed",
    verb: "Its target could not be checked",
    lasting: "Still open, but its target cannot be checked until that is put right",
    approvers: true,
  },
  "grant.unconfirmed": {
    type: "grant_failed",
    verb: "No longer confirmed by its target, so do not use it",
    approvers: true,
  },
  "grant.removal_failed": {
    type: "grant_failed",
    verb: "Not live any more, but not confirmed gone from its target yet",
    lasting: "Not live any more, but not confirmed gone from its target: somebody has to put that right",
    approvers: true,
  },
};

/** Its time was spent without it: whoever asked can ask again, and who approved it hears that nothing came of it. */
const NEVER_LIVE: GrantNews = {
  type: "grant_never_live",
  verb: "Never live: its target did not confirm it before its end",
  approvers: true,
};
/** Said before: what was in doubt since is gone. */
const NEVER_LIVE_AND_GONE: GrantNews = {
  type: "grant_ended",
  verb: "Gone from its target, never live",
  approvers: false,
};

function newsFor({ type, facts }: DomainEvent): GrantNews | undefined {
  const isClosing = type === "grant.closing" || type === "grant.ended";
  if (!isClosing || facts.cause !== "never_live") return GRANT_NEWS[type];
  return Object.hasOwn(facts, "justification") ? NEVER_LIVE : NEVER_LIVE_AND_GONE;
}

interface ToTell {
  readonly event: DomainEvent;
  readonly at: Instant;
  readonly grant: Grant;
  readonly request: AccessRequest | null;
}

function newsOfGrant(books: Books, { event, at, grant, request }: ToTell): News {
  const news = newsFor(event);
  if (news === undefined || grant.kind === "standing") return NOTHING;
  const approvers = news.approvers && request !== null ? approversToTell(books, request) : [];
  const because = isLost(event.facts.cause) ? `, because ${LOST_BECAUSE[event.facts.cause]}` : "";
  const { fault } = event.facts;
  const lasts = fault !== undefined && fault !== "retryable";
  const verb = (lasts ? news.lasting : undefined) ?? news.verb;
  const text = `${verb}: ${describeGrant(books, grant)}${because}`;
  const again = (recipient: PrincipalRef) =>
    news === NEVER_LIVE && grant.requestId !== null && samePrincipal(recipient, grant.requester)
      ? `; ask again on the same terms from its page, or with \`curfew request --again ${grant.requestId}\``
      : "";
  const members = books.usersReachedBy([grant.beneficiary]);
  const told = [...partiesOf(grant), ...members, ...approvers];
  const recipients = new Map(told.map((ref) => [principalKey(ref), ref]));
  return {
    notifications: [...recipients.values()].map((recipient) => ({
      recipient,
      type: news.type,
      requestId: grant.requestId,
      grantId: grant.id,
      text: `${text}${errorFor(recipient, event, news === NEVER_LIVE ? grant : null)}${news.after ?? ""}${again(recipient)}`,
      at,
    })),
  };
}

/** Only the owner of the target reads what its target said. */
function errorFor(recipient: PrincipalRef, { privateFacts }: DomainEvent, never: Grant | null): string {
  const told = privateFacts?.tenantId === recipient.tenantId ? privateFacts.facts.error : undefined;
  const error = told ?? (never?.tenantId === recipient.tenantId ? unopenedIn(never) : undefined);
  return typeof error === "string" ? ` (${error})` : "";
}

/** Everyone who may decide, or who is told in automatic mode; never somebody who asks for themselves. */
function approversToTell(books: Books, request: AccessRequest): readonly PrincipalRef[] {
  const conflicted = books.peopleBehind([request.requester, request.beneficiary]);
  const named = [
    ...toldAtOnce({ mode: "manual", stages: request.stages }),
    ...request.madeUnder.flatMap(({ settings }) => toldAtOnce(settings.approval)),
  ];
  const told = whoCanDecide(books, named, { home: request.tenantId, conflicted });
  // An emergency where nobody is named still reaches somebody: it never goes unseen.
  return told.length > 0 ? told : ownersToTell(books, request, conflicted);
}

/** Of the open stage, escalation included once it is reached, those who have not decided yet. */
function whoIsWaitedFor(books: Books, request: AccessRequest, at: Instant): readonly PrincipalRef[] {
  const { state, stages, approvals } = request;
  const stage = state.name === "pending" ? stages[state.stage] : undefined;
  if (stage === undefined || state.name !== "pending") return [];
  const conflicted = books.peopleBehind([request.requester, request.beneficiary]);
  const named = seats(stage, at - state.stageStartedAt);
  const told = whoCanDecide(books, named, { home: request.tenantId, conflicted });
  const waited = told.filter((ref) => !approvals.some(({ approver }) => samePrincipal(approver, ref)));
  return told.length > 0 ? waited : ownersToTell(books, request, conflicted);
}

function ownersToTell(
  books: Books,
  { tenantId, applicationId }: AccessRequest,
  conflicted: ReadonlySet<PersonKey>,
): readonly PrincipalRef[] {
  const application = applicationId === null ? null : books.of(tenantId).application(applicationId);
  return whoCanDecide(books, application?.owners ?? [], { home: tenantId, conflicted });
}

function isActor(event: DomainEvent, ref: PrincipalRef): boolean {
  if ("ref" in event.actor) return samePrincipal(event.actor.ref, ref);
  return event.privateFacts?.facts.actor === ref.objectId;
}

/** INVARIANT I11: the other party reads that an approver wrote, as its own log has it, and not who. */
function writerFor(books: Books, event: DomainEvent, { tenantId }: PrincipalRef): string {
  const { actor } = event;
  if (actor.kind !== "party" || actor.tenantId === tenantId) return actorName(books, event);
  return `${books.of(actor.tenantId).tenant.displayName}, an approver,`;
}

/** For readers of the actor's own tenant. */
function actorName(books: Books, event: DomainEvent): string {
  if ("ref" in event.actor) return nameOf(books, event.actor.ref);
  const objectId = event.privateFacts?.facts.actor;
  if (typeof objectId !== "string" || event.actor.kind !== "party") return "Curfew";
  return nameOf(books, { tenantId: event.actor.tenantId, objectId: asId(objectId) });
}

function partiesOf({ requester, beneficiary }: Pick<Grant, "requester" | "beneficiary">): PrincipalRef[] {
  return samePrincipal(requester, beneficiary) ? [beneficiary] : [requester, beneficiary];
}
