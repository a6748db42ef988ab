/** What is known of each kind of target without reaching one: for whoever checks a configuration. */
import type { JsonObject } from "../domain/target-binding.ts";
import type { Issue, Target } from "./target.ts";

export interface KnownKinds {
  readonly names: readonly string[];
  secretsOf(kind: string): readonly string[];
  configFaults(kind: string, config: JsonObject): readonly Issue[];
  entitlementFaults(kind: string, entitlement: JsonObject): readonly Issue[];
  capabilitiesOf(kind: string, config: JsonObject): JsonObject | null;
}

export function targetKinds(kinds: readonly Target[]): KnownKinds {
  const find = (name: string) => kinds.find((kind) => kind.kind === name);
  const names = kinds.map((kind) => kind.kind);
  const unknown = (kind: string): Issue[] => [
    { path: "", message: `there is no kind of target \`${kind}\` here; there are: ${names.join(", ")}` },
  ];
  return {
    names,
    secretsOf: (kind) => find(kind)?.schema.secrets ?? [],
    configFaults: (kind, config) => find(kind)?.validateConfig(config) ?? unknown(kind),
    entitlementFaults: (kind, entitlement) => find(kind)?.validateEntitlement(entitlement) ?? unknown(kind),
    capabilitiesOf(kind, config) {
      const capabilities = find(kind)?.capabilities(config);
      return capabilities === undefined ? null : { ...capabilities };
    },
  };
}
