/**
 * What has ended stays ended: a record that was destroyed, revoked or forgotten is emptied and keeps its key until it
 * would have expired, so that an update of whoever read it before finds it and brings nothing back.
 */
import { type Kysely, sql } from "kysely";

const definer = (volatility: "STABLE" | "VOLATILE", language: "sql" | "plpgsql" = "sql") =>
  `LANGUAGE ${language} ${volatility} SECURITY DEFINER SET search_path = public, pg_temp`;

const END = `UPDATE oidc_record SET ended = true, uid = NULL, user_code = NULL, grant_id = NULL, account_id = NULL, sealed = ''`;
const FOUND =
  "RETURN QUERY SELECT r.id, r.sealed, r.consumed_at FROM oidc_record r WHERE NOT r.ended AND r.model = of_model";

const RECORDS = `
  ALTER TABLE oidc_record ADD COLUMN ended boolean NOT NULL DEFAULT false;
  CREATE OR REPLACE FUNCTION oidc_put(of_model text, of_id bytea, of_uid bytea, of_user_code bytea, of_grant bytea, of_account uuid, of_sealed bytea, lives interval) RETURNS void
    ${definer("VOLATILE")} AS $$ INSERT INTO oidc_record AS r (model, id, uid, user_code, grant_id, account_id, sealed, expires_at)
      VALUES (of_model, of_id, of_uid, of_user_code, of_grant, of_account, of_sealed, now() + lives)
      ON CONFLICT (model, id) DO UPDATE SET uid = of_uid, user_code = of_user_code, grant_id = of_grant, account_id = of_account, sealed = of_sealed, expires_at = now() + lives
      WHERE NOT r.ended $$;
  CREATE OR REPLACE FUNCTION oidc_find(of_model text, by text, wanted bytea) RETURNS TABLE (id bytea, sealed bytea, consumed_at timestamptz) ${definer("STABLE", "plpgsql")} AS $$ BEGIN
    CASE by
      WHEN 'id' THEN ${FOUND} AND r.id = wanted;
      WHEN 'uid' THEN ${FOUND} AND r.uid = wanted;
      WHEN 'userCode' THEN ${FOUND} AND r.user_code = wanted;
    END CASE; END $$;
  CREATE OR REPLACE FUNCTION oidc_consume(of_model text, wanted bytea) RETURNS SETOF bytea ${definer("VOLATILE")}
    AS $$ UPDATE oidc_record SET consumed_at = now() WHERE model = of_model AND id = wanted AND consumed_at IS NULL AND NOT ended RETURNING id $$;
  CREATE OR REPLACE FUNCTION oidc_destroy(of_model text, wanted bytea) RETURNS void ${definer("VOLATILE")} AS $$ ${END} WHERE model = of_model AND id = wanted $$;
  CREATE OR REPLACE FUNCTION oidc_revoke_grant(of_model text, wanted bytea) RETURNS void ${definer("VOLATILE")} AS $$ ${END} WHERE model = of_model AND grant_id = wanted $$;
  CREATE OR REPLACE FUNCTION oidc_forget_account(wanted uuid) RETURNS void ${definer("VOLATILE")} AS $$ ${END} WHERE account_id = wanted $$;
`;

export const m0017Proofs = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(RECORDS).execute(db);
  },
};
