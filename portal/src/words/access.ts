/** One access from the ask to its end, in words: where it stands, who decides, how one gets in, and what was had of it. */
import { ENDED, gotWords, shareWords } from "../../../src/client/asked.ts";
import { durationWords } from "./duration.ts";
import { capital, type Grant, standingWords, targetName, targetsOf } from "./grant.ts";
import { listWords } from "./list.ts";
import { type AccessRequest, currentStage, decidersWords, rolesWords } from "./request.ts";
import { agoWords, timeWords } from "./time.ts";

export type Stage = "waiting" | "scheduled" | "opening" | "live" | "over" | "refused";

/** Where a request is on its way: what it led to says more than that it was approved. */
export function stageOf({ state, became }: Pick<AccessRequest, "state" | "became">): Stage {
  if (state === "pending") return "waiting";
  if (state !== "approved") return "refused";
  const name = became?.name ?? "opening";
  return name === "closing" || name === "ended" ? "over" : name;
}

/** The way, and where on it each stage is. */
export const WAY = ["Asked", "Decision", "Opening", "Access", "Over"] as const;
export const STEP: Readonly<Record<Stage, number>> = {
  waiting: 1,
  refused: 1,
  scheduled: 2,
  opening: 2,
  live: 3,
  over: 4,
};

const TABS: Readonly<Record<Stage, string>> = {
  waiting: "Waiting",
  scheduled: "Approved",
  opening: "Opening",
  live: "Live",
  over: "Over",
  refused: "Not approved",
};

/** What the browser calls the page: a tab that one waits in says by itself when that is over. */
export function tabWords(stage: Stage, what: string): string {
  return `${TABS[stage]}: ${what}`;
}

/** Said aloud when it changes; nothing in it moves with the clock. */
export function announcedWords(request: AccessRequest): string {
  const what = whatHeldWords(request);
  const stage = stageOf(request);
  switch (stage) {
    case "waiting":
      return `${what}: waiting for ${waitsForWords(request)}.`;
    case "scheduled":
      return `${what} is approved and begins later.`;
    case "opening":
      return `${what} is approved and is being opened.`;
    case "live":
      return `${what} is live.`;
    case "over":
      return `${what} is over.`;
    case "refused":
      return `${what}: ${REFUSED[request.state] ?? "not approved"}.`;
    default:
      return stage satisfies never;
  }
}

const REFUSED: Readonly<Record<string, string>> = {
  denied: "denied",
  canceled: "canceled",
  timedOut: "timed out",
};

/** "Contoso, 2 approvers" */
function waitsForWords(request: AccessRequest): string {
  const stage = currentStage(request);
  return stage === null ? request.ownerName : decidersWords(stage);
}

/** What the page says first while nothing has come of it. */
export function decisionTitle(request: AccessRequest): string {
  if (request.state !== "pending") return capital(REFUSED[request.state] ?? "not approved");
  return request.proposal === null ? `Waiting for ${waitsForWords(request)}` : "Other terms are offered";
}

/** "Asked 3 min ago. Decided by 15:02:10, or it times out." */
export function waitingWords({ createdAt, decideBy, strandedAt }: AccessRequest, now: number): string {
  const asked = `Asked ${agoWords(createdAt, now)}.`;
  if (strandedAt !== null) return `${asked} Nobody is left who could decide it.`;
  return decideBy === null ? asked : `${asked} It times out ${timeWords(decideBy, now)} if nobody decides.`;
}

/** "15:30:00 → 16:30:00" */
export function movedEndWords(from: string | null, to: string | null, now: number): string {
  const at = (end: string | null) => (end === null ? "no end" : timeWords(end, now));
  return `${at(from)} → ${at(to)}`;
}

/** "Opening in PostgreSQL" */
export function panelTitle(grant: Grant, now: number): string {
  const { liveness, kind, endsAt, startsAt, unconfirmed } = grant;
  if (liveness === "scheduled") return `Begins ${timeWords(startsAt, now)}`;
  if (liveness === "provisioning")
    return unconfirmed?.reason == null ? `Opening in ${listWords(targetsOf(grant), "and")}` : "Not open";
  if (liveness !== "live")
    return unconfirmed?.of === "end"
      ? "Not confirmed gone"
      : capital(ENDED[liveness as keyof typeof ENDED] ?? "ended");
  if (endsAt === null) return kind === "standing" ? "Standing access" : "Live, without an end";
  return `Live until ${timeWords(endsAt, now)}`;
}

/** What the title leaves open: when it begins or ended, and what a target has yet to confirm. */
export function whenWords(grant: Grant, now: number): string {
  const { at } = grant.effectiveEnd;
  return grant.got === null || grant.unconfirmed !== null || at === null
    ? standingWords(grant, now)
    : `${timeWords(grant.startsAt, now)} to ${timeWords(at, now)}.`;
}

/** "You got 6 of 25 min: ended early." Null while it may still be used. */
export function hadWords(grant: Grant, own: boolean): string | null {
  const { got, beneficiary } = grant;
  if (got === null) return null;
  const who = own ? "You" : beneficiary.displayName;
  if (got.because === "never_live" || got.because === "canceled")
    return `${who} got nothing: ${ENDED[got.because]}.`;
  const unused = got.fetched === false ? ` ${UNUSED}` : "";
  return `${who} got ${shareWords(got, durationWords)}: ${ENDED[got.because]}.${unused}`;
}

/** "By Carol Carter: “the incident is over”"; of one's own end only what was written. */
export function endedByWords({ endedBy }: Grant, own: boolean): string | null {
  if (endedBy == null) return null;
  const { name, justification } = endedBy;
  if (justification === null) return own ? null : `By ${name}.`;
  return `By ${name}: “${justification}”`;
}

