/**
 * The way into the database: the installation's key proves itself before anything is changed, then two roles are made. The
 * owner migrates; the application owns nothing and stands under row-level security.
 */
import { randomUUID } from "node:crypto";
import pg from "pg";
import { type DataKey, makeKeys, readKeys } from "./data-key.ts";
import { type ConnectionSettings, openConnection, singleConnection } from "./database.ts";
import { createKeyring, passwordOf, type UnboundKeyring } from "./keyring.ts";

export const OWNER = "curfew_owner";
export const APP = "curfew_app";

const MINIMUM_MAJOR = 15;

export interface Roles {
  readonly owner: ConnectionSettings;
  readonly app: ConnectionSettings;
  /** Of the cluster that holds our own records: never a target. Empty where it may not be read. */
  readonly systemIdentifiers: readonly string[];
  readonly key: UnboundKeyring;
}

// Another process may be migrating: it is waited for, as its migration would be.
const MOST_MEETINGS = 20;
const WAITING = { statementMs: 0, answerMs: 3_600_000 };

/**
 * Lets a key in `keyFile` prove itself the current one, makes the two roles (or sets their derived passwords again) with whatever the
 * given connection may do, hands the schema to the owner, and runs `migrate`, which keeps the key's proof in the end. A key is made for a new installation only.
 * Processes that start at once take turns.
 *
 * @throws before anything is changed when the key is missing or is another's
 */
export async function enterDatabase(
  admin: ConnectionSettings,
  keyFile: string,
  migrate: (roles: Roles, keepProof: () => Promise<void>) => Promise<void>,
): Promise<Roles> {
  const client = singleConnection(admin, WAITING);
  await client.connect();
  try {
    const { rows } = await client.query("SELECT current_setting('server_version') AS version");
    refuseOld((rows[0] as { readonly version: string }).version);
    const systemIdentifiers = await readSystemIdentifiers(client);
    await client.query("SELECT pg_advisory_lock(hashtextextended('curfew bootstrap', 0))");
    const { keys, current, known, keep } = await provenKey(client, admin, keyFile);
    const key = createKeyring({ file: keyFile, keys, current });
    for (const role of [OWNER, APP]) await ensureRole(client, role, passwordOf(current, role));
    const name = pg.escapeIdentifier(admin.database);
    await changeCatalogue(client, `REVOKE CONNECT, TEMPORARY ON DATABASE ${name} FROM PUBLIC`);
    await changeCatalogue(client, `GRANT CONNECT ON DATABASE ${name} TO ${OWNER}, ${APP}`);
    await changeCatalogue(client, `GRANT CREATE ON DATABASE ${name} TO ${OWNER}`);
    await changeCatalogue(client, `GRANT USAGE, CREATE ON SCHEMA public TO ${OWNER}`);
    const roles = {
      owner: { ...admin, user: OWNER, password: key.passwords(OWNER) },
      app: { ...admin, user: APP, password: key.passwords(APP) },
      systemIdentifiers,
      key,
    };
    await migrate(roles, async () => {
      if (!known) await keepProof(roles, keep ? proofOf(current) : null, admin.user);
    });
    return roles;
  } finally {
    await client.end();
  }
}

interface ProvenKey {
  /** All in the file; while it is rotated, the current one is one of two. */
  readonly keys: readonly DataKey[];
  readonly current: DataKey;
  readonly known: boolean;
  readonly keep: boolean;
}

/**
 * The keys; `known` where this user has asked the database for its proof, and `keep` where the database is to keep one: what
 * came up under an earlier version has none yet.
 */
async function provenKey(client: pg.Client, admin: ConnectionSettings, keyFile: string): Promise<ProvenKey> {
  const { rows } = await client.query(`SELECT to_regclass('public.instance') IS NOT NULL AS installed,
    coalesce(has_function_privilege(to_regprocedure('public.installation_proven(bytea)'), 'EXECUTE'), false) AS proves,
    EXISTS (SELECT FROM pg_roles WHERE rolname = '${OWNER}') AS roles`);
  const { installed, proves, roles } = rows[0] as Readonly<Record<"installed" | "proves" | "roles", boolean>>;
  const found = readKeys(keyFile);
  if (found.length === 0 && installed)
    throw new Error(
      `there is no key file \`${keyFile}\`, and this database is sealed with one; put it back from your backup, or name it with CURFEW_KEY_FILE`,
    );
  if (found.length === 0 && roles) throw anothersRoles();
  const keys = found.length === 0 ? makeKeys(keyFile) : found;
  const [only] = keys;
  if (only === undefined) throw new Error(`the key file \`${keyFile}\` went away as it was made`);
  if (proves) {
    const proven = await provenBy(client, keys);
    if (proven === "none") throw wrongKey(keyFile);
    if (proven !== null) return { keys, current: proven, known: true, keep: false };
  }
  if (!roles) return { keys, current: only, known: false, keep: true };
  // Without a proof the password says it, which was derived from the key that was there last.
  for (const key of keys) {
    const asOwner = { ...admin, user: OWNER, password: passwordOf(key, OWNER) };
    if (!(await opens(asOwner))) continue;
    // Whoever starts it for the first time may not ask for the proof: the owner may.
    const proven = installed ? await askedAs(asOwner, keys) : null;
    if (proven === "none") throw wrongKey(keyFile);
    if (proven !== null) return { keys, current: proven, known: false, keep: false };
    // Where PostgreSQL asks for no password, none proves anything.
    const keep = !(await opens({ ...asOwner, password: randomUUID() }));
    return { keys, current: key, known: false, keep };
  }
  throw installed ? wrongKey(keyFile) : anothersRoles();
}

