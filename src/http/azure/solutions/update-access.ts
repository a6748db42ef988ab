/** The consumer's decision, as Azure has it: `updateAccess` on the application, by the principal of the token. */
import { z } from "zod";
import { type AccessRequestId, asId, isGuid } from "../../../domain/ids.ts";
import { accept, type Outcome, reject } from "../../../domain/rejection.ts";
import { sameScope } from "../../../domain/scope.ts";
import { revokeGrant } from "../../../use-cases/grants/end-grant.ts";
import { decideRequest } from "../../../use-cases/requests/decide-request.ts";
import { findResource } from "../../../use-cases/surface-resources.ts";
import { text } from "../../../use-cases/values.ts";
import { findIdentity } from "../../../use-cases/views/read-directory.ts";
import { type RequestLife, readRequestLife } from "../../../use-cases/views/request-lives.ts";
import { bodyOf } from "../../odata/body.ts";
import { type Answer, done } from "../../odata/operation.ts";
import type { Takes } from "../../odata/takes.ts";
import { justificationOf, withHeaderHint } from "../justification.ts";
import type { ArmCall } from "../surface.ts";
import { scopeIn } from "./find-application.ts";

const SUB_STATUSES = ["notspecified", "approved", "denied", "failed", "expired", "timeout"];

const schema = z.looseObject({
  approver: text(320).nullish(),
  metadata: z.looseObject({
    originRequestId: text(1_100).min(1),
    requestorId: text(64).nullish(),
    tenantDisplayName: text(256).nullish(),
    subjectDisplayName: text(256).nullish(),
  }),
  status: text(32),
  subStatus: text(32).refine((word) => SUB_STATUSES.includes(word.toLowerCase()), "not a subStatus"),
});

export const ACCESS_TAKES: Takes = {
  honoured: ["metadata.originRequestId", "status", "subStatus"],
  only: { approver: "whoever signs the call in", "metadata.requestorId": "who asked" },
  inert: {
    "metadata.tenantDisplayName": "given back in the answer",
    "metadata.subjectDisplayName": "given back in the answer",
  },
};

type UpdateAccess = z.output<typeof schema>;

export async function updateAccess(call: ArmCall): Promise<Answer> {
  const body = bodyOf(schema, call.body);
  if (!body.ok) return body;
  const themselves = await isThemselves(call, body.value.approver ?? "");
  if (!themselves.ok) return themselves;
  const life = await requestOf(call, body.value.metadata.originRequestId);
  if (!life.ok) return life;
  const { requestorId } = body.value.metadata;
  if (requestorId != null && requestorId.toLowerCase() !== life.value.request.requester.objectId)
    return reject("invalid_input", "somebody else asked for this; look again at whom you decide about", {
      path: "/metadata/requestorId",
    });
  const decided = await decide(call, body.value, life.value);
  if (!decided.ok) return { ok: false, rejection: withHeaderHint(decided.rejection) };
  return done(200, body.value);
}

/** INVARIANT I14: who decides is who calls. A body that names somebody else is a mistake, or worse. */
async function isThemselves(call: ArmCall, approver: string): Promise<Outcome<void>> {
  if (approver === "") return accept(undefined);
  const { ref } = call.caller;
  const identity = await findIdentity(call.deps, ref);
  const principal = identity?.principal;
  const names = [
    ref.objectId,
    principal?.displayName,
    principal?.kind === "user" ? principal.email : undefined,
  ];
  if (names.some((name) => name !== undefined && name.toLowerCase() === approver.toLowerCase()))
    return accept(undefined);
  return reject(
    "invalid_input",
    "the approver is whoever signs the call in: leave it out, or name yourself",
    {
      path: "/approver",
    },
  );
}

/** By resource id or GUID; it must be about the application of the path. */
async function requestOf(call: ArmCall, origin: string): Promise<Outcome<RequestLife>> {
  const { deps, caller } = call;
  const id = origin.startsWith("/") ? await idBehind(call, origin) : origin;
  const life =
    id !== null && isGuid(id) ? await readRequestLife(deps, caller, asId<AccessRequestId>(id)) : null;
  const named = scopeIn(call);
  const about = life?.ok ? life.value.application : null;
  if (life?.ok && named !== null && about !== null && sameScope(about.scope, named)) return life;
  return reject(
    "not_found",
    `there is no JIT request \`${origin.slice(0, 200)}\` of this application that you can see; give its resource id or its GUID`,
    {
      path: "/metadata/originRequestId",
    },
  );
}

async function idBehind({ deps, caller }: ArmCall, resourceId: string): Promise<string | null> {
  const id = resourceId.replace(/^\/+/, "/");
  const resource = await findResource(deps, caller.ref.tenantId, "jitRequest", id);
  return resource?.subjectId ?? resourceId.split("/").at(-1) ?? null;
}

async function decide(call: ArmCall, body: UpdateAccess, life: RequestLife): Promise<Outcome<unknown>> {
  const status = body.status.toLowerCase();
  const subStatus = body.subStatus.toLowerCase();
  const pending = life.request.state.name === "pending";
  if (subStatus === "denied" && (status === "elevate" || (status === "remove" && pending)))
    return given(call, life, "deny");
  if (status === "elevate" && subStatus === "approved") return given(call, life, "approve");
  if (status === "remove") return revoke(call, life);
  return reject(
    "invalid_input",
    "the status is `Elevate` with the subStatus `Approved` or `Denied`, or `Remove` to end what was given",
    { path: status === "elevate" ? "/subStatus" : "/status" },
  );
}

async function given(call: ArmCall, { request }: RequestLife, decision: "approve" | "deny") {
  const justification = justificationOf(call);
  if (!justification.ok) return justification;
  return decideRequest(call.deps, call.caller, {
    requestId: request.id,
    decision,
    justification: justification.value,
    terms: null,
    surfaceAsks: false,
    expectedVersion: null,
  });
}

/** Every grant of the request that is still open; one that is over already does not hold up the others. */
async function revoke(call: ArmCall, { request, grants }: RequestLife): Promise<Outcome<unknown>> {
  if (request.state.name === "pending") {
    return reject(
      "invalid_input",
      "nothing was given yet; to refuse the request use the subStatus `Denied`",
      {
        path: "/status",
      },
    );
  }
  const justification = justificationOf(call);
  if (!justification.ok) return justification;
  let ended = 0;
  for (const { id } of grants) {
    const outcome = await revokeGrant(call.deps, call.caller, id, justification.value);
    if (outcome.ok) ended++;
    else if (outcome.rejection.code !== "grant_not_active") return outcome;
  }
  return ended > 0
    ? accept(ended)
    : reject("request_not_pending", "the access of this request has ended already");
}
