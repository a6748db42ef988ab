/**
 * Scopes: resource paths such as `/subscriptions/{id}/resourceGroups/{name}/providers/...`, and a group's own `/groups/{id}`,
 * compared by whole segments and without regard to case. A role held at a scope is held below it.
 */
import { asId, isGuid, type ObjectId, type SubscriptionId } from "./ids.ts";

declare const scopeBrand: unique symbol;
/** A normalised path: one leading slash, no trailing one, segments as written but for letters beyond ASCII. */
export type Scope = string & { readonly [scopeBrand]: true };

const MAX_LENGTH = 1_024;
const MAX_SEGMENTS = 40;
// The characters ARM allows in names, less the ones that mean something in a path or a log line, and letters that nobody sees.
const SEGMENT = /^(?:(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{N}_.()@ -]){1,260}$/u;

/** Null when the text is not a scope. Tolerates doubled and trailing slashes, as ARM's clients send them. */
export function parseScope(text: string): Scope | null {
  if (text.length > MAX_LENGTH || !text.startsWith("/")) return null;
  const segments = small(text)
    .split("/")
    .filter((segment) => segment !== "");
  if (segments.length > MAX_SEGMENTS) return null;
  if (!segments.every((segment) => SEGMENT.test(segment) && !/^\.+$/.test(segment))) return null;
  const known = subscriptionOfSegments(segments) !== null || groupOfSegments(segments) !== null;
  if (segments.length > 0 && !known) return null;
  return `/${segments.join("/")}` as Scope;
}

/** The form under which scopes are compared and indexed. */
export function scopeKey(scope: Scope): string {
  return scope.toLowerCase();
}

export function sameScope(a: Scope, b: Scope): boolean {
  return scopeKey(a) === scopeKey(b);
}

/** Whether what is held at `outer` is held at `inner`: the same path, or one below it by whole segments. */
export function scopeCovers(outer: Scope, inner: Scope): boolean {
  const outerKey = scopeKey(outer);
  const innerKey = scopeKey(inner);
  return outerKey === "/" || innerKey === outerKey || innerKey.startsWith(`${outerKey}/`);
}

/** Keys of the scope and everything above it, nearest first, ending in `/`. */
export function scopeLineage(scope: Scope): string[] {
  const segments = scopeKey(scope)
    .split("/")
    .filter((segment) => segment !== "");
  const keys: string[] = [];
  for (let length = segments.length; length > 0; length--)
    keys.push(`/${segments.slice(0, length).join("/")}`);
  return [...keys, "/"];
}

export function subscriptionOf(scope: Scope): SubscriptionId | null {
  return subscriptionOfSegments(scope.split("/").filter((segment) => segment !== ""));
}

/** The group whose own scope it is. It lies in the tenant of whoever names it: the path does not say which. */
export function groupOf(scope: Scope): ObjectId | null {
  return groupOfSegments(scope.split("/").filter((segment) => segment !== ""));
}

/** The last segment: what people call the thing. */
export function scopeName(scope: Scope): string {
  return scope.split("/").at(-1) || "/";
}

export function subscriptionScope(id: SubscriptionId): Scope {
  return `/subscriptions/${id}` as Scope;
}

/** What there is at a scope: managed applications, a tenant's other resources, its groups. Each has its own lists. */
export const SCOPE_FAMILIES = ["applications", "resources", "groups"] as const;
export type ScopeFamily = (typeof SCOPE_FAMILIES)[number];

/** Above every group: where roles over groups are assignable. Nothing is held there, so `parseScope` does not know it. */
export const GROUPS = "/groups" as Scope;

export function groupScope(id: ObjectId): Scope {
  return `${GROUPS}/${id}` as Scope;
}

export function resourceGroupScope(id: SubscriptionId, name: string): Scope {
  return `/subscriptions/${id}/resourceGroups/${small(name)}` as Scope;
}

export function applicationScope(id: SubscriptionId, resourceGroup: string, name: string): Scope {
  return `${resourceGroupScope(id, resourceGroup)}/providers/Microsoft.Solutions/applications/${small(name)}` as Scope;
}

/**
 * Letters beyond ASCII are written small, one by one: databases do not agree with each other, nor with us, on how else
 * to compare them, and a scope must have one key everywhere.
 */
function small(text: string): string {
  return text.replace(/\P{ASCII}/gu, (letter) => letter.toLowerCase());
}

function subscriptionOfSegments(segments: readonly string[]): SubscriptionId | null {
  const [first, id] = segments;
  if (first?.toLowerCase() !== "subscriptions" || id === undefined || !isGuid(id)) return null;
  return asId<SubscriptionId>(id);
}

/** Nothing lies below a group. */
function groupOfSegments(segments: readonly string[]): ObjectId | null {
  const [first, id] = segments;
  if (segments.length !== 2 || first?.toLowerCase() !== "groups" || id === undefined) return null;
  return isGuid(id) ? asId<ObjectId>(id) : null;
}