/** Which of them is the current one; null where no proof is kept. */
async function provenBy(client: pg.Client, keys: readonly DataKey[]): Promise<DataKey | "none" | null> {
  for (const key of keys) {
    const { rows } = await client.query("SELECT installation_proven($1) AS by", [proofOf(key)]);
    const by: boolean | null = rows[0]?.by ?? null;
    if (by === null) return null;
    if (by) return key;
  }
  return "none";
}

/** @throws where migrations would only break off in the middle, at what an older server does not know */
export function refuseOld(version: string): void {
  if (Number.parseInt(version, 10) >= MINIMUM_MAJOR) return;
  throw new Error(
    `the database needs PostgreSQL ${MINIMUM_MAJOR} or newer, and this is \`${version}\`: upgrade it, or leave CURFEW_DATABASE_URL out for the one that comes with Curfew`,
  );
}

function anothersRoles(): Error {
  return new Error(
    `the roles ${OWNER} and ${APP} of this PostgreSQL belong to another installation, and one cluster holds one; take a cluster of its own, or drop them if that installation is gone`,
  );
}

function wrongKey(keyFile: string): Error {
  return new Error(
    `the key in \`${keyFile}\` is not the one that this database is sealed with; nothing was changed. Put the right one there, or name it with CURFEW_KEY_FILE. After a rotation it is the newer one; a backup from before it needs the older`,
  );
}

function proofOf({ proof }: DataKey): Buffer {
  return Buffer.from(proof, "hex");
}

async function opens(settings: ConnectionSettings): Promise<boolean> {
  const client = singleConnection(settings);
  try {
    await client.connect();
    return true;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "28P01" || code === "28000") return false;
    // The password was right: what this database lets the role do is another question.
    if (code === "42501" || code === "3D000") return true;
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
}

/** The same, asked by somebody who may. */
async function askedAs(
  owner: ConnectionSettings,
  keys: readonly DataKey[],
): Promise<DataKey | "none" | null> {
  const client = singleConnection(owner);
  await client.connect();
  try {
    const { rows } = await client.query(
      "SELECT to_regprocedure('public.installation_proven(bytea)') IS NOT NULL AS proves",
    );
    return rows[0]?.proves === true ? await provenBy(client, keys) : null;
  } finally {
    await client.end();
  }
}

/** For every start from now on by this user. */
async function keepProof({ owner }: Roles, proof: Buffer | null, admin: string): Promise<void> {
  const client = await openConnection(owner);
  try {
    if (proof !== null)
      await client.query("INSERT INTO installation_key (proof) VALUES ($1) ON CONFLICT DO NOTHING", [proof]);
    await client.query(
      `GRANT EXECUTE ON FUNCTION installation_proven(bytea) TO ${pg.escapeIdentifier(admin)}`,
    );
  } finally {
    await client.end();
  }
}

/** Start-up refuses a role that could step around row-level security. */
export async function requireHarmless(app: ConnectionSettings): Promise<void> {
  const client = await openConnection(app);
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
  else await changeCatalogue(client, `ALTER ROLE ${role} LOGIN ${secret}`);
}

/**
 * Changes a role, a database or a schema. PostgreSQL lets two such changes of one object meet, and fails the later one
 * (`tuple concurrently updated`) instead of making it on top of the other: it is made again here. The other may be a rotation
 * of the key in another process, or somebody at a prompt.
 */
export async function changeCatalogue(client: pg.ClientBase, statement: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await client.query(statement);
      return;
    } catch (error) {
      const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
      const met = code === "XX000" && /^tuple concurrently (updated|deleted)$/.test(String(message));
      if (!met || tries === MOST_MEETINGS) throw error;
    }
  }
}

async function readSystemIdentifiers(client: pg.Client): Promise<readonly string[]> {
  try {
    const { rows } = await client.query("SELECT system_identifier::text AS id FROM pg_control_system()");
    return rows.map((row) => String(row.id));
  } catch {
    return [];
  }
}
