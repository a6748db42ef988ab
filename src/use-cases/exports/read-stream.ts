/** A tenant's log as its auditor reads it, for whoever sends it on: in order, without a gap, never past the linked head. */
import type { Tx } from "../ports.ts";
import { type ToldEntry, tellEntries } from "../views/telling/tell-entries.ts";

/** @param after the number of the last one that is known of */
export async function readStream(tx: Tx, after: number, most: number): Promise<ToldEntry[]> {
  return tellEntries(tx, await tx.log.linked(after, most));
}
