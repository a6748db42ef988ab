/** Which of what waits somebody wants to see. Pure. */
import { bare } from "../../api/isolated.ts";
import type { AccessRequest } from "../../words/request.ts";

export interface Filter {
  /** Every word of it occurs. */
  readonly text: string;
  /** Object id of the requester; a place; the id of a role; empty: any. */
  readonly person: string;
  readonly place: string;
  readonly role: string;
  readonly waits: "" | Waits;
}

const HOUR_MS = 3_600_000;
export const WAITS = ["urgent", "1h", "4h", "24h"] as const;
export type Waits = (typeof WAITS)[number];

const LONGER_MS: Readonly<Record<Exclude<Waits, "urgent">, number>> = {
  "1h": HOUR_MS,
  "4h": 4 * HOUR_MS,
  "24h": 24 * HOUR_MS,
};

export function fits(request: AccessRequest, filter: Filter, now: number): boolean {
  const { person, place, role, waits } = filter;
  return (
    (person === "" || request.requester.objectId === person) &&
    (place === "" || placeOf(request) === place) &&
    (role === "" || request.roles.some(({ id }) => id === role)) &&
    (waits === "" || waitsLike(request, waits, now)) &&
    saysAll(request, filter.text)
  );
}

/** The one name that people know it by, with whose it is. */
export function placeOf({ scopeName, ownerName }: AccessRequest): string {
  return `${scopeName} · ${ownerName}`;
}

/** `urgent`: to be decided within the hour. */
function waitsLike({ createdAt, decideBy }: AccessRequest, waits: Waits, now: number): boolean {
  if (waits === "urgent") return decideBy !== null && Date.parse(decideBy) - now < HOUR_MS;
  return now - Date.parse(createdAt) >= LONGER_MS[waits];
}

function saysAll(request: AccessRequest, text: string): boolean {
  const { requester, beneficiary, roles, justification, ticket } = request;
  const said = bare(
    [
      requester.displayName,
      requester.tenantName,
      beneficiary.displayName,
      ...roles.map(({ name }) => name),
      placeOf(request),
      justification ?? "",
      ticket === null ? "" : `${ticket.system} ${ticket.number}`,
    ].join("\n"),
  ).toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => said.includes(word));
}

export interface Choices {
  readonly people: readonly { value: string; label: string }[];
  readonly places: readonly string[];
  readonly roles: readonly { value: string; label: string }[];
}

/** What is there to choose from, each once, by name. */
export function choicesIn(requests: readonly AccessRequest[]): Choices {
  const people = new Map(
    requests.map(({ requester }) => [
      requester.objectId,
      `${requester.displayName} (${requester.tenantName})`,
    ]),
  );
  const roles = new Map(requests.flatMap((one) => one.roles.map(({ id, name }) => [id, name] as const)));
  return {
    people: byLabel(people),
    places: [...new Set(requests.map(placeOf))].sort((a, b) => a.localeCompare(b)),
    roles: byLabel(roles),
  };
}

function byLabel(found: ReadonlyMap<string, string>): { value: string; label: string }[] {
  return [...found]
    .map(([value, label]) => ({ value, label }))
    .sort((a, b) => a.label.localeCompare(b.label));
}
