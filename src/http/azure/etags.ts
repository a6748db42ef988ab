/** Etags of resources, and what clients make depend on them. */
import { type Answer, refuse } from "../odata/operation.ts";
import type { ArmCall } from "./surface.ts";

export function etagOf(...versions: readonly number[]): Record<string, string> {
  return { etag: `"${versions.join(".")}"` };
}

/** If-Match and If-None-Match (RFC 9110, section 13.1) against what is there; null where nothing is. */
export function preconditionFailed(call: ArmCall, etag: string | null): boolean {
  const match = call.header("if-match");
  if (match !== undefined && (etag === null || (match !== "*" && match !== etag))) return true;
  return call.header("if-none-match") === "*" && etag !== null;
}

export function precondition(): Answer {
  return refuse(
    412,
    "PreconditionFailed",
    "it changed since you looked, or is not there; look again before changing it",
  );
}
