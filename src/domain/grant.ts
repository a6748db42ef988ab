/** Grants: time-bound access, one role, one principal, one scope, `[startsAt, endsAt)`; and the one answer to "is it live?". */
import type {
  AccessRequestId,
  ApplicationId,
  BindingId,
  GrantId,
  RoleDefinitionId,
  TargetId,
  TenantId,
} from "./ids.ts";
import type { PrincipalRef } from "./principal.ts";
import type { Scope } from "./scope.ts";
import type { JsonObject } from "./target-binding.ts";
import type { FaultKind } from "./target-fault.ts";
import { earliest, type Instant, isOver, type Window } from "./time.ts";

export const END_CAUSES = [
  "expired",
  "revoked",
  "deactivated",
  "canceled",
  "eligibility_lost",
  "condition_lost",
  "entitlement_lost",
  "locked_out",
] as const;
export type EndCause = (typeof END_CAUSES)[number];

/** Why access is over, as everybody is told: what ran out before it was ever live did not end on time, it never was there. */
export const END_REASONS = [...END_CAUSES, "never_live"] as const;
export type EndReason = (typeof END_REASONS)[number];

/** Why access ended that nobody ended. */
export const LOST_BECAUSE = {
  eligibility_lost: "the right to it is gone",
  condition_lost: "its conditions are no longer met",
  entitlement_lost: "what opened it in its target was taken away",
  locked_out: "whoever held it, or asked for it, was locked out",
} as const satisfies Partial<Record<EndCause, string>>;

export function isLost(cause: unknown): cause is keyof typeof LOST_BECAUSE {
  return typeof cause === "string" && Object.hasOwn(LOST_BECAUSE, cause);
}

/** What a target holds for one member of a grant. `handle` is stored before the first effect, so a crash can find it. */
export interface Entitlement {
  readonly bindingId: BindingId;
  readonly targetId: TargetId;
  readonly member: PrincipalRef;
  readonly required: boolean;
  readonly entitlement: JsonObject;
  readonly state: "planned" | "present" | "leaving" | "absent";
  /**
   * What the target should hold: null while nothing is wanted, as for standing access that nobody has asked a log-in
   * for. The generation grows whenever the deadline moves, so that a target never goes back to an older one.
   */
  readonly wanted: { readonly generation: number; readonly expiresAt: Instant } | null;
  readonly handle: JsonObject | null;
  /** The deadline read back from the target; null where the target holds none. */
  readonly enforcedUntil: Instant | null;
  /** The generation that the target was last brought to; 0 for none. */
  readonly generation: number;
  readonly attempts: number;
  readonly retryAt: Instant | null;
  readonly lastError: string | null;
  /** Why it was never there: what the last attempt to open it met. Kept once it is over; bodies of before this lack it. */
  readonly unopened?: string | null;
  /**
   * What kind of fault the last attempt met, under which version of its target; null when it met none. Bodies of before
   * this was kept lack it: then it is tried again in its time.
   */
  readonly fault?: {
    readonly kind: FaultKind;
    readonly ambiguous: boolean;
    readonly targetVersion: number | null;
  } | null;
  /** The claim that opened the log-in; a secret is given once. */
  readonly secretClaimedAt: Instant | null;
  /** Whether one was ever claimed, voided since or not. Bodies of before this was kept lack it: then it is not known. */
  readonly everClaimed?: boolean;
}

export type GrantState =
  | { readonly name: "scheduled" }
  | { readonly name: "provisioning" }
  | { readonly name: "active" }
  | {
      readonly name: "deprovisioning";
      readonly cause: EndCause;
      readonly since: Instant;
      readonly by: PrincipalRef | null;
    }
  | {
      readonly name: "ended";
      readonly cause: EndCause;
      readonly at: Instant;
      readonly by: PrincipalRef | null;
    };

export interface EmergencyReview {
  readonly by: PrincipalRef;
  readonly at: Instant;
  readonly outcome: "justified" | "unjustified";
  readonly justification: string;
}

