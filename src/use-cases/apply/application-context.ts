/** What the context of one document gives to those who deploy and withdraw. */
import type { Deploying } from "../applications/standing-access.ts";
import type { DocumentContext } from "./kind.ts";

export function deployingOf({ tx, caller, now, deps, correlationId }: DocumentContext): Deploying {
  return { tx, caller, now, ids: deps.ids, correlationId };
}
