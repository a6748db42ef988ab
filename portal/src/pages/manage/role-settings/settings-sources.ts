/** Everything that the rules of one role at one place are made from. */
import { type Answer, type ItemOf, useApi, useTagged } from "../../../api/api.ts";
import type { Override } from "../rules/rule-values.ts";

export type Tier = ItemOf<"listTiers">;

export interface SettingsSources {
  readonly inForce: Answer<"readRoleSettingsInForce">;
  readonly tiers: readonly Tier[];
  /** What the rules here begin with: their own document, or a copy of the one above. */
  readonly begin: {
    readonly tier: string | null;
    readonly override: Override;
    /** The name of the document above; null where there is one here, or nothing to copy. */
    readonly copiedFrom: string | null;
    readonly tag: string | null;
  };
  /** The tier that fills what the documents leave open. */
  readonly filledBy: string;
}

export function useSettingsSources(roleDefinitionId: string, scope: string) {
  const inForce = useApi("readRoleSettingsInForce", { query: { roleDefinitionId, scope } });
  const tiers = useApi("listTiers", { query: { limit: 200 } });
  const above = inForce.data?.fields.find(({ from }) => from.kind === "roleSettings")?.from.name;
  const name = inForce.data?.documentName ?? above ?? null;
  const document = useTagged(
    "readConfiguration",
    { path: { kind: "RoleSettings", name: name ?? "" } },
    { enabled: name !== null },
  );
  const error = inForce.error ?? tiers.error ?? document.error;
  const again = () => {
    void inForce.refetch();
    void tiers.refetch();
  };
  if (
    inForce.data === undefined ||
    tiers.data === undefined ||
    (name !== null && document.data === undefined)
  )
    return { data: null, error, again };
  const data: SettingsSources = {
    inForce: inForce.data,
    tiers: tiers.data.items,
    begin: beginOf(inForce.data, document.data ?? null),
    filledBy: filledBy(inForce.data),
  };
  return { data, error: null, again };
}

function beginOf(
  { documentName, fields }: Answer<"readRoleSettingsInForce">,
  document: { answer: Answer<"readConfiguration">; tag: string | null } | null,
): SettingsSources["begin"] {
  // Rules above that name a tier and nothing else leave no other trace than that tier.
  if (document === null) return { tier: filledBy({ fields }), override: {}, copiedFrom: null, tag: null };
  const { role: _role, scope: _scope, tier, ...override } = document.answer.spec;
  const isHere = documentName !== null;
  return {
    tier: typeof tier === "string" ? tier : isHere ? null : filledBy({ fields }),
    override,
    copiedFrom: isHere ? null : document.answer.name,
    tag: isHere ? document.tag : null,
  };
}

function filledBy({ fields }: Pick<Answer<"readRoleSettingsInForce">, "fields">): string {
  return fields.find(({ from }) => from.kind === "tier" || from.kind === "builtIn")?.from.name ?? "standard";
}
