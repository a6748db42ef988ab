/** What the server is told at every start, and the proof, asked of itself, that it obeys. */
import { singleConnection } from "../database.ts";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import { PORT } from "./socket-dir.ts";

const LIMIT_MS = 10_000;

/** Nobody overrides these, in a file or in code: on the command line they win. */
const FIXED: Readonly<Record<string, string>> = {
  fsync: "on",
  full_page_writes: "on",
  listen_addresses: "",
  password_encryption: "scram-sha-256",
  port: String(PORT),
  log_destination: "stderr",
  logging_collector: "off",
  lc_messages: "C",
  log_min_messages: "warning",
  // A failed statement is not repeated in the log: it may hold a secret.
  log_min_error_statement: "panic",
};
const DECIDED_ELSEWHERE = [
  "unix_socket_directories",
  "unix_socket_permissions",
  "data_directory",
  "hba_file",
  "config_file",
];

export interface ServerSettings {
  readonly socketDir: string;
  readonly reachableByLocalUsers: boolean;
  readonly extra: Readonly<Record<string, string>>;
}

export function settingsArguments({ socketDir, reachableByLocalUsers, extra }: ServerSettings): string[] {
  for (const name of Object.keys(extra)) {
    if (/^[a-z_][a-z0-9_.]*$/.test(name) && !(name in FIXED) && !DECIDED_ELSEWHERE.includes(name)) continue;
    throw new EmbeddedPostgresError(
      "setting-reserved",
      `the setting \`${name}\` cannot be chosen: leave it out`,
    );
  }
  const settings = {
    log_checkpoints: "off",
    ...extra,
    ...FIXED,
    unix_socket_directories: `"${socketDir.replaceAll('"', '""')}"`,
    unix_socket_permissions: reachableByLocalUsers ? "0777" : "0700",
  };
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

interface Posture {
  readonly data_directory: string;
  readonly fsync: string;
  readonly full_page_writes: string;
  readonly listen_addresses: string;
  readonly lax_rules: number;
}

const ASK_POSTURE = `
  select current_setting('data_directory') as data_directory, current_setting('fsync') as fsync,
    current_setting('full_page_writes') as full_page_writes, current_setting('listen_addresses') as listen_addresses,
    (select count(*)::int from pg_hba_file_rules
      where auth_method is null or auth_method not in ('scram-sha-256', 'reject')) as lax_rules`;

/** @throws EmbeddedPostgresError `server-unsafe` when the server that answers is not the one we want. */
export async function refuseUnsafeServer(
  socketDir: string,
  clusterDir: string,
  superuser: { user: string; password: string },
): Promise<void> {
  const settings = { host: socketDir, port: PORT, database: "postgres", ...superuser };
  const client = singleConnection(settings, { answerMs: LIMIT_MS });
  try {
    await client.connect();
    const { rows } = await client.query<Posture>(ASK_POSTURE);
    const fault = findFault(rows[0], clusterDir);
    if (fault !== null) throw new EmbeddedPostgresError("server-unsafe", fault);
  } finally {
    await client.end().catch(() => {});
  }
}

function findFault(posture: Posture | undefined, clusterDir: string): string | null {
  if (posture?.data_directory !== clusterDir) return "another PostgreSQL answers on our socket: stop it";
  if (posture.fsync !== "on" || posture.full_page_writes !== "on") {
    return "PostgreSQL runs without fsync or full_page_writes: what it confirms could be lost; remove what turns them off";
  }
  if (posture.listen_addresses !== "") return "PostgreSQL listens on the network: it must not";
  if (posture.lax_rules > 0) {
    return `\`${clusterDir}/pg_hba.conf\` has a rule other than scram-sha-256 or reject: expired roles could enter; remove it`;
  }
  return null;
}
