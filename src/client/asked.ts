/** What command line and portal say and do alike with a request that was asked before. */
import type { AccessRequest, Ask } from "./types.ts";

type Became = NonNullable<AccessRequest["became"]>;
type Got = NonNullable<Became["got"]>;

/** What a request's access is called that a target has not confirmed: an approval opens nothing by itself. */
const UNCONFIRMED: Readonly<Record<Became["name"], string>> = {
  scheduled: "not all confirmed",
  opening: "not open yet",
  live: "not all confirmed",
  closing: "not confirmed gone",
  ended: "never live",
};

const BECAME: Readonly<Record<Became["name"], string>> = {
  scheduled: "begins later",
  opening: "opening",
  live: "live",
  closing: "ended",
  ended: "ended",
};

export const ENDED: Readonly<Record<Got["because"], string>> = {
  expired: "ended on time",
  never_live: "never live",
  revoked: "revoked",
  deactivated: "ended early",
  canceled: "canceled before it began",
  eligibility_lost: "ended: the eligibility is gone",
  locked_out: "ended: its holder was locked out",
  condition_lost: "ended: a condition no longer holds",
  entitlement_lost: "ended: what opened it in its target was taken away",
};

/** Why nobody decides it any more. */
export const TIMED_OUT: Readonly<Record<NonNullable<AccessRequest["timedOutBecause"]>, string>> = {
  decideBy: "nobody decided in time",
  neededUntil: "nobody decided while it was needed",
  grantEnded: "the access was over first",
};

/** What came of an approval, which by itself says nothing of it. `lengthOf`: an ISO 8601 duration for people. */
export function becameWords(
  { name, unconfirmed, got }: Became,
  { extendsGrantId }: Pick<AccessRequest, "extendsGrantId">,
  lengthOf: (iso: string) => string,
): string {
  if (unconfirmed !== null) return UNCONFIRMED[name];
  // What became of extended access is not what came of the extension alone.
  return got === null || extendsGrantId !== null ? BECAME[name] : gotWords(got, lengthOf);
}

/** "ended early after 6 of 25 min", "ended on time, never used: its log-in was not fetched". */
export function gotWords(got: Got, lengthOf: (iso: string) => string): string {
  const { because, of, fetched } = got;
  const cutShort = !["expired", "canceled", "never_live"].includes(because);
  const after = cutShort && of !== null ? ` after ${shareWords(got, lengthOf)}` : "";
  const unused = fetched === false && wasLive(got) ? ", never used: its log-in was not fetched" : "";
  return `${ENDED[because]}${after}${unused}`;
}

/** "6 of 25 min", "40 s of 1 h"; only how long it was of what had no end. */
export function shareWords({ liveFor, of }: Got, lengthOf: (iso: string) => string): string {
  const had = lengthOf(liveFor);
  if (of === null) return had;
  const whole = lengthOf(of);
  const [count, unit, ...more] = had.split(" ");
  return more.length === 0 && whole.split(" ").length === 2 && whole.endsWith(` ${unit}`)
    ? `${count} of ${whole}`
    : `${had} of ${whole}`;
}

/** What was never there was used by nobody, and needs no saying. */
function wasLive({ because }: Got): boolean {
  return because !== "never_live" && because !== "canceled";
}

/**
 * The same ask once more: what was asked for, on the terms that were decided, starting as soon as it is approved.
 * Breaking the glass is not repeated for anybody: `emergency` is said anew, and so is a start that has passed.
 */
export function askAgain(request: AccessRequest): Ask {
  const { scope, state, asked, terms, justification, ticket, operation, requester, beneficiary } = request;
  const { duration, roleDefinitionIds } = state === "approved" ? terms : asked;
  return {
    scope,
    roleDefinitionIds: [...roleDefinitionIds],
    duration,
    justification: justification ?? undefined,
    ticket: ticket ?? undefined,
    operation:
      operation === null ? undefined : { purpose: operation.purpose, plan: operation.plan ?? undefined },
    beneficiaryId: beneficiary.objectId === requester.objectId ? undefined : beneficiary.objectId,
    emergency: false,
  };
}
