/** An entry of the log as a sink is handed it; what is sent of it is in payload.ts. */
import type { AuditEntry, Opening } from "../audit/entry.ts";
import type { ToldEntry } from "../use-cases/views/telling/tell-entries.ts";
import type { ExportedEvent } from "./sink.ts";

export function exportedEvent(told: ToldEntry, tenantName: string): ExportedEvent {
  const { tenantId, type, actor, subject, parties, correlationId, facts, commitments } =
    told.entry as unknown as AuditEntry;
  return {
    ...{ id: told.id, tenantId, tenantName, number: Number(told.sequence), at: told.at },
    ...{ type, actor, actorName: told.actorName, subject, parties, correlationId },
    facts: facts as ExportedEvent["facts"],
    commitments,
    openings: told.openings as unknown as readonly Opening[],
    sentence: told.sentence,
    leafHash: told.leafHash,
    linkHash: told.linkHash ?? "",
  };
}
