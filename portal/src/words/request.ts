/** An access request in words. */
import { TIMED_OUT, becameWords as whatBecame } from "../../../src/client/asked.ts";
import type { ItemOf } from "../api/api.ts";
import { durationWords } from "./duration.ts";
import { listWords } from "./list.ts";
import { timeWords, withTimes } from "./time.ts";

export type AccessRequest = ItemOf<"listAccessRequests">;
type Stage = AccessRequest["stages"][number];

const STATES: Readonly<Record<AccessRequest["state"], { words: string; color: string }>> = {
  pending: { words: "Waiting for a decision", color: "night" },
  approved: { words: "Approved", color: "green" },
  denied: { words: "Denied", color: "red" },
  canceled: { words: "Canceled", color: "gray" },
  timedOut: { words: "Timed out", color: "gray" },
};

export function stateWords(request: AccessRequest): string {
  if (request.state === "pending" && request.proposal !== null)
    return "Another start is offered: accept it or not";
  const stage = currentStage(request);
  if (request.state === "pending" && stage !== null) return `Waiting for ${decidersWords(stage)}`;
  const { became } = request;
  if (became !== null) return `Approved, ${whatBecame(became, request, durationWords)}`;
  const { timedOutBecause } = request;
  return timedOutBecause === null ? STATES[request.state].words : `Timed out: ${TIMED_OUT[timedOutBecause]}`;
}

/** Green is what is live or on its way there, whatever was approved. */
export function stateColor({ state, became }: AccessRequest): string {
  if (became === null) return STATES[state].color;
  if (became.unconfirmed !== null) return "orange";
  return became.name === "ended" || became.name === "closing" ? "gray" : STATES[state].color;
}

/** Where it stands, in one or two sentences. */
export function standingWords(request: AccessRequest, now: number): string {
  const { state, stateAt, timedOutBecause, decideBy, denial } = request;
  const at = timeWords(stateAt, now);
  switch (state) {
    case "pending":
      return decideBy === null
        ? "Nothing has begun."
        : `Nothing has begun. It times out ${timeWords(decideBy, now)} if nobody decides.`;
    case "approved":
      return `Approved ${at}.${becameWords(request, now)}`;
    case "denied":
      return denial?.justification ? `Denied ${at}: “${denial.justification}”` : `Denied ${at}.`;
    case "canceled":
      return `Canceled ${at}. Nothing had begun.`;
    case "timedOut":
      return `Timed out ${at}: ${TIMED_OUT[timedOutBecause ?? "decideBy"]}.`;
    default:
      return state satisfies never;
  }
}

/** What its targets did not confirm, after a space; else empty. */
export function becameWords({ became }: AccessRequest, now: number): string {
  if (became?.unconfirmed == null) return "";
  const words = withTimes(became.unconfirmed, now);
  return ` ${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** "Frank Fischer (Fabrikam) asked for Contributor on orders for 2 h". */
export function askWords(request: AccessRequest): string {
  const verb = request.extendsGrantId === null ? "asked for" : "asked for more time as";
  return `${whoWords(request.requester)} ${verb} ${rolesWords(request)} on ${request.scopeName} for ${durationWords(request.asked.duration)}`;
}

/** What was asked for, shortly: "Contributor on orders", or its extension. */
export function whatWords(request: AccessRequest): string {
  const extended = request.extendsGrantId === null ? "" : "more time as ";
  return `${extended}${rolesWords(request)} on ${request.scopeName}`;
}

/** Less was approved, or is to be decided, than was asked. */
export function isNarrowed({ asked, terms }: AccessRequest): boolean {
  return (
    asked.duration !== terms.duration ||
    asked.startAt !== terms.startAt ||
    asked.roleDefinitionIds.length !== terms.roleDefinitionIds.length
  );
}

export function currentStage({ stages }: AccessRequest): Stage | null {
  return stages.find(({ approved, required }) => approved < required) ?? null;
}

/** One's own people by name, another tenant by number: "Contoso, 2 approvers". */
export function peopleWords({ tenantName, count, names }: Stage["approvers"]): string {
  if (names.length > 0 && names.length >= count) return listWords(names);
  return `${tenantName}, ${count} ${count === 1 ? "approver" : "approvers"}`;
}

export function decidersWords({ approvers, required, approved }: Stage): string {
  const need = required > 1 ? ` (${approved} of ${required} have)` : "";
  return `${peopleWords(approvers)}${need}`;
}

export function rolesWords({ roles }: Pick<AccessRequest, "roles">): string {
  return listWords(
    roles.map(({ name }) => name),
    "and",
  );
}

/** "30 s, starting when approved" or "2 h from 15:00". */
export function termsWords({ duration, startAt }: AccessRequest["terms"], now: number): string {
  return `${durationWords(duration)}, starting ${startAt === null ? "when approved" : timeWords(startAt, now)}`;
}

/** Who asks, with the house they come from. */
export function whoWords({ displayName, tenantName }: AccessRequest["requester"]): string {
  return `${displayName} (${tenantName})`;
}

export function firstName(displayName: string): string {
  return displayName.split(" ")[0] ?? displayName;
}

export function purposeWords(purpose: string): string {
  return purpose.charAt(0).toUpperCase() + purpose.slice(1);
}
