/**
 * Lists and the queue are read in order from an index each, whoever asks and however much others asked: what the store
 * filters away is not read first. Stops the service for as long as it takes to index every request and grant there is.
 */
import { type Kysely, sql } from "kysely";
import { isolate } from "./row-level-security.ts";

// A million rows take longer than a call may.
const PATIENCE = "SET LOCAL statement_timeout = 0";

// Named to decide a request or to be told of it, or having decided: what stands within a body has no order, and no
// operator on it may come before row-level security. A request's own words for both are copied, never decided on.
const PRINCIPALS = `
  CREATE TABLE request_by_principal (tenant_id uuid NOT NULL, principal_id uuid NOT NULL, how text NOT NULL CHECK (how IN ('named', 'decided')), created_at timestamptz NOT NULL, request_id uuid NOT NULL,
    PRIMARY KEY (principal_id, how, created_at, request_id));
  CREATE FUNCTION principals_of_request(body jsonb) RETURNS TABLE (principal_id uuid, how text) LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT DISTINCT (id #>> '{}')::uuid, 'named' FROM (
      SELECT jsonb_path_query(body, '$.stages[*].approvers[*].objectId')
      UNION ALL SELECT jsonb_path_query(body, '$.stages[*].escalation.to[*].objectId')
      UNION ALL SELECT jsonb_path_query(body, '$.madeUnder[*].settings.approval.notified[*].objectId')
      UNION ALL SELECT jsonb_path_query(body, '$.madeUnder[*].settings.approval.stages[*].approvers[*].objectId')
      UNION ALL SELECT jsonb_path_query(body, '$.madeUnder[*].settings.approval.stages[*].escalation.to[*].objectId')) AS n(id)
    UNION ALL SELECT DISTINCT (id #>> '{}')::uuid, 'decided' FROM jsonb_path_query(body, '$.approvals[*].approver.objectId') AS d(id) $$;
  CREATE FUNCTION note_principals_of_request() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$ BEGIN
    INSERT INTO request_by_principal SELECT NEW.tenant_id, p.principal_id, p.how, NEW.created_at, NEW.id FROM principals_of_request(NEW.body) p ON CONFLICT DO NOTHING;
    RETURN NULL; END $$;
  INSERT INTO request_by_principal SELECT r.tenant_id, p.principal_id, p.how, r.created_at, r.id FROM access_request r, principals_of_request(r.body) p ON CONFLICT DO NOTHING;
  CREATE TRIGGER principals_of_request_made AFTER INSERT ON access_request FOR EACH ROW EXECUTE FUNCTION note_principals_of_request();
  CREATE TRIGGER principals_of_request_changed AFTER UPDATE ON access_request FOR EACH ROW
    WHEN ((OLD.body -> 'approvals', OLD.body -> 'stages') IS DISTINCT FROM (NEW.body -> 'approvals', NEW.body -> 'stages')) EXECUTE FUNCTION note_principals_of_request();
`;

// For each half, one's own tenant's rows and those where it is the other party. What most rows are needs no index of its
// own: the one by time finds it soon.
const REQUESTS = `
  CREATE INDEX access_request_pending_of_other ON access_request (other_tenant_id, created_at) WHERE state = 'pending' AND other_tenant_id IS NOT NULL;
  CREATE INDEX access_request_fruitless ON access_request (tenant_id, state, created_at) WHERE state IN ('denied', 'canceled', 'timedOut');
  CREATE INDEX access_request_fruitless_of_other ON access_request (other_tenant_id, state, created_at) WHERE state IN ('denied', 'canceled', 'timedOut') AND other_tenant_id IS NOT NULL;
  CREATE INDEX access_request_about_applications ON access_request (tenant_id, created_at) WHERE application_id IS NOT NULL;
  CREATE INDEX access_request_about_groups ON access_request (tenant_id, created_at) WHERE starts_with(scope_key, '/groups/');
  CREATE INDEX access_request_about_applications_by_scope ON access_request (tenant_id, scope_key COLLATE "C", created_at) WHERE application_id IS NOT NULL;
  CREATE INDEX access_request_by_scope ON access_request (tenant_id, scope_key COLLATE "C", created_at);
  CREATE INDEX access_request_by_scope_of_other ON access_request (other_tenant_id, scope_key COLLATE "C", created_at) WHERE other_tenant_id IS NOT NULL;
`;

const GRANTS = `
  DROP INDEX access_grant_open;
  CREATE INDEX access_grant_open ON access_grant (beneficiary_id, starts_at) WHERE open;
  CREATE INDEX access_grant_open_by_start ON access_grant (tenant_id, starts_at) WHERE open;
  CREATE INDEX access_grant_open_by_start_of_other ON access_grant (other_tenant_id, starts_at) WHERE open AND other_tenant_id IS NOT NULL;
  CREATE INDEX access_grant_on_its_way ON access_grant (tenant_id, state, starts_at) WHERE state IN ('scheduled', 'provisioning', 'deprovisioning');
  CREATE INDEX access_grant_expired_of_other ON access_grant (other_tenant_id, ends_at)
    WHERE state = 'ended' AND body #>> '{state,cause}' = 'expired' AND body #> '{entitlements,0}' IS NOT NULL AND other_tenant_id IS NOT NULL;
  CREATE INDEX access_grant_unreviewed_of_other ON access_grant (other_tenant_id, starts_at) WHERE emergency AND NOT reviewed AND other_tenant_id IS NOT NULL;
  CREATE INDEX access_grant_about_applications ON access_grant (tenant_id, starts_at) WHERE application_id IS NOT NULL;
  CREATE INDEX access_grant_about_groups ON access_grant (tenant_id, starts_at) WHERE starts_with(scope_key, '/groups/');
  CREATE INDEX access_grant_by_scope ON access_grant (tenant_id, scope_key COLLATE "C", starts_at);
  CREATE INDEX access_grant_by_scope_of_other ON access_grant (other_tenant_id, scope_key COLLATE "C", starts_at) WHERE other_tenant_id IS NOT NULL;
`;

// Beside them: what surfaces keep is found by what it is about; of what somebody was told, little is unread.
const AROUND = `
  CREATE INDEX azure_resource_subject ON azure_resource (subject_id, kind);
  CREATE INDEX notification_unread ON notification (tenant_id, recipient_id, at) WHERE read_at IS NULL;
`;

const RIGHTS = `
  GRANT SELECT, INSERT ON request_by_principal TO curfew_app;
  REVOKE EXECUTE ON FUNCTION principals_of_request(jsonb), note_principals_of_request() FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION principals_of_request(jsonb) TO curfew_app;
`;

export const m0012Lists = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const part of [
      PATIENCE,
      PRINCIPALS,
      isolate("request_by_principal"),
      REQUESTS,
      GRANTS,
      AROUND,
      RIGHTS,
      "ANALYZE access_request, access_grant, request_by_principal",
    ]) {
      await sql.raw(part).execute(db);
    }
  },
};
