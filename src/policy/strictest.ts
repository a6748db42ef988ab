/** Several settings at once (several roles, or the settings then and now): rule by rule the stricter one. */
import { BrokenInvariant } from "../domain/rejection.ts";
import { completed, inOneZone, type RoleSettings, settingsFrom } from "../domain/role-settings.ts";

/** Those of then may come from an older version (`completed`). */
export function strictest(all: readonly Partial<RoleSettings>[]): RoleSettings {
  const [first, ...rest] = inOneZone(all.map(completed));
  if (first === undefined) throw new BrokenInvariant("no settings to be strict about");
  return rest.reduce(
    (a, b) => settingsFrom(({ stricter }, name) => stricter(a[name] as never, b[name] as never)),
    first,
  );
}
