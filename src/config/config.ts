/** The environment, read once and validated: everything Curfew can be told from outside. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";

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
  CURFEW_ALLOW_TARGETS: z.string().max(4_096).default(""),
  CURFEW_DEVICE_FLOW: flag.default(false),
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
  /** Targets allowed beside public addresses: `private`, names, addresses, blocks, socket folders. */
  readonly allowTargets: readonly string[];
  readonly deviceFlow: boolean;
}

export class ConfigError extends Error {
  override readonly name = "ConfigError";
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
    allowTargets: given.CURFEW_ALLOW_TARGETS.split(",")
      .map((one) => one.trim())
      .filter((one) => one !== ""),
    deviceFlow: given.CURFEW_DEVICE_FLOW,
  };
}

/** Beyond loopback a token must never cross the wire in clear: TLS here, or a proxy that is named. */
export function requireSafeListener(config: Config): void {
  if (isLoopback(config.host) || config.tls !== null || config.trustedProxy !== null) return;
  throw new ConfigError(
    `listening on \`${config.host}\` needs TLS: set CURFEW_TLS_CERT_FILE and CURFEW_TLS_KEY_FILE, or CURFEW_TRUSTED_PROXY`,
  );
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
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
