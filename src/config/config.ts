/** The environment, read once and validated: everything Curfew can be told from outside. */
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { resolve } from "node:path";
import { z } from "zod";
import { ConfigError, isLoopback } from "./config-error.ts";
import { type MailConfig, mailVariables, readMail } from "./mail-config.ts";

const port = z.coerce.number().int().min(0).max(65_535);
const flag = z.enum(["true", "false"]).transform((text) => text === "true");

const environment = z.object({
  CURFEW_DATA_DIR: z.string().min(1).max(4_096).default("./.curfew"),
  CURFEW_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  CURFEW_KEY_FILE: z.string().min(1).max(4_096).optional(),
  CURFEW_HOST: z.string().min(1).max(255).default("127.0.0.1"),
  CURFEW_HTTP_PORT: port.default(8080),
  CURFEW_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  CURFEW_TLS_CERT_FILE: z.string().min(1).max(4_096).optional(),
  CURFEW_TLS_KEY_FILE: z.string().min(1).max(4_096).optional(),
  CURFEW_TRUSTED_PROXY: z.string().min(1).max(1_024).optional(),
  CURFEW_MAX_CONNECTIONS: z.coerce.number().int().min(10).max(1_000_000).optional(),
  CURFEW_MAX_CONNECTIONS_PER_ADDRESS: z.coerce.number().int().min(4).max(1_000_000).optional(),
  CURFEW_OUTBOUND_ALLOW: z.string().max(16_384).default(""),
  CURFEW_ALLOW_TARGETS: z.string().max(4_096).default(""),
  CURFEW_DEVICE_FLOW: flag.default(false),
  CURFEW_RESTORED: z.enum(["0", "1"]).default("0"),
  ...mailVariables,
});

/** Of the command line, which may share an environment with the server. */
const OTHERS = ["CURFEW_URL", "CURFEW_CLIENT_ID", "CURFEW_CLIENT_SECRET", "CURFEW_CA_FILE", "CURFEW_DEBUG"];

export const KNOWN_VARIABLES: readonly string[] = [...Object.keys(environment.shape), ...OTHERS];

// What Kubernetes gives every container where a service is called "curfew".
const OF_KUBERNETES = /^CURFEW_(SERVICE_(HOST|PORT.*)|PORT(_\d+_(TCP|UDP).*)?)$/;

/** Names that look like ours and that nobody reads: mostly a slip of the pen. */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(env)
    .filter(
      (name) => name.startsWith("CURFEW_") && !KNOWN_VARIABLES.includes(name) && !OF_KUBERNETES.test(name),
    )
    .sort();
}

export { ConfigError };

export interface Config {
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  readonly keyFile: string | null;
  readonly host: string;
  readonly httpPort: number;
  readonly publicUrl: string | null;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** Addresses of the proxy that ends TLS for us; its forwarded headers are believed. */
  readonly trustedProxy: string | null;
  /** To this server; undefined: as many as the server thinks right. */
  readonly connections: { readonly inAll: number | undefined; readonly perAddress: number | undefined };
  /** What targets may be beside public addresses. */
  readonly outboundAllow: readonly Permit[];
  readonly deviceFlow: boolean;
  /** The database was restored since the last start. */
  readonly restored: boolean;
  /** The operator's mail server; null: nothing is mailed. */
  readonly mail: MailConfig | null;
  /** What the operator should change, a sentence each; nothing of it keeps Curfew from starting. */
  readonly warnings: readonly string[];
}

/** One organisation may connect its targets to a place and a port of it. */
export interface Permit {
  /** Name or id, in small letters; null: every one of them, which only the older variable says. */
  readonly tenant: string | null;
  /** `private`, a host name, `*.suffix`, an address, a block, or the folder of a Unix socket (`/run/*`: those below). */
  readonly place: string;
  /** Null of a socket, and of the older variable: any. */
  readonly port: number | null;
}

/** @throws ConfigError naming every variable at fault and what is wrong with it */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new ConfigError(`the environment is not valid: ${faults.join("; ")}`);
  }
  const given = parsed.data;
  return {
    dataDir: resolve(given.CURFEW_DATA_DIR),
    databaseUrl: given.CURFEW_DATABASE_URL ?? null,
    keyFile: given.CURFEW_KEY_FILE === undefined ? null : resolve(given.CURFEW_KEY_FILE),
    host: given.CURFEW_HOST,
    httpPort: given.CURFEW_HTTP_PORT,
    publicUrl: given.CURFEW_PUBLIC_URL ?? null,
    tls: readTls(given.CURFEW_TLS_CERT_FILE, given.CURFEW_TLS_KEY_FILE),
    trustedProxy: given.CURFEW_TRUSTED_PROXY ?? null,
    connections: {
      inAll: given.CURFEW_MAX_CONNECTIONS,
      perAddress: given.CURFEW_MAX_CONNECTIONS_PER_ADDRESS,
    },
    ...readOutbound(given.CURFEW_OUTBOUND_ALLOW, given.CURFEW_ALLOW_TARGETS),
    deviceFlow: given.CURFEW_DEVICE_FLOW,
    restored: given.CURFEW_RESTORED === "1",
    mail: readMail(given),
  };
}

