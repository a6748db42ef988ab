/** One file of a package: JSON with the place of every value, bounded before it is parsed. Comments are blanked out. */

import { type Node, type ParseError, parseTree, printParseErrorCode, stripComments } from "jsonc-parser";
import { tooDeepAt } from "../domain/json-depth.ts";
import { isStorable, type Json } from "./json.ts";
import type { Report } from "./package-fault.ts";
import { shown } from "./shown.ts";

export const MAX_FILE_BYTES = 256 * 1024;
export const MAX_DEPTH = 32;
export const MAX_TEXT = 16 * 1024;

export interface Read {
  readonly root: Node;
  readonly value: Json;
}

/** Null when the text is no JSON that may be looked at; the report says why. */
export function readJson(written: string, report: Report): Read | null {
  if (written.length > MAX_FILE_BYTES || Buffer.byteLength(written) > MAX_FILE_BYTES) {
    report.atOffset(
      0,
      "file_too_large",
      `the file is larger than ${MAX_FILE_BYTES / 1024} KiB; make it smaller`,
    );
    return null;
  }
  const text = withoutComments(written, report);
  const deepAt = tooDeepAt(text, MAX_DEPTH);
  if (deepAt !== null) {
    report.atOffset(deepAt, "too_deep", `this is nested deeper than ${MAX_DEPTH} levels; make it flatter`);
    return null;
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  // What follows the first error is mostly its echo.
  const [error] = errors;
  if (error !== undefined || root === undefined) {
    report.atOffset(error?.offset ?? 0, "invalid_json", sentenceFor(error));
    return null;
  }
  return { root, value: JSON.parse(text) };
}

/** Every place stays where it is. Microsoft documents comments in templates; in a form they are tolerated. */
function withoutComments(written: string, report: Report): string {
  const text = stripComments(written, " ");
  if (text === written || report.file === "mainTemplate.json") return text;
  let at = 0;
  while (text[at] === written[at]) at++;
  report.warnAtOffset(at, "comment", "JSON has no comments; they are left out");
  return text;
}

/** Duplicate and dangerous keys, and texts that are too long or that no database keeps. */
export function checkValues(node: Node, report: Report): void {
  if (node.type === "string") checkText(node, report);
  if (node.type === "object") checkKeys(node, report);
  for (const child of node.children ?? []) checkValues(child, report);
}

function checkKeys(node: Node, report: Report): void {
  const seen = new Set<string>();
  for (const { children: [key] = [] } of node.children ?? []) {
    if (key === undefined) continue;
    const name = String(key.value);
    if (name === "__proto__") report.at(key, "forbidden_name", "no key may be called `__proto__`; rename it");
    else if (seen.has(name))
      report.at(key, "duplicate_key", `the key ${shown(name)} stands here twice; keep one of them`);
    seen.add(name);
  }
}

function checkText(node: Node, report: Report): void {
  const text = String(node.value);
  if (text.length > MAX_TEXT)
    report.at(node, "text_too_long", `this text is longer than ${MAX_TEXT} characters; shorten it`);
  else if (!isStorable(text))
    report.at(
      node,
      "unstorable_text",
      "this text holds NUL or half a character, which cannot be stored; remove it",
    );
}

type ErrorName = ReturnType<typeof printParseErrorCode>;

const SENTENCES: Readonly<Partial<Record<ErrorName, string>>> = {
  CloseBraceExpected: "a `}` is missing here",
  CloseBracketExpected: "a `]` is missing here",
  ColonExpected: "a `:` is missing between a key and its value",
  CommaExpected: "a `,` is missing here",
  EndOfFileExpected: "the JSON has ended, but the file goes on; remove what follows",
  InvalidCharacter:
    "a text holds a line end, a tab or another control character; write it as an escape such as `\\n`",
  InvalidCommentToken: "JSON has no comments; remove this one",
  InvalidEscapeCharacter: "a text holds an escape that JSON does not know; write a backslash as `\\\\`",
  InvalidUnicode: "a `\\u` needs four hexadecimal digits",
  PropertyNameExpected: "a key in double quotes is expected here; is a comma too much?",
  UnexpectedEndOfNumber: "this number does not end as one; write digits after its point or `e`",
  UnexpectedEndOfString: "a text that begins here does not end; close it with a double quote",
  ValueExpected: "a value is expected here; is a comma too much?",
};

function sentenceFor(error: ParseError | undefined): string {
  return (error && SENTENCES[printParseErrorCode(error.error)]) ?? "this is not JSON; correct or remove it";
}
