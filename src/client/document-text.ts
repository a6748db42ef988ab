/** A configuration document as the text that `curfew apply` reads: what an export writes, and what a form shows to be copied. */
import { revealed } from "./plain-text.ts";

export interface WrittenDocument {
  readonly apiVersion?: string;
  readonly kind: string;
  /** Left out, it is the tenant of whoever applies it. */
  readonly tenant?: string;
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Ids are left out: they never change, and in another installation each object gets one of its own. */
export function documentText({
  apiVersion = "curfew/v1",
  kind,
  tenant,
  name,
  spec,
}: WrittenDocument): string {
  // Made by Curfew, for each installation.
  const { clientId, ...rest } = spec;
  const written = {
    apiVersion,
    kind,
    ...(kind === "Tenant" || tenant === undefined ? {} : { tenant }),
    name,
    spec: kind === "ServicePrincipal" || clientId === undefined ? rest : { ...rest, clientId },
  };
  return `${linesOf(written, "").join("\n")}\n`;
}

// As long as the command line takes one.
const MOST_OF_A_NAME = 128;
const SECRETS = ["password", "totpSecret", "clientSecret"];

/**
 * The spec as a file says it: a secret that was typed stands there by reference, never as itself, under a name that
 * nobody takes for another one's.
 */
export function withSecretsByReference({ name, spec }: Pick<WrittenDocument, "name" | "spec">) {
  const refer = (member: string, given: unknown): unknown =>
    typeof given === "object" && given !== null && "value" in given
      ? { fromEnv: environmentName(name, member) }
      : given;
  const entries = Object.entries(spec).map(([member, given]): [string, unknown] => {
    if (SECRETS.includes(member)) return [member, refer(member, given)];
    if (member !== "secrets" || typeof given !== "object" || given === null) return [member, given];
    return [
      member,
      Object.fromEntries(Object.entries(given).map(([secret, one]) => [secret, refer(secret, one)])),
    ];
  });
  return Object.fromEntries(entries);
}

/** "orders-database", "password": `ORDERS_DATABASE_PASSWORD`. */
export function environmentName(name: string, member: string): string {
  const snake = `${name}_${member.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_")}`.toUpperCase();
  const plain = snake.replaceAll(/[^A-Z0-9]+/g, "_");
  return (/^[A-Z]/.test(plain) ? plain : `CURFEW_${plain}`).slice(-MOST_OF_A_NAME).replace(/^[^A-Z]+/, "");
}

function linesOf(value: object, indent: string): string[] {
  if (Array.isArray(value)) return value.flatMap((one: unknown) => underDash(one, indent));
  return Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .flatMap(([key, one]) => underKey(scalar(key), one, indent));
}

function underKey(key: string, value: unknown, indent: string): string[] {
  if (isEmpty(value)) return [`${indent}${key}: ${Array.isArray(value) ? "[]" : "{}"}`];
  if (typeof value === "object" && value !== null)
    return [`${indent}${key}:`, ...linesOf(value, `${indent}  `)];
  return withText(`${indent}${key}:`, value, `${indent}  `);
}

/** The first line of what stands in a list begins where its dash does. */
function underDash(value: unknown, indent: string): string[] {
  if (typeof value !== "object" || value === null || isEmpty(value)) {
    const text = isEmpty(value) ? (Array.isArray(value) ? "[]" : "{}") : null;
    return text === null ? withText(`${indent}-`, value, `${indent}  `) : [`${indent}- ${text}`];
  }
  const inner = `${indent}  `;
  const [first = "", ...more] = linesOf(value, inner);
  return [`${indent}- ${first.slice(inner.length)}`, ...more];
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** Several lines, such as a certificate, stand as they are. */
function withText(before: string, value: unknown, indent: string): string[] {
  if (typeof value !== "string" || !isBlock(value)) return [`${before} ${scalar(value)}`];
  const lines = value.replace(/\n$/, "").split("\n");
  return [
    `${before} ${value.endsWith("\n") ? "|" : "|-"}`,
    ...lines.map((line) => (line === "" ? "" : `${indent}${line}`)),
  ];
}

function isBlock(text: string): boolean {
  const lines = text.replace(/\n$/, "").split("\n");
  return lines.length > 1 && lines[0] !== "" && lines.at(-1) !== "" && lines.every(isBlockLine);
}

function isBlockLine(line: string): boolean {
  return line === "" || (/^\S/.test(line) && /^[\x20-\x7e]*$/.test(line));
}

// Nothing that any reader of YAML takes for a number, a date, a truth, a comment or the beginning of something else.
const PLAIN = /^[\p{L}/_](?:[\p{L}\p{N} ./@+()'_-]|:(?=[^\s]))*$/u;
const WORDS = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

function scalar(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value) ?? "null";
  const isPlain = PLAIN.test(value) && !/\s$/.test(value) && !WORDS.test(value) && revealed(value) === value;
  // JSON's texts are YAML's; what nobody sees is written out.
  return isPlain ? value : revealed(JSON.stringify(value));
}
