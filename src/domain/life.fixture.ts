/** Requests and grants with only what a test is about spelled out. */
import type { AccessRequest, ApprovalRecord, PendingRequest, Terms } from "./access-request.ts";
import type { Entitlement, Grant } from "./grant.ts";
import type {
  AccessRequestId,
  BindingId,
  GrantId,
  ObjectId,
  RoleDefinitionId,
  TargetId,
  TenantId,
} from "./ids.ts";
import type { Group, PersonKey, PrincipalRef, ServicePrincipal, User } from "./principal.ts";
import type { Stage } from "./role-settings.ts";
import type { Scope } from "./scope.ts";
import { addMs, HOUR_MS, type Instant, instant, MINUTE_MS } from "./time.ts";

export const TENANT = "contoso" as TenantId;
export const OTHER_TENANT = "fabrikam" as TenantId;
export const SCOPE = "/subscriptions/0a1b2c3d-0000-4000-8000-000000000001/resourceGroups/web" as Scope;
export const NOW: Instant = instant(Date.UTC(2026, 2, 2, 9));

export const roleId = (name: string) => name as RoleDefinitionId;

export function ref(objectId: string, tenantId: TenantId = TENANT): PrincipalRef {
  return { tenantId, objectId: objectId as ObjectId };
}

export function user(name: string, more: Partial<User> = {}): User {
  const email = `${name}@contoso.example`;
  return {
    ...ref(name),
    kind: "user",
    displayName: name,
    email,
    linkedTo: null,
    deletedAt: null,
    lock: null,
    ...more,
  };
}

export function group(name: string, owners: readonly string[] = []): Group {
  return {
    ...ref(name),
    kind: "group",
    displayName: name,
    deletedAt: null,
    lock: null,
    owners: owners as ObjectId[],
  };
}

export function workload(name: string, owners: readonly string[] = []): ServicePrincipal {
  return {
    ...ref(name),
    kind: "servicePrincipal",
    displayName: name,
    deletedAt: null,
    lock: null,
    owners: owners as ObjectId[],
  };
}

export function terms(more: Partial<Terms> = {}): Terms {
  return { roleDefinitionIds: [roleId("contributor")], durationMs: HOUR_MS, startAt: null, ...more };
}

export function stage(approvers: readonly string[], more: Partial<Stage> = {}): Stage {
  return {
    approvers: approvers.map((name) => ref(name)),
    required: 1,
    decideByMs: HOUR_MS,
    escalation: null,
    ...more,
  };
}

export function approval(name: string, more: Partial<ApprovalRecord> = {}): ApprovalRecord {
  return {
    stage: 0,
    approver: ref(name),
    person: `${TENANT}/${name}` as PersonKey,
    decision: "approve",
    justification: null,
    terms: terms(),
    at: NOW,
    ...more,
  };
}

export function pendingRequest(more: Partial<PendingRequest> = {}): PendingRequest {
  const asked = more.asked ?? terms();
  return {
    id: "request" as AccessRequestId,
    tenantId: TENANT,
    otherTenantId: null,
    version: 1,
    extendsGrantId: null,
    requester: ref("colin"),
    beneficiary: ref("colin"),
    scope: SCOPE,
    managedScope: null,
    applicationId: null,
    asked,
    terms: asked,
    purpose: null,
    plan: null,
    justification: null,
    ticket: null,
    emergency: false,
    session: { amr: [], acr: null, acrs: [], authTime: null, ip: null, via: "test" },
    neededUntil: null,
    createdAt: NOW,
    madeUnder: [],
    stages: [stage(["carol"])],
    approvals: [],
    state: { name: "pending", stage: 0, stageStartedAt: NOW, decideBy: addMs(NOW, HOUR_MS), proposal: null },
    ...more,
  };
}

export function ended(request: AccessRequest): AccessRequest[] {
  const at = NOW;
  return [
    { ...request, state: { name: "approved", at, automatically: false, grantIds: [] } },
    { ...request, state: { name: "denied", at, by: null, justification: null, rules: [] } },
    { ...request, state: { name: "canceled", at, by: ref("colin") } },
    { ...request, state: { name: "timedOut", at, because: "decideBy" } },
  ];
}

export function grant(more: Partial<Grant> = {}): Grant {
  return {
    id: "grant" as GrantId,
    tenantId: TENANT,
    otherTenantId: null,
    version: 1,
    kind: "activation",
    requestId: "request" as AccessRequestId,
    underGrantId: null,
    requester: ref("colin"),
    beneficiary: ref("colin"),
    roleDefinitionId: roleId("contributor"),
    scope: SCOPE,
    managedScope: null,
    applicationId: null,
    emergency: false,
    why: null,
    entitlements: [],
    gatePassedAt: null,
    review: null,
    state: { name: "active" },
    startsAt: NOW,
    endsAt: addMs(NOW, HOUR_MS),
    ...more,
  };
}

export function entitlement(more: Partial<Entitlement> = {}): Entitlement {
  return {
    bindingId: "binding" as BindingId,
    targetId: "target" as TargetId,
    member: ref("colin"),
    required: true,
    entitlement: { role: "orders_rw" },
    state: "planned",
    wanted: { generation: 1, expiresAt: addMs(NOW, HOUR_MS) },
    handle: null,
    enforcedUntil: null,
    generation: 0,
    attempts: 0,
    retryAt: null,
    lastError: null,
    fault: null,
    secretClaimedAt: null,
    everClaimed: false,
    ...more,
  };
}

export const present = (more: Partial<Entitlement> = {}): Entitlement =>
  entitlement({ state: "present", generation: 1, handle: { role: "curfew_x" }, ...more });

export const minutes = (count: number): Instant => addMs(NOW, count * MINUTE_MS);
