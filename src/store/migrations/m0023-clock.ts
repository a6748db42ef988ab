/**
 * A clock that jumped. The mark is not raised past what a process believes; processes say what their own clocks show; an
 * operator accepts a clock, or lowers a mark that was stored wrong.
 */
import { type Kysely, sql } from "kysely";
import { WITH_OUTBOX } from "./m0013-worker.ts";
import { hide } from "./row-level-security.ts";

const DEFINER = "SECURITY DEFINER SET search_path = public, pg_temp";

const TABLES = `
  ALTER TABLE instance ADD COLUMN repairs integer NOT NULL DEFAULT 0, ADD COLUMN accepted_at timestamptz;
  CREATE TABLE clock_witness (host text PRIMARY KEY CHECK (length(host) <= 255), ahead interval NOT NULL, at timestamptz NOT NULL);
`;

// As before, but for `believed`; the older one stays for processes of the version before.
const PULSE = `
  CREATE FUNCTION pulse(told timestamptz, believed timestamptz, knows integer) RETURNS TABLE (at float8, mark float8, repairs integer, snapshot text, grants_first timestamptz, grants_next timestamptz,
    requests_first timestamptz, requests_next timestamptz, to_tell uuid[], to_link boolean, to_look_at_again jsonb, targets text) LANGUAGE plpgsql VOLATILE ${DEFINER} AS $$
  DECLARE seen timestamptz := clock_timestamp(); raised timestamptz := least(seen, believed); kept timestamptz; lag interval;
  BEGIN
    SELECT min(g.due_at) INTO grants_first FROM access_grant g;
    SELECT min(g.due_at) INTO grants_next FROM access_grant g WHERE g.due_at > seen;
    SELECT min(r.due_at) INTO requests_first FROM access_request r;
    SELECT min(r.due_at) INTO requests_next FROM access_request r WHERE r.due_at > seen;
    SELECT i.high_water, i.repairs INTO kept, repairs FROM instance i;
    -- What a process told by a mark that was lowered since is not told again.
    IF repairs = knows THEN raised := greatest(told, raised); END IF;
    lag := raised - kept;
    IF lag >= interval '5 seconds' OR (lag >= interval '1 second' AND least(grants_first, requests_first) <= raised) THEN
      UPDATE instance i SET high_water = greatest(i.high_water, raised) RETURNING i.high_water INTO kept;
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
`;

// Who reaches the database without a network, or at its own address, shares its clock and is no witness of it.
const TESTIMONY = `
  CREATE FUNCTION clock_testimony(of_host text, own_ms float8, standing_ms float8) RETURNS TABLE (agreed boolean, accepted boolean) LANGUAGE plpgsql VOLATILE ${DEFINER} AS $$
  DECLARE seen timestamptz := clock_timestamp();
  BEGIN
    IF inet_client_addr() <> inet_server_addr() THEN
      INSERT INTO clock_witness VALUES (of_host, seen - to_timestamp(own_ms / 1000), seen)
        ON CONFLICT (host) DO UPDATE SET ahead = excluded.ahead, at = excluded.at;
    END IF;
    -- Another container of the database's own machine has another address and the same wrong clock: this one's has to agree, too.
    agreed := abs(extract(epoch FROM seen) - own_ms / 1000) <= 2 AND EXISTS (SELECT FROM clock_witness w WHERE w.host <> of_host AND abs(extract(epoch FROM w.ahead)) <= 2 AND abs(extract(epoch FROM seen - w.at)) <= 5);
    SELECT coalesce(i.accepted_at BETWEEN seen - make_interval(secs => standing_ms / 1000 + 2) AND seen, false) INTO accepted FROM instance i;
    RETURN NEXT;
  END $$;
`;

const WORDS_OF_OPERATORS = `
  CREATE FUNCTION clock_accept() RETURNS void LANGUAGE sql VOLATILE ${DEFINER} AS $$ UPDATE instance SET accepted_at = clock_timestamp() $$;
  CREATE FUNCTION clock_newest_entry() RETURNS timestamptz LANGUAGE sql STABLE ${DEFINER} AS $$
    SELECT max(e.at) FROM tenant t CROSS JOIN LATERAL (SELECT a.at FROM audit_entry a WHERE a.tenant_id = t.tenant_id ORDER BY a.at DESC LIMIT 1) e $$;
  CREATE FUNCTION clock_mark() RETURNS TABLE (mark timestamptz, newest timestamptz, tenants uuid[]) LANGUAGE sql STABLE ${DEFINER} AS $$
    SELECT i.high_water, clock_newest_entry(), ARRAY(SELECT t.tenant_id FROM tenant t ORDER BY 1) FROM instance i $$;
  CREATE FUNCTION clock_repair(lowered timestamptz) RETURNS boolean LANGUAGE sql VOLATILE ${DEFINER} AS $$
    WITH done AS (UPDATE instance SET high_water = lowered, repairs = repairs + 1 WHERE lowered < high_water AND lowered >= coalesce(clock_newest_entry(), lowered) RETURNING 1)
    SELECT EXISTS (SELECT FROM done) $$;
`;

const FUNCTIONS =
  "pulse(timestamptz, timestamptz, integer), clock_testimony(text, float8, float8), clock_accept(), clock_newest_entry(), clock_mark(), clock_repair(timestamptz)";

const RIGHTS = `
  REVOKE EXECUTE ON FUNCTION ${FUNCTIONS} FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION ${FUNCTIONS} TO curfew_app;
`;

export const m0023Clock = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const part of [TABLES, hide("clock_witness"), PULSE, TESTIMONY, WORDS_OF_OPERATORS, RIGHTS])
      await sql.raw(part).execute(db);
  },
};
