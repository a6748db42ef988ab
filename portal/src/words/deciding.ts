/** What stands on the page of one decision and in the queue: buttons, labels and sentences. */
import { durationWords } from "./duration.ts";
import { listWords } from "./list.ts";
import { type AccessRequest, firstName, whatWords, whoWords } from "./request.ts";
import { minuteWords, timeWords, withTimes } from "./time.ts";

export const YOUR_DECISION = "Your decision";
export const HOW_LONG = "For how long";
export const OTHER = "Other";
export const TYPED = "For how long, typed";
export const ROLES = "Which roles";
export const LATER = "Offer a later start";
export const NOT_BEFORE = "Not before";
export const NOT_BEFORE_HELP =
  "Leave it empty to keep the start that was asked for. The requester has to accept a later one.";
export const WHY = "Why";
export const REASON = "Your reason";
export const WHY_MISSING = "Say why first: it is read and kept.";
export const DENY = "Deny";
export const ADDS = "What it adds";
export const WINDOW = "When it ends";
export const LATELY = "The last 30 days";
export const BACK = "Back to what waits";
export const CANNOT = "You cannot decide this";

export const APPROVALS = "Approvals";
export const REQUEST = "Request";
export const EMERGENCY = "Emergency: no approval was asked";
export const EXTENDS = "extends access that is live";
export const RULES = "Rules and deciders";
export const NOT_JUSTIFIED = "No justification was given.";
export const ASKED = "Asked";
export const DECIDE = "decide";
export const UNTIL = "until";
export const WITHOUT_END = "without an end";
export const HOLDS = "Holds beside it:";
export const HOLDS_NOTHING = "Holds nothing else there.";
export const DENIED = "denied";
export const PREVIOUS = "The one before (k)";
export const NEXT = "The next one (j)";

export function placeInQueue(at: number, count: number): string {
  return `${at} of ${count}`;
}

export function planWords(plan: string): string {
  return `Plan: ${plan}`;
}

export function ifDown(words: string): string {
  return `If Curfew is down: ${words}`;
}

export function stageWords(at: number): string {
  return `Stage ${at}: `;
}

/** "Carol or Casey decides: 0 of 1 have approved." */
export function decidedBy(
  who: string,
  { approved, required }: { approved: number; required: number },
): string {
  return `${who}. ${approved} of ${required} have approved.`;
}

export function approvedFor(duration: string): string {
  return `approved for ${duration}`;
}

/** Of the same ask at any time, where the last days do not say it: "Ever: 4 earlier: 3 ended on time, 1 denied." */
export function everWords(
  { earlier, sentence }: { earlier: number; sentence: string },
  lately: readonly Asked[],
): string {
  if (earlier === 0) return lately.length === 0 ? "" : "First ask for this.";
  return earlier > lately.filter(({ here }) => here).length ? `Ever: ${sentence}.` : "";
}

export function whyHelp({ requester }: AccessRequest): string {
  return `${firstName(requester.displayName)} reads it`;
}

export const FAULTS = {
  none: "Such as 20 s, 30 min or 1 h 30 min",
  tooLong: (askedMs: number) => `At most the ${durationWords(askedMs)} that were asked for`,
  tooShort: (minimumMs: number) => `At least ${durationWords(minimumMs)}, as the rules say`,
} as const;

export function askedChoice(askedMs: number): string {
  return `${durationWords(askedMs)}, as asked`;
}

/** Reasons people give again and again; one press fills the field. */
export function reasons({ ticket, extendsGrantId }: AccessRequest): readonly string[] {
  return [
    ...(ticket === null ? [] : [`Fits ${ticket.system} ${ticket.number}`]),
    extendsGrantId === null ? "Planned work" : "Not done yet",
    "Expected, and little enough",
    "Not needed now",
  ];
}

interface ToApprove {
  readonly lastsMs: number;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly now: number;
  readonly extends: boolean;
  /** It waits for the requester's yes. */
  readonly offers: boolean;
  /** Others may have to approve as well, so that the end is not known yet. */
  readonly others: boolean;
  /** Null: all that were asked for. */
  readonly roleNames: readonly string[] | null;
}

