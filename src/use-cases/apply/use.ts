/** What still stands on something, in words for a sentence such as "it still has …": while there is anything, that is not removed. */
import type { RoleDefinitionId } from "../../domain/ids.ts";
import { type Scope, scopeCovers } from "../../domain/scope.ts";
import type { Tx } from "../ports.ts";

/** A role at a scope. */
interface Meant {
  readonly roleDefinitionId: string;
  readonly scope: Scope;
}

/** On a scope, or below it. */
export async function useOfScope(tx: Tx, root: Scope): Promise<string | null> {
  const application = (await tx.applications.own()).find(({ scope }) => scopeCovers(root, scope));
  if (application !== undefined) return `the application \`${application.name}\``;
  return useOf(tx, ({ scope }) => scopeCovers(root, scope), { scope: root });
}

/** Null when nothing means it. */
export async function useOf(
  tx: Tx,
  isMeant: (one: Meant) => boolean,
  open: { roleDefinitionId: RoleDefinitionId } | { scope: Scope },
): Promise<string | null> {
  const eligibility = (await tx.policy.namedEligibilities()).find(({ body }) => isMeant(body));
  if (eligibility !== undefined) return `the eligibility \`${eligibility.name}\``;
  const settings = (await tx.policy.namedSettings()).find(({ body }) => isMeant(body));
  if (settings !== undefined) return `the settings \`${settings.name}\``;
  const binding = (await tx.targets.bindings()).find(isMeant);
  if (binding !== undefined) return `the binding \`${binding.name}\``;
  return (await tx.grants.isAnyOpen(open)) ? "grants that have not ended" : null;
}
