/** A managed application's JIT policy becomes role settings, so that one evaluator serves both. */
import type { Application } from "../domain/application.ts";
import { type SourcedSettings, settingsFrom } from "../domain/role-settings.ts";

export function compileJitPolicy(application: Application): SourcedSettings | null {
  if (!application.jitAccess.enabled) return null;
  const { policy, policyVersion } = application.jitAccess;
  return {
    settings: settingsFrom(({ ofApplication }) => ofApplication(policy, application)),
    source: { kind: "application", name: application.name, version: policyVersion },
  };
}
