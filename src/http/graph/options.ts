/** The query options of a call, read once and bounded. Which there are, each operation says; all others were refused. */
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { PageAsk } from "../../use-cases/ports.ts";
import type { Fits } from "../cursor.ts";
import type { QueryOption } from "../odata/address.ts";
import { type Expansion, type Navigations, parseExpand, parseSelect } from "../odata/expand.ts";
import { type Filter, parseFilter } from "../odata/filter.ts";
import { option, pageAsked } from "../odata/page.ts";
import type { GraphCall } from "./surface.ts";

export interface Options extends PageAsk {
  readonly select: readonly string[] | null;
  readonly expand: readonly Expansion[];
  readonly filter: Filter | null;
  readonly count: boolean;
}

export interface Able {
  readonly navigation?: Navigations;
  /** Expanded whatever is asked: without it the thing says nothing. */
  readonly always?: readonly Expansion[];
  /** The order that the list has anyway, such as `createdDateTime desc`. */
  readonly order?: string;
  /** What a position of this list looks like; none where there is no list. */
  readonly fits?: Fits;
}

/** Of one entity, of a list that belongs to one thing, and of one that a filter can narrow. */
export const OF_ONE: readonly QueryOption[] = ["select", "expand"];
export const OF_ALL: readonly QueryOption[] = [...OF_ONE, "orderby", "count", "top", "skiptoken"];
export const OF_LIST: readonly QueryOption[] = [...OF_ALL, "filter"];

export function optionsOf(call: GraphCall, able: Able): Outcome<Options> {
  const select = parseSelect(option(call, "select"));
  if (!select.ok) return select;
  const expand = parseExpand(option(call, "expand"), able.navigation ?? {});
  if (!expand.ok) return expand;
  const filter = parseFilter(option(call, "filter") ?? undefined);
  if (!filter.ok) return filter;
  const order = option(call, "orderby");
  if (order !== null && plain(order) !== plain(able.order ?? "id")) {
    return bad("orderby", `the list has one order, \`${able.order ?? "id"}\`; leave $orderby out`);
  }
  const page = pageAsked(call, able.fits ?? (() => false), { top: 999, page: 999 });
  if (!page.ok) return page;
  const count = option(call, "count")?.toLowerCase() === "true";
  const shown = { select: select.value, expand: able.always ?? expand.value };
  return accept({ ...page.value, ...shown, filter: filter.value, count });
}

function plain(order: string): string {
  return order.trim().toLowerCase().replace(/\s+/g, " ").replace(/ asc$/, "");
}

function bad(name: string, message: string) {
  return reject("invalid_input", message, { path: `/$${name}` });
}
