/** Schedules and their instances: who is eligible for what, who holds what, when; one form for both surfaces. */
import type { Eligibility } from "../domain/eligibility.ts";
import { type Grant, isLive } from "../domain/grant.ts";
import { asId, type GrantId, isGuid } from "../domain/ids.ts";
import { type Identity, type PrincipalRef, samePrincipal } from "../domain/principal.ts";
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import { outcomeOfGrants } from "../domain/request-outcome.ts";
import { type Scope, sameScope, scopeCovers } from "../domain/scope.ts";
import { contains, type Instant } from "../domain/time.ts";
import type { Page, PageAsk } from "../use-cases/ports.ts";
import type { Source } from "../use-cases/views/pages.ts";
import { findIdentity } from "../use-cases/views/read-directory.ts";
import {
  listAssignmentSchedules,
  listEligibilitySchedules,
  readAssignmentSchedule,
} from "../use-cases/views/read-schedules.ts";
import type { PimCall } from "./pim-call.ts";
import { type Of, statusWord } from "./pim-request.ts";

export interface PimSchedule {
  readonly id: string;
  readonly of: Of;
  readonly scope: Scope;
  readonly roleDefinitionId: string;
  readonly principal: PrincipalRef;
  readonly memberType: "Direct" | "Group" | "Inherited";
  readonly assignmentType: "Activated" | "Assigned";
  readonly status: string;
  readonly startsAt: Instant;
  readonly endsAt: Instant | null;
  readonly requestId: string | null;
  /** Whether it is in effect: an instance exists from the start to the end, and while the target confirms it. */
  readonly inEffect: boolean;
}

export interface SchedulesWanted {
  readonly of: Of;
  /** Of these, only what is in effect now. */
  readonly instances: boolean;
  readonly scope: Scope;
}

/** As the caller may see them. */
export function schedulesAt(
  call: PimCall,
  identity: Identity,
  { of, instances, scope }: SchedulesWanted,
): Source<PimSchedule> {
  const list = of === "eligibility" ? eligibilities : assignments;
  return {
    async read(ask) {
      const found = await list(call, { ...ask, scope }, identity);
      if (!found.ok || !instances) return found;
      return accept({ ...found.value, items: found.value.items.filter(({ inEffect }) => inEffect) });
    },
    at: ({ startsAt, id }) => ({ at: of === "eligibility" ? null : startsAt, id }),
  };
}

export async function callersIdentity({ deps, caller }: PimCall): Promise<Outcome<Identity>> {
  const identity = await findIdentity(deps, caller.ref);
  return identity === null
    ? reject("unknown_principal", "your identity is not known here any more")
    : accept(identity);
}

type ScopeAsk = PageAsk & { readonly scope: Scope };

async function eligibilities(
  call: PimCall,
  ask: ScopeAsk,
  identity: Identity,
): Promise<Outcome<Page<PimSchedule>>> {
  const all = await listEligibilitySchedules(call.deps, call.caller, ask.scope);
  if (!all.ok) return all;
  const { after } = ask;
  const rest = all.value.filter(({ id }) => after === undefined || id > after.id);
  const shown = rest.slice(0, ask.limit);
  const last = shown.at(-1);
  const now = call.deps.clock.now();
  return accept({
    items: shown.map((one) => fromEligibility(one, identity, ask.scope, now)),
    after: last === undefined || rest.length === shown.length ? null : { at: null, id: last.id },
  });
}

async function assignments(
  call: PimCall,
  ask: ScopeAsk,
  identity: Identity,
): Promise<Outcome<Page<PimSchedule>>> {
  const { limit, after } = ask;
  const filter = after === undefined ? { limit } : { limit, after };
  const page = await listAssignmentSchedules(call.deps, call.caller, ask.scope, filter);
  const now = call.deps.clock.now();
  return accept({
    items: page.items.map((grant) => fromGrant(grant, identity, ask.scope, now)),
    after: page.after,
  });
}

/** By its GUID, at whichever scope it concerns. */
export async function findSchedule(
  call: PimCall,
  of: Of,
  scope: Scope,
  id: string,
): Promise<Outcome<PimSchedule>> {
  const missing = reject("not_found", `there is no schedule \`${id.slice(0, 80)}\` that you can see`);
  const identity = await callersIdentity(call);
  if (!isGuid(id) || !identity.ok) return missing;
  const now = call.deps.clock.now();
  if (of === "assignment") {
    const grant = await readAssignmentSchedule(call.deps, call.caller, asId<GrantId>(id));
    return grant.ok ? accept(fromGrant(grant.value, identity.value, scope, now)) : missing;
  }
  const all = await listEligibilitySchedules(call.deps, call.caller, scope);
  const found = all.ok ? all.value.find((one) => one.id === id.toLowerCase()) : undefined;
  return found === undefined ? missing : accept(fromEligibility(found, identity.value, scope, now));
}

function fromEligibility(one: Eligibility, identity: Identity, asked: Scope, now: Instant): PimSchedule {
  return {
    id: one.id,
    of: "eligibility",
    scope: one.scope,
    roleDefinitionId: one.roleDefinitionId,
    principal: one.principal,
    memberType: memberType(one.principal, one.scope, identity, asked),
    assignmentType: "Assigned",
    status: now < one.startsAt ? "Granted" : "Provisioned",
    startsAt: one.startsAt,
    endsAt: one.endsAt,
    requestId: null,
    inEffect: contains(one, now),
  };
}

export function fromGrant(grant: Grant, identity: Identity, asked: Scope, now: Instant): PimSchedule {
  return {
    id: grant.id,
    of: "assignment",
    scope: grant.scope,
    roleDefinitionId: grant.roleDefinitionId,
    principal: grant.beneficiary,
    memberType: memberType(grant.beneficiary, grant.scope, identity, asked),
    assignmentType: grant.kind === "activation" ? "Activated" : "Assigned",
    status: scheduleStatus(grant, now),
    startsAt: grant.startsAt,
    endsAt: grant.endsAt,
    requestId: grant.requestId,
    inEffect: isLive(grant, now),
  };
}

/** As its request has it; only what has been there and is over is never said to be there, nor to be gone unseen. */
function scheduleStatus(grant: Grant, now: Instant): string {
  const outcome = outcomeOfGrants([grant], now);
  if (outcome.name === "closing") return "PendingRevocation";
  return outcome.name === "ended" && outcome.cause === "expired" ? "Revoked" : statusWord(outcome);
}

/** From above it is inherited; through a group it is the group's. */
function memberType(
  holder: PrincipalRef,
  scope: Scope,
  identity: Identity,
  asked: Scope,
): PimSchedule["memberType"] {
  if (!sameScope(scope, asked) && scopeCovers(scope, asked)) return "Inherited";
  return !samePrincipal(holder, identity.principal) &&
    identity.groups.some(({ objectId }) => objectId === holder.objectId)
    ? "Group"
    : "Direct";
}
