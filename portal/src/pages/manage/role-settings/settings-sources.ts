/** Everything that the rules of one role at one place are made from. */
import { type Answer, type ItemOf, useApi, useApiTagged } from "../../../api/api.ts";
import type { Override } from "../rules/rule-values.ts";

export type Tier = ItemOf<"listTiers">;

export interface SettingsSources {
  readonly inForce: Answer<"readRoleSettingsInForce">;
  readonly tiers: readonly Tier[];
  /** What the rules here begin with: their own document, a copy of the nearest one above, or nothing. */
  readonly begin: { readonly tier: string | null; readonly override: Override };
  /** Of the document that stands here. */
  readonly tag: string | null;
  /** The tier that fills what the documents leave open. */
  readonly filledBy: string;
}

export function useSettingsSources(roleDefinitionId: string, scope: string) {
  const inForce = useApi("readRoleSettingsInForce", { query: { roleDefinitionId, scope } });
  const tiers = useApi("listTiers", { query: { limit: 200 } });
  const name = inForce.data?.documentName ?? inForce.data?.above?.documentName ?? null;
  const document = useApiTagged(
    "readConfiguration",
    { path: { kind: "RoleSettings", name: name ?? "" } },
    { enabled: name !== null },
  );
  const error = inForce.error ?? tiers.error ?? document.error;
  const again = () => {
    void inForce.refetch();
    void tiers.refetch();
    if (name !== null) void document.refetch();
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
    begin: beginOf(document.data?.answer.spec ?? {}),
    tag: inForce.data.documentName === null ? null : (document.data?.etag ?? null),
    filledBy: filledBy(inForce.data),
  };
  return { data, error: null, again };
}

function beginOf(spec: Answer<"readConfiguration">["spec"]): SettingsSources["begin"] {
  const { role: _role, scope: _scope, tier, ...override } = spec;
  return { tier: typeof tier === "string" ? tier : null, override };
}

function filledBy({ fields }: Answer<"readRoleSettingsInForce">): string {
  return fields.find(({ from }) => from.kind === "tier" || from.kind === "builtIn")?.from.name ?? "standard";
}
