/** A tenant's targets: what roles become in them, how much is open there, and what was last seen. */
import { accept, type Outcome } from "../../domain/rejection.ts";
import type { Scope } from "../../domain/scope.ts";
import type {
  Binding,
  JsonObject,
  TargetDefinition,
  TargetObservation,
} from "../../domain/target-binding.ts";
import { mayReadConfiguration } from "../../policy/authority.ts";
import type { ApplyDeps, DescribedKind } from "../apply/apply-deps.ts";
import type { Caller, Tx } from "../ports.ts";
import { type Names, namesIn } from "./names.ts";

export interface TargetView {
  readonly name: string;
  readonly kind: string;
  /** What people call the kind. */
  readonly kindLabel: string;
  /** Where it is, for people: never a secret. */
  readonly label: string;
  readonly bindings: readonly BindingView[];
  readonly openGrants: number;
  /** Null where nobody looked yet. */
  readonly observation: TargetObservation | null;
  /** Null for a kind that is not known here. */
  readonly capabilities: JsonObject | null;
}

export interface BindingView {
  /** Of its configuration document. */
  readonly name: string;
  readonly roleDefinitionId: Binding["roleDefinitionId"];
  readonly roleName: string;
  readonly scope: Scope;
  readonly scopeName: string;
  readonly standing: boolean;
  readonly required: boolean;
  readonly entitlement: JsonObject;
}

export async function listTargets(deps: ApplyDeps, caller: Caller): Promise<Outcome<readonly TargetView[]>> {
  const allowed = mayReadConfiguration(caller);
  if (!allowed.ok) return allowed;
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const names = namesIn(tx);
    const bindings = await tx.targets.bindings();
    const views: TargetView[] = [];
    for (const target of await tx.targets.list()) {
      const its = bindings.filter(({ targetId }) => targetId === target.id);
      views.push(await viewTarget({ deps, tx, names }, target, its));
    }
    return accept(views);
  });
}

/** What a target can be here. */
export function listTargetKinds(deps: ApplyDeps, caller: Caller): Outcome<readonly DescribedKind[]> {
  const allowed = mayReadConfiguration(caller);
  return allowed.ok ? accept(deps.targetKinds.described) : allowed;
}

interface Viewing {
  readonly deps: ApplyDeps;
  readonly tx: Tx;
  readonly names: Names;
}

async function viewTarget(
  { deps, tx, names }: Viewing,
  target: TargetDefinition,
  bindings: readonly Binding[],
): Promise<TargetView> {
  const traits = deps.targetKinds.traitsOf(target);
  const views: BindingView[] = [];
  for (const { name, roleDefinitionId, scope, standing, required, entitlement } of bindings) {
    const roleName = await names.role(roleDefinitionId);
    const scopeName = await names.scope(scope);
    views.push({ name, roleDefinitionId, roleName, scope, scopeName, standing, required, entitlement });
  }
  return {
    name: target.name,
    kind: target.kind,
    kindLabel: traits?.label ?? target.kind,
    label: traits?.place ?? target.name,
    bindings: views.sort((a, b) => (a.name < b.name ? -1 : 1)),
    openGrants: (await tx.grants.inTarget(target.id)).length,
    observation: await tx.targets.observation(target.id),
    capabilities: deps.targetKinds.capabilitiesOf(target.kind, target.config),
  };
}
