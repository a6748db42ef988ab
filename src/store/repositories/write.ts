/** Stores what a decision would write, within a transaction that does more. */
import type { Tx } from "../../use-cases/ports.ts";

/** Rows carry the version that they will have. */
export function writeIn(tx: Pick<Tx, "requests" | "grants" | "record">): Tx["write"] {
  return async ({ requests, grants, events }, at) => {
    for (const { grant, dueAt } of grants) {
      if (grant.version === 1) await tx.grants.insert(grant, dueAt);
      else await tx.grants.update({ ...grant, version: grant.version - 1 }, dueAt);
    }
    for (const request of requests) {
      if (request.version === 1) await tx.requests.insert(request);
      else await tx.requests.update({ ...request, version: request.version - 1 });
    }
    await tx.record(events, at);
  };
}
