/** Storage of the log: an entry's row is written once, links stand apart; fewer indexes; what is kept for a time only. */
import { type Kysely, sql } from "kysely";
import { isolate } from "./row-level-security.ts";

// A million entries take longer than a call may.
const PATIENCE = "SET LOCAL statement_timeout = 0";

const bytes = (column: string) => `decode(translate(${column}, '-_', '+/') || '=', 'base64')`;

// What has no link yet waits in a table that is empty most of the time.
const CHAIN = `
  CREATE TABLE audit_link (tenant_id uuid NOT NULL, sequence bigint NOT NULL, entry_id uuid NOT NULL, link_hash bytea NOT NULL);
  CREATE TABLE audit_waiting (tenant_id uuid NOT NULL, arrival bigint NOT NULL, entry_id uuid NOT NULL, PRIMARY KEY (tenant_id, arrival));
  INSERT INTO audit_link SELECT tenant_id, sequence, id, ${bytes("link_hash")} FROM audit_entry WHERE sequence IS NOT NULL ORDER BY tenant_id, sequence;
  INSERT INTO audit_waiting SELECT tenant_id, arrival, id FROM audit_entry WHERE sequence IS NULL;
  ALTER TABLE audit_link ADD PRIMARY KEY (tenant_id, sequence);
  CREATE UNIQUE INDEX audit_link_entry ON audit_link (tenant_id, entry_id);
  ALTER TABLE audit_head DROP CONSTRAINT audit_head_tenant_id_fkey, ALTER COLUMN link_hash TYPE bytea USING ${bytes("link_hash")};
`;

// The entry is its columns (store/entry-row.ts): none can say otherwise than what is hashed. `parties` is null where
// the tenant is the only one, `commitments` where there are none. `json` keeps every character, `jsonb` would not.
// No foreign key: a tenant is never deleted, and each insert would lock its row.
const ENTRIES = `
  ALTER TABLE audit_entry RENAME TO audit_entry_before;
  CREATE TABLE audit_entry (tenant_id uuid NOT NULL, id uuid NOT NULL, at timestamptz NOT NULL, arrival bigint NOT NULL DEFAULT nextval('change_seq'),
    subject_id uuid NOT NULL, correlation_id uuid NOT NULL, actor_id uuid, actor_tenant_id uuid, actor_kind text NOT NULL, via text NOT NULL, type text NOT NULL,
    subject_kind text NOT NULL, parties uuid[], leaf_hash bytea NOT NULL, commitments json, facts json NOT NULL, openings jsonb NOT NULL DEFAULT '[]');
  INSERT INTO audit_entry SELECT b.tenant_id, b.id, b.at, b.arrival, b.subject_id::uuid, b.correlation_id::uuid, b.actor_id::uuid, (e.actor ->> 'tenantId')::uuid,
      e.actor ->> 'kind', e.actor ->> 'via', b.type, e.subject ->> 'kind',
      CASE WHEN json_array_length(e.parties) > 1 THEN ARRAY(SELECT json_array_elements_text(e.parties)::uuid) END,
      ${bytes("b.leaf_hash")}, CASE WHEN e.commitments::text <> '{}' THEN e.commitments END, e.facts, b.openings
    FROM audit_entry_before b, json_to_record(b.entry::json) AS e(actor json, subject json, parties json, commitments json, facts json) ORDER BY b.tenant_id, b.arrival;
`;

// Ascending, and read backwards: what is newest goes to the end of its page's range, so that pages fill up.
const ENTRY_INDEXES = `
  DROP TABLE audit_entry_before;
  ALTER TABLE audit_entry ADD PRIMARY KEY (tenant_id, id);
  CREATE INDEX audit_entry_at ON audit_entry (tenant_id, at);
  CREATE INDEX audit_entry_subject ON audit_entry (tenant_id, subject_id, at);
  CREATE INDEX audit_entry_correlation ON audit_entry (tenant_id, correlation_id);
  CREATE INDEX audit_entry_actor ON audit_entry (tenant_id, actor_id, at) WHERE actor_id IS NOT NULL;
`;

