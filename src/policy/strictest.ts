/** Several settings at once (several roles, or the settings then and now): rule by rule the stricter one. */
import { BrokenInvariant } from "../domain/rejection.ts";
import { type RoleSettings, settingsFrom } from "../domain/role-settings.ts";

export function strictest(all: readonly RoleSettings[]): RoleSettings {
  const [first, ...rest] = all;
  if (first === undefined) throw new BrokenInvariant("no settings to be strict about");
  return rest.reduce(
    (a, b) => settingsFrom(({ stricter }, name) => stricter(a[name] as never, b[name] as never)),
    first,
  );
}
