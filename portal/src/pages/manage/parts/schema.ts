/** What a JSON Schema of plain members asks for, and what was typed into its fields. */
import { memberLabel, targets } from "../../../words/administration.ts";

export type Schema = Readonly<Record<string, unknown>>;
/** As it is typed, by member: a number as its digits, anything deeper as JSON. */
export type Typed = Readonly<Record<string, string | boolean | undefined>>;

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly help: string | undefined;
  readonly type: "text" | "number" | "boolean" | "json";
  readonly isRequired: boolean;
  readonly isSecret: boolean;
  readonly choices: readonly string[] | null;
  /** What holds while nothing is typed. */
  readonly byDefault: string | undefined;
  readonly maxLength: number;
  /** More than fits on a line. */
  readonly isLong: boolean;
}

const MOST = 65_536;
const MOST_ON_A_LINE = 2_000;

export function fieldsOf(schema: Schema, secrets: readonly string[]): readonly Field[] {
  const members = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
  const demanded = (schema.required ?? []) as readonly string[];
  return members.map(([name, member]) => {
    const isBoolean = member.type === "boolean";
    return {
      name,
      label: typeof member.title === "string" ? member.title : memberLabel(name),
      help: typeof member.description === "string" ? helpOf(member.description) : undefined,
      type: typeOf(member.type),
      isRequired: demanded.includes(name) && !("default" in member) && !isBoolean,
      isSecret: secrets.includes(name),
      choices: Array.isArray(member.enum) ? member.enum.map(String) : null,
      byDefault: "default" in member ? String(member.default) : undefined,
      maxLength: typeof member.maxLength === "number" ? member.maxLength : MOST,
      isLong: member.format !== "uri" && !(Number(member.maxLength) <= MOST_ON_A_LINE),
    };
  });
}

/** Schemas say it in lower case, for editors; under a field it is a sentence. */
function helpOf(description: string): string {
  const first = description.charAt(0).toUpperCase() + description.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

function typeOf(type: unknown): Field["type"] {
  if (type === "string") return "text";
  if (type === "integer" || type === "number") return "number";
  return type === "boolean" ? "boolean" : "json";
}

export function typedOf(fields: readonly Field[], value: Readonly<Record<string, unknown>>): Typed {
  return Object.fromEntries(
    fields.flatMap(({ name, type }): [string, string | boolean][] => {
      const given = value[name];
      if (given === undefined) return [];
      if (type === "boolean") return [[name, given === true]];
      return [[name, type === "json" ? JSON.stringify(given, null, 2) : String(given)]];
    }),
  );
}

/** What was typed, as the document has it: what is empty is left out, so that the default holds. */
export function readFrom(fields: readonly Field[], typed: Typed): Record<string, unknown> {
  return Object.fromEntries(
    fields.flatMap((field): [string, unknown][] => {
      const given = typed[field.name];
      if (given === undefined || given === "") return [];
      return [[field.name, typeof given === "boolean" ? given : readAs(field, given)]];
    }),
  );
}

function readAs({ type, choices }: Field, text: string): unknown {
  if (type === "number") return isNumber(text) ? Number(text) : text;
  if (type !== "json" || choices !== null) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What is no number or no JSON where one is meant; whatever else must be is the server's to say. */
export function unreadable({ type, choices }: Field, text: string | boolean | undefined): string | null {
  if (typeof text !== "string" || text === "" || choices !== null) return null;
  if (type === "number") return isNumber(text) ? null : targets.notNumber;
  if (type !== "json") return null;
  try {
    JSON.parse(text);
    return null;
  } catch {
    return targets.notJson;
  }
}

function isNumber(text: string): boolean {
  return text.trim() !== "" && Number.isFinite(Number(text));
}
