/** User: a person of the tenant, how they sign in, and Curfew's own rights. */

import { z } from "zod";
import { asId, type ObjectId } from "../../../domain/ids.ts";
import { isLockedOut, type PrincipalRef, samePrincipal } from "../../../domain/principal.ts";
import { accept, type Rejection } from "../../../domain/rejection.ts";
import { RIGHTS, type Right } from "../../../domain/tenant.ts";
import { isOperator, mayOperate } from "../../../policy/authority.ts";
import type { PrincipalRecord } from "../../configuration-ports.ts";
import type { PasswordHash } from "../../identity-ports.ts";
import type { Tx } from "../../ports.ts";
import { changedFields } from "../changed-fields.ts";
import {
  type DocumentContext,
  type DocumentSteps,
  defineKind,
  type ObjectIdentity,
  type PutResult,
} from "../kind.ts";
import {
  findPrincipal,
  lockedSchema,
  putLocked,
  readPrincipals,
  removePrincipal,
  reservePrincipal,
} from "../principal-kinds.ts";
import { principalWord, resolvePrincipal, tenantOf } from "../references.ts";
import { displayNameSchema, emailSchema, referenceSchema, secretSchema } from "../spec-parts.ts";
import { mayChangeRights, putRights } from "../user-rights.ts";

const schema = z.strictObject({
  email: emailSchema.describe("what they sign in by; unique in the tenant"),
  displayName: displayNameSchema,
  rights: z
    .array(z.enum(RIGHTS))
    .max(RIGHTS.length)
    .default([])
    .describe("Curfew's own; those that are not listed are taken away"),
  password: secretSchema
    .optional()
    .describe("12 characters and more; left out, it stays as it is, and a new user cannot sign in yet"),
  mustChangePassword: z
    .boolean()
    .default(true)
    .describe(
      "whether they choose another when they first sign in with the password that is set here; one's own never has to be",
    ),
  totpSecret: secretSchema
    .nullable()
    .optional()
    .describe("the second factor's secret, in base32; left out, it stays as it is; null takes it away"),
  linkedTo: referenceSchema
    .nullable()
    .default(null)
    .describe(
      "the identity of the same human; an operator's tie to another tenant stays when it is left out",
    ),
  locked: lockedSchema,
});
type Spec = z.output<typeof schema>;

export const userKind = defineKind<Spec>({
  kind: "User",
  schema,
  keeps: ["locked"],
  steps: (spec, given) => userSteps(spec, isGivenIn(given, "linkedTo")),
  find: (tx, name) => findPrincipal(tx, "user", name),
  remove: removePrincipal,
  read: (tx, page) => readPrincipals(tx, "user", page, specOf),
});

function isGivenIn(given: unknown, field: string): boolean {
  return typeof given === "object" && given !== null && Object.hasOwn(given, field);
}

function userSteps(spec: Spec, saysLink: boolean): DocumentSteps {
  const { password } = spec;
  let hash: PasswordHash | null = null;
  let refusal: Rejection | null = null;
  const hashing = (clear: string): Required<Pick<DocumentSteps, "prepare">> => ({
    async prepare({ secrets }, credentials) {
      const current = (await credentials())?.passwordHash ?? null;
      const same = current !== null && (await secrets.passwordMatches(clear, current));
      const made = same ? accept(current) : await secrets.accounts.hashPassword(clear);
      if (made.ok) hash = made.value;
      else refusal = made.rejection;
    },
  });
  return {
    ...(password === undefined ? {} : hashing(password)),
    reserve: (context, identity) => reservePrincipal(context, "user", identity, spec.displayName),
    async put(context, identity) {
      if (refusal !== null) return context.fault("/spec/password", refusal.message, refusal.code);
      return putUser(context, { ...spec, saysLink }, hash, identity);
    },
  };
}

async function putUser(
  context: DocumentContext,
  spec: Spec & { readonly saysLink: boolean },
  hash: PasswordHash | null,
  identity: ObjectIdentity,
): Promise<PutResult | null> {
  const { tx, tenant } = context;
  const ref: PrincipalRef = { tenantId: tenant.id, objectId: asId<ObjectId>(identity.id) };
  const email = spec.email.toLowerCase();
  const current = await tx.principals.find(ref.objectId);
  const held = await tx.directory.rightsOf(ref.objectId);
  if (!mayChangeRights(context, ref.objectId, held, spec.rights)) return null;
  const holder = await tx.principals.withEmail(email);
  if (holder !== null && holder.objectId !== ref.objectId) {
    const message = `\`${email}\` belongs to the user \`${holder.name}\`; give this document that name if they are meant, another address if not`;
    return context.fault("/spec/email", message, "name_taken");
  }
  const tied = current?.linkedTo ?? null;
  const keeps = !spec.saysLink && tied !== null && tied.tenantId !== tenant.id;
  const linkedTo = spec.linkedTo === null ? null : await resolveLink(context, spec.linkedTo, ref);
  if (spec.linkedTo !== null && linkedTo === null) return null;
  if (!keeps && refusesUnlinking(context, tied, linkedTo)) return null;
  const record: Omit<PrincipalRecord, "lock"> = {
    objectId: ref.objectId,
    kind: "user",
    name: current?.name ?? context.name,
    displayName: spec.displayName,
    email,
    linkedTo: keeps ? tied : linkedTo,
  };
  const fields = changedFields(identity.isNew ? null : profileOf(current), profileOf(record));
  if (fields.length > 0) await tx.principals.save(record);
  const rights = await putRights(tx, ref.objectId, held, spec.rights);
  const locked = await putLocked(context, identity, spec.locked);
  if (locked === null) return null;
  const signIn = await putSignIn(context, spec, { hash, ref, email });
  if (signIn === null) return null;
  const note = signIn.isUnknown ? { note: NOT_COMPARED } : {};
  return { fields: [...fields, ...rights, ...locked, ...signIn.fields], ...note };
}

