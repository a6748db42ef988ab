/** What a decision needs to know of people, of either party: one exact question, one answer, one round trip. */
import { type Kysely, sql } from "kysely";

const MAX_NESTING = 32;

const FACTS = `
  CREATE FUNCTION principal_json(p principal) RETURNS jsonb LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object('tenantId', p.tenant_id, 'objectId', p.object_id, 'kind', p.kind, 'displayName', p.display_name,
      'email', p.email, 'linkedTenantId', p.linked_tenant_id, 'linkedObjectId', p.linked_object_id,
      'deletedAt', (extract(epoch FROM p.deleted_at) * 1000)::bigint,
      'owners', CASE WHEN p.kind = 'user' THEN '[]'::jsonb ELSE (SELECT coalesce(jsonb_agg(o.owner_id ORDER BY o.owner_id), '[]')
        FROM principal_owner o WHERE o.tenant_id = p.tenant_id AND o.principal_id = p.object_id) END) $$;
  CREATE FUNCTION identity_of(of_tenant uuid, wanted uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH RECURSIVE holding(id, depth) AS (
      SELECT group_id, 1 FROM group_member WHERE tenant_id = of_tenant AND member_id = wanted
      UNION
      SELECT m.group_id, h.depth + 1 FROM group_member m JOIN holding h ON m.member_id = h.id WHERE m.tenant_id = of_tenant AND h.depth < ${MAX_NESTING})
    SELECT jsonb_build_object('principal', principal_json(p), 'groups', (SELECT coalesce(jsonb_agg(DISTINCT
        jsonb_build_object('objectId', g.object_id, 'displayName', g.display_name)), '[]')
        FROM holding h JOIN principal g ON g.tenant_id = of_tenant AND g.object_id = h.id AND g.deleted_at IS NULL))
    FROM principal p WHERE p.tenant_id = of_tenant AND p.object_id = wanted $$;
  CREATE FUNCTION members_reached(of_tenant uuid, wanted uuid[]) RETURNS SETOF jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH RECURSIVE reached(id, depth) AS (
      SELECT unnest(wanted), 0
      UNION
      SELECT m.member_id, r.depth + 1 FROM group_member m JOIN reached r ON m.group_id = r.id WHERE m.tenant_id = of_tenant AND r.depth < ${MAX_NESTING})
    SELECT principal_json(p) FROM principal p WHERE p.tenant_id = of_tenant AND p.deleted_at IS NULL AND p.kind <> 'group'
      AND p.object_id IN (SELECT id FROM reached) ORDER BY p.object_id $$;
  CREATE FUNCTION hold_policy(of_tenants uuid[]) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT max(held.policy_version) FROM (SELECT policy_version FROM tenant WHERE tenant_id = ANY(of_tenants) ORDER BY tenant_id FOR SHARE) held $$;
  CREATE FUNCTION targets_known() RETURNS TABLE (tenant_id uuid, id uuid) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT tenant_id, id FROM target $$;
  CREATE INDEX audit_entry_by_actor ON audit_entry (tenant_id, actor_id, at) WHERE type IN ('request.refused', 'decision.refused');
  CREATE INDEX access_grant_entitlements ON access_grant USING gin ((body -> 'entitlements') jsonb_path_ops) WHERE open;
  REVOKE EXECUTE ON FUNCTION targets_known() FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION targets_known() TO curfew_app;
  REVOKE EXECUTE ON FUNCTION principal_json(principal), identity_of(uuid, uuid), members_reached(uuid, uuid[]), hold_policy(uuid[]) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION principal_json(principal), identity_of(uuid, uuid), members_reached(uuid, uuid[]), hold_policy(uuid[]) TO curfew_app;
`;

export const m0004DecisionFacts = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(FACTS).execute(db);
  },
};
