/** What applied configuration leaves behind: ids that are never used again, and scopes as they were written. */
import { type Kysely, sql } from "kysely";
import { isolate } from "./row-level-security.ts";

const TOMBSTONES = `
  CREATE TABLE tombstone (tenant_id uuid NOT NULL REFERENCES tenant, kind text NOT NULL, name_key text NOT NULL, object_id uuid NOT NULL, at timestamptz NOT NULL,
    arrival bigint NOT NULL DEFAULT nextval('change_seq'), PRIMARY KEY (tenant_id, kind, object_id));
  CREATE INDEX tombstone_of_name ON tombstone (tenant_id, kind, name_key, arrival);
`;

// An offer stays for those who run it; its name is free again.
const OFFERS = `
  ALTER TABLE offer ADD COLUMN deleted_at timestamptz;
  ALTER TABLE offer DROP CONSTRAINT offer_tenant_id_name_key;
  CREATE UNIQUE INDEX offer_name ON offer (tenant_id, lower(name)) WHERE deleted_at IS NULL;
`;

// As before, less what was withdrawn.
const VISIBLE_OFFERS = `
  CREATE OR REPLACE FUNCTION offers_visible_to(viewer uuid) RETURNS TABLE (body jsonb, version jsonb) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT o.body, v.body FROM offer o JOIN offer_version v ON v.tenant_id = o.tenant_id AND v.offer_id = o.id AND v.version = (o.body ->> 'latestVersion')::int
      WHERE viewer = curfew_tenant() AND o.deleted_at IS NULL AND (o.tenant_id = viewer OR o.body #>> '{visibility,to}' = 'everybody'
        OR (o.body #>> '{visibility,to}' = 'tenants' AND o.body #> '{visibility,tenantIds}' ? viewer::text)) ORDER BY o.name LIMIT 1000 $$;
`;

const SETTINGS = `
  ALTER TABLE role_settings ADD COLUMN scope text;
  UPDATE role_settings SET scope = scope_key;
  ALTER TABLE role_settings ALTER COLUMN scope SET NOT NULL;
`;

// Under row-level security only a plain comparison may use an index: `lower(name) = $1` would read the whole tenant.
const NAMES = `
  ALTER TABLE principal ADD COLUMN name_key text GENERATED ALWAYS AS (lower(name)) STORED, ADD COLUMN email_key text GENERATED ALWAYS AS (lower(email)) STORED;
  CREATE INDEX principal_name_key ON principal (tenant_id, name_key) WHERE deleted_at IS NULL;
  CREATE INDEX principal_email_key ON principal (tenant_id, email_key) WHERE deleted_at IS NULL;
  ALTER TABLE eligibility ADD COLUMN name_key text GENERATED ALWAYS AS (lower(name)) STORED;
  CREATE UNIQUE INDEX eligibility_name_key ON eligibility (tenant_id, name_key);
`;

const APPLIED = "ALTER TABLE applied_object DROP COLUMN digest;";

const QUESTIONS = `
  CREATE FUNCTION is_linked_to(wanted_tenant uuid, wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT EXISTS (SELECT 1 FROM principal WHERE linked_tenant_id = wanted_tenant AND linked_object_id = wanted AND deleted_at IS NULL) $$;
`;

// Ids are one space for the whole installation: a principal of one tenant must never be taken for another's.
const ID_TABLES = [
  "role_definition",
  "role_settings",
  "eligibility",
  "offer",
  "application",
  "target",
  "binding",
  "subscription",
];
const IDS = `
  CREATE INDEX tombstone_of_id ON tombstone (object_id);
  CREATE INDEX principal_object ON principal (object_id);
  CREATE FUNCTION is_id_taken(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT EXISTS (SELECT 1 FROM principal WHERE object_id = wanted) OR EXISTS (SELECT 1 FROM tenant WHERE tenant_id = wanted)
      OR EXISTS (SELECT 1 FROM tombstone WHERE object_id = wanted) OR ${ID_TABLES.map((table) => `EXISTS (SELECT 1 FROM ${table} WHERE id = wanted)`).join(" OR ")} $$;
${ID_TABLES.filter((table) => table !== "subscription")
  .map((table) => `  CREATE INDEX ${table}_id ON ${table} (id);`)
  .join("\n")}
`;

const RIGHTS = `
  GRANT SELECT, INSERT ON tombstone TO curfew_app;
  REVOKE EXECUTE ON FUNCTION is_linked_to(uuid, uuid), is_id_taken(uuid), offers_visible_to(uuid) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION is_linked_to(uuid, uuid), is_id_taken(uuid), offers_visible_to(uuid) TO curfew_app;
`;

export const m0003Configuration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const part of [
      TOMBSTONES,
      OFFERS,
      VISIBLE_OFFERS,
      SETTINGS,
      NAMES,
      APPLIED,
      isolate("tombstone"),
      QUESTIONS,
      IDS,
      RIGHTS,
    ]) {
      await sql.raw(part).execute(db);
    }
  },
};
