/** Which passwords were set by somebody else than who signs in with them: those are good for one sign-in, which changes them. */
import { type Kysely, sql } from "kysely";

// Those from before stay as they are: nobody knows any more who set them.
const GIVEN = "ALTER TABLE local_account ADD COLUMN password_given boolean NOT NULL DEFAULT false;";

export const m0037GivenPasswords = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(GIVEN).execute(db);
  },
};
