/** What a tier or the settings of one role may say: every field open, checked together with what fills the rest. */
import { z } from "zod";
import {
  allNine,
  MAX_RULE_RECIPIENTS,
  NOTIFICATION_LEVELS,
  type NotificationRules,
  OPERATIONS,
  ruleOf,
  SIDES,
  type Side,
  withRule,
} from "../../domain/notification-rules.ts";
import type { PrincipalRef } from "../../domain/principal.ts";
import {
  type Approval,
  DEFAULT_DECIDE_BY_MS,
  type RoleSettings,
  SETTING_NAMES,
  SETTINGS,
  type SettingName,
  type SettingsOverride,
  type Stage,
  type Unit,
  type Values,
  type WordOf,
  wordOf,
} from "../../domain/role-settings.ts";
import { describeDuration, formatDuration } from "../../domain/time.ts";
import type { Tx } from "../ports.ts";
import { requireReachable } from "./approvers.ts";
import { principalWords, type Resolving, resolvePrincipals } from "./references.ts";
import {
  approverJustificationSchema,
  conditionsSchema,
  durationSchema,
  emailSchema,
  referencesSchema,
  requiredSchema,
  ticketSchema,
  timeZoneSchema,
} from "./spec-parts.ts";

const MAX_STAGES = 5;
const APPROVER_KINDS = ["user", "group"] as const;

const stageSchema = z.strictObject({
  approvers: referencesSchema,
  required: requiredSchema.default(1),
  decideBy: durationSchema.prefault(formatDuration(DEFAULT_DECIDE_BY_MS)),
  escalation: z
    .strictObject({ after: durationSchema, to: referencesSchema.min(1) })
    .nullable()
    .default(null),
});

const approvalSchema = z.discriminatedUnion("mode", [
  z.strictObject({ mode: z.literal("automatic"), notified: referencesSchema.default([]) }),
  z.strictObject({ mode: z.literal("manual"), stages: z.array(stageSchema).min(1).max(MAX_STAGES) }),
]);

const assigningFields = {
  justificationRequired: z.boolean().default(false),
  mfaRequired: z.boolean().default(false),
};

const notificationSchema = z.strictObject({
  level: z.enum(NOTIFICATION_LEVELS).optional().describe("critical: only what asks its reader for an action"),
  defaults: z.boolean().optional().describe("whether those hear whom it concerns anyway"),
  recipients: z
    .array(emailSchema)
    .max(MAX_RULE_RECIPIENTS)
    .optional()
    .describe("addresses that hear as well"),
});

const sides = Object.fromEntries(SIDES.map((side) => [side, notificationSchema.optional()])) as {
  [S in Side]: z.ZodOptional<typeof notificationSchema>;
};
const notificationsSchema = z.strictObject({
  eligible: z.strictObject(sides).optional(),
  assigned: z.strictObject(sides).optional(),
  activated: z.strictObject(sides).optional(),
});

/** What a rule leaves out stays as it is. */
function rulesIn(said: z.output<typeof notificationsSchema>, base: NotificationRules): NotificationRules {
  let rules = base;
  for (const operation of OPERATIONS) {
    for (const side of SIDES) {
      const rule = said[operation]?.[side];
      const before = ruleOf(base, operation, side);
      const { level = before.level, defaults = before.defaults, recipients = before.recipients } = rule ?? {};
      if (rule !== undefined) rules = withRule(rules, operation, side, { level, defaults, recipients });
    }
  }
  return rules;
}

/** How one kind of setting is written: read with every name resolved (undefined where one is unknown), and told again. */
interface Written<S extends z.ZodType, T> {
  readonly schema: S;
  readonly read: (said: z.output<S>, where: Where<T>) => T | Promise<T | undefined>;
  readonly tell: (value: T, tx: Tx) => unknown;
}

interface Where<T> {
  readonly context: Resolving;
  readonly pointer: string;
  /** What rules where nothing is said. */
  readonly base: T;
}

const written = <S extends z.ZodType, T>(one: Written<S, T>): Written<S, T> => one;
const asItIs = <T>(value: T): T => value;
const lengthOf = (ms: number | null) => (ms === null ? null : formatDuration(ms));

