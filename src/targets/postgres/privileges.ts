/** What the management role has, needs, and should not have. */
import type { PostgresConfig } from "./config.ts";
import type { Session } from "./session.ts";

export interface Privileges {
  readonly excess: readonly string[];
  readonly missing: readonly string[];
}

export async function readPrivileges(session: Session, config: PostgresConfig): Promise<Privileges> {
  const attributes = await readAttributes(session, config);
  const memberships = await readMemberships(session);
  const quarantine = `role \`${config.quarantineRole}\``;
  const usable = memberships.filter((held) => held.inherit || held.set).map((held) => held.role);
  const needed = new Set([SIGNALS, config.quarantineRole]);
  const missing = [
    attributes.createRole ? null : "CREATEROLE",
    memberships.some((held) => held.role === SIGNALS && held.inherit) ? null : `membership of \`${SIGNALS}\``,
    attributes.quarantineExists ? null : `${quarantine}, which is to own what temporary roles leave behind`,
    !attributes.quarantineExists || isUsable(memberships, config.quarantineRole)
      ? null
      : `membership of ${quarantine} with INHERIT and SET`,
  ];
  const excess = [
    attributes.superuser ? "SUPERUSER" : null,
    attributes.createDatabase ? "CREATEDB" : null,
    attributes.replication ? "REPLICATION" : null,
    attributes.bypassesRls ? "BYPASSRLS" : null,
    ...usable.filter((role) => !needed.has(role)).map((role) => `INHERIT or SET on \`${role}\``),
    ...memberships
      .filter((held) => held.admin && needed.has(held.role))
      .map((held) => `ADMIN on \`${held.role}\``),
    attributes.quarantineLogin ? `LOGIN of ${quarantine}` : null,
    attributes.quarantineMember ? `memberships of ${quarantine} in other roles` : null,
  ];
  return { excess: present(excess), missing: present(missing) };
}

const SIGNALS = "pg_signal_backend";

interface Attributes {
  readonly superuser: boolean;
  readonly createRole: boolean;
  readonly createDatabase: boolean;
  readonly replication: boolean;
  readonly bypassesRls: boolean;
  readonly quarantineExists: boolean;
  readonly quarantineLogin: boolean;
  readonly quarantineMember: boolean;
}

async function readAttributes(session: Session, config: PostgresConfig): Promise<Attributes> {
  const [row] = await session.rows<Attributes>(
    `SELECT r.rolsuper AS superuser, r.rolcreaterole AS "createRole", r.rolcreatedb AS "createDatabase",
            r.rolreplication AS replication, r.rolbypassrls AS "bypassesRls",
            q.oid IS NOT NULL AS "quarantineExists", coalesce(q.rolcanlogin, false) AS "quarantineLogin",
            EXISTS (SELECT FROM pg_auth_members m WHERE m.member = q.oid) AS "quarantineMember"
       FROM pg_roles r LEFT JOIN pg_roles q ON q.rolname = $1
      WHERE r.rolname = session_user`,
    [config.quarantineRole],
  );
  if (row === undefined) throw new Error("the session's own role is not in pg_roles");
  return row;
}

interface Held {
  readonly role: string;
  readonly admin: boolean;
  readonly inherit: boolean;
  readonly set: boolean;
}

async function readMemberships(session: Session): Promise<readonly Held[]> {
  return session.rows<Held>(
    `SELECT g.rolname AS role, bool_or(m.admin_option) AS admin, bool_or(m.inherit_option) AS inherit,
            bool_or(m.set_option) AS set
       FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
      WHERE m.member = session_user::regrole GROUP BY g.rolname ORDER BY g.rolname`,
  );
}

function isUsable(memberships: readonly Held[], role: string): boolean {
  return memberships.some((held) => held.role === role && held.inherit && held.set);
}

function present(sentences: readonly (string | null)[]): readonly string[] {
  return sentences.filter((sentence) => sentence !== null);
}
