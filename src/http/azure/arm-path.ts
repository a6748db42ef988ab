/**
 * Resource ids as Azure Resource Manager's clients send them: doubled slashes, letters of any case, escapes, and the
 * prefix `providers/Microsoft.Subscription` that some of them put before a subscription.
 */
import { z } from "zod";
import { asId, type RoleDefinitionId } from "../../domain/ids.ts";
import { parseScope, type Scope } from "../../domain/scope.ts";
import { text } from "../../use-cases/values.ts";
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

const MOST_CHARS = 1_100;
const ROLE_DEFINITION =
  /\/providers\/microsoft\.authorization\/roledefinitions\/([0-9a-f-]{36})$|^([0-9a-f-]{36})$/i;

/** The GUID at the end of a role definition's resource id, or the GUID alone. */
export function roleIdOf(text: string): RoleDefinitionId | null {
  if (text.length > MOST_CHARS) return null;
  const [, ofId, alone] = ROLE_DEFINITION.exec(text) ?? [];
  const id = ofId ?? alone;
  return id === undefined ? null : asId(id);
}

/** The same of what a body says. */
export const roleReference = text(MOST_CHARS).transform((said, context) => {
  const id = roleIdOf(said);
  if (id !== null) return id;
  context.addIssue({ code: "custom", message: "not a role definition: give its GUID or its resource id" });
  return z.NEVER;
});

function withoutPrefix(segments: readonly string[]): readonly string[] {
  const prefixed =
    same(segments[0], "providers") &&
    same(segments[1], "Microsoft.Subscription") &&
    same(segments[2], "subscriptions");
  return prefixed ? segments.slice(2) : segments;
}