/** "Approve for 30 min, until 14:30": what happens when the button is pressed. */
export function approveWords({ lastsMs, startsAt, endsAt, now, roleNames, ...how }: ToApprove): string {
  const which = roleNames === null ? "" : ` ${listWords(roleNames, "and")}`;
  const long = durationWords(lastsMs);
  if (how.offers) return `Offer${which} ${long}, from ${minuteWords(startsAt, now)}`;
  if (how.extends) return how.others ? `Extend by ${long}` : `Extend until ${minuteWords(endsAt, now)}`;
  if (startsAt > now + 1_000)
    return `Approve${which} for ${long}, ${minuteWords(startsAt, now)} to ${minuteWords(endsAt, now)}`;
  return `Approve${which} for ${long}${how.others ? "" : `, until ${minuteWords(endsAt, now)}`}`;
}

export const OTHERS_TOO = "Others decide as well: the time begins with the last approval.";

/** Of the bar: what it shows, for whoever does not see it. */
export function spanWords(span: { startsAt: number; endsAt: number }, now: number): string {
  const from = span.startsAt > now + 1_000 ? `From ${timeWords(span.startsAt, now)} until` : "Until";
  return `${from} ${timeWords(span.endsAt, now)}, if it is approved now.`;
}

export function extensionWords({ from, to, now }: { from: number; to: number; now: number }): string {
  return from >= to
    ? `It ends ${timeWords(from, now)}; this would not move the end.`
    : `It ends ${timeWords(from, now)} now, and would end ${timeWords(to, now)}.`;
}

export function rulesWords(count: number): string {
  return count === 1 ? "The one rule holds" : `All ${count} rules hold`;
}

export function rulesBroken(count: number): string {
  return count === 1
    ? "One rule does not hold: it cannot be approved as it is"
    : `${count} rules do not hold: it cannot be approved as it is`;
}

interface Asked {
  readonly outcome: string;
  readonly here: boolean;
}

/** "3 asked here: 2 got it, 1 denied. 1 elsewhere." */
export function latelyWords(asked: readonly Asked[]): string {
  if (asked.length === 0) return "Nothing else that you may see.";
  const here = asked.filter((one) => one.here);
  const denied = here.filter(({ outcome }) => outcome === "denied").length;
  const got = here.filter(({ outcome }) =>
    ["scheduled", "opening", "live", "closing", "ended"].includes(outcome),
  ).length;
  const parts = [
    ...(got === 0 ? [] : [`${got} got it`]),
    ...(denied === 0 ? [] : [`${denied} denied`]),
    ...(here.length === got + denied ? [] : [`${here.length - got - denied} undecided`]),
  ];
  const elsewhere = asked.length - here.length;
  const there = elsewhere === 0 ? "" : ` ${elsewhere} elsewhere.`;
  return here.length === 0 ? `None here.${there}` : `${here.length} asked here: ${parts.join(", ")}.${there}`;
}

export function latelyPoint(
  {
    outcome,
    roleNames,
    scopeName,
    at,
  }: { outcome: string; roleNames: readonly string[]; scopeName: string; at: string },
  now: number,
): string {
  return `${roleNames.join(", ")} on ${scopeName}, ${minuteWords(at, now)}: ${OUTCOMES[outcome] ?? outcome}`;
}

const OUTCOMES: Readonly<Record<string, string>> = {
  pending: "waits",
  denied: "denied",
  canceled: "taken back",
  timedOut: "nobody decided",
  scheduled: "approved for later",
  opening: "opening",
  live: "live",
  closing: "ended",
  ended: "ended",
};

export const AGO_30 = "30 days ago";
export const TODAY = "today";

// What both sides write.

export const TALK = "What was said";
export const WRITE = "Write to the other side";
export const SEND = "Send";
export const REMINDED = "reminded whoever can decide";

