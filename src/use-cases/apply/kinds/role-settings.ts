/** RoleSettings: the rules for activating one role at one scope. */
import { z } from "zod";
import type { RoleDefinition } from "../../../domain/role-definition.ts";
import { type SettingsOverride, withOverride } from "../../../domain/role-settings.ts";
import { type Scope, sameScope } from "../../../domain/scope.ts";
import { BUILT_IN_TIERS, type Tier, tierFor, tierSettings } from "../../../policy/tiers.ts";
import type { Named, RoleSettingsBody } from "../../configuration-ports.ts";
import type { Tx } from "../../ports.ts";
import { changedFields } from "../changed-fields.ts";
import {
  type DocumentContext,
  defineKind,
  few,
  named,
  type ObjectIdentity,
  type PutResult,
} from "../kind.ts";
import { type Resolving, resolveRole, resolveScope, roleWord, scopeWord } from "../references.ts";
import {
  fieldWords,
  overrideFields,
  overrideOf,
  overrideWords,
  requireCoherent,
  requireDecidable,
} from "../settings-override.ts";
import { referenceSchema, scopeReferenceSchema } from "../spec-parts.ts";

export const roleSettingsSchema = z.strictObject({
  role: referenceSchema,
  scope: scopeReferenceSchema,
  tier: z.string().min(1).max(128).nullable().default(null).describe("fills what is left open here"),
  ...overrideFields,
});
type Spec = z.output<typeof roleSettingsSchema>;

export const roleSettingsKind = defineKind<Spec>({
  kind: "RoleSettings",
  schema: roleSettingsSchema,
  steps: (spec) => ({ put: (context, identity) => putSettings(context, spec, identity) }),
  ...few(
    (tx) => tx.policy.namedSettings(),
    (tx, { body }) => specOf(tx, body),
  ),
  async remove(context, object) {
    await context.tx.policy.removeSettings(object.id);
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
export async function resolveSettingsSpec(context: Resolving, spec: Spec): Promise<MeantSettings | null> {
  const { tx } = context;
  const { role: roleText, scope: scopeText, tier: tierText, ...rest } = spec;
  const role = await resolveRole(context, "/spec/role", roleText);
  const scope = await resolveScope(context, "/spec/scope", scopeText);
  const tiers = await tx.policy.tiers();
  const tier = tierText === null ? null : tierNamed(context, tierText, tiers);
  if (role === null || scope === null || (tierText !== null && tier === null)) return null;
  const application = await tx.applications.at(scope);
  if (application?.jitAccess.enabled) {
    const message = `the JIT policy of \`${application.name}\` rules there, with what is set above it for your own people; change \`jit\` of that Application, or set rules above it`;
    return context.fault("/spec/scope", message);
  }
  const base = tierSettings(tier ?? tierFor(role, tiers), tiers);
  const override = await overrideOf(context, rest, base);
  if (override === null || !(await isSound(context, override, base))) return null;
  return { role, scope, tier, override };
}

async function putSettings(
  context: DocumentContext,
  spec: Spec,
  identity: ObjectIdentity,
): Promise<PutResult | null> {
  const { tx } = context;
  const meant = await resolveSettingsSpec(context, spec);
  if (meant === null) return null;
  const { role, scope, tier, override } = meant;
  const all = await tx.policy.namedSettings();
  const rival = all.find(
    ({ id, body }) => id !== identity.id && body.roleDefinitionId === role.id && sameScope(body.scope, scope),
  );
  if (rival !== undefined) {
    return context.fault(
      "/spec/scope",
      `\`${rival.name}\` already rules ${role.name} at this scope; change or remove it`,
      "name_taken",
    );
  }
  const current = all.find(({ id }) => id === identity.id) ?? null;
  const body: RoleSettingsBody = {
    roleDefinitionId: role.id,
    scope: current !== null && sameScope(current.body.scope, scope) ? current.body.scope : scope,
    tier,
    override,
    version: (current?.body.version ?? 0) + 1,
  };
  const fields = changedFields(current === null ? null : stated(current.body), stated(body));
  if (fields.length > 0)
    await tx.policy.saveSettings({ id: identity.id, name: current?.name ?? context.name, body });
  return { fields };
}

function tierNamed(context: Resolving, text: string, tiers: readonly Tier[]): string | null {
  const builtIn = Object.keys(BUILT_IN_TIERS).find((name) => name === text.toLowerCase());
  const found = named(tiers, text)?.name ?? builtIn;
  if (found !== undefined) return found;
  if (context.promised("Tier", text)) return null;
  return context.fault(
    "/spec/tier",
    `there is no tier \`${text}\`; use standard, critical, low or a Tier of this tenant`,
  );
}

async function isSound(
  context: Resolving,
  override: SettingsOverride,
  base: Parameters<typeof withOverride>[0],
): Promise<boolean> {
  const settings = withOverride(base, override);
  return requireCoherent(context, settings) && (await requireDecidable(context, settings.approval));
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
