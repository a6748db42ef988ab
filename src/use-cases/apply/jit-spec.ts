/** The JIT policy of a managed application as its consumer writes it, in a document or through the API. */
import { z } from "zod";
import { DEFAULT_JIT_POLICY, type JitPolicy } from "../../domain/application.ts";
import type { PrincipalRef } from "../../domain/principal.ts";
import { SETTINGS } from "../../domain/role-settings.ts";
import { describeDuration, formatDuration, UTC } from "../../domain/time.ts";
import type { Tx } from "../ports.ts";
import { requireReachable } from "./approvers.ts";
import { principalWords, type Resolving, resolvePrincipals } from "./references.ts";
import {
  approverJustificationSchema,
  conditionsSchema,
  durationSchema,
  referencesSchema,
  requiredSchema,
  ticketSchema,
  timeZoneSchema,
} from "./spec-parts.ts";

const DEFAULTS = DEFAULT_JIT_POLICY;
// Written out, so that the schema can say it as well.
const lengthOf = (defaultMs: number, help: string) =>
  durationSchema.prefault(formatDuration(defaultMs)).describe(help);

const policyFields = {
  mode: z.enum(["automatic", "manual"]).default(DEFAULTS.mode).describe("manual: somebody has to approve"),
  approvers: referencesSchema
    .default([])
    .describe("users and groups of the consumer; notified in both modes"),
  required: requiredSchema.default(DEFAULTS.required).describe("how many of them have to approve"),
  decideBy: lengthOf(DEFAULTS.decideByMs, "How long a request waits for a decision."),
  maximumDuration: lengthOf(DEFAULTS.maximumDurationMs, SETTINGS.maximumDurationMs.help),
  minimumDuration: lengthOf(DEFAULTS.minimumDurationMs, SETTINGS.minimumDurationMs.help),
  justificationRequired: z
    .boolean()
    .default(DEFAULTS.justificationRequired)
    .describe(SETTINGS.justificationRequired.help),
  ticket: ticketSchema.default({ required: false, patterns: [] }).describe(SETTINGS.ticket.help),
  mfaRequired: z.boolean().default(DEFAULTS.mfaRequired).describe(SETTINGS.mfaRequired.help),
  conditions: conditionsSchema.default([]).describe(SETTINGS.conditions.help),
  timeZone: timeZoneSchema
    .default(UTC)
    .describe("whose local date, time and weekday conditions see; a name such as Europe/Berlin"),
  approverJustification: approverJustificationSchema
    .default(DEFAULTS.approverJustification)
    .describe(SETTINGS.approverJustification.help),
  emergencyAllowed: z.boolean().default(DEFAULTS.emergencyAllowed).describe(SETTINGS.emergency.help),
};

export const jitPolicySchema = z.strictObject(policyFields);
export type JitPolicySpec = z.output<typeof jitPolicySchema>;

const DECLINED_FIELDS = ["enabled", "acknowledgePermanentAccess"];

/** Declined, nothing is left to set: the publisher's access is permanent. */
export const jitSchema = z
  .strictObject({
    enabled: z.boolean().default(true).describe("chosen at deployment, for good"),
    acknowledgePermanentAccess: z
      .string()
      .max(128)
      .optional()
      .describe("with `enabled: false`: the application's name, in full"),
    ...policyFields,
  })
  .superRefine((jit, context) => {
    if (jit.enabled && jit.acknowledgePermanentAccess !== undefined) {
      const message = "nothing to acknowledge: JIT access is enabled; remove this, or set `enabled: false`";
      context.addIssue({ code: "custom", path: ["acknowledgePermanentAccess"], message });
    }
  });
export type JitSpec = z.output<typeof jitSchema>;

/** Fields that say nothing where JIT access is declined; an empty list when all is well. */
export function pointlessFields(given: unknown): string[] {
  if (typeof given !== "object" || given === null || !("enabled" in given) || given.enabled !== false)
    return [];
  return Object.keys(given).filter((field) => !DECLINED_FIELDS.includes(field));
}

/** Null when a name is unknown or nobody could ever decide (`no_eligible_approver`). */
export async function jitPolicyOf(
  context: Resolving,
  base: string,
  spec: JitPolicySpec,
  owners: readonly PrincipalRef[],
): Promise<JitPolicy | null> {
  if (spec.minimumDuration > spec.maximumDuration) {
    const longest = describeDuration(spec.maximumDuration);
    return context.fault(
      `${base}/minimumDuration`,
      `the minimum is above the maximum (${longest}); nothing could be asked for`,
    );
  }
  const approvers = await resolvePrincipals(context, `${base}/approvers`, spec.approvers, ["user", "group"]);
  if (approvers === null) return null;
  if (spec.mode === "manual") {
    const able = await requireReachable(context, `${base}/approvers`, [approvers, owners], spec.required);
    if (!able) return null;
  }
  return {
    mode: spec.mode,
    approvers,
    required: spec.required,
    decideByMs: spec.decideBy,
    maximumDurationMs: spec.maximumDuration,
    minimumDurationMs: spec.minimumDuration,
    justificationRequired: spec.justificationRequired,
    ticket: spec.ticket,
    mfaRequired: spec.mfaRequired,
    conditions: spec.conditions,
    ...(spec.timeZone === UTC ? {} : { timeZone: spec.timeZone }),
    approverJustification: spec.approverJustification,
    emergencyAllowed: spec.emergencyAllowed,
  };
}

export async function jitPolicyWords(tx: Tx, policy: JitPolicy): Promise<Record<string, unknown>> {
  const { approvers, decideByMs, maximumDurationMs, minimumDurationMs, ...rest } = policy;
  return {
    timeZone: UTC,
    ...rest,
    approvers: await principalWords(tx, approvers),
    decideBy: formatDuration(decideByMs),
    maximumDuration: formatDuration(maximumDurationMs),
    minimumDuration: formatDuration(minimumDurationMs),
  };
}
