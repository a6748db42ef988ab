/** Grants that ended on time in a target, the newest first: how late was that? And emergencies that wait for a review. */
import { type Kysely, sql } from "kysely";

const ENDED = `
  CREATE INDEX access_grant_expired ON access_grant (tenant_id, ends_at DESC)
    WHERE state = 'ended' AND body #>> '{state,cause}' = 'expired' AND body #> '{entitlements,0}' IS NOT NULL;
  CREATE INDEX access_grant_unreviewed ON access_grant (tenant_id, starts_at DESC) WHERE emergency AND NOT reviewed;
`;

export const m0008EndedGrants = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(ENDED).execute(db);
  },
};
