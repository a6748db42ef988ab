/** What submit would decide, from the same function, with the names a person needs to read it; stores nothing. */
import { planEntitlements } from "../../domain/plan-entitlements.ts";
import { accept, type Outcome } from "../../domain/rejection.ts";
import type { Caller, Deps, Tx } from "../ports.ts";
import { ownerOf } from "../scope-owner.ts";
import { namesIn } from "../views/names.ts";
import { type StageView, viewDeciders } from "../views/request-view.ts";
import { type Prepared, prepareRequest, type SubmitInput } from "./prepare-request.ts";

export interface Previewed {
  readonly prepared: Prepared;
  readonly scopeName: string;
  readonly ownerName: string;
  readonly stages: readonly StageView[];
  /** Names of the targets that would hold the access; none means that only Curfew's own answer enforces it. */
  readonly enforcedBy: readonly string[];
}

export async function previewRequest(
  deps: Deps,
  caller: Caller,
  input: SubmitInput,
): Promise<Outcome<Previewed>> {
  const owner = await ownerOf(deps, caller, input.scope);
  if (!owner.ok) return owner;
  return deps.store.inTenant(owner.value, async (tx) => {
    const prepared = await prepareRequest(tx, caller, input, deps.clock.now());
    return prepared.ok ? accept(await describe(tx, caller, prepared.value)) : prepared;
  });
}

async function describe(tx: Tx, caller: Caller, prepared: Prepared): Promise<Previewed> {
  const names = namesIn(tx);
  const { approval } = prepared;
  const stages: StageView[] = [];
  for (const stage of approval.ok && approval.value.mode === "manual" ? approval.value.stages : []) {
    const approvers = await viewDeciders(tx, names, caller, stage, prepared);
    stages.push({ required: stage.required, approved: 0, approvers });
  }
  return {
    prepared,
    scopeName: await names.scope(prepared.scope),
    ownerName: await names.tenant(prepared.tenantId),
    stages,
    enforcedBy: await targetsFor(tx, prepared),
  };
}

async function targetsFor(tx: Tx, prepared: Prepared): Promise<string[]> {
  const { scope, managedScope, decision } = prepared;
  const bindings = await tx.bindings();
  const planned = prepared.roles.flatMap((role) =>
    planEntitlements(
      { kind: "activation", roleDefinitionId: role.id, scope, managedScope, endsAt: decision.window.endsAt },
      bindings,
      [prepared.facts.beneficiary.principal],
    ),
  );
  const names = new Set<string>();
  for (const { targetId } of planned) names.add((await tx.target(targetId))?.name ?? targetId);
  return [...names];
}
