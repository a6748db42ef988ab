/** RoleSettings: the rules for activating one role at one scope. */
import { z } from "zod";
import type { RoleDefinition } from "../../../domain/role-definition.ts";
import { type SettingsOverride, withOverride } from "../../../domain/role-settings.ts";
import { type Scope, sameScope } from "../../../domain/scope.ts";
import { BUILT_IN_TIERS, type Tier, tierFor, tierSettings } from "../../../policy/tiers.ts";
import type { Named, RoleSettingsBody } from "../../configuration-ports.ts";
import type { Tx } from "../../ports.ts";
import { changedFields } from "../changed-fields.ts";
import { defineKind, inTurn, named, type Place, type Put, pageOf, type Work } from "../kind.ts";
import { type Resolving, resolveRole, resolveScope, roleWord, scopeWord } from "../references.ts";
import {
  fieldWords,
  overrideFields,
  overrideOf,
  overrideWords,
  requireCoherent,
  requireDecidable,
} from "../settings-override.ts";
import { referenceSchema } from "../spec-parts.ts";

export const roleSettingsSchema = z.strictObject({
  role: referenceSchema,
  scope: referenceSchema.max(1_024).describe("a path, or the name of an application"),
  tier: z.string().min(1).max(128).nullable().default(null).describe("fills what is left open here"),
  ...overrideFields,
});
type Spec = z.output<typeof roleSettingsSchema>;

export const roleSettingsKind = defineKind<Spec>({
  kind: "RoleSettings",
  schema: roleSettingsSchema,
  task: (spec) => ({ put: (work, place) => putSettings(work, spec, place) }),
  async find(tx, name) {
    return named(await tx.policy.namedSettings(), name);
  },
  async remove(work, found) {
    await work.tx.policy.removeSettings(found.id);
    return false;
  },
  async read(tx, page) {
    return inTurn(pageOf(await tx.policy.namedSettings(), page), async (one) => ({
      id: one.id,
      name: one.name,
      spec: await specOf(tx, one.body),
    }));
  },
});

/** What a spec says, with every name resolved. */
export interface MeantSettings {
  readonly role: RoleDefinition;
  readonly scope: Scope;
  readonly tier: string | null;
  readonly override: SettingsOverride;
}

/** Null where faults were noted: a name is unknown, or the whole makes no sense there. */
export async function resolveSettingsSpec(work: Resolving, spec: Spec): Promise<MeantSettings | null> {
  const { tx } = work;
  const { role: roleText, scope: scopeText, tier: tierText, ...rest } = spec;
  const role = await resolveRole(work, "/spec/role", roleText);
  const scope = await resolveScope(work, "/spec/scope", scopeText);
  const tiers = await tx.policy.tiers();
  const tier = tierText === null ? null : tierNamed(work, tierText, tiers);
  if (role === null || scope === null || (tierText !== null && tier === null)) return null;
  const application = await tx.applications.at(scope);
  if (application?.jitAccess.enabled) {
    const message = `the JIT policy of \`${application.name}\` rules there, with what is set above it for your own people; change \`jit\` of that Application, or set rules above it`;
    return work.fault("/spec/scope", message);
  }
  const base = tierSettings(tier ?? tierFor(role, tiers), tiers);
  const override = await overrideOf(work, rest, base);
  if (override === null || !(await isSound(work, override, base))) return null;
  return { role, scope, tier, override };
}

async function putSettings(work: Work, spec: Spec, place: Place): Promise<Put | null> {
  const { tx } = work;
  const meant = await resolveSettingsSpec(work, spec);
  if (meant === null) return null;
  const { role, scope, tier, override } = meant;
  const all = await tx.policy.namedSettings();
  const rival = all.find(
    ({ id, body }) => id !== place.id && body.roleDefinitionId === role.id && sameScope(body.scope, scope),
  );
  if (rival !== undefined) {
    return work.fault(
      "/spec/scope",
      `\`${rival.name}\` already rules ${role.name} at this scope; change or remove it`,
      "name_taken",
    );
  }
  const current = all.find(({ id }) => id === place.id) ?? null;
  const body: RoleSettingsBody = {
    roleDefinitionId: role.id,
    scope: current !== null && sameScope(current.body.scope, scope) ? current.body.scope : scope,
    tier,
    override,
    version: (current?.body.version ?? 0) + 1,
  };
  const fields = changedFields(current === null ? null : stated(current.body), stated(body));
  if (fields.length > 0)
    await tx.policy.saveSettings({ id: place.id, name: current?.name ?? work.name, body });
  return { fields };
}

function tierNamed(work: Resolving, text: string, tiers: readonly Tier[]): string | null {
  const builtIn = Object.keys(BUILT_IN_TIERS).find((name) => name === text.toLowerCase());
  const found = named(tiers, text)?.name ?? builtIn;
  if (found !== undefined) return found;
  if (work.promised("Tier", text)) return null;
  return work.fault(
    "/spec/tier",
    `there is no tier \`${text}\`; use standard, critical, low or a Tier of this tenant`,
  );
}

async function isSound(
  work: Resolving,
  override: SettingsOverride,
  base: Parameters<typeof withOverride>[0],
): Promise<boolean> {
  const settings = withOverride(base, override);
  return requireCoherent(work, settings) && (await requireDecidable(work, settings.approval));
}

function stated({ roleDefinitionId, scope, tier, override }: RoleSettingsBody): Record<string, unknown> {
  return { ...fieldWords({ ...override }), role: roleDefinitionId, scope, tier };
}

async function specOf(tx: Tx, body: Named<RoleSettingsBody>["body"]): Promise<Record<string, unknown>> {
  return {
    role: await roleWord(tx, body.roleDefinitionId as RoleDefinition["id"]),
    scope: await scopeWord(tx, body.scope),
    tier: body.tier,
    ...(await overrideWords(tx, body.override)),
  };
}
