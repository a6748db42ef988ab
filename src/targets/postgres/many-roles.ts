/**
 * Changes many temporary roles in one statement, each in a sub-transaction of its own, so that none holds up the others.
 * Statements about roles take no parameters: names and comments go in as one setting and are quoted by the server.
 */
import { TargetFault } from "../target.ts";
import { writeLabel } from "./label.ts";
import type { RoleState } from "./role-state.ts";
import type { Session } from "./session.ts";

/**
 * Closes the log-ins for good. What we gave goes with the role (DROP ROLE takes it; where that fails, a removal of its
 * own does): taken from one after the other, it would cost the square of their number. Returns the oids of those that
 * it could not close.
 */
export async function closeMany(session: Session, roles: readonly RoleState[]): Promise<ReadonlySet<string>> {
  return changeMany(session, roles, CLOSE);
}

/** Drops those that nothing holds: no session, no prepared transaction, no object. Returns the oids of the others. */
export async function dropMany(session: Session, roles: readonly RoleState[]): Promise<ReadonlySet<string>> {
  return changeMany(session, roles, DROP);
}

async function changeMany(
  session: Session,
  roles: readonly RoleState[],
  statement: string,
): Promise<ReadonlySet<string>> {
  if (roles.length === 0) return new Set();
  const asked = roles.map(({ oid, name, comment, label }) => {
    const becomes = label === null ? comment : writeLabel({ ...label, ending: true });
    return { oid, name, was: comment, becomes };
  });
  await session.rows("SELECT set_config('curfew.asked', $1, false)", [JSON.stringify(asked)]);
  try {
    await session.run(statement);
  } catch (error) {
    // Refused as a whole, as where the language may not be used: each of them is dropped alone.
    if (!(error instanceof TargetFault) || error.ambiguous) throw error;
    return new Set(roles.map((role) => role.oid));
  }
  const [row] = await session.rows<{ troubled: string }>(
    "SELECT current_setting('curfew.troubled') AS troubled",
  );
  return new Set(JSON.parse(row?.troubled ?? "[]"));
}

const forEach = (change: string) => `
  DO $do$
  DECLARE
    one record;
    troubled jsonb := '[]';
  BEGIN
    -- Whoever holds a lock on one of them holds up the others no longer than this.
    PERFORM set_config('lock_timeout', '100ms', true);
    FOR one IN SELECT * FROM jsonb_to_recordset(current_setting('curfew.asked')::jsonb)
                 AS asked(oid oid, name name, was text, becomes text) LOOP
      BEGIN
        ${change}
      EXCEPTION WHEN OTHERS THEN
        troubled := troubled || to_jsonb(one.oid::text);
      END;
    END LOOP;
    PERFORM set_config('curfew.troubled', troubled::text, false);
  END $do$`;

// ALTER ROLE locks the role's row: what is compared after it cannot change before the commit, and what was given since
// we looked, a newer generation above all, is left alone.
const CLOSE = forEach(`
        EXECUTE format('ALTER ROLE %I NOLOGIN PASSWORD NULL', one.name);
        IF NOT EXISTS (SELECT FROM pg_roles r JOIN pg_shdescription c ON c.objoid = r.oid AND c.classoid = 'pg_authid'::regclass
                        WHERE r.oid = one.oid AND r.rolname = one.name AND c.description = one.was) THEN
          RAISE 'it changed meanwhile';
        END IF;
        EXECUTE format('COMMENT ON ROLE %I IS %L', one.name, one.becomes);`);

const DROP = forEach(`
        IF NOT EXISTS (SELECT FROM pg_roles WHERE oid = one.oid AND rolname = one.name AND NOT rolcanlogin)
           OR EXISTS (SELECT FROM pg_stat_activity WHERE usesysid = one.oid)
           -- DROP ROLE would read through everything it owns before it refused.
           OR EXISTS (SELECT FROM pg_shdepend
                       WHERE refclassid = 'pg_authid'::regclass AND refobjid = one.oid AND deptype = 'o')
           OR EXISTS (SELECT FROM pg_prepared_xacts WHERE owner = one.name) THEN
          RAISE 'something holds it';
        END IF;
        EXECUTE format('DROP ROLE %I', one.name);`);
