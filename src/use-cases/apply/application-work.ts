/** What the work on one document gives to those who deploy and withdraw. */
import type { Deploying } from "../applications/standing-access.ts";
import type { Work } from "./kind.ts";

export function deployingOf({ tx, caller, now, deps, correlationId }: Work): Deploying {
  return { tx, caller, now, ids: deps.ids, correlationId };
}
