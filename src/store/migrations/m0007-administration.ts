/** What administrators look at: what was last seen in each target, and who set a thing up. */
import { type Kysely, sql } from "kysely";
import { isolate } from "./row-level-security.ts";

const OBSERVATIONS = `
  CREATE TABLE target_observation (tenant_id uuid NOT NULL, target_id uuid NOT NULL, at timestamptz NOT NULL, drift jsonb NOT NULL, PRIMARY KEY (tenant_id, target_id),
    FOREIGN KEY (tenant_id, target_id) REFERENCES target ON DELETE CASCADE);
`;

const CHANGES = `
  CREATE INDEX audit_entry_of_change ON audit_entry (tenant_id, subject_id) WHERE type = 'configuration.changed';
`;

const RIGHTS = "GRANT SELECT, INSERT, UPDATE ON target_observation TO curfew_app;";

export const m0007Administration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const part of [OBSERVATIONS, isolate("target_observation"), CHANGES, RIGHTS]) {
      await sql.raw(part).execute(db);
    }
  },
};
