/** Cancels what is still undecided, because what it was asked for is going away. */

import { aboutRequest } from "../../domain/about.ts";
import { withState } from "../../domain/access-request.ts";
import { stamp } from "../../domain/stamp.ts";
import type { Deploying } from "../applications/standing-access.ts";
import type { RequestFilter } from "../ports.ts";
import { everyPage, positionOfRequest } from "../views/pages.ts";

const BATCH = 500;

/** Of this tenant's own requests, every pending one that the filter lets through; what is past its time has timed out. */
export async function cancelPending(
  { tx, caller, now }: Pick<Deploying, "tx" | "caller" | "now">,
  because: string,
  filter: Pick<RequestFilter, "applicationIds">,
): Promise<void> {
  const waiting = { ...filter, states: { anyOf: ["pending"], at: now }, limit: BATCH } as const;
  for await (const pending of everyPage(waiting, tx.requests.list, positionOfRequest)) {
    for (const request of pending.filter(({ tenantId }) => tenantId === tx.tenantId)) {
      const stored = await tx.requests.update(
        withState(request, { name: "canceled", at: now, by: caller.ref }),
      );
      await tx.record([stamp("request.canceled", aboutRequest(stored), caller, { because })], now);
    }
  }
}
