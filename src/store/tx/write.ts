/** Stores what a decision would write, within a transaction that does more. */
import type { Tx } from "../../use-cases/ports.ts";

/** Rows carry the version that they will have. */
export function writeTx(
  tx: Pick<Tx, "insertRequest" | "updateRequest" | "insertGrant" | "updateGrant" | "record">,
): Pick<Tx, "write"> {
  return {
    async write({ requests, grants, events }, at) {
      for (const { grant, dueAt } of grants) {
        if (grant.version === 1) await tx.insertGrant(grant, dueAt);
        else await tx.updateGrant({ ...grant, version: grant.version - 1 }, dueAt);
      }
      for (const request of requests) {
        if (request.version === 1) await tx.insertRequest(request);
        else await tx.updateRequest({ ...request, version: request.version - 1 });
      }
      await tx.record(events, at);
    },
  };
}
