/** Gives a role directly, without a request. */
import type { Grant } from "../../domain/grant.ts";
import type { Outcome } from "../../domain/rejection.ts";
import {
  type AssignInput as Assignment,
  assignRole as decideAssignment,
} from "../../policy/decisions/assign.ts";
import { concluded, onlyMade } from "../conclude.ts";
import type { Answered, AssignMoment, RepeatOptions, Who } from "../decisions.ts";
import type { Deps } from "../ports.ts";
import { ownerOf } from "../scope-owner.ts";

export interface AssignInput extends Assignment {
  /** Everything is looked at and nothing stored. */
  readonly dryRun?: true;
}

/** With what it was decided on, and under a key of the caller's own. */
export async function assignAt(
  deps: Deps,
  who: Who,
  input: AssignInput,
  options: RepeatOptions<Grant, AssignMoment> = {},
): Promise<Outcome<Answered<Grant, AssignMoment>>> {
  const owner = await ownerOf(deps, who, input.scope);
  if (!owner.ok) return owner;
  const about = {
    home: owner.value,
    beneficiary: input.beneficiary,
    scope: input.scope,
    replaces: input.replaces?.id ?? null,
  };
  const decide = (at: AssignMoment) =>
    decideAssignment({ ...at, ids: deps.ids, bounds: deps.clock.bounds() }, input);
  const decisions = deps.decisions(deps.clock);
  if (input.dryRun !== true) return concluded(deps, await decisions.assign(who, about, decide, options));
  const looked = await decisions.toAssign(who, about);
  if (!looked.ok) return looked;
  const decided = decide(looked.value);
  return decided.ok ? { ok: true, value: { value: decided.value, moment: looked.value } } : decided;
}

export const assignRole = onlyMade(assignAt);
