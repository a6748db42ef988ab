/** What the management role has, needs, and should not have. */
import type { Session } from "./session.ts";

export interface Privileges {
  readonly excess: readonly string[];
  readonly missing: readonly string[];
}

export async function readPrivileges(session: Session): Promise<Privileges> {
  const attributes = await readAttributes(session);
  const memberships = await readMemberships(session);
  const usable = memberships.filter((held) => held.inherit || held.set).map((held) => held.role);
  const missing = [
    attributes.createRole ? null : "CREATEROLE",
    memberships.some((held) => held.role === SIGNALS && held.inherit) ? null : `membership of \`${SIGNALS}\``,
  ];
  const excess = [
    attributes.superuser ? "SUPERUSER" : null,
    attributes.createDatabase ? "CREATEDB" : null,
    attributes.replication ? "REPLICATION" : null,
    attributes.bypassesRls ? "BYPASSRLS" : null,
    ...usable.filter((role) => role !== SIGNALS).map((role) => `INHERIT or SET on \`${role}\``),
    memberships.some((held) => held.role === SIGNALS && held.admin) ? `ADMIN on \`${SIGNALS}\`` : null,
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
}

async function readAttributes(session: Session): Promise<Attributes> {
  const [row] = await session.rows<Attributes>(
    `SELECT r.rolsuper AS superuser, r.rolcreaterole AS "createRole", r.rolcreatedb AS "createDatabase",
            r.rolreplication AS replication, r.rolbypassrls AS "bypassesRls"
       FROM pg_roles r WHERE r.rolname = session_user`,
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

function present(sentences: readonly (string | null)[]): readonly string[] {
  return sentences.filter((sentence) => sentence !== null);
}
