/** PUT of a JIT request: asks once; the same PUT again finds the request that it made, another one is refused. */

import { type AccessRequest, sameTerms, type Terms } from "../../../domain/access-request.ts";
import type { Application } from "../../../domain/application.ts";
import { asId, type ObjectId } from "../../../domain/ids.ts";
import { samePrincipal } from "../../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../../domain/rejection.ts";
import { type Scope, sameScope, scopeCovers, subscriptionOf } from "../../../domain/scope.ts";
import type { JsonObject } from "../../../domain/target-binding.ts";
import { latest, parseInstant } from "../../../domain/time.ts";
import type { SubmitInput } from "../../../policy/decisions/prepare.ts";
import { type Precondition, provided } from "../../../use-cases/precondition.ts";
import { submitRequest } from "../../../use-cases/requests/submit-request.ts";
import { keeping } from "../../../use-cases/surface-resources.ts";
import { tagResource } from "../../../use-cases/tag-resource.ts";
import { listApplications } from "../../../use-cases/views/read-applications.ts";
import { bodyOf } from "../../odata/body.ts";
import { nameIn } from "../../odata/operation.ts";
import { roleIdOf, scopeOfId } from "../arm-path.ts";
import { justificationOf, withHeaderHint } from "../justification.ts";
import type { ArmCall } from "../surface.ts";
import type { FoundJitRequest } from "./find-jit-request.ts";
import type { KeptJitRequest } from "./jit-request-json.ts";
import { idOfJitRequest, nameSchema, type PutJitRequest, putSchema } from "./jit-request-words.ts";

export async function putJitRequest(
  call: ArmCall,
  existing: FoundJitRequest | null,
  precondition: Precondition | null,
): Promise<Outcome<unknown>> {
  const name = bodyOf(nameSchema, nameIn(call, "jitRequestName"));
  if (!name.ok) return name;
  const body = bodyOf(putSchema, call.body);
  if (!body.ok) return body;
  const asked = askOf(call, body.value);
  if (!asked.ok) return asked;
  if (existing !== null) return again(call, existing, asked.value, { body: body.value, precondition });
  const application = await operatedThere(call, asked.value.scope);
  if (!application.ok) return application;
  const justification = justificationOf(call);
  if (!justification.ok) return justification;
  const { tenantId, publisherTenantId } = application.value;
  const made = {
    kind: "jitRequest",
    tenantId,
    otherTenantId: publisherTenantId === tenantId ? null : publisherTenantId,
    id: idOfJitRequest(call),
    tags: body.value.tags ?? {},
    kept: keptOf(body.value),
  } as const;
  const also = provided(
    precondition,
    keeping<AccessRequest>(call, made, ({ id }) => ({ subjectId: id })),
  );
  const input = { ...asked.value, justification: justification.value };
  const outcome = await submitRequest(call.deps, call.caller, input, { also });
  return outcome.ok ? outcome : { ok: false, rejection: withHeaderHint(outcome.rejection) };
}

function askOf(call: ArmCall, { properties }: PutJitRequest): Outcome<SubmitInput> {
  const { jitAuthorizationPolicies: policies, jitSchedulingPolicy: schedule } = properties;
  const scope = scopeOfId(properties.applicationResourceId);
  const startTime = parseInstant(schedule.startTime);
  const principals = new Set(policies.map(({ principalId }) => principalId.toLowerCase()));
  const [principalId] = principals;
  if (scope === null || startTime === null || principalId === undefined)
    throw new Error("the schema let a value through that it should not");
  if (principals.size > 1) {
    return reject("invalid_input", "a request is for one principal; make one request for each", {
      path: "/properties/jitAuthorizationPolicies",
    });
  }
  if (!["once", "notspecified"].includes(schedule.type.toLowerCase())) {
    return reject(
      "invalid_input",
      "only the schedule type `Once` is served; make one request for each time",
      {
        path: "/properties/jitSchedulingPolicy/type",
      },
    );
  }
  const now = call.deps.clock.now();
  return accept({
    scope,
    roleDefinitionIds: policies.flatMap((one) => roleIdOf(one.roleDefinitionId) ?? []),
    durationMs: schedule.duration,
    // A start that has passed means now: the clock then begins with the approval (I4).
    startAt: startTime <= now ? null : latest(startTime),
    neededUntil: null,
    justification: null,
    ticket: null,
    purpose: null,
    plan: null,
    beneficiary: { tenantId: call.caller.ref.tenantId, objectId: asId<ObjectId>(principalId) },
    emergency: false,
  });
}

function keptOf({ location, properties }: PutJitRequest): JsonObject {
  const { jitAuthorizationPolicies, jitSchedulingPolicy } = properties;
  const kept: KeptJitRequest = {
    location: location ?? null,
    policies: jitAuthorizationPolicies.map(({ principalId, roleDefinitionId }) => ({
      principalId,
      roleDefinitionId,
    })),
    type: jitSchedulingPolicy.type,
    startTime: jitSchedulingPolicy.startTime,
  };
  return { ...kept, policies: kept.policies.map((one) => ({ ...one })) };
}

/** The application asked for, if the path's resource group is one of its subscription that holds such an application. */
async function operatedThere(call: ArmCall, scope: Scope): Promise<Outcome<Application>> {
  const visible = await listApplications(call.deps, call.caller);
  if (!visible.ok) return visible;
  const found = visible.value.find(({ application }) => sameScope(application.scope, scope));
  const holdsOne = visible.value.some(({ application }) => scopeCovers(call.scope, application.scope));
  if (found === undefined || !holdsOne || subscriptionOf(call.scope) !== subscriptionOf(scope)) {
    return reject(
      "not_found",
      `there is no application \`${scope}\` in this subscription that you can see, or the resource group of your request holds none`,
      {
        path: "/properties/applicationResourceId",
      },
    );
  }
  return accept(found.application);
}

/** The same ask again is no second one; only tags may have changed. */
async function again(
  call: ArmCall,
  { life, resource }: FoundJitRequest,
  asked: SubmitInput,
  { body, precondition }: { readonly body: PutJitRequest; readonly precondition: Precondition | null },
): Promise<Outcome<unknown>> {
  const { request } = life;
  const kept = resource === null ? null : (resource.kept as unknown as KeptJitRequest);
  const terms: Terms = {
    roleDefinitionIds: asked.roleDefinitionIds,
    durationMs: asked.durationMs ?? 0,
    startAt: request.asked.startAt,
  };
  const isSame =
    resource !== null &&
    sameScope(asked.scope, request.scope) &&
    sameTerms(terms, request.asked) &&
    asked.beneficiary !== null &&
    samePrincipal(asked.beneficiary, request.beneficiary) &&
    samePrincipal(call.caller.ref, request.requester) &&
    (body.location ?? null) === (kept?.location ?? null) &&
    parseInstant(kept?.startTime ?? "") === parseInstant(body.properties.jitSchedulingPolicy.startTime);
  if (!isSame) {
    return reject(
      "name_taken",
      "a JIT request of this name was made with other properties; choose another name",
    );
  }
  const tags = body.tags ?? {};
  if (JSON.stringify(tags) === JSON.stringify(resource.tags)) return accept(request);
  return tagResource(call.deps, call.caller, { resource, maker: request.requester, tags, precondition });
}
