/**
 * Resource ids as Azure Resource Manager's clients send them: doubled slashes, letters of any case, escapes, and the
 * prefix `providers/Microsoft.Subscription` that some of them put before a subscription.
 */
import { parseScope, type Scope } from "../../domain/scope.ts";

const MAX_PATH = 2_048;
const MAX_SEGMENTS = 48;

/** Segments as they were written, less empty ones; null when the path is too long or not well escaped. */
export function pathSegments(path: string): string[] | null {
  if (path.length > MAX_PATH) return null;
  const segments: string[] = [];
  for (const part of path.split("/")) {
    if (part === "") continue;
    const decoded = unescaped(part);
    if (decoded === null || decoded.includes("/")) return null;
    segments.push(decoded);
  }
  return segments.length > MAX_SEGMENTS ? null : segments;
}

/** `{scope}/providers/{namespace}/{rest}`; the last `providers` that names the namespace divides them. */
export interface ArmPath {
  /** As written, without a slash at either end; empty for the tenant itself. */
  readonly scope: readonly string[];
  /** Null where the path names no provider: `/subscriptions`, `/tenants`. */
  readonly namespace: string | null;
  readonly rest: readonly string[];
}

export function divide(segments: readonly string[], namespaces: readonly string[]): ArmPath {
  for (let at = segments.length - 3; at >= 0; at--) {
    if (!same(segments[at], "providers")) continue;
    const namespace = namespaces.find((one) => same(segments[at + 1], one));
    if (namespace !== undefined)
      return { scope: withoutPrefix(segments.slice(0, at)), namespace, rest: segments.slice(at + 2) };
  }
  return { scope: [], namespace: null, rest: withoutPrefix(segments) };
}

/** The domain's scope of these segments; null where the domain knows none, `/` for the tenant. */
export function scopeOf(segments: readonly string[]): Scope | null {
  return parseScope(`/${segments.join("/")}`);
}

/** A whole id, such as a body names one: its scope, or null. */
export function scopeOfId(id: string): Scope | null {
  const segments = pathSegments(id);
  return segments === null ? null : scopeOf(withoutPrefix(segments));
}

export function same(a: string | undefined, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase();
}

function withoutPrefix(segments: readonly string[]): readonly string[] {
  const prefixed =
    same(segments[0], "providers") &&
    same(segments[1], "Microsoft.Subscription") &&
    same(segments[2], "subscriptions");
  return prefixed ? segments.slice(2) : segments;
}

function unescaped(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
