/** Approvals of requests: one stage after the other, each a decision of whoever calls. */
import { type AccessRequestId, asId, isGuid } from "../domain/ids.ts";
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import { deriveId } from "../use-cases/apply/derive-id.ts";
import { decideRequest } from "../use-cases/requests/decide-request.ts";
import { listRequests, readRequest } from "../use-cases/views/read-requests.ts";
import type { DecisionView, RequestView } from "../use-cases/views/request-view.ts";
import type { PimCall } from "./pim-call.ts";

export interface PimStage {
  readonly id: string;
  readonly index: number;
  readonly displayName: string;
  readonly status: "NotStarted" | "InProgress" | "Completed" | "Expired";
  readonly assignedToMe: boolean;
  /** The last decision of the stage, as far as the caller may know whose it was. */
  readonly decision: DecisionView | null;
}

export interface PimApproval {
  /** The access request's own id. */
  readonly id: string;
  readonly view: RequestView;
  readonly stages: readonly PimStage[];
}

const MOST = 100;

/** What waits for the caller, by right at this moment. */
export async function listApprovals(call: PimCall): Promise<Outcome<readonly PimApproval[]>> {
  const found = await listRequests(call.deps, call.caller, "toDecide", { limit: MOST });
  return found.ok ? accept(found.value.map((view) => approvalOf(view, true))) : found;
}

export async function findApproval(call: PimCall, id: string): Promise<Outcome<PimApproval>> {
  const missing = reject("not_found", `there is no approval \`${id.slice(0, 80)}\` that you can see`);
  if (!isGuid(id)) return missing;
  const view = await readRequest(call.deps, call.caller, asId<AccessRequestId>(id));
  if (!view.ok || view.value.request.stages.length === 0) return missing;
  const mine = await listApprovals(call);
  return accept(
    approvalOf(view.value, mine.ok && mine.value.some((one) => one.id === view.value.request.id)),
  );
}

function approvalOf(view: RequestView, isMine: boolean): PimApproval {
  const { request } = view;
  const { state } = request;
  const stages = view.stages.map(({ required, approved }, index): PimStage => {
    const open = state.name === "pending" && state.stage === index;
    return {
      id: stageId(request.id, index),
      index,
      displayName: `Stage ${index + 1}`,
      status: open ? "InProgress" : statusOf(view, index, approved >= required),
      assignedToMe: open && isMine,
      decision: view.decisions.findLast(({ stage }) => stage === index) ?? null,
    };
  });
  return { id: request.id, view, stages };
}

function statusOf({ request }: RequestView, index: number, isFull: boolean): PimStage["status"] {
  if (isFull || request.state.name === "denied") return "Completed";
  if (request.state.name === "pending") return index > request.state.stage ? "NotStarted" : "Completed";
  return request.state.name === "approved" ? "Completed" : "Expired";
}

function stageId(requestId: string, index: number): string {
  return deriveId(requestId, "Stage", String(index), 0);
}

export interface Review {
  readonly result: "Approve" | "Deny";
  readonly justification: string | null;
}

/** Decides the named stage, and no other one; the surface has a field for a justification (I14: who decides is who calls). */
export async function reviewStage(
  call: PimCall,
  approvalId: string,
  stage: string,
  { result, justification }: Review,
): Promise<Outcome<unknown>> {
  const approval = await findApproval(call, approvalId);
  if (!approval.ok) return approval;
  const found = approval.value.stages.find(({ id }) => id === stage.toLowerCase());
  if (found === undefined) return reject("not_found", "this approval has no such stage");
  return decideRequest(call.deps, call.caller, {
    requestId: asId<AccessRequestId>(approval.value.id),
    decision: result === "Approve" ? "approve" : "deny",
    justification,
    terms: null,
    surfaceAsks: true,
    expectedVersion: null,
    stage: found.index,
  });
}
