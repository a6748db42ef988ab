/** What a scrape of `/metrics` asks: how much is under way in the whole installation, and since when. Counts and ages, never whose. */
import { type Kysely, sql } from "kysely";
import { WITH_OUTBOX } from "./m0013-worker.ts";

// By the indexes that lists and the worker have, most of them without looking at a row.
const BY_INDEX =
  "SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off";

// What has to be read as a whole is read for so many at the most; past them it is a storm, whatever the number is.
const MOST = 10_000;

const ageS = (instant: string) => `greatest(0, extract(epoch FROM seen - ${instant}))::float8`;

// From one tenant to the next by the key, the first of each: arrivals are numbered within a tenant.
const WITH_WAITING = WITH_OUTBOX.replaceAll("outbox", "audit_waiting");

const COUNTS = `
  CREATE FUNCTION work_counts(patience interval) RETURNS TABLE (requests_pending bigint, requests_oldest_s float8, requests_late_s float8,
    grants_scheduled bigint, grants_opening bigint, grants_live bigint, grants_closing bigint, opening_stuck bigint, opening_oldest_s float8,
    closing_stuck bigint, closing_oldest_s float8, opening_failed bigint, closing_failed bigint, grants_late_s float8,
    outbox_waiting bigint, outbox_oldest_s float8, entries_unlinked bigint, entries_oldest_s float8, tenants_to_recheck bigint, targets bigint)
    LANGUAGE plpgsql STABLE ${BY_INDEX} AS $$
  DECLARE seen timestamptz := clock_timestamp(); open_grants bigint; over bigint; opening_live bigint;
  BEGIN
    SELECT count(*), ${ageS("min(r.created_at)")} INTO requests_pending, requests_oldest_s FROM access_request r WHERE r.state = 'pending';
    SELECT ${ageS("min(r.due_at)")} INTO requests_late_s FROM access_request r WHERE r.due_at IS NOT NULL;
    SELECT ${ageS("min(g.due_at)")} INTO grants_late_s FROM access_grant g WHERE g.due_at IS NOT NULL;
    SELECT count(*) FILTER (WHERE g.state = 'scheduled'), count(*) FILTER (WHERE g.state = 'provisioning'), count(*) FILTER (WHERE g.state = 'deprovisioning'),
      count(*) FILTER (WHERE g.state = 'provisioning' AND g.starts_at < seen - patience), ${ageS("min(g.starts_at) FILTER (WHERE g.state = 'provisioning')")}
      INTO grants_scheduled, grants_opening, grants_closing, opening_stuck, opening_oldest_s
      FROM access_grant g WHERE g.state IN ('scheduled', 'provisioning', 'deprovisioning');
    SELECT count(*) FILTER (WHERE c.failed), count(*) FILTER (WHERE c.live) INTO opening_failed, opening_live FROM (
      SELECT jsonb_path_exists(g.body, '$.entitlements[*] ? (@.attempts > 0)') AS failed,
        (g.ends_at IS NULL OR g.ends_at > seen) AND g.starts_at <= seen AND NOT jsonb_path_exists(g.body, '$.entitlements[*] ? (@.required == true)') AS live
        FROM access_grant g WHERE g.state = 'provisioning' LIMIT ${MOST}) c;
    SELECT count(*) FILTER (WHERE c.since < seen - patience), ${ageS("min(c.since)")}, count(*) FILTER (WHERE c.failed) INTO closing_stuck, closing_oldest_s, closing_failed FROM (
      SELECT to_timestamp((g.body #>> '{state,since}')::float8 / 1000) AS since, jsonb_path_exists(g.body, '$.entitlements[*] ? (@.state != "absent" && @.attempts > 0)') AS failed
        FROM access_grant g WHERE g.state = 'deprovisioning' LIMIT ${MOST}) c;
    SELECT count(*) INTO open_grants FROM access_grant g WHERE g.open;
    -- Past their end, and not closed by the worker yet.
    SELECT count(*) INTO over FROM (SELECT FROM access_grant g WHERE g.due_at <= seen AND g.state = 'active' AND g.ends_at <= seen LIMIT ${MOST}) o;
    grants_live := greatest(0, open_grants - grants_scheduled - grants_opening - over) + opening_live;
    SELECT count(*) INTO outbox_waiting FROM (SELECT FROM outbox LIMIT ${MOST}) o;
    SELECT ${ageS("min(e.at)")} INTO outbox_oldest_s FROM (${WITH_OUTBOX}) t
      CROSS JOIN LATERAL (SELECT o.entry_id FROM outbox o WHERE o.tenant_id = t.tenant_id ORDER BY o.id LIMIT 1) f JOIN audit_entry e ON e.tenant_id = t.tenant_id AND e.id = f.entry_id;
    SELECT count(*) INTO entries_unlinked FROM (SELECT FROM audit_waiting LIMIT ${MOST}) w;
    SELECT ${ageS("min(e.at)")} INTO entries_oldest_s FROM (${WITH_WAITING}) t
      CROSS JOIN LATERAL (SELECT w.entry_id FROM audit_waiting w WHERE w.tenant_id = t.tenant_id ORDER BY w.arrival LIMIT 1) f JOIN audit_entry e ON e.tenant_id = t.tenant_id AND e.id = f.entry_id;
    SELECT count(*) INTO tenants_to_recheck FROM tenant t WHERE t.rechecked_to < t.policy_version;
    SELECT count(*) INTO targets FROM target t;
    RETURN NEXT;
  END $$;
`;

const RIGHTS = `
  REVOKE EXECUTE ON FUNCTION work_counts(interval) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION work_counts(interval) TO curfew_app;
`;

export const m0036WorkCounts = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const part of [COUNTS, RIGHTS]) await sql.raw(part).execute(db);
  },
};
