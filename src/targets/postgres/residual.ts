/** What is left of a temporary role after its removal was tried. */
import type { Residual } from "../target.ts";
import { LEFT_ROLE_NAME } from "./role-name.ts";
import type { RoleState } from "./role-state.ts";
import { findRoleByOid } from "./role-state.ts";
import type { Session } from "./session.ts";

const MAX_LISTED = 20;

/** Empty when nothing is left. `troubles`: what went wrong on the way, told when the role is still there. */
export async function findResidual(
  session: Session,
  before: RoleState,
  troubles: readonly string[],
): Promise<readonly Residual[]> {
  const role = await findRoleByOid(session, before.oid);
  if (role === null || isLeftOwner(role)) return findSessions(session, before);
  const why = troubles.length === 0 ? "" : `: ${troubles.join("; ")}`;
  return [...(await findHeld(session, role)), found("role", `\`${role.name}\` is still there${why}`)];
}

/** Everything that a role has or that somebody has of it, beyond owning what was made under it. */
export async function findHeld(session: Session, role: RoleState): Promise<readonly Residual[]> {
  const left = [...(await findSessions(session, role))];
  if (role.canLogin) left.push(found("login", `\`${role.name}\` can still log in`));
  if (role.raised) left.push(found("attribute", `\`${role.name}\` has attributes such as SUPERUSER`));
  for (const held of role.memberships) {
    left.push(found("membership", `\`${role.name}\` is a member of \`${held.role}\``, held.givenBy));
  }
  for (const holder of role.heldBy)
    left.push(found("membership", `\`${holder}\` is a member of \`${role.name}\``));
  left.push(...(await findPrivileges(session, role)), ...(await findPrepared(session, role)));
  return left;
}

/** It was kept, as the owner of what was made under it. */
function isLeftOwner({ name, label }: RoleState): boolean {
  return label === null && LEFT_ROLE_NAME.test(name);
}

export async function ownsAnything(session: Session, { oid }: RoleState): Promise<boolean> {
  const [row] = await session.rows<{ owns: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = $1::oid
                       AND deptype = 'o') AS owns`,
    [oid],
  );
  return row?.owns ?? true;
}

async function findSessions(session: Session, role: RoleState): Promise<readonly Residual[]> {
  const [row] = await session.rows<{ sessions: number }>(
    "SELECT count(*)::int AS sessions FROM pg_stat_activity WHERE usesysid = $1::oid",
    [role.oid],
  );
  const sessions = row?.sessions ?? 0;
  return sessions === 0 ? [] : [found("session", `${sessions} open sessions of \`${role.name}\``)];
}

interface Privileged {
  readonly database: string;
  readonly objects: number;
  /** Only those of the database we are connected to have names here. */
  readonly names: readonly string[] | null;
}

async function findPrivileges(session: Session, role: RoleState): Promise<readonly Residual[]> {
  const rows = await session.rows<Privileged>(
    `SELECT coalesce(b.datname, 'the whole cluster') AS database, count(*)::int AS objects,
            (array_agg(pg_describe_object(d.classid, d.objid, d.objsubid))
               FILTER (WHERE d.dbid = 0 OR b.datname = current_database()))[:$2] AS names
       FROM pg_shdepend d LEFT JOIN pg_database b ON b.oid = d.dbid
      WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = $1::oid AND d.deptype <> 'o'
        AND d.classid <> 'pg_auth_members'::regclass
      GROUP BY 1 ORDER BY 1`,
    [role.oid, MAX_LISTED],
  );
  return rows.map(({ database, objects, names }) => {
    const more = objects - (names?.length ?? 0);
    const which =
      names === null ? `${objects} objects` : `${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
    return found("privilege", `\`${role.name}\` has privileges on ${which} in \`${database}\``);
  });
}

async function findPrepared(session: Session, role: RoleState): Promise<readonly Residual[]> {
  const rows = await session.rows<{ gid: string; database: string }>(
    "SELECT gid, database FROM pg_prepared_xacts WHERE owner = $1 ORDER BY prepared LIMIT $2",
    [role.name, MAX_LISTED],
  );
  return rows.map(({ gid, database }) =>
    found("transaction", `\`${role.name}\` left the prepared transaction \`${gid}\` in \`${database}\``),
  );
}

function found(kind: Residual["kind"], detail: string, givenBy: string | null = null): Residual {
  return { kind, detail, givenBy };
}
