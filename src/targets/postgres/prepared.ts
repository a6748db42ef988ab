/** Prepared transactions outlive their session and keep its locks, the role's own row among them. */
import type { TargetContext } from "../target.ts";
import type { RoleState } from "./role-state.ts";
import type { Session } from "./session.ts";
import { literal, name } from "./sql.ts";

const MAX_PREPARED = 1_000;

/** Rolls back what the role prepared, in every database. Only an owner may do that: we become it for one statement. */
export async function rollBackPrepared(session: Session, role: RoleState, ctx: TargetContext): Promise<void> {
  const prepared = await session.rows<{ gid: string; database: string }>(
    "SELECT gid, database FROM pg_prepared_xacts WHERE owner = $1 LIMIT $2",
    [role.name, MAX_PREPARED],
  );
  for (const { gid, database } of prepared) {
    await ctx.onStep?.("transaction.rollback");
    await session.elsewhere(database, (there) => rollBack(there, role, gid));
  }
}

async function rollBack(session: Session, role: RoleState, gid: string): Promise<void> {
  await session.run(`GRANT ${name(role.name)} TO CURRENT_USER WITH INHERIT TRUE, SET TRUE`);
  try {
    await session.run(`SET ROLE ${name(role.name)}`);
    await session.run(`ROLLBACK PREPARED ${literal(gid)}`);
  } finally {
    await session.run("RESET ROLE");
    await session.run(`REVOKE ${name(role.name)} FROM CURRENT_USER GRANTED BY CURRENT_USER`);
  }
}
