/** roleAssignmentScheduleRequests and roleEligibilityScheduleRequests: asking, assigning, looking, taking back. */

import { z } from "zod";
import type { ObjectId } from "../../../domain/ids.ts";
import { asId, isGuid } from "../../../domain/ids.ts";
import { samePrincipal } from "../../../domain/principal.ts";
import { accept, type Outcome, type Rejection, reject } from "../../../domain/rejection.ts";
import type { JsonObject } from "../../../domain/target-binding.ts";
import {
  oneTarget,
  type PimAsk,
  requestTypeOf,
  soundAsk,
  ticketInfoSchema,
  ticketOf,
} from "../../../pim/ask.ts";
import { cancelPimRequest } from "../../../pim/cancel.ts";
import { perform } from "../../../pim/perform.ts";
import { type Of, type PimRequest, sameAsk } from "../../../pim/pim-request.ts";
import { findRequest, requestsAt } from "../../../pim/read-requests.ts";
import { scheduleInfoSchema, scheduleOf } from "../../../pim/schedule-info.ts";
import { callersIdentity } from "../../../pim/schedules.ts";
import { asIfMade, validatePimAsk } from "../../../pim/validate.ts";
import { inWords } from "../../../pim/words.ts";
import { guid, text } from "../../../use-cases/values.ts";
import { listRequests as listNative } from "../../../use-cases/views/read-requests.ts";
import { bodyOf } from "../../odata/body.ts";
import { surfaceError } from "../../odata/errors.ts";
import { callsOf } from "../../odata/matches.ts";
import { type Answer, answered, badRequest, done, nameIn } from "../../odata/operation.ts";
import { FILTERED, fitsPimRequests } from "../../odata/page.ts";
import type { Takes } from "../../odata/takes.ts";
import { roleReference } from "../arm-path.ts";
import { listOf } from "../page.ts";
import type { ArmCall, ArmOperation } from "../surface.ts";
import { requestFilter } from "./filters.ts";
import { hasForm, requestJson } from "./json.ts";
import { PIM } from "./versions.ts";

const UNCONDITIONAL =
  "conditions on assignments are not held here; leave it out, or narrow the role or the scope";

/** Of a request, and of what is only validated. */
function takesOf(of: Of): Takes {
  const Noun = of === "assignment" ? "RoleAssignment" : "RoleEligibility";
  const meant = "one that is there, where the request is about one";
  return {
    honoured: [
      ...["principalId", "roleDefinitionId", "requestType", "justification", "isValidationOnly"].map(own),
      ...["scheduleInfo.startDateTime", "ticketInfo.ticketNumber", "ticketInfo.ticketSystem"].map(own),
    ],
    only: {
      "properties.scheduleInfo.expiration.type":
        "as the settings allow: `NoExpiration` where they set no maximum, never for an activation",
      "properties.scheduleInfo.expiration.duration": "with `AfterDuration`",
      "properties.scheduleInfo.expiration.endDateTime":
        "with `AfterDateTime`; for an activation where nobody has to approve",
      [own(`target${Noun}ScheduleId`)]: meant,
      [own(`target${Noun}ScheduleInstanceId`)]: meant,
      ...(of === "assignment"
        ? { [own("linkedRoleEligibilityScheduleId")]: "an eligibility that the ask can be made by" }
        : {}),
    },
    readOnly: [
      ...["id", "name", "type"],
      ...["scope", "principalType", "status", "approvalId", "createdOn", "requestorId"].map(own),
      own("expandedProperties"),
    ],
    refused: { [own("condition")]: UNCONDITIONAL, [own("conditionVersion")]: UNCONDITIONAL },
  };
}

function own(name: string): string {
  return `properties.${name}`;
}

