/** What is asked and what is known about it: everything the rules may look at, and nothing they may not. */
import type { Purpose } from "../domain/access-request.ts";
import type { Eligibility } from "../domain/eligibility.ts";
import type { Grant } from "../domain/grant.ts";
import type { AccessRequestId, GrantId, RoleDefinitionId } from "../domain/ids.ts";
import type { Identity } from "../domain/principal.ts";
import type { RoleDefinition } from "../domain/role-definition.ts";
import type { AssigningRules, RoleSettings } from "../domain/role-settings.ts";
import type { RuleOutcome } from "../domain/rule.ts";
import type { Scope } from "../domain/scope.ts";
import type { SessionFacts } from "../domain/session.ts";
import type { Instant, Window } from "../domain/time.ts";
import type { BoundTarget } from "./target-limits.ts";

/** One ask, whether new, narrowed by a counter-offer, or looked at again. */
export interface ActivationAsk {
  readonly scope: Scope;
  readonly roleDefinitionIds: readonly RoleDefinitionId[];
  /** Null asks for the settings' default. */
  readonly durationMs: number | null;
  /** Null: when approved. */
  readonly startAt: Instant | null;
  readonly purpose: Purpose | null;
  readonly justification: string | null;
  readonly ticket: { readonly system: string; readonly number: string } | null;
  readonly emergency: boolean;
  /** The grant this ask would extend. */
  readonly extending: Grant | null;
  readonly session: SessionFacts;
}

export interface HeldWindow extends Window {
  readonly grantId: GrantId;
  readonly roleDefinitionId: RoleDefinitionId;
}

export interface PendingWindow extends Window {
  readonly requestId: AccessRequestId;
  readonly roleDefinitionId: RoleDefinitionId;
}

export interface ActivationFacts {
  readonly requester: Identity;
  readonly beneficiary: Identity;
  /** Directly, or through a group that owns it. */
  readonly requesterOwnsBeneficiary: boolean;
  readonly roles: readonly RoleDefinition[];
  /** What the beneficiary, or a group that holds them, is eligible for at this scope or above it. */
  readonly eligibilities: readonly Eligibility[];
  /** Open grants of the same beneficiary at the same scope, scheduled ones included. */
  readonly held: readonly HeldWindow[];
  readonly pending: readonly PendingWindow[];
  readonly pendingOfRequester: number;
  readonly lastDeniedAt: Instant | null;
  /** An emergency grant of this person that nobody reviewed in time. */
  readonly emergencyReviewDue: boolean;
  /** Where holding the roles leads to. */
  readonly targets: readonly BoundTarget[];
}

/** What one rule looks at. */
export interface RuleInput {
  readonly ask: ActivationAsk;
  readonly settings: RoleSettings;
  readonly facts: ActivationFacts;
  readonly now: Instant;
  readonly durationMs: number;
  readonly window: Window & { readonly endsAt: Instant };
}

export type Rule = (input: RuleInput) => RuleOutcome;

/** A role or an eligibility that an administrator gives without a request. */
export interface Giving {
  readonly window: Window;
  /** Those that the role leads to; of an eligibility, which is nothing yet, none. */
  readonly targets: readonly BoundTarget[];
  readonly justification: string | null;
  readonly session: SessionFacts;
}

/** `maximumDurationMs`: null allows one without an end. */
export type GivingRules = AssigningRules & { readonly maximumDurationMs: number | null };

export type GivingRule = (rules: GivingRules, giving: Giving) => RuleOutcome;
