/** If-Match and If-None-Match (RFC 9110, section 13.1), read once for every surface. */
import type { IncomingMessage } from "node:http";
import { z } from "zod";
import { accept, type Outcome, reject } from "../domain/rejection.ts";

/** `*`, or etags as they were listed; a weak one begins with `W/`. */
export type Etags = "*" | readonly string[];

const MAX_HEADER = 4_096;
// Recipients let empty members of a list be; a comma may stand within a tag.
const NEXT_TAG = /[ \t,]*((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")[ \t]*(?=,|$)/y;

/** Null for what is no such header. */
export function etagsIn(header: string): Etags | null {
  if (header.trim() === "*") return "*";
  if (header.length > MAX_HEADER) return null;
  const tags: string[] = [];
  let end = 0;
  for (NEXT_TAG.lastIndex = 0; ; end = NEXT_TAG.lastIndex) {
    const tag = NEXT_TAG.exec(header)?.[1];
    if (tag === undefined) break;
    tags.push(tag);
  }
  return tags.length > 0 && /^[ \t,]*$/.test(header.slice(end)) ? tags : null;
}

const CONDITIONS = ["if-match", "if-none-match"] as const;

/** A change that was to depend on what is there, where the operation does not compare that: refused, never ignored. */
export function withoutConditions(
  { method, headers }: Pick<IncomingMessage, "method" | "headers">,
  compared: readonly (typeof CONDITIONS)[number][],
): Outcome<void> {
  if (method === "GET" || method === "HEAD") return accept(undefined);
  const name = CONDITIONS.find((one) => headers[one] !== undefined && !compared.includes(one));
  if (name === undefined) return accept(undefined);
  const message = `the header ${name} is not compared by this operation; leave it out`;
  return reject("invalid_input", message, { path: `/headers/${name}` });
}

/** Whether a change may go on. `etag`: of what is there, null where nothing is; a weak tag never matches. */
export function isMatch(etags: Etags, etag: string | null): boolean {
  return etag !== null && (etags === "*" || etags.includes(etag));
}

const MALFORMED = 'not `*`, nor a list of ETags such as "3"';

/** Of a surface that reads its headers itself. */
export function etagsOf(header: string | undefined, name: string): Outcome<Etags | null> {
  const etags = header === undefined ? null : etagsIn(header);
  return header !== undefined && etags === null
    ? reject("invalid_input", `the header ${name} is ${MALFORMED}`, { path: `/headers/${name}` })
    : accept(etags);
}

export const ifMatchHeaders = z.looseObject({
  "if-match": z
    .string()
    .transform((header, context): Etags => {
      const etags = etagsIn(header);
      if (etags !== null) return etags;
      context.addIssue({ code: "custom", message: MALFORMED });
      return z.NEVER;
    })
    .optional()
    .meta({
      description: "`*`, or the ETags of which what is there must have one (RFC 9110, section 13.1.1)",
    }),
});

/** The versions that a change may have been made on; null for whichever there is. What is no version is none of them. */
export function versionsIn(etags: Etags | undefined): readonly number[] | null {
  if (etags === undefined || etags === "*") return null;
  return etags.flatMap((tag) => (/^"(?:0|[1-9]\d{0,8})"$/.test(tag) ? [Number(tag.slice(1, -1))] : []));
}
