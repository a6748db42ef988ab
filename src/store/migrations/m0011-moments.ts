/**
 * What a decision reads, and how it is written: one statement each. A moment holds what moves without policy, and the
 * versions of the books it belongs to; `commit_change` only writes, after it has compared everything that was read.
 */
import { type Kysely, sql } from "kysely";
import { isolate } from "./row-level-security.ts";

// How often something was decided about a person in a tenant: two asks of one person are decided one at a time.
const PEOPLE = `
  CREATE TABLE person_turn (tenant_id uuid NOT NULL REFERENCES tenant, person_tenant_id uuid NOT NULL, person_id uuid NOT NULL, turns bigint NOT NULL,
    PRIMARY KEY (tenant_id, person_tenant_id, person_id)) WITH (fillfactor = 70);
`;

// The logs of other parties that one change adds to: an empty setting after the transaction reads as none.
const OTHER_LOG = `
  CREATE FUNCTION curfew_others() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT coalesce(nullif(current_setting('curfew.others', true), ''), '{}')::uuid[] $$;
  CREATE POLICY other_party_is_told ON audit_entry FOR INSERT TO curfew_app WITH CHECK (tenant_id = ANY(curfew_others()));
`;

// A key is new again after its day, whether or not it has been taken away yet.
const KEPT_FOR = "interval '1 day'";

const ONE_QUESTION = "STABLE SECURITY DEFINER SET search_path = public, pg_temp";

// Asked across tenants, by exact key: standing of the caller, versions of the books, an answer under the caller's own key.
const QUESTIONS = `
  CREATE FUNCTION standing_json(of_tenant uuid, wanted uuid, through text) RETURNS jsonb LANGUAGE sql ${ONE_QUESTION}
    AS $$ SELECT to_jsonb(s) FROM standing_of(of_tenant, wanted, through) s $$;
  CREATE FUNCTION policy_versions(of_tenants uuid[]) RETURNS jsonb LANGUAGE sql ${ONE_QUESTION}
    AS $$ SELECT jsonb_object_agg(t.tenant_id, t.policy_version) FROM tenant t WHERE t.tenant_id = ANY(of_tenants) $$;
  CREATE FUNCTION kept_answer(of_tenant uuid, of_principal uuid, of_key text, now timestamptz) RETURNS jsonb LANGUAGE sql ${ONE_QUESTION}
    AS $$ SELECT jsonb_build_object('fingerprint', k.fingerprint, 'status', k.status, 'body', k.answer #>> '{}') FROM idempotency_key k
      WHERE k.tenant_id = of_tenant AND k.principal_id = of_principal AND k.key = of_key AND k.status IS NOT NULL AND k.at > now - ${KEPT_FOR} $$;
  CREATE FUNCTION keep_answer(of_tenant uuid, of_principal uuid, of_key text, of_fingerprint text, of_status integer, of_answer jsonb, now timestamptz) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN
    INSERT INTO idempotency_key AS k (tenant_id, principal_id, key, fingerprint, status, answer, at)
      SELECT of_tenant, of_principal, of_key, of_fingerprint, of_status, of_answer, now WHERE of_tenant = curfew_tenant() OR of_tenant = ANY(curfew_others())
      ON CONFLICT (tenant_id, principal_id, key) DO UPDATE SET fingerprint = of_fingerprint, status = of_status, answer = of_answer, at = now WHERE k.at <= now - ${KEPT_FOR};
    RETURN FOUND; END $$;
`;

const WHO = "caller_tenant uuid, caller_id uuid, through text";
const CALLED =
  "CASE WHEN through IS NULL THEN NULL ELSE standing_json(caller_tenant, caller_id, through) END";
const turnsOf = (people: string) =>
  `(SELECT coalesce(jsonb_object_agg(t.person_tenant_id || '/' || t.person_id, t.turns), '{}') FROM person_turn t WHERE t.tenant_id = home AND t.person_id = ANY(${people}))`;
const MOMENT = "LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp";

