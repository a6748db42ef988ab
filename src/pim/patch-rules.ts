/** Changed rules of a policy as changes of role settings, in the words of a RoleSettings document. */
import { z } from "zod";
import {
  MAX_RULE_RECIPIENTS,
  NOTIFICATION_LEVELS,
  type NotificationRules,
  ruleOf,
  withRule,
} from "../domain/notification-rules.ts";
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import type { RoleSettings, Stage } from "../domain/role-settings.ts";
import { DAY_MS, formatDuration, MINUTE_MS, parseDuration } from "../domain/time.ts";
import { emailSchema } from "../use-cases/apply/spec-parts.ts";
import { durationText, text } from "../use-cases/values.ts";
import { echoes } from "./echoes.ts";
import { notificationOf, RULE_IDS, ruleHead, timeOutDays, UNLIMITED } from "./policy-rules.ts";

const userSetSchema = z.looseObject({
  "@odata.type": text(128).nullish(),
  userType: text(32).nullish(),
  isBackup: z
    .boolean()
    .refine((is) => !is, "approvers have no backups here: name them for an escalation")
    .nullish(),
  id: text(64).nullish(),
  userId: text(64).nullish(),
  groupId: text(64).nullish(),
});

const stageSchema = z.looseObject({
  approvalStageTimeOutInDays: z.int().min(1).max(365).nullish(),
  isApproverJustificationRequired: z.boolean().nullish(),
  escalationTimeInMinutes: z.int().min(0).max(525_600).nullish(),
  primaryApprovers: z.array(userSetSchema).max(100).nullish(),
  isEscalationEnabled: z.boolean().nullish(),
  escalationApprovers: z.array(userSetSchema).max(100).nullish(),
});

const ENABLEMENT = "Enablement_EndUser_Assignment";

export const ruleSchema = z.looseObject({
  id: z
    .string()
    .max(64)
    .refine((id) => RULE_IDS.includes(id), `not a rule; there are ${RULE_IDS.join(", ")}`),
  ruleType: text(64).nullish(),
  target: z.looseObject({}).nullish(),
  notificationType: text(32).nullish(),
  recipientType: text(32).nullish(),
  isExpirationRequired: z.boolean().nullish(),
  maximumDuration: durationText.nullish(),
  enabledRules: z
    .array(z.enum(["MultiFactorAuthentication", "Justification", "Ticketing"]))
    .max(3)
    .nullish(),
  isEnabled: z.boolean().nullish(),
  claimValue: text(256).nullish(),
  setting: z
    .looseObject({
      isApprovalRequired: z.boolean().nullish(),
      isApprovalRequiredForExtension: z.boolean().nullish(),
      approvalMode: text(32).nullish(),
      isRequestorJustificationRequired: z.boolean().nullish(),
      approvalStages: z.array(stageSchema).max(5).nullish(),
    })
    .nullish(),
  notificationLevel: z.enum(["None", "Critical", "All"]).nullish(),
  isDefaultRecipientsEnabled: z.boolean().nullish(),
  notificationRecipients: z.array(emailSchema).max(MAX_RULE_RECIPIENTS).nullish(),
});
export type PatchRule = z.output<typeof ruleSchema>;

type PatchStage = z.output<typeof stageSchema>;

/** Resolves to fields of a RoleSettings document. */
export function changesOf(
  rules: readonly PatchRule[],
  current: RoleSettings,
): Outcome<Readonly<Record<string, unknown>>> {
  let settings: Record<string, unknown> = {};
  const enables = rules.some((rule) => rule.id === ENABLEMENT && !saysNothing(rule));
  let notifications = current.notifications;
  for (const rule of rules) {
    const [kind = ""] = rule.id.split("_");
    const fits = fitsKind(rule, kind);
    if (!fits.ok) return fits;
    if (kind === "Notification") {
      notifications = notified(rule, notifications);
      settings = { ...settings, notifications };
      continue;
    }
    const change = changeOf(enables ? withoutEcho(rule) : rule, current, settings);
    if (!change.ok) return change;
    settings = { ...settings, ...change.value };
  }
  return accept(settings);
}

