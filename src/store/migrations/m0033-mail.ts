/**
 * Mail: what is planned is a row of its reader's tenant, in the transaction that tells of the fact; whoever planned it may
 * take it back or move it while it waits. Addresses are confirmed, and switched off, tenant by tenant.
 */
import { type Kysely, sql } from "kysely";
import { hide, isolate } from "./row-level-security.ts";

const FIXED_PATH = "SET search_path = public, pg_temp";
const DEFINER = `SECURITY DEFINER ${FIXED_PATH}`;

// `planned_by`: the tenant whose fact it tells of. `next_try_at` moves on when somebody takes it to send it, so that it is
// due again where they never say what came of it.
const TABLES = `
  ALTER TABLE instance ADD COLUMN mail_on boolean NOT NULL DEFAULT false;
  CREATE TABLE mail (tenant_id uuid NOT NULL REFERENCES tenant, id uuid NOT NULL, planned_by uuid NOT NULL,
    person_id uuid, address text CHECK (length(address) <= 254), rule_of text CHECK (length(rule_of) <= 512),
    kind text NOT NULL CHECK (length(kind) <= 64), message jsonb NOT NULL CHECK (pg_column_size(message) <= 65536),
    thread uuid, topic text CHECK (length(topic) <= 200), urgent boolean NOT NULL,
    planned_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()), not_before timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'withdrawn', 'refused', 'given_up')),
    attempts integer NOT NULL DEFAULT 0, next_try_at timestamptz NOT NULL, last_error text CHECK (length(last_error) <= 500),
    accepted_at timestamptz, PRIMARY KEY (tenant_id, id), CHECK ((person_id IS NULL) <> (address IS NULL)), CHECK ((address IS NULL) = (rule_of IS NULL)));
  CREATE INDEX mail_due ON mail (tenant_id, urgent, not_before, id) WHERE state = 'waiting';
  CREATE INDEX mail_topic ON mail (planned_by, topic) WHERE state = 'waiting' AND topic IS NOT NULL;
  CREATE INDEX mail_newest ON mail (tenant_id, planned_at DESC, id);
  CREATE INDEX mail_by_state ON mail (tenant_id, state, planned_at DESC, id);
  CREATE INDEX mail_of ON mail (tenant_id, person_id, planned_at DESC, id) WHERE person_id IS NOT NULL;
  CREATE INDEX mail_over ON mail (planned_at) WHERE state <> 'waiting';

  CREATE TABLE mail_address (tenant_id uuid NOT NULL REFERENCES tenant, id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE, address text NOT NULL CHECK (length(address) <= 254), rule_of text CHECK (length(rule_of) <= 512),
    confirmed_at timestamptz, refused integer NOT NULL DEFAULT 0, switched_off_at timestamptz, switched_off_why text CHECK (length(switched_off_why) <= 500),
    asked_at timestamptz, asked integer NOT NULL DEFAULT 0, digests_stopped_at timestamptz, PRIMARY KEY (tenant_id, address));
  CREATE INDEX mail_address_off ON mail_address (tenant_id, address) WHERE switched_off_at IS NOT NULL;
  CREATE TABLE mail_link (token_hash bytea NOT NULL PRIMARY KEY CHECK (octet_length(token_hash) = 32), tenant_id uuid NOT NULL REFERENCES tenant,
    address text NOT NULL CHECK (length(address) <= 254), purpose text NOT NULL CHECK (purpose IN ('confirm', 'stop_digests')), expires_at timestamptz NOT NULL);
  CREATE INDEX mail_link_of ON mail_link (tenant_id, address, purpose, expires_at);
  CREATE INDEX mail_link_over ON mail_link (expires_at);
  CREATE TABLE mail_settings (tenant_id uuid NOT NULL PRIMARY KEY REFERENCES tenant, subject_prefix text CHECK (length(subject_prefix) <= 40),
    footer text CHECK (length(footer) <= 1000), reply_to text CHECK (length(reply_to) <= 254));
`;

