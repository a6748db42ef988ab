/** An eligibility in words: who may ask for what until when, making somebody eligible, and ending it. */
import type { ItemOf } from "../api/api.ts";
import { durationWords } from "./duration.ts";
import { timeWords } from "./time.ts";

export type Eligibility = ItemOf<"listMyEligibilities">;
type Row = ItemOf<"listEligibilities">;

export function hasBegun({ startsAt }: Pick<Eligibility, "startsAt">, now: number): boolean {
  return Date.parse(startsAt) <= now;
}

export const LIST = {
  title: "Eligibilities",
  lead: "Who may ask for which role, where and until when. Being eligible gives nobody access before they ask.",
  make: "Make eligible",
  who: "Who",
  what: "Role and place",
  until: "Until",
  madeBy: "Made by",
  endIt: "End it",
  end: "End",
  begins: "begins",
  since: "since",
  nobodySo: "Nobody is eligible in this way.",
  person: "Person or group",
  everybody: "Everybody",
  role: "Role",
  everyRole: "Every role",
} as const;

export function nobodyYet(tenantName: string): string {
  return `Nobody of ${tenantName} may ask for anything yet. Make a person or a group eligible for a role.`;
}

type Named = Pick<Row, "principal" | "roleName" | "scopeName">;

/** "Contributor on orders" */
export function whatWords({ roleName, scopeName }: Pick<Named, "roleName" | "scopeName">): string {
  return `${roleName} on ${scopeName}`;
}

/** Another tenant's with its name. */
export function whoWords({ displayName, tenantName }: Row["principal"], own: boolean): string {
  return own ? displayName : `${displayName} (${tenantName})`;
}

/** "group, 3 members" */
export function groupWords(members: string): string {
  return `group, ${members}`;
}

/** Who made it, or what it comes with. */
export function madeWords({ source }: Pick<Row, "source">): string {
  if (source.kind === "application") return `comes with the application ${source.name}`;
  return source.name ?? (source.at === null ? "not recorded" : "when Curfew was set up");
}

export function endItWords(one: Named): string {
  return `End ${whatWords(one)} for ${one.principal.displayName}`;
}

export const END = {
  verb: "End eligibility",
  why: "Why",
  whyHelp: "Kept in the audit log.",
} as const;

export function endTitle({ principal }: Named): string {
  return `End the eligibility of ${principal.displayName}?`;
}

/** Before it is ended, and when it is. */
export function endedWords(one: Named): string {
  return `${one.principal.displayName} can no longer ask for ${whatWords(one)}.`;
}

export const ASSIGN = {
  lead: "From then on they may ask for the role. Its settings still decide each request.",
  who: "Who",
  whoHelp: "A person, a group or a workload. Every member of a group may ask, those of nested groups too.",
  role: "Role",
  where: "Where",
  from: "From",
  fromHelp: "Leave it empty to start now.",
  why: "Why",
  whyDemanded: "The role's settings ask for a reason. It is kept in the audit log.",
  whyHelp: "Optional. It is kept in the audit log.",
  secondFactor: "The role's settings ask for your second factor here.",
  nothingYet: "Nothing happens before you press the button.",
  back: "Back",
  lasting: "For how long",
  untilDate: "Until a date",
  noEnd: "Without an end",
  theDate: "The date it ends",
} as const;

export const LACKING = {
  who: "Choose who.",
  role: "Choose a role.",
  scope: "Choose a place, or type one: subscription / resource group.",
  start: "Choose when it begins, or leave it empty: then it begins now.",
  end: "Choose when it ends.",
  why: "The role's settings ask for a reason.",
} as const;

/** `maximumMs`: null where it need not end. */
export function lastingHelp(maximumMs: number | null): string {
  return maximumMs === null
    ? "The role's settings allow an eligibility without an end."
    : `The role's settings allow up to ${durationWords(maximumMs)}.`;
}

/** What the button will do. `endsAt`: RFC 3339; null without an end, undefined while none is typed. */
export function willMake(
  who: string,
  roleName: string,
  endsAt: string | null | undefined,
  now: number,
): string {
  return `${who} may ask for ${roleName} until ${endsAt ? timeWords(endsAt, now) : "somebody ends it"}.`;
}

export function madeEligible(one: Named): string {
  return `${one.principal.displayName} may ask for ${whatWords(one)}.`;
}
