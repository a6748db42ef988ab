/** Azure Resource Manager's surface: its addresses, what stands at them, its versions, its envelope of errors. */
import type { Scope } from "../../domain/scope.ts";
import { same } from "../odata/address.ts";
import { type Call, type Operation, refuse } from "../odata/operation.ts";
import { clientsId, type Match, namesIn, type Surface } from "../odata/surface.ts";
import { type ArmPath, divide, scopeOf } from "./arm-path.ts";

export type Namespace = "Microsoft.Solutions" | "Microsoft.Authorization" | "Microsoft.Resources";

export interface ArmCall extends Call {
  /** Before the provider, as the domain knows it. */
  readonly scope: Scope;
}

/** Its path begins behind the namespace, or is the whole one without one. */
export interface ArmOperation extends Operation<ArmCall> {
  /** Null for paths without a provider. */
  readonly namespace: Namespace | null;
  /** What stands before the provider. */
  readonly at: "tenant" | "subscription" | "resourceGroup" | "scope";
}

interface ArmMatch extends Match<ArmCall> {
  readonly operation: ArmOperation;
  readonly scope: Scope;
}

const ROOTS = ["/subscriptions", "/providers", "/tenants"];

/** What a client may send doubled or in other letters, as the router knows it. */
export function armUrl(url: string): string {
  const path = url.replace(/^\/{2,16}/, "/");
  const root = ROOTS.find((one) => path.slice(0, one.length).toLowerCase() === one);
  return root === undefined ? path : root + path.slice(root.length);
}

export const ARM: Surface<ArmCall, ArmMatch> = {
  name: "Azure",
  async load() {
    const { ARM_OPERATIONS } = await import("./operations.ts");
    const namespaces = [...new Set(ARM_OPERATIONS.flatMap(({ namespace }) => namespace ?? []))];
    return (segments) => {
      const path = divide(segments, namespaces);
      return ARM_OPERATIONS.flatMap((operation) => matchOf(operation, path) ?? []);
    };
  },
  urls: ROOTS.flatMap((root) => [root, `${root}/*`]),
  versionOf: (_segments, query) => query.get("api-version"),
  parameters: ["api-version"],
  unserved(versions, given) {
    if (given === null) {
      const message = `give the query parameter api-version, one of ${versions.join(", ")}`;
      return refuse(400, "MissingApiVersionParameter", message);
    }
    const message = `the api-version \`${given.slice(0, 40)}\` is not served here; use ${versions.join(" or ")}`;
    return refuse(400, "InvalidApiVersionParameter", message);
  },
  codes: { badAddress: "InvalidRequestUri", nothingThere: "InvalidResourceType" },
  complete: (call, { scope }) => ({ ...call, scope }),
  /** By which a client's log and ours are brought together; its own id comes back where it asks for that. */
  headersOf(request) {
    const { id } = request;
    const isWanted = request.headers["x-ms-return-client-request-id"] === "true";
    const given = isWanted ? clientsId(request, "x-ms-client-request-id") : null;
    return {
      "x-ms-request-id": id,
      "x-ms-correlation-request-id": id,
      ...(given === null ? {} : { "x-ms-client-request-id": given }),
    };
  },
  refusalOf: ({ status, code, message }) => ({
    status,
    body: { error: { code, message } },
    headers: { "x-ms-failure-cause": "service" },
  }),
};

function matchOf(operation: ArmOperation, path: ArmPath): ArmMatch | null {
  if (operation.namespace !== path.namespace) return null;
  const scope = scopeOf(path.scope);
  if (scope === null || !standsAt(operation.at, path.scope)) return null;
  const parts = path.rest.map((text) => ({ text, args: null }));
  const names = namesIn(operation.path, parts);
  if (names === null) return null;
  const [, subscriptionId, , resourceGroupName] = path.scope;
  const before = {
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
    ...(resourceGroupName === undefined ? {} : { resourceGroupName }),
  };
  return { operation, scope, names: { ...before, ...names } };
}

function standsAt(at: ArmOperation["at"], scope: readonly string[]): boolean {
  const [first, , third] = scope;
  switch (at) {
    case "scope":
      return true;
    case "tenant":
      return scope.length === 0;
    case "subscription":
      return scope.length === 2 && same(first, "subscriptions");
    case "resourceGroup":
      return scope.length === 4 && same(first, "subscriptions") && same(third, "resourceGroups");
  }
}
