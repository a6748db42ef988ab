/** One call of a function with its arguments evaluated, and how a function reads them. */
import { isList, isObject, type Json, type JsonObject } from "../json.ts";
import { EvaluationFault, type Run } from "./run.ts";

export interface Call {
  /** As documented: `toLower`. */
  readonly name: string;
  readonly args: readonly Json[];
  readonly run: Run;
}

export type Evaluated = (call: Call) => Json;
export type Functions = Readonly<Record<string, Evaluated>>;

export function valueIn({ args }: Call, at: number): Json {
  return args[at] ?? null;
}

export function textIn(call: Call, at: number): string {
  const value = valueIn(call, at);
  if (typeof value !== "string") throw wrongType(call, "a text", value);
  return value;
}

export function numberIn(call: Call, at: number): number {
  const value = valueIn(call, at);
  if (typeof value !== "number") throw wrongType(call, "a number", value);
  return value;
}

export function wholeIn(call: Call, at: number): number {
  const value = numberIn(call, at);
  if (!Number.isSafeInteger(value)) throw outOfRange(call, `takes a whole number, not ${value}`);
  return value;
}

export type Collection =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly Json[] }
  | { readonly kind: "object"; readonly object: JsonObject };

/** A text, a list or an object; null for null. */
export function collectionIn(call: Call, at: number): Collection | null {
  const value = valueIn(call, at);
  if (value === null) return null;
  if (typeof value === "string") return { kind: "text", text: value };
  if (isList(value)) return { kind: "list", items: value };
  if (isObject(value)) return { kind: "object", object: value };
  throw wrongType(call, "a text, a list or an object", value);
}

export function wrongType({ name }: Call, wanted: string, found: Json): EvaluationFault {
  const next = found === null ? "; does an element have no value?" : "";
  return new EvaluationFault("wrong_type", `\`${name}\` takes ${wanted}, not ${nameOf(found)}${next}`);
}

export function outOfRange({ name }: Call, what: string): EvaluationFault {
  return new EvaluationFault("out_of_range", `\`${name}\` ${what}`);
}

export function nameOf(value: Json): string {
  if (value === null) return "null";
  if (isList(value)) return "a list";
  switch (typeof value) {
    case "string":
      return "a text";
    case "number":
      return "a number";
    case "boolean":
      return "true or false";
    default:
      return "an object";
  }
}
