/** An entry of the log as a sink is handed it, and as JSON. */
import type { AuditEntry, Opening } from "../audit/entry.ts";
import { revealed } from "../domain/plain-text.ts";
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

/**
 * What the API's list of entries gives, and whose log it is: leaf and link can be computed from it again (docs/audit.md).
 * What is hidden in text is written out as JSON writes it, so that a line is one line to whatever reads it.
 */
export function eventJson(event: ExportedEvent, at: string): string {
  const { id, number, tenantId, tenantName, leafHash, linkHash, openings, sentence, actorName } = event;
  const { actor, commitments, correlationId, facts, parties, subject, type } = event;
  // The members of the entry in the order of its canonical form.
  const entry = { actor, at, commitments, correlationId, facts, id, parties, subject, tenantId, type, v: 1 };
  const told = { id, sequence: number, tenantName, sentence, actorName, entry, leafHash, linkHash, openings };
  return revealed(JSON.stringify(told));
}
