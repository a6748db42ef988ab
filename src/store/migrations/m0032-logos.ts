/** The logo of an offer, beside its body: lists of offers carry its hash along, and not its pixels. */
import { type Kysely, sql } from "kysely";

const LOGOS = "ALTER TABLE offer ADD COLUMN logo bytea CHECK (octet_length(logo) <= 65536);";

export const m0032Logos = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(LOGOS).execute(db);
  },
};
