/** Refusals as Azure's and Graph's clients know them: `{"error": {"code", "message"}}`, with Microsoft's codes where there are any. */
import type { Rejection, RejectionCode } from "../../domain/rejection.ts";
import type { RuleName } from "../../domain/rule.ts";

export interface SurfaceError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Where it passes by itself. */
  readonly retryAfterS?: number | undefined;
}

const ERRORS: Readonly<Record<RejectionCode, readonly [status: number, code: string]>> = {
  acknowledgement_required: [400, "JitAccessAcknowledgementRequired"],
  already_decided: [409, "RequestAlreadyDecided"],
  already_reviewed: [409, "AlreadyReviewed"],
  forbidden: [403, "AuthorizationFailed"],
  grant_not_active: [400, "RoleAssignmentDoesNotExist"],
  idempotency_mismatch: [409, "Conflict"],
  invalid_input: [400, "InvalidRequestContent"],
  jit_access_is_fixed: [409, "PropertyChangeNotAllowed"],
  last_administrator: [409, "Conflict"],
  name_taken: [409, "Conflict"],
  no_eligible_approver: [400, "NoEligibleApprover"],
  nobody_left: [409, "Conflict"],
  not_extendable: [400, "RoleAssignmentCannotBeExtended"],
  not_found: [404, "ResourceNotFound"],
  not_proposed: [409, "Conflict"],
  own_request: [403, "ApproverCannotDecideOwnRequest"],
  provisioning: [409, "Conflict"],
  request_not_pending: [409, "RequestNotPending"],
  review_not_needed: [409, "Conflict"],
  rules_not_satisfied: [400, "RoleAssignmentRequestPolicyValidationFailed"],
  secret_already_issued: [409, "Conflict"],
  secret_not_offered: [409, "Conflict"],
  stage_not_reached: [403, "StageNotReached"],
  step_up_needed: [400, "RoleAssignmentRequestPolicyValidationFailed"],
  target_in_use: [409, "Conflict"],
  terms_not_narrower: [400, "InvalidRequestContent"],
  too_many_requests: [429, "TooManyRequests"],
  unauthenticated: [401, "InvalidAuthenticationToken"],
  unknown_principal: [400, "SubjectNotFound"],
  unknown_role: [400, "RoleNotFound"],
  version_conflict: [412, "PreconditionFailed"],
  workload_cannot_decide: [403, "AuthorizationFailed"],
};

/** Rules that have an error of their own when nothing else fails. */
const OF_THEIR_OWN: Partial<Record<RuleName, string>> = {
  RoleAssignmentExists: "The Role assignment already exists.",
  PendingRoleAssignmentRequest: "There is already an existing pending Role assignment request.",
  ActiveDurationTooShort: "The active duration is too short.",
};

export function surfaceError(rejection: Rejection): SurfaceError {
  const [status, code] = ERRORS[rejection.code];
  const failed = (rejection.rules ?? []).filter(({ outcome }) => outcome === "unsatisfied");
  if (failed.length === 0) return { status, code, message: withPath(rejection) };
  const sentences = failed.map(({ rule, message }) => `${rule}: ${message}`).join("; ");
  const [only] = failed;
  const own = failed.length === 1 && only !== undefined ? OF_THEIR_OWN[only.rule] : undefined;
  if (own !== undefined && only !== undefined)
    return { status, code: only.rule, message: `${own} ${sentences}` };
  // Every failed rule, in the form in which scripts look for it, then what would satisfy each.
  const names = JSON.stringify(failed.map(({ rule }) => rule));
  return { status, code, message: `The following policy rules failed: ${names}. ${sentences}` };
}

/** What was not expected, as these clients know it. */
export function surfaceFault({ status, message, retryAfterS }: Omit<SurfaceError, "code">): SurfaceError {
  const code = FAULTS[status] ?? (status < 500 ? "InvalidRequestContent" : "InternalServerError");
  return { status, code, message, retryAfterS };
}

const FAULTS: Readonly<Record<number, string>> = {
  413: "RequestEntityTooLarge",
  415: "UnsupportedMediaType",
  429: "TooManyRequests",
  502: "BadGateway",
  503: "ServiceUnavailable",
};

function withPath({ message, path }: Rejection): string {
  return path === undefined || path === "/" ? message : `${message} (${path})`;
}