const FIELDS: ReadonlyMap<string, readonly (keyof PatchRule)[]> = new Map([
  ["Expiration", ["isExpirationRequired", "maximumDuration"]],
  ["Enablement", ["enabledRules"]],
  ["Approval", ["setting"]],
  ["AuthenticationContext", ["isEnabled", "claimValue"]],
  [
    "Notification",
    [
      "notificationLevel",
      "isDefaultRecipientsEnabled",
      "notificationRecipients",
      "notificationType",
      "recipientType",
    ],
  ],
]);

/** INVARIANT I18: a field that rules of this kind do not have would be left aside; what a rule is cannot be said otherwise. */
function fitsKind(rule: PatchRule, kind: string): Outcome<void> {
  const own = FIELDS.get(kind) ?? [];
  const foreign = [...FIELDS.values()].flat().find((field) => rule[field] != null && !own.includes(field));
  if (foreign !== undefined)
    return reject("invalid_input", `\`${rule.id}\` has no \`${foreign}\`; it has ${own.join(", ")}`, {
      path: `/rules/${rule.id}/${foreign}`,
    });
  const { ruleType, target, notificationType, recipientType } = rule;
  return echoes(
    { ruleType, target, notificationType, recipientType },
    ruleHead(rule.id),
    `/rules/${rule.id}`,
  );
}

/** The approval rule repeats what the enablement rule says of a justification; where both are sent, the latter is meant. */
function withoutEcho({ setting, ...rule }: PatchRule): PatchRule {
  return { ...rule, setting: setting && { ...setting, isRequestorJustificationRequired: null } };
}

function changeOf(
  rule: PatchRule,
  current: RoleSettings,
  before: Readonly<Record<string, unknown>>,
): Outcome<Record<string, unknown>> {
  const assigning = { ...assigningWords(current), ...(before.assigning as object | undefined) };
  if (saysNothing(rule)) return accept({});
  switch (rule.id) {
    case "Expiration_EndUser_Assignment":
      return activationLimit(rule, current);
    case "Expiration_Admin_Eligibility":
      return accept({ maximumEligibility: limitOf(rule, current.maximumEligibilityMs) });
    case "Expiration_Admin_Assignment":
      return accept({
        assigning: { ...assigning, maximumDuration: limitOf(rule, current.assigning.maximumDurationMs) },
      });
    case ENABLEMENT:
      return accept({ ...rulesIn(rule), ticket: { ...current.ticket, required: has(rule, "Ticketing") } });
    case "Enablement_Admin_Eligibility":
      return has(rule, "Ticketing") ? noTicket(rule) : accept({ makingEligible: rulesIn(rule) });
    case "Enablement_Admin_Assignment":
      return has(rule, "Ticketing")
        ? noTicket(rule)
        : accept({ assigning: { ...assigning, ...rulesIn(rule) } });
    case "AuthenticationContext_EndUser_Assignment":
      return authenticationContext(rule, current);
    default: {
      const sound = requireSound(rule, current);
      return sound.ok ? accept(approval(rule, current)) : sound;
    }
  }
}

/** What a rule leaves out stays: a patch without a list of checks, or without a word on a context, lifts none. */
function saysNothing({ id, enabledRules, isEnabled, claimValue }: PatchRule): boolean {
  if (id.startsWith("Enablement_")) return enabledRules == null;
  return id.startsWith("AuthenticationContext_") && isEnabled == null && claimValue == null;
}

/** An activation always ends: a maximum may change, never be taken away. What lies above it comes down with it. */
function activationLimit(rule: PatchRule, current: RoleSettings): Outcome<Record<string, unknown>> {
  if (rule.isExpirationRequired === false) {
    return reject("invalid_input", "an activation always ends: give a maximumDuration instead", {
      path: `/rules/${rule.id}/isExpirationRequired`,
    });
  }
  const maximumMs = rule.maximumDuration == null ? null : parseDuration(rule.maximumDuration);
  if (maximumMs === null || maximumMs === current.maximumDurationMs) return accept({});
  const words = (ms: number) => formatDuration(Math.min(ms, maximumMs));
  return accept({
    maximumDuration: formatDuration(maximumMs),
    defaultDuration: words(current.defaultDurationMs),
    minimumDuration: words(current.minimumDurationMs),
    maximumTotal: formatDuration(2 * maximumMs),
  });
}

