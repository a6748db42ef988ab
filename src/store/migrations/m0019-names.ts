/** A log-in name belongs to its tenant: unique there, and free for every other. Names of today stay what they are. */
import { type Kysely, sql } from "kysely";

const definer = (volatility: "STABLE" | "VOLATILE") =>
  `LANGUAGE sql ${volatility} SECURITY DEFINER SET search_path = public, pg_temp`;

const ACCOUNT_TYPE =
  "TABLE (tenant_id uuid, object_id uuid, email text, display_name text, password_hash text, totp_sealed bytea, version integer, active boolean)";
const ACCOUNTS = `SELECT a.tenant_id, a.object_id, a.email, p.display_name, a.password_hash, a.totp_sealed, a.version,
    p.deleted_at IS NULL AND t.closed_at IS NULL
    FROM local_account a JOIN principal p USING (tenant_id, object_id) JOIN tenant t USING (tenant_id)`;

const UNIQUE = `
  ALTER TABLE local_account DROP CONSTRAINT local_account_email_key;
  CREATE UNIQUE INDEX local_account_name ON local_account (tenant_id, email);
  CREATE INDEX local_account_by_name ON local_account (email, tenant_id);
`;

// Only who could come in: an account of a closed tenant must not crowd a name out. The order is one that nobody chooses.
const QUESTIONS = `
  CREATE FUNCTION accounts_named(wanted text, of_tenant uuid, most integer) RETURNS ${ACCOUNT_TYPE} ${definer("STABLE")} AS $$
    ${ACCOUNTS} WHERE a.email = wanted AND (of_tenant IS NULL OR a.tenant_id = of_tenant)
      AND p.deleted_at IS NULL AND t.closed_at IS NULL ORDER BY a.tenant_id LIMIT most $$;
`;

// Code of the version before knows one account a name: where there are several, it finds none.
const BEFORE = `
  CREATE OR REPLACE FUNCTION account_by_email(wanted text) RETURNS ${ACCOUNT_TYPE} ${definer("STABLE")} AS $$
    ${ACCOUNTS} WHERE a.email = wanted AND NOT EXISTS (SELECT 1 FROM local_account b WHERE b.email = wanted AND b.tenant_id <> a.tenant_id) $$;
`;

// A deleted principal keeps its id for ever, but not its name.
const RELEASE = `
  CREATE FUNCTION release_name(wanted text) RETURNS void ${definer("VOLATILE")} AS $$
    DELETE FROM recovery_code r USING local_account a JOIN principal p USING (tenant_id, object_id)
      WHERE a.tenant_id = curfew_tenant() AND a.email = wanted AND p.deleted_at IS NOT NULL AND r.tenant_id = a.tenant_id AND r.object_id = a.object_id;
    DELETE FROM local_account a USING principal p
      WHERE a.tenant_id = curfew_tenant() AND a.email = wanted AND p.deleted_at IS NOT NULL AND p.tenant_id = a.tenant_id AND p.object_id = a.object_id $$;
`;

const FUNCTIONS = "accounts_named(text, uuid, integer), release_name(text)";
const RIGHTS = `
  REVOKE EXECUTE ON FUNCTION ${FUNCTIONS} FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION ${FUNCTIONS} TO curfew_app;
`;

export const m0019Names = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const part of [UNIQUE, QUESTIONS, BEFORE, RELEASE, RIGHTS]) await sql.raw(part).execute(db);
  },
};
