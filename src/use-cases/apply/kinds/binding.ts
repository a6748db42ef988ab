/** Binding: what a role at a scope becomes in a target. */
import { z } from "zod";
import { asId, type BindingId } from "../../../domain/ids.ts";
import { sameScope, scopeCovers } from "../../../domain/scope.ts";
import type { Binding, TargetDefinition } from "../../../domain/target-binding.ts";
import type { Tx } from "../../ports.ts";
import { changedFields } from "../changed-fields.ts";
import { nameKey } from "../documents.ts";
import {
  type DocumentContext,
  defineKind,
  few,
  named,
  type ObjectIdentity,
  type PutResult,
} from "../kind.ts";
import { freshId } from "../object-identity.ts";
import { resolveRole, resolveScope, roleWord, scopeWord } from "../references.ts";
import { jsonObjectSchema, referenceSchema, scopeReferenceSchema } from "../spec-parts.ts";

const schema = z.strictObject({
  target: referenceSchema.describe("a Target of this tenant"),
  role: referenceSchema,
  scope: scopeReferenceSchema,
  entitlement: jsonObjectSchema.describe("as the target's kind has it"),
  required: z.boolean().default(true).describe("whether a grant waits for it before it is live"),
  standing: z.boolean().default(false).describe("whether standing access is made real too"),
});
type Spec = z.output<typeof schema>;

export const bindingKind = defineKind<Spec>({
  kind: "Binding",
  schema,
  steps: (spec) => ({ put: (context, identity) => putBinding(context, spec, identity) }),
  ...few((tx) => tx.targets.bindings(), specOf),
  async remove(context, object) {
    // Grants keep what they hold written down, so their ends are kept without it.
    await context.tx.targets.removeBinding(asId<BindingId>(object.id));
  },
});

async function putBinding(
  context: DocumentContext,
  spec: Spec,
  identity: ObjectIdentity,
): Promise<PutResult | null> {
  const { tx, tenant } = context;
  const target = await resolveTarget(context, spec.target);
  const scope = await resolveScope(context, "/spec/scope", spec.scope);
  const applications = scope === null ? [] : await tx.applications.list();
  const pinned = applications.filter(
    (one) => scope !== null && [one.scope, one.managedScope].some((at) => scopeCovers(at, scope)),
  );
  const role = await resolveRole(
    context,
    "/spec/role",
    spec.role,
    pinned.flatMap(({ roles }) => roles),
  );
  if (target === null || scope === null || role === null || !isEntitlement(context, spec, target))
    return null;
  const current = (await tx.targets.bindings()).find(({ id }) => id === identity.id) ?? null;
  const binding: Binding = {
    id: asId<BindingId>(identity.id),
    tenantId: tenant.id,
    name: current?.name ?? context.name,
    targetId: target.id,
    roleDefinitionId: role.id,
    scope: current !== null && sameScope(current.scope, scope) ? current.scope : scope,
    entitlement: spec.entitlement,
    required: spec.required,
    standing: spec.standing,
  };
  const fields = changedFields(current === null ? null : stated(current), stated(binding));
  if (fields.length === 0) return { fields };
  if (current === null || !fields.some((field) => field in meaning(binding))) {
    await tx.targets.saveBinding(binding);
    return { fields };
  }
  return replace(context, current, binding, fields);
}

/** What live grants hold by the old one leaves its target; a new id tells the two apart. */
async function replace(
  context: DocumentContext,
  current: Binding,
  next: Binding,
  fields: string[],
): Promise<PutResult> {
  const { tx, now } = context;
  await tx.targets.removeBinding(current.id);
  await tx.applied.bury("Binding", nameKey(current.name), current.id, now);
  const id = await freshId(tx, "Binding", current.name);
  await tx.targets.saveBinding({ ...next, id: asId<BindingId>(id) });
  return { fields, id };
}

async function resolveTarget(context: DocumentContext, text: string): Promise<TargetDefinition | null> {
  const targets = await context.tx.targets.list();
  const found = targets.find(({ id }) => id === text.toLowerCase()) ?? named(targets, text);
  if (found !== null || context.promised("Target", text)) return found;
  return context.fault(
    "/spec/target",
    `there is no target \`${text}\` in \`${context.tenant.name}\`; make it first`,
  );
}

function isEntitlement(context: DocumentContext, spec: Spec, target: TargetDefinition): boolean {
  const faults = context.deps.targetKinds.entitlementFaults(target.kind, spec.entitlement);
  for (const { path, message } of faults) context.fault(`/spec/entitlement${path}`, message);
  return faults.length === 0;
}

/** What a binding means; the rest only says when it counts. */
function meaning({ targetId, roleDefinitionId, scope, entitlement }: Binding): Record<string, unknown> {
  return { target: targetId, role: roleDefinitionId, scope, entitlement };
}

function stated(binding: Binding): Record<string, unknown> {
  return { ...meaning(binding), required: binding.required, standing: binding.standing };
}

async function specOf(tx: Tx, binding: Binding): Promise<Record<string, unknown>> {
  const target = await tx.targets.find(binding.targetId);
  return {
    target: target?.name ?? binding.targetId,
    role: await roleWord(tx, binding.roleDefinitionId),
    scope: await scopeWord(tx, binding.scope),
    entitlement: binding.entitlement,
    required: binding.required,
    standing: binding.standing,
  };
}