function limitOf(rule: PatchRule, currentMs: number | null): string | null {
  if (rule.isExpirationRequired === false) return null;
  if (rule.maximumDuration != null) return rule.maximumDuration;
  if (currentMs !== null) return formatDuration(currentMs);
  // The limit that a rule without one has shown all along.
  return rule.isExpirationRequired === true ? UNLIMITED : null;
}

function assigningWords({ assigning }: RoleSettings) {
  const { maximumDurationMs, ...rules } = assigning;
  return { ...rules, maximumDuration: maximumDurationMs === null ? null : formatDuration(maximumDurationMs) };
}

function rulesIn(rule: PatchRule) {
  return {
    mfaRequired: has(rule, "MultiFactorAuthentication"),
    justificationRequired: has(rule, "Justification"),
  };
}

function has({ enabledRules }: PatchRule, name: NonNullable<PatchRule["enabledRules"]>[number]): boolean {
  return enabledRules?.includes(name) ?? false;
}

function noTicket({ id }: PatchRule) {
  return reject("invalid_input", "a ticket is asked of activations alone; leave `Ticketing` out here", {
    path: `/rules/${id}/enabledRules`,
  });
}

/** Told a context and not whether it is asked for, what is asked for already is meant. */
function authenticationContext(
  { id, isEnabled, claimValue }: PatchRule,
  current: RoleSettings,
): Outcome<Record<string, unknown>> {
  if (isEnabled == null && current.authenticationContext === null)
    return reject("invalid_input", "say `isEnabled: true` beside the context, or nothing is asked for", {
      path: `/rules/${id}/isEnabled`,
    });
  if (isEnabled === false) return accept({ authenticationContext: null });
  if (claimValue == null || claimValue === "")
    return reject("invalid_input", "name the authentication context in claimValue", {
      path: `/rules/${id}/claimValue`,
    });
  return accept({ authenticationContext: claimValue });
}

/** INVARIANT I18: what an approval rule says and nothing here would follow, is refused. */
function requireSound({ id, setting }: PatchRule, current: RoleSettings): Outcome<void> {
  const stages = setting?.approvalStages ?? [];
  const required = setting?.isApprovalRequired ?? current.approval.mode === "manual";
  const refuse = (field: string, message: string) =>
    reject("invalid_input", message, { path: `/rules/${id}/setting/${field}` });
  if (setting?.isApprovalRequiredForExtension === true && !required)
    return refuse(
      "isApprovalRequiredForExtension",
      "an extension is approved where the ask is: say `isApprovalRequired: true`, or leave this out",
    );
  const before = current.approval.mode === "manual" ? current.approval.stages.length : 0;
  const mode = setting?.approvalMode?.toLowerCase() ?? null;
  const modes = !required
    ? ["noapproval", "singlestage", "serial"]
    : (setting?.approvalStages?.length ?? before) > 1
      ? ["serial"]
      : ["singlestage", "serial"];
  if (mode !== null && !modes.includes(mode))
    return refuse(
      "approvalMode",
      "stages are passed one after the other: `SingleStage` or `Serial`, as many as there are",
    );
  for (const [index, stage] of stages.entries()) {
    const at = `approvalStages/${index}`;
    const named = idsIn(stage.escalationApprovers).length > 0;
    if (stage.isEscalationEnabled === true && !named)
      return refuse(`${at}/escalationApprovers`, "say to whom it escalates");
    if (stage.isEscalationEnabled !== true && (named || (stage.escalationTimeInMinutes ?? 0) > 0))
      return refuse(
        `${at}/isEscalationEnabled`,
        "say `isEscalationEnabled: true`, or leave the escalation out",
      );
  }
  return accept(undefined);
}

