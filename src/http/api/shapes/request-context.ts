/** What stands beside a request for whoever decides it, on the wire. */

import { z } from "zod";
import { guid, instant } from "../../../use-cases/values.ts";
import type { RequestContext } from "../../../use-cases/views/request-context.ts";
import type { Shown } from "../shown.ts";
import { ruleShape } from "./access-request.ts";
import { endingShape } from "./ending.ts";
import { livenessShape } from "./grant.ts";

export const contextShape = z.object({
  canDecide: z.boolean(),
  cannotDecide: z
    .object({ code: z.string(), message: z.string() })
    .nullable()
    .meta({ description: "as deciding would be refused; null when the caller can" }),
  canCancel: z.boolean(),
  canAccept: z.boolean(),
  adds: z.array(
    z.object({
      roleDefinitionId: guid,
      roleName: z.string(),
      can: z.array(z.string()).meta({ description: "beyond what the beneficiary holds live now" }),
      alreadyCan: z.array(z.string()),
      sentence: z.string(),
    }),
  ),
  history: z.object({
    earlier: z.number().int(),
    endedOnTime: z.number().int(),
    endedEarly: z.number().int(),
    denied: z.number().int(),
    sentence: z.string(),
  }),
  overlapping: z.array(
    z.object({
      grantId: guid,
      roleName: z.string(),
      scope: z.string(),
      scopeName: z.string(),
      startsAt: instant,
      endsAt: instant.nullable(),
      liveness: livenessShape,
    }),
  ),
  rules: z.array(ruleShape).meta({ description: "as they answer now; for the side that owns the scope" }),
  window: z.object({ startsAt: instant, endsAt: instant.nullable() }).meta({
    description: "if the last approval fell now",
  }),
  ends: z.array(endingShape).meta({ description: "empty: no target enforces it" }),
});

export function contextJson(context: RequestContext): Shown<typeof contextShape> {
  return {
    ...context,
    overlapping: context.overlapping.map(({ grant, ...named }) => ({
      ...grant,
      ...named,
      grantId: grant.id,
    })),
  };
}
