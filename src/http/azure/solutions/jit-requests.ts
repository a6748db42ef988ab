/** Microsoft.Solutions/jitRequests: asking, looking, taking back. Deciding goes through the application's updateAccess. */

import type { AccessRequest } from "../../../domain/access-request.ts";
import { isOpen } from "../../../domain/grant.ts";
import { accept } from "../../../domain/rejection.ts";
import { scopeKey } from "../../../domain/scope.ts";
import type { PageAsk, SurfaceResource } from "../../../use-cases/ports.ts";
import { type Precondition, provided } from "../../../use-cases/precondition.ts";
import { cancelRequest } from "../../../use-cases/requests/decide-request.ts";
import { tagResource } from "../../../use-cases/tag-resource.ts";
import { positionOfRequest } from "../../../use-cases/views/pages.ts";
import { listRequestLives, type RequestLife } from "../../../use-cases/views/request-lives.ts";
import { byInstant } from "../../cursor.ts";
import { type Answer, done, refuse } from "../../odata/operation.ts";
import { listOf } from "../page.ts";
import { tagsIn } from "../resource-words.ts";
import type { ArmCall } from "../surface.ts";
import { type FoundJitRequest, find } from "./find-jit-request.ts";
import { defaultIdOf, jitRequestJson } from "./jit-request-json.ts";
import { idOfJitRequest, PUT_TAKES, TAGS_TAKES } from "./jit-request-words.ts";
import { putJitRequest } from "./put-jit-request.ts";
import { resourceOperations } from "./resource.ts";

export const JIT_REQUEST_OPERATIONS = resourceOperations<FoundJitRequest>({
  ids: {
    get: "JitRequests_Get",
    put: "jitRequests_CreateOrUpdate",
    patch: "JitRequests_Update",
    remove: "jitRequests_Delete",
    ofGroup: "jitRequests_ListByResourceGroup",
    ofSubscription: "jitRequests_ListBySubscription",
  },
  path: ["jitRequests", "{jitRequestName}"],
  takes: { put: PUT_TAKES, patch: TAGS_TAKES },
  find,
  seen(call, found) {
    const id = found === null ? idOfJitRequest(call) : (found.resource?.id ?? defaultIdOf(found.life));
    const request = found?.life.request ?? null;
    const versions = request && ([request.id, request.version, found?.resource?.version ?? 0] as const);
    return { kind: "jitRequest", id, subjectId: request?.id ?? null, versions };
  },
  json: ({ deps, caller }, { life, resource }) => jitRequestJson(life, resource, caller, deps.clock.now()),
  put: putJitRequest,
  patch(call) {
    const said = tagsIn(call);
    if (!said.ok) return said;
    return accept(async ({ life, resource }: FoundJitRequest, precondition: Precondition | null) => {
      const tagged = await tagResource(call.deps, call.caller, {
        resource: resource ?? unnamed(life),
        maker: life.request.requester,
        tags: said.value ?? resource?.tags ?? {},
        precondition,
      });
      return tagged.ok ? accept({ life, resource: tagged.value }) : tagged;
    });
  },
  remove,
  list,
});

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
async function remove(
  call: ArmCall,
  { life: { request, grants } }: FoundJitRequest,
  given: Precondition | null,
): Promise<Answer> {
  if (request.state.name === "pending") {
    const also = given === null ? undefined : provided<AccessRequest>(given);
    const canceled = await cancelRequest(call.deps, call.caller, request.id, { also });
    if (canceled.ok) return done(200);
    if (canceled.rejection.code !== "request_not_pending") return canceled;
  }
  if (!grants.some(isOpen)) return done(204);
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
