/** A tenant's sinks, where each stands in its log, and what their far sides refused for good. */
import { sql } from "kysely";
import type { DeadLetter, ExportPosition, ExportSink, Paused } from "../../domain/export-sink.ts";
import { isGuid } from "../../domain/ids.ts";
import type { ExportRepository } from "../../use-cases/configuration-ports.ts";
import type { TenantScope } from "../within-tenant.ts";

export function exportsIn({ trx, tenantId }: TenantScope): ExportRepository {
  const update = (sink: string) =>
    trx.updateTable("export_position").where("tenant_id", "=", tenantId).where("sink", "=", sink);
  return {
    async find(id) {
      const row = await trx.selectFrom("export_sink").select("body").where("id", "=", id).executeTakeFirst();
      return (row?.body as ExportSink | undefined) ?? null;
    },
    async named(name) {
      const row = await trx
        .selectFrom("export_sink")
        .select("body")
        .where(sql`lower(name)`, "=", name.toLowerCase())
        .executeTakeFirst();
      return (row?.body as ExportSink | undefined) ?? null;
    },
    async list() {
      const rows = await trx.selectFrom("export_sink").select("body").orderBy("name").execute();
      return rows.map((row) => row.body as ExportSink);
    },
    async save(sink, sealed) {
      const changing = {
        name: sink.name,
        body: JSON.stringify(sink),
        ...(sealed === null ? {} : { sealed_secrets: sealed }),
      };
      await trx
        .insertInto("export_sink")
        .values({ tenant_id: tenantId, id: sink.id, sealed_secrets: sealed, ...changing })
        .onConflict((conflict) => conflict.columns(["tenant_id", "id"]).doUpdateSet(changing))
        .execute();
    },
    async sealedSecrets(id) {
      const row = await trx
        .selectFrom("export_sink")
        .select("sealed_secrets")
        .where("id", "=", id)
        .executeTakeFirst();
      return row?.sealed_secrets ?? null;
    },
    async remove(id) {
      await trx.deleteFrom("export_dead_letter").where("sink", "=", id).execute();
      await trx.deleteFrom("export_position").where("sink", "=", id).execute();
      await trx.deleteFrom("export_sink").where("id", "=", id).execute();
    },
    async position(sink) {
      const found = await read(sink);
      if (found !== null) return found;
      await trx
        .insertInto("export_position")
        .values({ tenant_id: tenantId, sink, own: isGuid(sink), paused: null, last_error: null })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return (await read(sink)) as ExportPosition;
    },
    async begin(id, through, paused) {
      await trx
        .insertInto("export_position")
        .values({ tenant_id: tenantId, sink: id, own: true, through, paused, last_error: null })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },
    async advance(sink, from, { through, refused, at }) {
      const done = await update(sink)
        .where("through", "=", from)
        .set({
          through,
          tries: 0,
          again_at: null,
          accepted_at: refused !== null && through === from + 1 ? undefined : new Date(at),
          refused_in_row: refused === null ? 0 : through === from + 1 ? sql`refused_in_row + 1` : 1,
          ...(refused === null ? {} : { last_error: refused, last_error_at: new Date(at) }),
        })
        .executeTakeFirst();
      if (done.numUpdatedRows === 0n) return false;
      if (refused !== null) await keep(sink, { number: through, reason: refused, at });
      return true;
    },
    async failed(sink, { reason, againAt, at }) {
      await update(sink)
        .set({
          tries: sql`tries + 1`,
          again_at: new Date(againAt),
          last_error: reason,
          last_error_at: new Date(at),
        })
        .execute();
    },
    async pause(sink, paused, reason) {
      const told = reason === null ? {} : { last_error: reason.text, last_error_at: new Date(reason.at) };
      await update(sink)
        .set({ paused, tries: 0, again_at: null, refused_in_row: 0, ...told })
        .execute();
    },
    async goBack(sink, through) {
      await update(sink).set({ through, tries: 0, again_at: null, refused_in_row: 0 }).execute();
    },
    async deadLetters(sink, { after, most, replay }) {
      const rows = await trx
        .selectFrom("export_dead_letter")
        .select(["sequence", "reason", "at", "replay"])
        .where("tenant_id", "=", tenantId)
        .where("sink", "=", sink)
        .where("sequence", ">", after)
        .$if(replay === true, (query) => query.where("replay", "=", true))
        .orderBy("sequence")
        .limit(most)
        .execute();
      return rows.map(({ sequence, ...rest }): DeadLetter => ({ number: sequence, ...rest }));
    },
    async countDeadLetters(sink) {
      const { rows } = await sql<{ count: number }>`SELECT count(*)::int AS count FROM export_dead_letter
        WHERE tenant_id = ${tenantId} AND sink = ${sink}`.execute(trx);
      return rows[0]?.count ?? 0;
    },
    async replay(sink, number) {
      const done = await trx
        .updateTable("export_dead_letter")
        .set({ replay: true })
        .where("tenant_id", "=", tenantId)
        .where("sink", "=", sink)
        .$if(number !== null, (query) => query.where("sequence", "=", number ?? 0))
        .executeTakeFirst();
      return Number(done.numUpdatedRows);
    },
    async forget(sink, number) {
      await trx
        .deleteFrom("export_dead_letter")
        .where("tenant_id", "=", tenantId)
        .where("sink", "=", sink)
        .where("sequence", "=", number)
        .execute();
    },
    keep,
  };

  async function keep(sink: string, { number, reason, at }: Omit<DeadLetter, "replay">): Promise<void> {
    const told = { reason, at: new Date(at), replay: false };
    await trx
      .insertInto("export_dead_letter")
      .values({ tenant_id: tenantId, sink, sequence: number, ...told })
      .onConflict((conflict) => conflict.columns(["tenant_id", "sink", "sequence"]).doUpdateSet(told))
      .execute();
  }

  async function read(sink: string): Promise<ExportPosition | null> {
    const row = await trx
      .selectFrom("export_position")
      .selectAll()
      .where("tenant_id", "=", tenantId)
      .where("sink", "=", sink)
      .executeTakeFirst();
    if (row === undefined) return null;
    return {
      through: row.through,
      paused: row.paused as Paused | null,
      tries: row.tries,
      againAt: row.again_at,
      refusedInRow: row.refused_in_row,
      lastError: row.last_error,
      lastErrorAt: row.last_error_at,
      acceptedAt: row.accepted_at,
    };
  }
}
