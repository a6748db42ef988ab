/** The form that asks for access: its fields, its rules, and what came of sending it. */
import { durationMs, durationWords } from "./duration.ts";
import { type AccessRequest, rolesWords } from "./request.ts";
import { timeWords } from "./time.ts";

export const LEAD = "What you need, for as long as you need it.";
export const WOULD_HAPPEN = "What would happen";
export const NOTHING_TO_SEND = "There is nothing to send";

export const ROLE_AND_PLACE = {
  label: "Role and place",
  find: "Find a role or a place",
  findHelp: "A role, a place, or a whole path",
  none: "You are eligible for nothing that is called that.",
  another: "Choose another place",
  lacks: "Choose at least one role.",
} as const;

export const morePlaces = (count: number) => `${count} more places: type to find them.`;

export const PART = { label: "Place", lacks: "Names with single slashes between them." } as const;
export const partOf = (place: string) => `Only a part of ${place}`;
export const thisPartOf = (place: string) => `Only this part of ${place}`;
export const partHelp = (outer: string) => `A path below ${outer}; empty asks for all of it`;

const OWNED = { user: "person", group: "group", servicePrincipal: "workload" } as const;

export const WHO_FOR = {
  label: "Who for",
  help: "It must be eligible itself; what is approved is its access, not yours",
} as const;
export const yourself = (displayName: string) => `Yourself, ${displayName}`;
export const youOwn = (displayName: string, kind: keyof typeof OWNED) =>
  `${displayName} (${OWNED[kind]} you own)`;

export const WHY = {
  purpose: "Purpose",
  plan: "Plan",
  planHelp: "What you will do, step by step, for whoever decides",
  justification: "Why you need it",
  justificationHelp: "Whoever decides reads it, and it stays in the log",
  ticketSystem: "Ticket system",
  ticketNumber: "Ticket number",
} as const;
/** A field's label, where it may be left empty. */
export const optional = (label: string) => `${label} (optional)`;

export const TICKET = {
  label: "Ticket",
  systemLacks: "Say which system it is in.",
  numberLacks: "Give its number, or leave both empty.",
} as const;

export const WHEN = {
  start: "Start",
  now: "Now",
  onceApproved: "As soon as it is approved",
  later: "Later",
  startAt: "Start at",
  startLacks: "Say when it shall start.",
  howLong: "How long",
  howLongLacks: "Such as 45 min, 1 h 30 min or 1:30.",
} as const;
export const yourClock = (zone: string) => `Your own clock: ${zone}`;

export const EMERGENCY = "This is an emergency";
/** `mostMs`: the longest that an emergency may last. */
export const emergencyHelp = (mostMs: number) =>
  `Skips approval, lasts at most ${durationWords(mostMs)}, cannot be extended. Every approver hears of it at once and any of them may end it. Somebody else reviews it within 72 h under Approvals; while that is overdue, your next emergency is blocked.`;

export const SUMMARY = {
  chooseFirst: "Choose a role: who decides, and when it would end, is said here.",
  choose: "Choose a role",
  whoDecides: "Who decides",
  whenEnds: "When it ends",
  sayHowLong: "Say for how long you need it.",
  ends: "Ends",
  wouldEnd: "Would end",
} as const;

export const RULE_STATES = {
  met: "Satisfied: ",
  needed: "Still needed: ",
  inTheWay: "Stands in the way: ",
} as const;

export const RULES = {
  title: "Rules",
  EligibilityRule: "Eligibility",
  BeneficiaryRule: "For whom",
  MfaRule: "Second factor",
  AuthenticationContextRule: "Sign-in",
  ConditionRule: "Conditions",
  ExpirationRule: "Longest time",
  ActiveDurationTooShort: "Shortest time",
  TargetRule: "What the target can hold",
  JustificationRule: "Justification",
  TicketingRule: "Ticket",
  RoleAssignmentExists: "Access you hold",
  PendingRoleAssignmentRequest: "Open requests",
  RequestLimitRule: "Number of requests",
  EmergencyRule: "Emergency",
} as const;

export const ASKED_ALREADY = "It was asked for already, and nobody has decided yet";

export const FIX = {
  seeHeld: "See it in My access, where it can be extended",
  seeRequest: "See that request",
  seeOpen: "See your open requests",
  startWhenDecided: "Start when it is decided",
  ordinary: "Ask the ordinary way",
} as const;
export const askFor = (ms: number) => `Ask for ${durationWords(ms)}`;

/** "all satisfied", "1 thing still needed". */
export function unmetWords(unmet: number): string {
  if (unmet === 0) return "all satisfied";
  return `${unmet} ${unmet === 1 ? "thing" : "things"} still needed`;
}

export const FAVOURITE = { keep: "Keep as a favourite", take: "Take from favourites" } as const;

/** What came of sending it. */
export function answerWords(request: AccessRequest, now: number): string {
  const what = `${rolesWords(request)} on ${request.scopeName}`;
  if (request.state !== "approved") return `Sent. ${what} is decided by ${request.ownerName}.`;
  const { startAt, duration } = request.terms;
  if (startAt !== null && Date.parse(startAt) > now)
    return `Scheduled: ${what} from ${timeWords(startAt, now)}.`;
  const endsAt = Date.parse(request.stateAt) + durationMs(duration);
  return `${what} is yours until ${timeWords(endsAt, now)}.`;
}
