/** Lists as pages: `{"value": [...], "nextLink": "..."}`, where the link leads on from the last one seen. */
import { type ArmAnswer, type ArmCall, badRequest, done } from "./arm-operation.ts";

export const PAGE_SIZE = 100;
const MAX_TOKEN = 2_048;
const TOKEN = "$skiptoken";

/** `after` is opaque to the client; null at the end. */
export function page(call: ArmCall, value: readonly unknown[], after: string | null): ArmAnswer {
  if (after === null) return done(200, { value });
  const query = new URLSearchParams(call.query);
  query.set(TOKEN, Buffer.from(after).toString("base64url"));
  return done(200, { value, nextLink: `${call.url}?${query}` });
}

export interface PageAsk {
  readonly limit: number;
  readonly after?: string;
}

/** `form`: what a position of this list looks like; anything else was made up. */
export function pageAsked(call: ArmCall, form: RegExp): PageAsk | ArmAnswer {
  const top = call.query.get("$top");
  if (top !== null && !/^[1-9]\d{0,3}$/.test(top)) return badRequest("$top is a number from 1 to 9999");
  const limit = top === null ? PAGE_SIZE : Math.min(Number(top), PAGE_SIZE);
  const token = call.query.get(TOKEN);
  if (token === null) return { limit };
  const after = Buffer.from(token.slice(0, MAX_TOKEN), "base64url").toString("utf8");
  return form.test(after) ? { limit, after } : badRequest("the $skiptoken is not one of this list");
}

export const AFTER_REQUEST = /^-?\d{1,15}~[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const AFTER_ID = /^\/[^\p{Cc}]{0,1100}$/u;

/** A list that is held whole, ordered by id, one page of it. */
export function pageOf<T extends { readonly id: string }>(
  call: ArmCall,
  all: readonly T[],
  json: (one: T) => unknown,
): ArmAnswer {
  const asked = pageAsked(call, AFTER_ID);
  if ("ok" in asked) return asked;
  const key = ({ id }: { id: string }) => id.toLowerCase();
  const sorted = [...all].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const rest = asked.after === undefined ? sorted : sorted.filter((one) => key(one) > (asked.after ?? ""));
  const shown = rest.slice(0, asked.limit);
  const last = shown.at(-1);
  return page(call, shown.map(json), last === undefined || rest.length <= asked.limit ? null : key(last));
}