/** Beyond loopback a token must never cross the wire in clear: TLS here, or a proxy that is named. */
export function requireSafeListener(config: Config): void {
  if (isLoopback(config.host) || config.tls !== null || config.trustedProxy !== null) return;
  throw new ConfigError(
    `listening on \`${config.host}\` needs TLS: set CURFEW_TLS_CERT_FILE and CURFEW_TLS_KEY_FILE, or CURFEW_TRUSTED_PROXY`,
  );
}

/** Both at once are refused: the older one would go on permitting to everybody what the newer one permits to one. */
function readOutbound(given: string, older: string): Pick<Config, "outboundAllow" | "warnings"> {
  const entries = listOf(given);
  const oldEntries = listOf(older);
  if (entries.length > 0 && oldEntries.length > 0) {
    throw new ConfigError(
      "CURFEW_OUTBOUND_ALLOW and CURFEW_ALLOW_TARGETS are both set; move what is left of the second into the first, as tenant=place:port",
    );
  }
  if (oldEntries.length === 0) return { outboundAllow: entries.map(permitIn), warnings: [] };
  const outboundAllow = oldEntries.map((place) => {
    if (!isPlace(place)) throw new ConfigError(`CURFEW_ALLOW_TARGETS: \`${place}\` is no place; ${PLACES}`);
    return { tenant: null, place, port: null };
  });
  const warning =
    "CURFEW_ALLOW_TARGETS permits its places to every organisation, on every port, and goes with the next release; write CURFEW_OUTBOUND_ALLOW=tenant=place:port,... instead";
  return { outboundAllow, warnings: [warning] };
}

const PLACES =
  "a place is private, a host name, *.suffix, an address, a block such as 10.0.0.0/8, or the folder of a Unix socket";

function listOf(text: string): string[] {
  return text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

/** `contoso=10.0.0.5:5432`, `contoso=[fd00::/8]:5432`, `contoso=/run/postgresql`. */
function permitIn(entry: string): Permit {
  const [, tenant = "", where = ""] = /^([A-Za-z0-9-]{1,63})=(.+)$/.exec(entry) ?? [];
  if (where === "")
    throw new ConfigError(
      `CURFEW_OUTBOUND_ALLOW: \`${entry}\` does not say to whom; write tenant=place:port`,
    );
  if (where.startsWith("/")) return { tenant: tenant.toLowerCase(), place: where, port: null };
  const [, bracketed, plain = "", digits = ""] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(where) ?? [];
  const port = Number(digits);
  const place = bracketed ?? plain;
  const isIpv6 = isIP(place.split("/")[0] ?? "") === 6;
  if (!isPlace(place) || (bracketed !== undefined) !== isIpv6 || port < 1 || port > 65_535) {
    throw new ConfigError(
      `CURFEW_OUTBOUND_ALLOW: \`${entry}\` is no place with its port, such as contoso=db.internal:5432 or contoso=[fd00::5]:5432; ${PLACES}, which has no port`,
    );
  }
  return { tenant: tenant.toLowerCase(), place, port };
}

function isPlace(text: string): boolean {
  if (text.startsWith("/") || text === "private") return true;
  const [address = "", prefix, ...more] = text.split("/");
  const family = isIP(address);
  if (family === 0) return /^(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252}[A-Za-z0-9_])?$/.test(text);
  if (prefix === undefined) return true;
  return more.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 6 ? 128 : 32);
}

function readTls(certFile: string | undefined, keyFile: string | undefined): Config["tls"] {
  if (certFile === undefined && keyFile === undefined) return null;
  if (certFile === undefined || keyFile === undefined) {
    throw new ConfigError("CURFEW_TLS_CERT_FILE and CURFEW_TLS_KEY_FILE go together; set both");
  }
  try {
    return { cert: readFileSync(certFile, "utf8"), key: readFileSync(keyFile, "utf8") };
  } catch (cause) {
    throw new ConfigError("the TLS certificate or key file cannot be read", { cause });
  }
}
