/** Pages: `{items, nextCursor}`. A cursor is opaque to its reader and says where to go on. */
import { z } from "zod";

const MAX_PAGE = 200;
const DEFAULT_PAGE = 50;

export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(DEFAULT_PAGE),
  cursor: z
    .string()
    .max(200)
    .regex(/^[A-Za-z0-9_-]+$/, "not a cursor of this API")
    .optional(),
});

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

// As many digits as every instant of a calendar needs, and no more: what is behind it goes to the database.
const POSITION = /^-?\d{0,15}~[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Undefined for the first page, and for a cursor that was made up. */
export function afterOf(cursor: string | undefined): { after?: string } {
  if (cursor === undefined) return {};
  const after = Buffer.from(cursor, "base64url").toString("utf8");
  return POSITION.test(after) ? { after } : {};
}

/** `at`: what the list is ordered by. */
export function toPage<T, J>(
  found: readonly T[],
  limit: number,
  position: (last: T) => { at: number | null; id: string },
  shape: (one: T) => J,
): { items: J[]; nextCursor: string | null } {
  const last = found.at(-1);
  const full = found.length === limit && last !== undefined;
  const { at, id } = full ? position(last) : { at: null, id: "" };
  const nextCursor = full ? Buffer.from(`${at ?? ""}~${id}`).toString("base64url") : null;
  return { items: found.map(shape), nextCursor };
}

/** A page of a list that is made whole: its cursor counts what came before. */
export function slicePage<T, J>(
  all: readonly T[],
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  shape: (one: T) => J,
): { items: J[]; nextCursor: string | null } {
  const position = Buffer.from(cursor ?? "", "base64url").toString("utf8");
  const from = /^\d{1,9}$/.test(position) ? Number(position) : 0;
  const end = from + limit;
  return {
    items: all.slice(from, end).map(shape),
    nextCursor: end < all.length ? Buffer.from(String(end)).toString("base64url") : null,
  };
}
