/**
 * What the worker asks and writes, many rows at a time: one pulse a second that says whether anything is due, moments of
 * many grants and requests, and what people are told. Nothing here decides.
 */
import { type Kysely, sql } from "kysely";

const FIXED_PATH = "SET search_path = public, pg_temp";
const DEFINER = `SECURITY DEFINER ${FIXED_PATH}`;

// From one tenant to the next by the key: not through everything that waits.
export const WITH_OUTBOX = `WITH RECURSIVE waiting(tenant_id) AS ((SELECT o.tenant_id FROM outbox o ORDER BY o.tenant_id LIMIT 1)
      UNION ALL SELECT (SELECT o.tenant_id FROM outbox o WHERE o.tenant_id > w.tenant_id ORDER BY o.tenant_id LIMIT 1) FROM waiting w WHERE w.tenant_id IS NOT NULL)
      SELECT w.tenant_id FROM waiting w WHERE w.tenant_id IS NOT NULL`;

// Across tenants: ids, instants and counts, never content. The clock is read first: all else only makes its bounds wider.
// The mark is written at most once a second while something is past its end and not yet stored as ended; otherwise it
// need not be closer than a process may go on without having read the clock.
const PULSE = `
  CREATE OR REPLACE FUNCTION tenants_with_outbox() RETURNS SETOF uuid LANGUAGE sql STABLE ${DEFINER} AS $$ ${WITH_OUTBOX} $$;
  CREATE FUNCTION pulse(told timestamptz) RETURNS TABLE (at float8, mark float8, snapshot text, grants_first timestamptz, grants_next timestamptz,
    requests_first timestamptz, requests_next timestamptz, to_tell uuid[], to_link boolean, to_look_at_again jsonb, targets text) LANGUAGE plpgsql VOLATILE ${DEFINER} AS $$
  DECLARE seen timestamptz := clock_timestamp(); kept timestamptz; lag interval;
  BEGIN
    SELECT min(g.due_at) INTO grants_first FROM access_grant g;
    SELECT min(g.due_at) INTO grants_next FROM access_grant g WHERE g.due_at > seen;
    SELECT min(r.due_at) INTO requests_first FROM access_request r;
    SELECT min(r.due_at) INTO requests_next FROM access_request r WHERE r.due_at > seen;
    SELECT i.high_water INTO kept FROM instance i;
    lag := greatest(told, seen) - kept;
    IF lag >= interval '5 seconds' OR (lag >= interval '1 second' AND least(grants_first, requests_first) <= greatest(told, seen)) THEN
      UPDATE instance i SET high_water = greatest(i.high_water, told, seen) RETURNING i.high_water INTO kept;
    END IF;
    at := extract(epoch FROM seen) * 1000;
    mark := extract(epoch FROM kept) * 1000;
    snapshot := pg_current_snapshot()::text;
    to_tell := ARRAY(${WITH_OUTBOX});
    to_link := EXISTS (SELECT FROM audit_waiting);
    SELECT coalesce(jsonb_object_agg(t.tenant_id, t.policy_version), '{}') INTO to_look_at_again FROM tenant t WHERE t.rechecked_to < t.policy_version;
    SELECT coalesce(bit_xor(hashtextextended(t.id::text, 0)), 0)::text INTO targets FROM target t;
    RETURN NEXT;
  END $$;
  DROP FUNCTION raise_high_water(timestamptz);
`;

// With when each is over: what is at work on one has to hear of its end.
const DUE = `
  DROP FUNCTION due_grants(timestamptz, integer);
  CREATE FUNCTION due_grants(until timestamptz, most integer) RETURNS TABLE (tenant_id uuid, id uuid, due_at timestamptz, held boolean, state text, ends_at timestamptz) LANGUAGE sql STABLE ${DEFINER}
    AS $$ SELECT g.tenant_id, g.id, g.due_at, jsonb_array_length(g.body -> 'entitlements') > 0, g.state, g.ends_at
      FROM access_grant g WHERE g.due_at <= until ORDER BY g.due_at LIMIT most $$;
`;