const schema = z.looseObject({
  properties: z.looseObject({
    principalId: guid,
    roleDefinitionId: roleReference,
    requestType: text(32).refine(
      (value) => requestTypeOf(value) !== null,
      "not a request type such as SelfActivate",
    ),
    scheduleInfo: scheduleInfoSchema.nullish(),
    justification: text(4_000).nullish(),
    ticketInfo: ticketInfoSchema.nullish(),
    isValidationOnly: z.boolean().nullish(),
    linkedRoleEligibilityScheduleId: text(1_100).nullish(),
    targetRoleAssignmentScheduleId: text(1_100).nullish(),
    targetRoleAssignmentScheduleInstanceId: text(1_100).nullish(),
    targetRoleEligibilityScheduleId: text(1_100).nullish(),
    targetRoleEligibilityScheduleInstanceId: text(1_100).nullish(),
  }),
});

export const SCHEDULE_REQUEST_OPERATIONS: readonly ArmOperation[] = (
  ["assignment", "eligibility"] as const
).flatMap(operationsOf);

function operationsOf(of: Of): readonly ArmOperation[] {
  const noun = of === "assignment" ? "RoleAssignmentScheduleRequests" : "RoleEligibilityScheduleRequests";
  const type = `${noun.charAt(0).toLowerCase()}${noun.slice(1)}`;
  const shared = { namespace: "Microsoft.Authorization", at: "scope", versions: PIM } as const;
  const one = { ...shared, path: [type, "{name}"] };
  const takes = takesOf(of);
  return [
    { ...one, id: `${noun}_Create`, method: "PUT", takes, handle: (call) => put(call, of) },
    { ...one, id: `${noun}_Get`, method: "GET", handle: (call) => get(call, of) },
    {
      ...shared,
      path: [type],
      id: `${noun}_ListForScope`,
      method: "GET",
      options: FILTERED,
      handle: (call) => list(call, of),
    },
    {
      ...shared,
      path: [type, "{name}", "cancel"],
      id: `${noun}_Cancel`,
      method: "POST",
      handle: (call) => cancel(call, of),
    },
    {
      ...shared,
      path: [type, "{name}", "validate"],
      id: `${noun}_Validate`,
      method: "POST",
      takes,
      handle: (call) => validate(call, of),
    },
  ];
}

async function put(call: ArmCall, of: Of): Promise<Answer> {
  const name = nameIn(call, "name");
  if (!isGuid(name)) return badRequest("a request is named by a GUID of its maker's");
  const read = askOf(call, of);
  if (!read.ok) return read;
  const { ask, isValidationOnly } = read.value;
  if (isValidationOnly) return validated(call, ask, 201);
  const existing = await findRequest(call, of, name);
  if (existing.ok) return again(call, existing.value, ask);
  const performed = await perform(call, ask, name.toLowerCase());
  if (!performed.ok) return asPim(performed.rejection);
  const found = await findRequest(call, of, name);
  return found.ok ? done(201, await json(call, found.value)) : found;
}

const TARGETS = [
  "targetRoleAssignmentScheduleId",
  "targetRoleAssignmentScheduleInstanceId",
  "targetRoleEligibilityScheduleId",
  "targetRoleEligibilityScheduleInstanceId",
] as const;

interface ArmAsk {
  readonly ask: PimAsk;
  readonly isValidationOnly: boolean;
}

function askOf(call: ArmCall, of: Of): Outcome<ArmAsk> {
  const body = bodyOf(schema, call.body);
  if (!body.ok) return body;
  const { properties } = body.value;
  const requestType = requestTypeOf(properties.requestType);
  const schedule = scheduleOf(properties.scheduleInfo, call.deps.clock.now());
  if (!schedule.ok) return schedule;
  const ticket = ticketOf(properties.ticketInfo);
  if (!ticket.ok) return ticket;
  const target = oneTarget([
    properties.targetRoleAssignmentScheduleId ?? properties.targetRoleEligibilityScheduleId,
    properties.targetRoleAssignmentScheduleInstanceId ?? properties.targetRoleEligibilityScheduleInstanceId,
  ]);
  if (!target.ok) return target;
  if (requestType === null) return reject("invalid_input", "not a request type such as SelfActivate");
  const ask: PimAsk = {
    of,
    requestType,
    scope: call.scope,
    roleDefinitionId: properties.roleDefinitionId,
    principal: { tenantId: call.caller.ref.tenantId, objectId: asId<ObjectId>(properties.principalId) },
    schedule: schedule.value,
    scheduleInfo: (properties.scheduleInfo ?? null) as JsonObject | null,
    justification: properties.justification ?? null,
    ticket: ticket.value,
    target: target.value,
    linked: properties.linkedRoleEligibilityScheduleId || null,
  };
  const sound = soundAsk(ask);
  if (sound.ok) return accept({ ask, isValidationOnly: properties.isValidationOnly === true });
  const named = TARGETS.find((name) => properties[name] === ask.target);
  const isOfTarget = sound.rejection.path === "/targetScheduleId" && named !== undefined;
  const path = `/properties${isOfTarget ? `/${named}` : sound.rejection.path}`;
  return { ok: false, rejection: { ...sound.rejection, path } };
}

