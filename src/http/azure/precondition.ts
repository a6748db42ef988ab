/** Etags of resources, and what clients make depend on them. */
import { etagsOf, isMatch } from "../etags.ts";
import { type Answer, refuse } from "../odata/operation.ts";
import type { ArmCall } from "./surface.ts";

export function etagOf(...versions: readonly number[]): string {
  return `"${versions.join(".")}"`;
}

/** If-Match and If-None-Match against what is there, null where nothing is: the refusal, null where there is none. */
export function unmet(call: ArmCall, etag: string | null): (Answer & { readonly ok: false }) | null {
  const match = etagsOf(call.header("if-match"), "if-match");
  if (!match.ok) return match;
  const none = etagsOf(call.header("if-none-match"), "if-none-match");
  if (!none.ok) return none;
  // Here a weak tag counts as much as a strong one.
  const known = none.value === "*" ? "*" : none.value?.map((tag) => tag.replace(/^W\//, ""));
  const isMet =
    (match.value === null || isMatch(match.value, etag)) && (known === undefined || !isMatch(known, etag));
  if (isMet) return null;
  const message = "it changed since you looked, or is not there; look again before changing it";
  return refuse(412, "PreconditionFailed", message);
}