// Facts that somebody is told of: the entry has them.
const OUTBOX = `
  ALTER TABLE outbox DROP CONSTRAINT outbox_tenant_id_fkey, ADD COLUMN entry_id uuid;
  UPDATE outbox o SET entry_id = (SELECT e.id FROM audit_entry_before e WHERE e.tenant_id = o.tenant_id AND e.at = o.at AND e.type = o.event ->> 'type'
    AND e.subject_id = o.event #>> '{subject,id}' AND e.correlation_id = o.event ->> 'correlationId' LIMIT 1) WHERE o.event #>> '{subject,kind}' IN ('accessRequest', 'grant');
  DELETE FROM outbox WHERE entry_id IS NULL;
  ALTER TABLE outbox DROP COLUMN event, DROP COLUMN at, ALTER COLUMN entry_id SET NOT NULL;
`;

// An id, of a person too, is one for the whole installation: with the tenant before it an index tells nothing more, and
// the other party, to which row-level security shows the same rows, could not use it. Most ask for themselves.
const LIFE = `
  ALTER TABLE access_request DROP CONSTRAINT access_request_tenant_id_fkey, DROP CONSTRAINT access_request_pkey, DROP CONSTRAINT access_request_id_key, ADD PRIMARY KEY (id);
  DROP INDEX access_request_by_state, access_request_by_requester, access_request_by_beneficiary, access_request_other, access_request_application;
  CREATE INDEX access_request_by_creation ON access_request (tenant_id, created_at);
  CREATE INDEX access_request_other ON access_request (other_tenant_id, created_at) WHERE other_tenant_id IS NOT NULL;
  CREATE INDEX access_request_by_requester ON access_request (requester_id, created_at);
  CREATE INDEX access_request_for_another ON access_request (beneficiary_id, created_at) WHERE beneficiary_id <> requester_id;
  CREATE INDEX access_request_by_beneficiary ON access_request (beneficiary_id) WHERE state = 'pending';
  CREATE INDEX access_request_application ON access_request (application_id, created_at) WHERE application_id IS NOT NULL;
  CREATE INDEX access_request_pending ON access_request (tenant_id, created_at) WHERE state = 'pending';
  CREATE INDEX access_request_extending ON access_request (extends_grant_id) WHERE state = 'pending' AND extends_grant_id IS NOT NULL;

  ALTER TABLE access_grant DROP CONSTRAINT access_grant_tenant_id_fkey, DROP CONSTRAINT access_grant_pkey, DROP CONSTRAINT access_grant_id_key, ADD PRIMARY KEY (id);
  DROP INDEX access_grant_open, access_grant_by_beneficiary, access_grant_by_start, access_grant_other, access_grant_request, access_grant_application, access_grant_entitlements;
  CREATE INDEX access_grant_by_start ON access_grant (tenant_id, starts_at);
  CREATE INDEX access_grant_other ON access_grant (other_tenant_id, starts_at) WHERE other_tenant_id IS NOT NULL;
  CREATE INDEX access_grant_by_beneficiary ON access_grant (beneficiary_id, starts_at);
  CREATE INDEX access_grant_for_another ON access_grant (requester_id, starts_at) WHERE requester_id <> beneficiary_id;
  CREATE INDEX access_grant_application ON access_grant (application_id, starts_at) WHERE application_id IS NOT NULL;
  CREATE INDEX access_grant_request ON access_grant (request_id) WHERE request_id IS NOT NULL;
  CREATE INDEX access_grant_open ON access_grant (beneficiary_id) WHERE open;
  CREATE INDEX access_grant_held ON access_grant (tenant_id) WHERE open AND body #> '{entitlements,0}' IS NOT NULL;
`;

const AROUND = `
  ALTER TABLE notification DROP CONSTRAINT notification_tenant_id_fkey, DROP CONSTRAINT notification_pkey, ADD PRIMARY KEY (tenant_id, recipient_id, at, id);
  DROP INDEX notification_of, notification_about;
  CREATE INDEX notification_wanted ON notification (request_id) WHERE type = 'approval_wanted';
  CREATE INDEX notification_read ON notification (at) WHERE read_at IS NOT NULL;
  ALTER TABLE idempotency_key DROP CONSTRAINT idempotency_key_tenant_id_fkey;
  CREATE INDEX idempotency_key_at ON idempotency_key (at);
`;

