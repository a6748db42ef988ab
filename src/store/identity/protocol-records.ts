/** Codes, sessions and refresh tokens, as hashed keys and sealed bodies. */
import { sql } from "kysely";
import type { Instant } from "../../domain/time.ts";
import type { ProtocolRecords } from "../../use-cases/identity-ports.ts";
import type { Database } from "../database.ts";

export function protocolRecordsOn(db: Database): ProtocolRecords {
  return {
    async put(record) {
      await sql`SELECT oidc_put(${record.model}, ${record.id}, ${record.uid}, ${record.userCode}, ${record.grant},
        ${record.accountId}, ${record.sealed}, make_interval(secs => ${record.expiresInSeconds}))`.execute(
        db,
      );
    },
    async find(model, by, hash) {
      const { rows } = await sql<{ id: Buffer; sealed: Buffer; consumed_at: Instant | null }>`
        SELECT * FROM oidc_find(${model}, ${by}, ${hash})`.execute(db);
      const [row] = rows;
      return row === undefined ? null : { id: row.id, sealed: row.sealed, consumedAt: row.consumed_at };
    },
    async consume(model, id) {
      const { rows } = await sql`SELECT oidc_consume(${model}, ${id})`.execute(db);
      return rows.length === 1;
    },
    async destroy(model, id) {
      await sql`SELECT oidc_destroy(${model}, ${id})`.execute(db);
    },
    async revokeGrant(model, grant) {
      await sql`SELECT oidc_revoke_grant(${model}, ${grant})`.execute(db);
    },
  };
}
