/** Pages: `{items, nextCursor}`. A cursor is opaque to its reader and says where to go on. */

import { z } from "zod";
import { accept, type Outcome } from "../../../domain/rejection.ts";
import type { Position } from "../../../use-cases/ports.ts";
import { given } from "../../../use-cases/values.ts";
import { onwards } from "../../../use-cases/views/pages.ts";
import { byCount, cursorTo, type List, positionAt } from "../../cursor.ts";

const MAX_PAGE = 200;
const DEFAULT_PAGE = 50;

export function cursorText(maximum = 200) {
  return z
    .string()
    .max(maximum)
    .regex(/^[A-Za-z0-9_-]+$/, "not a cursor of this API")
    .optional();
}

/** Of a list whose name hangs on more than its address. */
export const rawPageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(DEFAULT_PAGE),
  cursor: cursorText(),
});

/** The cursor is read as the position that it stands for. */
export function pageQuery(list: List) {
  return rawPageQuery.extend({
    cursor: cursorText().transform((text, context): Position | undefined => {
      const after = afterIn(list, text);
      if (after.ok) return after.value.after;
      context.addIssue({ code: "custom", message: after.rejection.message });
      return z.NEVER;
    }),
  });
}

export function afterIn(list: List, cursor: string | undefined): Outcome<{ after?: Position }> {
  if (cursor === undefined) return accept({});
  const after = positionAt(list, cursor, "/cursor");
  return after.ok ? accept({ after: after.value }) : after;
}

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

export function afterOf(cursor: Position | undefined): { after?: Position } {
  return given({ after: cursor });
}

/** Shapes what was found, and says where its list goes on. */
export function toPage<T, J>(
  found: readonly T[],
  { list, limit, at, shape }: { list: List; limit: number; at: (last: T) => Position; shape: (one: T) => J },
): { items: J[]; nextCursor: string | null } {
  const after = onwards(found, limit, at);
  return { items: found.map(shape), nextCursor: after && cursorTo(list, after) };
}

/** A list that is made whole: its cursors count what came before. */
export function wholeList(name: string): List {
  return { name, fits: byCount };
}

export function slicePage<T, J>(
  all: readonly T[],
  list: List,
  { limit, cursor }: { limit: number; cursor?: Position | undefined },
  shape: (one: T) => J,
): { items: J[]; nextCursor: string | null } {
  const from = cursor?.at ?? 0;
  const end = from + limit;
  return {
    items: all.slice(from, end).map(shape),
    nextCursor: end < all.length ? cursorTo(list, { at: end, id: "" }) : null,
  };
}