const UNUSED = "Nobody fetched its log-in, so nobody used it.";

/** In a list: "Revoked after 6 of 25 min, never used: …" */
export function howItEnded(grant: Grant): string {
  const { got, liveness } = grant;
  return capital(got === null ? liveness : gotWords(got, durationWords));
}

// Getting in.

export const connectTitle = "Connect";

export function connectTo({ scopeName }: Grant): string {
  return `Connect to ${scopeName}`;
}

/** Before the log-in is shown. */
export function connectWords({ endsAt }: Grant, held: Grant["entitlements"][number]): string {
  if (held.secretIssued)
    return `A log-in for ${targetName(held)} was fetched already, and is shown once only. A new one voids it and cuts its sessions.`;
  return `The log-in for ${targetName(held)} is made when you ask, shown once, and works ${endsAt === null ? "for at most 8 hours" : "until the end"}. Nobody keeps a copy.`;
}

export function showWords({ secretIssued }: Grant["entitlements"][number]): string {
  return secretIssued ? "Void it and show a new one" : "Show the log-in once";
}

/** How one gets in where there is nothing to fetch. */
export function noLogInWords({ entitlements, scopeName }: Grant): string {
  const [held] = entitlements;
  return held === undefined
    ? `There is no log-in to fetch: whatever asks Curfew about ${scopeName} hears yes until the end.`
    : `There is no log-in to fetch: ${targetName(held)} lets you in as yourself until the end.`;
}

// Who is in.

export const sessionsTitle = "Sessions open now";

export function noSessionsWords({ entitlements }: Grant): string {
  return entitlements.some(({ secretIssued }) => secretIssued)
    ? "Nobody is logged in."
    : "Nobody is logged in: the log-in was not fetched.";
}

/** "Since 14:02:10, from 10.0.0.7" */
export function sessionWords({ since, from }: { since: string; from: string }, now: number): string {
  return `Since ${timeWords(since, now)}, from ${from}`;
}

export function moreSessionsWords(more: number): string {
  return more === 1 ? "One more session." : `${more} more sessions.`;
}

export function unknownSessionsWords(why: string): string {
  return `Not known: ${why}.`;
}

// More time.

export function extensionAsked({ duration }: { duration: string }): string {
  return `More time is asked for: ${durationWords(duration)} from the decision.`;
}

/** Never later than the access itself ends: what nobody decided until then has timed out. */
export function extensionDecideBy(decideBy: string, now: number): string {
  return `It is decided by ${timeWords(decideBy, now)}, or the end stays.`;
}

export const ifApprovedWords = "Approved now, its end would move:";

// The end, by somebody's hand.

export function endVerb({ liveness }: Grant, own: boolean): string {
  if (liveness === "scheduled") return "Cancel access";
  return own ? "Hand back" : "Revoke now";
}

interface EndWords {
  readonly title: string;
  readonly verb: string;
  /** What follows. */
  readonly after: string;
  readonly done: string;
  /** Where a target has yet to confirm that. */
  readonly notLive: string;
}

export function endSheetWords(grant: Grant, own: boolean): EndWords {
  const what = `${grant.roleName} on ${grant.scopeName}`;
  const again = "Getting it back takes a new request.";
  const verb = endVerb(grant, own);
  if (grant.liveness === "scheduled") {
    const done = `${what} will not begin.`;
    return { title: "Cancel what is scheduled?", verb, after: `${done} ${again}`, done, notLive: done };
  }
  const targets = listWords(targetsOf(grant), "and");
  const cut = targets === "" ? "" : ` ${targets} refuses new log-ins, and open sessions are cut.`;
  return {
    title: own ? "Hand it back now?" : `Take it from ${grant.beneficiary.displayName} now?`,
    verb,
    after: `${what} ends at once.${cut} ${again}`,
    done: `${what} is over.`,
    notLive: `${what} is not live any more.`,
  };
}

// Asking for a later end.

export const extendTitle = "Ask for more time";
export const extendBy = "Extend by";
export const extendWhy = "Why you need longer";

/** Until it is approved the end stays. */
export function extendLead({ endsAt }: Grant, now: number): string {
  const stays = endsAt === null ? "" : ` Until then the end stays ${timeWords(endsAt, now)}.`;
  return `The same rules decide as before.${stays}`;
}

/** A wait for the decision is added: what was approved counts from there. */
export const extendHelp = "Such as 30 min, 1 h 30 min, 1:30. A wait for the decision comes on top.";

/** "Approved now, the end moves: 15:30:00 → 16:30:00. Contoso, 2 approvers decide." */
export function extendOutlook(stages: AccessRequest["stages"]): string {
  const [stage] = stages;
  return stage === undefined ? "Nobody has to decide." : `Decided by ${decidersWords(stage)}.`;
}

/** "Confirmed in PostgreSQL" */
export function heldWords(held: Grant["entitlements"][number]): string {
  return `${HELD[held.state]} ${targetName(held)}`;
}

const HELD: Readonly<Record<Grant["entitlements"][number]["state"], string>> = {
  planned: "Not yet in",
  present: "Confirmed in",
  leaving: "Not confirmed gone from",
  absent: "Confirmed gone from",
};

/** What an approver found of an emergency afterwards. */
export function reviewWords(review: Grant["review"]): string {
  return review === null
    ? "An approver has yet to review how it was used."
    : `As ${review.outcome}: “${review.justification}”`;
}

// What one does while it waits.

export const seeOffer = "See the offer";
export const decideOnIt = "Decide on it";
export const cancelRequest = "Cancel request";

/** "Contributor on orders": of an extension what it is more time for. */
export function whatHeldWords(request: AccessRequest): string {
  return `${rolesWords(request)} on ${request.scopeName}`;
}