/** A repeated PUT of the same ask, such as a client's second try, is answered with what the first one made. */
async function again(call: ArmCall, existing: PimRequest, ask: PimAsk): Promise<Answer> {
  const { asked, requestor } = existing;
  if (asked !== null && sameAsk(asked, ask) && samePrincipal(requestor, call.caller.ref))
    return done(201, await json(call, existing));
  return {
    ok: false,
    error: {
      status: 409,
      code: "RoleAssignmentRequestExists",
      message: "a request of this name was made for something else; choose another GUID",
    },
  };
}

async function get(call: ArmCall, of: Of): Promise<Answer> {
  const found = await findRequest(call, of, nameIn(call, "name"));
  if (found.ok && !hasForm(found.value)) return reject("not_found", "requests for groups are read in Graph");
  return answered(found, async (request) => done(200, await json(call, request)));
}

function list(call: ArmCall, of: Of): Promise<Answer> {
  return listOf(
    call,
    fitsPimRequests,
    async (filter) => {
      const identity = await callersIdentity(call);
      if (!identity.ok) return identity;
      const { properties, functions } = requestFilter(call.scope, identity.value);
      const deciding = callsOf(filter).includes("asapprover") ? await toDecide(call) : new Set<string>();
      const asApprover = ({ approvalId }: PimRequest) => approvalId !== null && deciding.has(approvalId);
      const able = { properties, functions: { ...functions, asApprover } };
      return accept({ source: requestsAt(call, of, call.scope), isHere: hasForm, able });
    },
    (all) => inWords(call, all, requestJson),
  );
}

/** By right at this moment, as everywhere else. */
async function toDecide({ deps, caller }: ArmCall): Promise<Set<string>> {
  const views = await listNative(deps, caller, "toDecide", { limit: 500 });
  return new Set(views.ok ? views.value.map(({ request }) => request.id) : []);
}

async function cancel(call: ArmCall, of: Of): Promise<Answer> {
  const found = await findRequest(call, of, nameIn(call, "name"));
  if (!found.ok) return found;
  const canceled = await cancelPimRequest(call, found.value);
  return canceled.ok ? done(200, undefined) : asPim(canceled.rejection);
}

async function validate(call: ArmCall, of: Of): Promise<Answer> {
  const read = askOf(call, of);
  return read.ok ? validated(call, read.value.ask, 200) : read;
}

/** What it would be; nothing is made or kept. */
async function validated(call: ArmCall, ask: PimAsk, status: number): Promise<Answer> {
  const valid = await validatePimAsk(call, ask);
  if (!valid.ok) return asPim(valid.rejection);
  const name = nameIn(call, "name").toLowerCase();
  const [shown] = await inWords(call, [asIfMade(call, ask, name, "Accepted")], requestJson);
  return done(status, { ...shown, properties: { ...shown?.properties, isValidationOnly: true } });
}

async function json(call: ArmCall, request: PimRequest): Promise<unknown> {
  return (await inWords(call, [request], requestJson))[0];
}

/** Here every refusal of an ask is a 400 with its code, as PIM has it. */
export function asPim(rejection: Rejection): Answer {
  const error = surfaceError(rejection);
  const isExisting = error.status === 409 && error.code === "RoleAssignmentExists";
  return { ok: false, error: isExisting ? { ...error, status: 400 } : error };
}
