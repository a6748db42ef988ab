/** What became of a request, seen as one with the grants it led to; by comparison with the clock, whoever has marked what. */
import { type AccessRequest, requestAt } from "./access-request.ts";
import { isLeft } from "./confirmation.ts";
import { END_REASONS, type EndReason, type Grant, livenessOf } from "./grant.ts";
import { unreachable } from "./rejection.ts";
import type { Instant } from "./time.ts";

export type RequestOutcome =
  | { readonly name: "pending" | "denied" | "canceled" | "timedOut" }
  | ApprovedOutcome;

/** Of what was approved. */
export type ApprovedOutcome =
  /** Approved: for later, on its way into its targets, or there. */
  | { readonly name: "scheduled" | "opening" | "live" }
  /** Not live any more: `closing` until each of its targets was seen without it. */
  | { readonly name: "closing" | "ended"; readonly cause: EndReason };

/** `grants`: those of the request, or the one that it extends. */
export function outcomeOf(request: AccessRequest, grants: readonly Grant[], now: Instant): RequestOutcome {
  const { state } = requestAt(request, now);
  switch (state.name) {
    case "pending":
    case "denied":
    case "canceled":
    case "timedOut":
      return { name: state.name };
    case "approved":
      return outcomeOfGrants(grants, now);
    default:
      return unreachable(state);
  }
}

/** The best that any of them is: live before opening, opening before scheduled, and ended only when all are seen to be. */
export function outcomeOfGrants(grants: readonly Grant[], now: Instant): ApprovedOutcome {
  const reasons = grants.map((grant) => livenessOf(grant, now));
  if (reasons.includes("live")) return { name: "live" };
  if (reasons.includes("provisioning")) return { name: "opening" };
  if (reasons.includes("scheduled")) return { name: "scheduled" };
  // What somebody did says more than that time has passed since.
  const causes = END_REASONS.filter((cause) => reasons.includes(cause));
  const done = causes.find((one) => one !== "expired" && one !== "never_live");
  const left = grants.some((grant) => isLeft(grant, now));
  return { name: left ? "closing" : "ended", cause: done ?? causes[0] ?? "never_live" };
}
