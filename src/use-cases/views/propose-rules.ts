/** A tenant's rules as they would be with one document changed; every fault of the document is reported as when it is put. */

import type { Application } from "../../domain/application.ts";
import type { ApplicationId, RoleDefinitionId } from "../../domain/ids.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { RoleDefinition } from "../../domain/role-definition.ts";
import { type Scope, sameScope, scopeKey } from "../../domain/scope.ts";
import { noSuchScope } from "../../policy/decisions/prepare.ts";
import type { SettingsLayer } from "../../policy/tiers.ts";
import { withPolicy } from "../applications/change-jit-policy.ts";
import { type Fault, rejectAll, schemaFaults } from "../apply/faults.ts";
import { resolveSettingsSpec, roleSettingsSchema } from "../apply/kinds/role-settings.ts";
import { resolveTierSpec, tierSchema } from "../apply/kinds/tier.ts";
import { resolvingIn } from "../apply/resolving.ts";
import { UNSTORABLE, unstorableIn } from "../apply/storable-text.ts";
import type { Caller, Deps, RequestFilter, Tx } from "../ports.ts";
import { ownerOf } from "../scope-owner.ts";
import type { TenantRules } from "./tenant-rules.ts";

type Spec = Readonly<Record<string, unknown>>;

/** `spec` as in the document: of role settings, role and scope may be left out of it; of an application, its `jit`. */
export type Proposal =
  | { readonly roleDefinitionId: RoleDefinitionId; readonly scope: Scope; readonly spec: Spec }
  | { readonly tier: string; readonly spec: Spec }
  | { readonly applicationId: ApplicationId; readonly spec: Spec };

export interface ProposedRules {
  readonly rules: TenantRules;
  /** Whether a layer of what rules a role is the one that would change. */
  isMeant(layer: SettingsLayer, role: RoleDefinition): boolean;
  /** The one whose policy would change. */
  readonly application?: Application;
  /** Where the requests are that it may rule. */
  readonly where: Pick<RequestFilter, "under" | "roleDefinitionId" | "applicationIds">;
}

export interface Proposing {
  readonly deps: Deps;
  readonly caller: Caller;
  readonly tx: Tx;
  readonly rules: TenantRules;
}

export async function proposeRules(
  { deps, caller, tx, rules }: Proposing,
  proposal: Proposal,
): Promise<Outcome<ProposedRules>> {
  if (unstorableIn(proposal.spec) !== null) return reject("invalid_input", UNSTORABLE, { path: "/spec" });
  if ("tier" in proposal) return withTier(tx, rules, proposal.tier, proposal.spec);
  if ("applicationId" in proposal) return withTerms({ caller, tx, rules }, proposal);
  const owner = await ownerOf(deps, caller, proposal.scope);
  if (!owner.ok) return owner;
  // INVARIANT I12: a tenant's rules are its own.
  if (owner.value !== tx.tenantId) return noSuchScope(proposal.scope);
  return withSettings(tx, rules, proposal);
}

async function withTier(
  tx: Tx,
  rules: TenantRules,
  name: string,
  spec: Spec,
): Promise<Outcome<ProposedRules>> {
  const parsed = tierSchema.safeParse(spec);
  if (!parsed.success) return rejectAll(faultsOf(parsed.error));
  const { context, faults } = await resolvingIn(tx);
  const resolved = await resolveTierSpec(context, name, parsed.data);
  if (resolved === null) return rejectAll(faults);
  const { tier } = resolved;
  const others = rules.tiers.filter((one) => one.name !== tier.name);
  const tiers = [...others, tier].sort((a, b) => (a.name < b.name ? -1 : 1));
  return accept({
    rules: { ...rules, tiers },
    isMeant: (layer) => layer.kind !== "roleSettings" && layer.name === tier.name,
    where: {},
  });
}

async function withSettings(
  tx: Tx,
  rules: TenantRules,
  { roleDefinitionId, scope, spec }: Extract<Proposal, { scope: Scope }>,
): Promise<Outcome<ProposedRules>> {
  const parsed = roleSettingsSchema.safeParse({ role: roleDefinitionId, scope, ...spec });
  if (!parsed.success) return rejectAll(faultsOf(parsed.error));
  const { context, faults } = await resolvingIn(tx);
  const meant = await resolveSettingsSpec(context, parsed.data);
  if (meant === null) return rejectAll(faults);
  const { role, tier, override } = meant;
  if (role.id !== roleDefinitionId)
    return reject("invalid_input", "this is another role than `roleDefinitionId`", { path: "/spec/role" });
  if (!sameScope(meant.scope, scope))
    return reject("invalid_input", "this is another scope than `scope`", { path: "/spec/scope" });
  const isHere = ({ body }: TenantRules["settings"][number]) =>
    body.roleDefinitionId === role.id && sameScope(body.scope, scope);
  const body = { roleDefinitionId: role.id, scope, tier, override, version: 0 };
  const settings = [...rules.settings.filter((one) => !isHere(one)), { id: "", name: "proposed", body }];
  return accept({
    rules: { ...rules, settings },
    isMeant: (layer, of) =>
      layer.kind === "roleSettings" && layer.name === scopeKey(scope) && of.id === role.id,
    where: { under: scopeKey(scope), roleDefinitionId: role.id },
  });
}

async function withTerms(
  { caller, tx, rules }: Omit<Proposing, "deps">,
  { applicationId, spec }: Extract<Proposal, { applicationId: ApplicationId }>,
): Promise<Outcome<ProposedRules>> {
  const changed = await withPolicy(tx, caller, { applicationId, policy: spec });
  if (!changed.ok) {
    const { path = "", ...rest } = changed.rejection;
    return { ok: false, rejection: { ...rest, ...(path === "" ? {} : { path: `/spec${path}` }) } };
  }
  const application = changed.value;
  return accept({ rules, isMeant: () => false, application, where: { applicationIds: [applicationId] } });
}

function faultsOf(error: Parameters<typeof schemaFaults>[0]): Fault[] {
  return schemaFaults(error, "/spec").map(({ pointer, message }) => ({
    code: "invalid_input",
    path: pointer,
    message,
  }));
}
