/** JSON values that others wrote: only what a value owns is ever read from it. */
import type { Json, JsonObject } from "../domain/target-binding.ts";

export type { Json, JsonObject };

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Undefined for what the object inherits: `constructor` is nothing that anybody wrote. */
export function own(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

export function ownText(object: JsonObject, name: string): string | null {
  const value = own(object, name);
  return typeof value === "string" ? value : null;
}

/** Whether PostgreSQL can keep it: no NUL, no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}

export function pointerOf(path: readonly (string | number)[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/**
 * The length of the value as JSON, or `Infinity` past `most` characters or `levels`. Values share parts, so that a small
 * one can be endless when it is written out: this stops as soon as it is too long.
 */
export function jsonLength(value: Json, most: number, levels: number): number {
  if (levels < 0) return Number.POSITIVE_INFINITY;
  if (typeof value !== "object" || value === null) return JSON.stringify(value)?.length ?? 0;
  let length = 2;
  for (const [key, part] of Object.entries(value)) {
    const name = isList(value) ? 0 : JSON.stringify(key).length + 1;
    length += name + 1 + jsonLength(part, most - length, levels - 1);
    if (length > most) return Number.POSITIVE_INFINITY;
  }
  return length;
}

/** Whether every text and key of a bounded value is storable. */
export function holdsOnlyStorable(value: Json): boolean {
  if (typeof value === "string") return isStorable(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, part]) => isStorable(key) && holdsOnlyStorable(part));
}
