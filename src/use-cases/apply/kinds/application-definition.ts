/** ApplicationDefinition: an offer, by which a publisher's principals may ask for roles where a consumer runs it. */
import { z } from "zod";
import type { Authorization, Offer, Visibility } from "../../../domain/application.ts";
import { asId, type OfferId, type TenantId } from "../../../domain/ids.ts";
import { refOf } from "../../../domain/principal.ts";
import type { RoleDefinition } from "../../../domain/role-definition.ts";
import { removeLifecycleWebhook } from "../../applications/lifecycle-webhook.ts";
import type { Tx } from "../../ports.ts";
import { changedFields } from "../changed-fields.ts";
import { guidSchema, tenantNameSchema } from "../documents.ts";
import {
  type DocumentContext,
  defineKind,
  few,
  type ObjectIdentity,
  oneByOne,
  type PutResult,
} from "../kind.ts";
import { readLogo } from "../logo.ts";
import {
  addVersion,
  authorizationKey,
  contentChanges,
  latestContent,
  type OfferContent,
} from "../offer-versions.ts";
import { packageOf, packageSchema, packageWords } from "../package-spec.ts";
import { principalWord, resolvePrincipal, resolveRole, resolveTenant, roleWord } from "../references.ts";
import {
  descriptionSchema,
  displayNameSchema,
  logoSchema,
  referenceSchema,
  supportSchema,
} from "../spec-parts.ts";

const schema = z.strictObject({
  displayName: displayNameSchema,
  jitOffered: z.boolean().default(true).describe("whether a consumer may choose just-in-time access"),
  authorizations: z
    .array(z.strictObject({ principal: referenceSchema, role: referenceSchema }))
    .min(1)
    .max(100)
    .describe("principals of the publisher, groups included, and the roles they may ask for"),
  visibility: z
    .union([
      z.literal("nobody"),
      z.literal("everybody"),
      z.strictObject({ tenants: z.array(z.union([tenantNameSchema, guidSchema])).max(1_000) }),
    ])
    .default("nobody")
    .describe("who may deploy it: `nobody`, `everybody`, or `{tenants: [NAME]}`"),
  description: descriptionSchema.trim().default("").describe("what it is, for consumers: text, no markup"),
  support: supportSchema.optional(),
  logo: logoSchema.optional(),
  package: packageSchema,
});
type Spec = z.output<typeof schema>;

export const applicationDefinitionKind = defineKind<Spec>({
  kind: "ApplicationDefinition",
  schema,
  steps: (spec) => ({ put: (context, identity) => putOffer(context, spec, identity) }),
  ...few((tx) => tx.applications.ownOffers(), specOf),
  async remove(context, object) {
    // What was deployed stays: a deployment pins its version, and only its consumer ends it.
    await context.tx.applications.buryOffer(asId<OfferId>(object.id), context.now);
    await context.tx.resources.bury("applicationDefinition", object.id, context.now);
    await removeLifecycleWebhook(context.tx, object.name, context);
  },
});

async function putOffer(
  context: DocumentContext,
  spec: Spec,
  identity: ObjectIdentity,
): Promise<PutResult | null> {
  const { tx, tenant } = context;
  const content = await contentOf(context, spec);
  const visibility = await visibilityOf(context, spec.visibility);
  const logo = spec.logo === undefined ? null : readLogo(spec.logo);
  if (typeof logo === "string") return context.fault("/spec/logo", logo);
  if (content === null || visibility === null) return null;
  const id = asId<OfferId>(identity.id);
  const current = identity.isNew ? null : await latestContent(tx, id);
  const offer: Offer = {
    id,
    tenantId: tenant.id,
    name: current?.offer.name ?? context.name,
    displayName: spec.displayName,
    ...(spec.description === "" ? {} : { description: spec.description }),
    ...(spec.support === undefined ? {} : { support: spec.support }),
    ...(logo === null ? {} : { logo: logo.hash }),
    visibility,
    latestVersion: current?.offer.latestVersion ?? 0,
  };
  const outside = changedFields(current === null ? null : stated(current.offer), stated(offer));
  const inside = contentChanges(current, content);
  const keepLogo = async () => {
    if (outside.includes("logo")) await tx.applications.saveLogo(id, logo?.png ?? null);
  };
  if (inside.length > 0) {
    const next = await addVersion(tx, offer, content);
    await keepLogo();
    return {
      fields: [...outside, ...inside],
      note: `version ${next.latestVersion}; deployments keep theirs until their consumer accepts it`,
    };
  }
  if (outside.length > 0) await tx.applications.saveOffer(offer);
  await keepLogo();
  return { fields: outside };
}

