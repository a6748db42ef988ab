/** What stands beside a request for whoever decides it, on the wire. */

import { z } from "zod";
import { duration, guid, instant } from "../../../use-cases/values.ts";
import type { RequestContext } from "../../../use-cases/views/request-context.ts";
import type { Shown } from "../shown.ts";
import { ruleShape } from "./access-request.ts";
import { endingShape } from "./ending.ts";
import { livenessShape } from "./grant.ts";

const latelyShape = z.object({
  requestId: guid,
  at: instant,
  outcome: z.enum([
    "pending",
    "denied",
    "canceled",
    "timedOut",
    "scheduled",
    "opening",
    "live",
    "closing",
    "ended",
  ]),
  here: z.boolean().meta({ description: "for the same scope" }),
  roleNames: z.array(z.string()),
  scopeName: z.string(),
  live: z.array(z.object({ startsAt: instant, endsAt: instant })),
});

const talkShape = z.object({
  canComment: z.boolean(),
  canRemind: z.boolean(),
  remindFrom: instant.nullable().meta({ description: "a reminder before it is refused; null: none is" }),
  said: z
    .array(
      z.object({
        at: instant,
        by: z.string().meta({ description: "the other party's people without a name" }),
        text: z.string().nullable().meta({ description: "null: a reminder" }),
      }),
    )
    .meta({ description: "oldest first" }),
});

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
  extending: z
    .object({
      grantId: guid,
      startsAt: instant,
      endsAt: instant.nullable().meta({ description: "as it stands; `window` says the new end" }),
      latestEnd: instant.nullable().meta({ description: "no approval reaches further" }),
    })
    .nullable()
    .meta({ description: "the access that it would extend" }),
  minimumDuration: duration.nullable().meta({ description: "what cannot be approved for less" }),
  justificationRequired: z.boolean().meta({ description: "whether a decision needs a justification" }),
  lately: z.array(latelyShape).meta({
    description:
      "the beneficiary's other requests of the last 30 days, oldest first, that the caller may see",
  }),
  talk: talkShape,
  ends: z.array(endingShape).meta({ description: "empty: no target enforces it" }),
});

export function contextJson({
  minimumDurationMs: minimumDuration,
  ...context
}: RequestContext): Shown<typeof contextShape> {
  return {
    ...context,
    minimumDuration,
    overlapping: context.overlapping.map(({ grant, ...named }) => ({
      ...grant,
      ...named,
      grantId: grant.id,
    })),
  };
}
