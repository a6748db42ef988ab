/** `/providers/{namespace}/operations`: what a provider can do, as far as it is served here. */

import { done } from "../../odata/operation.ts";
import { APPROVALS, ROLES } from "../authorization/versions.ts";
import type { ArmOperation, Namespace } from "../surface.ts";
import { SOLUTIONS } from "../versions.ts";

const VERBS = { GET: "read", PUT: "write", PATCH: "write", POST: "action", DELETE: "delete" } as const;

export function operationLists(operations: readonly ArmOperation[]): readonly ArmOperation[] {
  const lists = [
    ["Microsoft.Solutions", "ListOperations", SOLUTIONS],
    ["Microsoft.Authorization", "Operations_List", [...APPROVALS, ...ROLES]],
  ] as const;
  return lists.map(([namespace, id, versions]) => {
    const value = operationsOf(namespace, operations);
    return {
      id,
      method: "GET",
      namespace,
      at: "tenant",
      path: ["operations"],
      versions,
      handle: async () => done(200, { value }),
    };
  });
}

function operationsOf(namespace: Namespace, operations: readonly ArmOperation[]) {
  const named = operations
    .filter((operation) => operation.namespace === namespace)
    .map(({ method, path }) => {
      const types = path.filter((part) => !part.startsWith("{")).join("/");
      const operation = VERBS[method];
      return {
        name: `${namespace}/${types}/${operation}`,
        display: { provider: namespace, resource: types, operation },
      };
    });
  return [...new Map(named.map((one) => [one.name, one])).values()];
}
