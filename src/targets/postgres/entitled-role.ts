/** Whether a group role can be given for a while: it exists, we may give it, and it cannot undo its own end. */
import type { PostgresConfig, PostgresEntitlement } from "./config.ts";
import { findHindrances } from "./hindrances.ts";
import { LEFT_ROLE_NAME_PATTERN } from "./role-name.ts";
import type { Session } from "./session.ts";

export interface EntitledRole {
  readonly exists: boolean;
  readonly grantable: boolean;
  /** Roles whose privileges it has and with which a holder could undo the end, or reach what others left. */
  readonly powers: readonly string[];
  /** It owns objects, or may give roles: what its holders give on outlives them. */
  readonly givesOn: boolean;
}

// They reach the server's files or processes, and with them every role's password and every end.
const POWERFUL = [
  "pg_execute_server_program",
  "pg_write_server_files",
  "pg_read_server_files",
  "pg_signal_backend",
];

export async function readEntitledRole(
  session: Session,
  config: PostgresConfig,
  { role }: Pick<PostgresEntitlement, "role">,
): Promise<EntitledRole> {
  const [row] = await session.rows<EntitledRole>(
    `SELECT true AS "exists", pg_has_role(g.oid, 'MEMBER WITH ADMIN OPTION') AS grantable,
            ARRAY(SELECT p.rolname::text FROM pg_roles p
                   WHERE pg_has_role(g.oid, p.oid, 'USAGE')
                     AND (p.rolsuper OR p.rolcreaterole OR p.rolreplication OR p.rolname = ANY ($2) OR p.rolname = $3 OR p.rolname ~ $4)
                   ORDER BY p.rolname) AS powers,
            EXISTS (SELECT FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = g.oid AND deptype = 'o')
              OR EXISTS (SELECT FROM pg_auth_members WHERE member = g.oid AND admin_option) AS "givesOn"
       FROM pg_roles g WHERE g.rolname = $1`,
    [role, POWERFUL, config.quarantineRole, LEFT_ROLE_NAME_PATTERN],
  );
  return row ?? { exists: false, grantable: false, powers: [], givesOn: false };
}

/** Sentences about why it cannot be given, or would let nobody in; empty when it can. */
export async function findRefusals(
  session: Session,
  config: PostgresConfig,
  { role, database }: PostgresEntitlement,
): Promise<readonly string[]> {
  const entitled = await readEntitledRole(session, config, { role });
  const [hindrances = []] = await findHindrances(session, [{ role, database: database ?? config.database }]);
  return [...(entitled.exists ? refusalsOf(role, entitled) : []), ...hindrances];
}

function refusalsOf(name: string, role: EntitledRole): readonly string[] {
  const refusals: string[] = [];
  if (!role.grantable) refusals.push(`the management role lacks ADMIN on role \`${name}\``);
  if (role.powers.length > 0) {
    const powers = role.powers.map((power) => `\`${power}\``).join(", ");
    refusals.push(`role \`${name}\` has the power of ${powers}, with which a holder could undo the end`);
  }
  return refusals;
}
