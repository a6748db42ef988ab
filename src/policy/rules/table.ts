/**
 * Every rule, and everywhere that it is asked: a new one says all of it here, or does not compile. Each is asked of a
 * request; an ask that is looked at again (docs/guides/add-a-rule.md) leaves out what is about the moment of asking.
 */
import type { EndCause } from "../../domain/grant.ts";
import type { RuleName } from "../../domain/rule.ts";
import { describeDuration } from "../../domain/time.ts";
import type { GivingRule, Rule, RuleInput } from "../activation.ts";
import { emergencyRule, MAX_ROLES_PER_REQUEST, requestLimitRule } from "./limits.ts";
import { authenticationContextRule, conditionRule, givenMfa, mfaRule } from "./session.ts";
import { givenTarget, targetRule } from "./target.ts";
import { expirationRule, givenExpiration, minimumRule, overlapRule, pendingRule } from "./time.ts";
import { beneficiaryRule, eligibilityRule } from "./who.ts";
import { givenJustification, justificationRule, ticketingRule } from "./words.ts";

export type LostCause = Extract<EndCause, "eligibility_lost" | "condition_lost">;

export interface RuleRow {
  readonly asking: Rule;
  /** Whether it is asked again at the last approval. */
  readonly approval: boolean;
  /** Asked again at a scheduled start, by the settings of then and of now: why it does not begin. Null: not asked. */
  readonly start: LostCause | null;
  /** Asked again of what is live: why it ends. INVARIANT I3: limits that changed touch nothing live. */
  readonly live: LostCause | null;
  /** Of whoever gives the role, or makes somebody eligible for it, without a request. */
  readonly assigning: GivingRule | null;
  readonly makingEligible: GivingRule | null;
  /** Why it refused an ask, in a few words under which many are counted; null: in its own sentence. */
  readonly inShort: (looked: Looked) => string | null;
}

type Looked = Pick<RuleInput, "ask" | "settings" | "durationMs">;

const once = { start: null, live: null, assigning: null, makingEligible: null };
const untilStart = { ...once, approval: true, start: "condition_lost" } as const;
const throughout = (cause: LostCause) => ({ ...once, approval: true, start: cause, live: cause });
const given = (rule: GivingRule) => ({ assigning: rule, makingEligible: rule });

const because = (words: string) => ({ inShort: () => words });
const inItsOwnWords = { inShort: () => null };

function tooLong({ ask, settings, durationMs }: Looked): string | null {
  const emergencyMs = ask.emergency ? settings.emergency.maximumDurationMs : settings.maximumDurationMs;
  const maximumMs = Math.min(emergencyMs, settings.maximumDurationMs);
  if (durationMs > maximumMs) return `longer than ${describeDuration(maximumMs)}`;
  return ask.extending && `extended beyond ${describeDuration(settings.maximumTotalMs)} in all`;
}

function tooOften({ ask, settings }: Looked): string | null {
  if (ask.roleDefinitionIds.length > MAX_ROLES_PER_REQUEST) return null;
  return `within ${describeDuration(settings.cooldownAfterDenialMs)} of a denial`;
}

/** In the order in which preview shows them. */
export const RULE_TABLE: { readonly [N in RuleName]: RuleRow } = {
  EligibilityRule: { asking: eligibilityRule, ...throughout("eligibility_lost"), ...inItsOwnWords },
  BeneficiaryRule: { asking: beneficiaryRule, ...throughout("eligibility_lost"), ...inItsOwnWords },
  MfaRule: { asking: mfaRule, ...untilStart, ...given(givenMfa), ...because("no second factor") },
  AuthenticationContextRule: {
    asking: authenticationContextRule,
    ...untilStart,
    ...because("another authentication context"),
  },
  ConditionRule: { asking: conditionRule, ...throughout("condition_lost"), ...because("a condition") },
  ExpirationRule: { asking: expirationRule, ...untilStart, ...given(givenExpiration), inShort: tooLong },
  ActiveDurationTooShort: {
    asking: minimumRule,
    ...untilStart,
    inShort: ({ settings }) => `shorter than ${describeDuration(settings.minimumDurationMs)}`,
  },
  TargetRule: {
    asking: targetRule,
    ...untilStart,
    assigning: givenTarget,
    ...inItsOwnWords,
  },
  JustificationRule: {
    asking: justificationRule,
    ...untilStart,
    ...given(givenJustification),
    ...because("no justification"),
  },
  TicketingRule: {
    asking: ticketingRule,
    ...untilStart,
    inShort: ({ ask }) => (ask.ticket === null ? "no ticket" : "another ticket number"),
  },
  RoleAssignmentExists: { asking: overlapRule, ...once, approval: true, ...inItsOwnWords },
  PendingRoleAssignmentRequest: { asking: pendingRule, ...once, approval: false, ...inItsOwnWords },
  RequestLimitRule: { asking: requestLimitRule, ...once, approval: false, inShort: tooOften },
  EmergencyRule: { asking: emergencyRule, ...once, approval: false, ...because("no emergency access") },
};

export const RULE_ROWS: readonly RuleRow[] = Object.values(RULE_TABLE);
