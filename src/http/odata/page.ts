/** Lists as pages: `$top` and `$skiptoken` of a call, and the link that leads on from the last one seen. */
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { Of } from "../../pim/pim-request.ts";
import type { Page, PageAsk, Position } from "../../use-cases/ports.ts";
import { byGuid, byInstant, byName, cursorTo, type Fits, positionAt } from "../cursor.ts";
import type { Call } from "./operation.ts";

const PAGE_SIZE = 100;

/** A query option; these clients write it with and without the dollar sign. */
export function option({ query }: Pick<Call, "query">, name: string): string | null {
  return query.get(`$${name}`) ?? query.get(name);
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
  query.delete("skiptoken");
  query.set("$skiptoken", cursorTo({ name: call.operation }, after));
  return `${call.url}?${query}`;
}

/** One page of a list that is held whole, in the order of its keys. */
export function pageOf<T>(all: readonly T[], keyOf: (one: T) => string, { limit, after }: PageAsk): Page<T> {
  const sorted = [...all].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter((one) => keyOf(one) > after.id);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  const isEnd = last === undefined || rest.length === items.length;
  return { items, after: isEnd ? null : { at: null, id: keyOf(last) } };
}

/** Eligibilities go by their ids, assignments by their starts. */
export function fitsSchedules(of: Of): Fits {
  return of === "eligibility" ? byGuid : byInstant;
}

/** Access requests by their instants; what was done at once comes after all of them, by name. */
export const fitsPimRequests: Fits = (position) => byInstant(position) || byName(position);
