/** Every way Curfew says no: a closed set of codes, each with a sentence a person can act on. */
import type { RuleOutcome } from "./rule.ts";

export const REJECTION_CODES = [
  "acknowledgement_required",
  "already_decided",
  "already_reviewed",
  "forbidden",
  "grant_not_active",
  "idempotency_mismatch",
  "invalid_input",
  "jit_access_is_fixed",
  "last_administrator",
  "name_taken",
  "no_eligible_approver",
  "nobody_left",
  "not_extendable",
  "not_found",
  "not_proposed",
  "own_request",
  "provisioning",
  "request_not_pending",
  "review_not_needed",
  "rules_not_satisfied",
  "secret_already_issued",
  "secret_not_offered",
  "stage_not_reached",
  "step_up_needed",
  "target_in_use",
  "terms_not_narrower",
  "too_many_requests",
  "unauthenticated",
  "unknown_principal",
  "unknown_role",
  "version_conflict",
  "workload_cannot_decide",
] as const;

export type RejectionCode = (typeof REJECTION_CODES)[number];

export interface Rejection {
  readonly code: RejectionCode;
  readonly message: string;
  /** JSON pointer or `file:line:path` of the input at fault. */
  readonly path?: string;
  readonly rules?: readonly RuleOutcome[];
  /** With `nobody_left`: what nobody could decide any more, each to be acknowledged by its id. */
  readonly touched?: readonly TouchedThing[];
}

/**
 * Something that a change of configuration does beside what it says: a grant that ends, somebody who may no longer ask, a
 * request that would be refused when it is decided; a request or a rule that nobody could decide any more.
 */
export interface TouchedThing {
  readonly kind: "grant" | "eligibility" | "refused" | "request" | "rule";
  readonly id: string;
  readonly sentence: string;
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly rejection: Rejection };

export function accept<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function reject(
  code: RejectionCode,
  message: string,
  more: Pick<Rejection, "path" | "rules" | "touched"> = {},
): { readonly ok: false; readonly rejection: Rejection } {
  return { ok: false, rejection: { code, message, ...more } };
}

/** A broken invariant: never expected, never caught on purpose. */
export class BrokenInvariant extends Error {
  override readonly name = "BrokenInvariant";
}

export function unreachable(value: never): never {
  throw new BrokenInvariant(`no case for ${JSON.stringify(value)}`);
}
