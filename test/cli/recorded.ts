/** Answers of the API as they were recorded, held to openapi.json so that they cannot drift from it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Answer, OperationId } from "../../src/client/client.ts";
import { OPERATIONS } from "../../src/client/operations.ts";
import type { AccessRequest, Eligibility, Grant, Preview } from "../../src/client/types.ts";

export const CONTOSO = "3076970a-1a0c-5a67-9041-35cb5a81f07f";
export const FABRIKAM = "dd155991-57cc-50cf-839b-90a892dc8493";
const SUBSCRIPTION = "0f3a1c22-9d4e-5b1f-8a77-3c1f5d2e9b10";
export const CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c";
export const READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
export const REQUEST = "3f9c2a71-5d10-4c55-9a86-0a4be1a7c801";
export const GRANT = "7b1e04d2-8c3f-4b0d-9c55-2f1f6a6d1a02";

export const FRANK = {
  tenantId: FABRIKAM,
  objectId: "00c6e8ec-dc2f-5b34-89e1-68c7f7ead920",
  kind: "user",
  displayName: "Frank Fischer",
  tenantName: "Fabrikam",
};
const SUPPORT = {
  ...FRANK,
  objectId: "5c1d3b8e-43aa-5a0f-8f0e-9b1d4d7c2e33",
  kind: "group",
  displayName: "support",
};

/** Beside a request: one comment, and nothing else to say. */
export const CONTEXT: Answer<"readRequestContext"> = {
  canDecide: false,
  cannotDecide: null,
  canCancel: false,
  canAccept: false,
  adds: [],
  history: { earlier: 0, endedOnTime: 0, endedEarly: 0, denied: 0, sentence: "first request" },
  overlapping: [],
  rules: [],
  window: { startsAt: "2026-11-21T13:02:24Z", endsAt: "2026-11-21T13:02:44Z" },
  extending: null,
  minimumDuration: null,
  justificationRequired: true,
  lately: [],
  talk: {
    canComment: false,
    canRemind: false,
    remindFrom: null,
    said: [
      { at: "2026-11-21T13:02:10Z", by: "Frank Fischer", text: null },
      { at: "2026-11-21T13:02:15Z", by: "Contoso, an approver", text: "which order?" },
    ],
  },
  ends: [],
};

export function scopeOf(application: string): string {
  return `/subscriptions/${SUBSCRIPTION}/resourceGroups/apps/providers/Microsoft.Solutions/applications/${application}`;
}

export const LIMITS: Preview["limits"] = {
  maximumDuration: "PT4H",
  defaultDuration: "PT1H",
  minimumDuration: "PT10S",
  justificationRequired: false,
  ticketRequired: false,
  mfaRequired: false,
  emergencyAllowed: false,
  emergencyMaximumDuration: "PT1H",
  approval: "manual",
};

export function eligibility(application: string, more: Partial<Eligibility> = {}): Eligibility {
  return {
    scope: scopeOf(application),
    scopeName: application,
    managedScope: `/subscriptions/${SUBSCRIPTION}/resourceGroups/${application}-managed`,
    ownerName: "Contoso",
    roleDefinitionId: CONTRIBUTOR,
    roleName: "Contributor",
    through: "support",
    startsAt: "2026-01-01T00:00:00.000Z",
    endsAt: null,
    limits: LIMITS,
    source: { kind: "application", name: application, version: 1 },
    decidedBy: [{ tenantName: "Contoso", count: 2, names: [], required: 1 }],
    ...more,
  };
}

export function preview(more: Partial<Preview> = {}): Preview {
  return {
    allowed: true,
    problem: null,
    rules: [
      { rule: "EligibilityRule", outcome: "satisfied", message: "eligible through group support" },
      { rule: "BeneficiaryRule", outcome: "satisfied", message: "for yourself" },
      { rule: "MfaRule", outcome: "notApplicable", message: "no second factor is demanded" },
      { rule: "ExpirationRule", outcome: "satisfied", message: "at most 4 h" },
      { rule: "ActiveDurationTooShort", outcome: "satisfied", message: "at least 10 s" },
      { rule: "JustificationRule", outcome: "notApplicable", message: "no justification is demanded" },
      { rule: "RoleAssignmentExists", outcome: "satisfied", message: "no overlapping access" },
    ],
    missing: [],
    duration: "PT30S",
    window: { startsAt: "2026-11-21T13:02:03.000Z", endsAt: "2026-11-21T13:02:33.000Z" },
    scope: scopeOf("orders"),
    scopeName: "orders",
    ownerName: "Contoso",
    roles: ["Contributor"],
    through: "eligible through group support",
    limits: LIMITS,
    stages: [{ required: 1, approved: 0, approvers: { tenantName: "Contoso", count: 2, names: [] } }],
    enforcedBy: ["orders-database"],
    ends: [],
    ...more,
  };
}

