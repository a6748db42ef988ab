/** A refused ask or decision is an entry too; somebody who is refused again and again fills no log with it. */

import { stamp } from "../domain/stamp.ts";
import { addMs, type Instant, MINUTE_MS } from "../domain/time.ts";
import type { Refused } from "../policy/decisions/change.ts";
import type { Caller, Tx } from "./ports.ts";

const REFUSALS = ["request.refused", "decision.refused"] as const;
const MOST_PER_MINUTE = 30;

export async function recordRefusal(
  tx: Tx,
  caller: Caller,
  { type, about, facts }: Refused,
  now: Instant,
): Promise<void> {
  const lately = await tx.log.entriesBy(caller.ref, REFUSALS, addMs(now, -MINUTE_MS), MOST_PER_MINUTE);
  if (lately < MOST_PER_MINUTE) await tx.record([stamp(type, about, caller, facts)], now);
}