// A plan is kept for as long as its session; made while a table was small, it would go through all of it from then on.
const BY_INDEX = `${FIXED_PATH} SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off`;

const PARTIES = "ARRAY[g.tenant_id, g.other_tenant_id, g.beneficiary_tenant_id]";

// Under row-level security, each a statement that sets its tenant. Versions are those of the same snapshot.
const MOMENTS = `
  CREATE FUNCTION moment_of_requests(home uuid, wanted uuid[]) RETURNS TABLE (read_at timestamptz, found json) LANGUAGE plpgsql VOLATILE ${BY_INDEX} AS $$
  BEGIN
    PERFORM set_config('curfew.tenant', home::text, true);
    RETURN QUERY SELECT clock_timestamp(), coalesce(json_agg(r.body ORDER BY r.due_at, r.id), '[]') FROM access_request r WHERE r.tenant_id = home AND r.id = ANY(wanted);
  END $$;
  CREATE FUNCTION moment_of_grants(home uuid, wanted uuid[], with_ground boolean) RETURNS TABLE (read_at timestamptz, versions jsonb, found json) LANGUAGE plpgsql VOLATILE ${BY_INDEX} AS $$
  BEGIN
    PERFORM set_config('curfew.tenant', home::text, true);
    RETURN QUERY SELECT clock_timestamp(),
      CASE WHEN with_ground THEN policy_versions(ARRAY(SELECT DISTINCT t FROM access_grant g, unnest(${PARTIES}) t WHERE g.tenant_id = home AND g.id = ANY(wanted))) END,
      coalesce(json_agg(json_build_object('grant', g.body,
        'request', CASE WHEN with_ground THEN (SELECT r.body FROM access_request r WHERE r.tenant_id = home AND r.id = g.request_id) END,
        'hanging', json_build_object('extension', (SELECT r.body FROM access_request r WHERE r.tenant_id = home AND r.extends_grant_id = g.id AND r.state = 'pending' LIMIT 1),
          'under', CASE WHEN EXISTS (SELECT FROM access_grant c WHERE c.tenant_id = home AND c.under_grant_id = g.id AND c.open) THEN grants_under(home, g.id) ELSE '[]' END)) ORDER BY g.due_at, g.id), '[]')
      FROM access_grant g WHERE g.tenant_id = home AND g.id = ANY(wanted);
  END $$;
  CREATE FUNCTION moment_of_open_grants(of_tenant uuid, after uuid, most integer) RETURNS TABLE (versions jsonb, found json) LANGUAGE plpgsql VOLATILE ${BY_INDEX} AS $$
  BEGIN
    PERFORM set_config('curfew.tenant', of_tenant::text, true);
    RETURN QUERY WITH page AS MATERIALIZED (SELECT * FROM (
      (SELECT g.* FROM access_grant g WHERE g.open AND g.tenant_id = of_tenant AND g.id > after ORDER BY g.id LIMIT most) UNION ALL
      (SELECT g.* FROM access_grant g WHERE g.open AND g.other_tenant_id = of_tenant AND g.tenant_id <> of_tenant AND g.id > after ORDER BY g.id LIMIT most)) g ORDER BY g.id LIMIT most)
    SELECT policy_versions(ARRAY(SELECT DISTINCT t FROM page g, unnest(${PARTIES}) t)),
      coalesce((SELECT json_agg(json_build_object('grant', g.body, 'request', (SELECT r.body - '{madeUnder,stages,approvals}'::text[] FROM access_request r WHERE r.id = g.request_id)) ORDER BY g.id) FROM page g), '[]');
  END $$;
  DROP FUNCTION open_grants_concerning(uuid, uuid, integer);
  ALTER FUNCTION commit_change SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off;
`;