// Whose fact it is plans it, for people of whichever tenant, and has no other way to what is theirs.
const PLANNING = `
  CREATE FUNCTION plan_mail(mails jsonb) RETURNS void LANGUAGE plpgsql VOLATILE ${DEFINER} AS $$
  BEGIN
    IF curfew_tenant() IS NULL THEN RAISE EXCEPTION 'mail is planned inside of a tenant'; END IF;
    IF NOT (SELECT i.mail_on FROM instance i) THEN RETURN; END IF;
    INSERT INTO mail (tenant_id, id, planned_by, person_id, address, rule_of, kind, message, thread, topic, urgent, not_before, next_try_at)
      SELECT m."tenantId", m.id, curfew_tenant(), m.person, m.address, m."ruleOf", m.kind, m.message, m.thread, m.topic, m.urgent, m.not_before, m.not_before
      FROM (SELECT r.*, to_timestamp(r."notBefore" / 1000.0) AS not_before FROM jsonb_to_recordset(mails) AS r("tenantId" uuid, id uuid, person uuid, address text, "ruleOf" text,
        kind text, message jsonb, thread uuid, topic text, urgent boolean, "notBefore" float8)) m ON CONFLICT DO NOTHING;
  END $$;
  CREATE FUNCTION withdraw_mail(topics text[]) RETURNS void LANGUAGE sql VOLATILE ${DEFINER} AS $$
    UPDATE mail SET state = 'withdrawn' WHERE planned_by = curfew_tenant() AND topic = ANY(topics) AND state = 'waiting' $$;
  CREATE FUNCTION move_mail(topics text[], instants timestamptz[]) RETURNS void LANGUAGE sql VOLATILE ${DEFINER} AS $$
    UPDATE mail m SET not_before = v.at, next_try_at = v.at FROM unnest(topics, instants) v(topic, at)
      WHERE m.planned_by = curfew_tenant() AND m.topic = v.topic AND m.state = 'waiting' $$;
  CREATE FUNCTION turn_mail("on" boolean) RETURNS void LANGUAGE sql VOLATILE ${DEFINER} AS $$ UPDATE instance SET mail_on = "on" WHERE mail_on <> "on" $$;
  CREATE FUNCTION mail_is_on() RETURNS boolean LANGUAGE sql STABLE ${DEFINER} AS $$ SELECT i.mail_on FROM instance i $$;
`;

// From one tenant to the next by the key, and of each so many at most: nobody's mail waits behind all of somebody else's.
// What a topic may still withdraw waits until all was told that happened before it was due.
const DUE = (
  urgent: "" | "NOT",
) => `(SELECT m.tenant_id, m.id, m.urgent, m.not_before FROM mail m WHERE m.state = 'waiting' AND m.tenant_id = w.tenant_id AND ${urgent} m.urgent
      AND m.not_before <= until AND m.next_try_at <= until
      AND (m.urgent OR m.topic IS NULL OR coalesce((SELECT e.at FROM outbox o JOIN audit_entry e ON e.tenant_id = o.tenant_id AND e.id = o.entry_id
        WHERE o.tenant_id = m.planned_by ORDER BY o.id LIMIT 1) > m.not_before, true))
      ORDER BY m.not_before, m.id LIMIT most_of_one)`;

