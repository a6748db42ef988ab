/** Faults of an apply whose only document was the body of a call. */
import type { Outcome, Rejection } from "../../../domain/rejection.ts";

/** The only document is the body itself: that is where a person looks for the fault. */
export function placedInBody({ message, path, ...rest }: Rejection): Outcome<never> {
  const bare = (text: string) => text.replaceAll(/^\/documents\/0(?=\/|:|$)/gm, "");
  const placed = path === undefined ? {} : { path: bare(path) || "/" };
  return { ok: false, rejection: { ...rest, message: bare(message), ...placed } };
}
