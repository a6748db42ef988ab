/** What would happen, on the wire: every rule, what is missing, the window, who decides, what holds the end. */

import { z } from "zod";
import type { RoleSettings } from "../../../domain/role-settings.ts";
import type { PreviewedExtension } from "../../../use-cases/grants/extend-grant.ts";
import type { Previewed } from "../../../use-cases/requests/preview-request.ts";
import { duration, instant } from "../../../use-cases/values.ts";
import type { Shown } from "../shown.ts";
import { ruleShape, stageShape } from "./access-request.ts";
import { endingShape } from "./ending.ts";

export const limitsShape = z.object({
  maximumDuration: duration,
  defaultDuration: duration,
  minimumDuration: duration,
  justificationRequired: z.boolean(),
  ticketRequired: z.boolean(),
  mfaRequired: z.boolean(),
  emergencyAllowed: z.boolean(),
  emergencyMaximumDuration: duration,
  approval: z.enum(["automatic", "manual"]),
});

export const previewShape = z.object({
  allowed: z.boolean(),
  problem: z.object({ code: z.string(), message: z.string() }).nullable(),
  rules: z.array(ruleShape),
  missing: z.array(z.string()),
  duration,
  window: z.object({ startsAt: instant, endsAt: instant.nullable() }).meta({
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
  newEnd: instant.meta({ description: "were it approved now; never earlier than the end set now" }),
});

export function previewJson(view: Previewed): Shown<typeof previewShape> {
  const { prepared } = view;
  const { decision, settings } = prepared;
  return {
    ...view,
    rules: decision.rules,
    missing: decision.missing,
    duration: decision.durationMs,
    window: decision.window,
    scope: prepared.scope,
    roles: prepared.roles.map((role) => role.name),
    through:
      decision.rules.find((rule) => rule.rule === "EligibilityRule" && rule.outcome === "satisfied")
        ?.message ?? null,
    limits: limitsJson(settings),
  };
}

export function extensionPreviewJson(view: PreviewedExtension): Shown<typeof extensionPreviewShape> {
  return { ...previewJson(view), newEnd: view.newEnd };
}

export function limitsJson(settings: RoleSettings): Shown<typeof limitsShape> {
  return {
    ...settings,
    maximumDuration: settings.maximumDurationMs,
    defaultDuration: settings.defaultDurationMs,
    minimumDuration: settings.minimumDurationMs,
    ticketRequired: settings.ticket.required,
    emergencyAllowed: settings.emergency.allowed,
    emergencyMaximumDuration: Math.min(settings.emergency.maximumDurationMs, settings.maximumDurationMs),
    approval: settings.approval.mode,
  };
}
