/** What compatible surfaces keep beside the domain, and the package that an offer's version came with. */
import { type Kysely, sql } from "kysely";
import { isolateShared } from "./row-level-security.ts";

const RESOURCES = `
  CREATE TABLE azure_resource (tenant_id uuid NOT NULL REFERENCES tenant, kind text NOT NULL, subject_id uuid NOT NULL, id_key text NOT NULL, other_tenant_id uuid, body jsonb NOT NULL,
    deleted_at timestamptz, PRIMARY KEY (tenant_id, kind, subject_id));
  CREATE UNIQUE INDEX azure_resource_id_key ON azure_resource (tenant_id, kind, id_key COLLATE "C") WHERE deleted_at IS NULL;
  CREATE INDEX azure_resource_other ON azure_resource (other_tenant_id, kind, id_key) WHERE other_tenant_id IS NOT NULL AND deleted_at IS NULL;
`;

// Beside the body: lists of offers do not carry every form along.
const PACKAGES = "ALTER TABLE offer_version ADD COLUMN package jsonb;";

// Requests keep the settings that they were made under; those know nothing yet of rules for assigning.
const RULES = { justificationRequired: false, mfaRequired: false };
const SETTINGS = `
  UPDATE access_request SET body = jsonb_set(body, '{madeUnder}', (SELECT coalesce(jsonb_agg(jsonb_set(made, '{settings}',
    made -> 'settings' || '${JSON.stringify({ makingEligible: RULES, assigning: { ...RULES, maximumDurationMs: null } })}'::jsonb)), '[]')
    FROM jsonb_array_elements(body -> 'madeUnder') made));
`;

const RIGHTS = "GRANT SELECT, INSERT, UPDATE ON azure_resource TO curfew_app;";

export const m0005Surfaces = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const part of [RESOURCES, PACKAGES, SETTINGS, isolateShared("azure_resource"), RIGHTS]) {
      await sql.raw(part).execute(db);
    }
  },
};
