/** "What would happen" and "what happens" are this one function: preview shows its answer, submit stores it. */
import type { Purpose } from "../../domain/access-request.ts";
import type { Grant } from "../../domain/grant.ts";
import type { RoleDefinitionId, TenantId } from "../../domain/ids.ts";
import type { PersonKey, PrincipalRef } from "../../domain/principal.ts";
import { samePrincipal } from "../../domain/principal.ts";
import { accept, type Outcome, type Rejection, reject } from "../../domain/rejection.ts";
import type { Approval } from "../../domain/role-settings.ts";
import type { Scope } from "../../domain/scope.ts";
import type { Instant } from "../../domain/time.ts";
import { nothingToActivate } from "../../policy/declined-jit.ts";
import { type Decision, evaluateActivation } from "../../policy/evaluate-activation.ts";
import type { Caller, Tx } from "../ports.ts";
import { mayKnowOf, noSuchScope } from "../scope-owner.ts";
import { type Activation, loadActivation } from "./load-activation.ts";
import { resolveApproval } from "./resolve-approval.ts";
import { rulesRejection } from "./rules-rejection.ts";

/** What a person asks for, translated and bounded by the surface it came through. */
export interface SubmitInput {
  readonly scope: Scope;
  readonly roleDefinitionIds: readonly RoleDefinitionId[];
  /** Null asks for the default of the settings. */
  readonly durationMs: number | null;
  readonly startAt: Instant | null;
  readonly neededUntil: Instant | null;
  readonly justification: string | null;
  readonly ticket: { readonly system: string; readonly number: string } | null;
  readonly purpose: Purpose | null;
  readonly plan: string | null;
  /** Null: for oneself. */
  readonly beneficiary: PrincipalRef | null;
  readonly emergency: boolean;
}

export interface Prepared extends Activation {
  readonly decision: Decision;
  /** Who decides, once stages that nobody could decide have fallen to the owners. */
  readonly approval: Outcome<Approval>;
  /** Where JIT access was declined: there is nothing to ask for, whatever the rules say. */
  readonly declined: Rejection | null;
  readonly conflicted: ReadonlySet<PersonKey>;
  readonly policySeen: number;
  readonly tenantId: TenantId;
  readonly otherTenantId: TenantId | null;
}

export async function prepareRequest(
  tx: Tx,
  caller: Caller,
  input: SubmitInput,
  now: Instant,
  extending: Grant | null = null,
): Promise<Outcome<Prepared>> {
  if (new Set(input.roleDefinitionIds).size !== input.roleDefinitionIds.length) {
    return reject("invalid_input", "name each role once", { path: "/roleDefinitionIds" });
  }
  if (input.neededUntil !== null && input.neededUntil <= now) {
    return reject("invalid_input", "it is needed until an instant that has passed", { path: "/neededUntil" });
  }
  const beneficiary = extending?.beneficiary ?? input.beneficiary ?? caller.ref;
  const policySeen = await tx.holdPolicy([tx.tenantId, caller.ref.tenantId]);
  if (!(await mayKnowOf(tx, caller, input.scope))) return noSuchScope(input.scope);
  if (beneficiary.tenantId !== caller.ref.tenantId) {
    return reject("unknown_principal", "there is no such beneficiary", { path: "/beneficiaryId" });
  }
  const loaded = await loadActivation(
    tx,
    { ...input, requester: caller.ref, beneficiary, asking: true },
    now,
  );
  if (!loaded.ok) return loaded;
  const { application, facts, settings } = loaded.value;
  const decision = evaluateActivation(
    { ...input, scope: loaded.value.scope, extending, session: caller.session },
    settings,
    facts,
    now,
  );
  const forOneself = samePrincipal(caller.ref, beneficiary);
  const conflicted = await tx.peopleBehind(forOneself ? [caller.ref] : [caller.ref, beneficiary]);
  const approval = await resolveApproval(tx, decision.approval, application, conflicted);
  const otherTenantId = caller.ref.tenantId === tx.tenantId ? null : caller.ref.tenantId;
  return accept({
    ...loaded.value,
    decision,
    approval,
    declined: await declinedFor(tx, loaded.value, forOneself),
    conflicted,
    policySeen,
    tenantId: tx.tenantId,
    otherTenantId,
  });
}

/** Why it would be refused; null when it would not be. */
export function refusalOf({ declined, decision, approval }: Prepared): Rejection | null {
  if (declined !== null) return declined;
  if (!decision.allowed) return rulesRejection(decision.rules).rejection;
  return approval.ok ? null : approval.rejection;
}

async function declinedFor(tx: Tx, { application, facts }: Activation, forOneself: boolean) {
  if (application === null || application.jitAccess.enabled) return null;
  const consumerName = (await tx.tenant(tx.tenantId))?.displayName ?? tx.tenantId;
  return nothingToActivate({ application, beneficiary: facts.beneficiary, consumerName, forOneself });
}