const UNITS = {
  duration: written({ schema: durationSchema, read: asItIs, tell: formatDuration }),
  longest: written({
    schema: durationSchema.nullable().describe(`${durationSchema.description}; null: without an end`),
    read: asItIs,
    tell: lengthOf,
  }),
  pause: written({
    schema: durationSchema.nullable().describe(`${durationSchema.description}; null: none`),
    read: (ms) => ms ?? 0,
    tell: (ms) => (ms === 0 ? null : formatDuration(ms)),
  }),
  required: written({ schema: z.boolean(), read: asItIs, tell: asItIs }),
  allowed: written({ schema: z.boolean(), read: asItIs, tell: asItIs }),
  ticket: written({ schema: ticketSchema, read: asItIs, tell: asItIs }),
  text: written({ schema: z.string().min(1).max(256).nullable(), read: asItIs, tell: asItIs }),
  conditions: written({ schema: conditionsSchema, read: asItIs, tell: asItIs }),
  timeZone: written({ schema: timeZoneSchema, read: asItIs, tell: asItIs }),
  approval: written({
    schema: approvalSchema,
    read: async (said, { context, pointer }) => (await approvalOf(context, pointer, said)) ?? undefined,
    tell: (approval, tx) => approvalWords(tx, approval),
  }),
  approverJustification: written({ schema: approverJustificationSchema, read: asItIs, tell: asItIs }),
  emergency: written({
    schema: z.strictObject({ allowed: z.boolean(), maximumDuration: durationSchema.optional() }),
    read: ({ allowed, maximumDuration }, { base }: Where<Values["emergency"]>) => ({
      allowed,
      maximumDurationMs: maximumDuration ?? base.maximumDurationMs,
    }),
    tell: ({ allowed, maximumDurationMs }) => ({
      allowed,
      maximumDuration: formatDuration(maximumDurationMs),
    }),
  }),
  administrators: written({ schema: z.strictObject(assigningFields), read: asItIs, tell: asItIs }),
  assigning: written({
    schema: z.strictObject({ ...assigningFields, maximumDuration: durationSchema.nullable().default(null) }),
    read: ({ maximumDuration, ...rules }) => ({ ...rules, maximumDurationMs: maximumDuration }),
    tell: ({ maximumDurationMs, ...rules }) => ({ ...rules, maximumDuration: lengthOf(maximumDurationMs) }),
  }),
  notifications: written({
    schema: notificationsSchema,
    read: (said, { base }: Where<NotificationRules>) => rulesIn(said, base),
    tell: allNine,
  }),
} satisfies { [U in Unit]: Written<z.ZodType, Values[U]> };

type Fields = {
  [N in SettingName as WordOf<N>]: z.ZodOptional<(typeof UNITS)[(typeof SETTINGS)[N]["unit"]]["schema"]>;
};

/** Every setting, open. */
export const overrideFields = Object.fromEntries(
  SETTING_NAMES.map((name) => {
    const { unit, help } = SETTINGS[name];
    const { schema } = UNITS[unit];
    const how = schema.description === undefined ? "" : ` Written as ${schema.description}.`;
    return [wordOf(name), schema.optional().describe(`${help}${how}`)];
  }),
) as Fields;
export type OverrideSpec = z.output<z.ZodObject<Fields>>;

/** Null when a name in it is unknown. `base` fills what an emergency leaves open. */
export async function overrideOf(
  context: Resolving,
  spec: OverrideSpec,
  base: RoleSettings,
): Promise<SettingsOverride | null> {
  const said: [SettingName, unknown][] = [];
  for (const name of SETTING_NAMES) {
    const word = wordOf(name);
    const given = spec[word];
    if (given === undefined) continue;
    const { read } = UNITS[SETTINGS[name].unit] as Written<z.ZodType, unknown>;
    said.push([name, await read(given, { context, pointer: `/spec/${word}`, base: base[name] })]);
  }
  return said.some(([, value]) => value === undefined) ? null : Object.fromEntries(said);
}