const TERMS = { roleDefinitionIds: [CONTRIBUTOR], duration: "PT30S", startAt: null };

export function accessRequest(more: Partial<AccessRequest> = {}): AccessRequest {
  return {
    id: REQUEST,
    version: 1,
    state: "pending",
    stateAt: "2026-11-21T13:02:03.120Z",
    requester: FRANK,
    beneficiary: FRANK,
    scope: scopeOf("orders"),
    scopeName: "orders",
    ownerName: "Contoso",
    roles: [{ id: CONTRIBUTOR, name: "Contributor" }],
    asked: TERMS,
    terms: TERMS,
    proposal: null,
    operation: null,
    justification: "fix order 4711",
    ticket: null,
    emergency: false,
    extendsGrantId: null,
    createdAt: "2026-11-21T13:02:03.120Z",
    timedOutBecause: null,
    decideBy: "2026-11-22T13:02:03.120Z",
    neededUntil: null,
    strandedAt: null,
    stages: [{ required: 1, approved: 0, approvers: { tenantName: "Contoso", count: 2, names: [] } }],
    decisions: [],
    grantIds: [],
    became: null,
    denial: null,
    ...more,
  };
}

export function approved(justification = "one row is enough"): AccessRequest {
  const terms = { ...TERMS, duration: "PT20S" };
  return accessRequest({
    version: 2,
    state: "approved",
    stateAt: "2026-11-21T13:02:24.300Z",
    terms,
    decideBy: null,
    stages: [{ required: 1, approved: 1, approvers: { tenantName: "Contoso", count: 2, names: [] } }],
    decisions: [
      {
        decision: "approve",
        by: { tenantName: "Contoso" },
        stage: 0,
        justification,
        terms,
        at: "2026-11-21T13:02:24.300Z",
      },
    ],
    grantIds: [GRANT],
  });
}

export function grant(more: Partial<Grant> = {}): Grant {
  return {
    id: GRANT,
    requestId: REQUEST,
    underGrantId: null,
    kind: "activation",
    state: "active",
    liveness: "live",
    beneficiary: FRANK,
    roleDefinitionId: CONTRIBUTOR,
    roleName: "Contributor",
    scope: scopeOf("orders"),
    scopeName: "orders",
    ownerName: "Contoso",
    managedScope: null,
    startsAt: "2026-11-21T13:02:24.000Z",
    endsAt: "2026-11-21T13:02:44.000Z",
    effectiveEnd: { at: "2026-11-21T13:02:44.000Z", because: "expired" },
    heldBy: "native",
    endedBecause: null,
    unconfirmed: null,
    askAgain: null,
    got: null,
    extension: null,
    emergency: false,
    review: null,
    why: null,
    entitlements: [entitlement()],
    ...more,
  };
}

export function entitlement(
  more: Partial<Grant["entitlements"][number]> = {},
): Grant["entitlements"][number] {
  return {
    bindingId: "9a3b7c10-0d5e-5f6a-8b9c-1d2e3f4a5b6c",
    targetId: "4e5f6a7b-8c9d-5e0f-9a1b-2c3d4e5f6a7b",
    targetKind: "postgres",
    target: {
      label: "PostgreSQL",
      atTheEnd: "log-in refused, sessions cut",
      sessions: "cutByCurfew",
      issuesSecret: true,
      canExtend: true,
    },
    member: { tenantId: FABRIKAM, objectId: FRANK.objectId },
    required: true,
    state: "present",
    enforcedUntil: "2026-11-21T13:02:44.000Z",
    attempts: 1,
    lastError: null,
    fault: null,
    secretIssued: false,
    ...more,
  };
}

export function standing(id: string, application: string, roleName: string, why: string): Grant {
  return grant({
    id,
    requestId: null,
    kind: "standing",
    beneficiary: SUPPORT,
    roleDefinitionId: roleName === "Reader" ? READER : CONTRIBUTOR,
    roleName,
    scope: scopeOf(application),
    scopeName: application,
    startsAt: "2026-10-22T08:00:00.000Z",
    endsAt: null,
    effectiveEnd: { at: null, because: "standing access has no end" },
    heldBy: "never",
    why,
    entitlements: [],
  });
}

export function page<T>(...items: T[]): { items: T[]; nextCursor: null } {
  return { items, nextCursor: null };
}

const description = JSON.parse(readFileSync(new URL("../../openapi.json", import.meta.url), "utf8"));
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });

/** The answer itself, once it was seen to be one that the API gives. */
export function held<O extends OperationId>(operation: O, answer: Answer<O>): Answer<O> {
  const { method, path } = OPERATIONS[operation];
  const responses = description.paths[path][method.toLowerCase()].responses;
  const schema = (responses["200"] ?? responses["201"]).content["application/json"].schema;
  const fits = ajv.validate(schema, answer);
  assert.ok(fits, `${operation}: ${ajv.errorsText()}`);
  return answer;
}
