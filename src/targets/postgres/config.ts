/** What a PostgreSQL target and an entitlement in it are made of, checked before anything else is done with them. */
import { z } from "zod";
import type { JsonObject } from "../../domain/target-binding.ts";
import { type Issue, TargetFault, type TargetSchema } from "../target.ts";
import { LEFT_ROLE_NAME, ROLE_NAME } from "./role-name.ts";

const MAX_IDENTIFIER_BYTES = 63;

const identifier = z
  .string()
  .min(1)
  .max(MAX_IDENTIFIER_BYTES)
  .refine((name) => Buffer.byteLength(name) <= MAX_IDENTIFIER_BYTES, "at most 63 bytes")
  .refine((name) => !/\p{Cc}/u.test(name), "no control characters");

const port = z.int().min(1).max(65_535);
const host = z
  .string()
  .min(1)
  .max(253)
  .regex(
    /^(\/[^\p{Cc}]*|[A-Za-z0-9._:-]+)$/u,
    "a host name, an address or the absolute folder of a Unix socket",
  );

const configSchema = z.strictObject({
  host: host.describe("host name, address, or the absolute folder of a Unix socket"),
  port: port.default(5432),
  database: identifier.describe("where the management role connects, and holders unless told otherwise"),
  user: identifier.describe("the management role"),
  password: z.string().min(1).max(1024).meta({ writeOnly: true, description: "the management role's" }),
  tls: z
    .enum(["verify-full", "off"])
    .optional()
    .describe("default: verify-full over TCP. `off` only to loopback or private addresses"),
  tlsCa: z.string().max(65_536).optional().describe("PEM certificates to trust instead of the system's"),
  publicHost: host.optional().describe("where holders connect, when it is not `host`"),
  publicPort: port.optional().describe("the port there, when it is not `port`"),
  quarantineRole: identifier
    .default("curfew_quarantine")
    .describe("owns what temporary roles left behind under version 0.1.0; nothing is added to it"),
  connectionLimit: z.int().min(1).max(1000).default(10).describe("concurrent sessions of one holder"),
});

const entitlementSchema = z.strictObject({
  role: identifier
    .refine(
      (name) => !ROLE_NAME.test(name) && !LEFT_ROLE_NAME.test(name),
      "not a role of an ended or temporary grant",
    )
    .describe("existing group role whose privileges the holder gets"),
  database: identifier.optional().describe("where the holder connects, when it is not the target's"),
});

export type PostgresConfig = z.output<typeof configSchema>;
export type PostgresEntitlement = z.output<typeof entitlementSchema>;

export const postgresSchema: TargetSchema = {
  config: jsonSchema(configSchema),
  entitlement: jsonSchema(entitlementSchema),
  secrets: ["password"],
};

export function validatePostgresConfig(config: JsonObject): readonly Issue[] {
  return issuesOf(configSchema.safeParse(config).error);
}

export function validatePostgresEntitlement(entitlement: JsonObject): readonly Issue[] {
  return issuesOf(entitlementSchema.safeParse(entitlement).error);
}

/** Throws a permanent `TargetFault` that names the first fault. */
export function parseConfig(config: JsonObject): PostgresConfig {
  const parsed = configSchema.safeParse(config);
  if (!parsed.success) throw invalid("configuration", issuesOf(parsed.error));
  return parsed.data;
}

/** Throws a permanent `TargetFault` that names the first fault. */
export function parseEntitlement(entitlement: JsonObject): PostgresEntitlement {
  const parsed = entitlementSchema.safeParse(entitlement);
  if (!parsed.success) throw invalid("entitlement", issuesOf(parsed.error));
  return parsed.data;
}

function issuesOf(error: z.ZodError | undefined): readonly Issue[] {
  const issues = error?.issues ?? [];
  return issues.map((issue) => ({
    path: issue.path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join(""),
    message: issue.message,
  }));
}

function invalid(what: string, issues: readonly Issue[]): TargetFault {
  const [first] = issues;
  return new TargetFault(
    "permanent",
    `invalid ${what} at \`${first?.path ?? ""}\`: ${first?.message ?? "unknown"}`,
  );
}

function jsonSchema(schema: z.ZodType): JsonObject {
  return JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io: "input" }))) as JsonObject;
}
