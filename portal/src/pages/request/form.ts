/** What stands in the form, what an address puts there, and what is sent of it. */
import { askAgain } from "../../../../src/client/asked.ts";
import type { Input } from "../../api/api.ts";
import { PART, ROLE_AND_PLACE, TICKET, WHEN } from "../../words/asking.ts";
import { durationMs, isoDuration } from "../../words/duration.ts";
import type { AccessRequest } from "../../words/request.ts";
import { instantOf } from "../../words/time.ts";
import { insideOf, isPathInside, type Place, pathIn, placeOf } from "./places.ts";

export type Body = Input<"submitAccessRequest">["body"];
export type Purpose = NonNullable<Body["operation"]>["purpose"];

export interface Form {
  /** A place's, or one from an address that is none; empty while nothing is chosen. */
  readonly scope: string;
  /** Only this part of the place, as a path below it. */
  readonly inside: string;
  readonly roleDefinitionIds: readonly string[];
  /** Null: for oneself. */
  readonly beneficiaryId: string | null;
  readonly purpose: Purpose | null;
  readonly plan: string;
  readonly justification: string;
  readonly ticketSystem: string;
  readonly ticketNumber: string;
  readonly later: boolean;
  /** As a field for a local date and time has it. */
  readonly startAt: string;
  /** Null while what is typed is none; undefined: what the settings say. */
  readonly durationMs?: number | null;
  readonly emergency: boolean;
}

/** Something that only the form can know to be missing. */
export interface Need {
  readonly field: Field;
  readonly label: string;
  readonly text: string;
}

/** Ids of the fields, in the order of the page. */
export const FIELDS = [
  "roles",
  "inside",
  "who-for",
  "justification",
  "ticket-system",
  "ticket-number",
  "start-at",
  "how-long",
  "emergency",
] as const;
export type Field = (typeof FIELDS)[number];

const EMPTY: Form = {
  scope: "",
  inside: "",
  roleDefinitionIds: [],
  beneficiaryId: null,
  purpose: null,
  plan: "",
  justification: "",
  ticketSystem: "",
  ticketNumber: "",
  later: false,
  startAt: "",
  emergency: false,
};

/**
 * `/request?scope=…&role=…&role=…&for=PT1H`; with nothing to choose between, that is chosen.
 *
 * @param before the request of `/request?again=…&role=…`, for all of its roles or for those that are named
 */
export function formFrom(
  address: string,
  { places, before }: { readonly places: readonly Place[]; readonly before: AccessRequest | null },
): Form {
  const query = new URLSearchParams(address);
  const again = before === null ? null : askAgain(before);
  const asked = again?.scope ?? query.get("scope");
  if (asked === null) return { ...EMPTY, ...onlyChoice(places) };
  const place = placeOf(places, asked);
  const named = query.getAll("role");
  const roles = named.length > 0 ? named : (again?.roleDefinitionIds ?? []);
  const wanted = durationMs(again?.duration ?? query.get("for") ?? "");
  return {
    ...EMPTY,
    ...(again === null ? {} : wordsOf(again)),
    scope: place?.scope ?? asked,
    inside: place === null ? "" : (insideOf(place, asked) ?? ""),
    // Where one is eligible for nothing the server says why; elsewhere only what can be unchosen is chosen.
    roleDefinitionIds:
      place === null ? roles : roles.filter((id) => place.roles.some((one) => one.id === id)),
    ...(wanted > 0 ? { durationMs: wanted } : {}),
  };
}

/** What was said with it: the same needs no new reason. */
function wordsOf({ justification, ticket, operation, beneficiaryId }: Body): Partial<Form> {
  return {
    justification: justification ?? "",
    ticketSystem: ticket?.system ?? "",
    ticketNumber: ticket?.number ?? "",
    purpose: operation?.purpose ?? null,
    plan: operation?.plan ?? "",
    beneficiaryId: beneficiaryId ?? null,
  };
}

export function needsOf(form: Form): Need[] {
  const { scope, inside, roleDefinitionIds, ticketSystem, ticketNumber } = form;
  const needs: Need[] = [];
  if (scope === "" || roleDefinitionIds.length === 0)
    needs.push({ field: "roles", label: ROLE_AND_PLACE.label, text: ROLE_AND_PLACE.lacks });
  if (inside !== "" && !isPathInside(inside))
    needs.push({ field: "inside", label: PART.label, text: PART.lacks });
  if (ticketNumber.trim() !== "" && ticketSystem.trim() === "")
    needs.push({ field: "ticket-system", label: TICKET.label, text: TICKET.systemLacks });
  if (ticketNumber.trim() === "" && ticketSystem.trim() !== "")
    needs.push({ field: "ticket-number", label: TICKET.label, text: TICKET.numberLacks });
  if (form.later && instantOf(form.startAt) === null)
    needs.push({ field: "start-at", label: WHEN.start, text: WHEN.startLacks });
  if (form.durationMs === null || form.durationMs === 0)
    needs.push({ field: "how-long", label: WHEN.howLong, text: WHEN.howLongLacks });
  return needs;
}

/** Null while there is nothing to ask about. */
export function bodyOf(form: Form, place: Place | null): Body | null {
  if (needsOf(form).length > 0) return null;
  const startAt = form.later ? instantOf(form.startAt) : null;
  const [justification, plan] = [form.justification.trim(), form.plan.trim()];
  const ticket = { system: form.ticketSystem.trim(), number: form.ticketNumber.trim() };
  return {
    scope: place === null ? form.scope : pathIn(place, form.inside),
    roleDefinitionIds: [...form.roleDefinitionIds],
    emergency: form.emergency,
    ...(typeof form.durationMs === "number" ? { duration: isoDuration(form.durationMs) } : {}),
    ...(startAt === null ? {} : { startAt }),
    ...(justification === "" ? {} : { justification }),
    ...(ticket.number === "" ? {} : { ticket }),
    ...(form.purpose === null
      ? {}
      : { operation: { purpose: form.purpose, ...(plan === "" ? {} : { plan }) } }),
    ...(form.beneficiaryId === null ? {} : { beneficiaryId: form.beneficiaryId }),
  };
}

function onlyChoice(places: readonly Place[]): Partial<Form> {
  const [place] = places;
  const [role] = place?.roles ?? [];
  if (place === undefined || role === undefined || places.length > 1 || place.roles.length > 1) return {};
  return { scope: place.scope, roleDefinitionIds: [role.id] };
}
