/** Tier: a tenant's own template of role settings, or its redefinition of a built-in one. */
import { z } from "zod";
import { type SettingsOverride, withOverride } from "../../../domain/role-settings.ts";
import { BUILT_IN_TIERS, type Tier, tierSettings } from "../../../policy/tiers.ts";
import type { Tx } from "../../ports.ts";
import { changedFields } from "../changed-fields.ts";
import { deriveId } from "../derive-id.ts";
import { nameKey } from "../documents.ts";
import { defineKind, type Found, inTurn, named, type Put, pageOf, type Work } from "../kind.ts";
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
  task: (spec) => ({ put: (work) => putTier(work, spec) }),
  async find(tx, name) {
    const found = named(await tx.policy.tiers(), name);
    return found === null ? null : { id: await tierId(tx, found.name), name: found.name };
  },
  remove: removeTier,
  async read(tx, page) {
    return inTurn(pageOf(await tx.policy.tiers(), page), async (tier) => ({
      id: await tierId(tx, tier.name),
      name: tier.name,
      spec: { ...(await overrideWords(tx, tier.override)), rolesPermitting: tier.rolesPermitting },
    }));
  },
});

/** A tier is known by its name alone; its id tells it from an earlier one of that name. */
async function tierId(tx: Tx, name: string): Promise<string> {
  return deriveId(tx.tenantId, "Tier", name, (await tx.applied.tombstones("Tier", nameKey(name))).length);
}

/** The tier as it would be stored, beside what is; null where faults were noted. */
export async function resolveTierSpec(
  work: Resolving,
  given: string,
  spec: Spec,
): Promise<{ readonly tier: Tier; readonly current: Tier | null } | null> {
  const current = named(await work.tx.policy.tiers(), given);
  const name = current?.name ?? given;
  const base = BUILT_IN_TIERS[name.toLowerCase()] ?? tierSettings("standard", []);
  const { rolesPermitting, ...rest } = spec;
  const override = await overrideOf(work, rest, base);
  if (override === null || !(await isSound(work, override, base))) return null;
  return { tier: { name, override, rolesPermitting, version: (current?.version ?? 0) + 1 }, current };
}

async function putTier(work: Work, spec: Spec): Promise<Put | null> {
  const resolved = await resolveTierSpec(work, work.name, spec);
  if (resolved === null) return null;
  const { tier, current } = resolved;
  const fields = changedFields(current === null ? null : stated(current), stated(tier));
  if (fields.length === 0 && current !== null) return { fields };
  await work.tx.policy.saveTier(tier);
  return { fields };
}

/** A template may leave approvers to those who use it; the ones it names must be able to decide. */
async function isSound(
  work: Resolving,
  override: SettingsOverride,
  base: Parameters<typeof withOverride>[0],
): Promise<boolean> {
  if (!requireCoherent(work, withOverride(base, override))) return false;
  const { approval } = override;
  if (approval === undefined || approval.mode === "automatic") return true;
  if (approval.stages.every((stage) => stage.approvers.length === 0)) return true;
  return requireDecidable(work, approval);
}

function stated({
  override,
  rolesPermitting,
}: Pick<Tier, "override" | "rolesPermitting">): Record<string, unknown> {
  return { ...fieldWords({ ...override }), rolesPermitting };
}

async function removeTier(work: Work, found: Found): Promise<boolean> {
  const user = (await work.tx.policy.namedSettings()).find(
    ({ body }) => body.tier?.toLowerCase() === found.name.toLowerCase(),
  );
  if (user !== undefined && BUILT_IN_TIERS[found.name] === undefined) {
    work.fault("", `the settings \`${user.name}\` still name the tier \`${found.name}\`; change them first`);
    return false;
  }
  await work.tx.policy.removeTier(found.name);
  return false;
}
