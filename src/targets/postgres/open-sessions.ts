/** Who is logged in with a temporary role: since when, from where, with which program; never what is run. */

import type { OpenSession, OpenSessions } from "../../domain/open-session.ts";
import { instant } from "../../domain/time.ts";
import type { TargetContext } from "../target.ts";
import type { PostgresConfig } from "./config.ts";
import type { PostgresHandle } from "./label.ts";
import { conflict, requireOurs } from "./own-role.ts";
import { findRolesOf, type RoleState } from "./role-state.ts";
import { type Session, withSession } from "./session.ts";
import { name } from "./sql.ts";

const MAX_SHOWN = 20;

export async function openSessionsOf(
  handles: readonly PostgresHandle[],
  config: PostgresConfig,
  ctx: TargetContext,
): Promise<readonly OpenSessions[]> {
  return withSession(config, ctx, async (session) => {
    const found = await findRolesOf(session, handles);
    const roles = handles.map((handle) => ownRole(found.get(handle.roleName) ?? [], handle, ctx));
    const busy = roles.flatMap((role) => (role === null || role.sessions === 0 ? [] : [role]));
    const rows = busy.length === 0 ? [] : await lookAt(session, busy);
    return roles.map((role) => toSessions(rows.filter(({ oid }) => oid === role?.oid)));
  });
}

/** Null once it is gone. Whose label another hand took away or doubled is nobody we can speak for. */
function ownRole(
  [role, second]: readonly RoleState[],
  handle: PostgresHandle,
  ctx: TargetContext,
): RoleState | null {
  if (role === undefined) return null;
  if (role.label === null || second !== undefined) throw conflict(role, "its label is gone or doubled");
  requireOurs(role, role.label, handle, ctx);
  return role;
}

interface Row {
  readonly oid: string;
  readonly sinceMs: number;
  readonly from: string | null;
  readonly program: string;
  readonly total: number;
}

/**
 * PostgreSQL shows since when and from where to members of a role only. We may make ourselves one, for we made the role:
 * for one statement, in a transaction that is taken back, so that nobody else ever sees it and nothing is left of it.
 */
function lookAt(session: Session, roles: readonly RoleState[]): Promise<Row[]> {
  return session.undone(async () => {
    const names = roles.map((role) => name(role.name)).join(", ");
    await session.run(`GRANT ${names} TO CURRENT_USER WITH INHERIT TRUE, SET FALSE`);
    return session.rows<Row>(
      `SELECT oid, "sinceMs", "from", program, total
         FROM (SELECT usesysid::text AS oid, (extract(epoch FROM backend_start) * 1000)::float8 AS "sinceMs",
                      host(client_addr) AS "from", application_name AS program,
                      row_number() OVER (PARTITION BY usesysid ORDER BY backend_start, pid)::int AS nth,
                      count(*) OVER (PARTITION BY usesysid)::int AS total
                 FROM pg_stat_activity WHERE usesysid = ANY ($1::oid[]) AND leader_pid IS NULL) s
        WHERE nth <= $2 AND "sinceMs" IS NOT NULL ORDER BY "sinceMs"`,
      [roles.map(({ oid }) => oid), MAX_SHOWN],
    );
  });
}

function toSessions(rows: readonly Row[]): OpenSessions {
  return { sessions: rows.map(toSession), more: (rows[0]?.total ?? 0) - rows.length };
}

function toSession({ sinceMs, from, program }: Row): OpenSession {
  return {
    since: instant(Math.floor(sinceMs)),
    from: from ?? "the machine that PostgreSQL runs on",
    program: program === "" ? null : program,
  };
}
