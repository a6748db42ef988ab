/** Lists as Azure's clients page through them: `{"value": [...], "nextLink": "..."}`. */
import { accept, type Outcome } from "../../domain/rejection.ts";
import type { Fits } from "../cursor.ts";
import { parseFilter } from "../odata/filter.ts";
import { type Answer, done } from "../odata/operation.ts";
import { answerList, type ListAsk, type Listed, nextLink, pageAsked } from "../odata/page.ts";
import { roleIdOf } from "./arm-path.ts";
import type { ArmCall } from "./surface.ts";

/** `shape`: of one page, in its order. */
export async function listOf<T>(
  call: ArmCall,
  fits: Fits,
  listed: Listed<T>,
  shape: (items: readonly T[]) => readonly unknown[] | Promise<readonly unknown[]>,
): Promise<Answer> {
  return answerList(optionsOf(call, fits), listed, async ({ items, after }) => {
    const value = await shape(items);
    return done(200, after === null ? { value } : { value, nextLink: nextLink(call, after) });
  });
}

function optionsOf(call: ArmCall, fits: Fits): Outcome<ListAsk> {
  const page = pageAsked(call, fits, { top: 9_999, page: 100 });
  if (!page.ok) return page;
  const filter = parseFilter(withRoleGuids(call.query.get("$filter")));
  return filter.ok ? accept({ ...page.value, filter: filter.value }) : filter;
}

/** Filters name roles by resource id or by GUID: the store knows the GUID. */
function withRoleGuids(text: string | null): string | undefined {
  return text?.replace(/'([^']{36,1100})'/g, (whole, id: string) => {
    const guid = roleIdOf(id);
    return guid === null ? whole : `'${guid}'`;
  });
}
