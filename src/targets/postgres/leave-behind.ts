/** Takes what a temporary role leaves behind, in every database, and gives it to the quarantine role. */
import { type TargetContext, TargetFault } from "../target.ts";
import type { PostgresConfig } from "./config.ts";
import { rollBackPrepared } from "./prepared.ts";
import type { RoleState } from "./role-state.ts";
import type { Session } from "./session.ts";
import { name } from "./sql.ts";

const LOCK_TIMEOUT_MS = 5_000;
const MAX_DATABASES = 100;
const MAX_ROUTINES = 10_000;

/** Returns what went wrong, a sentence a database. The role must be closed and without sessions. */
export async function leaveBehind(
  session: Session,
  role: RoleState,
  config: PostgresConfig,
  ctx: TargetContext,
): Promise<readonly string[]> {
  await rollBackPrepared(session, role, ctx);
  const troubles: string[] = [];
  for (const database of await findDatabases(session, role)) {
    try {
      await session.elsewhere(database, (there) => leaveDatabase(there, role, config, ctx));
    } catch (error) {
      if (!(error instanceof TargetFault)) throw error;
      troubles.push(`in \`${database}\`: ${error.message}`);
    }
  }
  return troubles;
}

/** Every database in which it owns something or has a privilege. */
async function findDatabases(session: Session, role: RoleState): Promise<readonly string[]> {
  const rows = await session.rows<{ database: string }>(
    `SELECT coalesce(b.datname, current_database()) AS database
       FROM pg_shdepend d LEFT JOIN pg_database b ON b.oid = d.dbid
      WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = $1::oid
        AND d.classid <> 'pg_auth_members'::regclass
      GROUP BY 1 ORDER BY 1 LIMIT $2`,
    [role.oid, MAX_DATABASES],
  );
  return rows.map((row) => row.database);
}

async function leaveDatabase(
  session: Session,
  role: RoleState,
  config: PostgresConfig,
  ctx: TargetContext,
): Promise<void> {
  await ctx.onStep?.("objects.reassign");
  await session.transaction(async () => {
    await session.run(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
    // Both are needed: we must have the privileges of whoever loses the objects, and of whoever gets them.
    await session.run(`GRANT ${name(role.name)} TO CURRENT_USER WITH INHERIT TRUE, SET FALSE`);
    await disarm(session, role);
    await session.run(`REASSIGN OWNED BY ${name(role.name)} TO ${name(config.quarantineRole)}`);
    await session.run(`DROP OWNED BY ${name(role.name)}`);
    await session.run(`REVOKE ${name(role.name)} FROM CURRENT_USER GRANTED BY CURRENT_USER`);
  });
}

/**
 * What runs with its owner's rights would run with those of the quarantine role, which owns what others left:
 * it runs with the caller's from now on.
 */
async function disarm(session: Session, role: RoleState): Promise<void> {
  const rows = await session.rows<{ statement: string }>(
    `SELECT format('ALTER ROUTINE %s SECURITY INVOKER', p.oid::regprocedure) AS statement
       FROM pg_proc p WHERE p.proowner = $1::oid AND p.prosecdef
      UNION ALL
     SELECT format('ALTER VIEW %s SET (security_invoker = true)', c.oid::regclass)
       FROM pg_class c WHERE c.relowner = $1::oid AND c.relkind = 'v' LIMIT $2`,
    [role.oid, MAX_ROUTINES],
  );
  for (const { statement } of rows) await session.run(statement);
}
