/** An access request in words. */
import type { ItemOf } from "../api/api.ts";
import { durationWords } from "./duration.ts";
import { timeWords } from "./time.ts";

export type AccessRequest = ItemOf<"listAccessRequests">;
type Stage = AccessRequest["stages"][number];

const STATES: Readonly<Record<AccessRequest["state"], { words: string; color: string }>> = {
  pending: { words: "Waiting for a decision", color: "night" },
  approved: { words: "Approved", color: "green" },
  denied: { words: "Denied", color: "red" },
  canceled: { words: "Canceled", color: "gray" },
  timedOut: { words: "Timed out: nobody decided", color: "gray" },
};

export function stateWords(request: AccessRequest): string {
  if (request.state === "pending" && request.proposal !== null)
    return "Another start is offered: accept it or not";
  const stage = currentStage(request);
  if (request.state === "pending" && stage !== null) return `Waiting for ${decidersWords(stage)}`;
  return STATES[request.state].words;
}

export function stateColor({ state }: AccessRequest): string {
  return STATES[state].color;
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

/** "Carol, Casey or Colin"; many are counted. */
export function listWords(names: readonly string[], last = "or", most = 4): string {
  if (names.length > most)
    return `${names.slice(0, most - 1).join(", ")} ${last} ${names.length - most + 1} more`;
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} ${last} ${names.at(-1)}`;
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
