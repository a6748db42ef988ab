/** The 17 rules of a role management policy, read from role settings. One form: both surfaces carry it. */
import { type NotificationLevel, type Operation, ruleOf, type Side } from "../domain/notification-rules.ts";
import type { PrincipalRef } from "../domain/principal.ts";
import type { Approval, AssigningRules, RoleSettings, Stage } from "../domain/role-settings.ts";
import type { JsonObject } from "../domain/target-binding.ts";
import { DAY_MS, formatDuration, MINUTE_MS } from "../domain/time.ts";
import type { Words } from "./words.ts";

export const LEVELS = ["Admin_Eligibility", "Admin_Assignment", "EndUser_Assignment"] as const;
export type Level = (typeof LEVELS)[number];
const RECIPIENTS = ["Admin", "Requestor", "Approver"] as const;
type Recipient = (typeof RECIPIENTS)[number];

export interface Rule extends JsonObject {
  readonly id: string;
  readonly ruleType: string;
}

/** Azure gives a duration even where none is demanded. */
export const UNLIMITED = "P365D";

/** What a notification rule is about, in our words. */
const OPERATION_OF = {
  Admin_Eligibility: "eligible",
  Admin_Assignment: "assigned",
  EndUser_Assignment: "activated",
} as const satisfies Record<Level, Operation>;
const SIDE_OF = {
  Admin: "administrators",
  Requestor: "requester",
  Approver: "approvers",
} as const satisfies Record<Recipient, Side>;
const LEVEL_WORDS: Readonly<Record<NotificationLevel, string>> = {
  all: "All",
  critical: "Critical",
  none: "None",
};

export const RULE_IDS: readonly string[] = [
  ...LEVELS.map((level) => `Expiration_${level}`),
  ...LEVELS.map((level) => `Enablement_${level}`),
  "Approval_EndUser_Assignment",
  "AuthenticationContext_EndUser_Assignment",
  ...LEVELS.flatMap((level) => RECIPIENTS.map((recipient) => `Notification_${recipient}_${level}`)),
];

export async function rulesOf(words: Words, settings: RoleSettings): Promise<Rule[]> {
  return [
    ...LEVELS.map((level) => expirationRule(level, settings)),
    ...LEVELS.map((level) => enablementRule(level, settings)),
    await approvalRule(words, settings),
    authenticationContextRule(settings),
    ...LEVELS.flatMap((level) => RECIPIENTS.map((recipient) => notificationRule(level, recipient, settings))),
  ];
}

function expirationRule(level: Level, settings: RoleSettings): Rule {
  const maximumMs = {
    Admin_Eligibility: settings.maximumEligibilityMs,
    Admin_Assignment: settings.assigning.maximumDurationMs,
    EndUser_Assignment: settings.maximumDurationMs,
  }[level];
  return {
    ...head("Expiration", level),
    isExpirationRequired: maximumMs !== null,
    maximumDuration: maximumMs === null ? UNLIMITED : formatDuration(maximumMs),
  };
}

function enablementRule(level: Level, settings: RoleSettings): Rule {
  return { ...head("Enablement", level), enabledRules: enabledRules(level, settings) };
}

function enabledRules(level: Level, settings: RoleSettings): string[] {
  const rules: AssigningRules = {
    Admin_Eligibility: settings.makingEligible,
    Admin_Assignment: settings.assigning,
    EndUser_Assignment: settings,
  }[level];
  return [
    ...(rules.mfaRequired ? ["MultiFactorAuthentication"] : []),
    ...(rules.justificationRequired ? ["Justification"] : []),
    ...(level === "EndUser_Assignment" && settings.ticket.required ? ["Ticketing"] : []),
  ];
}

