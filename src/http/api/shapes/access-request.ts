/** An access request on the wire. */

import { z } from "zod";
import { type AccessRequest, PURPOSES, type Terms } from "../../../domain/access-request.ts";
import { RULES } from "../../../domain/rule.ts";
import type { SubmitInput } from "../../../policy/decisions/prepare.ts";
import type { Made } from "../../../use-cases/decisions.ts";
import type { Caller } from "../../../use-cases/ports.ts";
import {
  durationIn,
  durationOut,
  durationText,
  formatDuration,
  guid,
  idOf,
  instantIn,
  instantOut,
  instantText,
  iso,
  isoOrNull,
  scope,
  scopeIn,
  text,
} from "../../../use-cases/values.ts";
import { type DecisionView, type RequestView, viewRequest } from "../../../use-cases/views/request-view.ts";

const MAX_ROLES = 50;

export const submitBody = z.strictObject({
  scope,
  roleDefinitionIds: z.array(guid).min(1).max(MAX_ROLES),
  duration: durationText.optional(),
  startAt: instantText.optional(),
  neededUntil: instantText.optional(),
  justification: text(4_000).optional(),
  ticket: z.strictObject({ system: text(64), number: text(64) }).optional(),
  operation: z.strictObject({ purpose: z.enum(PURPOSES), plan: text(8_000).optional() }).optional(),
  beneficiaryId: guid.optional(),
  emergency: z.boolean().default(false),
});

export function submitInput(body: z.output<typeof submitBody>, { ref }: Pick<Caller, "ref">): SubmitInput {
  return {
    scope: scopeIn(body.scope),
    roleDefinitionIds: body.roleDefinitionIds.map((id) => idOf(id)),
    durationMs: durationIn(body.duration),
    startAt: instantIn(body.startAt),
    neededUntil: instantIn(body.neededUntil),
    justification: body.justification ?? null,
    ticket: body.ticket ?? null,
    purpose: body.operation?.purpose ?? null,
    plan: body.operation?.plan ?? null,
    beneficiary:
      body.beneficiaryId === undefined
        ? null
        : { tenantId: ref.tenantId, objectId: idOf(body.beneficiaryId) },
    emergency: body.emergency,
  };
}

export const ruleShape = z.object({
  rule: z.enum(RULES),
  outcome: z.enum(["satisfied", "unsatisfied", "notApplicable"]),
  message: z.string(),
  missing: z.string().optional(),
});

export const principalShape = z.object({
  tenantId: guid,
  objectId: guid,
  kind: z.string(),
  displayName: z.string(),
  tenantName: z.string(),
});

const termsShape = z.object({
  roleDefinitionIds: z.array(guid),
  duration: durationOut,
  startAt: instantOut.nullable(),
});

const decidersShape = z.object({
  tenantName: z.string(),
  count: z.number().int(),
  names: z.array(z.string()).meta({ description: "people of one's own tenant only" }),
});

export const stageShape = z.object({
  required: z.number().int(),
  approved: z.number().int(),
  approvers: decidersShape,
});

const decisionShape = z.object({
  decision: z.enum(["approve", "deny"]),
  by: z.union([principalShape, z.object({ tenantName: z.string() })]),
  stage: z.number().int(),
  justification: z.string().nullable(),
  terms: termsShape,
  at: instantOut,
});

export const requestShape = z.object({
  id: guid,
  version: z.number().int(),
  state: z.enum(["pending", "approved", "denied", "canceled", "timedOut"]),
  stateAt: instantOut,
  requester: principalShape,
  beneficiary: principalShape,
  scope: z.string(),
  scopeName: z.string(),
  ownerName: z.string(),
  roles: z.array(z.object({ id: guid, name: z.string() })),
  asked: termsShape,
  terms: termsShape,
  proposal: z.object({ terms: termsShape, justification: z.string().nullable(), at: instantOut }).nullable(),
  operation: z.object({ purpose: z.enum(PURPOSES), plan: z.string().nullable() }).nullable(),
  justification: z.string().nullable(),
  ticket: z.object({ system: z.string(), number: z.string() }).nullable(),
  emergency: z.boolean(),
  extendsGrantId: guid.nullable(),
  createdAt: instantOut,
  decideBy: instantOut.nullable(),
  neededUntil: instantOut.nullable(),
  stages: z.array(stageShape),
  decisions: z.array(decisionShape),
  grantIds: z.array(guid),
  denial: z.object({ justification: z.string().nullable(), rules: z.array(ruleShape) }).nullable(),
});

export function requestJson(view: RequestView): z.input<typeof requestShape> {
  const { request } = view;
  const { state } = request;
  return {
    id: request.id,
    version: request.version,
    state: state.name,
    stateAt: iso(state.name === "pending" ? state.stageStartedAt : state.at),
    requester: view.requester,
    beneficiary: view.beneficiary,
    scope: request.scope,
    scopeName: view.scopeName,
    ownerName: view.ownerName,
    roles: [...view.roles],
    asked: termsJson(request.asked),
    terms: termsJson(request.terms),
    proposal: proposalJson(request),
    operation: request.purpose === null ? null : { purpose: request.purpose, plan: request.plan },
    justification: request.justification,
    ticket: request.ticket,
    emergency: request.emergency,
    extendsGrantId: request.extendsGrantId,
    createdAt: iso(request.createdAt),
    decideBy: state.name === "pending" ? iso(state.decideBy) : null,
    neededUntil: isoOrNull(request.neededUntil),
    stages: view.stages.map((stage) => ({
      ...stage,
      approvers: { ...stage.approvers, names: [...stage.approvers.names] },
    })),
    decisions: view.decisions.map(decisionJson),
    grantIds: state.name === "approved" ? [...state.grantIds] : [],
    denial: state.name === "denied" ? { justification: state.justification, rules: [...state.rules] } : null,
  };
}

/** What was decided, as whoever decided it sees it. */
export function requestAnswer({ value, moment }: Made<AccessRequest>): z.input<typeof requestShape> {
  return requestJson(viewRequest(moment.books, moment.caller, value));
}

function decisionJson(view: DecisionView): z.input<typeof decisionShape> {
  return { ...view, terms: termsJson(view.terms), at: iso(view.at) };
}

function proposalJson({ state }: AccessRequest): z.input<typeof requestShape>["proposal"] {
  if (state.name !== "pending" || state.proposal === null) return null;
  const { terms, justification, at } = state.proposal;
  return { terms: termsJson(terms), justification, at: iso(at) };
}

export function termsJson(terms: Terms): z.input<typeof termsShape> {
  return {
    roleDefinitionIds: [...terms.roleDefinitionIds],
    duration: formatDuration(terms.durationMs),
    startAt: isoOrNull(terms.startAt),
  };
}
