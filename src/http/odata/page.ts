/** Lists as both surfaces serve them: `$top` and `$skiptoken`, what `$filter` keeps, and the link that leads on. */
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { Of } from "../../pim/pim-request.ts";
import type { Page, PageAsk, Position } from "../../use-cases/ports.ts";
import { pageFrom, type Source } from "../../use-cases/views/pages.ts";
import { byGuid, byInstant, byName, cursorTo, type Fits, positionAt } from "../cursor.ts";
import type { QueryOption } from "./address.ts";
import type { Filter } from "./filter.ts";
import { type Filterable, predicateOf } from "./matches.ts";
import type { Answer, Call } from "./operation.ts";

const PAGE_SIZE = 100;

/** The options of a list that comes in pages, and of one that can be narrowed as well. */
export const PAGED: readonly QueryOption[] = ["top", "skiptoken"];
export const FILTERED: readonly QueryOption[] = ["filter", ...PAGED];

export function option({ query }: Pick<Call, "query">, name: QueryOption): string | null {
  return query.get(`$${name}`);
}

/** `most`: the largest `$top` that is taken, and how many of them a page has at the most. */
export function pageAsked(
  call: Call,
  fits: Fits,
  most: { readonly top: number; readonly page: number },
): Outcome<PageAsk> {
  const top = option(call, "top");
  if (top !== null && !(/^[1-9]\d{0,3}$/.test(top) && Number(top) <= most.top))
    return reject("invalid_input", `$top is a number from 1 to ${most.top}`, { path: "/$top" });
  const limit = top === null ? PAGE_SIZE : Math.min(Number(top), most.page);
  const token = option(call, "skiptoken");
  if (token === null) return accept({ limit });
  const after = positionAt({ name: call.operation, fits }, token, "/$skiptoken");
  return after.ok ? accept({ limit, after: after.value }) : after;
}

/** The same call again, from there on. */
export function nextLink(call: Call, after: Position): string {
  const query = new URLSearchParams(call.query);
  query.set("$skiptoken", cursorTo({ name: call.operation }, after));
  return `${call.url}?${query}`;
}

export interface Listing<T> {
  readonly source: Source<T>;
  /** Whether it has a form on this surface, whatever is asked. */
  readonly isHere?: (one: T) => boolean;
  /** Where it is left out, no filter may ask for anything. */
  readonly able?: Filterable<T>;
}

/** One that hangs on the filter, or on what else may fail, is made when it is asked for. */
export type Listed<T> = Listing<T> | ((filter: Filter | null) => Promise<Outcome<Listing<T>>>);

const NOTHING = { properties: {} };

export type ListAsk = PageAsk & { readonly filter: Filter | null };

/** From a call's options to its answer: a surface reads the ones, and shapes the other. */
export async function answerList<A extends ListAsk, T>(
  asked: Outcome<A>,
  listed: Listed<T>,
  answer: (page: Page<T>, asked: A) => Promise<Answer>,
): Promise<Answer> {
  if (!asked.ok) return asked;
  const { filter } = asked.value;
  const list = typeof listed === "function" ? await listed(filter) : accept(listed);
  if (!list.ok) return list;
  const { source, able = NOTHING, isHere = () => true } = list.value;
  const keep = predicateOf(filter, able);
  if (!keep.ok) return keep;
  const page = await pageFrom(source, asked.value, (one) => isHere(one) && keep.value(one));
  return page.ok ? answer(page.value, asked.value) : page;
}

/** Eligibilities go by their ids, assignments by their starts. */
export function fitsSchedules(of: Of): Fits {
  return of === "eligibility" ? byGuid : byInstant;
}

/** Access requests by their instants; what was done at once comes after all of them, by name. */
export const fitsPimRequests: Fits = (position) => byInstant(position) || byName(position);
