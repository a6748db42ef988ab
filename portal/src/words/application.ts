/** A managed application in words, for its consumer: what its publisher may do, and on whose say. */
import type { Answer, ItemOf } from "../api/api.ts";
import { durationWords } from "./duration.ts";
import { listWords } from "./list.ts";

export type Application = ItemOf<"listApplications">;
export type ApplicationInFull = Answer<"readApplication">;
type Policy = NonNullable<Application["jitPolicy"]>;

/** "JIT: manual, up to 8 h, 2 approvers" */
export function jitWords({ jitPolicy }: Application): string {
  if (jitPolicy === null) return "Permanent: JIT declined";
  const { mode, maximumDuration, approvers } = jitPolicy;
  return `JIT: ${mode}, up to ${durationWords(maximumDuration)}, ${countWords(approvers.count, "approver")}`;
}

export function countWords(count: number, noun: string): string {
  return `${count === 0 ? "no" : count} ${noun}${count === 1 ? "" : "s"}`;
}

export function roleWords({ roles }: { readonly roles: readonly { readonly name: string }[] }): string {
  const names = [...new Set(roles.map(({ name }) => name))];
  return names.length === 0 ? "no role" : listWords(names, "and");
}

/** Whether a scope is the application's, its managed resources', or below one of them. */
export function liesIn(scope: string, { scope: own, managedScope }: Application): boolean {
  const path = `${scope.toLowerCase()}/`;
  return [own, managedScope].some((place) => path.startsWith(`${place.toLowerCase()}/`));
}

/** The resource group, or whatever a scope ends with. */
export function lastOf(scope: string): string {
  return scope.split("/").at(-1) ?? scope;
}

export function groupOf(scope: string): string {
  return scope.split("/")[4] ?? "";
}

/** What the publisher may do at any time, and what it must ask for. */
export function mayDoWords(application: Application): string {
  const { publisher, name, jitPolicy } = application;
  if (jitPolicy === null) return permanentWords(application);
  return `${publisher.name} may always look at ${name}, and change nothing. For ${roleWords(application)} its people ask each time, for at most ${durationWords(jitPolicy.maximumDuration)}; ${decidersOf(jitPolicy)}.`;
}

export function permanentWords(application: Application): string {
  const { publisher, managedScope } = application;
  return `${publisher.name} holds ${roleWords(application)} on everything in ${lastOf(managedScope)} for as long as this application exists. Nobody is asked and nothing ends it.`;
}

function decidersOf({ mode, approvers, required }: Policy): string {
  if (mode === "automatic")
    return approvers.count === 0
      ? "that is approved at once, and the owners are told"
      : `that is approved at once, and ${namesOf(approvers)} ${approvers.count === 1 ? "is" : "are"} told`;
  if (approvers.count === 0) return "the owners decide";
  return required === 1
    ? `${namesOf(approvers, "or")} decides`
    : `${required} of ${namesOf(approvers)} decide`;
}

function namesOf({ names, count }: Policy["approvers"], last = "and"): string {
  return names.length === 0 ? countWords(count, "approver") : listWords(names, last);
}

/** "8 hours", "1 hour 30 minutes": where a choice is made, units are said in full. */
export function longDurationWords(given: number | string): string {
  return durationWords(given)
    .split(/(?<=[a-z]) /)
    .map((part) => {
      const [count = "", unit = ""] = part.split(" ");
      return `${count} ${LONG[unit] ?? unit}${count === "1" ? "" : "s"}`;
    })
    .join(" ");
}

const LONG: Readonly<Record<string, string>> = { d: "day", h: "hour", min: "minute", s: "second" };

export const NEVER_LATER = "You cannot switch JIT on later; you would have to delete and deploy again.";

export const POLICY_FIELDS: Readonly<Record<string, string>> = {
  mode: "Approval",
  maximumDuration: "Maximum duration",
  minimumDuration: "Minimum duration",
  decideBy: "Time to decide",
  required: "Approvals needed",
  approvers: "Approvers",
  justificationRequired: "Justification required",
  mfaRequired: "Second factor required",
  emergencyAllowed: "Emergency access",
  ticket: "Ticket",
  conditions: "Conditions",
  timeZone: "Time zone of conditions",
  approverJustification: "Justification of a decision",
  owners: "Owners",
  version: "Version of the offer",
};