// Windows that touch each other count together, so those that ran out since count as well. Deciding an extension looks at
// its grant; the moment of asking looks at earlier asks too.
const FACTS_OF_PERSON = `
  CREATE FUNCTION windows_held(home uuid, of_beneficiary uuid, at_scope text, since timestamptz) RETURNS jsonb LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('grantId', g.id, 'roleDefinitionId', g.role_definition_id, 'startsAt', (g.body ->> 'startsAt')::bigint, 'endsAt', (g.body ->> 'endsAt')::bigint)), '[]')
    FROM access_grant g WHERE g.tenant_id = home AND g.beneficiary_id = of_beneficiary AND g.scope_key = at_scope
      AND (g.open OR (g.ends_at > since AND g.body #>> '{state,cause}' = 'expired')) $$;
  CREATE FUNCTION asks_pending(home uuid, of_beneficiary uuid, at_scope text, now timestamptz) RETURNS jsonb LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'createdAt', r.body -> 'createdAt', 'terms', r.body -> 'terms', 'neededUntil', r.body -> 'neededUntil', 'state', r.body -> 'state')), '[]')
    FROM access_request r WHERE r.tenant_id = home AND r.beneficiary_id = of_beneficiary AND r.scope_key = at_scope AND r.state = 'pending' AND r.due_at > now $$;
  CREATE FUNCTION asks_before(home uuid, of_requester uuid, at_scope text, roles text[], now timestamptz, review_before timestamptz) RETURNS jsonb LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object(
      'pendingOfRequester', (SELECT count(*) FROM access_request r WHERE r.tenant_id = home AND r.requester_id = of_requester AND r.state = 'pending' AND r.due_at > now),
      'lastDeniedAt', (SELECT max((r.body #>> '{state,at}')::bigint) FROM access_request r WHERE r.tenant_id = home AND r.requester_id = of_requester AND r.scope_key = at_scope
        AND r.state = 'denied' AND r.body #> '{asked,roleDefinitionIds}' ?| roles),
      'emergencyReviewDue', EXISTS (SELECT FROM access_grant g WHERE g.tenant_id = home AND g.requester_id = of_requester AND g.emergency AND NOT g.reviewed AND g.starts_at <= review_before)) $$;
  CREATE INDEX access_request_pending_of_requester ON access_request (tenant_id, requester_id) WHERE state = 'pending';
  CREATE INDEX access_request_denied ON access_request (tenant_id, requester_id, scope_key) WHERE state = 'denied';
  CREATE INDEX access_grant_emergency ON access_grant (tenant_id, requester_id) WHERE emergency AND NOT reviewed;
  CREATE INDEX access_grant_ran_out ON access_grant (tenant_id, beneficiary_id, scope_key, ends_at) WHERE body #>> '{state,cause}' = 'expired';
`;

