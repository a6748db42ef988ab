/** Writes what happened: an audit entry for every party and an outbox row, inside the transaction that changed state (I6). */
import { randomBytes } from "node:crypto";
import type { JsonObject as AuditJson } from "../../audit/canonical-json.ts";
import { sealForParties } from "../../audit/entry.ts";
import type { Actor, DomainEvent, EventType } from "../../domain/event.ts";
import { asId, type EntryId, type TenantId } from "../../domain/ids.ts";
import { formatInstant, type Instant } from "../../domain/time.ts";
import type { Tx } from "../../use-cases/ports.ts";
import { entryColumns } from "../entry-row.ts";
import type { TenantScope } from "../within-tenant.ts";

const salts = { next: () => randomBytes(32) };

/** What somebody may be told of (use-cases/notifications): its owner writes it, and its entry says all of it. */
const TOLD = ["accessRequest", "grant", "tenant"];
const TOLD_TYPES: readonly EventType[] = [
  "principal.locked_out",
  "principal.let_in",
  "application.policy_changed",
  "eligibility.end_neared",
  "grant.drifted",
];
/** Of what is configured, that which says who may have what, and how. */
const TOLD_CONFIGURATION = ["roleSettings", "tier", "eligibility"];

function isTold({ type, subject, facts }: DomainEvent): boolean {
  if (type === "configuration.changed") return TOLD_CONFIGURATION.includes(subject.kind);
  if (type === "sign_in.succeeded") return facts.newDevice === true;
  return TOLD.includes(subject.kind) || TOLD_TYPES.includes(type);
}

/** The rows that say what happened: one canonical entry for every party, and which of them somebody is told of. */
export function recorded(events: readonly DomainEvent[], at: Instant) {
  const sealed = events.map((event, index) => ({ event, id: entryIdAt(at, index) }));
  return {
    entries: sealed.flatMap(({ event, id }) => entryRows(event, id, at)),
    told: sealed.filter(({ event }) => isTold(event)).map(({ id }) => id),
  };
}

export function recordIn(scope: TenantScope): Tx["record"] {
  return async (events, at) => {
    if (events.length === 0) return;
    const { entries, told } = recorded(events, at);
    for (const tenantId of new Set(entries.map((row) => row.tenant_id))) {
      const own = entries.filter((row) => row.tenant_id === tenantId);
      // The other party's log is added to, never read.
      await scope.among(asId<TenantId>(tenantId), () =>
        scope.trx.insertInto("audit_entry").values(own).execute(),
      );
    }
    const outbox = told.map((entry_id) => ({ tenant_id: scope.tenantId, entry_id }));
    if (outbox.length > 0) await scope.trx.insertInto("outbox").values(outbox).execute();
  };
}

/** Version 7, with its counter: what was written together stands together, so that an index grows at its end. */
function entryIdAt(at: Instant, index: number): EntryId {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(at, 0, 6);
  bytes.writeUInt16BE(0x7000 | (index & 0x0fff), 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return asId<EntryId>(bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"));
}

function entryRows(event: DomainEvent, id: EntryId, at: Instant) {
  const privateFacts = new Map<TenantId, AuditJson>();
  if (event.privateFacts !== undefined) {
    privateFacts.set(event.privateFacts.tenantId, event.privateFacts.facts as AuditJson);
  }
  const sealed = sealForParties(
    {
      id,
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
  return sealed.map((one) => entryColumns(one, at, actorIdFor(event, one.entry.tenantId)));
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
