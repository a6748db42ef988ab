/** roleAssignments (2022-04-01): who holds what right now, and standing assignments without a request. */

import { z } from "zod";
import { type Grant, isLive } from "../../../domain/grant.ts";
import { asId, type GrantId, isGuid, type ObjectId, type TenantId } from "../../../domain/ids.ts";
import { type PrincipalRef, samePrincipal } from "../../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../../domain/rejection.ts";
import { sameScope } from "../../../domain/scope.ts";
import { formatInstant } from "../../../domain/time.ts";
import { callersIdentity, fromGrant, type PimSchedule } from "../../../pim/schedules.ts";
import { inWords, type Words, withWords } from "../../../pim/words.ts";
import { assignRole } from "../../../use-cases/grants/assign-role.ts";
import { revokeGrant } from "../../../use-cases/grants/end-grant.ts";
import { ownerOf } from "../../../use-cases/scope-owner.ts";
import {
  type Alongside,
  findResource,
  keeping,
  resourcesBySubject,
} from "../../../use-cases/surface-resources.ts";
import { guid, text } from "../../../use-cases/values.ts";
import { findIdentity } from "../../../use-cases/views/read-directory.ts";
import { readAssignmentSchedule } from "../../../use-cases/views/read-schedules.ts";
import { same } from "../../odata/address.ts";
import { bodyOf } from "../../odata/body.ts";
import { type Answer, badRequest, done, nameIn, refuse } from "../../odata/operation.ts";
import { FILTERED, fitsSchedules } from "../../odata/page.ts";
import type { Takes } from "../../odata/takes.ts";
import { roleReference } from "../arm-path.ts";
import { listOf } from "../page.ts";
import type { ArmCall, ArmOperation } from "../surface.ts";
import { idUnder, PROVIDER, roleIdAt } from "./json.ts";
import { schedulesHere } from "./schedules.ts";
import { ROLES } from "./versions.ts";

const shared = { namespace: "Microsoft.Authorization", at: "scope", versions: ROLES } as const;
const one = { ...shared, path: ["roleAssignments", "{roleAssignmentName}"] } as const;

const UNCONDITIONAL =
  "conditions on assignments are not held here; leave it out, or narrow the role or the scope";
const PUT_TAKES: Takes = {
  honoured: ["properties.roleDefinitionId", "properties.principalId", "properties.description"],
  only: {
    "properties.principalType": "what the principal is",
  },
  readOnly: [
    ...["id", "name", "type"],
    ...["scope", "createdOn", "updatedOn", "createdBy", "updatedBy"].map((name) => `properties.${name}`),
  ],
  refused: {
    "properties.condition": UNCONDITIONAL,
    "properties.conditionVersion": UNCONDITIONAL,
    "properties.delegatedManagedIdentityResourceId": "there are no managed identities here; leave it out",
  },
};

export const ROLE_ASSIGNMENT_OPERATIONS: readonly ArmOperation[] = [
  {
    ...shared,
    path: ["roleAssignments"],
    id: "RoleAssignments_ListForScope",
    method: "GET",
    options: FILTERED,
    handle: list,
  },
  { ...one, id: "RoleAssignments_Get", method: "GET", handle: get },
  { ...one, id: "RoleAssignments_Create", method: "PUT", takes: PUT_TAKES, handle: put },
  { ...one, id: "RoleAssignments_Delete", method: "DELETE", handle: remove },
];

/** Only what is live: a scheduled or ended grant assigns nothing. */
function list(call: ArmCall): Promise<Answer> {
  const fits = fitsSchedules("assignment");
  return listOf(
    call,
    fits,
    () => schedulesHere(call, "assignment", true),
    (all) => told(call, all),
  );
}

/** By the name that somebody chose for it, which is one of its tenant's, or else by the grant's own id. */
async function find(call: ArmCall): Promise<Grant | null> {
  const name = nameIn(call, "roleAssignmentName");
  if (!isGuid(name)) return null;
  const tenantId = call.caller.ref.tenantId;
  const named = await findResource(call.deps, tenantId, "roleAssignment", pathOf(call, name));
  const id = asId<GrantId>(named?.subjectId ?? name);
  const found = await readAssignmentSchedule(call.deps, call.caller, id);
  const there = found.ok && sameScope(found.value.scope, call.scope);
  return there && isLive(found.value, call.deps.clock.now()) ? found.value : null;
}