export interface Grant extends Window {
  readonly id: GrantId;
  /** The tenant that owns the scope. */
  readonly tenantId: TenantId;
  readonly otherTenantId: TenantId | null;
  readonly version: number;
  readonly kind: "activation" | "standing";
  readonly requestId: AccessRequestId | null;
  /** The grant that allowed this assignment to be made; they end together (I17). */
  readonly underGrantId: GrantId | null;
  readonly requester: PrincipalRef;
  readonly beneficiary: PrincipalRef;
  readonly roleDefinitionId: RoleDefinitionId;
  readonly scope: Scope;
  readonly managedScope: Scope | null;
  readonly applicationId: ApplicationId | null;
  readonly emergency: boolean;
  readonly why: string | null;
  readonly entitlements: readonly Entitlement[];
  /** When every required entitlement was first read back. */
  readonly gatePassedAt: Instant | null;
  readonly review: EmergencyReview | null;
  readonly state: GrantState;
}

export type LivenessReason = "live" | "scheduled" | "provisioning" | "ended" | EndReason;

// INVARIANT I1: nothing is live at or after `endsAt`, nor before `startsAt`. Expiry is a comparison, not a job.
export function isLive(grant: Grant, now: Instant): boolean {
  return livenessOf(grant, now) === "live";
}

/** Live at both ends of what the clock knows: late for a start, early for an end, so that skew never extends access. */
export function isSurelyLive(grant: Grant, bounds: { earliest: Instant; latest: Instant }): boolean {
  return isLive(grant, bounds.earliest) && isLive(grant, bounds.latest);
}

/** Why a grant is live, or why it is not. */
export function livenessOf(grant: Grant, now: Instant): LivenessReason {
  const over = endReasonOf(grant);
  if (over !== null) return over;
  if (isOver(grant, now)) return reasonFor(grant, "expired");
  if (now < grant.startsAt) return "scheduled";
  return gatePassed(grant) ? "live" : "provisioning";
}

/** Null for what nobody has closed yet. */
export function endReasonOf(grant: Grant): EndReason | null {
  const { state } = grant;
  return state.name === "ended" || state.name === "deprovisioning" ? reasonFor(grant, state.cause) : null;
}

/** The earliest of what was decided and what happened; null for what has no end. */
export function effectiveEnd({ state, endsAt }: Grant): Instant | null {
  const over = state.name === "ended" ? state.at : state.name === "deprovisioning" ? state.since : null;
  return over === null || endsAt === null ? (over ?? endsAt) : earliest(endsAt, over);
}

function reasonFor(grant: Grant, cause: EndCause): EndReason {
  return cause === "expired" && !wasLive(grant) ? "never_live" : cause;
}

/**
 * Passed at the start when no binding applies, otherwise once every required entitlement was read back. It shuts again
 * while one of them is not confirmed any more (INVARIANT I20): the grant is provisioning then.
 */
export function gatePassed(grant: Grant): boolean {
  return wasLive(grant) && (grant.state.name !== "provisioning" || !requiresAny(grant));
}

/** Whether its gate was ever passed. */
export function wasLive(grant: Grant): boolean {
  return grant.gatePassedAt !== null || !requiresAny(grant);
}

function requiresAny({ entitlements }: Grant): boolean {
  return entitlements.some(({ required }) => required);
}

/** Chosen when an application was deployed: it ends with that, and by nobody's word. */
export function followsFromDeployment({ kind, applicationId, underGrantId }: Grant): boolean {
  return kind === "standing" && applicationId !== null && underGrantId === null;
}

/** What may still become or stay live. */
export const OPEN_STATES = ["scheduled", "provisioning", "active"] as const satisfies GrantState["name"][];

export function isOpen({ state }: Grant): boolean {
  return OPEN_STATES.some((name) => name === state.name);
}

/** Everything the grant is held at: its scope, and the managed scope of the application it names. */
export function heldScopes(grant: Grant): Scope[] {
  return grant.managedScope === null ? [grant.scope] : [grant.scope, grant.managedScope];
}

/** Why the end is where it is, for people. */
export function endHonesty(grant: Grant): "native" | "clock" | "timerOnly" | "never" {
  if (grant.endsAt === null) return "never";
  const { entitlements } = grant;
  if (entitlements.length === 0) return "clock";
  return entitlements.some(isUnheld) ? "timerOnly" : "native";
}

/** In its target, which was asked and holds no end. */
export function isUnheld({ state, enforcedUntil }: Entitlement): boolean {
  return state === "present" && enforcedUntil === null;
}
