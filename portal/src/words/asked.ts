/** Lists of what was asked on one application: what waits, and what became of the rest. */
import type { Application } from "./application.ts";
import { durationWords } from "./duration.ts";
import { type AccessRequest, rolesWords } from "./request.ts";

export const COLUMNS = {
  whoAsks: "Who asks",
  whoAsked: "Who asked",
  whatFor: "What for",
  why: "Why",
  state: "State",
  became: "What became of it",
  decide: "Decide",
  asked: "Asked",
} as const;

export const TO_DECIDE = "Requests to decide";
export const HISTORY = "Request history";
export const APPROVE = "Approve requests";
export const NO_REASON = "No reason was given";
export const ANY_TIME = "Any time";
export const NOT_AN_APPROVER = "You are not an approver here.";

/** "Contributor for 2 h" */
export function askedFor(request: AccessRequest): string {
  return `${rolesWords(request)} for ${durationWords(request.terms.duration)}`;
}

export function nothingWaits({ jitPolicy, publisher }: Application): string {
  return jitPolicy?.mode === "automatic"
    ? `Nothing waits here: what ${publisher.name} asks for is approved at once. The request history shows it.`
    : `Nobody at ${publisher.name} is waiting for a decision.`;
}

/** `view`: whose requests one looks at. */
export function nothingAsked({ name }: Application, view: "all" | "mine" | "decided"): string {
  if (view === "all") return `Nobody has asked for anything on ${name} yet.`;
  return view === "mine"
    ? `You have not asked for anything on ${name} yet.`
    : `You have not decided anything on ${name} yet.`;
}
