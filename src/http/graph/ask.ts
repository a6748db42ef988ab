/** A schedule request's body, as Graph's clients write it for either area. */
import { z } from "zod";
import type { ObjectId } from "../../domain/ids.ts";
import { asId } from "../../domain/ids.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { JsonObject } from "../../domain/target-binding.ts";
import { type PimAsk, requestTypeOf, soundAsk, ticketInfoSchema, ticketOf } from "../../pim/ask.ts";
import type { Of } from "../../pim/pim-request.ts";
import { scheduleInfoSchema, scheduleOf } from "../../pim/schedule-info.ts";
import { guid, text } from "../../use-cases/values.ts";
import { findIdentity } from "../../use-cases/views/read-directory.ts";
import { bodyOf } from "../odata/body.ts";
import type { Takes } from "../odata/takes.ts";
import type { Area } from "./area.ts";
import type { GraphCall } from "./surface.ts";

const schema = z.looseObject({
  action: text(32),
  principalId: guid,
  justification: text(4_000).nullish(),
  scheduleInfo: scheduleInfoSchema.nullish(),
  ticketInfo: ticketInfoSchema.nullish(),
  isValidationOnly: z.boolean().nullish(),
  targetScheduleId: text(1_100).nullish(),
});

/** Of a request in either area. */
export function takesOf({ held, navigations }: Area): Takes {
  return {
    honoured: [
      ...["action", "principalId", "justification", "isValidationOnly"],
      ...["scheduleInfo.startDateTime", "ticketInfo.ticketNumber", "ticketInfo.ticketSystem"],
      ...held.honoured,
    ],
    only: {
      "scheduleInfo.expiration.type":
        "as the settings allow: `noExpiration` where they set no maximum, never for an activation",
      "scheduleInfo.expiration.duration": "with `afterDuration`",
      "scheduleInfo.expiration.endDateTime":
        "with `afterDateTime`; for an activation where nobody has to approve",
      targetScheduleId: "one that is there, where the request is about one",
      ...held.only,
    },
    readOnly: [
      ...[
        "id",
        "status",
        "approvalId",
        "createdBy",
        "createdDateTime",
        "completedDateTime",
        "targetSchedule",
      ],
      ...Object.keys(navigations),
      ...held.readOnly,
    ],
    refused: {
      customData: "nothing reads it; say it in the justification",
      "scheduleInfo.recurrence": "access does not come again by itself here; make one request for each time",
    },
  };
}

export interface GraphAsk {
  readonly ask: PimAsk;
  readonly isValidationOnly: boolean;
}

export async function askOf(call: GraphCall, area: Area, of: Of): Promise<Outcome<GraphAsk>> {
  const body = bodyOf(schema, call.body);
  if (!body.ok) return body;
  const said = body.value;
  const requestType = requestTypeOf(said.action);
  if (requestType === null)
    return reject("invalid_input", "not an action such as selfActivate", { path: "/action" });
  const held = await area.read(call);
  if (!held.ok) return held;
  const schedule = scheduleOf(said.scheduleInfo, call.deps.clock.now());
  if (!schedule.ok) return schedule;
  const ticket = ticketOf(said.ticketInfo);
  if (!ticket.ok) return ticket;
  const principal = await subjectOf(call, said.principalId);
  if (!principal.ok) return principal;
  const ask: PimAsk = {
    of,
    requestType,
    ...held.value,
    principal: principal.value,
    schedule: schedule.value,
    scheduleInfo: (said.scheduleInfo ?? null) as JsonObject | null,
    justification: said.justification ?? null,
    ticket: ticket.value,
    target: said.targetScheduleId || null,
    linked: null,
  };
  const sound = soundAsk(ask);
  return sound.ok ? accept({ ask, isValidationOnly: said.isValidationOnly === true }) : sound;
}

/** What is to be removed may be of somebody who has left; everything else is refused by its rules anyway. */
async function subjectOf(call: GraphCall, principalId: string) {
  const { tenantId } = call.caller.ref;
  const ref = { tenantId, objectId: asId<ObjectId>(principalId) };
  const identity = await findIdentity(call.deps, ref);
  return identity !== null
    ? accept(ref)
    : reject("unknown_principal", `there is no principal \`${principalId}\` in your directory`, {
        path: "/principalId",
      });
}
