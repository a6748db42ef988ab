/** What is known of each kind of a tenant's own sinks without reaching one: for whoever checks a configuration. */
import type { JsonObject } from "../domain/target-binding.ts";
import type { TenantSinkKind } from "./sink.ts";

export function exportKinds(kinds: readonly TenantSinkKind[]) {
  const find = (name: string) => kinds.find(({ kind }) => kind === name);
  return {
    names: kinds.map(({ kind }) => kind),
    described: kinds.map(({ kind, label, schema, secrets, makes }) => ({
      ...{ kind, label },
      schema: { config: schema, secrets },
      makesSecret: makes?.secret ?? null,
    })),
    secretsOf: (kind: string) => find(kind)?.secrets ?? [],
    labelOf: (kind: string) => find(kind)?.label ?? kind,
    placeOf: (kind: string, config: JsonObject) => find(kind)?.place(config) ?? "",
    madeSecretOf: (kind: string) => find(kind)?.makes?.secret ?? null,
    makeSecret: (kind: string) => find(kind)?.makes?.make() ?? null,
    configFaults: (kind: string, config: JsonObject) =>
      (find(kind)?.validate(config) ?? []).map(({ path, message }) => ({
        path: path.map((part) => `/${part}`).join(""),
        message,
      })),
  };
}