const definer = (language: "sql" | "plpgsql", volatility: "STABLE" | "VOLATILE") =>
  `LANGUAGE ${language} ${volatility} SECURITY DEFINER SET search_path = public, pg_temp`;

// Nobody who writes an entry can forget that it has to be linked.
const WAITING = `
  CREATE FUNCTION audit_entry_waits() RETURNS trigger ${definer("plpgsql", "VOLATILE")} AS $$ BEGIN
    INSERT INTO audit_waiting (tenant_id, arrival, entry_id) SELECT tenant_id, arrival, id FROM written;
    RETURN NULL; END $$;
  CREATE TRIGGER audit_entry_waits AFTER INSERT ON audit_entry REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_waits();
`;

// The lock comes in a statement of its own: what it waited for would not be seen otherwise. Hashes only, no content. What
// waits was none when the planner last counted: it would go through all of it once for each entry.
const LINKING = `
  CREATE FUNCTION log_to_link(most integer) RETURNS TABLE (tenant_id uuid, arrival bigint, leaf_hash bytea, head bigint, head_hash bytea) ${definer("plpgsql", "VOLATILE")} AS $$
    #variable_conflict use_column
    BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('audit', 0)) THEN RETURN; END IF;
    RETURN QUERY SELECT w.tenant_id, w.arrival, e.leaf_hash, h.sequence, h.link_hash
      FROM (SELECT * FROM audit_waiting ORDER BY tenant_id, arrival LIMIT most) w
      JOIN audit_entry e ON e.tenant_id = w.tenant_id AND e.id = w.entry_id LEFT JOIN audit_head h ON h.tenant_id = w.tenant_id
      ORDER BY w.tenant_id, w.arrival;
    END $$;
  CREATE FUNCTION log_link(tenants uuid[], arrivals bigint[], sequences bigint[], links bytea[], given timestamptz) RETURNS void ${definer("plpgsql", "VOLATILE")} SET enable_nestloop = off AS $$
    DECLARE linked bigint;
    BEGIN
    IF EXISTS (SELECT FROM unnest(tenants, sequences) AS g(tenant_id, sequence) LEFT JOIN audit_head h USING (tenant_id) GROUP BY g.tenant_id, h.sequence
      HAVING min(g.sequence) <> coalesce(h.sequence, 0) + 1 OR max(g.sequence) - min(g.sequence) + 1 <> count(*)) THEN RAISE EXCEPTION 'a log goes on where it ends, without a gap'; END IF;
    WITH asked AS (SELECT * FROM unnest(tenants, arrivals, sequences, links) AS g(tenant_id, arrival, sequence, link_hash)),
      taken AS (DELETE FROM audit_waiting w USING asked g WHERE w.tenant_id = g.tenant_id AND w.arrival = g.arrival RETURNING g.tenant_id, g.sequence, w.entry_id, g.link_hash)
      INSERT INTO audit_link SELECT * FROM taken;
    GET DIAGNOSTICS linked = ROW_COUNT;
    IF linked <> cardinality(sequences) THEN RAISE EXCEPTION 'only an entry that waits is linked, once'; END IF;
    INSERT INTO audit_head AS h (tenant_id, sequence, link_hash, at)
      SELECT DISTINCT ON (tenant_id) tenant_id, sequence, link_hash, given FROM unnest(tenants, sequences, links) AS g(tenant_id, sequence, link_hash) ORDER BY tenant_id, sequence DESC
      ON CONFLICT (tenant_id) DO UPDATE SET sequence = excluded.sequence, link_hash = excluded.link_hash, at = excluded.at;
    END $$;
`;

