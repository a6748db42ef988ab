/**
 * Where each sink of the export stands in each log: the number up to which its far side has accepted everything, and the
 * few events that it never will. `sink` is the id of a tenant's own one, or the kind of one that the operator set up, which
 * stands in every tenant's log.
 */
import { type Kysely, sql } from "kysely";
import { isolate } from "./row-level-security.ts";

const definer = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp";

const TABLES = `
  CREATE TABLE export_sink (tenant_id uuid NOT NULL REFERENCES tenant, id uuid NOT NULL, name text NOT NULL, body jsonb NOT NULL,
    sealed_secrets bytea, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, name));
  CREATE INDEX export_sink_id ON export_sink (id);
  CREATE TABLE export_position (tenant_id uuid NOT NULL REFERENCES tenant, sink text NOT NULL, own boolean NOT NULL,
    through bigint NOT NULL DEFAULT 0 CHECK (through >= 0), paused text CHECK (paused IN ('person', 'refused', 'secret')),
    tries integer NOT NULL DEFAULT 0, again_at timestamptz, refused_in_row integer NOT NULL DEFAULT 0,
    last_error text, last_error_at timestamptz, accepted_at timestamptz, PRIMARY KEY (tenant_id, sink));
  CREATE INDEX export_position_own ON export_position (tenant_id) WHERE own AND paused IS NULL;
  CREATE INDEX export_position_again ON export_position (again_at) WHERE again_at IS NOT NULL AND paused IS NULL;
  CREATE TABLE export_dead_letter (tenant_id uuid NOT NULL REFERENCES tenant, sink text NOT NULL, sequence bigint NOT NULL, reason text NOT NULL,
    at timestamptz NOT NULL, replay boolean NOT NULL DEFAULT false, PRIMARY KEY (tenant_id, sink, sequence));
  CREATE INDEX export_dead_letter_replay ON export_dead_letter (tenant_id, sink, sequence) WHERE replay;
  CREATE INDEX export_dead_letter_sink ON export_dead_letter (sink);
`;

// Across tenants: ids, counts and instants, never content. A log's head is a row for each tenant.
const STANDING = `SELECT h.tenant_id, k.sink, false AS own, coalesce(p.through, 0) AS through, h.sequence AS head, h.at AS head_at, p.again_at, NULL::text AS paused, coalesce(p.tries, 0) AS tries
    FROM audit_head h CROSS JOIN unnest(operators) k(sink) LEFT JOIN export_position p ON p.tenant_id = h.tenant_id AND p.sink = k.sink AND NOT p.own
  UNION ALL SELECT p.tenant_id, p.sink, true, p.through, coalesce(h.sequence, 0), h.at, p.again_at, p.paused, p.tries FROM export_position p LEFT JOIN audit_head h USING (tenant_id) WHERE p.own`;

const QUESTIONS = `
  CREATE FUNCTION exports_due(operators text[], until timestamptz, most integer) RETURNS TABLE (tenant_id uuid, sink text, own boolean) ${definer} AS $$
    SELECT s.tenant_id, s.sink, s.own FROM (${STANDING}) s WHERE s.paused IS NULL AND (s.again_at IS NULL OR s.again_at <= until)
      AND (s.through < s.head OR EXISTS (SELECT FROM export_dead_letter d WHERE d.tenant_id = s.tenant_id AND d.sink = s.sink AND d.replay))
      ORDER BY s.own, s.again_at NULLS FIRST, s.tenant_id LIMIT most $$;
  CREATE FUNCTION exports_next(after timestamptz) RETURNS timestamptz ${definer} AS $$
    SELECT min(p.again_at) FROM export_position p WHERE p.again_at > after AND p.paused IS NULL $$;
  CREATE FUNCTION exports_standing(operators text[]) RETURNS TABLE (sink text, own boolean, tenants bigint, behind bigint, waiting_since timestamptz, failing bigint, paused bigint, dead_letters bigint) ${definer} AS $$
    SELECT CASE WHEN s.own THEN e.body ->> 'kind' ELSE s.sink END, s.own, count(*), sum(greatest(s.head - s.through, 0))::bigint,
      min((SELECT a.at FROM audit_link l JOIN audit_entry a ON a.tenant_id = l.tenant_id AND a.id = l.entry_id WHERE l.tenant_id = s.tenant_id AND l.sequence = s.through + 1)),
      count(*) FILTER (WHERE s.tries > 0), count(*) FILTER (WHERE s.paused IS NOT NULL),
      sum((SELECT count(*) FROM export_dead_letter d WHERE d.tenant_id = s.tenant_id AND d.sink = s.sink))::bigint
      FROM (${STANDING}) s LEFT JOIN export_sink e ON s.own AND e.tenant_id = s.tenant_id AND e.id::text = s.sink GROUP BY 1, 2 $$;
  CREATE FUNCTION operator_sink_error(of_sink text) RETURNS TABLE (last_error text, last_error_at timestamptz, accepted_at timestamptz) ${definer} AS $$
    SELECT (SELECT p.last_error FROM export_position p WHERE p.sink = of_sink AND NOT p.own AND p.last_error_at IS NOT NULL ORDER BY p.last_error_at DESC LIMIT 1),
      (SELECT max(p.last_error_at) FROM export_position p WHERE p.sink = of_sink AND NOT p.own), (SELECT max(p.accepted_at) FROM export_position p WHERE p.sink = of_sink AND NOT p.own) $$;
  CREATE FUNCTION replay_operator_sink(of_sink text) RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH asked AS (UPDATE export_dead_letter d SET replay = true WHERE d.sink = of_sink AND NOT d.replay
      AND NOT EXISTS (SELECT FROM export_sink e WHERE e.id::text = d.sink) RETURNING 1) SELECT count(*) FROM asked $$;
`;

const IDS = `
  CREATE OR REPLACE FUNCTION is_id_taken(wanted uuid) RETURNS boolean ${definer}
    AS $$ SELECT EXISTS (SELECT 1 FROM principal WHERE object_id = wanted) OR EXISTS (SELECT 1 FROM tenant WHERE tenant_id = wanted)
      OR EXISTS (SELECT 1 FROM tombstone WHERE object_id = wanted) OR ${[
        ...["role_definition", "role_settings", "eligibility", "offer", "application", "target", "binding"],
        ...["subscription", "export_sink"],
      ]
        .map((table) => `EXISTS (SELECT 1 FROM ${table} WHERE id = wanted)`)
        .join(" OR ")} $$;
`;

const FUNCTIONS =
  "exports_due(text[], timestamptz, integer), exports_next(timestamptz), exports_standing(text[]), operator_sink_error(text), replay_operator_sink(text)";

const RIGHTS = `
  GRANT SELECT, INSERT, UPDATE, DELETE ON export_sink, export_position, export_dead_letter TO curfew_app;
  REVOKE EXECUTE ON FUNCTION ${FUNCTIONS} FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION ${FUNCTIONS} TO curfew_app;
`;

export const m0035Exports = {
  async up(db: Kysely<unknown>): Promise<void> {
    const isolated = ["export_sink", "export_position", "export_dead_letter"].map(isolate);
    for (const part of [TABLES, ...isolated, QUESTIONS, IDS, RIGHTS]) await sql.raw(part).execute(db);
  },
};
