/** What was asked and what was decided, each as one sentence. */
import { durationWords } from "./duration.ts";
import { type AccessRequest, becameWords, firstName, rolesWords, whoWords } from "./request.ts";
import { minuteWords, timeWords } from "./time.ts";

type Decision = AccessRequest["decisions"][number];

/** "Frank Fischer (Fabrikam) asks for Contributor on orders for 30 s."; "asked" once it is over. */
export function askedSentence(request: AccessRequest, now: number): string {
  const forWhom =
    request.beneficiary.objectId === request.requester.objectId
      ? ""
      : `, for ${request.beneficiary.displayName},`;
  const asks = `${whoWords(request.requester)} ${request.state === "pending" ? "asks" : "asked"}${forWhom}`;
  const what = `${rolesWords(request)} on ${request.scopeName}`;
  const { duration, startAt } = request.terms;
  const long = durationWords(duration);
  return request.extendsGrantId === null
    ? `${asks} for ${what} for ${long}${startAt === null ? "" : `, from ${timeWords(startAt, now)}`}.`
    : `${asks} to keep ${what} until ${long} after the decision.`;
}

/** What one has just done, said on the next request's page: so it names whose it was. */
export function doneSentence(request: AccessRequest): string {
  const { state, requester, terms } = request;
  const whose = `${requester.displayName}'s ${rolesWords(request)} on ${request.scopeName}`;
  if (state === "denied") return `You denied ${whose}.`;
  const done = `You approved ${whose} for ${durationWords(terms.duration)}.`;
  return state === "pending" ? `${done} Others decide as well.` : done;
}

/** "Carol decided this at 14:02: approved for 20 s."; null while it is open. */
export function outcomeSentence(request: AccessRequest, now: number): string | null {
  const at = minuteWords(request.stateAt, now);
  const last = request.decisions.at(-1);
  switch (request.state) {
    case "pending":
      return null;
    case "approved": {
      const who =
        last === undefined
          ? `Approved by the rules at ${at}`
          : `${deciderWords(last)} decided this at ${at}: approved`;
      return `${who}${last === undefined ? "," : ""} for ${durationWords(request.terms.duration)}.${becameWords(request, now)}`;
    }
    case "denied":
      return last?.decision === "deny"
        ? `${deciderWords(last)} decided this at ${at}: denied${last.justification === null ? "." : `, “${last.justification}”`}`
        : `The rules denied this at ${at}.`;
    case "canceled":
      return `Taken back at ${at}; nobody has to decide any more.`;
    case "timedOut":
      return `Nobody decided by ${at}, so it timed out.`;
  }
}

/** One's own people by first name, another tenant as a whole. */
export function deciderWords({ by }: Decision): string {
  return "displayName" in by ? firstName(by.displayName) : by.tenantName;
}
