/** Group: users, workloads and other groups of one tenant, nested without a circle. */
import { z } from "zod";
import { asId, type ObjectId } from "../../../domain/ids.ts";
import { groupScope } from "../../../domain/scope.ts";
import type { PrincipalRecord } from "../../configuration-ports.ts";
import type { Tx } from "../../ports.ts";
import { changedFields, sameMembers } from "../changed-fields.ts";
import { findGroupCycle } from "../group-cycle.ts";
import { defineKind, type Found, type Place, type Put, type Work } from "../kind.ts";
import {
  findPrincipal,
  ownerWords,
  putOwners,
  readPrincipals,
  removePrincipal,
  reservePrincipal,
} from "../principal-kinds.ts";
import { principalWords, resolvePrincipals } from "../references.ts";
import { useOfScope } from "../scope-use.ts";
import { displayNameSchema, referencesSchema } from "../spec-parts.ts";

// An entry of the log has a largest size; of more changes at once the log names the first.
const MAX_MOVED = 500;

const schema = z.strictObject({
  displayName: displayNameSchema,
  members: referencesSchema.default([]).describe("users, groups and service principals of the same tenant"),
  owners: referencesSchema.default([]),
});
type Spec = z.output<typeof schema>;

export const groupKind = defineKind<Spec>({
  kind: "Group",
  schema,
  task: (spec) => ({
    reserve: (work, place) => reservePrincipal(work, "group", place, spec.displayName),
    put: (work, place) => putGroup(work, spec, place),
  }),
  find: (tx, name) => findPrincipal(tx, "group", name),
  remove: removeGroup,
  read: (tx, page) => readPrincipals(tx, "group", page, specOf),
});

/** A group is a scope as well: what is held there goes first. */
async function removeGroup(work: Work, found: Found): Promise<boolean> {
  const use = await useOfScope(work, groupScope(asId<ObjectId>(found.id)));
  if (use === null) return removePrincipal(work, found);
  work.fault("", `group \`${found.name}\` still has ${use}; remove that first`);
  return false;
}

async function putGroup(work: Work, spec: Spec, place: Place): Promise<Put | null> {
  const { tx } = work;
  const id = asId<ObjectId>(place.id);
  const members = await resolvePrincipals(work, "/spec/members", spec.members);
  const owners = await resolvePrincipals(work, "/spec/owners", spec.owners);
  if (members === null || owners === null) return null;
  const memberIds = members.map(({ objectId }) => objectId);
  if ((await refuseCycle(work, id, memberIds)) !== null) return null;
  const current = await tx.principals.find(id);
  const fields = changedFields(
    place.isNew || current === null ? null : { displayName: current.displayName },
    {
      displayName: spec.displayName,
    },
  );
  if (fields.length > 0) {
    const name = current?.name ?? work.name;
    await tx.principals.save({
      objectId: id,
      kind: "group",
      name,
      displayName: spec.displayName,
      email: null,
      linkedTo: null,
    });
  }
  const before = await membersOf(tx, id);
  const sameAsBefore = sameMembers(before, memberIds);
  if (!sameAsBefore) {
    await tx.principals.setMembers(id, memberIds);
    fields.push("members");
  }
  const facts = sameAsBefore || place.isNew ? {} : movedMembers(before, memberIds);
  return { fields: [...fields, ...(await putOwners(work, id, owners))], facts };
}

/** Who came and who went: an approver who left can be told since when. */
function movedMembers(before: readonly ObjectId[], after: readonly ObjectId[]) {
  return {
    joined: after.filter((id) => !before.includes(id)).slice(0, MAX_MOVED),
    left: before.filter((id) => !after.includes(id)).slice(0, MAX_MOVED),
  };
}

/** Null when there is none; a sentence that walks the circle otherwise. */
async function refuseCycle(work: Work, id: ObjectId, members: readonly ObjectId[]): Promise<string | null> {
  const edges = (await work.tx.principals.groupEdges())
    .filter(({ groupId }) => groupId !== id)
    .map(({ groupId, memberId }) => ({ group: groupId, member: memberId }));
  const cycle = findGroupCycle([...edges, ...members.map((member) => ({ group: id, member }))]);
  if (cycle === null) return null;
  const refs = cycle.map((one) => ({ tenantId: work.tenant.id, objectId: asId<ObjectId>(one) }));
  const walked = (await principalWords(work.tx, refs)).join(" > ");
  work.fault(
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
    members: await principalWords(tx, members),
    owners: await ownerWords(tx, record.objectId),
  };
}
