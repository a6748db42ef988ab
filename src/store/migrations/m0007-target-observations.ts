/** What a target was last seen to hold that another hand did to it. */
import { type Kysely, sql } from "kysely";
import { isolate } from "./row-level-security.ts";

const OBSERVATIONS = `
  CREATE TABLE target_observation (tenant_id uuid NOT NULL, target_id uuid NOT NULL, at timestamptz NOT NULL, drift jsonb NOT NULL, PRIMARY KEY (tenant_id, target_id),
    FOREIGN KEY (tenant_id, target_id) REFERENCES target ON DELETE CASCADE);
`;

const RIGHTS = "GRANT SELECT, INSERT, UPDATE ON target_observation TO curfew_app;";

export const m0007TargetObservations = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const part of [OBSERVATIONS, isolate("target_observation"), RIGHTS]) {
      await sql.raw(part).execute(db);
    }
  },
};
