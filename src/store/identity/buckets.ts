/** Token buckets in the database: taking one is one statement, so that racing attempts cannot share a token. */
import { sql } from "kysely";
import type { Buckets } from "../../use-cases/identity-ports.ts";
import type { Database } from "../database.ts";

export function bucketsOn(db: Database): Buckets {
  return {
    async take(key, { capacity, refillMs }, at) {
      const { rows } = await sql<{ taken: boolean }>`
        SELECT bucket_take(${key}, ${capacity}, ${refillMs}, ${new Date(at)}) AS taken`.execute(db);
      return rows[0]?.taken === true;
    },
    async giveBack(key, { capacity }) {
      await sql`SELECT bucket_give_back(${key}, ${capacity})`.execute(db);
    },
  };
}
