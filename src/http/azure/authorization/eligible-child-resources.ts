/** eligibleChildResources: where below a scope the caller may ask for something. */
import { scopeCovers, scopeName } from "../../../domain/scope.ts";
import { scopeType } from "../../../pim/words.ts";
import { readEligibilities } from "../../../use-cases/views/read-eligibilities.ts";
import type { Answer } from "../../odata/operation.ts";
import { pageOfAll } from "../page.ts";
import type { ArmCall, ArmOperation } from "../surface.ts";
import { filterOf } from "./filters.ts";
import { PIM } from "./versions.ts";

export const ELIGIBLE_CHILD_RESOURCES: readonly ArmOperation[] = [
  {
    namespace: "Microsoft.Authorization",
    at: "scope",
    versions: PIM,
    path: ["eligibleChildResources"],
    id: "EligibleChildResources_Get",
    method: "GET",
    filters: true,
    handle: list,
  },
];

interface Child {
  readonly id: string;
  readonly name: string;
  readonly type: string;
}

async function list(call: ArmCall): Promise<Answer> {
  const mine = await readEligibilities(call.deps, call.caller);
  if (!mine.ok) return mine;
  const keep = filterOf<Child>(call.query.get("$filter"), {
    properties: { resourceType: ({ type }) => type, name: ({ name }) => name },
    functions: { getAllChildren: () => true },
  });
  if (!keep.ok) return keep;
  const found = new Map<string, Child>();
  for (const { scope, scopeName: name } of mine.value) {
    const isBelow = scopeCovers(call.scope, scope) && scope !== call.scope;
    if (isBelow)
      found.set(scope.toLowerCase(), { id: scope, name: name || scopeName(scope), type: scopeType(scope) });
  }
  return pageOfAll(call, [...found.values()].filter(keep.value));
}
