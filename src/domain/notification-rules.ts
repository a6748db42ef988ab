/**
 * Whom mail about a role tells: nine rules, for each of three operations one for each side, as role management policies
 * have them (`Notification_{Admin,Requestor,Approver}_{Admin_Eligibility,Admin_Assignment,EndUser_Assignment}`). They are
 * about mail alone: what the portal lists for somebody is theirs whatever a rule says.
 */
import { MAIL_KINDS, type MailKind } from "./mail.ts";

export const OPERATIONS = ["eligible", "assigned", "activated"] as const;
/** Somebody is made eligible; is given the role without a request; activates it. */
export type Operation = (typeof OPERATIONS)[number];

export const SIDES = ["administrators", "requester", "approvers"] as const;
/** `requester`: who asks or is given the role, and who gets it. */
export type Side = (typeof SIDES)[number];

export const NOTIFICATION_LEVELS = ["all", "critical", "none"] as const;
export type NotificationLevel = (typeof NOTIFICATION_LEVELS)[number];

export interface NotificationRule {
  /** `critical`: only what asks its reader for an action now. */
  readonly level: NotificationLevel;
  /** Whether those hear of it whom it concerns anyway. */
  readonly defaults: boolean;
  /** Addresses that hear as well. They are nobody's here: what they are sent leads nowhere. */
  readonly recipients: readonly string[];
}

/** What is not said is as `STANDARD_RULES` has it. */
export type NotificationRules = {
  readonly [O in Operation]?: { readonly [S in Side]?: NotificationRule };
};

export const MAX_RULE_RECIPIENTS = 100;

const ALL: NotificationRule = { level: "all", defaults: true, recipients: [] };

/** Administrators hear of each activation only where the role is critical, or a rule says so. */
const STANDARD_RULES: Readonly<Record<Side, NotificationRule>> = {
  administrators: { ...ALL, level: "critical" },
  requester: ALL,
  approvers: ALL,
};

export const STANDARD_NOTIFICATIONS: NotificationRules = {};
export const EVERYBODY_HEARS: NotificationRules = {
  eligible: { administrators: ALL },
  assigned: { administrators: ALL },
  activated: { administrators: ALL },
};

export function ruleOf(rules: NotificationRules, operation: Operation, side: Side): NotificationRule {
  return rules[operation]?.[side] ?? STANDARD_RULES[side];
}

/** Every one of them said. */
export function allNine(rules: NotificationRules): NotificationRules {
  let all: NotificationRules = {};
  for (const operation of OPERATIONS)
    for (const side of SIDES) all = withRule(all, operation, side, ruleOf(rules, operation, side));
  return all;
}

/** Of two that hold at once nobody hears less than one of them says. */
export function bothHeard(a: NotificationRules, b: NotificationRules): NotificationRules {
  let both: NotificationRules = {};
  for (const operation of OPERATIONS) {
    for (const side of SIDES) {
      if (a[operation]?.[side] === undefined && b[operation]?.[side] === undefined) continue;
      const [one, other] = [ruleOf(a, operation, side), ruleOf(b, operation, side)];
      both = withRule(both, operation, side, {
        level: NOTIFICATION_LEVELS.find((level) => level === one.level || level === other.level) ?? "all",
        defaults: one.defaults || other.defaults,
        recipients: [...new Set([...one.recipients, ...other.recipients])].sort(),
      });
    }
  }
  return both;
}

export function withRule(
  rules: NotificationRules,
  operation: Operation,
  side: Side,
  rule: NotificationRule,
): NotificationRules {
  return { ...rules, [operation]: { ...rules[operation], [side]: rule } };
}

/** Whether anybody is sent mail of this kind by the rule. */
export function letsThrough({ level }: NotificationRule, kind: MailKind): boolean {
  return level === "all" || (level === "critical" && MAIL_KINDS[kind].critical);
}
