/** The SQL with which a database's owner prepares it to be a target. */
import { literal, name } from "./sql.ts";

export interface ManagementRole {
  readonly managementRole: string;
  /** Group roles that may be given for a while; they must exist. */
  readonly grantedRoles: readonly string[];
}

/**
 * To be run by a superuser in the database the management role connects to, as often as one likes. It sets no
 * password: do that with `\password` in psql, so that none stands in a log.
 */
export function managementRoleSql(roles: ManagementRole): string {
  const management = name(roles.managementRole);
  return [
    createUnlessThere(roles.managementRole),
    `ALTER ROLE ${management} LOGIN CREATEROLE NOSUPERUSER NOCREATEDB NOREPLICATION NOBYPASSRLS;`,
    "-- It may give these roles to others, and not use them itself.",
    ...roles.grantedRoles.map(
      (role) => `GRANT ${name(role)} TO ${management} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;`,
    ),
    "-- To cut sessions.",
    `GRANT pg_signal_backend TO ${management} WITH ADMIN FALSE, INHERIT TRUE, SET FALSE;`,
    "-- To see whether pg_hba.conf would let an expired role in, and whether this cluster is Curfew's own.",
    `GRANT SELECT ON pg_catalog.pg_hba_file_rules TO ${management};`,
    `GRANT EXECUTE ON FUNCTION pg_catalog.pg_hba_file_rules() TO ${management};`,
    `GRANT EXECUTE ON FUNCTION pg_catalog.pg_control_system() TO ${management};`,
    "",
  ].join("\n");
}

function createUnlessThere(role: string): string {
  const there = `SELECT FROM pg_catalog.pg_roles WHERE rolname = ${literal(role)}`;
  return `DO $do$ BEGIN IF NOT EXISTS (${there}) THEN CREATE ROLE ${name(role)} NOLOGIN; END IF; END $do$;`;
}
