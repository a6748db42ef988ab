/** Who can sign in and how: accounts and secrets under their tenant; protocol state found only by exact key. */
import { type Kysely, sql } from "kysely";
import { hide, isolate } from "./row-level-security.ts";

// `object_id` is a token's subject, and a subject stands for one account in the whole installation.
const CREDENTIALS = `
  CREATE TABLE local_account (tenant_id uuid NOT NULL, object_id uuid NOT NULL UNIQUE, email text NOT NULL UNIQUE CHECK (email = lower(email)),
    password_hash text NOT NULL, version integer NOT NULL DEFAULT 1, totp_sealed bytea, totp_last_step bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, object_id), FOREIGN KEY (tenant_id, object_id) REFERENCES principal);
  CREATE TABLE recovery_code (tenant_id uuid NOT NULL, object_id uuid NOT NULL, code_hash bytea NOT NULL,
    PRIMARY KEY (tenant_id, object_id, code_hash), FOREIGN KEY (tenant_id, object_id) REFERENCES local_account);
  CREATE TABLE client_secret (tenant_id uuid NOT NULL, object_id uuid NOT NULL, client_id text NOT NULL UNIQUE, secret_hash bytea NOT NULL,
    version integer NOT NULL DEFAULT 1, created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, object_id), FOREIGN KEY (tenant_id, object_id) REFERENCES principal);
  CREATE TABLE client_consent (tenant_id uuid NOT NULL, object_id uuid NOT NULL, client_id text NOT NULL, scope text NOT NULL, at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, object_id, client_id), FOREIGN KEY (tenant_id, object_id) REFERENCES principal);
`;

// Codes, sessions and refresh tokens exist before a tenant is known: hashed keys, sealed bodies, no direct access.
const PROTOCOL = `
  CREATE TABLE oidc_record (model text NOT NULL, id bytea NOT NULL, uid bytea, user_code bytea, grant_id bytea, account_id uuid, sealed bytea NOT NULL,
    consumed_at timestamptz, expires_at timestamptz NOT NULL, PRIMARY KEY (model, id));
  CREATE UNIQUE INDEX oidc_record_uid ON oidc_record (model, uid) WHERE uid IS NOT NULL;
  CREATE UNIQUE INDEX oidc_record_user_code ON oidc_record (model, user_code) WHERE user_code IS NOT NULL;
  CREATE INDEX oidc_record_grant ON oidc_record (grant_id) WHERE grant_id IS NOT NULL;
  CREATE INDEX oidc_record_account ON oidc_record (account_id) WHERE account_id IS NOT NULL;
  CREATE INDEX oidc_record_expiry ON oidc_record (expires_at);
  CREATE TABLE signing_key (kid text PRIMARY KEY, sealed bytea NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE setup_token (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), hash bytea NOT NULL, expires_at timestamptz NOT NULL);
  CREATE TABLE rate_bucket (key bytea PRIMARY KEY, tokens double precision NOT NULL, refused boolean NOT NULL, at timestamptz NOT NULL);
  CREATE INDEX rate_bucket_at ON rate_bucket (at);
`;

const ISOLATION = [
  ...["local_account", "recovery_code", "client_secret", "client_consent"].map(isolate),
  ...["oidc_record", "signing_key", "setup_token", "rate_bucket"].map(hide),
];

const definer = (volatility: "STABLE" | "VOLATILE", language: "sql" | "plpgsql" = "sql") =>
  `LANGUAGE ${language} ${volatility} SECURITY DEFINER SET search_path = public, pg_temp`;

const ACCOUNT_COLUMNS = `a.tenant_id, a.object_id, a.email, p.display_name, a.password_hash, a.totp_sealed, a.version,
  p.deleted_at IS NULL AND t.closed_at IS NULL
  FROM local_account a JOIN principal p USING (tenant_id, object_id) JOIN tenant t USING (tenant_id)`;
const ACCOUNT_TYPE = `TABLE (tenant_id uuid, object_id uuid, email text, display_name text, password_hash text, totp_sealed bytea, version integer, active boolean)`;

