/** RoleDefinition: a tenant's own named set of permissions. */
import { z } from "zod";
import { asId, type RoleDefinitionId } from "../../../domain/ids.ts";
import { BUILT_IN_ROLES, type RoleDefinition } from "../../../domain/role-definition.ts";
import type { Scope } from "../../../domain/scope.ts";
import type { Tx } from "../../ports.ts";
import { changedFields } from "../changed-fields.ts";
import {
  type DocumentContext,
  defineKind,
  few,
  type NamedObject,
  named,
  type ObjectIdentity,
  oneByOne,
  type PutResult,
} from "../kind.ts";
import { refreshOffers } from "../offer-versions.ts";
import { resolveScope, scopeWord } from "../references.ts";
import { actionsSchema, descriptionSchema, scopeReferenceSchema } from "../spec-parts.ts";
import { useOf } from "../use.ts";

const schema = z.strictObject({
  description: descriptionSchema.default(""),
  actions: actionsSchema.default([]).describe("what it permits, such as Microsoft.Storage/*/read"),
  notActions: actionsSchema.default([]).describe("what it does not permit all the same"),
  dataActions: actionsSchema.default([]).describe("as `actions`, on data"),
  notDataActions: actionsSchema.default([]).describe("as `notActions`, on data"),
  assignableScopes: z
    .array(scopeReferenceSchema)
    .min(1)
    .max(100)
    .default(["/"])
    .describe("where it may be held, and below"),
});
type Spec = z.output<typeof schema>;

export const roleDefinitionKind = defineKind<Spec>({
  kind: "RoleDefinition",
  schema,
  steps: (spec) => ({ put: (context, identity) => putRole(context, spec, identity) }),
  ...few(ownRoles, async (tx, role) => ({
    description: role.description,
    ...role.permissions,
    assignableScopes: await oneByOne(role.assignableScopes, (scope) => scopeWord(tx, scope)),
  })),
  remove: removeRole,
});

async function putRole(
  context: DocumentContext,
  spec: Spec,
  identity: ObjectIdentity,
): Promise<PutResult | null> {
  const { tx, tenant } = context;
  if (named(BUILT_IN_ROLES, context.name) !== null) {
    return context.fault(
      "/name",
      `\`${context.name}\` is built in and the same for every tenant; choose another name`,
      "name_taken",
    );
  }
  if (spec.actions.length + spec.dataActions.length === 0) {
    return context.fault("/spec/actions", "a role permits at least one action or data action");
  }
  const assignableScopes: Scope[] = [];
  for (const [index, text] of spec.assignableScopes.entries()) {
    const scope = await resolveScope(context, `/spec/assignableScopes/${index}`, text);
    if (scope !== null) assignableScopes.push(scope);
  }
  if (assignableScopes.length < spec.assignableScopes.length) return null;
  const current = (await ownRoles(tx)).find(({ id }) => id === identity.id) ?? null;
  const { description, assignableScopes: _, ...permissions } = spec;
  const role: RoleDefinition = {
    id: asId<RoleDefinitionId>(identity.id),
    tenantId: tenant.id,
    name: current?.name ?? context.name,
    description,
    permissions,
    assignableScopes,
  };
  const fields = changedFields(current === null ? null : stated(current), stated(role));
  if (fields.length > 0) await tx.policy.saveRole(role);
  if (fields.length > 0 && current !== null) await refreshOffers(tx, role);
  return { fields };
}

async function removeRole(context: DocumentContext, object: NamedObject): Promise<undefined> {
  const { tx } = context;
  const id = asId<RoleDefinitionId>(object.id);
  const use =
    (await offerWith(tx, id)) ??
    (await useOf(tx, (one) => one.roleDefinitionId === id, { roleDefinitionId: id }));
  if (use === null) await tx.policy.removeRole(id);
  else context.fault("", `the role \`${object.name}\` is still used by ${use}; change that first`);
}

async function offerWith(tx: Tx, id: RoleDefinitionId): Promise<string | null> {
  for (const offer of await tx.applications.ownOffers()) {
    const latest = await tx.applications.offer(tx.tenantId, offer.id);
    if (latest?.version.roles.some((role) => role.id === id)) return `the offer \`${offer.name}\``;
  }
  return null;
}

async function ownRoles(tx: Tx): Promise<RoleDefinition[]> {
  return (await tx.policy.roles()).filter(({ tenantId }) => tenantId !== null);
}

function stated({ description, permissions, assignableScopes }: RoleDefinition): Record<string, unknown> {
  return { description, ...permissions, assignableScopes };
}