// What people are told is taken from the outbox in its order; whoever takes the same a moment later takes nothing.
const TELLING = `
  CREATE POLICY other_party_is_told ON notification FOR INSERT TO curfew_app WITH CHECK (tenant_id = ANY(curfew_others()));
  CREATE FUNCTION facts_to_tell(home uuid, most integer) RETURNS TABLE (outbox_id bigint, versions jsonb, request jsonb, held jsonb, tenant_id uuid, id uuid, at timestamptz,
    subject_id uuid, correlation_id uuid, actor_id uuid, actor_tenant_id uuid, actor_kind text, via text, type text, subject_kind text, parties uuid[], facts json, commitments json, openings jsonb)
    LANGUAGE plpgsql VOLATILE ${BY_INDEX} AS $$
  #variable_conflict use_column
  BEGIN
    PERFORM set_config('curfew.tenant', home::text, true);
    RETURN QUERY WITH taken AS MATERIALIZED (SELECT o.id AS outbox_id, e.* FROM (SELECT * FROM outbox WHERE tenant_id = home ORDER BY id LIMIT most) o
      JOIN audit_entry e ON e.tenant_id = home AND e.id = o.entry_id)
    SELECT e.outbox_id, (SELECT policy_versions(ARRAY(SELECT DISTINCT t FROM taken, unnest(coalesce(parties, ARRAY[home])) t))), r.body, g.body, e.tenant_id, e.id, e.at,
      e.subject_id, e.correlation_id, e.actor_id, e.actor_tenant_id, e.actor_kind, e.via, e.type, e.subject_kind, e.parties, e.facts, e.commitments, e.openings
      FROM taken e LEFT JOIN access_grant g ON e.subject_kind = 'grant' AND g.id = e.subject_id
      LEFT JOIN access_request r ON r.id = CASE e.subject_kind WHEN 'accessRequest' THEN e.subject_id ELSE g.request_id END ORDER BY e.outbox_id;
  END $$;
  CREATE FUNCTION tell(home uuid, others uuid[], taken bigint[], retold_type text, retold_requests uuid[], retold_recipients uuid[], retold_texts text[],
    tenants uuid[], recipients uuid[], types text[], requests uuid[], grants uuid[], texts text[], ats timestamptz[]) RETURNS void LANGUAGE plpgsql VOLATILE ${BY_INDEX} AS $$
  DECLARE gone bigint;
  BEGIN
    PERFORM set_config('curfew.tenant', home::text, true), set_config('curfew.others', others::text, true);
    DELETE FROM outbox o WHERE o.tenant_id = home AND o.id = ANY(taken);
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF gone <> cardinality(taken) THEN RAISE EXCEPTION 'somebody else tells of it' USING ERRCODE = 'CU004'; END IF;
    UPDATE notification n SET body = v.text FROM unnest(retold_requests, retold_recipients, retold_texts) v(request, recipient, text)
      WHERE n.tenant_id = home AND n.request_id = v.request AND n.type = retold_type AND n.recipient_id = v.recipient;
    INSERT INTO notification (tenant_id, recipient_id, type, request_id, grant_id, body, at)
      SELECT * FROM unnest(tenants, recipients, types, requests, grants, texts, ats);
  END $$;
`;

const FUNCTIONS =
  "pulse(timestamptz), due_grants(timestamptz, integer), moment_of_requests(uuid, uuid[]), moment_of_grants(uuid, uuid[], boolean), moment_of_open_grants(uuid, uuid, integer), facts_to_tell(uuid, integer), tell";

const RIGHTS = `
  REVOKE EXECUTE ON FUNCTION ${FUNCTIONS} FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION ${FUNCTIONS} TO curfew_app;
`;

export const m0013Worker = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const part of [PULSE, DUE, MOMENTS, TELLING, RIGHTS]) await sql.raw(part).execute(db);
  },
};
