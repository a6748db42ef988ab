/** Writes what happened: an audit entry for every party and an outbox row, inside the transaction that changed state (I6). */
import { randomBytes, randomUUID } from "node:crypto";
import type { JsonObject as AuditJson } from "../../audit/canonical-json.ts";
import { canonicalJson } from "../../audit/canonical-json.ts";
import { sealForParties } from "../../audit/entry.ts";
import type { Actor, DomainEvent } from "../../domain/event.ts";
import { asId, type EntryId, type TenantId } from "../../domain/ids.ts";
import { formatInstant, type Instant } from "../../domain/time.ts";
import type { Tx } from "../../use-cases/ports.ts";
import type { TenantScope } from "../within-tenant.ts";

const salts = { next: () => randomBytes(32) };

export function recordTx(scope: TenantScope): Pick<Tx, "record"> {
  return {
    async record(events, at) {
      if (events.length === 0) return;
      const rows = events.flatMap((event) => entryRows(event, at));
      for (const tenantId of new Set(rows.map((row) => row.tenant_id))) {
        const own = rows.filter((row) => row.tenant_id === tenantId);
        // The other party's log is written by this transaction and by no other path: it can add, never read.
        await scope.among(asId<TenantId>(tenantId), () =>
          scope.trx.insertInto("audit_entry").values(own).execute(),
        );
      }
      const outbox = events.map((event) => ({
        tenant_id: scope.tenantId,
        event: JSON.stringify(event),
        at: new Date(at),
      }));
      await scope.trx.insertInto("outbox").values(outbox).execute();
    },
  };
}

/** One canonical entry for every party, each for the log of its own tenant. */
export function entryRows(event: DomainEvent, at: Instant) {
  const privateFacts = new Map<TenantId, AuditJson>();
  if (event.privateFacts !== undefined) {
    privateFacts.set(event.privateFacts.tenantId, event.privateFacts.facts as AuditJson);
  }
  const sealed = sealForParties(
    {
      id: asId<EntryId>(randomUUID()),
      at: formatInstant(at),
      type: event.type,
      actor: actorOf(event.actor),
      subject: event.subject,
      parties: [...event.parties],
      correlationId: event.correlationId,
      facts: event.facts as AuditJson,
    },
    privateFacts,
    salts,
  );
  return sealed.map(({ entry, leafHash, openings }) => ({
    tenant_id: entry.tenantId,
    id: entry.id,
    sequence: null,
    entry: canonicalJson(entry),
    openings: JSON.stringify(openings),
    leaf_hash: leafHash.toString("base64url"),
    link_hash: null,
    type: event.type,
    subject_id: event.subject.id,
    actor_id: actorIdFor(event, asId<TenantId>(entry.tenantId)),
    correlation_id: event.correlationId,
    at: new Date(at),
  }));
}

/** By whom a tenant finds the entry in its own log: its own people also where the other party's log must not name them. */
function actorIdFor({ actor, privateFacts }: DomainEvent, tenantId: TenantId): string | null {
  if ("ref" in actor) return actor.ref.objectId;
  const own = privateFacts?.tenantId === tenantId ? privateFacts.facts.actor : null;
  return typeof own === "string" ? own : null;
}

function actorOf(actor: Actor) {
  switch (actor.kind) {
    case "system":
      return { kind: actor.kind, via: actor.via };
    case "party":
      return { kind: actor.kind, tenantId: actor.tenantId, via: actor.via };
    case "user":
    case "servicePrincipal":
      return { kind: actor.kind, ...actor.ref, via: actor.via };
  }
}
