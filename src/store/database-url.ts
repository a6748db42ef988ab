/** `CURFEW_DATABASE_URL`: a libpq connection URI, of which host, port, user, password, database and sslmode are understood. */
import { readFileSync } from "node:fs";
import type { ConnectionSettings } from "./database.ts";

const DEFAULT_DATABASE = "curfew";
const DEFAULT_PORT = 5432;
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/**
 * `sslmode` is `disable`, `require` (encrypted, whoever answers) or `verify-full`; to another machine the default is
 * `verify-full`, with the system's certificates or those of `sslrootcert`.
 *
 * @throws for a mode that would be weaker than it sounds
 */
export function parseDatabaseUrl(text: string): ConnectionSettings {
  const url = new URL(text);
  const socket = url.searchParams.get("host");
  const local = socket?.startsWith("/") || LOOPBACK.includes(url.hostname);
  return {
    host: socket ?? url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port || url.searchParams.get("port") || DEFAULT_PORT),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: url.pathname.slice(1) || DEFAULT_DATABASE,
    ...tlsOf(
      url.searchParams.get("sslmode") ?? (local ? "disable" : "verify-full"),
      url.searchParams.get("sslrootcert"),
    ),
  };
}

function tlsOf(mode: string, caFile: string | null): Pick<ConnectionSettings, "ssl"> {
  const ca = caFile === null ? {} : { ca: readFileSync(caFile, "utf8") };
  switch (mode) {
    case "disable":
      return {};
    case "require":
      return { ssl: { ...ca, rejectUnauthorized: false } };
    case "verify-full":
      return { ssl: { ...ca, rejectUnauthorized: true } };
    default:
      throw new Error(
        `sslmode \`${mode}\` in CURFEW_DATABASE_URL is not supported; use disable, require or verify-full`,
      );
  }
}
