/** The rules of an activation by name (Azure's where it has one), and what each of them answered. */
export const RULES = [
  "EligibilityRule",
  "BeneficiaryRule",
  "ExpirationRule",
  "ActiveDurationTooShort",
  "TargetRule",
  "JustificationRule",
  "TicketingRule",
  "MfaRule",
  "AuthenticationContextRule",
  "ConditionRule",
  "RoleAssignmentExists",
  "PendingRoleAssignmentRequest",
  "RequestLimitRule",
  "EmergencyRule",
] as const;

export type RuleName = (typeof RULES)[number];

export interface RuleOutcome {
  readonly rule: RuleName;
  readonly outcome: "satisfied" | "unsatisfied" | "notApplicable";
  /** What was found, as a sentence; for an unsatisfied rule it says what would satisfy it. */
  readonly message: string;
  /** The input that would satisfy the rule, when one would. */
  readonly missing?: MissingInput;
}

/** Where a rule's own sentence quotes what the owner of the scope wrote: conditions, patterns. */
const TO_OTHERS: Partial<Record<RuleName, string>> = {
  ConditionRule: "the conditions that its owner set do not permit this",
  TicketingRule: "the ticket number is not of the form that its owner asks for",
};

/** INVARIANT I11: as people of the tenant that owns the scope read it, or those of another one. */
export function toldTo(own: boolean, rules: readonly RuleOutcome[]): readonly RuleOutcome[] {
  if (own) return rules;
  return rules.map((rule) => {
    const quotes = rule.outcome === "unsatisfied" && rule.message !== NAME_THE_TICKET;
    const message = quotes ? TO_OTHERS[rule.rule] : undefined;
    return message === undefined ? rule : { ...rule, message };
  });
}

export const NAME_THE_TICKET = "name the ticket this is for";

export type MissingInput =
  | "duration"
  | "startAt"
  | "justification"
  | "ticket"
  | "mfa"
  | "authenticationContext";