export function remindWords({ stages }: Pick<AccessRequest, "stages">): string {
  const names = stages.find(({ approved, required }) => approved < required)?.approvers;
  return names === undefined
    ? "Remind them"
    : names.names.length > 0
      ? `Remind ${listWords(names.names, "and", 3)}`
      : `Remind ${names.tenantName}'s approvers`;
}

export function remindAgain(from: string, now: number): string {
  return withTimes(`Reminded. You can again at ${from}.`, now);
}

// The queue.

export const LEAD = "Look at what a request adds before you decide; a link never decides.";
export const TO_DECIDE = "To decide";
export const DECIDED = "Decided";
export const QUEUE = "Requests to decide";
export const DECIDED_LIST = "Requests you decided";
export const NOTHING_DECIDED = "You have decided nothing yet.";
export const WHEN = "When";
export const ABOUT = "About";
export const ABOUT_CHOICES = [
  { value: "all", label: "All" },
  { value: "applications", label: "Applications" },
  { value: "resources", label: "Resources" },
  { value: "groups", label: "Groups" },
] as const;
export const PICK = "Pick";
export const DECIDE_BY = "Decide";
export const ANY_TIME = "any time";
export const DECIDE_PICKED = "Decide them…";
export const ONE_REASON_HELP = "Each requester reads it. Each is decided as asked, one after the other.";
export const CLOSE = "Close";

export const WAITS_CHOICES = [
  { value: "urgent", label: "Decide within 1 h" },
  { value: "1h", label: "Waits over 1 h" },
  { value: "4h", label: "Waits over 4 h" },
  { value: "24h", label: "Waits over a day" },
] as const;

export function pickFirst(count: number): string {
  return `Pick the first ${count}`;
}

export function decideMany(count: number): string {
  return count === 1 ? "Decide it" : `Decide ${count} at once`;
}

export const SEARCH = "Find in what waits";
export const SEARCH_HELP = "Person, place, role, reason or ticket";
export const PERSON = "Person";
export const PLACE = "Place";
export const ROLE = "Role";
export const WAITS = "Waits";
export const ANY = { person: "Anybody", place: "Anywhere", role: "Any role", waits: "However long" } as const;
export const KEYS = "j and k move, Enter opens, x picks, / finds.";
export const KEY_NEXT = "goes to the next one";
export const KEY_BEFORE = "goes to the one before";
export const KEY_PICK = "picks it, or not";
export const KEY_FIND = "finds in the list";
export const NOBODY_WAITS = "Nobody waits for you. New requests appear here by themselves.";
export const NONE_FITS = "None of what waits fits.";
export const PICK_ALL = "Pick all shown";

export function pickWords(request: AccessRequest): string {
  return `Pick ${whoWords(request.requester)}: ${whatWords(request)}`;
}

export function waitingWords(shown: number, all: number, more: boolean): string {
  const total = `${all}${more ? " and more" : ""}`;
  if (shown === all)
    return `${total} ${all === 1 && !more ? "waits" : "wait"} for you, the most urgent first.`;
  return `${shown} of ${total} shown.`;
}

export function approveMany(count: number): string {
  return count === 1 ? "Approve it as asked" : `Approve ${count} as asked`;
}

export function denyMany(count: number): string {
  return count === 1 ? "Deny it" : `Deny ${count}`;
}

export function pickedWords(count: number): string {
  return `${count} picked`;
}

export const ONE_REASON = "Why, for each of them";
export const UNPICK = "Pick none";
export const DECIDED_MANY = "What came of it";
export const GOES_ON = "being decided …";

export function manySummary(done: number, refused: number): string {
  return refused === 0
    ? `${done} decided.`
    : `${done} decided, ${refused} refused: look at each of these by itself.`;
}

// After an emergency.

export const TO_REVIEW = "Emergencies to review";
export const LOOK_OR_REVOKE = "Look or revoke";
export const REVIEW = "Review";
export const REVIEWED = "Reviewed.";
export const RECORD_REVIEW = "Record the review";
export const OUTCOME = "Outcome";
export const JUSTIFIED = "Justified";
export const UNJUSTIFIED = "Not justified";

export function reviewTitle(name: string): string {
  return `Was it right that ${name} took this?`;
}
