/** Asks for access: pending, or approved at once where the settings say so. An extension is an ask as well. */
import { aboutRequest, requestFacts } from "../../domain/about.ts";
import { type AccessRequest, defaultNeededUntil, pendingState } from "../../domain/access-request.ts";
import type { Caller } from "../../domain/caller.ts";
import { type Grant, isLive } from "../../domain/grant.ts";
import { type AccessRequestId, asId, type IdSource } from "../../domain/ids.ts";
import { refOf, samePrincipal } from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { Approval } from "../../domain/role-settings.ts";
import { stamp, stampSystem } from "../../domain/stamp.ts";
import { earliest, type Instant, type Window } from "../../domain/time.ts";
import { mayBreakGlass, mayExtend } from "../authority.ts";
import { type Decided, joined, NO_ROWS, nextGrant, type Refused, type Rows, rowOf } from "./change.ts";
import {
  type AskFacts,
  type Asking,
  type Prepared,
  prepareRequest,
  refusalOf,
  type SubmitInput,
} from "./prepare.ts";
import { settleRequest } from "./settle.ts";

export function submitRequest(
  asking: Asking,
  input: SubmitInput,
  facts: AskFacts,
  ids: IdSource,
): Decided<AccessRequest> {
  if (input.emergency) {
    const allowed = mayBreakGlass(asking.caller);
    if (!allowed.ok) return allowed;
  }
  const prepared = prepareRequest(asking, input, facts);
  return prepared.ok ? request(asking, { input, prepared: prepared.value, extending: null }, ids) : prepared;
}

export interface ExtendInput {
  readonly durationMs: number | null;
  readonly endsAt?: Instant;
  readonly justification: string | null;
  readonly ticket: SubmitInput["ticket"];
}

export interface PreparedExtension extends Prepared {
  readonly ask: SubmitInput;
  readonly current: Window & { readonly endsAt: Instant };
}

export interface ToExtend {
  readonly grant: Grant;
  readonly input: ExtendInput;
  readonly facts: AskFacts;
}

/** Asks for more time on a live grant: decided by the same rules. */
export function extendGrant(
  asking: Asking,
  { grant, input, facts }: ToExtend,
  ids: IdSource,
): Decided<AccessRequest> {
  const prepared = prepareExtension(asking, grant, input, facts);
  return prepared.ok
    ? request(asking, { input: prepared.value.ask, prepared: prepared.value, extending: grant }, ids)
    : prepared;
}

/** Shared with its preview: what would be asked, and what the rules say. */
export function prepareExtension(
  asking: Asking,
  grant: Grant,
  input: ExtendInput,
  facts: AskFacts,
): Outcome<PreparedExtension> {
  const allowed = mayExtend(asking.books, asking.caller, grant);
  if (!allowed.ok) return allowed;
  if (grant.kind === "standing" || grant.endsAt === null) {
    return reject("not_extendable", "standing access has no end to extend");
  }
  if (grant.emergency)
    return reject("not_extendable", "emergency access is not extended; ask for access anew");
  if (!isLive(grant, asking.now))
    return reject("grant_not_active", "only live access can be extended; ask for it anew");
  const ask: SubmitInput = {
    scope: grant.scope,
    roleDefinitionIds: [grant.roleDefinitionId],
    durationMs: input.durationMs,
    ...(input.endsAt === undefined ? {} : { endsAt: input.endsAt }),
    startAt: null,
    // Undecided at the end it times out: the grant ends regardless.
    neededUntil: grant.endsAt,
    justification: input.justification,
    ticket: input.ticket,
    purpose: null,
    plan: null,
    beneficiary: grant.beneficiary,
    emergency: false,
  };
  const prepared = prepareRequest(asking, ask, facts, grant);
  if (!prepared.ok) return prepared;
  const { startsAt, endsAt } = grant;
  return accept({ ...prepared.value, ask, current: { startsAt, endsAt } });
}

