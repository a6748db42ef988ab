/**
 * Who waits for whom, and what is open at a place, are found among little: not among all that was ever named or given.
 * Stops the service for as long as it takes to read what is pending and to index what is open.
 */
import { type Kysely, sql } from "kysely";

const PATIENCE = "SET LOCAL statement_timeout = 0";

// While a request is pending, those who are named in it also stand as `waiting`: afterwards they were only named.
const WAITING = `
  ALTER TABLE request_by_principal DROP CONSTRAINT request_by_principal_how_check, ADD CHECK (how IN ('named', 'decided', 'waiting'));
  CREATE FUNCTION principals_by_request(body jsonb) RETURNS TABLE (principal_id uuid, how text) LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    WITH known AS (SELECT p.principal_id, p.how FROM principals_of_request(body) p)
    SELECT k.principal_id, k.how FROM known k
    UNION ALL SELECT k.principal_id, 'waiting' FROM known k WHERE k.how = 'named' AND body #>> '{state,name}' = 'pending' $$;
  CREATE OR REPLACE FUNCTION note_principals_of_request() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$ BEGIN
    INSERT INTO request_by_principal SELECT NEW.tenant_id, p.principal_id, p.how, NEW.created_at, NEW.id FROM principals_by_request(NEW.body) p ON CONFLICT DO NOTHING;
    IF TG_OP = 'UPDATE' THEN
      DELETE FROM request_by_principal n WHERE n.how = 'waiting' AND n.created_at = NEW.created_at AND n.request_id = NEW.id AND n.principal_id = ANY(ARRAY(
        SELECT p.principal_id FROM principals_by_request(OLD.body) p WHERE p.how = 'waiting' EXCEPT SELECT p.principal_id FROM principals_by_request(NEW.body) p WHERE p.how = 'waiting'));
    END IF;
    RETURN NULL; END $$;
  DROP TRIGGER principals_of_request_changed ON access_request;
  CREATE TRIGGER principals_of_request_changed AFTER UPDATE ON access_request FOR EACH ROW
    WHEN ((OLD.state, OLD.body -> 'approvals', OLD.body -> 'stages') IS DISTINCT FROM (NEW.state, NEW.body -> 'approvals', NEW.body -> 'stages')) EXECUTE FUNCTION note_principals_of_request();
  INSERT INTO request_by_principal SELECT r.tenant_id, p.principal_id, p.how, r.created_at, r.id FROM access_request r, principals_by_request(r.body) p
    WHERE r.state = 'pending' AND p.how = 'waiting';
`;

const OPEN = ["tenant_id", "other_tenant_id"]
  .flatMap((party) =>
    ["scope_key", "managed_scope_key"].map(
      (place) =>
        `CREATE INDEX access_grant_open_by_${party}_and_${place} ON access_grant (${party}, ${place} COLLATE "C", starts_at) WHERE open AND ${party} IS NOT NULL AND ${place} IS NOT NULL;`,
    ),
  )
  .join("\n");

const RIGHTS = `
  GRANT DELETE ON request_by_principal TO curfew_app;
  REVOKE EXECUTE ON FUNCTION principals_by_request(jsonb) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION principals_by_request(jsonb) TO curfew_app;
`;

export const m0014Waiting = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const part of [PATIENCE, WAITING, OPEN, RIGHTS, "ANALYZE access_grant, request_by_principal"])
      await sql.raw(part).execute(db);
  },
};
