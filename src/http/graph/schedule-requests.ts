/** Schedule requests of roles and groups: asking, assigning, looking, taking back. */

import { identityIncludes, samePrincipal } from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { formatInstant } from "../../domain/time.ts";
import { listApprovals } from "../../pim/approvals.ts";
import { cancelPimRequest } from "../../pim/cancel.ts";
import { perform } from "../../pim/perform.ts";
import type { Of, PimRequest } from "../../pim/pim-request.ts";
import { findRequest, requestsAt } from "../../pim/read-requests.ts";
import { callersIdentity } from "../../pim/schedules.ts";
import { asIfMade, validatePimAsk } from "../../pim/validate.ts";
import type { Words } from "../../pim/words.ts";
import { type Answer, done, nameIn } from "../odata/operation.ts";
import { fitsPimRequests } from "../odata/page.ts";
import type { Area } from "./area.ts";
import { askOf, takesOf } from "./ask.ts";
import { answerFound, answerOne, listOf, PLAIN } from "./entity.ts";
import { OF_LIST, OF_ONE } from "./options.ts";
import { requestEntity, type ShownRequest } from "./schedule-entities.ts";
import type { GraphCall, GraphOperation } from "./surface.ts";
import { BOTH } from "./versions.ts";

const CREATED = { ...PLAIN, status: 201 };

/** One set of one area, with everything that its operations need to know of it. */
interface RequestSet {
  readonly area: Area;
  readonly of: Of;
  readonly context: string;
}

export function requestOperations(area: Area, of: Of): readonly GraphOperation[] {
  const name = area.set(of, "ScheduleRequests");
  const path = [...area.path, name];
  const set: RequestSet = { area, of, context: path.join("/") };
  const id = (verb: string) => `${area.prefix}${name}_${verb}`;
  const shared = { versions: BOTH } as const;
  return [
    {
      ...shared,
      id: id("Create"),
      method: "POST",
      path,
      takes: takesOf(area),
      handle: (call) => create(call, set),
    },
    { ...shared, id: id("List"), method: "GET", path, options: OF_LIST, handle: (call) => list(call, set) },
    {
      ...shared,
      id: id("FilterByCurrentUser"),
      method: "GET",
      path: [...path, "filterByCurrentUser()"],
      options: OF_LIST,
      handle: (call) => listMine(call, set),
    },
    {
      ...shared,
      id: id("Get"),
      method: "GET",
      path: [...path, "{id}"],
      options: OF_ONE,
      handle: (call) => get(call, set),
    },
    {
      ...shared,
      id: id("Cancel"),
      method: "POST",
      path: [...path, "{id}", "cancel"],
      handle: (call) => cancel(call, set),
    },
  ];
}

async function create(call: GraphCall, set: RequestSet): Promise<Answer> {
  const asked = await askOf(call, set.area, set.of);
  if (!asked.ok) return asked;
  const { ask, isValidationOnly } = asked.value;
  const name = call.deps.ids.next();
  if (isValidationOnly) {
    const valid = await validatePimAsk(call, ask);
    if (!valid.ok) return valid;
    return created(call, set, { request: asIfMade(call, ask, name, "Granted"), isValidationOnly });
  }
  const performed = await perform(call, ask, name);
  if (!performed.ok) return performed;
  const found = await find(call, set, name);
  return found.ok ? created(call, set, { request: found.value }) : found;
}

function shownIn(call: GraphCall, area: Area) {
  return (request: PimRequest, words: Words) => requestEntity(call, area, words, { request });
}

function created(call: GraphCall, { area, context }: RequestSet, shown: ShownRequest): Promise<Answer> {
  return answerOne(call, context, (words) => requestEntity(call, area, words, shown), CREATED);
}

/** Whatever it is about has a form in this area, or it is not found here. */
async function find(call: GraphCall, { area, of }: RequestSet, id: string): Promise<Outcome<PimRequest>> {
  const found = await findRequest(call, of, id);
  if (!found.ok || area.holds(found.value)) return found;
  return reject("not_found", `there is no request \`${id}\` of this kind that you can see`);
}

function get(call: GraphCall, set: RequestSet): Promise<Answer> {
  const { area, context } = set;
  const able = { navigation: area.navigations, context };
  return answerFound(call, able, () => find(call, set, nameIn(call, "id")), shownIn(call, area));
}

async function list(
  call: GraphCall,
  { area, of, context }: RequestSet,
  isWanted: (one: PimRequest) => boolean = () => true,
): Promise<Answer> {
  return listOf<PimRequest>(call, {
    navigation: area.navigations,
    order: "createdDateTime desc",
    fits: fitsPimRequests,
    context,
    listed: async (filter) =>
      accept({
        source: requestsAt(call, of, area.scopeIn(filter)),
        isHere: (one) => area.holds(one) && isWanted(one),
        able: { properties: filterable(area) },
      }),
    entities: () => shownIn(call, area),
  });
}

function filterable(area: Area) {
  return {
    ...area.filterable,
    id: ({ id }: PimRequest) => id,
    status: ({ status }: PimRequest) => status,
    action: ({ requestType }: PimRequest) => requestType,
    principalId: ({ principal }: PimRequest) => principal.objectId,
    targetScheduleId: ({ scheduleId }: PimRequest) => scheduleId,
    approvalId: ({ id, approvalId }: PimRequest) => (approvalId === null ? null : id),
    createdDateTime: ({ createdAt }: PimRequest) => formatInstant(createdAt),
    justification: ({ justification }: PimRequest) => justification,
  };
}

async function listMine(call: GraphCall, set: RequestSet): Promise<Answer> {
  switch (call.names.on?.toLowerCase()) {
    case "principal": {
      const mine = await callersIdentity(call);
      return mine.ok ? list(call, set, ({ principal }) => identityIncludes(mine.value, principal)) : mine;
    }
    case "createdby":
      return list(call, set, ({ requestor }) => samePrincipal(call.caller.ref, requestor));
    case "approver": {
      // By right at this moment, as everywhere else.
      const waiting = await listApprovals(call);
      if (!waiting.ok) return waiting;
      const ids = new Set(waiting.value.map(({ id }) => id));
      return list(call, set, ({ approvalId }) => approvalId !== null && ids.has(approvalId));
    }
    default:
      return reject(
        "invalid_input",
        "filterByCurrentUser is on='principal', on='createdBy' or on='approver'",
      );
  }
}

async function cancel(call: GraphCall, set: RequestSet): Promise<Answer> {
  const found = await find(call, set, nameIn(call, "id"));
  if (!found.ok) return found;
  const canceled = await cancelPimRequest(call, found.value);
  return canceled.ok ? done(204) : canceled;
}
