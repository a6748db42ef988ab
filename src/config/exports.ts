/** Where the operator has the events of every tenant sent to: the variables CURFEW_EXPORT_*. */
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { resolve } from "node:path";
import { z } from "zod";
import { ConfigError } from "./config-error.ts";

const file = z.string().min(1).max(4_096).optional();
/** Curfew's own form, or the Open Cybersecurity Schema Framework's. */
const format = z.enum(["curfew", "ocsf"]).default("curfew");

/** IANA's number for examples (RFC 5612). */
const EXAMPLE_ENTERPRISE = 32_473;
const SYSLOG_PORT = 6_514;
const MIB = 1_048_576;
const MOST_HEADER_FILE_CHARS = 16_384;

export const exportVariables = {
  CURFEW_EXPORT_JSON_LINES: file,
  CURFEW_EXPORT_JSON_LINES_MIB: z.coerce.number().int().min(1).max(1_048_576).default(256),
  CURFEW_EXPORT_JSON_LINES_FORMAT: format,
  CURFEW_EXPORT_SYSLOG: z.string().min(1).max(300).optional(),
  CURFEW_EXPORT_SYSLOG_CA_FILE: file,
  CURFEW_EXPORT_SYSLOG_CERT_FILE: file,
  CURFEW_EXPORT_SYSLOG_KEY_FILE: file,
  CURFEW_EXPORT_SYSLOG_FORMAT: format,
  CURFEW_EXPORT_SYSLOG_ENTERPRISE: z.coerce.number().int().min(1).max(4_294_967_295).optional(),
  CURFEW_EXPORT_SYSLOG_BYTES: z.coerce.number().int().min(8_192).max(MIB).default(8_192),
  CURFEW_EXPORT_OTLP: z
    .url({ protocol: /^https?$/ })
    .max(2_048)
    .optional(),
  CURFEW_EXPORT_OTLP_CA_FILE: file,
  CURFEW_EXPORT_OTLP_HEADERS_FILE: file,
  CURFEW_EXPORT_OTLP_FORMAT: format,
};

type Given = z.output<z.ZodObject<typeof exportVariables>>;
type Format = z.output<typeof format>;

export interface ExportsConfig {
  readonly jsonLines: { readonly path: string; readonly mostBytes: number; readonly format: Format } | null;
  readonly syslog: {
    readonly host: string;
    readonly port: number;
    /** PEM. */
    readonly ca: string | null;
    readonly client: { readonly cert: string; readonly key: string } | null;
    readonly format: Format;
    readonly enterprise: number;
    readonly mostBytes: number;
    /** Whom the messages are from. */
    readonly hostname: string;
  } | null;
  readonly otlp: {
    readonly url: string;
    readonly ca: string | null;
    readonly headers: Readonly<Record<string, string>>;
    readonly format: Format;
  } | null;
}

/** @throws ConfigError for a variable at fault, with what is wrong with it */
export function readExports(
  given: Given,
  publicUrl: string | null,
): { exports: ExportsConfig; warnings: string[] } {
  const { CURFEW_EXPORT_SYSLOG_ENTERPRISE: enterprise } = given;
  const syslog = readSyslog(given, publicUrl);
  const warnings =
    syslog === null || (enterprise !== undefined && enterprise !== EXAMPLE_ENTERPRISE)
      ? []
      : [
          `syslog messages bear the enterprise number ${EXAMPLE_ENTERPRISE}, which IANA keeps for examples; set CURFEW_EXPORT_SYSLOG_ENTERPRISE to your organisation's`,
        ];
  return { exports: { jsonLines: readJsonLines(given), syslog, otlp: readOtlp(given) }, warnings };
}

function readJsonLines(given: Given): ExportsConfig["jsonLines"] {
  const { CURFEW_EXPORT_JSON_LINES: path } = given;
  return path === undefined
    ? null
    : {
        path: resolve(path),
        mostBytes: given.CURFEW_EXPORT_JSON_LINES_MIB * MIB,
        format: given.CURFEW_EXPORT_JSON_LINES_FORMAT,
      };
}