const QUESTIONS = `
  CREATE FUNCTION account_by_email(wanted text) RETURNS ${ACCOUNT_TYPE} ${definer("STABLE")} AS $$ SELECT ${ACCOUNT_COLUMNS} WHERE a.email = wanted $$;
  CREATE FUNCTION account_by_id(wanted uuid) RETURNS ${ACCOUNT_TYPE} ${definer("STABLE")} AS $$ SELECT ${ACCOUNT_COLUMNS} WHERE a.object_id = wanted $$;
  CREATE FUNCTION client_by_id(wanted text) RETURNS TABLE (tenant_id uuid, object_id uuid, client_id text, display_name text, secret_hash bytea, version integer, active boolean)
    ${definer("STABLE")} AS $$ SELECT c.tenant_id, c.object_id, c.client_id, p.display_name, c.secret_hash, c.version, p.deleted_at IS NULL AND t.closed_at IS NULL
      FROM client_secret c JOIN principal p USING (tenant_id, object_id) JOIN tenant t USING (tenant_id) WHERE c.client_id = wanted $$;
  CREATE FUNCTION standing_of(wanted_tenant uuid, wanted uuid, through text) RETURNS TABLE (kind text, active boolean, rights text[], credential_version integer)
    ${definer("STABLE")} AS $$ SELECT p.kind, p.deleted_at IS NULL AND t.closed_at IS NULL,
      ARRAY(SELECT r.held FROM tenant_right r WHERE r.tenant_id = p.tenant_id AND r.object_id = p.object_id ORDER BY r.held),
      CASE p.kind WHEN 'user' THEN (SELECT a.version FROM local_account a WHERE a.tenant_id = p.tenant_id AND a.object_id = p.object_id)
        ELSE (SELECT c.version FROM client_secret c WHERE c.tenant_id = p.tenant_id AND c.object_id = p.object_id AND c.client_id = through) END
      FROM principal p JOIN tenant t USING (tenant_id) WHERE p.tenant_id = wanted_tenant AND p.object_id = wanted $$;
`;

// A deleted principal keeps its id for ever, but neither its e-mail address nor its client id.
const RELEASE = `
  CREATE FUNCTION release_email(wanted text) RETURNS void ${definer("VOLATILE")} AS $$
    DELETE FROM recovery_code r USING local_account a JOIN principal p USING (tenant_id, object_id)
      WHERE a.email = wanted AND p.deleted_at IS NOT NULL AND r.tenant_id = a.tenant_id AND r.object_id = a.object_id;
    DELETE FROM local_account a USING principal p
      WHERE a.email = wanted AND p.deleted_at IS NOT NULL AND p.tenant_id = a.tenant_id AND p.object_id = a.object_id $$;
  CREATE FUNCTION release_client_id(wanted text) RETURNS void ${definer("VOLATILE")} AS $$ DELETE FROM client_secret c USING principal p
    WHERE c.client_id = wanted AND p.deleted_at IS NOT NULL AND p.tenant_id = c.tenant_id AND p.object_id = c.object_id $$;
`;

const RECORDS = `
  CREATE FUNCTION oidc_put(of_model text, of_id bytea, of_uid bytea, of_user_code bytea, of_grant bytea, of_account uuid, of_sealed bytea, lives interval) RETURNS void
    ${definer("VOLATILE")} AS $$ INSERT INTO oidc_record (model, id, uid, user_code, grant_id, account_id, sealed, expires_at)
      VALUES (of_model, of_id, of_uid, of_user_code, of_grant, of_account, of_sealed, now() + lives)
      ON CONFLICT (model, id) DO UPDATE SET uid = of_uid, user_code = of_user_code, grant_id = of_grant, account_id = of_account, sealed = of_sealed, expires_at = now() + lives $$;
  CREATE FUNCTION oidc_find(of_model text, by text, wanted bytea) RETURNS TABLE (id bytea, sealed bytea, consumed_at timestamptz) ${definer("STABLE", "plpgsql")} AS $$ BEGIN
    CASE by
      WHEN 'id' THEN RETURN QUERY SELECT r.id, r.sealed, r.consumed_at FROM oidc_record r WHERE r.model = of_model AND r.id = wanted;
      WHEN 'uid' THEN RETURN QUERY SELECT r.id, r.sealed, r.consumed_at FROM oidc_record r WHERE r.model = of_model AND r.uid = wanted;
      WHEN 'userCode' THEN RETURN QUERY SELECT r.id, r.sealed, r.consumed_at FROM oidc_record r WHERE r.model = of_model AND r.user_code = wanted;
    END CASE; END $$;
  CREATE FUNCTION oidc_consume(of_model text, wanted bytea) RETURNS SETOF bytea ${definer("VOLATILE")}
    AS $$ UPDATE oidc_record SET consumed_at = now() WHERE model = of_model AND id = wanted AND consumed_at IS NULL RETURNING id $$;
  CREATE FUNCTION oidc_destroy(of_model text, wanted bytea) RETURNS void ${definer("VOLATILE")} AS $$ DELETE FROM oidc_record WHERE model = of_model AND id = wanted $$;
  CREATE FUNCTION oidc_revoke_grant(of_model text, wanted bytea) RETURNS void ${definer("VOLATILE")} AS $$ DELETE FROM oidc_record WHERE model = of_model AND grant_id = wanted $$;
  CREATE FUNCTION oidc_forget_account(wanted uuid) RETURNS void ${definer("VOLATILE")} AS $$ DELETE FROM oidc_record WHERE account_id = wanted $$;
`;

