/** What still stands on a scope, or below it: while there is anything, what the scope belongs to is not removed. */
import { type Scope, scopeCovers } from "../../domain/scope.ts";
import type { DocumentContext } from "./kind.ts";

/** In words, for a sentence such as "it still has …"; null when nothing stands there. */
export async function useOfScope({ tx, tenant }: DocumentContext, root: Scope): Promise<string | null> {
  const application = (await tx.applications.list()).find(
    (one) => one.tenantId === tenant.id && one.deletedAt === null && scopeCovers(root, one.scope),
  );
  if (application !== undefined) return `the application \`${application.name}\``;
  const eligibility = (await tx.policy.namedEligibilities()).find((one) => scopeCovers(root, one.body.scope));
  if (eligibility !== undefined) return `the eligibility \`${eligibility.name}\``;
  const settings = (await tx.policy.namedSettings()).find((one) => scopeCovers(root, one.body.scope));
  if (settings !== undefined) return `the settings \`${settings.name}\``;
  const binding = (await tx.targets.bindings()).find((one) => scopeCovers(root, one.scope));
  if (binding !== undefined) return `the binding \`${binding.name}\``;
  return (await tx.grants.isAnyOpen({ scope: root })) ? "grants that have not ended" : null;
}
