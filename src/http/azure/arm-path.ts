/**
 * Resource ids as Azure Resource Manager's clients send them: doubled slashes, letters of any case, escapes, and the
 * prefix `providers/Microsoft.Subscription` that some of them put before a subscription.
 */
import { parseScope, type Scope } from "../../domain/scope.ts";
import { pathSegments, same } from "../odata/address.ts";

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

/** Of a name that was decoded already, below a scope; null where no resource can have it. */
export function resourceScope(scope: Scope, type: `${string}/${string}`, name: string): Scope | null {
  return name === "" || name.includes("/") ? null : parseScope(`${scope}/providers/${type}/${name}`);
}

/** A whole id, such as a body names one: its scope, or null. */
export function scopeOfId(id: string): Scope | null {
  const segments = pathSegments(id);
  return segments === null ? null : scopeOf(withoutPrefix(segments));
}

/** Whether a text names a resource id that the domain understands as a scope. */
export function isResourceId(text: string): boolean {
  return text.startsWith("/") && scopeOfId(text) !== null;
}

const ROLE_DEFINITION =
  /\/providers\/microsoft\.authorization\/roledefinitions\/([0-9a-f-]{36})$|^([0-9a-f-]{36})$/i;

/** The GUID at the end of a role definition's resource id, or the GUID alone. */
export function roleIdOf(text: string): string | null {
  if (text.length > 1_100) return null;
  const [, ofId, alone] = ROLE_DEFINITION.exec(text) ?? [];
  return (ofId ?? alone)?.toLowerCase() ?? null;
}

function withoutPrefix(segments: readonly string[]): readonly string[] {
  const prefixed =
    same(segments[0], "providers") &&
    same(segments[1], "Microsoft.Subscription") &&
    same(segments[2], "subscriptions");
  return prefixed ? segments.slice(2) : segments;
}
