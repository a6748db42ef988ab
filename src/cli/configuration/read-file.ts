/** One YAML file, bounded and taken apart, with the line of everything in it. */
import { readFileSync, statSync } from "node:fs";
import { type Document, LineCounter, parseAllDocuments } from "yaml";
import { usage } from "../exit.ts";

const MAX_FILE_BYTES = 1_048_576;

/** A file that was read, kept to find lines in it. */
export interface ReadFile {
  readonly path: string;
  readonly documents: readonly Document.Parsed[];
  readonly lines: LineCounter;
}

/** @throws Stop (usage) when it is too large or no UTF-8 text */
export function readText(path: string): { text: string; length: number } {
  const { size } = statSync(path);
  if (size > MAX_FILE_BYTES) throw usage(`\`${path}\` is larger than ${MAX_FILE_BYTES} bytes; divide it`);
  const bytes = readFileSync(path);
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), length: bytes.length };
  } catch {
    throw usage(`${path}:1:1: this is not UTF-8 text`);
  }
}

/** @throws Stop (usage) with the place of the first thing that is no YAML, doubtful things included */
export function parseFile(path: string, text: string): ReadFile {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: true,
    schema: "core",
    resolveKnownTags: false,
    logLevel: "silent",
  });
  const documents = "empty" in parsed ? [] : parsed;
  const file = { path, documents, lines };
  for (const document of documents) {
    const [fault] = [...document.errors, ...document.warnings];
    if (fault === undefined) continue;
    const [message = ""] = fault.message.split("\n");
    throw usage(`${placeIn(file, fault.pos[0])}: ${message.charAt(0).toLowerCase()}${message.slice(1)}`);
  }
  return file;
}

/** `file:line:column`, both counted from one. */
export function placeIn(file: ReadFile, offset: number): string {
  const { line, col } = file.lines.linePos(offset);
  return `${file.path}:${line}:${col}`;
}
