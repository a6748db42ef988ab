/** Where exports stand across tenants: ids, counts and instants only. And a sink's secrets, for the one who sends to it. */
import { sql } from "kysely";
import type { ExportId, ExportSink } from "../domain/export-sink.ts";
import { asId, type TenantId } from "../domain/ids.ts";
import { sealedPlaces } from "../domain/sealed-places.ts";
import type { JsonObject } from "../domain/target-binding.ts";
import type { Instant } from "../domain/time.ts";
import type { Database } from "./database.ts";
import type { Keyring } from "./keyring.ts";
import { withTenant } from "./within-tenant.ts";

interface StandingRow {
  readonly sink: string;
  readonly own: boolean;
  readonly tenants: number;
  readonly behind: number;
  readonly waiting_since: Instant | null;
  readonly failing: number;
  readonly paused: number;
  readonly dead_letters: number;
}

export function exportsAcross(db: Database) {
  return {
    async due(operators: readonly string[], until: Instant, most: number) {
      const { rows } = await sql<{ tenant_id: string; sink: string; own: boolean }>`
        SELECT tenant_id, sink, own FROM exports_due(${[...operators]}::text[], ${new Date(until)}, ${most})`.execute(
        db,
      );
      return rows.map(({ tenant_id, sink, own }) => ({ tenantId: asId<TenantId>(tenant_id), sink, own }));
    },
    async next(after: Instant): Promise<Instant | null> {
      const { rows } = await sql<{
        at: Instant | null;
      }>`SELECT exports_next(${new Date(after)}) AS at`.execute(db);
      return rows[0]?.at ?? null;
    },
    /** Of each kind: `lagMs` is the age of the oldest event that is not accepted yet. */
    async standing(operators: readonly string[], now: Instant) {
      const { rows } =
        await sql<StandingRow>`SELECT * FROM exports_standing(${[...operators]}::text[])`.execute(db);
      return rows.map(({ sink, own, tenants, behind, waiting_since, failing, paused, dead_letters }) => ({
        ...{ kind: sink, own, streams: tenants, behind, failing, paused, deadLetters: dead_letters },
        lagMs: waiting_since === null ? 0 : Math.max(0, now - waiting_since),
      }));
    },
    async operatorsError(sink: string) {
      const { rows } = await sql<{
        last_error: string | null;
        last_error_at: Instant | null;
        accepted_at: Instant | null;
      }>`
        SELECT * FROM operator_sink_error(${sink})`.execute(db);
      const [row] = rows;
      return {
        lastError: row?.last_error ?? null,
        lastErrorAt: row?.last_error_at ?? null,
        acceptedAt: row?.accepted_at ?? null,
      };
    },
    async replayOperators(sink: string): Promise<number> {
      const { rows } = await sql<{ count: number }>`SELECT replay_operator_sink(${sink}) AS count`.execute(
        db,
      );
      return rows[0]?.count ?? 0;
    },
  };
}

export async function loadExport(
  db: Database,
  tenantId: TenantId,
  id: ExportId,
  open: (sealed: Buffer) => JsonObject,
): Promise<{ sink: ExportSink; config: JsonObject } | null> {
  const row = await withTenant(db, tenantId, ({ trx }) =>
    trx.selectFrom("export_sink").select(["body", "sealed_secrets"]).where("id", "=", id).executeTakeFirst(),
  );
  if (row === undefined) return null;
  const sink = row.body as ExportSink;
  const secrets = row.sealed_secrets === null ? {} : open(row.sealed_secrets);
  return { sink, config: { ...sink.config, ...secrets } };
}

/** A sink's secrets, sealed for it alone: moved to another row they do not open. */
export function exportSecrets(key: Pick<Keyring, "seal" | "open">) {
  return {
    sealExport: (tenantId: TenantId, id: ExportId, secrets: Readonly<Record<string, string>>) =>
      key.seal(sealedPlaces.exportSink(tenantId, id), JSON.stringify(secrets)),
    openExport: (tenantId: TenantId, id: ExportId, sealed: Buffer): Readonly<Record<string, string>> =>
      JSON.parse(key.open(sealedPlaces.exportSink(tenantId, id), sealed)),
  };
}
