/**
 * What rules an ask. For its publisher an application's JIT policy is complete in itself and inherits no tier. The
 * consumer's own people are held by the settings of the scope as well: an application is no way around them.
 */
import type { Application } from "../domain/application.ts";
import type { TenantId } from "../domain/ids.ts";
import { BrokenInvariant } from "../domain/rejection.ts";
import type { RoleDefinition } from "../domain/role-definition.ts";
import type { SourcedSettings } from "../domain/role-settings.ts";
import { compileJitPolicy } from "./compile-jit-policy.ts";
import { strictest } from "./strictest.ts";

/**
 * Several settings that hold together, as one: rule by rule the stricter, and named after the first that is as strict by
 * itself; after the last where none is.
 */
export function together(all: readonly SourcedSettings[]): SourcedSettings {
  const settings = strictest(all.map((one) => one.settings));
  const text = JSON.stringify(settings);
  // Laid over itself, so that both are written in the same order.
  const asStrict = all.find((one) => JSON.stringify(strictest([one.settings, one.settings])) === text);
  const named = asStrict ?? all.at(-1);
  if (named === undefined) throw new BrokenInvariant("no settings hold");
  return { settings, source: named.source };
}

/** `asking`: the tenant of whoever asks. `settingsAt`: what is set for a role at the scope. */
export function settingsFor(
  asking: TenantId,
  application: Application | null,
  roles: readonly RoleDefinition[],
  settingsAt: (role: RoleDefinition) => SourcedSettings,
): readonly SourcedSettings[] {
  const policy = application === null ? null : compileJitPolicy(application);
  const own = policy === null ? [] : roles.map(() => policy);
  if (policy !== null && application?.publisherTenantId === asking) return own;
  return [...own, ...roles.map(settingsAt)];
}
