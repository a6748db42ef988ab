/** Two database roles: the owner migrates, the application owns nothing and stands under row-level security. */
import pg from "pg";
import type { DataKey } from "./data-key.ts";
import { type ConnectionSettings, singleConnection } from "./database.ts";

export const OWNER = "curfew_owner";
export const APP = "curfew_app";

export interface Roles {
  readonly owner: ConnectionSettings;
  readonly app: ConnectionSettings;
  /** Of the cluster that holds our own records: never a target. Empty where it may not be read. */
  readonly systemIdentifiers: readonly string[];
}

/**
 * Makes the two roles (or sets their derived passwords again) with whatever the given connection may do, and hands
 * the schema to the owner. Safe when two replicas start at once.
 */
export async function bootstrapRoles(admin: ConnectionSettings, key: DataKey): Promise<Roles> {
  const password = (role: string) => key.derive(`database role ${role}`).toString("base64url");
  const client = singleConnection(admin);
  await client.connect();
  let systemIdentifiers: readonly string[] = [];
  try {
    systemIdentifiers = await readSystemIdentifiers(client);
    await client.query("SELECT pg_advisory_lock(hashtextextended('curfew bootstrap', 0))");
    for (const role of [OWNER, APP]) await ensureRole(client, role, password(role));
    const name = pg.escapeIdentifier(admin.database);
    await client.query(`REVOKE CONNECT, TEMPORARY ON DATABASE ${name} FROM PUBLIC`);
    await client.query(`GRANT CONNECT ON DATABASE ${name} TO ${OWNER}, ${APP}`);
    await client.query(`GRANT CREATE ON DATABASE ${name} TO ${OWNER}`);
    await client.query(`GRANT USAGE, CREATE ON SCHEMA public TO ${OWNER}`);
  } finally {
    await client.end();
  }
  return {
    owner: { ...admin, user: OWNER, password: password(OWNER) },
    app: { ...admin, user: APP, password: password(APP) },
    systemIdentifiers,
  };
}

/** Start-up refuses a role that could step around row-level security. */
export async function requireHarmless(app: ConnectionSettings): Promise<void> {
  const client = singleConnection(app);
  await client.connect();
  try {
    const { rows } = await client.query(`
      SELECT rolsuper OR rolbypassrls OR rolcreaterole AS mighty,
        EXISTS (SELECT 1 FROM pg_class WHERE relowner = r.oid) AS owns
      FROM pg_roles r WHERE rolname = current_user`);
    if (rows[0]?.mighty !== false || rows[0]?.owns !== false) {
      throw new Error(
        `the database role ${APP} must own nothing and have no special attribute; take them away`,
      );
    }
  } finally {
    await client.end();
  }
}

async function ensureRole(client: pg.Client, role: string, password: string): Promise<void> {
  const { rowCount } = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [role]);
  const secret = `PASSWORD ${pg.escapeLiteral(password)}`;
  // What a role may not have is said when it is made: naming it again later would take a superuser.
  if (rowCount === 0)
    await client.query(`CREATE ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS ${secret}`);
  else await client.query(`ALTER ROLE ${role} LOGIN ${secret}`);
}

async function readSystemIdentifiers(client: pg.Client): Promise<readonly string[]> {
  try {
    const { rows } = await client.query("SELECT system_identifier::text AS id FROM pg_control_system()");
    return rows.map((row) => String(row.id));
  } catch {
    return [];
  }
}
