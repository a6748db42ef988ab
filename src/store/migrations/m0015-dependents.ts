/**
 * What hangs on what a change of configuration touches: the rows it changes, as its own transaction sees them, and the
 * open grants and pending requests that those may be the ground of.
 */
import { type Kysely, sql } from "kysely";
import { rowsOf } from "./m0010-policy-versions.ts";

const FIXED_PATH = "SET search_path = public, pg_temp";

// A version that is not raised yet is this transaction's own: of others nothing above it is seen.
const CHANGES = `
  CREATE FUNCTION book_changes(of_tenant uuid) RETURNS TABLE (kind text, key text, body jsonb) LANGUAGE plpgsql VOLATILE ${FIXED_PATH} AS $$
  BEGIN
    RETURN QUERY WITH changed AS MATERIALIZED (SELECT DISTINCT c.kind, c.key FROM policy_change c
        WHERE c.tenant_id = of_tenant AND c.version > (SELECT t.policy_version FROM tenant t WHERE t.tenant_id = of_tenant)),
      found(kind, key, body) AS (SELECT NULL, NULL, NULL::jsonb WHERE false
      ${rowsOf((kind, key) => ` AND ${key} IN (SELECT c.key${kind === "tier" ? "" : "::uuid"} FROM changed c WHERE c.kind = '${kind}')`)})
      SELECT c.kind, c.key, f.body FROM changed c LEFT JOIN found f ON f.kind = c.kind AND f.key = c.key;
  END $$;
`;

const HANGING = `
  CREATE INDEX access_grant_open_by_role ON access_grant (tenant_id, role_definition_id) WHERE open;
  CREATE INDEX access_grant_open_by_application ON access_grant (application_id) WHERE open AND application_id IS NOT NULL;
  CREATE INDEX access_grant_open_by_requester ON access_grant (requester_id) WHERE open AND requester_id <> beneficiary_id;
  CREATE FUNCTION hanging_on(people uuid[], roles uuid[], applications uuid[], most integer) RETURNS TABLE (grants json, requests json) LANGUAGE sql STABLE ${FIXED_PATH} AS $$
    WITH found AS MATERIALIZED (SELECT g.* FROM (
        SELECT g.id FROM access_grant g WHERE g.open AND g.beneficiary_id = ANY(people)
        UNION SELECT g.id FROM access_grant g WHERE g.open AND g.requester_id = ANY(people) AND g.requester_id <> g.beneficiary_id
        UNION SELECT g.id FROM access_grant g WHERE g.open AND g.tenant_id = curfew_tenant() AND g.role_definition_id = ANY(roles)
        UNION SELECT g.id FROM access_grant g WHERE g.open AND g.application_id = ANY(applications)
        ORDER BY id LIMIT most) ids JOIN access_grant g ON g.id = ids.id)
    SELECT coalesce((SELECT json_agg(json_build_object('grant', f.body, 'request', (SELECT r.body FROM access_request r WHERE r.id = f.request_id)) ORDER BY f.starts_at, f.id) FROM found f), '[]'),
      coalesce((SELECT json_agg(p.body ORDER BY p.created_at, p.id) FROM (SELECT r.body, r.created_at, r.id FROM access_request r
        WHERE r.state = 'pending' AND r.tenant_id = curfew_tenant() ORDER BY r.created_at DESC LIMIT most) p), '[]') $$;
`;

const RIGHTS = `
  REVOKE EXECUTE ON FUNCTION book_changes(uuid), hanging_on(uuid[], uuid[], uuid[], integer) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION book_changes(uuid), hanging_on(uuid[], uuid[], uuid[], integer) TO curfew_app;
`;

export const m0015Dependents = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const part of [CHANGES, HANGING, RIGHTS]) await sql.raw(part).execute(db);
  },
};
