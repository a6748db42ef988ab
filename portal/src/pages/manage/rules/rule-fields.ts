/** Every rule that role settings and tiers are made of, in the order in which people think of them. */
export type RuleKind =
  | "duration"
  | "yesNo"
  | "ticket"
  | "text"
  | "approval"
  | "approverJustification"
  | "emergency"
  | "conditions"
  | "longest"
  | "administrators"
  | "assigning";

export interface RuleField {
  /** As a document names it. */
  readonly field: string;
  readonly label: string;
  readonly help: string;
  readonly kind: RuleKind;
}

export interface RuleGroup {
  readonly title: string;
  readonly fields: readonly RuleField[];
}

const rule = (field: string, kind: RuleKind, label: string, help: string): RuleField => ({
  field,
  kind,
  label,
  help,
});

export const RULE_GROUPS: readonly RuleGroup[] = [
  {
    title: "How long",
    fields: [
      rule("maximumDuration", "duration", "Maximum", "The longest that one request may ask for."),
      rule("defaultDuration", "duration", "Default", "What a request asks for when it names no time."),
      rule("minimumDuration", "duration", "Minimum", "The shortest that one may ask for."),
      rule(
        "maximumTotal",
        "duration",
        "Longest chain of extensions",
        "From the first start on, all extensions together.",
      ),
      rule(
        "cooldownAfterDenial",
        "duration",
        "Wait after a denial",
        "How long somebody who was denied waits before they ask again.",
      ),
    ],
  },
  {
    title: "What is asked",
    fields: [
      rule("justificationRequired", "yesNo", "Justification", "Whether a request has to say why."),
      rule(
        "ticket",
        "ticket",
        "Ticket",
        "Whether a request has to name a ticket, and what its number looks like.",
      ),
      rule("mfaRequired", "yesNo", "Second factor", "Whether one signs in with a second factor to ask."),
      rule(
        "authenticationContext",
        "text",
        "Authentication context",
        "What the sign-in has to carry (acrs), where an identity provider gives it.",
      ),
      rule(
        "workloadsAllowed",
        "yesNo",
        "Workloads without a second factor",
        "Whether a service principal may ask, though it has none.",
      ),
      rule(
        "conditions",
        "conditions",
        "Conditions",
        "Cedar policies; each of them has to permit the request.",
      ),
    ],
  },
  {
    title: "Who decides",
    fields: [
      rule("approval", "approval", "Approval", "Whether people decide, who they are and how long they have."),
      rule(
        "approverJustification",
        "approverJustification",
        "Approvers say why",
        "Whether a decision comes with its reason.",
      ),
      rule(
        "emergency",
        "emergency",
        "Emergency access",
        "Without approval, heard by every approver at once and reviewed afterwards.",
      ),
    ],
  },
  {
    title: "For administrators",
    fields: [
      rule(
        "maximumEligibility",
        "longest",
        "Longest eligibility",
        "How long somebody may be made eligible for.",
      ),
      rule(
        "makingEligible",
        "administrators",
        "Making eligible",
        "What is asked of whoever makes somebody eligible.",
      ),
      rule(
        "assigning",
        "assigning",
        "Assigning",
        "What is asked of whoever gives the role without a request.",
      ),
    ],
  },
];

export const RULE_FIELDS: readonly RuleField[] = RULE_GROUPS.flatMap(({ fields }) => fields);
