/** Lists as Azure's clients page through them: `{"value": [...], "nextLink": "..."}`. */
import type { Outcome } from "../../domain/rejection.ts";
import type { PageAsk, Position } from "../../use-cases/ports.ts";
import { byName, type Fits } from "../cursor.ts";
import { type Answer, done } from "../odata/operation.ts";
import { nextLink, pageAsked as pageAskedOf, pageOf } from "../odata/page.ts";
import type { ArmCall } from "./surface.ts";

export function pageAsked(call: ArmCall, fits: Fits): Outcome<PageAsk> {
  return pageAskedOf(call, fits, { top: 9_999, page: 100 });
}

export function page(call: ArmCall, value: readonly unknown[], after: Position | null): Answer {
  return done(200, after === null ? { value } : { value, nextLink: nextLink(call, after) });
}

/** Of a list that is held whole, ordered by id. */
export function pageOfAll<T extends { readonly id: string }>(
  call: ArmCall,
  all: readonly T[],
  json: (one: T) => unknown = (one) => one,
): Answer {
  const asked = pageAsked(call, byName);
  if (!asked.ok) return asked;
  const { items, after } = pageOf(all, ({ id }) => id.toLowerCase(), asked.value);
  return page(call, items.map(json), after);
}
