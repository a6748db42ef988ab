/** What submit would decide, from the same function, with the names a person needs to read it; stores nothing. */
import type { Ending } from "../../domain/ending.ts";
import { accept, type Outcome, type Rejection } from "../../domain/rejection.ts";
import type { Caller, EffectDeps, Tx } from "../ports.ts";
import { ownerOf } from "../scope-owner.ts";
import { endsIn, targetsFor } from "../views/ends.ts";
import { namesIn } from "../views/names.ts";
import { type StageView, viewDeciders } from "../views/request-view.ts";
import { type Prepared, prepareRequest, refusalOf, type SubmitInput } from "./prepare-request.ts";

export interface Previewed {
  readonly prepared: Prepared;
  readonly allowed: boolean;
  /** What stands in the way beside the rules. */
  readonly problem: Rejection | null;
  readonly scopeName: string;
  readonly ownerName: string;
  readonly stages: readonly StageView[];
  /** Targets that would hold the access, as the caller may call them; none: only Curfew's own answer enforces it. */
  readonly enforcedBy: readonly string[];
  /** How the end would be held in each of them. */
  readonly ends: readonly Ending[];
}

export async function previewRequest(
  deps: EffectDeps,
  caller: Caller,
  input: SubmitInput,
): Promise<Outcome<Previewed>> {
  const owner = await ownerOf(deps, caller, input.scope);
  if (!owner.ok) return owner;
  return deps.store.inTenant(owner.value, async (tx) => {
    const prepared = await prepareRequest(tx, caller, input, deps.clock.now());
    return prepared.ok ? accept(await describePrepared(tx, deps, caller, prepared.value)) : prepared;
  });
}

/** Shared with the preview of an extension. */
export async function describePrepared(
  tx: Tx,
  deps: EffectDeps,
  caller: Caller,
  prepared: Prepared,
): Promise<Previewed> {
  const names = namesIn(tx);
  const { approval, declined } = prepared;
  const stages: StageView[] = [];
  for (const stage of approval.ok && approval.value.mode === "manual" ? approval.value.stages : []) {
    const approvers = await viewDeciders(tx, names, caller, stage, prepared);
    stages.push({ required: stage.required, approved: 0, approvers });
  }
  const targetIds = await targetsFor(tx, {
    ...prepared,
    roleDefinitionIds: prepared.roles.map(({ id }) => id),
    beneficiary: prepared.facts.beneficiary.principal,
    endsAt: prepared.decision.window.endsAt,
  });
  const ends = await endsIn(tx, deps, caller, targetIds);
  return {
    prepared,
    allowed: refusalOf(prepared) === null,
    problem: declined ?? (approval.ok ? null : approval.rejection),
    scopeName: await names.scope(prepared.scope),
    ownerName: await names.tenant(prepared.tenantId),
    stages,
    enforcedBy: ends.map(({ targetName }) => targetName),
    ends,
  };
}
