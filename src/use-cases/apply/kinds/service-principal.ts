/** ServicePrincipal: a workload or an AI agent, and the people who answer for it. */
import { z } from "zod";
import { asId, type ObjectId } from "../../../domain/ids.ts";
import { isLockedOut, type PrincipalRef } from "../../../domain/principal.ts";
import { BrokenInvariant } from "../../../domain/rejection.ts";
import type { PrincipalRecord } from "../../configuration-ports.ts";
import type { Tx } from "../../ports.ts";
import { type DocumentContext, defineKind, type ObjectIdentity, type PutResult } from "../kind.ts";
import {
  findPrincipal,
  lockedSchema,
  ownerWords,
  putDisplayName,
  putLocked,
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
  owners: referencesSchema.default([]).describe("people who answer for it, and may ask for it"),
  rights: z
    .array(z.enum(RIGHTS_OF_WORKLOADS))
    .max(RIGHTS_OF_WORKLOADS.length)
    .default([])
    .describe("for a pipeline that applies configuration; a workload never decides about access"),
  clientId: z
    .string()
    .regex(/^[A-Za-z0-9._~-]{1,128}$/, "a client id has letters, digits and `. _ ~ -`")
    .optional()
    .describe("made by Curfew; a document may name the one that there is, and no other"),
  clientSecret: secretSchema.optional().describe("left out, it stays as it is"),
  locked: lockedSchema,
});
type Spec = z.output<typeof schema>;

export const servicePrincipalKind = defineKind<Spec>({
  kind: "ServicePrincipal",
  schema,
  keeps: ["clientId", "locked"],
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
  const locked = await putLocked(context, identity, spec.locked);
  if (locked === null) return null;
  const client = await putClient(context, spec, { tenantId: tenant.id, objectId });
  if (client === null) return null;
  const note = client.made === null ? {} : { note: `its client id is \`${client.made}\`` };
  return { fields: [...fields, ...owned, ...rights, ...locked, ...client.fields], ...note };
}

interface PutClient {
  readonly fields: readonly string[];
  /** The client id, where it is a new one. */
  readonly made: string | null;
}

const NOTHING_PUT: PutClient = { fields: [], made: null };

/**
 * Client ids are one space for the whole installation, so nobody chooses one: it is the principal's id, which is made
 * here too. One that was chosen when that was possible stays. Without a secret it cannot sign in and has none.
 */
async function putClient(context: DocumentContext, spec: Spec, ref: PrincipalRef): Promise<PutClient | null> {
  const current = await context.tx.principals.credentialsOf(ref.objectId);
  const clientId = current.clientId ?? ref.objectId;
  if (spec.clientId !== undefined && spec.clientId !== clientId) {
    return context.fault(
      "/spec/clientId",
      `client ids are made by Curfew: this principal's is \`${clientId}\`; write that, or leave it out`,
    );
  }
  if (spec.clientSecret === undefined && current.clientSecretHash === null) {
    if (spec.clientId === undefined) return NOTHING_PUT;
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
  if (hash === null || current.clientSecretHash?.equals(hash)) return NOTHING_PUT;
  if (current.clientId !== null) {
    await setSecret(context, ref, current.clientId, hash);
    return { fields: ["clientSecret"], made: null };
  }
  const made = await setSecret(context, ref, clientId, hash);
  return { fields: ["clientId", "clientSecret"], made };
}

/** Somebody may once have chosen, for another principal, what is this one's id: then it gets one that nobody can know. */
async function setSecret(
  { tx, deps }: DocumentContext,
  ref: PrincipalRef,
  clientId: string,
  hash: Buffer,
): Promise<string> {
  if ((await tx.accounts.setClientSecret(ref, clientId, hash)) === "set") return clientId;
  const other = deps.ids.next();
  if ((await tx.accounts.setClientSecret(ref, other, hash)) === "set") return other;
  throw new BrokenInvariant("a client id that was just made is taken");
}

async function specOf(tx: Tx, record: PrincipalRecord): Promise<Record<string, unknown>> {
  const { clientId } = await tx.principals.credentialsOf(record.objectId);
  const rights = await tx.directory.rightsOf(record.objectId);
  return {
    displayName: record.displayName,
    owners: await ownerWords(tx, record.objectId),
    ...(rights.length === 0 ? {} : { rights: rights.sort() }),
    ...(clientId === null ? {} : { clientId }),
    ...(isLockedOut(record) ? { locked: true } : {}),
  };
}