const MOMENTS = `
  CREATE FUNCTION moment_to_ask(home uuid, ${WHO}, idem text, beneficiary uuid, at_scope text, roles text[], since timestamptz, now timestamptz, review_before timestamptz)
  RETURNS TABLE (read_at timestamptz, standing jsonb, versions jsonb, turns jsonb, kept jsonb, held jsonb, pending jsonb, before jsonb) ${MOMENT} AS $$
  BEGIN
    PERFORM set_config('curfew.tenant', home::text, true);
    RETURN QUERY SELECT clock_timestamp(), ${CALLED}, policy_versions(ARRAY[home, caller_tenant]), ${turnsOf("ARRAY[caller_id, beneficiary]")},
      CASE WHEN idem IS NULL THEN NULL ELSE kept_answer(caller_tenant, caller_id, idem, now) END,
      windows_held(home, beneficiary, at_scope, since), asks_pending(home, beneficiary, at_scope, now), asks_before(home, caller_id, at_scope, roles, now, review_before);
  END $$;
  CREATE FUNCTION moment_of_request(wanted uuid, ${WHO}, now timestamptz)
  RETURNS TABLE (owner uuid, read_at timestamptz, standing jsonb, versions jsonb, turns jsonb, request jsonb, extended jsonb, held jsonb) ${MOMENT} AS $$
  DECLARE home uuid := route_request(wanted);
  BEGIN
    PERFORM set_config('curfew.tenant', coalesce(home::text, ''), true);
    RETURN QUERY SELECT home, clock_timestamp(), ${CALLED}, policy_versions(ARRAY[home, caller_tenant, r.other_tenant_id]),
      ${turnsOf("ARRAY[r.requester_id, r.beneficiary_id]")}, r.body, (SELECT g.body FROM access_grant g WHERE g.tenant_id = home AND g.id = r.extends_grant_id),
      CASE WHEN now IS NULL THEN NULL ELSE windows_held(home, r.beneficiary_id, r.scope_key, now - (SELECT max((m #>> '{settings,maximumTotalMs}')::bigint) FROM jsonb_array_elements(r.body -> 'madeUnder') m) * interval '1 millisecond') END
      FROM (SELECT 1) one LEFT JOIN access_request r ON r.tenant_id = home AND r.id = wanted;
  END $$;
  CREATE FUNCTION moment_of_grant(wanted uuid, ${WHO}, idem text, since timestamptz, now timestamptz, review_before timestamptz)
  RETURNS TABLE (owner uuid, read_at timestamptz, standing jsonb, versions jsonb, turns jsonb, kept jsonb, held_grant jsonb, request jsonb, extension jsonb, children jsonb, held jsonb, pending jsonb, before jsonb) ${MOMENT} AS $$
  DECLARE home uuid := route_grant(wanted);
  BEGIN
    PERFORM set_config('curfew.tenant', coalesce(home::text, ''), true);
    RETURN QUERY SELECT home, clock_timestamp(), ${CALLED}, policy_versions(ARRAY[home, caller_tenant, g.other_tenant_id]),
      ${turnsOf("ARRAY[caller_id, g.requester_id, g.beneficiary_id]")},
      CASE WHEN idem IS NULL THEN NULL ELSE kept_answer(caller_tenant, caller_id, idem, now) END, g.body,
      (SELECT r.body FROM access_request r WHERE r.tenant_id = home AND r.id = g.request_id),
      (SELECT r.body FROM access_request r WHERE r.tenant_id = home AND r.extends_grant_id = g.id AND r.state = 'pending' LIMIT 1),
      grants_under(home, g.id), CASE WHEN since IS NULL THEN NULL ELSE windows_held(home, g.beneficiary_id, g.scope_key, since) END,
      CASE WHEN since IS NULL THEN NULL ELSE asks_pending(home, g.beneficiary_id, g.scope_key, now) END,
      CASE WHEN since IS NULL THEN NULL ELSE asks_before(home, caller_id, g.scope_key, ARRAY[g.role_definition_id::text], now, review_before) END
      FROM (SELECT 1) one LEFT JOIN access_grant g ON g.tenant_id = home AND g.id = wanted;
  END $$;
  CREATE FUNCTION grants_under(home uuid, of_grant uuid) RETURNS jsonb LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH RECURSIVE below(id, body) AS (
      SELECT g.id, g.body FROM access_grant g WHERE g.tenant_id = home AND g.under_grant_id = of_grant AND g.open
      UNION SELECT g.id, g.body FROM access_grant g JOIN below b ON g.tenant_id = home AND g.under_grant_id = b.id AND g.open)
    SELECT coalesce(jsonb_agg(jsonb_build_object('grant', b.body, 'extension', (SELECT r.body FROM access_request r WHERE r.tenant_id = home AND r.extends_grant_id = b.id AND r.state = 'pending' LIMIT 1))), '[]') FROM below b $$;
  CREATE FUNCTION moment_to_assign(home uuid, ${WHO}, idem text, beneficiary_tenant uuid, beneficiary uuid, at_scope text, principals uuid[], scope_keys text[], replaces uuid, wanted uuid, now timestamptz)
  RETURNS TABLE (read_at timestamptz, standing jsonb, versions jsonb, turns jsonb, kept jsonb, held jsonb, grounds jsonb, replaced jsonb, taken boolean) ${MOMENT} AS $$
  BEGIN
    PERFORM set_config('curfew.tenant', home::text, true);
    RETURN QUERY SELECT clock_timestamp(), ${CALLED}, policy_versions(ARRAY[home, caller_tenant, beneficiary_tenant]), ${turnsOf("ARRAY[beneficiary]")},
      CASE WHEN idem IS NULL THEN NULL ELSE kept_answer(caller_tenant, caller_id, idem, now) END,
      windows_held(home, beneficiary, at_scope, now), grants_covering(home, principals, scope_keys),
      (SELECT jsonb_build_object('grant', g.body, 'request', (SELECT r.body FROM access_request r WHERE r.tenant_id = home AND r.id = g.request_id), 'hanging', jsonb_build_object(
        'extension', (SELECT r.body FROM access_request r WHERE r.tenant_id = home AND r.extends_grant_id = g.id AND r.state = 'pending' LIMIT 1), 'under', grants_under(home, g.id)))
        FROM access_grant g WHERE g.tenant_id = home AND g.id = replaces),
      wanted IS NOT NULL AND route_grant(wanted) IS NOT NULL;
  END $$;
  CREATE FUNCTION grants_covering(home uuid, principals uuid[], scope_keys text[]) RETURNS jsonb LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(jsonb_agg(g.body), '[]') FROM access_grant g
    WHERE g.tenant_id = home AND g.open AND g.beneficiary_id = ANY(principals) AND (g.scope_key = ANY(scope_keys) OR g.managed_scope_key = ANY(scope_keys)) $$;
  CREATE FUNCTION moment_to_check(home uuid, ${WHO}, principal_tenant uuid, principals uuid[], scope_keys text[])
  RETURNS TABLE (standing jsonb, versions jsonb, grants jsonb) ${MOMENT} AS $$
  BEGIN
    PERFORM set_config('curfew.tenant', home::text, true);
    RETURN QUERY SELECT ${CALLED}, policy_versions(ARRAY[home, caller_tenant, principal_tenant]), grants_covering(home, principals, scope_keys);
  END $$;
`;