const LIMITS = `
  CREATE FUNCTION bucket_take(of_key bytea, capacity double precision, refill_ms double precision, given timestamptz) RETURNS boolean ${definer("VOLATILE")} AS $$
    INSERT INTO rate_bucket AS b (key, tokens, refused, at) VALUES (of_key, capacity - 1, false, given)
    ON CONFLICT (key) DO UPDATE SET at = greatest(b.at, given),
      refused = least(capacity, b.tokens + greatest(0, extract(epoch FROM given - b.at)) * 1000 / refill_ms) < 1,
      tokens = least(capacity, b.tokens + greatest(0, extract(epoch FROM given - b.at)) * 1000 / refill_ms)
        - CASE WHEN least(capacity, b.tokens + greatest(0, extract(epoch FROM given - b.at)) * 1000 / refill_ms) < 1 THEN 0 ELSE 1 END
    RETURNING NOT refused $$;
  CREATE FUNCTION bucket_give_back(of_key bytea, capacity double precision) RETURNS void ${definer("VOLATILE")}
    AS $$ UPDATE rate_bucket SET tokens = least(capacity, tokens + 1) WHERE key = of_key $$;
`;

const SETUP = `
  CREATE FUNCTION administrator_exists() RETURNS boolean ${definer("STABLE")} AS $$ SELECT EXISTS (SELECT 1 FROM tenant_right r JOIN principal p USING (tenant_id, object_id)
    WHERE r.held IN ('administrator', 'operator') AND p.deleted_at IS NULL) $$;
  CREATE FUNCTION setup_token_replace(of_hash bytea, until timestamptz) RETURNS void ${definer("VOLATILE")}
    AS $$ INSERT INTO setup_token (hash, expires_at) VALUES (of_hash, until) ON CONFLICT (only_row) DO UPDATE SET hash = of_hash, expires_at = until $$;
  CREATE FUNCTION setup_token_void() RETURNS void ${definer("VOLATILE")} AS $$ DELETE FROM setup_token $$;
  CREATE FUNCTION setup_token_spend(of_hash bytea, given timestamptz) RETURNS SETOF boolean ${definer("VOLATILE")}
    AS $$ DELETE FROM setup_token WHERE hash = of_hash AND expires_at > given RETURNING only_row $$;
  CREATE FUNCTION signing_keys() RETURNS TABLE (kid text, sealed bytea) ${definer("STABLE")} AS $$ SELECT k.kid, k.sealed FROM signing_key k ORDER BY k.created_at DESC $$;
  CREATE FUNCTION signing_key_add_first(of_kid text, of_sealed bytea) RETURNS void ${definer("VOLATILE", "plpgsql")} AS $$ BEGIN
    LOCK TABLE signing_key IN EXCLUSIVE MODE;
    INSERT INTO signing_key (kid, sealed) SELECT of_kid, of_sealed WHERE NOT EXISTS (SELECT 1 FROM signing_key); END $$;
  CREATE FUNCTION identity_sweep(given timestamptz, most integer) RETURNS void ${definer("VOLATILE")} AS $$
    DELETE FROM oidc_record WHERE (model, id) IN (SELECT model, id FROM oidc_record WHERE expires_at < now() - interval '1 hour' ORDER BY expires_at LIMIT most);
    DELETE FROM rate_bucket WHERE key IN (SELECT key FROM rate_bucket WHERE at < given - interval '1 day' ORDER BY at LIMIT most);
    DELETE FROM setup_token WHERE expires_at < given $$;
`;

const RIGHTS = `
  GRANT SELECT, INSERT, UPDATE ON local_account TO curfew_app;
  GRANT SELECT, INSERT, DELETE ON recovery_code TO curfew_app;
  GRANT SELECT, INSERT, UPDATE, DELETE ON client_secret, client_consent TO curfew_app;
  REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
  GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO curfew_app;
`;

export const m0002Identity = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const part of [
      CREDENTIALS,
      PROTOCOL,
      ...ISOLATION,
      QUESTIONS,
      RELEASE,
      RECORDS,
      LIMITS,
      SETUP,
      RIGHTS,
    ]) {
      await sql.raw(part).execute(db);
    }
  },
};
