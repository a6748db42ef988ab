/** Reads one expression, by recursive descent to a bounded depth. */
import { shown } from "../shown.ts";
import type { Access, Expression } from "./syntax.ts";
import { SyntaxFault, type Token, tokensOf } from "./tokens.ts";

const MAX_LENGTH = 16 * 1024;
const MAX_DEPTH = 32;

export type Parsed =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly at: number; readonly message: string };

/** Takes the whole string with its brackets; `at` counts characters from its beginning. */
export function parseExpression(text: string): Parsed {
  if (text.length > MAX_LENGTH)
    return { ok: false, at: 0, message: `an expression has at most ${MAX_LENGTH} characters; shorten it` };
  try {
    const reader: Reader = { tokens: tokensOf(text), next: 0, variables: [] };
    const expression = readExpression(reader, 1);
    const rest = peek(reader);
    if (rest.kind !== "end")
      throw new SyntaxFault(
        rest.at,
        `the expression has ended before ${shown(String(rest.value))}; remove what follows`,
      );
    return { ok: true, expression };
  } catch (error) {
    if (error instanceof SyntaxFault) return { ok: false, at: error.at, message: error.message };
    throw error;
  }
}

interface Reader {
  readonly tokens: readonly Token[];
  next: number;
  /** What the lambdas around this place call their items. */
  readonly variables: string[];
}

function readExpression(reader: Reader, depth: number): Expression {
  const { at } = peek(reader);
  if (depth > MAX_DEPTH)
    throw new SyntaxFault(at, `the expression is nested deeper than ${MAX_DEPTH} levels; make it flatter`);
  const of = readOperand(reader, depth);
  const path: Access[] = [];
  for (let access = readAccess(reader, depth); access !== null; access = readAccess(reader, depth))
    path.push(access);
  return path.length === 0 ? of : { kind: "access", at, of, path };
}

function readOperand(reader: Reader, depth: number): Expression {
  const token = take(reader);
  switch (token.kind) {
    case "text":
    case "number":
      return { kind: "value", at: token.at, value: token.value };
    case "name":
      return readNamed(reader, token, depth);
    case "sign":
      if (token.value === "[") return { kind: "list", at: token.at, items: readUpTo(reader, "]", depth) };
      if (token.value === "(") return readLambda(reader, token.at, depth);
      throw new SyntaxFault(token.at, `a value is missing before \`${token.value}\`; write one`);
    case "end":
      throw new SyntaxFault(
        token.at,
        "the expression ends where a value is expected; a text that only looks like one begins with `[[`",
      );
  }
}

const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);

function readNamed(reader: Reader, { at, value: name }: Token & { kind: "name" }, depth: number): Expression {
  if (takeSign(reader, "(")) return { kind: "call", at, name, args: readUpTo(reader, ")", depth) };
  if (reader.variables.includes(name)) return { kind: "variable", at, name };
  const constant = CONSTANTS.get(name.toLowerCase());
  if (constant !== undefined) return { kind: "value", at, value: constant };
  throw new SyntaxFault(
    at,
    `${shown(name)} is no value; write ${shown(`${name}(...)`)} for a function or ${shown(`'${name}'`)} for a text, or begin with \`[[\` if this is no expression`,
  );
}

function readUpTo(reader: Reader, close: ")" | "]", depth: number): Expression[] {
  const items: Expression[] = [];
  if (takeSign(reader, close)) return items;
  do items.push(readExpression(reader, depth + 1));
  while (takeSign(reader, ","));
  expectSign(reader, close);
  return items;
}

/** `(item) => item.name`, as `filter` and `map` take it. */
function readLambda(reader: Reader, at: number, depth: number): Expression {
  const name = take(reader);
  if (name.kind !== "name")
    throw new SyntaxFault(
      name.at,
      "after this bracket comes the name of a lambda's item, as in `(item) => ...`",
    );
  expectSign(reader, ")");
  expectSign(reader, "=>");
  reader.variables.push(name.value);
  const body = readExpression(reader, depth + 1);
  reader.variables.pop();
  return { kind: "lambda", at, parameter: name.value, body };
}

function readAccess(reader: Reader, depth: number): Access | null {
  const { at } = peek(reader);
  if (takeSign(reader, ".")) {
    const name = take(reader);
    if (name.kind !== "name")
      throw new SyntaxFault(
        name.at,
        "the name of a property is missing after the point; write one, or `['name']`",
      );
    return { kind: "property", at: name.at, name: name.value };
  }
  if (!takeSign(reader, "[")) return null;
  const index = readExpression(reader, depth + 1);
  expectSign(reader, "]");
  return { kind: "index", at, index };
}

function peek({ tokens, next }: Reader): Token {
  // The last token is the end, and it is never passed.
  return tokens[Math.min(next, tokens.length - 1)] ?? { kind: "end", at: 0, value: "" };
}

function take(reader: Reader): Token {
  const token = peek(reader);
  reader.next++;
  return token;
}

function takeSign(reader: Reader, sign: string): boolean {
  const { kind, value } = peek(reader);
  if (kind !== "sign" || value !== sign) return false;
  reader.next++;
  return true;
}

function expectSign(reader: Reader, sign: string): void {
  if (takeSign(reader, sign)) return;
  const { at, kind, value } = peek(reader);
  const found = kind === "end" ? "the end" : shown(String(value));
  throw new SyntaxFault(at, `a \`${sign}\` is missing before ${found}; write it`);
}