// As before, over the new tables.
const NEWS = `
  DROP FUNCTION tenants_with_unsequenced();
  CREATE OR REPLACE FUNCTION entries_since(of_tenants uuid[], seen bigint[], most integer) RETURNS TABLE (tenant_id uuid, entry_id uuid, sequence bigint, type text) ${definer("sql", "STABLE")}
    AS $$ SELECT w.tenant_id, n.entry_id, n.sequence, a.type FROM unnest(of_tenants, seen) AS w(tenant_id, sequence) CROSS JOIN LATERAL (
      (SELECT l.entry_id, l.sequence FROM audit_link l WHERE l.tenant_id = w.tenant_id AND l.sequence > w.sequence ORDER BY l.sequence LIMIT most)
      UNION ALL
      (SELECT t.entry_id, NULL FROM audit_waiting t WHERE t.tenant_id = w.tenant_id ORDER BY t.arrival LIMIT most)) n
      JOIN audit_entry a ON a.tenant_id = w.tenant_id AND a.id = n.entry_id $$;
  CREATE OR REPLACE FUNCTION tenants_to_tell(of_tenants uuid[]) RETURNS SETOF uuid ${definer("sql", "STABLE")}
    AS $$ SELECT DISTINCT party FROM outbox o JOIN audit_entry e ON e.tenant_id = o.tenant_id AND e.id = o.entry_id, unnest(coalesce(e.parties, ARRAY[e.tenant_id])) party
      WHERE party = ANY(of_tenants) $$;
`;

// For how long each is kept stands in worker/retention.ts.
const FORGETTING = `
  DROP FUNCTION identity_sweep(timestamptz, integer);
  CREATE FUNCTION forget(what text, older_than timestamptz, most integer) RETURNS bigint ${definer("plpgsql", "VOLATILE")} AS $$
    DECLARE gone bigint;
    BEGIN
    CASE what
      WHEN 'idempotencyKeys' THEN DELETE FROM idempotency_key WHERE ctid = ANY(ARRAY(SELECT ctid FROM idempotency_key WHERE at < older_than ORDER BY at LIMIT most));
      WHEN 'readNotifications' THEN DELETE FROM notification WHERE ctid = ANY(ARRAY(SELECT ctid FROM notification WHERE at < older_than AND read_at IS NOT NULL ORDER BY at LIMIT most));
      WHEN 'signInRecords' THEN DELETE FROM oidc_record WHERE ctid = ANY(ARRAY(SELECT ctid FROM oidc_record WHERE expires_at < older_than ORDER BY expires_at LIMIT most));
      WHEN 'rateLimits' THEN DELETE FROM rate_bucket WHERE ctid = ANY(ARRAY(SELECT ctid FROM rate_bucket WHERE at < older_than ORDER BY at LIMIT most));
      WHEN 'policyChanges' THEN DELETE FROM policy_change WHERE ctid = ANY(ARRAY(SELECT ctid FROM policy_change WHERE at < older_than ORDER BY at LIMIT most));
      WHEN 'setupTokens' THEN DELETE FROM setup_token WHERE expires_at < older_than;
    END CASE;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone; END $$;
`;

const FUNCTIONS = [
  "audit_entry_waits()",
  "log_to_link(integer)",
  "log_link(uuid[], bigint[], bigint[], bytea[], timestamptz)",
  "entries_since(uuid[], bigint[], integer)",
  "tenants_to_tell(uuid[])",
  "forget(text, timestamptz, integer)",
].join(", ");

// Entries are added; links only by the function, at the end of the log. Nothing of either is changed or taken away.
const RIGHTS = `
  GRANT SELECT, INSERT ON audit_entry TO curfew_app;
  GRANT SELECT ON audit_link, audit_waiting TO curfew_app;
  REVOKE INSERT, UPDATE ON audit_head FROM curfew_app;
  REVOKE EXECUTE ON FUNCTION ${FUNCTIONS} FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION ${FUNCTIONS} TO curfew_app;
  REVOKE EXECUTE ON FUNCTION audit_entry_waits() FROM curfew_app;
`;

export const m0009Links = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const part of [
      PATIENCE,
      CHAIN,
      ENTRIES,
      OUTBOX,
      ENTRY_INDEXES,
      ...["audit_entry", "audit_link", "audit_waiting"].map(isolate),
      LIFE,
      AROUND,
      WAITING,
      LINKING,
      NEWS,
      FORGETTING,
      RIGHTS,
    ]) {
      await sql.raw(part).execute(db);
    }
  },
};
