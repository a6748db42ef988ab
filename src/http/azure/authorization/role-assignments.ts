/** roleAssignments (2022-04-01): who holds what right now, and standing assignments without a request. */

import { z } from "zod";
import { type Grant, isLive } from "../../../domain/grant.ts";
import { asId, type GrantId, isGuid, type ObjectId } from "../../../domain/ids.ts";
import { samePrincipal } from "../../../domain/principal.ts";
import { sameScope } from "../../../domain/scope.ts";
import { formatInstant } from "../../../domain/time.ts";
import { callersIdentity, fromGrant, type PimSchedule } from "../../../pim/schedules.ts";
import { inWords, type Words } from "../../../pim/words.ts";
import { assignRole } from "../../../use-cases/grants/assign-role.ts";
import { revokeGrant } from "../../../use-cases/grants/end-grant.ts";
import { guid, text } from "../../../use-cases/values.ts";
import { readAssignmentSchedule } from "../../../use-cases/views/read-schedules.ts";
import { bodyOf } from "../../odata/body.ts";
import { type Answer, badRequest, done, nameIn, refuse } from "../../odata/operation.ts";
import { fitsSchedules } from "../../odata/page.ts";
import { roleReference } from "../arm-path.ts";
import { listOf } from "../page.ts";
import type { ArmCall, ArmOperation } from "../surface.ts";
import { idUnder, PROVIDER, roleIdAt } from "./json.ts";
import { schedulesHere } from "./schedules.ts";
import { ROLES } from "./versions.ts";

const shared = { namespace: "Microsoft.Authorization", at: "scope", versions: ROLES } as const;
const one = { ...shared, path: ["roleAssignments", "{roleAssignmentName}"] } as const;

export const ROLE_ASSIGNMENT_OPERATIONS: readonly ArmOperation[] = [
  {
    ...shared,
    path: ["roleAssignments"],
    id: "RoleAssignments_ListForScope",
    method: "GET",
    filters: true,
    handle: list,
  },
  { ...one, id: "RoleAssignments_Get", method: "GET", handle: get },
  { ...one, id: "RoleAssignments_Create", method: "PUT", handle: put },
  { ...one, id: "RoleAssignments_Delete", method: "DELETE", handle: remove },
];

/** Only what is live: a scheduled or ended grant assigns nothing. */
function list(call: ArmCall): Promise<Answer> {
  const fits = fitsSchedules("assignment");
  return listOf(
    call,
    fits,
    () => schedulesHere(call, "assignment", true),
    (all) => inWords(call, all, json),
  );
}

async function find(call: ArmCall): Promise<Grant | null> {
  const name = nameIn(call, "roleAssignmentName");
  if (!isGuid(name)) return null;
  const found = await readAssignmentSchedule(call.deps, call.caller, asId<GrantId>(name));
  const there = found.ok && sameScope(found.value.scope, call.scope);
  return there && isLive(found.value, call.deps.clock.now()) ? found.value : null;
}

async function answer(call: ArmCall, grant: Grant, status: number): Promise<Answer> {
  const identity = await callersIdentity(call);
  if (!identity.ok) return identity;
  const schedule = fromGrant(grant, identity.value, call.scope, call.deps.clock.now());
  const [body] = await inWords(call, [schedule], json);
  return done(status, body);
}

async function get(call: ArmCall): Promise<Answer> {
  const grant = await find(call);
  return grant === null
    ? refuse(404, "RoleAssignmentNotFound", "there is no role assignment of this name that you can see")
    : answer(call, grant, 200);
}

const schema = z.looseObject({
  properties: z.looseObject({
    roleDefinitionId: roleReference,
    principalId: guid,
    description: text(4_000).nullish(),
  }),
});

async function put(call: ArmCall): Promise<Answer> {
  const name = nameIn(call, "roleAssignmentName");
  if (!isGuid(name)) return badRequest("a role assignment is named by a GUID of its maker's");
  const body = bodyOf(schema, call.body);
  if (!body.ok) return body;
  const { properties } = body.value;
  const { roleDefinitionId } = properties;
  const beneficiary = {
    tenantId: call.caller.ref.tenantId,
    objectId: asId<ObjectId>(properties.principalId),
  };
  const id = asId<GrantId>(name);
  const existing = await find(call);
  if (
    existing !== null &&
    existing.roleDefinitionId === roleDefinitionId &&
    samePrincipal(existing.beneficiary, beneficiary)
  )
    return answer(call, existing, 200);
  const made = await assignRole(call.deps, call.caller, {
    id,
    scope: call.scope,
    roleDefinitionId,
    beneficiary,
    startsAt: null,
    endsAt: null,
    justification: properties.description ?? null,
  });
  return made.ok ? answer(call, made.value, 201) : made;
}

async function remove(call: ArmCall): Promise<Answer> {
  const grant = await find(call);
  if (grant === null) return done(204, undefined);
  const shown = await answer(call, grant, 200);
  const revoked = await revokeGrant(call.deps, call.caller, grant.id, null);
  return revoked.ok ? shown : revoked;
}

async function json(words: Words, schedule: PimSchedule) {
  const { type } = await words.principal(schedule.principal);
  return {
    id: idUnder(schedule.scope, "roleAssignments", schedule.id),
    name: schedule.id,
    type: `${PROVIDER}/roleAssignments`,
    properties: {
      scope: schedule.scope,
      roleDefinitionId: roleIdAt(schedule.scope, schedule.roleDefinitionId),
      principalId: schedule.principal.objectId,
      principalType: type,
      createdOn: formatInstant(schedule.startsAt),
      updatedOn: formatInstant(schedule.startsAt),
    },
  };
}
