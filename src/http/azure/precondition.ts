/** Etags of resources, and what clients make depend on them. */
import { accept, type Outcome } from "../../domain/rejection.ts";
import type { Precondition, Sighted, Versions } from "../../use-cases/precondition.ts";
import { etagsOf, isMatch } from "../etags.ts";
import { type Refusal, refuse } from "../odata/operation.ts";
import type { ArmCall } from "./surface.ts";

export function etagOf(versions: Versions): string {
  return `"${versions.join(".")}"`;
}

/** A resource as it was found, at the versions that its etag tells; null where nothing was there. */
export interface Seen extends Sighted {
  readonly versions: Versions | null;
}

/**
 * If-Match and If-None-Match against what was seen: a refusal, or what the change has to ask again where it is made; null
 * where the client made it depend on nothing.
 */
export function preconditionOf(
  call: ArmCall,
  { versions, ...sighted }: Seen,
): Outcome<Precondition | null> | Refusal {
  const match = etagsOf(call.header("if-match"), "if-match");
  if (!match.ok) return match;
  const none = etagsOf(call.header("if-none-match"), "if-none-match");
  if (!none.ok) return none;
  if (match.value === null && none.value === null) return accept(null);
  // Here a weak tag counts as much as a strong one.
  const known = none.value === "*" ? "*" : (none.value ?? []).map((tag) => tag.replace(/^W\//, ""));
  const isMet = (now: Versions | null) => {
    const etag = now === null ? null : etagOf(now);
    return (match.value === null || isMatch(match.value, etag)) && !isMatch(known, etag);
  };
  if (isMet(versions)) return accept({ ...sighted, isMet });
  const message = "it changed since you looked, or is not there; look again before changing it";
  return refuse(412, "PreconditionFailed", message);
}
