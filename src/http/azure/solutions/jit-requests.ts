/** Microsoft.Solutions/jitRequests: asking, looking, taking back. Deciding goes through the application's updateAccess. */

import type { AccessRequest } from "../../../domain/access-request.ts";
import { isOpen } from "../../../domain/grant.ts";
import { accept } from "../../../domain/rejection.ts";
import { scopeKey } from "../../../domain/scope.ts";
import type { PageAsk, SurfaceResource } from "../../../use-cases/ports.ts";
import { provided, type Versions } from "../../../use-cases/precondition.ts";
import { cancelRequest } from "../../../use-cases/requests/decide-request.ts";
import { tagResource } from "../../../use-cases/tag-resource.ts";
import { positionOfRequest } from "../../../use-cases/views/pages.ts";
import { listRequestLives, type RequestLife } from "../../../use-cases/views/request-lives.ts";
import { byInstant } from "../../cursor.ts";
import { bodyOf } from "../../odata/body.ts";
import { type Answer, answered, done, refuse } from "../../odata/operation.ts";
import { listOf } from "../page.ts";
import { etagOf, preconditionOf, type Seen } from "../precondition.ts";
import type { ArmCall, ArmOperation } from "../surface.ts";
import { SOLUTIONS } from "../versions.ts";
import { type FoundJitRequest, find } from "./find-jit-request.ts";
import { defaultIdOf, jitRequestJson } from "./jit-request-json.ts";
import { idOfJitRequest, patchSchema } from "./jit-request-words.ts";
import { putJitRequest } from "./put-jit-request.ts";

const one = {
  namespace: "Microsoft.Solutions",
  at: "resourceGroup",
  path: ["jitRequests", "{jitRequestName}"],
  versions: SOLUTIONS,
} as const;
const changed = { ...one, conditional: true } as const;
const many = { ...one, method: "GET", path: ["jitRequests"] } as const;

export const JIT_REQUEST_OPERATIONS: readonly ArmOperation[] = [
  {
    ...one,
    id: "JitRequests_Get",
    method: "GET",
    handle: async (call) => answered(await find(call), (found) => json(call, found)),
  },
  { ...changed, id: "jitRequests_CreateOrUpdate", method: "PUT", handle: put },
  { ...changed, id: "JitRequests_Update", method: "PATCH", handle: patch },
  { ...changed, id: "jitRequests_Delete", method: "DELETE", handle: remove },
  { ...many, id: "jitRequests_ListByResourceGroup", handle: list },
  { ...many, id: "jitRequests_ListBySubscription", at: "subscription", handle: list },
];

const versionsOf = ({ life, resource }: FoundJitRequest): Versions => [
  life.request.version,
  resource?.version ?? 0,
];

function seen(call: ArmCall, found: FoundJitRequest | null): Seen {
  const id = found === null ? idOfJitRequest(call) : (found.resource?.id ?? defaultIdOf(found.life));
  const subjectId = found?.life.request.id ?? null;
  return { kind: "jitRequest", id, subjectId, versions: found && versionsOf(found) };
}

function json(call: ArmCall, found: FoundJitRequest, status = 200): Answer {
  const body = jitRequestJson(found.life, found.resource, call.caller, call.deps.clock.now());
  return done(status, body, { etag: etagOf(versionsOf(found)) });
}

async function put(call: ArmCall): Promise<Answer> {
  const existing = await find(call);
  const condition = preconditionOf(call, seen(call, existing.ok ? existing.value : null));
  if (!condition.ok) return condition;
  const made = await putJitRequest(call, existing.ok ? existing.value : null, condition.value);
  if (!made.ok) return made;
  return answered(await find(call), (found) => json(call, found, existing.ok ? 200 : 201));
}

async function patch(call: ArmCall): Promise<Answer> {
  const body = bodyOf(patchSchema, call.body);
  if (!body.ok) return body;
  const found = await find(call);
  if (!found.ok) return found;
  const { life, resource } = found.value;
  const condition = preconditionOf(call, seen(call, found.value));
  if (!condition.ok) return condition;
  const tagged = await tagResource(call.deps, call.caller, {
    resource: resource ?? unnamed(life),
    maker: life.request.requester,
    tags: body.value.tags ?? resource?.tags ?? {},
    precondition: condition.value,
  });
  return answered(tagged, (next) => json(call, { life, resource: next }));
}

/** A request that was made on another surface is given its row by the first change of its tags. */
function unnamed(life: RequestLife): SurfaceResource {
  const { request } = life;
  const touch = { by: request.requester, kind: "user", at: request.createdAt } as const;
  const { tenantId, otherTenantId } = request;
  return {
    kind: "jitRequest",
    tenantId,
    otherTenantId,
    subjectId: request.id,
    id: defaultIdOf(life),
    tags: {},
    kept: {},
    version: 0,
    created: touch,
    changed: touch,
  };
}

/** Cancels what is pending. What was decided stays as it is: history never disappears. */
async function remove(call: ArmCall): Promise<Answer> {
  const found = await find(call);
  const condition = preconditionOf(call, seen(call, found.ok ? found.value : null));
  if (!condition.ok) return condition;
  if (!found.ok) return done(204);
  const { request, grants } = found.value.life;
  if (request.state.name === "pending") {
    const also = condition.value === null ? {} : { also: provided(condition.value) };
    const canceled = await cancelRequest(call.deps, call.caller, request.id, also);
    if (canceled.ok) return done(200, undefined);
    if (canceled.rejection.code !== "request_not_pending") return canceled;
  }
  if (!grants.some(isOpen)) return done(204, undefined);
  return refuse(
    409,
    "JitRequestApproved",
    "this request was approved and its access has not ended; end it with updateAccess and the status `Remove`, or as its holder",
  );
}

interface Listed {
  readonly request: AccessRequest;
  readonly body: ReturnType<typeof jitRequestJson>;
}

function list(call: ArmCall): Promise<Answer> {
  const { deps, caller } = call;
  const [, , subscription = ""] = scopeKey(call.scope).split("/");
  const about = { about: "applications", under: `/subscriptions/${subscription}` } as const;
  const now = deps.clock.now();
  const read = async (ask: PageAsk) => {
    const { items, after } = await listRequestLives(deps, caller, { ...about, ...ask }, "jitRequest");
    const listed = items.map((life): Listed => {
      return { request: life.request, body: jitRequestJson(life, life.resource, caller, now) };
    });
    return accept({ items: listed, after });
  };
  const under = `${scopeKey(call.scope)}/`;
  const isHere = ({ body }: Listed) => body.id.toLowerCase().startsWith(under);
  const source = { read, at: ({ request }: Listed) => positionOfRequest(request) };
  return listOf(call, byInstant, { source, isHere }, (all) => all.map(({ body }) => body));
}