function approval({ setting }: PatchRule, current: RoleSettings): Record<string, unknown> {
  const before = current.approval.mode === "manual" ? current.approval.stages : [];
  const stages = setting?.approvalStages ?? null;
  const required = setting?.isApprovalRequired ?? current.approval.mode === "manual";
  const said = stages?.flatMap((stage) => stage.isApproverJustificationRequired ?? []) ?? [];
  const asked = said.includes(true);
  return {
    ...(setting?.isRequestorJustificationRequired == null
      ? {}
      : { justificationRequired: setting.isRequestorJustificationRequired }),
    ...(said.length > 0 && !asked ? { approverJustification: "never" } : {}),
    ...(asked && current.approverJustification === "never" ? { approverJustification: "always" } : {}),
    approval: required ? manual(stages, before) : { mode: "automatic", notified: toldOf(stages, current) },
  };
}

function manual(stages: readonly PatchStage[] | null, before: readonly Stage[]): unknown {
  if (stages === null) return { mode: "manual", stages: before.map(stageWords) };
  return {
    mode: "manual",
    stages: stages.map((stage, index) => {
      const old = before[index];
      const days = stage.approvalStageTimeOutInDays ?? 1;
      // Told as a day, hours stay hours until another number of days is asked for.
      const decideByMs = old !== undefined && timeOutDays(old) === days ? old.decideByMs : days * DAY_MS;
      const minutes = stage.escalationTimeInMinutes ?? 0;
      const to = idsIn(stage.escalationApprovers);
      const escalates = stage.isEscalationEnabled === true && to.length > 0;
      return {
        approvers: idsIn(stage.primaryApprovers),
        required: old?.required ?? 1,
        decideBy: formatDuration(decideByMs),
        escalation: escalates ? { after: formatDuration(Math.max(1, minutes) * MINUTE_MS), to } : null,
      };
    }),
  };
}

function stageWords({ approvers, required, decideByMs, escalation }: Stage) {
  const ids = (refs: Stage["approvers"]) => refs.map(({ objectId }) => objectId);
  return {
    approvers: ids(approvers),
    required,
    decideBy: formatDuration(decideByMs),
    escalation: escalation && { after: formatDuration(escalation.afterMs), to: ids(escalation.to) },
  };
}

function toldOf(stages: readonly PatchStage[] | null, { approval: current }: RoleSettings) {
  if (stages !== null) return stages.flatMap((stage) => idsIn(stage.primaryApprovers));
  return current.mode === "automatic" ? current.notified.map(({ objectId }) => objectId) : [];
}

interface ApproverSaid {
  readonly ruleId: string;
  readonly path: string;
  readonly id: string;
  /** What it is said to be. */
  readonly sort: string;
}

/** Approvers of whom a rule says what they are: by a property of their own, or by the one that names them. */
export function approversSaid({ id: ruleId, setting }: PatchRule): ApproverSaid[] {
  return (setting?.approvalStages ?? []).flatMap((stage, at) =>
    (["primaryApprovers", "escalationApprovers"] as const).flatMap((set) =>
      (stage[set] ?? []).flatMap(({ id, userId, groupId, userType }, index) => {
        const path = `setting/approvalStages/${at}/${set}/${index}`;
        if (id != null && userType != null) return [{ ruleId, path: `${path}/userType`, id, sort: userType }];
        if (userId != null) return [{ ruleId, path: `${path}/userId`, id: userId, sort: "user" }];
        return groupId == null ? [] : [{ ruleId, path: `${path}/groupId`, id: groupId, sort: "group" }];
      }),
    ),
  );
}

function idsIn(sets: readonly z.output<typeof userSetSchema>[] | null | undefined): string[] {
  return (sets ?? []).flatMap(({ id, userId, groupId }) => id ?? userId ?? groupId ?? []);
}

/** What a rule leaves out stays. */
function notified(rule: PatchRule, before: NotificationRules): NotificationRules {
  const which = notificationOf(rule.id);
  if (which === null) return before;
  const { operation, side } = which;
  const was = ruleOf(before, operation, side);
  const { notificationLevel: level, isDefaultRecipientsEnabled: defaults, notificationRecipients } = rule;
  return withRule(before, operation, side, {
    level: NOTIFICATION_LEVELS.find((one) => one === level?.toLowerCase()) ?? was.level,
    defaults: defaults ?? was.defaults,
    recipients: notificationRecipients ?? was.recipients,
  });
}
