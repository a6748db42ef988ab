/** The query options of a call, read once and bounded; what is not served is refused by name. */
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { type Expansion, type Navigations, parseExpand, parseSelect } from "../odata/expand.ts";
import { type Filter, parseFilter } from "../odata/filter.ts";
import type { GraphCall } from "./graph-operation.ts";

export interface Options {
  readonly select: readonly string[] | null;
  readonly expand: readonly Expansion[];
  readonly filter: Filter | null;
  readonly limit: number;
  /** Where the page begins: checked against the list's own form of a position. */
  readonly after?: string;
  readonly count: boolean;
}

export interface Able {
  readonly navigation?: Navigations;
  /** The order that the list has anyway, such as `createdDateTime desc`. */
  readonly order?: string;
  /** What a position of this list looks like; anything else was made up. */
  readonly after?: RegExp;
}

const PAGE_SIZE = 100;
const MAX_TOKEN = 2_048;
const NOT_SERVED = ["skip", "search", "apply", "compute"];

export function optionsOf(call: GraphCall, able: Able): Outcome<Options> {
  const other = NOT_SERVED.find((name) => call.query.has(`$${name}`));
  if (other !== undefined) return bad(other, `$${other} is not served; page with $top and @odata.nextLink`);
  const select = parseSelect(option(call, "select"));
  if (!select.ok) return select;
  const expand = parseExpand(option(call, "expand"), able.navigation ?? {});
  if (!expand.ok) return expand;
  const filter = parseFilter(option(call, "filter") ?? undefined);
  if (!filter.ok) return filter;
  const page = pageAsked(call, able);
  if (!page.ok) return page;
  const count = option(call, "count")?.toLowerCase() === "true";
  return accept({ ...page.value, select: select.value, expand: expand.value, filter: filter.value, count });
}

/** Graph takes them with and without the dollar sign. */
function option(call: GraphCall, name: string): string | null {
  return call.query.get(`$${name}`) ?? call.query.get(name);
}

function pageAsked(call: GraphCall, able: Able): Outcome<Pick<Options, "limit" | "after">> {
  const order = option(call, "orderby");
  if (order !== null && plain(order) !== plain(able.order ?? "id")) {
    return bad("orderby", `the list has one order, \`${able.order ?? "id"}\`; leave $orderby out`);
  }
  const top = option(call, "top");
  if (top !== null && !/^[1-9]\d{0,2}$/.test(top)) return bad("top", "$top is a number from 1 to 999");
  const limit = top === null ? PAGE_SIZE : Number(top);
  const token = option(call, "skiptoken");
  if (token === null) return accept({ limit });
  const after = Buffer.from(token.slice(0, MAX_TOKEN), "base64url").toString("utf8");
  return able.after?.test(after) === true
    ? accept({ limit, after })
    : bad("skiptoken", "the $skiptoken is not one of this list");
}

function plain(order: string): string {
  return order.trim().toLowerCase().replace(/\s+/g, " ").replace(/ asc$/, "");
}

function bad(name: string, message: string) {
  return reject("invalid_input", message, { path: `/$${name}` });
}