function readSyslog(given: Given, publicUrl: string | null): ExportsConfig["syslog"] {
  const { CURFEW_EXPORT_SYSLOG: where } = given;
  if (where === undefined) return null;
  const [, bracketed, plain, digits] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9_.-]{1,253}))(?::(\d{1,5}))?$/.exec(where) ?? [];
  const [host, port] = [bracketed ?? plain, Number(digits ?? SYSLOG_PORT)];
  if (host === undefined || port < 1 || port > 65_535)
    throw new ConfigError(
      `CURFEW_EXPORT_SYSLOG: \`${where}\` is no host with its port, such as collector.internal:6514 or [fd00::5]:6514`,
    );
  const cert = read("CURFEW_EXPORT_SYSLOG_CERT_FILE", given.CURFEW_EXPORT_SYSLOG_CERT_FILE);
  const key = read("CURFEW_EXPORT_SYSLOG_KEY_FILE", given.CURFEW_EXPORT_SYSLOG_KEY_FILE);
  if ((cert === null) !== (key === null))
    throw new ConfigError(
      "CURFEW_EXPORT_SYSLOG_CERT_FILE and CURFEW_EXPORT_SYSLOG_KEY_FILE go together; set both",
    );
  return {
    ...{ host, port },
    ca: read("CURFEW_EXPORT_SYSLOG_CA_FILE", given.CURFEW_EXPORT_SYSLOG_CA_FILE),
    client: cert === null || key === null ? null : { cert, key },
    format: given.CURFEW_EXPORT_SYSLOG_FORMAT,
    enterprise: given.CURFEW_EXPORT_SYSLOG_ENTERPRISE ?? EXAMPLE_ENTERPRISE,
    mostBytes: given.CURFEW_EXPORT_SYSLOG_BYTES,
    hostname: publicUrl === null ? hostname() : new URL(publicUrl).hostname,
  };
}

function readOtlp(given: Given): ExportsConfig["otlp"] {
  const { CURFEW_EXPORT_OTLP: url } = given;
  if (url === undefined) return null;
  const { username, password, hash } = new URL(url);
  if (username !== "" || password !== "" || hash !== "")
    throw new ConfigError(
      "CURFEW_EXPORT_OTLP: an address holds no user, no password and no fragment; put keys into CURFEW_EXPORT_OTLP_HEADERS_FILE",
    );
  return {
    url,
    ca: read("CURFEW_EXPORT_OTLP_CA_FILE", given.CURFEW_EXPORT_OTLP_CA_FILE),
    headers: readHeaders(
      read("CURFEW_EXPORT_OTLP_HEADERS_FILE", given.CURFEW_EXPORT_OTLP_HEADERS_FILE) ?? "",
    ),
    format: given.CURFEW_EXPORT_OTLP_FORMAT,
  };
}

/** `name: value`, one a line; a line that begins with # is left out. What stands in one is a secret, and never said. */
function readHeaders(text: string): Readonly<Record<string, string>> {
  const lines = text.slice(0, MOST_HEADER_FILE_CHARS).split(/\r?\n/);
  const headers = lines.flatMap((line, at) => {
    if (line.trim() === "" || line.startsWith("#")) return [];
    const [, name, value] =
      /^([A-Za-z0-9-]{1,128}):[ \t]*([\x21-\x7e](?:[\t\x20-\x7e]{0,8190}[\x21-\x7e])?)[ \t]*$/.exec(line) ??
      [];
    if (name === undefined || value === undefined)
      throw new ConfigError(
        `CURFEW_EXPORT_OTLP_HEADERS_FILE: line ${at + 1} is no header, such as \`authorization: Bearer ...\``,
      );
    return [[name.toLowerCase(), value] as const];
  });
  return Object.fromEntries(headers);
}

function read(variable: string, path: string | undefined): string | null {
  if (path === undefined) return null;
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new ConfigError(`${variable}: the file cannot be read`, { cause });
  }
}