async function answer(call: ArmCall, grant: Grant, status: number): Promise<Answer> {
  const identity = await callersIdentity(call);
  if (!identity.ok) return identity;
  const schedule = fromGrant(grant, identity.value, call.scope, call.deps.clock.now());
  const [body] = await told(call, [schedule]);
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
    principalType: text(32).nullish(),
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
  const sort = await requireSort(call, beneficiary, properties.principalType ?? null);
  if (!sort.ok) return sort;
  const existing = await find(call);
  if (
    existing !== null &&
    existing.roleDefinitionId === roleDefinitionId &&
    samePrincipal(existing.beneficiary, beneficiary)
  )
    return again(call, existing, properties.description ?? null);
  const owner = await ownerOf(call.deps, call.caller, call.scope);
  if (!owner.ok) return owner;
  const input = {
    scope: call.scope,
    roleDefinitionId,
    beneficiary,
    startsAt: null,
    endsAt: null,
    justification: properties.description ?? null,
  };
  const made = await assignRole(call.deps, call.caller, input, {
    also: naming(call, name, owner.value, properties.description ?? null),
  });
  return made.ok ? answer(call, made.value, 201) : made;
}

/** Clients say it so that Azure need not look; said wrongly, it is another principal that is meant. */
async function requireSort(call: ArmCall, ref: PrincipalRef, said: string | null): Promise<Outcome<void>> {
  if (said === null) return accept(undefined);
  const { type } = await withWords(call, (words) => words.principal(ref));
  if (same(type, said) || (await findIdentity(call.deps, ref)) === null) return accept(undefined);
  return reject("invalid_input", `the principal is a ${type}`, { path: "/properties/principalType" });
}

/**
 * The name is the maker's, and unique in the tenant: templates compute it, so what one tenant's are called must neither
 * take nor tell anything of another's. The grant has an id of ours, and nothing is named by another grant's.
 */
function naming(call: ArmCall, name: string, owner: TenantId, description: string | null): Alongside<Grant> {
  const mine = call.caller.ref.tenantId;
  const id = pathOf(call, name);
  const made = {
    kind: "roleAssignment",
    tenantId: owner,
    otherTenantId: owner === mine ? null : mine,
    id,
  } as const;
  const kept: Kept = description === null ? {} : { description };
  return keeping<Grant>(call, { ...made, tags: {}, kept }, (grant) => ({ subjectId: grant.id }));
}

/** The same assignment again; what was said of it stays as it was said. */
async function again(call: ArmCall, grant: Grant, description: string | null): Promise<Answer> {
  if (description === null || (await keptOf(call, [grant.id])).get(grant.id)?.description === description)
    return answer(call, grant, 200);
  return reject("invalid_input", "an assignment keeps its description; delete it and make another one", {
    path: "/properties/description",
  });
}

/** The justification, which reads back; the audit log has it as well. */
type Kept = { readonly description?: string };

async function keptOf(
  call: ArmCall,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Kept & { readonly name: string }>> {
  const found = await resourcesBySubject(call.deps, call.caller.ref.tenantId, "roleAssignment", ids);
  return new Map(
    [...found].map(([id, { id: path, kept }]) => [
      id,
      { ...(kept as Kept), name: path.split("/").at(-1) ?? id },
    ]),
  );
}

function pathOf(call: ArmCall, name: string): string {
  return idUnder(call.scope, "roleAssignments", name);
}

async function remove(call: ArmCall): Promise<Answer> {
  const grant = await find(call);
  if (grant === null) return done(204, undefined);
  const shown = await answer(call, grant, 200);
  const revoked = await revokeGrant(call.deps, call.caller, grant.id, null);
  return revoked.ok ? shown : revoked;
}

/** Each by its chosen name, where it has one. */
async function told(call: ArmCall, schedules: readonly PimSchedule[]) {
  const ids = schedules.map(({ id }) => id);
  const kept = await keptOf(call, ids);
  return inWords(call, schedules, (words, schedule) =>
    json(words, schedule, kept.get(schedule.id) ?? { name: schedule.id }),
  );
}

async function json(
  words: Words,
  schedule: PimSchedule,
  { name, description }: Kept & { readonly name: string },
) {
  const { type } = await words.principal(schedule.principal);
  return {
    id: idUnder(schedule.scope, "roleAssignments", name),
    name,
    type: `${PROVIDER}/roleAssignments`,
    properties: {
      scope: schedule.scope,
      roleDefinitionId: roleIdAt(schedule.scope, schedule.roleDefinitionId),
      principalId: schedule.principal.objectId,
      principalType: type,
      ...(description === undefined ? {} : { description }),
      createdOn: formatInstant(schedule.startsAt),
      updatedOn: formatInstant(schedule.startsAt),
    },
  };
}
