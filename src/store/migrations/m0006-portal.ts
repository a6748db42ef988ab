/** What a portal asks for: what is new in the logs of the tenants that somebody is looking at. */
import { type Kysely, sql } from "kysely";

// Types only: no id of anything, nobody's content. Before `seen` there is nothing new; what has no number yet always is.
const NEWS = `
  CREATE FUNCTION entries_since(of_tenants uuid[], seen bigint[], most integer) RETURNS TABLE (tenant_id uuid, entry_id uuid, sequence bigint, type text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT w.tenant_id, e.id, e.sequence, e.type FROM unnest(of_tenants, seen) AS w(tenant_id, sequence) CROSS JOIN LATERAL (
      (SELECT a.id, a.sequence, a.type FROM audit_entry a WHERE a.tenant_id = w.tenant_id AND a.sequence > w.sequence ORDER BY a.sequence LIMIT most)
      UNION ALL
      (SELECT a.id, a.sequence, a.type FROM audit_entry a WHERE a.tenant_id = w.tenant_id AND a.sequence IS NULL ORDER BY a.arrival LIMIT most)) e $$;
  CREATE FUNCTION tenants_to_tell(of_tenants uuid[]) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT DISTINCT party::uuid FROM outbox, jsonb_array_elements_text(event -> 'parties') party WHERE party::uuid = ANY(of_tenants) $$;
  REVOKE EXECUTE ON FUNCTION entries_since(uuid[], bigint[], integer), tenants_to_tell(uuid[]) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION entries_since(uuid[], bigint[], integer), tenants_to_tell(uuid[]) TO curfew_app;
`;

// A log is looked through by what its entries are about and by whom; lists are, by application.
const LOOKED_UP = `
  CREATE INDEX audit_entry_subject ON audit_entry (tenant_id, subject_id, at DESC);
  CREATE INDEX audit_entry_actor ON audit_entry (tenant_id, actor_id, at DESC) WHERE actor_id IS NOT NULL;
  CREATE INDEX access_request_application ON access_request (application_id, created_at DESC) WHERE application_id IS NOT NULL;
  CREATE INDEX access_grant_application ON access_grant (application_id, starts_at DESC) WHERE application_id IS NOT NULL;
`;

export const m0006Portal = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const part of [NEWS, LOOKED_UP]) await sql.raw(part).execute(db);
  },
};
