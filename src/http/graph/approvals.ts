/** Approvals (beta): what waits for a decision, step by step, and deciding one. */

import { z } from "zod";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { formatInstant } from "../../domain/time.ts";
import {
  findApproval,
  listApprovals,
  type PimApproval,
  type PimStage,
  reviewStage,
} from "../../pim/approvals.ts";
import { findRequest } from "../../pim/read-requests.ts";
import { text } from "../../use-cases/values.ts";
import { byGuid } from "../cursor.ts";
import { bodyOf } from "../odata/body.ts";
import { type Answer, done, nameIn } from "../odata/operation.ts";
import type { Takes } from "../odata/takes.ts";
import type { Area } from "./area.ts";
import { answerFound, type Entity, listOf, listOfAll } from "./entity.ts";
import { type Able, OF_ALL, OF_LIST, OF_ONE } from "./options.ts";
import { requestNames } from "./schedule-entities.ts";
import type { GraphCall, GraphOperation } from "./surface.ts";
import { BETA } from "./versions.ts";

/** An approval without its steps says nothing: they are always there. */
const ABLE: Able = {
  navigation: { steps: {} },
  always: [{ name: "steps", select: null, expand: [] }],
  fits: byGuid,
};

const REVIEW_TAKES: Takes = {
  honoured: ["reviewResult", "justification"],
  readOnly: ["id", "status", "assignedToMe", "reviewedBy", "reviewedDateTime"],
  refused: { displayName: "a step keeps its name; leave it out" },
};

export function approvalOperations(area: Area): readonly GraphOperation[] {
  const path = [...area.path, area.approvals];
  const one = [...path, "{id}"];
  const step = [...one, "steps", "{stepId}"];
  const shared = { versions: BETA, method: "GET" } as const;
  const id = (verb: string) => `${area.prefix}${area.approvals}_${verb}`;
  return [
    {
      ...shared,
      id: id("FilterByCurrentUser"),
      path: [...path, "filterByCurrentUser()"],
      options: OF_LIST,
      handle: (call) => listMine(call, area),
    },
    { ...shared, id: id("Get"), path: one, options: OF_ONE, handle: (call) => get(call, area) },
    {
      ...shared,
      id: id("ListSteps"),
      path: [...one, "steps"],
      options: OF_ALL,
      handle: (call) => listSteps(call, area),
    },
    { ...shared, id: id("GetStep"), path: step, options: OF_ONE, handle: (call) => getStep(call, area) },
    {
      ...shared,
      id: id("UpdateStep"),
      method: "PATCH",
      path: step,
      takes: REVIEW_TAKES,
      handle: (call) => review(call, area),
    },
  ];
}

function contextOf(area: Area): string {
  return [...area.path, area.approvals].join("/");
}

async function listMine(call: GraphCall, area: Area): Promise<Answer> {
  if (call.names.on?.toLowerCase() !== "approver")
    return reject("invalid_input", "filterByCurrentUser of approvals is on='approver'");
  const source = { all: () => listApprovals(call), key: ({ id }: PimApproval) => id };
  const able = { properties: { id: ({ id }: PimApproval) => id } };
  return listOf<PimApproval>(call, {
    ...ABLE,
    context: contextOf(area),
    listed: { source, isHere: (one) => area.holds(heldOf(one)), able },
    async entities(all) {
      const ids = all.map(({ id }) => id);
      const names = await requestNames(call, ids);
      return (approval) => approvalEntity({ approval, id: names.get(approval.id) ?? approval.id });
    },
  });
}

function heldOf({ view }: PimApproval) {
  const [roleDefinitionId = ""] = view.request.asked.roleDefinitionIds;
  return { scope: view.request.scope, roleDefinitionId };
}

interface FoundApproval {
  readonly approval: PimApproval;
  /** The request's own id, by which the approval goes. */
  readonly id: string;
}

async function find(call: GraphCall, area: Area): Promise<Outcome<FoundApproval>> {
  const asked = nameIn(call, "id");
  const missing = reject("not_found", `there is no approval \`${asked.slice(0, 80)}\` that you can see`);
  const request = await findRequest(call, "assignment", asked);
  if (!request.ok || request.value.approvalId === null || !area.holds(request.value)) return missing;
  const approval = await findApproval(call, request.value.approvalId);
  return approval.ok ? accept({ approval: approval.value, id: request.value.id }) : missing;
}

function get(call: GraphCall, area: Area): Promise<Answer> {
  const able = { ...ABLE, context: contextOf(area) };
  return answerFound(call, able, () => find(call, area), approvalEntity);
}

async function listSteps(call: GraphCall, area: Area): Promise<Answer> {
  const found = await find(call, area);
  if (!found.ok) return found;
  const { approval, id } = found.value;
  return listOfAll(call, `${contextOf(area)}('${id}')/steps`, approval.stages, stepEntity);
}

async function getStep(call: GraphCall, area: Area): Promise<Answer> {
  const found = await find(call, area);
  if (!found.ok) return found;
  const { approval, id } = found.value;
  const wanted = nameIn(call, "stepId").toLowerCase();
  const stage = approval.stages.find((one) => one.id === wanted);
  const step = stage === undefined ? reject("not_found", "this approval has no such step") : accept(stage);
  const able = { context: `${contextOf(area)}('${id}')/steps` };
  return answerFound(call, able, async () => step, stepEntity);
}

const RESULTS: Readonly<Record<string, "Approve" | "Deny">> = {
  approve: "Approve",
  approved: "Approve",
  deny: "Deny",
  denied: "Deny",
};

const reviewSchema = z.looseObject({
  reviewResult: text(32).refine(
    (word) => Object.hasOwn(RESULTS, word.toLowerCase()),
    "the result is `Approve` or `Deny`",
  ),
  justification: text(4_000).nullish(),
});

async function review(call: GraphCall, area: Area): Promise<Answer> {
  const body = bodyOf(reviewSchema, call.body);
  if (!body.ok) return body;
  const found = await find(call, area);
  if (!found.ok) return found;
  const { reviewResult, justification = null } = body.value;
  const decided = await reviewStage(call, found.value.approval.id, nameIn(call, "stepId"), {
    result: RESULTS[reviewResult.toLowerCase()] ?? "Deny",
    justification,
  });
  return decided.ok ? done(204) : decided;
}

function approvalEntity({ approval, id }: FoundApproval): Entity {
  return { properties: { id }, navigation: { steps: async () => approval.stages.map(stepEntity) } };
}

function stepEntity({ id, displayName, status, assignedToMe, decision }: PimStage): Entity {
  return {
    properties: {
      id,
      displayName,
      status: status === "NotStarted" ? "Initializing" : status,
      assignedToMe,
      reviewResult: decision === null ? "NotReviewed" : decision.decision === "approve" ? "Approve" : "Deny",
      justification: decision?.justification ?? "",
      reviewedDateTime: decision === null ? null : formatInstant(decision.at),
      reviewedBy: reviewer(decision?.by ?? null),
    },
  };
}

/** Another tenant's approver is its own business (I11). */
function reviewer(by: NonNullable<PimStage["decision"]>["by"] | null) {
  if (by === null || !("objectId" in by)) return null;
  return { id: by.objectId, displayName: by.displayName, userPrincipalName: null };
}
