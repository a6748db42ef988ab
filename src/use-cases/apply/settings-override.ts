/** What a tier or the settings of one role may say: every field open, checked together with what fills the rest. */
import { z } from "zod";
import type { PrincipalRef } from "../../domain/principal.ts";
import {
  type Approval,
  DEFAULT_DECIDE_BY_MS,
  type RoleSettings,
  type SettingsOverride,
  type Stage,
} from "../../domain/role-settings.ts";
import { describeDuration } from "../../domain/time.ts";
import type { Tx } from "../ports.ts";
import { requireReachable } from "./approvers.ts";
import { principalWords, type Resolving, resolvePrincipals } from "./references.ts";
import {
  approverJustificationSchema,
  conditionsSchema,
  durationSchema,
  durationText,
  referencesSchema,
  requiredSchema,
  ticketSchema,
} from "./spec-parts.ts";

const MAX_STAGES = 5;
const APPROVER_KINDS = ["user", "group"] as const;

const stageSchema = z.strictObject({
  approvers: referencesSchema,
  required: requiredSchema.default(1),
  decideBy: durationSchema.default(DEFAULT_DECIDE_BY_MS),
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

export const overrideFields = {
  maximumDuration: durationSchema.optional(),
  defaultDuration: durationSchema.optional(),
  minimumDuration: durationSchema.optional(),
  maximumTotal: durationSchema.optional().describe("the longest a chain of extensions may last"),
  justificationRequired: z.boolean().optional(),
  ticket: ticketSchema.optional(),
  mfaRequired: z.boolean().optional(),
  authenticationContext: z.string().min(1).max(256).nullable().optional(),
  workloadsAllowed: z
    .boolean()
    .optional()
    .describe("whether a service principal passes without a second factor"),
  conditions: conditionsSchema.optional().describe("cedar policies; each text must permit"),
  approval: approvalSchema.optional(),
  approverJustification: approverJustificationSchema.optional(),
  emergency: z.strictObject({ allowed: z.boolean(), maximumDuration: durationSchema.optional() }).optional(),
  cooldownAfterDenial: durationSchema.optional(),
  maximumEligibility: durationSchema
    .nullable()
    .optional()
    .describe("null allows an eligibility without an end"),
  makingEligible: z.strictObject(assigningFields).optional().describe("asked of who makes somebody eligible"),
  assigning: z
    .strictObject({ ...assigningFields, maximumDuration: durationSchema.nullable().default(null) })
    .optional()
    .describe("asked of who assigns the role without a request; null allows an assignment without an end"),
};
const overrideSchema = z.strictObject(overrideFields);
export type OverrideSpec = z.output<typeof overrideSchema>;

/** Null when a name in it is unknown. `base` fills what an emergency leaves open. */
export async function overrideOf(
  work: Resolving,
  spec: OverrideSpec,
  base: RoleSettings,
): Promise<SettingsOverride | null> {
  const approval = spec.approval === undefined ? undefined : await approvalOf(work, spec.approval);
  if (approval === null) return null;
  return stripUndefined({
    maximumDurationMs: spec.maximumDuration,
    defaultDurationMs: spec.defaultDuration,
    minimumDurationMs: spec.minimumDuration,
    maximumTotalMs: spec.maximumTotal,
    justificationRequired: spec.justificationRequired,
    ticket: spec.ticket,
    mfaRequired: spec.mfaRequired,
    authenticationContext: spec.authenticationContext,
    workloadsAllowed: spec.workloadsAllowed,
    conditions: spec.conditions,
    approval,
    approverJustification: spec.approverJustification,
    emergency:
      spec.emergency === undefined
        ? undefined
        : {
            allowed: spec.emergency.allowed,
            maximumDurationMs: spec.emergency.maximumDuration ?? base.emergency.maximumDurationMs,
          },
    cooldownAfterDenialMs: spec.cooldownAfterDenial,
    maximumEligibilityMs: spec.maximumEligibility,
    makingEligible: spec.makingEligible,
    assigning: spec.assigning === undefined ? undefined : assigningOf(spec.assigning),
  });
}

function assigningOf({ maximumDuration, ...rules }: NonNullable<OverrideSpec["assigning"]>) {
  return { ...rules, maximumDurationMs: maximumDuration };
}

/** Whether the whole makes sense once everything open was filled. */
export function requireCoherent(work: Resolving, settings: RoleSettings): boolean {
  const { minimumDurationMs, maximumDurationMs, maximumTotalMs, defaultDurationMs } = settings;
  const longest = describeDuration(maximumDurationMs);
  if (minimumDurationMs > maximumDurationMs) {
    const message = `the minimum (${describeDuration(minimumDurationMs)}) is above the maximum (${longest}); nothing could be asked for`;
    work.fault("/spec/minimumDuration", message);
    return false;
  }
  if (maximumTotalMs < maximumDurationMs) {
    work.fault(
      "/spec/maximumTotal",
      `a chain of extensions cannot last less than one grant, at most ${longest}`,
    );
    return false;
  }
  if (defaultDurationMs > maximumDurationMs || defaultDurationMs < minimumDurationMs) {
    work.fault("/spec/defaultDuration", `the default lies between the minimum and the maximum (${longest})`);
    return false;
  }
  return true;
}

/** Manual stages that nobody could decide are refused when they are saved, not when somebody is in need. */
export async function requireDecidable(work: Resolving, approval: Approval): Promise<boolean> {
  if (approval.mode === "automatic") return true;
  for (const [index, stage] of approval.stages.entries()) {
    const seats = [...stage.approvers, ...(stage.escalation?.to ?? [])];
    const pointer = `/spec/approval/stages/${index}/approvers`;
    if (!(await requireReachable(work, pointer, [seats], stage.required))) return false;
  }
  return true;
}

/** The same override as a document would write it. */
export async function overrideWords(tx: Tx, override: SettingsOverride): Promise<Record<string, unknown>> {
  const text = (ms: number | undefined) => (ms === undefined ? undefined : durationText(ms));
  const { maximumEligibilityMs, emergency } = override;
  return stripUndefined({
    maximumDuration: text(override.maximumDurationMs),
    defaultDuration: text(override.defaultDurationMs),
    minimumDuration: text(override.minimumDurationMs),
    maximumTotal: text(override.maximumTotalMs),
    justificationRequired: override.justificationRequired,
    ticket: override.ticket,
    mfaRequired: override.mfaRequired,
    authenticationContext: override.authenticationContext,
    workloadsAllowed: override.workloadsAllowed,
    conditions: override.conditions,
    approval: override.approval === undefined ? undefined : await approvalWords(tx, override.approval),
    approverJustification: override.approverJustification,
    emergency:
      emergency === undefined
        ? undefined
        : { allowed: emergency.allowed, maximumDuration: durationText(emergency.maximumDurationMs) },
    cooldownAfterDenial: text(override.cooldownAfterDenialMs),
    maximumEligibility: maximumEligibilityMs === null ? null : text(maximumEligibilityMs),
    makingEligible: override.makingEligible,
    assigning: override.assigning === undefined ? undefined : assigningWords(override.assigning),
  });
}

function assigningWords({ maximumDurationMs, ...rules }: RoleSettings["assigning"]) {
  return { ...rules, maximumDuration: maximumDurationMs === null ? null : durationText(maximumDurationMs) };
}

/** As documents name the fields: without the unit that code puts last. */
export function fieldWords(override: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(override).map(([name, value]) => [name.replace(/Ms$/, ""), value]),
  );
}

async function approvalOf(
  work: Resolving,
  spec: NonNullable<OverrideSpec["approval"]>,
): Promise<Approval | null> {
  if (spec.mode === "automatic") {
    const notified = await resolvePrincipals(work, "/spec/approval/notified", spec.notified, APPROVER_KINDS);
    return notified === null ? null : { mode: "automatic", notified };
  }
  const stages: (Stage | null)[] = [];
  for (const [index, stage] of spec.stages.entries()) {
    stages.push(await stageOf(work, `/spec/approval/stages/${index}`, stage));
  }
  const known = stages.filter((stage) => stage !== null);
  return known.length === stages.length ? { mode: "manual", stages: known } : null;
}

async function stageOf(
  work: Resolving,
  pointer: string,
  spec: z.output<typeof stageSchema>,
): Promise<Stage | null> {
  const approvers = await resolvePrincipals(work, `${pointer}/approvers`, spec.approvers, APPROVER_KINDS);
  const to =
    spec.escalation === null
      ? []
      : await resolvePrincipals(work, `${pointer}/escalation/to`, spec.escalation.to, APPROVER_KINDS);
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
      decideBy: durationText(decideByMs),
      escalation:
        escalation === null
          ? null
          : { after: durationText(escalation.afterMs), to: await words(escalation.to) },
    });
  }
  return { mode: "manual", stages };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function stripUndefined<T extends Record<string, unknown>>(record: T): Defined<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Defined<T>;
}
