/** Who ended access before its time, and what they wrote about it: as the reader's own log has it (INVARIANT I11). */
import { endReasonOf, type Grant } from "../../domain/grant.ts";
import type { JsonObject } from "../../domain/target-binding.ts";
import type { Tx } from "../ports.ts";
import { tellEntries } from "./telling/tell-entries.ts";

export interface EndedBy {
  readonly name: string;
  readonly justification: string | null;
}

const BY_SOMEBODY = ["revoked", "deactivated", "canceled"];
/** That it is closed, and that it was taken out of each target. */
const MOST_ENTRIES = 20;

/** `tx`: in the reader's own tenant. Null for what nobody ended. */
export async function whoEnded(tx: Tx, grant: Grant): Promise<EndedBy | null> {
  if (!BY_SOMEBODY.includes(endReasonOf(grant) ?? "")) return null;
  const types = ["grant.closing", "grant.ended"];
  const entries = await tx.log.entries({ subjectId: grant.id, types, limit: MOST_ENTRIES });
  const [first] = await tellEntries(tx, entries.slice(-1));
  if (first === undefined || first.actorName === null) return null;
  const { justification } = first.entry.facts as JsonObject;
  return { name: first.actorName, justification: typeof justification === "string" ? justification : null };
}
