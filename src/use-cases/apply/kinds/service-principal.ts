/** ServicePrincipal: a workload or an AI agent, and the people who answer for it. */
import { z } from "zod";
import { asId, type ObjectId } from "../../../domain/ids.ts";
import type { PrincipalRef } from "../../../domain/principal.ts";
import type { PrincipalRecord } from "../../configuration-ports.ts";
import type { Tx } from "../../ports.ts";
import { type DocumentContext, defineKind, type ObjectIdentity, type PutResult } from "../kind.ts";
import {
  findPrincipal,
  ownerWords,
  putDisplayName,
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
  steps: (spec) => ({
    reserve: (context, identity) => reservePrincipal(context, "servicePrincipal", identity, spec.displayName),
    put: (context, identity) => putServicePrincipal(context, spec, identity),
  }),
  find: (tx, name) => findPrincipal(tx, "servicePrincipal", name),
  remove: removePrincipal,
  read: (tx, page) => readPrincipals(tx, "servicePrincipal", page, specOf),
});

async function putServicePrincipal(
  context: DocumentContext,
  spec: Spec,
  identity: ObjectIdentity,
): Promise<PutResult | null> {
  const { tx, tenant } = context;
  const objectId = asId<ObjectId>(identity.id);
  const held = await tx.directory.rightsOf(objectId);
  const owners = await resolvePrincipals(context, "/spec/owners", spec.owners);
  if (owners === null || !mayChangeRights(context, objectId, held, spec.rights)) return null;
  const fields = await putDisplayName(context, "servicePrincipal", identity, spec.displayName);
  const owned = await putOwners(context, objectId, owners);
  const rights = await putRights(tx, objectId, held, spec.rights);
  const client = await putClient(context, spec, { tenantId: tenant.id, objectId });
  return client === null ? null : { fields: [...fields, ...owned, ...rights, ...client] };
}

/** Without a secret it cannot sign in, so a client id alone is kept for the day when there is one. */
async function putClient(context: DocumentContext, spec: Spec, ref: PrincipalRef): Promise<string[] | null> {
  const current = await context.tx.principals.credentialsOf(ref.objectId);
  const clientId = spec.clientId ?? current.clientId ?? ref.objectId;
  if (spec.clientSecret === undefined && current.clientSecretHash === null) {
    if (spec.clientId === undefined) return [];
    return context.fault(
      "/spec/clientId",
      "a client id needs a `clientSecret` beside it; give one, or leave both out",
    );
  }
  const given =
    spec.clientSecret === undefined
      ? null
      : context.deps.secrets.accounts.hashClientSecret(spec.clientSecret);
  if (given !== null && !given.ok) return context.fault("/spec/clientSecret", given.rejection.message);
  const hash = given?.value ?? current.clientSecretHash;
  if (hash === null) return [];
  const fields: string[] = [];
  if (clientId !== current.clientId) fields.push("clientId");
  if (current.clientSecretHash === null || !hash.equals(current.clientSecretHash))
    fields.push("clientSecret");
  if (fields.length === 0) return fields;
  const answer = await context.tx.accounts.setClientSecret(ref, clientId, hash);
  if (answer === "set") return fields;
  return context.fault(
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
