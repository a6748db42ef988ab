/** ServicePrincipal: a workload or an AI agent, and the people who answer for it. */
import { z } from "zod";
import { asId, type ObjectId } from "../../../domain/ids.ts";
import type { PrincipalRef } from "../../../domain/principal.ts";
import type { PrincipalRecord } from "../../configuration-ports.ts";
import type { Tx } from "../../ports.ts";
import { changedFields } from "../changed-fields.ts";
import { defineKind, type Place, type Put, type Work } from "../kind.ts";
import {
  findPrincipal,
  ownerWords,
  putOwners,
  readPrincipals,
  removePrincipal,
  reservePrincipal,
} from "../principal-kinds.ts";
import { resolvePrincipals } from "../references.ts";
import { displayNameSchema, referencesSchema, secretSchema } from "../spec-parts.ts";
import { mayChangeRights, putRights } from "../user-rights.ts";

const RIGHTS_OF_WORKLOADS = ["administrator", "auditor"] as const;

const schema = z.strictObject({
  displayName: displayNameSchema,
  owners: referencesSchema.default([]),
  rights: z
    .array(z.enum(RIGHTS_OF_WORKLOADS))
    .max(RIGHTS_OF_WORKLOADS.length)
    .default([])
    .describe("for a pipeline that applies configuration; a workload never decides about access"),
  clientId: z
    .string()
    .regex(/^[A-Za-z0-9._~-]{1,128}$/, "a client id has letters, digits and `. _ ~ -`")
    .optional()
    .describe("default: the principal's id"),
  clientSecret: secretSchema.optional(),
});
type Spec = z.output<typeof schema>;

export const servicePrincipalKind = defineKind<Spec>({
  kind: "ServicePrincipal",
  schema,
  task: (spec) => ({
    reserve: (work, place) => reservePrincipal(work, "servicePrincipal", place, spec.displayName),
    put: (work, place) => putServicePrincipal(work, spec, place),
  }),
  find: (tx, name) => findPrincipal(tx, "servicePrincipal", name),
  remove: removePrincipal,
  read: (tx, page) => readPrincipals(tx, "servicePrincipal", page, specOf),
});

async function putServicePrincipal(work: Work, spec: Spec, place: Place): Promise<Put | null> {
  const { tx, tenant } = work;
  const objectId = asId<ObjectId>(place.id);
  const held = await tx.directory.rightsOf(objectId);
  const owners = await resolvePrincipals(work, "/spec/owners", spec.owners);
  if (owners === null || !mayChangeRights(work, objectId, held, spec.rights)) return null;
  const current = await tx.principals.find(objectId);
  const fields = changedFields(
    place.isNew || current === null ? null : { displayName: current.displayName },
    {
      displayName: spec.displayName,
    },
  );
  if (fields.length > 0) {
    const name = current?.name ?? work.name;
    const { displayName } = spec;
    await tx.principals.save({
      objectId,
      kind: "servicePrincipal",
      name,
      displayName,
      email: null,
      linkedTo: null,
    });
  }
  const owned = await putOwners(work, objectId, owners);
  const rights = await putRights(tx, objectId, held, spec.rights);
  const client = await putClient(work, spec, { tenantId: tenant.id, objectId });
  return client === null ? null : { fields: [...fields, ...owned, ...rights, ...client] };
}

/** Without a secret it cannot sign in, so a client id alone is kept for the day when there is one. */
async function putClient(work: Work, spec: Spec, ref: PrincipalRef): Promise<string[] | null> {
  const current = await work.tx.principals.credentialsOf(ref.objectId);
  const clientId = spec.clientId ?? current.clientId ?? ref.objectId;
  if (spec.clientSecret === undefined && current.clientSecretHash === null) {
    if (spec.clientId === undefined) return [];
    return work.fault(
      "/spec/clientId",
      "a client id needs a `clientSecret` beside it; give one, or leave both out",
    );
  }
  const given =
    spec.clientSecret === undefined ? null : work.deps.secrets.accounts.hashClientSecret(spec.clientSecret);
  if (given !== null && !given.ok) return work.fault("/spec/clientSecret", given.rejection.message);
  const hash = given?.value ?? current.clientSecretHash;
  if (hash === null) return [];
  const fields: string[] = [];
  if (clientId !== current.clientId) fields.push("clientId");
  if (current.clientSecretHash === null || !hash.equals(current.clientSecretHash))
    fields.push("clientSecret");
  if (fields.length === 0) return fields;
  const answer = await work.tx.accounts.setClientSecret(ref, clientId, hash);
  if (answer === "set") return fields;
  return work.fault(
    "/spec/clientId",
    `the client id \`${clientId}\` is taken; choose another, or leave it out`,
    "name_taken",
  );
}

async function specOf(tx: Tx, record: PrincipalRecord): Promise<Record<string, unknown>> {
  const { clientId } = await tx.principals.credentialsOf(record.objectId);
  const rights = await tx.directory.rightsOf(record.objectId);
  return {
    displayName: record.displayName,
    owners: await ownerWords(tx, record.objectId),
    ...(rights.length === 0 ? {} : { rights }),
    ...(clientId === null ? {} : { clientId }),
  };
}
