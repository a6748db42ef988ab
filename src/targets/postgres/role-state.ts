/** What the catalogs say about our temporary roles, in one statement and so in one snapshot. */

import type { Instant } from "../../domain/time.ts";
import { type Label, type PostgresHandle, readLabel } from "./label.ts";
import { ROLE_NAME_PATTERN } from "./role-name.ts";
import type { Session } from "./session.ts";
import { ceilInstant } from "./sql.ts";

export interface RoleState {
  readonly oid: string;
  readonly name: string;
  /** Null: not labelled, or not by us. */
  readonly label: Label | null;
  /** The comment that the label stands in, as it is. */
  readonly comment: string | null;
  readonly canLogin: boolean;
  /** Sessions it may have at once; below zero: any number. */
  readonly connectionLimit: number;
  /** Null: it has no end. Rounded up to the millisecond. */
  readonly validUntil: Instant | null;
  /** Its end has passed by the target's own clock: no password gets in. */
  readonly over: boolean;
  /** It has attributes we never give, such as SUPERUSER. */
  readonly raised: boolean;
  /** Whether we may alter and drop it. */
  readonly managed: boolean;
  /** The roles it is a member of. */
  readonly memberships: readonly Membership[];
  /** Who was made a member of it, ourselves apart. */
  readonly heldBy: readonly string[];
  readonly sessions: number;
}

export interface Membership {
  readonly role: string;
  readonly givenBy: string;
  /** Given by the management role. */
  readonly ours: boolean;
  readonly admin: boolean;
  readonly inherit: boolean;
  readonly set: boolean;
}

const MAX_OF_ONE_LABEL = 4;

/** The role of a handle: under its name, or else under any other that carries its label, for roles can be renamed. */
export async function findRoles(session: Session, handle: PostgresHandle): Promise<readonly RoleState[]> {
  return (await findRolesOf(session, [handle])).get(handle.roleName) ?? [];
}

/** The same for many, by the names that their handles say. */
export async function findRolesOf(
  session: Session,
  handles: readonly PostgresHandle[],
): Promise<ReadonlyMap<string, readonly RoleState[]>> {
  const names = handles.map((handle) => handle.roleName);
  const named = await session.rows<Row>(`${SELECT_ROLES} WHERE r.rolname = ANY ($1)`, [names]);
  const found = new Map<string, RoleState[]>(named.map((row) => [row.name, [toState(row)]]));
  const missing = names.filter((name) => !found.has(name));
  if (missing.length === 0) return found;
  const labelled = await session.rows<Row>(
    `${SELECT_ROLES} WHERE c.description LIKE '{"curfew":%'
        AND substring(c.description FROM '"roleName":"([^"]*)"') = ANY ($1) LIMIT $2`,
    [missing, MAX_OF_ONE_LABEL * missing.length],
  );
  for (const role of labelled.map(toState)) {
    const name = role.label?.handle.roleName;
    if (name !== undefined) found.set(name, [...(found.get(name) ?? []), role]);
  }
  return found;
}

export async function findRoleByOid(session: Session, oid: string): Promise<RoleState | null> {
  const [row] = await session.rows<Row>(`${SELECT_ROLES} WHERE r.oid = $1::oid`, [oid]);
  return row === undefined ? null : toState(row);
}

/** At most `limit` roles that have a name or a label of ours, in order of their names. */
export async function listRoles(session: Session, limit: number): Promise<readonly RoleState[]> {
  const rows = await session.rows<Row>(
    `${SELECT_ROLES} WHERE r.rolname ~ $1 OR c.description LIKE '{"curfew":%' ORDER BY r.rolname LIMIT $2`,
    [ROLE_NAME_PATTERN, limit],
  );
  return rows.map(toState);
}

/** Whether the membership is there as `grant` gives it: usable at once, and for nothing else. */
export function hasEntitlement(role: RoleState, entitledRole: string): boolean {
  return role.memberships.some((held) => held.role === entitledRole && isAsGiven(held));
}

export function isAsGiven(membership: Membership): boolean {
  return membership.ours && membership.inherit && !membership.admin && !membership.set;
}

const SELECT_ROLES = `
  WITH active AS MATERIALIZED (SELECT usesysid, count(*)::int AS sessions FROM pg_stat_activity GROUP BY usesysid)
  SELECT r.oid::text AS oid, r.rolname AS name, c.description AS comment, r.rolcanlogin AS "canLogin", r.rolconnlimit AS "connectionLimit",
         (extract(epoch FROM r.rolvaliduntil) * 1000)::float8 AS "validUntilMs",
         coalesce(r.rolvaliduntil <= clock_timestamp(), false) AS over,
         r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls AS raised,
         pg_has_role(r.oid, 'MEMBER WITH ADMIN OPTION') AS managed,
         coalesce((SELECT json_agg(json_build_object(
                            'role', g.rolname, 'givenBy', coalesce(by.rolname, ''), 'ours', by.rolname = session_user,
                            'admin', m.admin_option, 'inherit', m.inherit_option, 'set', m.set_option) ORDER BY g.rolname)
                     FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
                     LEFT JOIN pg_roles by ON by.oid = m.grantor
                    WHERE m.member = r.oid), '[]') AS memberships,
         coalesce((SELECT json_agg(DISTINCT h.rolname)
                     FROM pg_auth_members m JOIN pg_roles h ON h.oid = m.member
                    WHERE m.roleid = r.oid AND h.rolname <> session_user), '[]') AS "heldBy",
         coalesce(a.sessions, 0) AS sessions
    FROM pg_roles r
    LEFT JOIN pg_shdescription c ON c.objoid = r.oid AND c.classoid = 'pg_authid'::regclass
    LEFT JOIN active a ON a.usesysid = r.oid`;

interface Row extends Omit<RoleState, "label" | "validUntil"> {
  readonly validUntilMs: number | null;
}

function toState({ validUntilMs, ...row }: Row): RoleState {
  return { ...row, label: readLabel(row.comment), validUntil: ceilInstant(validUntilMs) };
}
