/** What became of a request, seen as one with the grants it led to; by comparison with the clock, whoever has marked what. */
import { type AccessRequest, requestAt } from "./access-request.ts";
import { isLeft } from "./confirmation.ts";
import {
  END_REASONS,
  type EndReason,
  type Entitlement,
  effectiveEnd,
  type Grant,
  livenessOf,
  wasLive,
} from "./grant.ts";
import { unreachable } from "./rejection.ts";
import { type Instant, latest } from "./time.ts";

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

/** What somebody had of what was approved, once all of it is over. */
export interface Got {
  /** How long it was live: of several grants the longest. */
  readonly liveMs: number;
  /** How long it was to be; null for what had no end. */
  readonly ofMs: number | null;
  readonly because: EndReason;
  /** Whether its log-in was ever fetched; null where that is not known, or there is none to fetch. */
  readonly fetched: boolean | null;
}

/** `fetches`: whether the holder of this fetches something to get in with. Null while any of them may be or become live. */
export function gotOf(
  grants: readonly Grant[],
  now: Instant,
  fetches: (held: Entitlement) => boolean,
): Got | null {
  const outcome = outcomeOfGrants(grants, now);
  if (grants.length === 0 || (outcome.name !== "closing" && outcome.name !== "ended")) return null;
  const lengths = grants.map(({ startsAt, endsAt }) => (endsAt === null ? null : endsAt - startsAt));
  const held = grants.flatMap(({ entitlements }) => entitlements);
  return {
    liveMs: Math.max(...grants.map((grant) => liveMs(grant, now))),
    ofMs: lengths.includes(null) ? null : Math.max(...lengths.map((length) => length ?? 0)),
    because: outcome.cause,
    fetched: fetchedOf(held, fetches),
  };
}

function liveMs(grant: Grant, now: Instant): number {
  if (!wasLive(grant)) return 0;
  const from = latest(grant.startsAt, grant.gatePassedAt ?? grant.startsAt);
  const end = effectiveEnd(grant);
  return Math.max(0, (end ?? now) - from);
}

/** Of what has another way in nothing is known; that nobody fetched it is said only where each says so. */
function fetchedOf(held: readonly Entitlement[], fetches: (held: Entitlement) => boolean): boolean | null {
  const known = held.map((one) => (fetches(one) ? wasClaimed(one) : null));
  if (known.includes(true)) return true;
  return known.length === 0 || known.includes(null) ? null : false;
}

function wasClaimed({ secretClaimedAt, everClaimed }: Entitlement): boolean | null {
  return secretClaimedAt === null ? (everClaimed ?? null) : true;
}
