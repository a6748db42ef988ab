/** A demo's data is marked in the database, so that nobody serves it for real, nor plays the demo on real data. */
import { sql } from "kysely";
import type { Database } from "../store/database.ts";
import { type ConnectionSettings, connectionPool, database } from "../store/database.ts";

export async function refuseDemo(db: Database): Promise<void> {
  if (!(await isDemo(db))) return;
  throw new Error(
    "this data directory belongs to the demo, whose secrets are written down; choose another CURFEW_DATA_DIR",
  );
}

export async function isDemo(db: Database): Promise<boolean> {
  const { rows } = await sql<{ demo: boolean }>`SELECT is_demo() AS demo`.execute(db);
  return rows[0]?.demo === true;
}

/** Only the owner of the schema may mark it: the served program cannot. */
export async function markAsDemo(owner: ConnectionSettings): Promise<void> {
  const pool = connectionPool(owner, 1);
  try {
    await sql`UPDATE instance SET demo = true`.execute(database(pool));
  } finally {
    await pool.end();
  }
}