interface ToSubmit {
  readonly input: SubmitInput;
  readonly prepared: Prepared;
  readonly extending: Grant | null;
}

function request(
  asking: Asking,
  { input, prepared, extending }: ToSubmit,
  ids: IdSource,
): Decided<AccessRequest> {
  const { books, caller, now } = asking;
  const { approval } = prepared;
  const rejection = refusalOf(prepared);
  if (rejection !== null) return { ok: false, rejection, refused: refusedAsk(caller, prepared, ids) };
  if (!approval.ok) return approval;
  const asked = newRequest(asking, { input, prepared, extending }, approval.value, ids);
  const submitted = stamp("request.submitted", aboutRequest(asked), caller, requestFacts(asked));
  if (approval.value.mode === "manual") {
    // What hangs on a grant moves it: whoever ends it meanwhile must see the extension that was asked for.
    const rows: Rows = {
      requests: [asked],
      grants: extending === null ? [] : [rowOf(nextGrant(extending), now)],
      events: [submitted],
    };
    return asChange(asking, asked, rows, extending);
  }
  const settled = settleRequest(asked, {
    books,
    ids,
    now,
    automatically: true,
    maximumTotalMs: prepared.settings.maximumTotalMs,
    held: prepared.facts.held,
    extending,
  });
  if (!settled.ok) return settled;
  const approved = stampSystem("request.approved", aboutRequest(asked), requestFacts(asked));
  const told: Rows = { ...NO_ROWS, requests: [settled.value.request], events: [submitted, approved] };
  return asChange(asking, settled.value.request, joined(told, settled.value.rows), extending);
}

function asChange(
  { home, caller, now }: Asking,
  made: AccessRequest,
  rows: Rows,
  extending: Grant | null,
): Decided<AccessRequest> {
  const people = samePrincipal(caller.ref, made.beneficiary) ? [caller.ref] : [caller.ref, made.beneficiary];
  const limits = [made.neededUntil, extending?.endsAt ?? null].filter((at) => at !== null);
  const [first, ...rest] = limits;
  const validUntil = first === undefined ? null : earliest(first, ...rest);
  return { ok: true, value: made, change: { ...rows, home, at: now, people, validUntil } };
}

function newRequest(
  { caller, now }: Asking,
  { input, prepared, extending }: ToSubmit,
  approval: Approval,
  ids: IdSource,
): AccessRequest {
  const stages = approval.mode === "manual" ? approval.stages : [];
  const terms = {
    roleDefinitionIds: input.roleDefinitionIds,
    durationMs: prepared.decision.durationMs,
    startAt: input.startAt,
  };
  return {
    id: asId<AccessRequestId>(ids.next()),
    tenantId: prepared.tenantId,
    otherTenantId: prepared.otherTenantId,
    version: 1,
    extendsGrantId: extending?.id ?? null,
    requester: caller.ref,
    beneficiary: refOf(prepared.facts.beneficiary.principal),
    scope: prepared.scope,
    managedScope: prepared.managedScope,
    applicationId: prepared.application?.id ?? null,
    asked: terms,
    terms,
    purpose: input.purpose,
    plan: input.plan,
    justification: input.justification,
    ticket: input.ticket,
    emergency: input.emergency,
    session: caller.session,
    neededUntil: input.neededUntil ?? defaultNeededUntil(terms),
    createdAt: now,
    madeUnder: prepared.inForce,
    stages,
    approvals: [],
    state: pendingState(stages, 0, now),
  };
}

/** Nothing else of a refused ask is stored. */
function refusedAsk(caller: Caller, prepared: Prepared, ids: IdSource): Refused {
  const id = ids.next();
  const { tenantId, otherTenantId, scope } = prepared;
  const failed = prepared.decision.rules.filter((rule) => rule.outcome === "unsatisfied");
  return {
    type: "request.refused",
    about: { kind: "accessRequest", id, tenantId, otherTenantId, correlationId: id },
    facts: { requester: { ...caller.ref }, scope, failed: failed.map((rule) => rule.rule) },
  };
}