const NOT_COMPARED =
  "whether its password is another one is found out when this is applied: a dry run hashes none";

interface SignIn {
  /** Null where no password was given, and where nothing will be stored. */
  readonly hash: PasswordHash | null;
  readonly ref: PrincipalRef;
  readonly email: string;
}

/** An account follows the user's e-mail; a password or factor is stored only where it is another one. */
async function putSignIn(
  context: DocumentContext,
  spec: Spec,
  { hash, ref, email }: SignIn,
): Promise<{ readonly fields: string[]; readonly isUnknown: boolean } | null> {
  const { tx, deps } = context;
  const { accounts } = deps.secrets;
  const { passwordHash, totpSealed, email: accountEmail } = await tx.principals.credentialsOf(ref.objectId);
  const fields: string[] = [];
  if (spec.password !== undefined) {
    const fits = accounts.passwordFits(spec.password);
    if (!fits.ok) return context.fault("/spec/password", fits.rejection.message, fits.rejection.code);
  }
  const isUnhashed = spec.password !== undefined && hash === null;
  const wanted = hash ?? passwordHash ?? (isUnhashed ? accounts.noPassword : null);
  if (wanted !== null && (wanted !== passwordHash || accountEmail !== email)) {
    // What somebody else knows is no proof of who one is for long.
    const isGiven = spec.mustChangePassword && !samePrincipal(context.caller.ref, ref);
    const answer = await tx.accounts.setPassword(ref, email, wanted, isGiven);
    if (answer === "email_taken") {
      return context.fault(
        "/spec/email",
        `somebody else signs in as \`${email}\`; give another e-mail address`,
        "name_taken",
      );
    }
    if (wanted !== passwordHash) fields.push("password");
  }
  const done = { fields, isUnknown: isUnhashed && passwordHash !== null };
  if (spec.totpSecret === undefined) return done;
  if (spec.totpSecret === null) {
    if (totpSealed === null) return done;
    await tx.accounts.setTotp(ref, null);
    fields.push("totpSecret");
    return done;
  }
  if (wanted === null)
    return context.fault("/spec/totpSecret", "a second factor needs a password beside it; give one");
  const made = accounts.newTotp(ref, email, spec.totpSecret);
  if (!made.ok) return context.fault("/spec/totpSecret", made.rejection.message);
  if (totpSealed !== null && deps.secrets.openTotp(ref, totpSealed) === made.value.base32) return done;
  await tx.accounts.setTotp(ref, made.value.sealed);
  fields.push("totpSecret");
  return done;
}

/** The tie is one step, never a chain; only an operator ties people of two tenants. */
async function resolveLink(
  context: DocumentContext,
  text: string,
  self: PrincipalRef,
): Promise<PrincipalRef | null> {
  const pointer = "/spec/linkedTo";
  const [first = "", second] = text.split("/");
  const tenant = second === undefined ? context.tenant : await tenantOf(context.tx, first);
  const foreign = tenant !== null && tenant.id !== context.tenant.id;
  if (tenant === null || (foreign && !isOperator(context.caller))) {
    return context.fault(pointer, `there is no user \`${text}\` that you can see`);
  }
  const other = await context.tx.inside(tenant.id, (tx) =>
    resolvePrincipal({ ...context, tx, tenant }, pointer, second ?? first, ["user"]),
  );
  if (other === null) return null;
  if (other.objectId === self.objectId) return context.fault(pointer, "a user is not linked to itself");
  if (other.linkedTo !== null)
    return context.fault(pointer, `\`${text}\` is itself linked; link both to the same identity`);
  if (await context.tx.principals.isLinkedTo(self))
    return context.fault(pointer, "others are linked to this user; link them all to the same identity");
  return { tenantId: tenant.id, objectId: other.objectId };
}

/** What an operator tied across tenants, a tenant does not untie: it keeps a person from deciding twice (I2). */
function refusesUnlinking(
  context: DocumentContext,
  held: PrincipalRef | null,
  wanted: PrincipalRef | null,
): boolean {
  if (held === null || held.tenantId === context.tenant.id) return false;
  if (wanted !== null && samePrincipal(held, wanted)) return false;
  const sentence = "this link to another tenant was made by an operator; only an operator changes it";
  const allowed = mayOperate(context.caller, sentence);
  if (allowed.ok) return false;
  context.fault("/spec/linkedTo", allowed.rejection.message, allowed.rejection.code);
  return true;
}

function profileOf(record: Omit<PrincipalRecord, "lock"> | null): Record<string, unknown> {
  if (record === null) return {};
  return { displayName: record.displayName, email: record.email, linkedTo: record.linkedTo };
}

async function specOf(tx: Tx, record: PrincipalRecord): Promise<Record<string, unknown>> {
  const rights: Right[] = await tx.directory.rightsOf(record.objectId);
  return {
    email: record.email,
    displayName: record.displayName,
    ...(rights.length === 0 ? {} : { rights: rights.sort() }),
    ...(isLockedOut(record) ? { locked: true } : {}),
    // INVARIANT I12: whom an operator tied to somebody of another tenant, and where, is not this tenant's to read.
    ...(record.linkedTo?.tenantId === tx.tenantId
      ? { linkedTo: await principalWord(tx, record.linkedTo) }
      : {}),
  };
}
