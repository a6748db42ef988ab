/** Where work is due, asked of the functions that answer it across tenants; they hand out ids and instants only. */
import { sql } from "kysely";
import type { GrantState } from "../domain/grant.ts";
import { type AccessRequestId, asId, type GrantId, type TargetId, type TenantId } from "../domain/ids.ts";
import type { Instant } from "../domain/time.ts";
import type { Database } from "./database.ts";
import { sequenceAudit } from "./sequencer.ts";

interface DueGrantRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly due_at: Instant;
  readonly held: boolean;
  readonly state: GrantState["name"];
  readonly ends_at: Instant | null;
}

export function dueWork(db: Database, now: () => Instant) {
  const grantsBy = (due: "due_grants" | "due_ends") => async (until: Instant, limit: number) => {
    const { rows } = await sql<DueGrantRow>`
      SELECT tenant_id, id, due_at, held, state, ends_at FROM ${sql.ref(due)}(${new Date(until)}, ${limit})`.execute(
      db,
    );
    return rows.map((row) => ({
      tenantId: asId<TenantId>(row.tenant_id),
      id: asId<GrantId>(row.id),
      at: row.due_at,
      held: row.held,
      state: row.state,
      endsAt: row.ends_at,
    }));
  };
  return {
    grants: grantsBy("due_grants"),
    ends: grantsBy("due_ends"),
    async requests(until: Instant, limit: number) {
      const { rows } = await sql<{ tenant_id: string; id: string }>`
        SELECT tenant_id, id FROM due_requests(${new Date(until)}, ${limit})`.execute(db);
      return rows.map((row) => ({
        tenantId: asId<TenantId>(row.tenant_id),
        id: asId<AccessRequestId>(row.id),
      }));
    },
    async tenantsToLookAtAgain() {
      const { rows } = await sql<{ tenant_id: string; version: number }>`
        SELECT tenant_id, version FROM tenants_to_look_at_again()`.execute(db);
      return rows.map((row) => ({ tenantId: asId<TenantId>(row.tenant_id), version: row.version }));
    },
    async lookedAtAgain(tenantId: TenantId, version: number) {
      await sql`SELECT looked_at_again(${tenantId}, ${version})`.execute(db);
    },
    async targets() {
      const { rows } = await sql<{
        tenant_id: string;
        id: string;
      }>`SELECT tenant_id, id FROM targets_known()`.execute(db);
      return rows.map((row) => ({ tenantId: asId<TenantId>(row.tenant_id), id: asId<TargetId>(row.id) }));
    },
    async tenantsWithOutbox() {
      const { rows } = await sql<{ id: string }>`SELECT tenants_with_outbox() AS id`.execute(db);
      return rows.map((row) => asId<TenantId>(row.id));
    },
    async next(after: Instant): Promise<Instant | null> {
      const { rows } = await sql<{ at: Instant | null }>`SELECT next_due(${new Date(after)}) AS at`.execute(
        db,
      );
      return rows[0]?.at ?? null;
    },
    sequence: () => sequenceAudit(db, now),
    async mail(until: Instant, most: { readonly ofOne: number; readonly inAll: number }, takenTo: Instant) {
      const { rows } = await sql<{ tenant_id: string; id: string }>`
        SELECT tenant_id, id FROM take_mail(${new Date(until)}, ${most.ofOne}, ${most.inAll}, ${new Date(takenTo)})
          ORDER BY urgent DESC, not_before, id`.execute(db);
      return rows.map((row) => ({ tenantId: asId<TenantId>(row.tenant_id), id: row.id }));
    },
    async forget(olderThan: Readonly<Record<string, Instant>>, most: number): Promise<number> {
      const kinds = Object.keys(olderThan);
      const instants = Object.values(olderThan).map((at) => new Date(at));
      const { rows } = await sql<{ most: number | null }>`
        SELECT max(CASE WHEN what IN ('mail', 'mailLinks') THEN forget_mail(what, older_than, ${most}) ELSE forget(what, older_than, ${most}) END)::int AS most
          FROM unnest(${kinds}::text[], ${instants}::timestamptz[]) AS kept(what, older_than)`.execute(db);
      return rows[0]?.most ?? 0;
    },
  };
}

/** Whether mail is planned at all: the operator's to say, for every process of this installation. */
export async function turnMail(db: Database, isOn: boolean): Promise<void> {
  await sql`SELECT turn_mail(${isOn})`.execute(db);
}
