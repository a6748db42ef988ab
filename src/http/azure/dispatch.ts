/** Finds the operation that a call means, and everything it needs of the path. */
import type { Scope } from "../../domain/scope.ts";
import { BAD_PATH, pathSegments, same } from "../odata/address.ts";
import { type ArmAnswer, type ArmOperation, refuse } from "./arm-operation.ts";
import { type ArmPath, divide, scopeOf } from "./arm-path.ts";

export interface Found {
  readonly operation: ArmOperation;
  readonly scope: Scope;
  readonly names: Readonly<Record<string, string>>;
  readonly apiVersion: string;
}

export type Dispatched = { readonly ok: true; readonly found: Found } | (ArmAnswer & { readonly ok: false });

export function dispatcher(operations: readonly ArmOperation[]) {
  const namespaces = [...new Set(operations.flatMap(({ namespace }) => namespace ?? []))];
  return (method: string, path: string, apiVersion: string | null): Dispatched => {
    const segments = pathSegments(path);
    if (segments === null) return failed(400, "InvalidRequestUri", BAD_PATH);
    const divided = divide(segments, namespaces);
    const here = operations.flatMap((operation) => matchOf(operation, divided) ?? []);
    const match = here.find(({ operation }) => operation.method === method);
    if (match === undefined && here.length > 0) {
      const allowed = here.map(({ operation }) => operation.method).join(", ");
      return failed(405, "MethodNotAllowed", `this address answers to ${allowed}`);
    }
    if (match === undefined) return failed(404, "InvalidResourceType", "there is nothing at this address");
    const { versions } = match.operation;
    if (apiVersion === null) {
      return failed(
        400,
        "MissingApiVersionParameter",
        `give the query parameter api-version, one of ${versions.join(", ")}`,
      );
    }
    if (!versions.some((one) => same(apiVersion, one))) {
      const message = `the api-version \`${apiVersion.slice(0, 40)}\` is not served here; use ${versions.join(" or ")}`;
      return failed(400, "InvalidApiVersionParameter", message);
    }
    return { ok: true, found: { ...match, apiVersion } };
  };
}

function matchOf(operation: ArmOperation, path: ArmPath): Omit<Found, "apiVersion"> | null {
  if (operation.namespace !== path.namespace) return null;
  const scope = scopeOf(path.scope);
  if (scope === null || !standsAt(operation.at, path.scope)) return null;
  const names = namesOf(operation.path, path.rest);
  if (names === null) return null;
  const [, subscriptionId, , resourceGroupName] = path.scope;
  return {
    operation,
    scope,
    names: {
      ...(subscriptionId === undefined ? {} : { subscriptionId }),
      ...(resourceGroupName === undefined ? {} : { resourceGroupName }),
      ...names,
    },
  };
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

function namesOf(template: readonly string[], given: readonly string[]): Record<string, string> | null {
  if (template.length !== given.length) return null;
  const names: Record<string, string> = {};
  for (const [index, part] of template.entries()) {
    const value = given[index] ?? "";
    if (part.startsWith("{")) names[part.slice(1, -1)] = value;
    else if (!same(value, part)) return null;
  }
  return names;
}

function failed(status: number, code: string, message: string): Dispatched {
  return refuse(status, code, message) as Dispatched & { ok: false };
}
