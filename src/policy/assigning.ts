/** What is asked of an administrator who gives a role, or makes somebody eligible, without a request. Pure and total. */
import type { AssigningRules } from "../domain/role-settings.ts";
import type { RuleOutcome } from "../domain/rule.ts";
import { hasSecondFactor, type SessionFacts } from "../domain/session.ts";
import { describeDuration, type Window } from "../domain/time.ts";
import { satisfied, unsatisfied } from "./rules/outcome.ts";
import { isBlank } from "./rules/words.ts";

export interface Assigning {
  readonly window: Window;
  readonly justification: string | null;
  readonly session: SessionFacts;
}

/** `maximumDurationMs`: null allows one without an end. */
export function assigningOutcomes(
  rules: AssigningRules & { readonly maximumDurationMs: number | null },
  { window, justification, session }: Assigning,
): RuleOutcome[] {
  return [
    expiration(rules.maximumDurationMs, window),
    rules.justificationRequired && isBlank(justification)
      ? unsatisfied("JustificationRule", "say why it is assigned", "justification")
      : satisfied("JustificationRule", "nothing more is asked"),
    rules.mfaRequired && !hasSecondFactor(session)
      ? unsatisfied("MfaRule", "sign in with a second factor to assign this", "mfa")
      : satisfied("MfaRule", "nothing more is asked"),
  ];
}

function expiration(maximumMs: number | null, { startsAt, endsAt }: Window): RuleOutcome {
  if (maximumMs === null) return satisfied("ExpirationRule", "it may lack an end");
  const longest = describeDuration(maximumMs);
  if (endsAt === null)
    return unsatisfied("ExpirationRule", `it needs an end, at most ${longest} after its start`);
  return endsAt - startsAt <= maximumMs
    ? satisfied("ExpirationRule", `at most ${longest}`)
    : unsatisfied(
        "ExpirationRule",
        `${describeDuration(endsAt - startsAt)} is more than the maximum of ${longest}`,
      );
}
