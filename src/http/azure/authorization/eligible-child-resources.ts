/** eligibleChildResources: where below a scope the caller may ask for something. */
import { accept, type Outcome } from "../../../domain/rejection.ts";
import { scopeCovers, scopeName } from "../../../domain/scope.ts";
import { scopeType } from "../../../pim/words.ts";
import { readEligibilities } from "../../../use-cases/views/read-eligibilities.ts";
import { byName } from "../../cursor.ts";
import type { Filterable } from "../../odata/matches.ts";
import type { Answer } from "../../odata/operation.ts";
import { FILTERED } from "../../odata/page.ts";
import { listOf } from "../page.ts";
import type { ArmCall, ArmOperation } from "../surface.ts";
import { PIM } from "./versions.ts";

export const ELIGIBLE_CHILD_RESOURCES: readonly ArmOperation[] = [
  {
    namespace: "Microsoft.Authorization",
    at: "scope",
    versions: PIM,
    path: ["eligibleChildResources"],
    id: "EligibleChildResources_Get",
    method: "GET",
    options: FILTERED,
    handle: list,
  },
];

interface Child {
  readonly id: string;
  readonly name: string;
  readonly type: string;
}

const ABLE: Filterable<Child> = {
  properties: { resourceType: ({ type }) => type, name: ({ name }) => name },
  functions: { getAllChildren: () => true },
};

function list(call: ArmCall): Promise<Answer> {
  const source = { all: () => childrenOf(call), key: ({ id }: Child) => id.toLowerCase() };
  return listOf(call, byName, { source, able: ABLE }, (all) => all);
}

async function childrenOf({ deps, caller, scope: asked }: ArmCall): Promise<Outcome<Child[]>> {
  const mine = await readEligibilities(deps, caller);
  if (!mine.ok) return mine;
  const found = new Map<string, Child>();
  for (const { scope, scopeName: name } of mine.value) {
    const isBelow = scopeCovers(asked, scope) && scope !== asked;
    if (isBelow)
      found.set(scope.toLowerCase(), { id: scope, name: name || scopeName(scope), type: scopeType(scope) });
  }
  return accept([...found.values()]);
}
