/** Binding: what a role at a scope becomes in a target. */
import { z } from "zod";
import { asId, type BindingId } from "../../../domain/ids.ts";
import { sameScope, scopeCovers } from "../../../domain/scope.ts";
import type { Binding, TargetDefinition } from "../../../domain/target-binding.ts";
import type { Tx } from "../../ports.ts";
import { changedFields } from "../changed-fields.ts";
import { nameKey } from "../documents.ts";
import { defineKind, inTurn, named, type Place, type Put, pageOf, type Work } from "../kind.ts";
import { freshId } from "../places.ts";
import { resolveRole, resolveScope, roleWord, scopeWord } from "../references.ts";
import { jsonObjectSchema, referenceSchema } from "../spec-parts.ts";

const schema = z.strictObject({
  target: referenceSchema,
  role: referenceSchema,
  scope: referenceSchema.max(1_024).describe("a path, or the name of an application"),
  entitlement: jsonObjectSchema.describe("as the target's kind has it"),
  required: z.boolean().default(true).describe("whether a grant waits for it before it is live"),
  standing: z.boolean().default(false).describe("whether standing access is made real too"),
});
type Spec = z.output<typeof schema>;

export const bindingKind = defineKind<Spec>({
  kind: "Binding",
  schema,
  task: (spec) => ({ put: (work, place) => putBinding(work, spec, place) }),
  async find(tx, name) {
    return named(await tx.targets.bindings(), name);
  },
  async remove(work, found) {
    // Grants keep what they hold written down, so their ends are kept without it.
    await work.tx.targets.removeBinding(asId<BindingId>(found.id));
    return false;
  },
  async read(tx, page) {
    return inTurn(pageOf(await tx.targets.bindings(), page), async (binding) => ({
      id: binding.id,
      name: binding.name,
      spec: await specOf(tx, binding),
    }));
  },
});

async function putBinding(work: Work, spec: Spec, place: Place): Promise<Put | null> {
  const { tx, tenant } = work;
  const target = await resolveTarget(work, spec.target);
  const scope = await resolveScope(work, "/spec/scope", spec.scope);
  const applications = scope === null ? [] : await tx.applications.list();
  const pinned = applications.filter(
    (one) =>
      scope !== null &&
      one.deletedAt === null &&
      [one.scope, one.managedScope].some((at) => scopeCovers(at, scope)),
  );
  const role = await resolveRole(
    work,
    "/spec/role",
    spec.role,
    pinned.flatMap(({ roles }) => roles),
  );
  if (target === null || scope === null || role === null || !isEntitlement(work, spec, target)) return null;
  const current = (await tx.targets.bindings()).find(({ id }) => id === place.id) ?? null;
  const binding: Binding = {
    id: asId<BindingId>(place.id),
    tenantId: tenant.id,
    name: current?.name ?? work.name,
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
  return replace(work, current, binding, fields);
}

/** What live grants hold by the old one leaves its target; a new id tells the two apart. */
async function replace(work: Work, current: Binding, next: Binding, fields: string[]): Promise<Put> {
  const { tx, now } = work;
  await tx.targets.removeBinding(current.id);
  await tx.applied.bury("Binding", nameKey(current.name), current.id, now);
  const id = await freshId(tx, "Binding", current.name);
  await tx.targets.saveBinding({ ...next, id: asId<BindingId>(id) });
  return { fields, id };
}

async function resolveTarget(work: Work, text: string): Promise<TargetDefinition | null> {
  const targets = await work.tx.targets.list();
  const found = targets.find(({ id }) => id === text.toLowerCase()) ?? named(targets, text);
  if (found !== null || work.promised("Target", text)) return found;
  return work.fault(
    "/spec/target",
    `there is no target \`${text}\` in \`${work.tenant.name}\`; make it first`,
  );
}

function isEntitlement(work: Work, spec: Spec, target: TargetDefinition): boolean {
  const faults = work.deps.targetKinds.entitlementFaults(target.kind, spec.entitlement);
  for (const { path, message } of faults) work.fault(`/spec/entitlement${path}`, message);
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
