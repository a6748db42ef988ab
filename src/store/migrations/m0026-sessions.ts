/** Which sign-ins of one's own tenant's accounts are open: told to the tenant, and what each says stays sealed. */
import { type Kysely, sql } from "kysely";

// What a browser has, and what a program renews its tokens by; everything else of a sign-in lives for minutes.
const SESSIONS = `
  CREATE FUNCTION sessions_of(account uuid) RETURNS TABLE (model text, id bytea, sealed bytea, expires_at timestamptz, credential_version integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.model, r.id, r.sealed, r.expires_at, a.version FROM local_account a JOIN oidc_record r ON r.account_id = a.object_id
      WHERE a.object_id = account AND a.tenant_id = curfew_tenant() AND r.model IN ('Session', 'RefreshToken')
        AND NOT r.ended AND r.consumed_at IS NULL AND r.expires_at > now()
      ORDER BY r.expires_at DESC, r.id LIMIT 1000 $$;
  REVOKE EXECUTE ON FUNCTION sessions_of(uuid) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION sessions_of(uuid) TO curfew_app;
`;

export const m0026Sessions = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(SESSIONS).execute(db);
  },
};
