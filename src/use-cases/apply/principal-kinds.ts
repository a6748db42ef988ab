/** What users, groups and service principals have in common as configuration: found, reserved, removed and read alike. */
import { z } from "zod";
import { asId, type ObjectId } from "../../domain/ids.ts";
import {
  isLockedOut,
  type PrincipalKind,
  type PrincipalRef,
  refOf,
  samePrincipal,
} from "../../domain/principal.ts";
import type { PrincipalRecord } from "../configuration-ports.ts";
import type { Tx } from "../ports.ts";
import { changedFields, sameMembers } from "./changed-fields.ts";
import {
  type DocumentContext,
  type NamedObject,
  type ObjectIdentity,
  oneByOne,
  type ReadObject,
  type ReadPage,
} from "./kind.ts";
import { principalWords } from "./references.ts";
import { mayChangeRights } from "./user-rights.ts";

export async function findPrincipal(tx: Tx, kind: PrincipalKind, name: string): Promise<NamedObject | null> {
  const found = (await tx.principals.named(name)).find((record) => record.kind === kind);
  return found === undefined ? null : { id: found.objectId, name: found.name };
}

/** A bare row, so that groups, owners and links can refer to it whatever the order of the documents. */
export async function reservePrincipal(
  { tx, name }: DocumentContext,
  kind: PrincipalKind,
  { id }: ObjectIdentity,
  displayName: string,
): Promise<void> {
  const objectId = asId<ObjectId>(id);
  await tx.principals.save({ objectId, kind, name, displayName, email: null, linkedTo: null });
}

/** Of what has nothing else to its row; the names of what changed. */
export async function putDisplayName(
  context: DocumentContext,
  kind: PrincipalKind,
  identity: ObjectIdentity,
  displayName: string,
): Promise<string[]> {
  const current = await context.tx.principals.find(asId<ObjectId>(identity.id));
  const before = identity.isNew || current === null ? null : { displayName: current.displayName };
  const fields = changedFields(before, { displayName });
  const { name } = current ?? context;
  if (fields.length > 0) await reservePrincipal({ ...context, name }, kind, identity, displayName);
  return fields;
}

export const lockedSchema = z
  .boolean()
  .optional()
  .describe(
    "told where somebody is locked out; a new one may begin so, otherwise only `curfew lock` and `curfew unlock` change it",
  );

/** No document lets anybody in: what it says of a lock is what stands, or what somebody who is new begins with. */
export async function putLocked(
  { tx, caller, now, fault }: DocumentContext,
  { id, isNew }: ObjectIdentity,
  locked: boolean | undefined,
): Promise<readonly string[] | null> {
  const objectId = asId<ObjectId>(id);
  const lock = (await tx.principals.find(objectId))?.lock ?? null;
  if (locked === undefined || locked === isLockedOut({ lock })) return [];
  const [verb, sentence] = locked ? ["lock", "is not locked out"] : ["unlock", "is locked out"];
  if (!isNew || !locked)
    return fault("/spec/locked", `it ${sentence}, which no document changes; use \`curfew ${verb}\``);
  const justification = "so the document said that made it";
  await tx.principals.setLock(objectId, {
    ...{ at: now, until: null, by: refOf(caller.ref), justification, told: [] },
  });
  return ["locked"];
}

/** A tombstone: the row stays, its grants lose their ground, its id is never used again. */
export async function removePrincipal(context: DocumentContext, object: NamedObject): Promise<undefined> {
  const { tx, tenant, now } = context;
  const ref: PrincipalRef = { tenantId: tenant.id, objectId: asId<ObjectId>(object.id) };
  if (!mayChangeRights(context, ref.objectId, await tx.directory.rightsOf(ref.objectId), [])) return;
  const offer = await offerNaming(tx, ref);
  if (offer !== null) {
    context.fault("", `\`${object.name}\` is authorized by the offer \`${offer}\`; take it out there first`);
    return;
  }
  for (const { id } of await tx.policy.namedEligibilities({ principal: ref }))
    await tx.policy.removeEligibility(asId(id));
  await tx.principals.bury(ref.objectId, now);
}

export async function readPrincipals(
  tx: Tx,
  kind: PrincipalKind,
  page: ReadPage,
  specOf: (tx: Tx, record: PrincipalRecord) => Promise<Record<string, unknown>>,
): Promise<ReadObject[]> {
  const records =
    page.name === null
      ? await tx.principals.list(kind, page)
      : (await tx.principals.named(page.name)).filter((record) => record.kind === kind);
  return oneByOne(records, async (record) => ({
    id: record.objectId,
    name: record.name,
    spec: await specOf(tx, record),
  }));
}

/** Owners as `owns` in the rules understands them: any principal of the same tenant. */
export async function putOwners(
  context: DocumentContext,
  id: ObjectId,
  owners: readonly PrincipalRef[],
): Promise<string[]> {
  const wanted = owners.map(({ objectId }) => objectId);
  if (sameMembers(await context.tx.principals.ownersOf(id), wanted)) return [];
  await context.tx.principals.setOwners(id, wanted);
  return ["owners"];
}

export async function ownerWords(tx: Tx, id: ObjectId): Promise<string[]> {
  const owners = await tx.principals.ownersOf(id);
  const words = await principalWords(
    tx,
    owners.map((objectId) => ({ tenantId: tx.tenantId, objectId })),
  );
  return words.sort();
}

async function offerNaming(tx: Tx, ref: PrincipalRef): Promise<string | null> {
  for (const offer of await tx.applications.ownOffers()) {
    const latest = await tx.applications.offer(tx.tenantId, offer.id);
    if (latest?.version.authorizations.some(({ principal }) => samePrincipal(principal, ref)))
      return offer.name;
  }
  return null;
}
