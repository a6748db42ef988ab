/**
 * Cursors: where a list goes on, as a client carries it from one page to the next. One form for every surface, opaque and
 * bound to its list. A cursor is a place and no permission: whoever comes with one sees what they may see from there on.
 */
import { isGuid } from "../domain/ids.ts";
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import { isInstant } from "../domain/time.ts";
import type { Position } from "../use-cases/ports.ts";

/** What a position of a list looks like: what does not is refused here, before it reaches the store. */
export type Fits = (position: Position) => boolean;

export interface List {
  /** Unique among all lists. */
  readonly name: string;
  readonly fits: Fits;
}

/** The longest id has 1,100 characters of at most four bytes each. */
export const MAX_CURSOR = 6_144;
const MAX_ID = 1_100;

export const byInstant: Fits = ({ at, id }) => at !== null && isInstant(at) && isGuid(id);
export const byGuid: Fits = ({ at, id }) => at === null && isGuid(id);
export const byName: Fits = ({ at, id }) => at === null && id.length <= MAX_ID && !/\p{Cc}/u.test(id);
/** What has no number yet comes last. */
export const byNumber: Fits = ({ at, id }) => (at === null || isCount(at)) && isGuid(id);
/** Of a list that is made whole: how many came before. */
export const byCount: Fits = ({ at, id }) => at !== null && isCount(at) && id === "";

export function cursorTo({ name }: Pick<List, "name">, { at, id }: Position): string {
  return Buffer.from(`${name}~${at ?? ""}~${id}`).toString("base64url");
}

/** `path`: where the client put it. Nothing but what `cursorTo` wrote of this list is one of it. */
export function positionAt(list: List, cursor: string, path: string): Outcome<Position> {
  const text = Buffer.from(cursor.slice(0, MAX_CURSOR), "base64url").toString("utf8");
  const [, at = "", ...id] = text.split("~");
  const position: Position = { at: at === "" ? null : Number(at), id: id.join("~") };
  return list.fits(position) && cursorTo(list, position) === cursor
    ? accept(position)
    : reject("invalid_input", "this is no cursor of this list; begin again without one", { path });
}

function isCount(at: number): boolean {
  return Number.isSafeInteger(at) && at >= 0;
}
