/**
 * What was kept of a definition's notification endpoint held the secret of its address in clear, and nobody was told at it.
 * Named anew it is an export, and its secret is sealed.
 */
import { type Kysely, sql } from "kysely";

const FORGET = `UPDATE azure_resource SET body = body #- '{kept,notificationPolicy}'
  WHERE kind = 'applicationDefinition' AND body -> 'kept' ? 'notificationPolicy';`;

export const m0038NotificationEndpoints = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(FORGET).execute(db);
  },
};
