/** docs/configuration-reference.md: every field of every document and the value of every setting, from what the program reads. */
import { type Application, DEFAULT_JIT_POLICY } from "../../src/domain/application.ts";
import { type RoleSettings, SETTING_NAMES, settingsFrom, wordOf } from "../../src/domain/role-settings.ts";
import type { JsonObject } from "../../src/domain/target-binding.ts";
import { BUILT_IN_TIERS } from "../../src/policy/tiers.ts";
import { configurationSchema, type KnownSchemas } from "../../src/use-cases/apply/configuration-schema.ts";
import { overrideFields, overrideWords } from "../../src/use-cases/apply/settings-override.ts";
import type { Tx } from "../../src/use-cases/ports.ts";

/** A JSON Schema, as far as the page looks into one. */
interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

const HEAD = "| Field | Value | Without it | Meaning |\n|---|---|---|---|";
const SETTING_WORDS: readonly string[] = SETTING_NAMES.map(wordOf);

export async function configurationReference(known: KnownSchemas): Promise<string> {
  const documents = configurationSchema(known).oneOf as unknown as readonly Schema[];
  return `# Fields of configuration files

<!-- Written by \`npm run golden\` from what the program reads; a test compares them. -->

This page lists every field that [configuration as code](configuration.md) knows. [\`configuration.schema.json\`](configuration.schema.json) says the same to editors.

Every document has \`kind\` and \`name\`, and may have \`apiVersion\` (\`curfew/v1\`), \`tenant\` (left out: your own) and \`id\`. The fields below are those of its \`spec\`. A *reference* is a name or an id of another object; a *scope* is a path or the name of an application; a *secret* is \`{fromEnv: NAME}\` or \`{fromFile: PATH}\`.

${documents.map(documentSection).join("\n\n")}

${await settingsSection()}
`;
}

function documentSection({ title, properties }: Schema): string {
  const spec = properties?.spec ?? {};
  const kinds = spec.oneOf ?? [spec];
  const tables = kinds.map((one) => {
    const of = one.title === undefined ? "" : `With \`kind: ${one.title}\`:\n\n`;
    return `${of}${HEAD}\n${rowsOf(one).join("\n")}`;
  });
  const settings = SETTING_WORDS.every((word) => spec.properties?.[word] !== undefined)
    ? "\n\nAnd every [setting](#settings)."
    : "";
  return `## ${title}\n\n${tables.join("\n\n")}${settings}`;
}

function rowsOf(schema: Schema, path = ""): string[] {
  const isSettings = path === "" && SETTING_WORDS.every((word) => schema.properties?.[word] !== undefined);
  return Object.entries(schema.properties ?? {})
    .filter(([name]) => !(isSettings && SETTING_WORDS.includes(name)))
    .flatMap(([name, field]) => {
      const required = schema.required?.includes(name) ?? false;
      const without = required ? "**required**" : field.default === undefined ? "" : code(field.default);
      const row = [`\`${path}${name}\``, wordsOf(field), without, meaningOf(field)].join(" | ");
      return [`| ${row} |`, ...within(field, `${path}${name}`)];
    });
}

/** What stands inside a field: an object's members, those of each object of a list, those of each choice. */
function within(field: Schema, path: string): string[] {
  if (isSecret(field)) return [];
  const choices = (field.anyOf ?? field.oneOf ?? []).filter((one) => one.properties !== undefined);
  return [
    ...rowsOf(field, `${path}.`),
    ...rowsOf(field.items ?? {}, `${path}[].`),
    ...choices.flatMap((one) => rowsOf(one, `${path}.`)),
  ];
}

function wordsOf(field: Schema): string {
  if (isSecret(field)) return "secret";
  if (field.title === "reference" || field.title === "scope") return field.title;
  const choices = field.anyOf ?? field.oneOf;
  if (choices !== undefined) return [...new Set(choices.map(wordsOf))].join(" or ");
  if (field.const !== undefined) return code(field.const);
  if (field.enum !== undefined) return field.enum.map(code).join(", ");
  if (field.type === "array") return `list of ${plural(wordsOf(field.items ?? {}))}`;
  if (field.type === "boolean") return "yes or no (`true`, `false`)";
  if (field.type === "integer" && (field.maximum ?? Infinity) < Number.MAX_SAFE_INTEGER)
    return `${field.minimum} to ${field.maximum}`;
  if (field.format === "duration") return "duration";
  if (field.format === "date-time") return "instant";
  return { string: "text", integer: "number", object: "fields", null: "`null`" }[field.type ?? ""] ?? "any";
}

function plural(value: string): string {
  return ["reference", "scope"].includes(value) ? `${value}s` : value;
}

function meaningOf({ description = "" }: Schema): string {
  return description.replaceAll("|", "\\|");
}

function isSecret({ oneOf }: Schema): boolean {
  return oneOf?.some(({ properties }) => properties?.fromEnv !== undefined) ?? false;
}

async function settingsSection(): Promise<string> {
  // Nobody is named by what is built in, so that nothing has to be looked up.
  const nobody = {} as Tx;
  const ofApplication = settingsFrom((row) =>
    row.ofApplication(DEFAULT_JIT_POLICY, { owners: [] } as unknown as Application),
  );
  const { standard, critical, low } = BUILT_IN_TIERS as Readonly<Record<string, RoleSettings>>;
  const columns: Record<string, unknown>[] = [];
  for (const settings of [standard, critical, low, ofApplication])
    columns.push(await overrideWords(nobody, settings ?? ofApplication));
  const rows = SETTING_WORDS.map((word) => {
    const { description = "" } = overrideFields[word as keyof typeof overrideFields];
    const [first, ...others] = columns.map((column) => code(column[word]));
    const values = [first, ...others.map((value) => (value === first ? "as `standard`" : value))];
    return `| \`${word}\` | ${values.join(" | ")} | ${description.replaceAll("|", "\\|")} |`;
  });
  return `## Settings

RoleSettings and tiers say any of these; what they leave open is filled from below: the RoleSettings nearest to the scope, then the tier that they name, else the first of the tenant's tiers whose \`rolesPermitting\` matches something the role permits, else \`standard\`. So \`critical\` and \`low\` hold where RoleSettings name them (\`tier: critical\`), or a Tier of that name has \`rolesPermitting\`. The last column but one is what holds at an application whose \`jit\` says nothing; it inherits no tier.

| Setting | \`standard\` | \`critical\` | \`low\` | an application | Meaning |
|---|---|---|---|---|---|
${rows.join("\n")}`;
}

/** As one writes it in a document, on one line. */
function code(value: unknown): string {
  return `\`${flow(value)}\``;
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value as JsonObject).map(([name, one]) => `${name}: ${flow(one)}`);
    return `{${members.join(", ")}}`;
  }
  return value === "" ? '""' : String(value);
}
