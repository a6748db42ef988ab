/** Rejections as problem details (RFC 9457): the one place where codes become HTTP statuses. */
import type { FastifyReply } from "fastify";
import type { Rejection, RejectionCode } from "../domain/rejection.ts";
import { noteRefusal } from "./calls.ts";

export const PROBLEM_JSON = "application/problem+json";

const STATUS: Readonly<Record<RejectionCode, number>> = {
  acknowledgement_required: 422,
  already_decided: 409,
  already_reviewed: 409,
  forbidden: 403,
  grant_not_active: 409,
  idempotency_mismatch: 422,
  invalid_input: 400,
  jit_access_is_fixed: 409,
  last_administrator: 409,
  name_taken: 409,
  no_eligible_approver: 422,
  nobody_left: 409,
  not_extendable: 409,
  not_found: 404,
  not_proposed: 409,
  own_request: 403,
  provisioning: 409,
  request_not_pending: 409,
  review_not_needed: 409,
  rules_not_satisfied: 422,
  secret_already_issued: 409,
  secret_not_offered: 409,
  stage_not_reached: 403,
  step_up_needed: 403,
  target_in_use: 409,
  terms_not_narrower: 422,
  too_many_requests: 429,
  unauthenticated: 401,
  unknown_principal: 422,
  unknown_role: 422,
  version_conflict: 412,
  workload_cannot_decide: 403,
};

export function sendRejection(reply: FastifyReply, rejection: Rejection): FastifyReply {
  const status = STATUS[rejection.code];
  if (rejection.code === "step_up_needed") {
    // RFC 9470: the client is told what to ask the authorization server for.
    reply.header(
      "www-authenticate",
      'Bearer error="insufficient_user_authentication", acr_values="urn:curfew:mfa"',
    );
  } else if (status === 401) {
    reply.header("www-authenticate", 'Bearer error="invalid_token"');
  }
  const { code, message, path, rules, touched } = rejection;
  const more = {
    ...(path === undefined ? {} : { path }),
    ...(rules === undefined ? {} : { rules }),
    ...(touched === undefined ? {} : { touched }),
  };
  return sendProblem(reply, { status, code, message, more });
}

/** What went wrong, before a surface puts it into its own envelope. */
export interface Fault {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly more?: Readonly<Record<string, unknown>>;
  /** Where it passes by itself. */
  readonly retryAfterS?: number;
}

export function sendProblem(reply: FastifyReply, fault: Fault): FastifyReply {
  const { status, code, message, more, retryAfterS } = fault;
  if (retryAfterS !== undefined) reply.header("retry-after", String(retryAfterS));
  const type = `urn:curfew:problem:${code}`;
  const { id } = reply.request;
  noteRefusal(reply.request, code);
  // By it whoever runs Curfew finds what its log and traces say of this call.
  const body = { type, title: titleOf(code), status, code, detail: message, ...more, requestId: id };
  return reply.code(status).type(PROBLEM_JSON).header("cache-control", "no-store").send(JSON.stringify(body));
}

export function sendNothingHere(reply: FastifyReply): FastifyReply {
  return sendProblem(reply, { status: 404, code: "not_found", message: "there is nothing at this address" });
}

function titleOf(code: string): string {
  const words = code.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
