/** What is left of a temporary role after its removal was tried. */
import type { Residual } from "../target.ts";
import type { RoleState } from "./role-state.ts";
import { findRoleByOid } from "./role-state.ts";
import type { Session } from "./session.ts";

const MAX_LISTED = 50;

/** Empty when nothing is left. `troubles`: what went wrong on the way, told when the role is still there. */
export async function findResidual(
  session: Session,
  before: RoleState,
  troubles: readonly string[],
): Promise<readonly Residual[]> {
  const role = await findRoleByOid(session, before.oid);
  const sessions = await countSessions(session, before);
  const left: Residual[] = [];
  if (sessions > 0) left.push(found("session", `${sessions} open sessions of \`${before.name}\``));
  if (role === null) return left;
  if (role.canLogin) left.push(found("login", `\`${role.name}\` can still log in`));
  for (const held of role.memberships) {
    left.push(found("membership", `\`${role.name}\` is a member of \`${held.role}\``, held.givenBy));
  }
  for (const holder of role.heldBy)
    left.push(found("membership", `\`${holder}\` is a member of \`${role.name}\``));
  left.push(...(await findDependents(session, role)), ...(await findPrepared(session, role)));
  const why = troubles.length === 0 ? "" : `: ${troubles.join("; ")}`;
  return [...left, found("role", `\`${role.name}\` is still there${why}`)];
}

async function countSessions(session: Session, role: RoleState): Promise<number> {
  const [row] = await session.rows<{ sessions: number }>(
    "SELECT count(*)::int AS sessions FROM pg_stat_activity WHERE usesysid = $1::oid",
    [role.oid],
  );
  return row?.sessions ?? 0;
}

interface Dependent {
  readonly owned: boolean;
  readonly database: string;
  readonly objects: number;
  /** Only those of the database we are connected to have names here. */
  readonly names: string | null;
}

async function findDependents(session: Session, role: RoleState): Promise<readonly Residual[]> {
  const rows = await session.rows<Dependent>(
    `SELECT d.deptype = 'o' AS owned, coalesce(b.datname, 'the whole cluster') AS database, count(*)::int AS objects,
            string_agg(pg_describe_object(d.classid, d.objid, d.objsubid), ', ')
              FILTER (WHERE d.dbid = 0 OR b.datname = current_database()) AS names
       FROM (SELECT * FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = $1::oid
               AND classid <> 'pg_auth_members'::regclass LIMIT $2) d
       LEFT JOIN pg_database b ON b.oid = d.dbid
      GROUP BY 1, 2 ORDER BY 1, 2`,
    [role.oid, MAX_LISTED],
  );
  return rows.map(({ owned, database, objects, names }) => {
    const what = owned ? "owns" : "has privileges on";
    const which = names === null ? `${objects} objects` : names;
    return found(owned ? "object" : "privilege", `\`${role.name}\` ${what} ${which} in \`${database}\``);
  });
}

async function findPrepared(session: Session, role: RoleState): Promise<readonly Residual[]> {
  const rows = await session.rows<{ gid: string; database: string }>(
    "SELECT gid, database FROM pg_prepared_xacts WHERE owner = $1 LIMIT $2",
    [role.name, MAX_LISTED],
  );
  return rows.map(({ gid, database }) =>
    found("transaction", `\`${role.name}\` left the prepared transaction \`${gid}\` in \`${database}\``),
  );
}

function found(kind: Residual["kind"], detail: string, givenBy: string | null = null): Residual {
  return { kind, detail, givenBy };
}
