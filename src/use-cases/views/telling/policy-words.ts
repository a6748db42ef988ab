/** Values of a JIT policy as people write them. */
import type { Json } from "../../../domain/target-binding.ts";
import { describeDuration, parseDuration } from "../../../domain/time.ts";
import { isObject } from "./sentences.ts";

const JUSTIFICATIONS: Readonly<Record<string, string>> = {
  whereAsked: "wherever there is a field for it",
  always: "always",
  never: "never",
};
const DURATIONS = ["maximumDuration", "minimumDuration", "decideBy"];

/** `nameOf` knows the people and groups that may be named. Null for what was not there. */
export function policyWords(
  field: string,
  value: Json | undefined,
  nameOf: (objectId: string) => string,
): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string" && field === "approverJustification") return JUSTIFICATIONS[value] ?? value;
  if (typeof value === "string") return DURATIONS.includes(field) ? durationWords(value) : value;
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.join("; ");
  if (!isObject(value)) return String(value);
  return field === "approvers" ? approverWords(value, nameOf) : ticketWords(value);
}

function durationWords(text: string): string {
  const ms = parseDuration(text);
  return ms === null ? text : describeDuration(ms);
}

function approverWords({ count, ids }: { readonly [name: string]: Json }, nameOf: (id: string) => string) {
  const named = Array.isArray(ids) ? ids.map((id) => nameOf(String(id))) : [];
  const more = Number(count) - named.length;
  if (named.length === 0) return "nobody";
  return more > 0 ? `${named.join(", ")} and ${more} more` : named.join(", ");
}

function ticketWords({ required, patterns }: { readonly [name: string]: Json }): string {
  const matching =
    Array.isArray(patterns) && patterns.length > 0 ? `, matching ${patterns.join(" or ")}` : "";
  return `${required === true ? "required" : "not required"}${matching}`;
}
