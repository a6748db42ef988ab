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

export type MissingInput =
  | "duration"
  | "startAt"
  | "justification"
  | "ticket"
  | "mfa"
  | "authenticationContext";
