/** An audit entry as its columns, and back. They are the entry itself: whatever is changed in one of them breaks its hash. */
import { canonicalJson } from "../audit/canonical-json.ts";
import type { AuditActor, AuditEntry, Opening, SealedEntry } from "../audit/entry.ts";
import type { Actor, DomainEvent } from "../domain/event.ts";
import { asId, type TenantId } from "../domain/ids.ts";
import type { JsonObject } from "../domain/target-binding.ts";
import { formatInstant, type Instant } from "../domain/time.ts";
import type { Tables } from "./tables.ts";

type Table = Tables["audit_entry"];
type Same = "tenant_id" | "id" | "subject_id" | "correlation_id" | "actor_id" | "actor_tenant_id";

/** What is read to have the entry back. */
export interface EntryRow
  extends Pick<Table, Same | "actor_kind" | "via" | "type" | "subject_kind" | "parties"> {
  readonly at: Instant;
  readonly facts: JsonObject;
  readonly commitments: JsonObject | null;
}

export const ENTRY_COLUMNS = [
  "tenant_id",
  "id",
  "at",
  "subject_id",
  "correlation_id",
  "actor_id",
  "actor_tenant_id",
  "actor_kind",
  "via",
  "type",
  "subject_kind",
  "parties",
  "facts",
  "commitments",
] as const satisfies readonly (keyof EntryRow)[];

/** @param actorId by whom the tenant finds it in its own log, also where the entry must not name them */
export function entryColumns(
  { entry, leafHash, openings }: SealedEntry,
  at: Instant,
  actorId: string | null,
) {
  const { actor, commitments, parties } = entry;
  return {
    tenant_id: entry.tenantId,
    id: entry.id,
    at: new Date(at),
    subject_id: entry.subject.id,
    correlation_id: entry.correlationId,
    actor_id: actorId,
    actor_tenant_id: actor.kind === "system" ? null : actor.tenantId,
    actor_kind: actor.kind,
    via: actor.via,
    type: entry.type,
    subject_kind: entry.subject.kind,
    parties: parties.length === 1 ? null : [...parties],
    leaf_hash: leafHash,
    commitments: Object.keys(commitments).length === 0 ? null : canonicalJson(commitments),
    facts: canonicalJson(entry.facts),
    openings: JSON.stringify(openings),
  };
}

/** The members in the order of the canonical form. */
export function entryOf(row: EntryRow): AuditEntry & JsonObject {
  return {
    actor: actorOf(row),
    at: formatInstant(row.at),
    commitments: row.commitments ?? {},
    correlationId: row.correlation_id,
    facts: row.facts,
    id: row.id,
    parties: row.parties ?? [row.tenant_id],
    subject: { id: row.subject_id, kind: row.subject_kind },
    tenantId: row.tenant_id,
    type: row.type,
    v: 1,
  } as unknown as AuditEntry & JsonObject;
}

/** The fact as its owner knows it: with what the entry only commits to. */
export function eventOf(row: EntryRow, openings: readonly Opening[]): DomainEvent {
  const { type, subject, actor, parties, facts, correlationId } = entryOf(row) as unknown as StoredEvent;
  const event = { type, subject, actor: eventActor(actor), parties, facts, correlationId };
  if (openings.length === 0) return event;
  const own = Object.fromEntries(openings.map(({ name, value }) => [name, value])) as JsonObject;
  return { ...event, privateFacts: { tenantId: asId<TenantId>(row.tenant_id), facts: own } };
}

type StoredEvent = Omit<DomainEvent, "actor"> & { readonly actor: AuditActor };

function eventActor(actor: AuditActor): Actor {
  if (actor.kind === "system" || actor.kind === "party") return actor;
  const { kind, tenantId, objectId, via } = actor;
  return { kind, ref: { tenantId, objectId }, via };
}

function actorOf({ actor_kind: kind, actor_id, actor_tenant_id, via }: EntryRow): JsonObject {
  switch (kind) {
    case "system":
      return { kind, via };
    case "party":
      return { kind, tenantId: actor_tenant_id, via };
    case "user":
    case "servicePrincipal":
      return { kind, objectId: actor_id, tenantId: actor_tenant_id, via };
  }
}
