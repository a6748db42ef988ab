/** An access request on the wire. */

import { z } from "zod";
import {
  type AccessRequest,
  PURPOSES,
  requestDueAt,
  type Terms,
  TIME_OUT_CAUSES,
} from "../../../domain/access-request.ts";
import { END_REASONS } from "../../../domain/grant.ts";
import type { Got } from "../../../domain/request-outcome.ts";
import { RULES } from "../../../domain/rule.ts";
import type { SubmitInput } from "../../../policy/decisions/prepare.ts";
import type { Made } from "../../../use-cases/decisions.ts";
import type { Caller } from "../../../use-cases/ports.ts";
import { duration, guid, idOf, instant, line, scope, text } from "../../../use-cases/values.ts";
import { type RequestView, viewRequest } from "../../../use-cases/views/request-view.ts";
import type { Shown } from "../shown.ts";

const MAX_ROLES = 50;
const OUTCOMES = ["scheduled", "opening", "live", "closing", "ended"] as const;

export const submitBody = z.strictObject({
  scope,
  roleDefinitionIds: z.array(guid).min(1).max(MAX_ROLES),
  duration: duration.optional(),
  startAt: instant.optional(),
  neededUntil: instant.optional(),
  justification: text(4_000).optional(),
  ticket: z.strictObject({ system: line(64), number: line(64) }).optional(),
  operation: z.strictObject({ purpose: z.enum(PURPOSES), plan: text(8_000).optional() }).optional(),
  beneficiaryId: guid.optional(),
  emergency: z.boolean().default(false),
});

export function submitInput(body: z.output<typeof submitBody>, { ref }: Pick<Caller, "ref">): SubmitInput {
  return {
    scope: body.scope,
    roleDefinitionIds: body.roleDefinitionIds.map((id) => idOf(id)),
    durationMs: body.duration ?? null,
    startAt: body.startAt ?? null,
    neededUntil: body.neededUntil ?? null,
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
  duration,
  startAt: instant.nullable(),
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

export const gotShape = z
  .object({
    liveFor: duration,
    of: duration.nullable().meta({ description: "what was approved; null for what had no end" }),
    because: z.enum(END_REASONS),
    fetched: z.boolean().nullable().meta({
      description: "whether its log-in was ever fetched; null where that is not known, or there is none",
    }),
  })
  .nullable()
  .meta({ description: "what its holder had of it, once it is over" });

export function gotJson(got: Got | null): Shown<typeof gotShape> {
  return got === null ? null : { ...got, liveFor: got.liveMs, of: got.ofMs };
}

const decisionShape = z.object({
  decision: z.enum(["approve", "deny"]),
  by: z.union([principalShape, z.object({ tenantName: z.string() })]),
  stage: z.number().int(),
  justification: z.string().nullable(),
  terms: termsShape,
  at: instant,
});

export const requestShape = z.object({
  id: guid,
  version: z.number().int(),
  state: z.enum(["pending", "approved", "denied", "canceled", "timedOut"]),
  stateAt: instant,
  timedOutBecause: z.enum(TIME_OUT_CAUSES).nullable().meta({
    description:
      "grantEnded: the access that it would extend was over first; null for what has not timed out",
  }),
  requester: principalShape,
  beneficiary: principalShape,
  scope: z.string(),
  scopeName: z.string(),
  ownerName: z.string(),
  roles: z.array(z.object({ id: guid, name: z.string() })),
  asked: termsShape,
  terms: termsShape,
  proposal: z.object({ terms: termsShape, justification: z.string().nullable(), at: instant }).nullable(),
  operation: z.object({ purpose: z.enum(PURPOSES), plan: z.string().nullable() }).nullable(),
  justification: z.string().nullable(),
  ticket: z.object({ system: z.string(), number: z.string() }).nullable(),
  emergency: z.boolean(),
  extendsGrantId: guid.nullable(),
  createdAt: instant,
  decideBy: instant.nullable().meta({
    description: "from then on nobody can decide: its stage's time is over, or it is not needed any more",
  }),
  neededUntil: instant.nullable(),
  strandedAt: instant
    .nullable()
    .meta({ description: "since when too few people are left who could decide it; null while enough are" }),
  stages: z.array(stageShape),
  decisions: z.array(decisionShape),
  grantIds: z.array(guid),
  became: z
    .object({
      name: z.enum(OUTCOMES),
      unconfirmed: z
        .string()
        .nullable()
        .meta({ description: "what its targets have yet to confirm, for people; null where all is so" }),
      endsAt: instant.nullable().meta({ description: "when the last of it ends, or did" }),
      got: gotShape,
    })
    .nullable()
    .meta({ description: "of what was approved: that it was approved opens nothing yet" }),
  denial: z.object({ justification: z.string().nullable(), rules: z.array(ruleShape) }).nullable(),
});

export function requestJson(view: RequestView): Shown<typeof requestShape> {
  const { request, ...more } = view;
  const { state } = request;
  return {
    ...request,
    ...more,
    state: state.name,
    strandedAt: request.strandedAt ?? null,
    timedOutBecause: state.name === "timedOut" ? state.because : null,
    stateAt: state.name === "pending" ? state.stageStartedAt : state.at,
    asked: termsJson(request.asked),
    terms: termsJson(request.terms),
    proposal: proposalJson(request),
    operation: request.purpose === null ? null : { purpose: request.purpose, plan: request.plan },
    decideBy: requestDueAt(request),
    decisions: view.decisions.map((one) => ({ ...one, terms: termsJson(one.terms) })),
    grantIds: state.name === "approved" ? state.grantIds : [],
    became: view.became == null ? null : { ...view.became, got: gotJson(view.became.got) },
    denial: state.name === "denied" ? state : null,
  };
}

/** What was decided, as whoever decided it sees it. */
export function requestAnswer({ value, moment }: Made<AccessRequest>): Shown<typeof requestShape> {
  return requestJson(viewRequest(moment.books, moment.caller, value, moment.now));
}

function proposalJson({ state }: AccessRequest): Shown<typeof requestShape>["proposal"] {
  if (state.name !== "pending" || state.proposal === null) return null;
  return { ...state.proposal, terms: termsJson(state.proposal.terms) };
}

export function termsJson(terms: Terms): Shown<typeof termsShape> {
  return {
    roleDefinitionIds: terms.roleDefinitionIds,
    duration: terms.durationMs,
    startAt: terms.startAt,
  };
}
