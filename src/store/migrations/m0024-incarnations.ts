/**
 * A database that was restored. Each start is an incarnation, and the file of a process names its newest: what the file saw
 * and the database does not know was lost with a restore. The pulse says where the database is, and what is unconfirmed.
 */
import { type Kysely, sql } from "kysely";
import { hide } from "./row-level-security.ts";

const DEFINER = "SECURITY DEFINER SET search_path = public, pg_temp";

const TABLE = `
  CREATE TABLE incarnation (id uuid PRIMARY KEY, started_at timestamptz NOT NULL, system_identifier text, timeline text,
    restored text CHECK (restored IN ('declared', 'elsewhere', 'older', 'unaccompanied')), confirmed_at timestamptz);
  CREATE INDEX incarnation_by_start ON incarnation (started_at);
  CREATE INDEX incarnation_unconfirmed ON incarnation (started_at) WHERE restored IS NOT NULL AND confirmed_at IS NULL;
`;

// Both may be asked by everybody unless somebody took that away: then what they would say is not known.
const PLACE = `
  CREATE FUNCTION database_place() RETURNS TABLE (system_identifier text, timeline text) LANGUAGE plpgsql STABLE ${DEFINER} AS $$
  BEGIN
    IF has_function_privilege('pg_control_system()', 'EXECUTE') THEN
      SELECT c.system_identifier::text INTO system_identifier FROM pg_control_system() c;
    END IF;
    IF has_function_privilege('pg_walfile_name(pg_lsn)', 'EXECUTE') AND has_function_privilege('pg_current_wal_lsn()', 'EXECUTE') AND NOT pg_is_in_recovery() THEN
      timeline := left(pg_walfile_name(pg_current_wal_lsn()), 8);
    END IF;
    RETURN NEXT;
  END $$;
  CREATE FUNCTION incarnation_standing(of_id uuid) RETURNS TABLE (system_identifier text, timeline text, is_known boolean, stored timestamptz, stored_repairs integer, restored text, restored_at timestamptz, confirmed timestamptz) LANGUAGE sql STABLE ${DEFINER} AS $$
    SELECT p.system_identifier, p.timeline, EXISTS (SELECT FROM incarnation i WHERE i.id = of_id), here.high_water, here.repairs, u.restored, u.started_at, (SELECT max(i.confirmed_at) FROM incarnation i)
      FROM database_place() p CROSS JOIN instance here LEFT JOIN LATERAL (SELECT i.restored, i.started_at FROM incarnation i
        WHERE i.restored IS NOT NULL AND i.confirmed_at IS NULL ORDER BY i.started_at LIMIT 1) u ON true $$;
`;

// `said`: why it was, where whoever begins knows already. Starts take turns by the row that they all lock. An installation that nobody set up gives nothing, whatever it was before.
const BEGIN = `
  CREATE FUNCTION incarnation_begin(begun uuid, kept uuid, kept_mark timestamptz, kept_repairs integer, kept_confirmed timestamptz, identifier text, said text, accompanied boolean)
    RETURNS TABLE (installation uuid, mark timestamptz, repairs integer, confirmed timestamptz, system_identifier text, timeline text) LANGUAGE plpgsql VOLATILE ${DEFINER} AS $$
  #variable_conflict use_column
  DECLARE here instance; place record; before text; why text; last_confirmed timestamptz;
  BEGIN
    SELECT * INTO here FROM instance FOR UPDATE;
    SELECT coalesce(p.system_identifier, identifier) AS system_identifier, p.timeline INTO place FROM database_place() p;
    SELECT i.system_identifier INTO before FROM incarnation i WHERE i.system_identifier IS NOT NULL ORDER BY i.started_at DESC LIMIT 1;
    SELECT max(i.confirmed_at) INTO last_confirmed FROM incarnation i;
    why := CASE
      WHEN NOT EXISTS (SELECT FROM tenant) THEN NULL
      WHEN said = 'declared' THEN said
      WHEN before <> place.system_identifier THEN 'elsewhere'
      WHEN kept IS NULL THEN CASE WHEN accompanied AND EXISTS (SELECT FROM incarnation) THEN 'unaccompanied' END
      -- It did not run since somebody confirmed a restore, or did not hear of it while it hung: what its file or it saw was lost with that one.
      WHEN last_confirmed > coalesce(kept_confirmed, '-infinity') AND (said = 'elsewhere' OR NOT EXISTS (SELECT FROM incarnation i WHERE i.id = kept)) THEN NULL
      WHEN said IS NOT NULL THEN said
      WHEN NOT EXISTS (SELECT FROM incarnation i WHERE i.id = kept) OR here.repairs < kept_repairs
        OR (here.repairs = kept_repairs AND here.high_water < kept_mark - interval '1 minute') THEN 'older'
    END;
    INSERT INTO incarnation VALUES (begun, clock_timestamp(), place.system_identifier, place.timeline, why, NULL);
    RETURN QUERY SELECT here.id, here.high_water, here.repairs, last_confirmed, place.system_identifier, place.timeline;
  END $$;
  CREATE FUNCTION restore_confirm() RETURNS boolean LANGUAGE sql VOLATILE ${DEFINER} AS $$
    WITH done AS (UPDATE incarnation SET confirmed_at = date_trunc('milliseconds', clock_timestamp())
      WHERE restored IS NOT NULL AND confirmed_at IS NULL RETURNING 1) SELECT EXISTS (SELECT FROM done) $$;
`;

// What is to be taken away now: a start that waits for a confirmation is due as well, and must not stand before an end.
const ENDS = `
  CREATE FUNCTION due_ends(until timestamptz, most integer) RETURNS TABLE (tenant_id uuid, id uuid, due_at timestamptz, held boolean, state text, ends_at timestamptz) LANGUAGE sql STABLE ${DEFINER} AS $$
    SELECT g.tenant_id, g.id, g.due_at, jsonb_array_length(g.body -> 'entitlements') > 0, g.state, g.ends_at FROM access_grant g
      WHERE g.due_at <= until AND (g.state = 'deprovisioning' OR g.ends_at <= until OR EXISTS (SELECT FROM jsonb_array_elements(g.body -> 'entitlements') e
        WHERE (e ->> 'state' = 'leaving' AND coalesce((e ->> 'retryAt')::float8, 0) <= extract(epoch FROM until) * 1000) OR (e ->> 'state' IN ('planned', 'present') AND (e #>> '{wanted,expiresAt}')::float8 <= extract(epoch FROM until) * 1000)))
      ORDER BY g.due_at LIMIT most $$;
`;

const FUNCTIONS =
  "incarnation_standing(uuid), incarnation_begin(uuid, uuid, timestamptz, integer, timestamptz, text, text, boolean), restore_confirm(), due_ends(timestamptz, integer)";

const RIGHTS = `
  REVOKE EXECUTE ON FUNCTION database_place(), ${FUNCTIONS} FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION ${FUNCTIONS} TO curfew_app;
`;

export const m0024Incarnations = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const part of [TABLE, hide("incarnation"), PLACE, BEGIN, ENDS, RIGHTS])
      await sql.raw(part).execute(db);
  },
};
