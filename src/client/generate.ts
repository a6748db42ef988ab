/** Writes the client's types and its tables of operations and settings; `--check` says whether they are still true. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const DESCRIPTION = join(HERE, "../../openapi.json");
const NOTE = "// Generated from openapi.json by generate.ts: change the routes, not this file.";

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
}

interface Content {
  readonly required?: boolean;
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema: Schema }[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

export interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly "x-role-settings": readonly object[];
}

interface Words {
  /** Types that have a name, by their text. */
  readonly named: ReadonlyMap<string, string>;
  /** In what is sent, an absent member may also be undefined. */
  readonly absent: "" | " | undefined";
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** Each generated file by its name beside this one, formatted as the house formats. */
export function generate(description: Description): Record<string, string> {
  const routes = Object.entries(description.paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        operation,
      })),
    )
    .sort((a, b) => (a.operation.operationId < b.operation.operationId ? -1 : 1));
  return {
    "api-types.d.ts": format("api-types.d.ts", typesOf(routes)),
    "operations.ts": format("operations.ts", tableOf(routes)),
    "settings.ts": format("settings.ts", settingsTable(description["x-role-settings"])),
  };
}

function typesOf(routes: readonly Route[]): string {
  // What a `read` answers has a name; the same thing inside another answer is called by it.
  const named = new Map<string, string>();
  const bare: Words = { named: new Map(), absent: "" };
  const declared: string[] = [];
  for (const { operation } of routes.filter((route) => route.operation.operationId.startsWith("read"))) {
    const name = operation.operationId.slice("read".length);
    const text = typeOf(answerOf(operation), bare);
    named.set(text, name);
    declared.push(`export type ${name} = ${text};`);
  }
  const members = routes.map(({ operation }) => {
    const answer = typeOf(answerOf(operation), { named, absent: "" });
    return `${operation.operationId}: { input: ${inputOf(operation, { named, absent: " | undefined" })}; answer: ${answer} };`;
  });
  return `${NOTE}\n${declared.join("\n\n")}\n\nexport interface Operations {\n${members.join("\n")}\n}\n`;
}

function tableOf(routes: readonly Route[]): string {
  const lines = routes.map(({ method, path, operation }) => {
    const keyed = operation.parameters?.some(({ name }) => name === "idempotency-key") === true;
    const more = keyed ? ", keyed: true" : "";
    return `${operation.operationId}: { method: "${method}", path: "${path}"${more} },`;
  });
  return `/** Where each operation of the API is; \`keyed\`: under one idempotency key it is done once. */\n${NOTE}\nexport const OPERATIONS = {\n${lines.join("\n")}\n} as const;\n`;
}

function settingsTable(rows: readonly object[]): string {
  const text = rows.map((row) => `${JSON.stringify(row)},`).join("\n");
  return `/** Every setting of a role, as documents name it and as people are told of it. */\n${NOTE}\nexport const SETTINGS = [\n${text}\n] as const;\n\nexport type Unit = (typeof SETTINGS)[number]["unit"];\n`;
}

function inputOf({ parameters = [], requestBody }: Operation, words: Words): string {
  const group = (place: string, key: string) => {
    const found = parameters.filter((one) => one.in === place);
    const members = found.map((one) => member(one.name, one.schema, one.required === true, words));
    const optional = found.every((one) => !one.required);
    return found.length === 0 ? [] : [`${key}${optional ? "?" : ""}: { ${members.join(" ")} };`];
  };
  const schema = requestBody?.content?.["application/json"]?.schema;
  const body =
    schema === undefined ? [] : [`body${requestBody?.required ? "" : "?"}: ${typeOf(schema, words)};`];
  const all = [...group("path", "path"), ...group("query", "query"), ...group("header", "headers"), ...body];
  return all.length === 0 ? "Record<string, never>" : `{ ${all.join(" ")} }`;
}

function answerOf({ responses }: Operation): Schema {
  const [found] = Object.entries(responses).filter(([status]) => status.startsWith("2"));
  return found?.[1].content?.["application/json"]?.schema ?? {};
}

function typeOf(schema: Schema, words: Words): string {
  const text = bareTypeOf(schema, words);
  return words.named.get(bareTypeOf(schema, { named: new Map(), absent: "" })) ?? text;
}

function bareTypeOf(schema: Schema, words: Words): string {
  const either = schema.anyOf ?? schema.oneOf;
  if (either !== undefined) return `(${either.map((one) => typeOf(one, words)).join(" | ")})`;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return `(${schema.enum.map((one) => JSON.stringify(one)).join(" | ")})`;
  const { type } = schema;
  if (typeof type === "object")
    return `(${type.map((one) => typeOf({ ...schema, type: one }, words)).join(" | ")})`;
  switch (type) {
    case "string":
    case "boolean":
    case "null":
      return type;
    case "integer":
    case "number":
      return "number";
    case "array":
      return `(${typeOf(schema.items ?? {}, words)})[]`;
    case "object":
      return objectOf(schema, words);
    default:
      return "unknown";
  }
}

function objectOf(schema: Schema, words: Words): string {
  const { properties = {}, required = [], additionalProperties: rest } = schema;
  const members = Object.entries(properties).map(([name, one]) =>
    member(name, one, required.includes(name), words),
  );
  if (typeof rest === "object") members.push("[name: string]: unknown;");
  return members.length === 0 ? "Record<string, unknown>" : `{ ${members.join(" ")} }`;
}

function member(name: string, schema: Schema, required: boolean, words: Words): string {
  const type = typeOf(schema, words);
  return required ? `"${name}": ${type};` : `"${name}"?: ${type}${words.absent};`;
}

function format(name: string, text: string): string {
  const biome = createRequire(import.meta.url).resolve("@biomejs/biome/bin/biome");
  const args = [biome, "check", "--write", `--stdin-file-path=src/client/${name}`];
  const formatted = execFileSync(process.execPath, args, {
    input: text,
    encoding: "utf8",
    cwd: join(HERE, "../.."),
    stdio: ["pipe", "pipe", "ignore"],
  });
  return `${formatted.trimEnd()}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = generate(JSON.parse(readFileSync(DESCRIPTION, "utf8")));
  for (const [name, text] of Object.entries(wanted)) {
    const file = join(HERE, name);
    if (!process.argv.includes("--check")) writeFileSync(file, text);
    else if (readFileSync(file, "utf8") !== text) {
      process.stderr.write(
        `src/client/${name} is not what openapi.json says; run \`node src/client/generate.ts\`\n`,
      );
      process.exitCode = 1;
    }
  }
}