// Across tenants: ids, instants and counts, never content.
const SENDING = `
  CREATE FUNCTION take_mail(until timestamptz, most_of_one integer, most integer, taken_to timestamptz) RETURNS TABLE (tenant_id uuid, id uuid, urgent boolean, not_before timestamptz)
    LANGUAGE sql VOLATILE ${DEFINER} AS $$
    WITH RECURSIVE waiting(tenant_id) AS ((SELECT m.tenant_id FROM mail m WHERE m.state = 'waiting' ORDER BY m.tenant_id LIMIT 1)
      UNION ALL SELECT (SELECT m.tenant_id FROM mail m WHERE m.state = 'waiting' AND m.tenant_id > w.tenant_id ORDER BY m.tenant_id LIMIT 1) FROM waiting w WHERE w.tenant_id IS NOT NULL),
    due AS MATERIALIZED (SELECT d.* FROM waiting w, LATERAL (SELECT x.* FROM (${DUE("")} UNION ALL ${DUE("NOT")}) x ORDER BY x.urgent DESC, x.not_before, x.id LIMIT most_of_one) d
      WHERE w.tenant_id IS NOT NULL ORDER BY d.urgent DESC, d.not_before, d.id LIMIT most)
    UPDATE mail m SET next_try_at = taken_to FROM due d WHERE m.tenant_id = d.tenant_id AND m.id = d.id AND m.state = 'waiting' AND m.next_try_at <= until
      RETURNING m.tenant_id, m.id, m.urgent, m.not_before $$;
  CREATE FUNCTION mail_counts(now timestamptz) RETURNS TABLE (waiting bigint, oldest timestamptz, refused bigint, given_up bigint, switched_off bigint) LANGUAGE sql STABLE ${DEFINER} AS $$
    SELECT (SELECT count(*) FROM mail m WHERE m.state = 'waiting' AND m.not_before <= now), (SELECT min(m.not_before) FROM mail m WHERE m.state = 'waiting' AND m.not_before <= now),
      (SELECT count(*) FROM mail m WHERE m.state = 'refused' AND m.state <> 'waiting' AND m.planned_at > now - interval '1 day'),
      (SELECT count(*) FROM mail m WHERE m.state = 'given_up' AND m.state <> 'waiting' AND m.planned_at > now - interval '1 day'), (SELECT count(*) FROM mail_address a WHERE a.switched_off_at IS NOT NULL) $$;
  CREATE FUNCTION keep_mail_link(of_hash bytea, of_address text, for_purpose text, until timestamptz) RETURNS void LANGUAGE sql VOLATILE ${DEFINER} AS $$
    INSERT INTO mail_link (token_hash, tenant_id, address, purpose, expires_at) SELECT of_hash, curfew_tenant(), of_address, for_purpose, until WHERE curfew_tenant() IS NOT NULL $$;
  CREATE FUNCTION mail_link_of(of_hash bytea, now timestamptz) RETURNS TABLE (tenant_id uuid, address text, purpose text) LANGUAGE sql STABLE ${DEFINER} AS $$
    SELECT l.tenant_id, l.address, l.purpose FROM mail_link l WHERE l.token_hash = of_hash AND l.expires_at > now $$;
  CREATE FUNCTION forget_mail(what text, older_than timestamptz, most integer) RETURNS bigint LANGUAGE plpgsql VOLATILE ${DEFINER} AS $$
  DECLARE gone bigint;
  BEGIN
    CASE what
      WHEN 'mail' THEN DELETE FROM mail WHERE ctid = ANY(ARRAY(SELECT ctid FROM mail WHERE planned_at < older_than AND state <> 'waiting' ORDER BY planned_at LIMIT most));
      WHEN 'mailLinks' THEN DELETE FROM mail_link WHERE ctid = ANY(ARRAY(SELECT ctid FROM mail_link WHERE expires_at < older_than ORDER BY expires_at LIMIT most));
    END CASE;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
  END $$;
`;

// What is told and what is mailed of it are stored together. A process of the release before calls the other one.
const TELLING = `
  CREATE FUNCTION tell(home uuid, others uuid[], taken bigint[], retold_type text, retold_requests uuid[], retold_recipients uuid[], retold_texts text[],
    tenants uuid[], recipients uuid[], types text[], requests uuid[], grants uuid[], texts text[], ats timestamptz[],
    withdrawn text[], moved text[], moved_to timestamptz[], mails jsonb) RETURNS void LANGUAGE plpgsql VOLATILE ${FIXED_PATH} AS $$
  BEGIN
    PERFORM tell(home, others, taken, retold_type, retold_requests, retold_recipients, retold_texts, tenants, recipients, types, requests, grants, texts, ats);
    PERFORM plan_mail(mails);
    PERFORM withdraw_mail(withdrawn);
    PERFORM move_mail(moved, moved_to);
  END $$;
`;

const RIGHTS = `
  ${["mail", "mail_address", "mail_settings"].map(isolate).join("\n")}
  ${hide("mail_link")}
  GRANT SELECT, UPDATE ON mail TO curfew_app;
  GRANT SELECT, INSERT, UPDATE ON mail_address, mail_settings TO curfew_app;
  REVOKE INSERT, DELETE ON mail FROM curfew_app;
  REVOKE ALL ON mail_link FROM curfew_app;
`;

const FUNCTIONS = [
  "plan_mail(jsonb)",
  "withdraw_mail(text[])",
  "move_mail(text[], timestamptz[])",
  "turn_mail(boolean)",
  "mail_is_on()",
  "take_mail(timestamptz, integer, integer, timestamptz)",
  "mail_counts(timestamptz)",
  "keep_mail_link(bytea, text, text, timestamptz)",
  "mail_link_of(bytea, timestamptz)",
  "forget_mail(text, timestamptz, integer)",
  "tell(uuid, uuid[], bigint[], text, uuid[], uuid[], text[], uuid[], uuid[], text[], uuid[], uuid[], text[], timestamptz[], text[], text[], timestamptz[], jsonb)",
].join(", ");

const CALLED = `
  REVOKE EXECUTE ON FUNCTION ${FUNCTIONS} FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION ${FUNCTIONS} TO curfew_app;
`;

export const m0033Mail = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const part of [TABLES, PLANNING, SENDING, TELLING, RIGHTS, CALLED]) await sql.raw(part).execute(db);
  },
};
