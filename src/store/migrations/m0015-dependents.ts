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

// A plan is kept for as long as its session; made while a table was small, it would go through all of it from then on.
const BY_INDEX = `${FIXED_PATH} SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off`;

const VERSIONS_AND_FOUND = `policy_versions(ARRAY(SELECT DISTINCT t FROM page r, unnest(ARRAY[r.tenant_id, r.other_tenant_id, (r.body #>> '{beneficiary,tenantId}')::uuid]) t)),
      coalesce((SELECT json_agg(r.body ORDER BY r.id) FROM page r), '[]')`;

// What is pending is looked at again as open grants are: whether anybody is left who could decide it.
const PENDING = `
  CREATE INDEX access_request_pending_of_tenant ON access_request (tenant_id, id) WHERE state = 'pending';
  CREATE INDEX access_request_pending_by_id_of_other ON access_request (other_tenant_id, id) WHERE state = 'pending' AND other_tenant_id IS NOT NULL;
  CREATE FUNCTION moment_of_these_pending(home uuid, wanted uuid[]) RETURNS TABLE (read_at timestamptz, versions jsonb, found json) LANGUAGE plpgsql VOLATILE ${BY_INDEX} AS $$
  BEGIN
    PERFORM set_config('curfew.tenant', home::text, true);
    RETURN QUERY WITH page AS MATERIALIZED (SELECT r.* FROM access_request r WHERE r.tenant_id = home AND r.id = ANY(wanted))
      SELECT clock_timestamp(), ${VERSIONS_AND_FOUND};
  END $$;
  CREATE FUNCTION moment_of_pending(of_tenant uuid, after uuid, most integer) RETURNS TABLE (versions jsonb, found json) LANGUAGE plpgsql VOLATILE ${BY_INDEX} AS $$
  BEGIN
    PERFORM set_config('curfew.tenant', of_tenant::text, true);
    RETURN QUERY WITH page AS MATERIALIZED (SELECT * FROM (
      (SELECT r.* FROM access_request r WHERE r.state = 'pending' AND r.tenant_id = of_tenant AND r.id > after ORDER BY r.id LIMIT most) UNION ALL
      (SELECT r.* FROM access_request r WHERE r.state = 'pending' AND r.other_tenant_id = of_tenant AND r.tenant_id <> of_tenant AND r.id > after ORDER BY r.id LIMIT most)) r ORDER BY r.id LIMIT most)
      SELECT ${VERSIONS_AND_FOUND};
  END $$;
`;

const FUNCTIONS =
  "book_changes(uuid), hanging_on(uuid[], uuid[], uuid[], integer), moment_of_these_pending(uuid, uuid[]), moment_of_pending(uuid, uuid, integer)";

const RIGHTS = `
  REVOKE EXECUTE ON FUNCTION ${FUNCTIONS} FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION ${FUNCTIONS} TO curfew_app;
`;

export const m0015Dependents = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const part of [CHANGES, HANGING, PENDING, RIGHTS]) await sql.raw(part).execute(db);
  },
};