/** Whether the whole makes sense once everything open was filled. */
export function requireCoherent(context: Resolving, settings: RoleSettings): boolean {
  const { minimumDurationMs, maximumDurationMs, maximumTotalMs, defaultDurationMs } = settings;
  const longest = describeDuration(maximumDurationMs);
  if (minimumDurationMs > maximumDurationMs) {
    const message = `the minimum (${describeDuration(minimumDurationMs)}) is above the maximum (${longest}); nothing could be asked for`;
    context.fault("/spec/minimumDuration", message);
    return false;
  }
  if (maximumTotalMs < maximumDurationMs) {
    context.fault(
      "/spec/maximumTotal",
      `a chain of extensions cannot last less than one grant, at most ${longest}`,
    );
    return false;
  }
  if (defaultDurationMs > maximumDurationMs || defaultDurationMs < minimumDurationMs) {
    context.fault(
      "/spec/defaultDuration",
      `the default lies between the minimum and the maximum (${longest})`,
    );
    return false;
  }
  return true;
}

/** Manual stages that nobody could decide are refused when they are saved, not when somebody is in need. */
export async function requireDecidable(context: Resolving, approval: Approval): Promise<boolean> {
  if (approval.mode === "automatic") return true;
  for (const [index, stage] of approval.stages.entries()) {
    const seats = [...stage.approvers, ...(stage.escalation?.to ?? [])];
    const pointer = `/spec/approval/stages/${index}/approvers`;
    if (!(await requireReachable(context, pointer, [seats], stage.required))) return false;
  }
  return true;
}

/** The same override as a document would write it. */
export async function overrideWords(tx: Tx, override: SettingsOverride): Promise<Record<string, unknown>> {
  const words: Record<string, unknown> = {};
  for (const name of SETTING_NAMES) {
    const value = override[name];
    const { tell } = UNITS[SETTINGS[name].unit] as Written<z.ZodType, unknown>;
    if (value !== undefined) words[wordOf(name)] = await tell(value, tx);
  }
  return words;
}

/** As documents name the fields: without the unit that code puts last. */
export function fieldWords(override: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(override).map(([name, value]) => [name.replace(/Ms$/, ""), value]),
  );
}

async function approvalOf(
  context: Resolving,
  pointer: string,
  spec: z.output<typeof approvalSchema>,
): Promise<Approval | null> {
  if (spec.mode === "automatic") {
    const notified = await resolvePrincipals(context, `${pointer}/notified`, spec.notified, APPROVER_KINDS);
    return notified === null ? null : { mode: "automatic", notified };
  }
  const stages: (Stage | null)[] = [];
  for (const [index, stage] of spec.stages.entries()) {
    stages.push(await stageOf(context, `${pointer}/stages/${index}`, stage));
  }
  const known = stages.filter((stage) => stage !== null);
  return known.length === stages.length ? { mode: "manual", stages: known } : null;
}

async function stageOf(
  context: Resolving,
  pointer: string,
  spec: z.output<typeof stageSchema>,
): Promise<Stage | null> {
  const approvers = await resolvePrincipals(context, `${pointer}/approvers`, spec.approvers, APPROVER_KINDS);
  const to =
    spec.escalation === null
      ? []
      : await resolvePrincipals(context, `${pointer}/escalation/to`, spec.escalation.to, APPROVER_KINDS);
  if (approvers === null || to === null) return null;
  const escalation = spec.escalation === null ? null : { afterMs: spec.escalation.after, to };
  return { approvers, required: spec.required, decideByMs: spec.decideBy, escalation };
}

async function approvalWords(tx: Tx, approval: Approval): Promise<Record<string, unknown>> {
  if (approval.mode === "automatic") {
    return { mode: "automatic", notified: await principalWords(tx, approval.notified) };
  }
  const stages: Record<string, unknown>[] = [];
  for (const { approvers, required, decideByMs, escalation } of approval.stages) {
    const words = async (refs: readonly PrincipalRef[]) => principalWords(tx, refs);
    stages.push({
      approvers: await words(approvers),
      required,
      decideBy: formatDuration(decideByMs),
      escalation:
        escalation === null
          ? null
          : { after: formatDuration(escalation.afterMs), to: await words(escalation.to) },
    });
  }
  return { mode: "manual", stages };
}
