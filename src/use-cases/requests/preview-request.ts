/** What submit would decide, from the same function, with the names a person needs to read it; stores nothing. */
import type { Ending } from "../../domain/ending.ts";
import { accept, type Outcome, type Rejection } from "../../domain/rejection.ts";
import { whoCanDecide } from "../../policy/book/books.ts";
import {
  type Prepared,
  prepareRequest,
  refusalOf,
  type SubmitInput,
} from "../../policy/decisions/prepare.ts";
import type { Moment } from "../decisions.ts";
import type { Caller, EffectDeps } from "../ports.ts";
import { homeOf } from "../scope-owner.ts";
import { endsIn, targetsFor } from "../views/ends.ts";
import { namesOf } from "../views/names.ts";
import { type StageView, viewDeciders } from "../views/request-view.ts";
import { aboutAsk } from "./submit-request.ts";

export interface Previewed {
  readonly prepared: Prepared;
  readonly allowed: boolean;
  /** As it would be refused; null when it would not be. */
  readonly refusal: Rejection | null;
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
  const home = await homeOf(deps, caller.ref, input.scope);
  if (!home.ok) return home;
  const looked = await deps.decisions(deps.clock).toAsk(caller, aboutAsk(home.value, caller, input));
  if (!looked.ok) return looked;
  const prepared = prepareRequest(looked.value, input, looked.value);
  return prepared.ok ? accept(await describePrepared(deps, looked.value, prepared.value)) : prepared;
}

/** Shared with the preview of an extension. */
export async function describePrepared(
  deps: EffectDeps,
  { books, caller }: Moment,
  prepared: Prepared,
): Promise<Previewed> {
  const names = namesOf(books, caller.ref.tenantId);
  const { approval, declined } = prepared;
  const undecided = approval.ok && approval.value.mode === "manual" ? approval.value.stages : [];
  const stages = undecided.map((stage) => {
    const able = whoCanDecide(books, stage.approvers, { ...prepared, home: prepared.tenantId });
    const approvers = viewDeciders({ names, caller }, able, prepared);
    return { required: stage.required, approved: 0, approvers };
  });
  const targetIds = targetsFor(books.of(prepared.tenantId), {
    ...prepared,
    roleDefinitionIds: prepared.roles.map(({ id }) => id),
    beneficiary: prepared.facts.beneficiary.principal,
    endsAt: prepared.decision.window.endsAt,
  });
  const ends = await endsIn(deps, caller, { home: prepared.tenantId, targetIds });
  const refusal = refusalOf(prepared);
  return {
    prepared,
    allowed: refusal === null,
    refusal,
    problem: declined ?? (approval.ok ? null : approval.rejection),
    scopeName: names.scope(prepared.scope),
    ownerName: names.tenant(prepared.tenantId),
    stages,
    enforcedBy: ends.map(({ targetName }) => targetName),
    ends,
  };
}
