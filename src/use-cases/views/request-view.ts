/** An access request as one of its two parties may see it: the other party's people stay unnamed (I11). */
import type { AccessRequest, ApprovalRecord } from "../../domain/access-request.ts";
import { standingApprovals } from "../../domain/access-request.ts";
import type { PrincipalRef } from "../../domain/principal.ts";
import type { Stage } from "../../domain/role-settings.ts";
import type { Caller, Tx } from "../ports.ts";
import { type NamedPrincipal, type Names, namesIn } from "./names.ts";

export interface StageView {
  readonly required: number;
  readonly approved: number;
  readonly approvers: DecidersView;
}

/** People of one's own tenant by name, another tenant by name and number. */
export interface DecidersView {
  readonly tenantName: string;
  readonly count: number;
  readonly names: readonly string[];
}

export interface DecisionView {
  readonly decision: ApprovalRecord["decision"];
  readonly by: NamedPrincipal | { readonly tenantName: string };
  readonly stage: number;
  readonly justification: string | null;
  readonly terms: ApprovalRecord["terms"];
  readonly at: ApprovalRecord["at"];
}

export interface RequestView {
  readonly request: AccessRequest;
  readonly requester: NamedPrincipal;
  readonly beneficiary: NamedPrincipal;
  readonly scopeName: string;
  readonly ownerName: string;
  readonly roles: readonly { readonly id: string; readonly name: string }[];
  readonly stages: readonly StageView[];
  readonly decisions: readonly DecisionView[];
}

export async function viewRequest(tx: Tx, caller: Caller, request: AccessRequest): Promise<RequestView> {
  const names = namesIn(tx);
  const roles = [];
  for (const id of request.asked.roleDefinitionIds) roles.push({ id, name: await names.role(id) });
  const stages = [];
  for (const [index, stage] of request.stages.entries()) {
    const approved = standingApprovals(request).filter((given) => given.stage === index).length;
    stages.push({
      required: stage.required,
      approved,
      approvers: await viewDeciders(tx, names, caller, stage, request),
    });
  }
  const decisions = [];
  for (const given of request.approvals) decisions.push(await viewDecision(names, caller, given, request));
  return {
    request,
    requester: await names.principal(request.requester),
    beneficiary: await names.principal(request.beneficiary),
    scopeName: await names.scope(request.scope),
    ownerName: await names.tenant(request.tenantId),
    roles,
    stages,
    decisions,
  };
}

export async function viewDeciders(
  tx: Tx,
  names: Names,
  caller: Caller,
  stage: Pick<Stage, "approvers">,
  owned: Pick<AccessRequest, "tenantId">,
): Promise<DecidersView> {
  const users = await tx.usersReachedBy(stage.approvers);
  const mine = caller.ref.tenantId === owned.tenantId;
  return {
    tenantName: await names.tenant(owned.tenantId),
    count: users.length,
    names: mine ? users.map((user) => user.displayName) : [],
  };
}

async function viewDecision(
  names: Names,
  caller: Caller,
  given: ApprovalRecord,
  owned: AccessRequest,
): Promise<DecisionView> {
  const { decision, stage, justification, terms, at } = given;
  return {
    decision,
    stage,
    justification,
    terms,
    at,
    by: await seenAs(names, caller, given.approver, owned),
  };
}

async function seenAs(names: Names, caller: Caller, ref: PrincipalRef, owned: AccessRequest) {
  if (ref.tenantId === caller.ref.tenantId) return names.principal(ref);
  return { tenantName: await names.tenant(owned.tenantId) };
}
