/** Tier: a tenant's own template of role settings, or its redefinition of a built-in one. */
import { z } from "zod";
import { type SettingsOverride, withOverride } from "../../../domain/role-settings.ts";
import { BUILT_IN_TIERS, type Tier, tierSettings } from "../../../policy/tiers.ts";
import type { Tx } from "../../ports.ts";
import { changedFields } from "../changed-fields.ts";
import { deriveId } from "../derive-id.ts";
import { nameKey } from "../documents.ts";
import {
  type DocumentContext,
  defineKind,
  few,
  type NamedObject,
  named,
  oneByOne,
  type PutResult,
} from "../kind.ts";
import type { Resolving } from "../references.ts";
import {
  fieldWords,
  overrideFields,
  overrideOf,
  overrideWords,
  requireCoherent,
  requireDecidable,
} from "../settings-override.ts";
import { actionSchema } from "../spec-parts.ts";

export const tierSchema = z.strictObject({
  ...overrideFields,
  rolesPermitting: z
    .array(actionSchema)
    .max(100)
    .default([])
    .describe("roles that permit an action matching one of these patterns belong to the tier"),
});
type Spec = z.output<typeof tierSchema>;

export const tierKind = defineKind<Spec>({
  kind: "Tier",
  schema: tierSchema,
  steps: (spec) => ({ put: (context) => putTier(context, spec) }),
  ...few(tiersOf, async (tx, tier) => ({
    ...(await overrideWords(tx, tier.override)),
    rolesPermitting: tier.rolesPermitting,
  })),
  remove: removeTier,
});

/** A tier is known by its name alone; its id tells it from an earlier one of that name. */
async function tiersOf(tx: Tx, name?: string): Promise<(Tier & NamedObject)[]> {
  const wanted = (await tx.policy.tiers()).filter(
    (tier) => name === undefined || nameKey(tier.name) === nameKey(name),
  );
  return oneByOne(wanted, async (tier) => {
    const { length } = await tx.applied.tombstones("Tier", nameKey(tier.name));
    return { ...tier, id: deriveId(tx.tenantId, "Tier", tier.name, length) };
  });
}

/** The tier as it would be stored, beside what is; null where faults were noted. */
export async function resolveTierSpec(
  context: Resolving,
  given: string,
  spec: Spec,
): Promise<{ readonly tier: Tier; readonly current: Tier | null } | null> {
  const current = named(await context.tx.policy.tiers(), given);
  const name = current?.name ?? given;
  const base = BUILT_IN_TIERS[name.toLowerCase()] ?? tierSettings("standard", []);
  const { rolesPermitting, ...rest } = spec;
  const override = await overrideOf(context, rest, base);
  if (override === null || !(await isSound(context, override, base))) return null;
  return { tier: { name, override, rolesPermitting, version: (current?.version ?? 0) + 1 }, current };
}

async function putTier(context: DocumentContext, spec: Spec): Promise<PutResult | null> {
  const resolved = await resolveTierSpec(context, context.name, spec);
  if (resolved === null) return null;
  const { tier, current } = resolved;
  const fields = changedFields(current === null ? null : stated(current), stated(tier));
  if (fields.length === 0 && current !== null) return { fields };
  await context.tx.policy.saveTier(tier);
  return { fields };
}

/** A template may leave approvers to those who use it; the ones it names must be able to decide. */
async function isSound(
  context: Resolving,
  override: SettingsOverride,
  base: Parameters<typeof withOverride>[0],
): Promise<boolean> {
  if (!requireCoherent(context, withOverride(base, override))) return false;
  const { approval } = override;
  if (approval === undefined || approval.mode === "automatic") return true;
  if (approval.stages.every((stage) => stage.approvers.length === 0)) return true;
  return requireDecidable(context, approval);
}

function stated({
  override,
  rolesPermitting,
}: Pick<Tier, "override" | "rolesPermitting">): Record<string, unknown> {
  return { ...fieldWords({ ...override }), rolesPermitting };
}

async function removeTier(context: DocumentContext, { name }: NamedObject): Promise<undefined> {
  const user = (await context.tx.policy.namedSettings()).find(
    ({ body }) => body.tier?.toLowerCase() === name.toLowerCase(),
  );
  if (user === undefined || BUILT_IN_TIERS[name] !== undefined) await context.tx.policy.removeTier(name);
  else context.fault("", `the settings \`${user.name}\` still name the tier \`${name}\`; change them first`);
}
