/** What would happen, on the wire: every rule, what is missing, the window, who decides, what holds the end. */

import { z } from "zod";
import type { RoleSettings } from "../../../domain/role-settings.ts";
import type { PreviewedExtension } from "../../../use-cases/grants/extend-grant.ts";
import type { Previewed } from "../../../use-cases/requests/preview-request.ts";
import { durationOut, formatDuration, instantOut, iso, isoOrNull } from "../../../use-cases/values.ts";
import { ruleShape, stageShape } from "./access-request.ts";
import { endingJson, endingShape } from "./ending.ts";

export const limitsShape = z.object({
  maximumDuration: durationOut,
  defaultDuration: durationOut,
  minimumDuration: durationOut,
  justificationRequired: z.boolean(),
  ticketRequired: z.boolean(),
  mfaRequired: z.boolean(),
  emergencyAllowed: z.boolean(),
  emergencyMaximumDuration: durationOut,
  approval: z.enum(["automatic", "manual"]),
});

export const previewShape = z.object({
  allowed: z.boolean(),
  problem: z.object({ code: z.string(), message: z.string() }).nullable(),
  rules: z.array(ruleShape),
  missing: z.array(z.string()),
  duration: durationOut,
  window: z.object({ startsAt: instantOut, endsAt: instantOut.nullable() }).meta({
    description: "if the last approval fell now",
  }),
  scope: z.string(),
  scopeName: z.string(),
  ownerName: z.string(),
  roles: z.array(z.string()),
  through: z.string().nullable(),
  limits: limitsShape,
  stages: z.array(stageShape),
  enforcedBy: z
    .array(z.string())
    .meta({ description: "targets that will hold it; empty: no target enforces it" }),
  ends: z.array(endingShape).meta({ description: "how the end would be held in each of them" }),
});

export const extensionPreviewShape = previewShape.extend({
  newEnd: instantOut.meta({ description: "were it approved now; never earlier than the end set now" }),
});

export function previewJson(view: Previewed): z.input<typeof previewShape> {
  const { prepared } = view;
  const { decision, settings } = prepared;
  const { allowed, problem } = view;
  return {
    allowed,
    problem: problem === null ? null : { code: problem.code, message: problem.message },
    rules: [...decision.rules],
    missing: [...decision.missing],
    duration: formatDuration(decision.durationMs),
    window: { startsAt: iso(decision.window.startsAt), endsAt: isoOrNull(decision.window.endsAt) },
    scope: prepared.scope,
    scopeName: view.scopeName,
    ownerName: view.ownerName,
    roles: prepared.roles.map((role) => role.name),
    through:
      decision.rules.find((rule) => rule.rule === "EligibilityRule" && rule.outcome === "satisfied")
        ?.message ?? null,
    limits: limitsJson(settings),
    stages: view.stages.map((stage) => ({
      ...stage,
      approvers: { ...stage.approvers, names: [...stage.approvers.names] },
    })),
    enforcedBy: [...view.enforcedBy],
    ends: view.ends.map(endingJson),
  };
}

export function extensionPreviewJson(view: PreviewedExtension): z.input<typeof extensionPreviewShape> {
  return { ...previewJson(view), newEnd: iso(view.newEnd) };
}

export function limitsJson(settings: RoleSettings): z.input<typeof limitsShape> {
  return {
    maximumDuration: formatDuration(settings.maximumDurationMs),
    defaultDuration: formatDuration(settings.defaultDurationMs),
    minimumDuration: formatDuration(settings.minimumDurationMs),
    justificationRequired: settings.justificationRequired,
    ticketRequired: settings.ticket.required,
    mfaRequired: settings.mfaRequired,
    emergencyAllowed: settings.emergency.allowed,
    emergencyMaximumDuration: formatDuration(
      Math.min(settings.emergency.maximumDurationMs, settings.maximumDurationMs),
    ),
    approval: settings.approval.mode,
  };
}
