/** roleAssignmentApprovals (2021-01-01-preview): looking at what waits for a decision, and deciding a stage. */
import { z } from "zod";
import { accept, type Outcome, reject } from "../../../domain/rejection.ts";
import { scopeCovers } from "../../../domain/scope.ts";
import { formatInstant } from "../../../domain/time.ts";
import {
  findApproval,
  listApprovals,
  type PimApproval,
  type PimStage,
  reviewStage,
} from "../../../pim/approvals.ts";
import { text } from "../../../use-cases/values.ts";
import { byName } from "../../cursor.ts";
import { bodyOf } from "../../odata/body.ts";
import { type Answer, answered, done, nameIn } from "../../odata/operation.ts";
import { FILTERED } from "../../odata/page.ts";
import type { Takes } from "../../odata/takes.ts";
import { listOf } from "../page.ts";
import type { ArmCall, ArmOperation } from "../surface.ts";
import { hasForm, idUnder, PROVIDER } from "./json.ts";
import { APPROVALS } from "./versions.ts";

const TYPE = "roleAssignmentApprovals";
const reviewSchema = z.looseObject({
  reviewResult: z
    .string()
    .max(32)
    .transform((word) => word.toLowerCase())
    .pipe(z.enum(["approve", "deny", "notreviewed"])),
  justification: text(4_000).nullish(),
});
const REVIEWED = ["status", "assignedToMe", "reviewedBy", "reviewedDateTime"];
const NAMED = "a stage keeps its name; leave it out";
const REVIEW_TAKES: Takes = {
  honoured: ["reviewResult", "justification", "properties.reviewResult", "properties.justification"],
  readOnly: [...["id", "name", "type"], ...REVIEWED, ...REVIEWED.map((name) => `properties.${name}`)],
  refused: { displayName: NAMED, "properties.displayName": NAMED },
};

// Azure's clients wrap it in `properties`; people who write it by hand do not.
const bodySchema = z.union([
  z.looseObject({ properties: reviewSchema }).transform(({ properties }) => properties),
  reviewSchema,
]);

export const APPROVAL_OPERATIONS: readonly ArmOperation[] = (["tenant", "scope"] as const).flatMap((at) => {
  const prefix = at === "scope" ? "Scope" : "";
  const shared = { namespace: "Microsoft.Authorization", at, versions: APPROVALS } as const;
  const stages = { ...shared, path: [TYPE, "{approvalId}", "stages"] } as const;
  const stage = { ...shared, path: [...stages.path, "{stageId}"] } as const;
  const operations: ArmOperation[] = [
    {
      ...shared,
      path: [TYPE],
      id: `${prefix}RoleAssignmentApproval_List`,
      method: "GET",
      options: FILTERED,
      handle: list,
    },
    {
      ...shared,
      path: [TYPE, "{approvalId}"],
      id: `${prefix}RoleAssignmentApproval_GetById`,
      method: "GET",
      handle: get,
    },
    { ...stages, id: `${prefix}RoleAssignmentApprovalSteps_List`, method: "GET", handle: listStages },
    { ...stage, id: `${prefix}RoleAssignmentApprovalStep_GetById`, method: "GET", handle: getStage },
    {
      ...stage,
      id: `${prefix}RoleAssignmentApprovalStep_Patch`,
      method: "PATCH",
      takes: REVIEW_TAKES,
      handle: review,
    },
    {
      ...stage,
      id: `${prefix}RoleAssignmentApprovalStep_Put`,
      method: "PUT",
      takes: REVIEW_TAKES,
      handle: review,
    },
  ];
  return operations;
});

function list(call: ArmCall): Promise<Answer> {
  const source = { all: () => listed(call), key: keyOf };
  const isHere = ({ view }: PimApproval) => scopeCovers(call.scope, view.request.scope);
  return listOf(call, byName, { source, isHere, able: ABLE }, (all) => all.map(approvalJson));
}

