/** What one search finds, in words: what can be done first, then what there is. */
import type { Answer } from "../api/api.ts";
import { timeWords } from "./time.ts";

export type Found = Answer<"search">["items"][number];

export const FIND = "Find or do";
export const PLACEHOLDER = "A person, a place, a request, a page, or: activate, end, sign out …";
export const NOTHING = "Nothing that you may see is called that.";
export const LOOKING = "Looking …";
export const FOUND = "What was found";

export const PAGES = "Pages";
export const ACTIONS = "Do";
const GROUPS: Readonly<Record<Found["kind"], string>> = {
  principal: "People, groups and workloads",
  application: "Applications",
  place: "Places",
  request: "Requests",
  grant: "Access",
  roleSettings: "Role settings",
  tier: "Tiers",
  target: "Targets",
  offer: "Catalogue",
};

export const GROUPS_IN_ORDER = Object.values(GROUPS);

export const groupWords = ({ kind }: Found): string => GROUPS[kind];

/** "Contributor on orders" */
export function foundWords({ name, where, kind }: Found): string {
  const isRole = kind === "request" || kind === "grant" || kind === "roleSettings";
  return isRole && where !== null ? `${name} on ${where}` : name;
}

/** The line beneath; empty where there is no more to say. */
export function moreWords({ kind, who, where, state, at }: Found, now: number): string {
  const since = at === null ? "" : timeWords(at, now);
  switch (kind) {
    case "request":
      return [who, `asked ${since}`, STATES[state ?? ""]].filter(Boolean).join(" · ");
    case "grant":
      return [who, `from ${since}`, STATES[state ?? ""]].filter(Boolean).join(" · ");
    case "application":
      return `${state === "publisher" ? "runs at" : "published by"} ${who}`;
    case "offer":
      return `offered by ${who}`;
    case "principal":
      return where ?? KINDS[state ?? ""] ?? "";
    default:
      return kind === "target" || kind === "place" ? (where ?? "") : "";
  }
}

const STATES: Readonly<Record<string, string>> = {
  pending: "waits for a decision",
  approved: "approved",
  denied: "denied",
  canceled: "canceled",
  timedOut: "timed out",
  scheduled: "scheduled",
  provisioning: "opening",
  active: "live",
  deprovisioning: "closing",
  ended: "ended",
};

const KINDS: Readonly<Record<string, string>> = {
  group: "group",
  servicePrincipal: "workload",
  user: "person",
};

export function askWords(roleName: string, scopeName: string): string {
  return `Request ${roleName} on ${scopeName}`;
}

export function endWords(roleName: string, scopeName: string): string {
  return `End my access: ${roleName} on ${scopeName}`;
}

export function lockWords(displayName: string): string {
  return `Lock out ${displayName}`;
}

/** What is said before a name, and is none of it: "lock out casey". */
const VERB = /^(lock out|lock|request|activate|end|revoke|find|show|open|go to)\s+/i;

export function withoutVerb(query: string): string {
  return query.trim().replace(VERB, "");
}

export const startsLocking = (query: string): boolean => /^lock\b/i.test(query.trim());

export const DARK = "Use dark colours";
export const LIGHT = "Use light colours";
export const SIGN_OUT = "Sign out";
/** Other words that people look for these by. */
export const LOOKED_FOR = {
  end: "deactivate give hand back revoke stop",
  colours: "theme appearance night day mode",
  signOut: "log out leave",
};
