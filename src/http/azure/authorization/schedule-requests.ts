/** roleAssignmentScheduleRequests and roleEligibilityScheduleRequests: asking, assigning, looking, taking back. */

import { z } from "zod";
import type { ObjectId, RoleDefinitionId } from "../../../domain/ids.ts";
import { asId, isGuid } from "../../../domain/ids.ts";
import { samePrincipal } from "../../../domain/principal.ts";
import { accept, type Outcome, type Rejection, reject } from "../../../domain/rejection.ts";
import type { JsonObject } from "../../../domain/target-binding.ts";
import { type PimAsk, requestTypeOf, ticketOf } from "../../../pim/ask.ts";
import { cancelPimRequest } from "../../../pim/cancel.ts";
import { perform } from "../../../pim/perform.ts";
import { type Of, type PimRequest, sameAsk } from "../../../pim/pim-request.ts";
import { afterRequest, findRequest, listRequests } from "../../../pim/read-requests.ts";
import { scheduleInfoSchema, scheduleOf } from "../../../pim/schedule-info.ts";
import { callersIdentity } from "../../../pim/schedules.ts";
import { asIfMade, validatePimAsk } from "../../../pim/validate.ts";
import { inWords } from "../../../pim/words.ts";
import type { PageAsk } from "../../../use-cases/ports.ts";
import { guid, line, text } from "../../../use-cases/values.ts";
import { filled } from "../../../use-cases/views/pages.ts";
import { listRequests as listNative } from "../../../use-cases/views/read-requests.ts";
import { bodyOf } from "../../odata/body.ts";
import { surfaceError } from "../../odata/errors.ts";
import { parseFilter } from "../../odata/filter.ts";
import { callsOf, predicateOf } from "../../odata/matches.ts";
import { type Answer, answered, badRequest, done, nameIn } from "../../odata/operation.ts";
import { fitsPimRequests } from "../../odata/page.ts";
import { roleIdOf } from "../arm-path.ts";
import { page, pageAsked } from "../page.ts";
import type { ArmCall, ArmOperation } from "../surface.ts";
import { requestFilter, withRoleGuids } from "./filters.ts";
import { hasForm, requestJson } from "./json.ts";
import { PIM } from "./versions.ts";

const ticketSchema = z.looseObject({ ticketNumber: line(64).nullish(), ticketSystem: line(64).nullish() });

const schema = z.looseObject({
  properties: z.looseObject({
    principalId: guid,
    roleDefinitionId: text(1_100).refine((value) => roleIdOf(value) !== null, "not a role definition"),
    requestType: text(32).refine(
      (value) => requestTypeOf(value) !== null,
      "not a request type such as SelfActivate",
    ),
    scheduleInfo: scheduleInfoSchema.nullish(),
    justification: text(4_000).nullish(),
    ticketInfo: ticketSchema.nullish(),
    targetRoleAssignmentScheduleId: text(1_100).nullish(),
    targetRoleEligibilityScheduleId: text(1_100).nullish(),
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
  return [
    { ...one, id: `${noun}_Create`, method: "PUT", handle: (call) => put(call, of) },
    { ...one, id: `${noun}_Get`, method: "GET", handle: (call) => get(call, of) },
    {
      ...shared,
      path: [type],
      id: `${noun}_ListForScope`,
      method: "GET",
      filters: true,
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
      handle: (call) => validate(call, of),
    },
  ];
}

async function put(call: ArmCall, of: Of): Promise<Answer> {
  const name = nameIn(call, "name");
  if (!isGuid(name)) return badRequest("a request is named by a GUID of its maker's");
  const ask = askOf(call, of);
  if (!ask.ok) return ask;
  const existing = await findRequest(call, of, name);
  if (existing.ok) return again(call, existing.value, ask.value);
  const performed = await perform(call, ask.value, name.toLowerCase());
  if (!performed.ok) return asPim(performed.rejection);
  const found = await findRequest(call, of, name);
  return found.ok ? done(201, await json(call, found.value)) : found;
}

function askOf(call: ArmCall, of: Of): Outcome<PimAsk> {
  const body = bodyOf(schema, call.body);
  if (!body.ok) return body;
  const { properties } = body.value;
  const requestType = requestTypeOf(properties.requestType);
  const schedule = scheduleOf(properties.scheduleInfo, call.deps.clock.now());
  if (!schedule.ok) return schedule;
  if (requestType === null) return reject("invalid_input", "not a request type such as SelfActivate");
  return accept({
    of,
    requestType,
    scope: call.scope,
    roleDefinitionId: asId<RoleDefinitionId>(roleIdOf(properties.roleDefinitionId) ?? ""),
    principal: { tenantId: call.caller.ref.tenantId, objectId: asId<ObjectId>(properties.principalId) },
    schedule: schedule.value,
    scheduleInfo: (properties.scheduleInfo ?? null) as JsonObject | null,
    justification: properties.justification ?? null,
    ticket: ticketOf(properties.ticketInfo),
    target: properties.targetRoleAssignmentScheduleId ?? properties.targetRoleEligibilityScheduleId ?? null,
  });
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

async function list(call: ArmCall, of: Of): Promise<Answer> {
  const asked = pageAsked(call, fitsPimRequests);
  if (!asked.ok) return asked;
  const identity = await callersIdentity(call);
  if (identity === null) return reject("unknown_principal", "your identity is not known here any more");
  const filter = parseFilter(withRoleGuids(call.query.get("$filter")) ?? undefined);
  if (!filter.ok) return filter;
  const able = requestFilter(call.scope, identity);
  const deciding = callsOf(filter.value).includes("asapprover") ? await toDecide(call) : new Set<string>();
  const asApprover = ({ approvalId }: PimRequest) => approvalId !== null && deciding.has(approvalId);
  const keep = predicateOf(filter.value, { ...able, functions: { ...able.functions, asApprover } });
  if (!keep.ok) return keep;
  const read = async (ask: PageAsk) => accept(await listRequests(call, of, call.scope, ask));
  const isWanted = (one: PimRequest) => hasForm(one) && keep.value(one);
  const found = await filled(asked.value, read, isWanted, afterRequest);
  return answered(found, async ({ items, after }) => page(call, await jsonOfAll(call, items), after));
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
  const ask = askOf(call, of);
  if (!ask.ok) return ask;
  const valid = await validatePimAsk(call, ask.value);
  if (!valid.ok) return asPim(valid.rejection);
  const name = nameIn(call, "name").toLowerCase();
  return done(200, await json(call, asIfMade(call, ask.value, name, "Accepted")));
}

async function json(call: ArmCall, request: PimRequest): Promise<unknown> {
  return (await jsonOfAll(call, [request]))[0];
}

async function jsonOfAll(call: ArmCall, requests: readonly PimRequest[]): Promise<unknown[]> {
  return inWords(call, requests, requestJson);
}

/** Here every refusal of an ask is a 400 with its code, as PIM has it. */
export function asPim(rejection: Rejection): Answer {
  const error = surfaceError(rejection);
  const isExisting = error.status === 409 && error.code === "RoleAssignmentExists";
  return { ok: false, error: isExisting ? { ...error, status: 400 } : error };
}
