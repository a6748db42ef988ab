/**
 * Somebody is locked out: by a row of policy, so that decisions, books and looking again follow from it as from every
 * other change of who may what; and whatever asks whether a principal is active says no.
 */
import { type Kysely, sql } from "kysely";

const definer = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp";

// The last time, kept when it is over: what was approved before its end does not count again. `told`: the other parties.
const COLUMN = `
  ALTER TABLE principal ADD COLUMN lock jsonb CHECK (lock IS NULL OR kind <> 'group');
  CREATE FUNCTION is_active(p principal) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT p.deleted_at IS NULL AND (p.lock IS NULL OR p.lock ->> 'until' IS NOT NULL) $$;
`;

const BOOKS = `
  CREATE OR REPLACE FUNCTION principal_json(p principal) RETURNS jsonb LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object('tenantId', p.tenant_id, 'objectId', p.object_id, 'kind', p.kind, 'displayName', p.display_name,
      'email', p.email, 'linkedTenantId', p.linked_tenant_id, 'linkedObjectId', p.linked_object_id,
      'deletedAt', (extract(epoch FROM p.deleted_at) * 1000)::bigint,
      'lock', CASE WHEN p.lock IS NOT NULL THEN jsonb_build_object('at', p.lock -> 'at', 'until', p.lock -> 'until') END,
      'owners', CASE WHEN p.kind = 'user' THEN '[]'::jsonb ELSE (SELECT coalesce(jsonb_agg(o.owner_id ORDER BY o.owner_id), '[]')
        FROM principal_owner o WHERE o.tenant_id = p.tenant_id AND o.principal_id = p.object_id) END) $$;
  CREATE OR REPLACE FUNCTION members_reached(of_tenant uuid, wanted uuid[]) RETURNS SETOF jsonb ${definer} AS $$
    WITH RECURSIVE reached(id, depth) AS (
      SELECT unnest(wanted), 0
      UNION
      SELECT m.member_id, r.depth + 1 FROM group_member m JOIN reached r ON m.group_id = r.id WHERE m.tenant_id = of_tenant AND r.depth < 32)
    SELECT principal_json(p) FROM principal p WHERE p.tenant_id = of_tenant AND is_active(p) AND p.kind <> 'group'
      AND p.object_id IN (SELECT id FROM reached) ORDER BY p.object_id $$;
`;

const ACCOUNT_TYPE =
  "TABLE (tenant_id uuid, object_id uuid, email text, display_name text, password_hash text, totp_sealed bytea, version integer, active boolean)";
const ACCOUNTS = `SELECT a.tenant_id, a.object_id, a.email, p.display_name, a.password_hash, a.totp_sealed, a.version,
    is_active(p) AND t.closed_at IS NULL
    FROM local_account a JOIN principal p USING (tenant_id, object_id) JOIN tenant t USING (tenant_id)`;

const SIGN_IN = `
  CREATE OR REPLACE FUNCTION account_by_id(wanted uuid) RETURNS ${ACCOUNT_TYPE} ${definer} AS $$ ${ACCOUNTS} WHERE a.object_id = wanted $$;
  CREATE OR REPLACE FUNCTION account_by_email(wanted text) RETURNS ${ACCOUNT_TYPE} ${definer} AS $$
    ${ACCOUNTS} WHERE a.email = wanted AND NOT EXISTS (SELECT 1 FROM local_account b WHERE b.email = wanted AND b.tenant_id <> a.tenant_id) $$;
  CREATE OR REPLACE FUNCTION accounts_named(wanted text, of_tenant uuid, most integer) RETURNS ${ACCOUNT_TYPE} ${definer} AS $$
    ${ACCOUNTS} WHERE a.email = wanted AND (of_tenant IS NULL OR a.tenant_id = of_tenant)
      AND is_active(p) AND t.closed_at IS NULL ORDER BY a.tenant_id LIMIT most $$;
  CREATE OR REPLACE FUNCTION client_by_id(wanted text) RETURNS TABLE (tenant_id uuid, object_id uuid, client_id text, display_name text, secret_hash bytea, version integer, active boolean)
    ${definer} AS $$ SELECT c.tenant_id, c.object_id, c.client_id, p.display_name, c.secret_hash, c.version, is_active(p) AND t.closed_at IS NULL
      FROM client_secret c JOIN principal p USING (tenant_id, object_id) JOIN tenant t USING (tenant_id) WHERE c.client_id = wanted $$;
  CREATE OR REPLACE FUNCTION standing_of(wanted_tenant uuid, wanted uuid, through text) RETURNS TABLE (kind text, active boolean, rights text[], credential_version integer)
    ${definer} AS $$ SELECT p.kind, is_active(p) AND t.closed_at IS NULL,
      ARRAY(SELECT r.held FROM tenant_right r WHERE r.tenant_id = p.tenant_id AND r.object_id = p.object_id ORDER BY r.held),
      CASE p.kind WHEN 'user' THEN (SELECT a.version FROM local_account a WHERE a.tenant_id = p.tenant_id AND a.object_id = p.object_id)
        ELSE (SELECT c.version FROM client_secret c WHERE c.tenant_id = p.tenant_id AND c.object_id = p.object_id AND c.client_id = through) END
      FROM principal p JOIN tenant t USING (tenant_id) WHERE p.tenant_id = wanted_tenant AND p.object_id = wanted $$;
`;

const RIGHTS = `
  REVOKE EXECUTE ON FUNCTION is_active(principal) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION is_active(principal) TO curfew_app;
`;

export const m0029LockOut = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const part of [COLUMN, BOOKS, SIGN_IN, RIGHTS]) await sql.raw(part).execute(db);
  },
};
