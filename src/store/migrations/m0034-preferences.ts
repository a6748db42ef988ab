/**
 * Who wants to hear what, and when: of a tenant (under its own id) and of its people. Whose eligibility's end was told, so
 * that it is told once. And mail that answers other mail, which only goes to whom that one may have reached.
 */
import { type Kysely, sql } from "kysely";
import { isolate } from "./row-level-security.ts";

const TABLES = `
  CREATE TABLE notification_preference (tenant_id uuid NOT NULL REFERENCES tenant, person_id uuid NOT NULL,
    body jsonb NOT NULL CHECK (pg_column_size(body) <= 8192), changed_at timestamptz NOT NULL, PRIMARY KEY (tenant_id, person_id));
  CREATE TABLE eligibility_told (tenant_id uuid NOT NULL REFERENCES tenant, eligibility_id uuid NOT NULL, ends_at timestamptz NOT NULL,
    days integer NOT NULL, told_at timestamptz NOT NULL, PRIMARY KEY (tenant_id, eligibility_id, ends_at, days));
  CREATE INDEX eligibility_told_over ON eligibility_told (ends_at);
  CREATE INDEX notification_noticed ON notification (tenant_id, at) WHERE type = 'request_notice';
  CREATE INDEX mail_thread ON mail (tenant_id, thread, person_id) WHERE thread IS NOT NULL;
`;

// What was taken to be sent is due again later than it was planned for: it may be with the server that takes mail by now.
const PLANNING = `
  CREATE OR REPLACE FUNCTION plan_mail(mails jsonb) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  BEGIN
    IF curfew_tenant() IS NULL THEN RAISE EXCEPTION 'mail is planned inside of a tenant'; END IF;
    IF NOT (SELECT i.mail_on FROM instance i) THEN RETURN; END IF;
    INSERT INTO mail (tenant_id, id, planned_by, person_id, address, rule_of, kind, message, thread, topic, urgent, not_before, next_try_at)
      SELECT m."tenantId", m.id, curfew_tenant(), m.person, m.address, m."ruleOf", m.kind, m.message, m.thread, m.topic, m.urgent, m.not_before, m.not_before
      FROM (SELECT r.*, to_timestamp(r."notBefore" / 1000.0) AS not_before FROM jsonb_to_recordset(mails) AS r("tenantId" uuid, id uuid, person uuid, address text, "ruleOf" text,
        kind text, message jsonb, thread uuid, topic text, urgent boolean, "notBefore" float8, answers text[])) m
      WHERE m.answers IS NULL OR EXISTS (SELECT FROM mail o WHERE o.tenant_id = m."tenantId" AND o.thread = m.thread AND o.planned_by = curfew_tenant()
        AND o.person_id IS NOT DISTINCT FROM m.person AND o.address IS NOT DISTINCT FROM m.address AND o.kind = ANY(m.answers)
        AND (o.state = 'sent' OR o.next_try_at > o.not_before)) ON CONFLICT DO NOTHING;
  END $$;
`;

const RIGHTS = `
  ${["notification_preference", "eligibility_told"].map(isolate).join("\n")}
  GRANT SELECT, INSERT, UPDATE ON notification_preference TO curfew_app;
  GRANT SELECT, INSERT ON eligibility_told TO curfew_app;
`;

export const m0034Preferences = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const part of [TABLES, PLANNING, RIGHTS]) await sql.raw(part).execute(db);
  },
};