async function approvalRule(words: Words, settings: RoleSettings): Promise<Rule> {
  const { approval } = settings;
  const manual = approval.mode === "manual";
  const stages = [];
  for (const stage of stagesOf(approval)) stages.push(await stageJson(words, stage, settings));
  return {
    ...head("Approval", "EndUser_Assignment"),
    setting: {
      isApprovalRequired: manual,
      // An extension is decided by the same rules as the ask it extends.
      isApprovalRequiredForExtension: manual,
      isRequestorJustificationRequired: settings.justificationRequired,
      approvalMode: manual ? (stages.length > 1 ? "Serial" : "SingleStage") : "NoApproval",
      approvalStages: stages,
    },
  };
}

function stagesOf(approval: Approval): readonly Stage[] {
  if (approval.mode === "manual") return approval.stages;
  return [{ approvers: approval.notified, required: 1, decideByMs: DAY_MS, escalation: null }];
}

async function stageJson(words: Words, stage: Stage, settings: RoleSettings): Promise<JsonObject> {
  return {
    approvalStageTimeOutInDays: timeOutDays(stage),
    isApproverJustificationRequired: settings.approverJustification !== "never",
    escalationTimeInMinutes: Math.ceil((stage.escalation?.afterMs ?? 0) / MINUTE_MS),
    primaryApprovers: await userSets(words, stage.approvers),
    isEscalationEnabled: stage.escalation !== null,
    escalationApprovers: await userSets(words, stage.escalation?.to ?? []),
  };
}

/** Azure counts whole days; ours may be hours, and are told as the day they end in. */
export function timeOutDays({ decideByMs }: Pick<Stage, "decideByMs">): number {
  return Math.max(1, Math.ceil(decideByMs / DAY_MS));
}

async function userSets(words: Words, refs: readonly PrincipalRef[]): Promise<JsonObject[]> {
  const sets: JsonObject[] = [];
  for (const ref of refs) {
    const { id, displayName, type } = await words.principal(ref);
    sets.push({
      id,
      description: displayName,
      isBackup: false,
      userType: type === "Group" ? "Group" : "User",
    });
  }
  return sets;
}

function authenticationContextRule({ authenticationContext }: RoleSettings): Rule {
  return {
    ...head("AuthenticationContext", "EndUser_Assignment"),
    isEnabled: authenticationContext !== null,
    claimValue: authenticationContext ?? "",
  };
}

function notificationRule(level: Level, recipient: Recipient, { notifications }: RoleSettings): Rule {
  const rule = ruleOf(notifications, OPERATION_OF[level], SIDE_OF[recipient]);
  return {
    ...head("Notification", level, recipient),
    notificationType: "Email",
    recipientType: recipient,
    notificationLevel: LEVEL_WORDS[rule.level],
    isDefaultRecipientsEnabled: rule.defaults,
    notificationRecipients: [...rule.recipients],
  };
}

/** Which of the nine rules of a role this one is. */
export function notificationOf(id: string): { readonly operation: Operation; readonly side: Side } | null {
  const level = LEVELS.find((one) => id.endsWith(`_${one}`));
  const recipient = RECIPIENTS.find((one) => id.startsWith(`Notification_${one}_`));
  if (level === undefined || recipient === undefined) return null;
  return { operation: OPERATION_OF[level], side: SIDE_OF[recipient] };
}

/** What a rule is, and no change of it can say otherwise. */
export function ruleHead(id: string): Rule {
  const [kind = "", ...rest] = id.split("_");
  const recipient = RECIPIENTS.find((one) => kind === "Notification" && one === rest[0]);
  const level = LEVELS.find((one) => id.endsWith(`_${one}`)) ?? LEVELS[0];
  const rule = head(kind, level, recipient);
  return recipient === undefined ? rule : { ...rule, notificationType: "Email", recipientType: recipient };
}

function head(kind: string, level: Level, recipient?: string): Rule {
  const [caller = "", of = ""] = level.split("_");
  return {
    id: [kind, ...(recipient === undefined ? [] : [recipient]), level].join("_"),
    ruleType: `RoleManagementPolicy${kind}Rule`,
    target: {
      caller,
      operations: ["All"],
      level: of,
      targetObjects: [],
      inheritableSettings: [],
      enforcedSettings: [],
    },
  };
}