/** INVARIANT I15: a group of the publisher is authorized like any other principal. */
async function contentOf(context: DocumentContext, spec: Spec): Promise<OfferContent | null> {
  const authorizations = new Map<string, Authorization>();
  const roles = new Map<string, RoleDefinition>();
  let complete = true;
  for (const [index, given] of spec.authorizations.entries()) {
    const pointer = `/spec/authorizations/${index}`;
    const principal = await resolvePrincipal(context, `${pointer}/principal`, given.principal);
    const role = await resolveRole(context, `${pointer}/role`, given.role);
    if (principal === null || role === null) {
      complete = false;
      continue;
    }
    const ref = refOf({ tenantId: context.tenant.id, objectId: principal.objectId });
    const authorization = { principal: ref, roleDefinitionId: role.id };
    authorizations.set(authorizationKey(authorization), authorization);
    roles.set(role.id, role);
  }
  const form = packageOf(context, spec.package, spec.jitOffered);
  if (!complete || form === undefined) return null;
  return {
    jitOffered: spec.jitOffered,
    package: form,
    authorizations: [...authorizations.values()],
    roles: [...roles.values()],
  };
}

async function visibilityOf(context: DocumentContext, given: Spec["visibility"]): Promise<Visibility | null> {
  if (typeof given === "string") return { to: given };
  const tenantIds: TenantId[] = [];
  for (const [index, text] of given.tenants.entries()) {
    const tenant = await resolveTenant(context, `/spec/visibility/tenants/${index}`, text);
    if (tenant !== null) tenantIds.push(tenant.id);
  }
  if (tenantIds.length < given.tenants.length) return null;
  return { to: "tenants", tenantIds: [...new Set(tenantIds)].sort() };
}

function stated({ displayName, description, support, logo, visibility }: Offer): Record<string, unknown> {
  return { displayName, description, support, logo, visibility };
}

async function specOf(tx: Tx, offer: Offer): Promise<Record<string, unknown>> {
  const latest = await latestContent(tx, offer.id);
  const authorizations = await oneByOne(latest?.authorizations ?? [], async (one) => ({
    principal: await principalWord(tx, one.principal),
    role: await roleWord(tx, one.roleDefinitionId),
  }));
  const jitOffered = latest?.jitOffered ?? false;
  const logo = offer.logo === undefined ? null : await tx.applications.logo(offer.tenantId, offer.id);
  return {
    displayName: offer.displayName,
    ...(offer.description === undefined ? {} : { description: offer.description }),
    ...(offer.support === undefined ? {} : { support: offer.support }),
    ...(logo === null ? {} : { logo: logo.toString("base64") }),
    jitOffered,
    authorizations,
    visibility: await visibilityWord(tx, offer.visibility),
    ...(latest?.package == null ? {} : { package: packageWords(latest.package) }),
  };
}

async function visibilityWord(tx: Tx, visibility: Visibility): Promise<unknown> {
  if (visibility.to !== "tenants") return visibility.to;
  return {
    tenants: await oneByOne(visibility.tenantIds, async (id) => (await tx.tenants.find(id))?.name ?? id),
  };
}
