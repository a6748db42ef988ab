/** Asks for access: stored as pending, or approved at once where the settings say so. */
import type { AccessRequest } from "../../domain/access-request.ts";
import type { Outcome } from "../../domain/rejection.ts";
import { submitRequest as decideAsk } from "../../policy/decisions/ask.ts";
import type { SubmitInput } from "../../policy/decisions/prepare.ts";
import { concluded, onlyMade } from "../conclude.ts";
import type { Answered, AskMoment, RepeatOptions, Who } from "../decisions.ts";
import type { Deps } from "../ports.ts";
import { homeOf } from "../scope-owner.ts";

/** With what it was decided on, and under a key of the caller's own. */
export async function askForAccess(
  deps: Deps,
  who: Who,
  input: SubmitInput,
  options: RepeatOptions<AccessRequest, AskMoment> = {},
): Promise<Outcome<Answered<AccessRequest, AskMoment>>> {
  const home = await homeOf(deps, who.ref, input.scope);
  if (!home.ok) return home;
  const about = aboutAsk(home.value, who, input);
  const decisions = deps.decisions(deps.clock);
  const asked = await decisions.ask(who, about, (at) => decideAsk(at, input, at, deps.ids), options);
  return concluded(deps, asked);
}

export const submitRequest = onlyMade(askForAccess);

export function aboutAsk(home: AskMoment["home"], who: Who, input: SubmitInput) {
  const { scope, roleDefinitionIds } = input;
  return { home, beneficiary: input.beneficiary ?? who.ref, scope, roleDefinitionIds };
}