// Grants are locked before requests, as everywhere. Last the clock: whatever was waited for, nothing is stored too late.
const COMMIT = `
  CREATE FUNCTION commit_change(home uuid, others uuid[], books uuid[], versions bigint[], person_tenants uuid[], people uuid[], turns bigint[], valid_until timestamptz,
    request_ids uuid[], request_versions integer[], request_bodies jsonb[], request_due timestamptz[], grant_ids uuid[], grant_versions integer[], grant_bodies jsonb[], grant_due timestamptz[],
    entry_tenants uuid[], entry_ids uuid[], subjects uuid[], correlations uuid[], actors uuid[], actor_tenants uuid[], actor_kinds text[], vias text[], types text[], subject_kinds text[], party_lists text[],
    leaf_hashes bytea[], commitments json[], facts json[], openings jsonb[], at timestamptz, told uuid[],
    caller_tenant uuid, caller_id uuid, idem text, fingerprint text, status integer, answer jsonb) RETURNS void LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
  DECLARE i integer; written bigint;
  BEGIN
    PERFORM set_config('curfew.tenant', home::text, true), set_config('curfew.others', others::text, true);
    FOR i IN 1 .. cardinality(books) LOOP PERFORM pg_advisory_xact_lock_shared(decisions_key(books[i])); END LOOP;
    FOR i IN 1 .. cardinality(books) LOOP
      IF policy_version_of(books[i]) IS DISTINCT FROM versions[i] THEN RAISE EXCEPTION 'the policy moved' USING ERRCODE = 'CU001'; END IF;
    END LOOP;
    FOR i IN 1 .. cardinality(people) LOOP
      INSERT INTO person_turn AS p VALUES (home, person_tenants[i], people[i], turns[i] + 1)
        ON CONFLICT (tenant_id, person_tenant_id, person_id) DO UPDATE SET turns = p.turns + 1 WHERE p.turns = commit_change.turns[i];
      IF NOT FOUND THEN RAISE EXCEPTION 'something else was decided about the same person' USING ERRCODE = 'CU002'; END IF;
    END LOOP;
    IF cardinality(grant_ids) > 0 THEN
      INSERT INTO access_grant (tenant_id, id, version, body, due_at) SELECT home, v.id, v.version, v.body, v.due
        FROM unnest(grant_ids, grant_versions, grant_bodies, grant_due) v(id, version, body, due) WHERE v.version = 1;
      GET DIAGNOSTICS written = ROW_COUNT;
      IF written < cardinality(grant_ids) THEN
        UPDATE access_grant g SET version = v.version, body = v.body, due_at = v.due FROM unnest(grant_ids, grant_versions, grant_bodies, grant_due) v(id, version, body, due)
          WHERE g.tenant_id = home AND g.id = v.id AND g.version = v.version - 1;
        GET DIAGNOSTICS i = ROW_COUNT;
        IF written + i <> cardinality(grant_ids) THEN RAISE EXCEPTION 'a grant changed' USING ERRCODE = 'CU004'; END IF;
      END IF;
    END IF;
    IF cardinality(request_ids) > 0 THEN
      INSERT INTO access_request (tenant_id, id, version, body, due_at) SELECT home, v.id, v.version, v.body, v.due
        FROM unnest(request_ids, request_versions, request_bodies, request_due) v(id, version, body, due) WHERE v.version = 1;
      GET DIAGNOSTICS written = ROW_COUNT;
      IF written < cardinality(request_ids) THEN
        UPDATE access_request r SET version = v.version, body = v.body, due_at = v.due FROM unnest(request_ids, request_versions, request_bodies, request_due) v(id, version, body, due)
          WHERE r.tenant_id = home AND r.id = v.id AND r.version = v.version - 1;
        GET DIAGNOSTICS i = ROW_COUNT;
        IF written + i <> cardinality(request_ids) THEN RAISE EXCEPTION 'a request changed' USING ERRCODE = 'CU004'; END IF;
      END IF;
    END IF;
    INSERT INTO audit_entry (tenant_id, id, at, subject_id, correlation_id, actor_id, actor_tenant_id, actor_kind, via, type, subject_kind, parties, leaf_hash, commitments, facts, openings)
      SELECT e.tenant_id, e.id, commit_change.at, e.subject, e.correlation, e.actor, e.actor_tenant, e.actor_kind, e.via, e.type, e.subject_kind, e.parties::uuid[], e.leaf_hash, e.commitments, e.facts, e.openings
      FROM unnest(entry_tenants, entry_ids, subjects, correlations, actors, actor_tenants, actor_kinds, vias, types, subject_kinds, party_lists, leaf_hashes, commitments, facts, openings)
        e(tenant_id, id, subject, correlation, actor, actor_tenant, actor_kind, via, type, subject_kind, parties, leaf_hash, commitments, facts, openings);
    INSERT INTO outbox (tenant_id, entry_id) SELECT home, t FROM unnest(told) t;
    IF idem IS NOT NULL AND NOT keep_answer(caller_tenant, caller_id, idem, fingerprint, status, answer, at) THEN
      RAISE EXCEPTION 'the same call came twice' USING ERRCODE = 'CU005';
    END IF;
    IF clock_timestamp() >= valid_until THEN RAISE EXCEPTION 'the decision came too late' USING ERRCODE = 'CU003'; END IF;
  END $$;
  CREATE FUNCTION hold_for_decision(home uuid, books uuid[], person_tenants uuid[], people uuid[], request_ids uuid[], grant_ids uuid[]) RETURNS void LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
  DECLARE i integer;
  BEGIN
    PERFORM set_config('curfew.tenant', home::text, true);
    FOR i IN 1 .. cardinality(books) LOOP PERFORM pg_advisory_xact_lock_shared(decisions_key(books[i])); END LOOP;
    FOR i IN 1 .. cardinality(people) LOOP
      INSERT INTO person_turn AS p VALUES (home, person_tenants[i], people[i], 0) ON CONFLICT (tenant_id, person_tenant_id, person_id) DO UPDATE SET turns = p.turns;
    END LOOP;
    PERFORM FROM access_grant g WHERE g.tenant_id = home AND g.id = ANY(grant_ids) ORDER BY g.id FOR UPDATE;
    PERFORM FROM access_request r WHERE r.tenant_id = home AND r.id = ANY(request_ids) ORDER BY r.id FOR UPDATE;
  END $$;
`;

const RIGHTS = `
  DELETE FROM idempotency_key WHERE status IS NULL;
  GRANT SELECT, INSERT, UPDATE ON person_turn TO curfew_app;
  REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION curfew_others(), standing_json(uuid, uuid, text), policy_versions(uuid[]), kept_answer(uuid, uuid, text, timestamptz), keep_answer TO curfew_app;
  GRANT EXECUTE ON FUNCTION windows_held, asks_pending, asks_before, grants_under, grants_covering, moment_to_ask, moment_to_assign, moment_of_request, moment_of_grant, moment_to_check, commit_change, hold_for_decision TO curfew_app;
`;

export const m0011Moments = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const part of [
      PEOPLE,
      isolate("person_turn"),
      OTHER_LOG,
      QUESTIONS,
      FACTS_OF_PERSON,
      MOMENTS,
      COMMIT,
      RIGHTS,
    ]) {
      await sql.raw(part).execute(db);
    }
  },
};