async function listed(call: ArmCall): Promise<Outcome<readonly PimApproval[]>> {
  const found = await listApprovals(call);
  return found.ok ? accept(found.value.filter((one) => hasForm(one.view.request))) : found;
}

async function find(call: ArmCall): Promise<Outcome<PimApproval>> {
  const found = await findApproval(call, nameIn(call, "approvalId"));
  return found.ok && !hasForm(found.value.view.request)
    ? reject("not_found", "approvals for groups are read in Graph")
    : found;
}

// Those that wait for the caller are all that there are to list.
const ABLE = { properties: {}, functions: { asApprover: () => true } };
const keyOf = ({ id, view }: PimApproval) => idUnder(view.request.scope, TYPE, id).toLowerCase();

async function get(call: ArmCall): Promise<Answer> {
  const found = await find(call);
  return answered(found, (one) => done(200, approvalJson(one)));
}

async function listStages(call: ArmCall): Promise<Answer> {
  const found = await find(call);
  return answered(found, (one) => done(200, { value: approvalJson(one).properties.stages }));
}

async function getStage(call: ArmCall): Promise<Answer> {
  const found = await find(call);
  if (!found.ok) return found;
  const wanted = nameIn(call, "stageId").toLowerCase();
  const stage = found.value.stages.find(({ id }) => id === wanted);
  return stage === undefined
    ? reject("not_found", "this approval has no such stage")
    : done(200, stageJson(found.value, stage));
}

async function review(call: ArmCall): Promise<Answer> {
  const body = bodyOf(bodySchema, call.body);
  if (!body.ok) return body;
  const twice = saidTwice(call.body);
  if (!twice.ok) return twice;
  const { reviewResult, justification = null } = body.value;
  if (reviewResult === "notreviewed") {
    return justification === null
      ? getStage(call)
      : reject("invalid_input", "there is nothing to justify: it is not reviewed", {
          path: "/justification",
        });
  }
  const found = await find(call);
  if (!found.ok) return found;
  const decided = await reviewStage(call, found.value.id, nameIn(call, "stageId"), {
    result: reviewResult === "approve" ? "Approve" : "Deny",
    justification,
  });
  return decided.ok ? getStage(call) : decided;
}

/** Of what stands inside of `properties` and beside it, one would not count. */
function saidTwice(body: unknown): Outcome<void> {
  const beside = ["reviewResult", "justification"].find((name) => Reflect.get(body as object, name) != null);
  return beside === undefined || Reflect.get(body as object, "properties") == null
    ? accept(undefined)
    : reject("invalid_input", "give it inside of `properties` or without them", { path: `/${beside}` });
}

function approvalJson(approval: PimApproval) {
  return {
    id: idUnder(approval.view.request.scope, TYPE, approval.id),
    name: approval.id,
    type: `${PROVIDER}/${TYPE}`,
    properties: { stages: approval.stages.map((stage) => stageJson(approval, stage)) },
  };
}

function stageJson({ id, view }: PimApproval, stage: PimStage) {
  const { decision } = stage;
  return {
    id: `${idUnder(view.request.scope, TYPE, id)}/stages/${stage.id}`,
    name: stage.id,
    type: `${PROVIDER}/${TYPE}/stages`,
    properties: {
      displayName: stage.displayName,
      status: stage.status,
      assignedToMe: stage.assignedToMe,
      reviewResult: decision === null ? "NotReviewed" : decision.decision === "approve" ? "Approve" : "Deny",
      ...(decision?.justification == null ? {} : { justification: decision.justification }),
      ...(decision === null
        ? {}
        : { reviewedDateTime: formatInstant(decision.at), ...reviewer(decision.by) }),
    },
  };
}

/** Another tenant's approver is its own business (I11). */
function reviewer(by: NonNullable<PimStage["decision"]>["by"]) {
  if (!("objectId" in by)) return {};
  return { reviewedBy: { principalId: by.objectId, principalType: "user", principalName: by.displayName } };
}
