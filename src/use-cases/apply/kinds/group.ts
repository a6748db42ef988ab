/** Group: users, workloads and other groups of one tenant, nested without a circle. */
import { z } from "zod";
import { asId, type ObjectId } from "../../../domain/ids.ts";
import { groupScope } from "../../../domain/scope.ts";
import type { PrincipalRecord } from "../../configuration-ports.ts";
import type { Tx } from "../../ports.ts";
import { sameMembers } from "../changed-fields.ts";
import { findGroupCycle } from "../group-cycle.ts";
import {
  type DocumentContext,
  defineKind,
  type NamedObject,
  type ObjectIdentity,
  type PutResult,
} from "../kind.ts";
import {
  findPrincipal,
  ownerWords,
  putDisplayName,
  putOwners,
  readPrincipals,
  removePrincipal,
  reservePrincipal,
} from "../principal-kinds.ts";
import { principalWords, resolvePrincipals } from "../references.ts";
import { displayNameSchema, referencesSchema } from "../spec-parts.ts";
import { useOfScope } from "../use.ts";

// An entry of the log has a largest size; of more changes at once the log names the first.
const MAX_MOVED = 500;

const schema = z.strictObject({
  displayName: displayNameSchema,
  members: referencesSchema.default([]).describe("users, groups and service principals of the same tenant"),
  owners: referencesSchema.default([]).describe("who may ask for the group"),
});
type Spec = z.output<typeof schema>;

export const groupKind = defineKind<Spec>({
  kind: "Group",
  schema,
  steps: (spec) => ({
    reserve: (context, identity) => reservePrincipal(context, "group", identity, spec.displayName),
    put: (context, identity) => putGroup(context, spec, identity),
  }),
  find: (tx, name) => findPrincipal(tx, "group", name),
  remove: removeGroup,
  read: (tx, page) => readPrincipals(tx, "group", page, specOf),
});

/** A group is a scope as well: what is held there goes first. */
async function removeGroup(context: DocumentContext, object: NamedObject): Promise<undefined> {
  const use = await useOfScope(context.tx, groupScope(asId<ObjectId>(object.id)));
  if (use === null) return removePrincipal(context, object);
  context.fault("", `group \`${object.name}\` still has ${use}; remove that first`);
}

async function putGroup(
  context: DocumentContext,
  spec: Spec,
  identity: ObjectIdentity,
): Promise<PutResult | null> {
  const { tx } = context;
  const id = asId<ObjectId>(identity.id);
  const members = await resolvePrincipals(context, "/spec/members", spec.members);
  const owners = await resolvePrincipals(context, "/spec/owners", spec.owners);
  if (members === null || owners === null) return null;
  const memberIds = members.map(({ objectId }) => objectId);
  if ((await refuseCycle(context, id, memberIds)) !== null) return null;
  const fields = await putDisplayName(context, "group", identity, spec.displayName);
  const before = await membersOf(tx, id);
  const sameAsBefore = sameMembers(before, memberIds);
  if (!sameAsBefore) {
    await tx.principals.setMembers(id, memberIds);
    fields.push("members");
  }
  const facts = sameAsBefore || identity.isNew ? {} : movedMembers(before, memberIds);
  return { fields: [...fields, ...(await putOwners(context, id, owners))], facts };
}

/** Who came and who went: an approver who left can be told since when. */
function movedMembers(before: readonly ObjectId[], after: readonly ObjectId[]) {
  return {
    joined: after.filter((id) => !before.includes(id)).slice(0, MAX_MOVED),
    left: before.filter((id) => !after.includes(id)).slice(0, MAX_MOVED),
  };
}

/** Null when there is none; a sentence that walks the circle otherwise. */
async function refuseCycle(
  context: DocumentContext,
  id: ObjectId,
  members: readonly ObjectId[],
): Promise<string | null> {
  const edges = (await context.tx.principals.groupEdges())
    .filter(({ groupId }) => groupId !== id)
    .map(({ groupId, memberId }) => ({ group: groupId, member: memberId }));
  const cycle = findGroupCycle([...edges, ...members.map((member) => ({ group: id, member }))]);
  if (cycle === null) return null;
  const refs = cycle.map((one) => ({ tenantId: context.tenant.id, objectId: asId<ObjectId>(one) }));
  const walked = (await principalWords(context.tx, refs)).join(" > ");
  context.fault(
    "/spec/members",
    `groups must not hold each other in a circle: ${walked}; take one membership out`,
  );
  return walked;
}

async function membersOf(tx: Tx, id: ObjectId): Promise<ObjectId[]> {
  const edges = await tx.principals.groupEdges();
  return edges.filter(({ groupId }) => groupId === id).map(({ memberId }) => memberId);
}

async function specOf(tx: Tx, record: PrincipalRecord): Promise<Record<string, unknown>> {
  const members = (await membersOf(tx, record.objectId)).map((objectId) => ({
    tenantId: tx.tenantId,
    objectId,
  }));
  return {
    displayName: record.displayName,
    members: (await principalWords(tx, members)).sort(),
    owners: await ownerWords(tx, record.objectId),
  };
}
