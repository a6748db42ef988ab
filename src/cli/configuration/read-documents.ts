/** Reads configuration from YAML: a file, or every YAML file below a folder; each document knows where it stands. */
import { lstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Document } from "yaml";
import { usage } from "../exit.ts";
import type { Environment } from "../verb.ts";
import { parseFile, placeIn, type ReadFile, readText } from "./read-file.ts";
import { resolveReferences } from "./references.ts";

const MAX_FILES = 1_000;
const MAX_ALL_BYTES = 6 * 1_048_576;
const MAX_FOLDERS_DEEP = 10;
const MAX_NESTING = 30;
const MAX_ALIASES = 100;
const YAML_NAME = /\.ya?ml$/i;

/** A document as the API takes it. */
export interface Described {
  readonly kind: string;
  readonly name: string;
  readonly source: { readonly file: string; readonly line: number };
  readonly [member: string]: unknown;
}

export interface Configuration {
  readonly documents: readonly Described[];
  readonly files: readonly ReadFile[];
}

/** @throws Stop (usage) with `file:line:column` for the first thing that is wrong */
export function readConfiguration(paths: readonly string[], env: Environment): Configuration {
  const files: ReadFile[] = [];
  let bytes = 0;
  for (const path of paths.flatMap((one) => yamlFiles(one, 0))) {
    const { text, length } = readText(path);
    bytes += length;
    if (bytes > MAX_ALL_BYTES)
      throw usage(`more than ${MAX_ALL_BYTES} bytes of configuration; apply it in parts`);
    if (files.length === MAX_FILES) throw usage(`more than ${MAX_FILES} files; apply them in parts`);
    files.push(parseFile(path, text));
  }
  const documents = files.flatMap((file) => describedIn(file, env));
  if (documents.length === 0)
    throw usage(`there is no document in ${paths.map((path) => `\`${path}\``).join(", ")}`);
  return { documents, files };
}

function yamlFiles(path: string, depth: number): string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw usage(`there is no file or folder \`${path}\``);
  if (!found.isDirectory()) return [path];
  if (depth === MAX_FOLDERS_DEEP) throw usage(`\`${path}\` is more than ${MAX_FOLDERS_DEEP} folders deep`);
  return readdirSync(path)
    .filter((name) => !name.startsWith("."))
    .sort()
    .map((name) => join(path, name))
    .filter((inner) => isFolder(inner) || YAML_NAME.test(inner))
    .flatMap((inner) => yamlFiles(inner, depth + 1));
}

/** A link to a folder is not followed: it could lead round in a circle. */
function isFolder(path: string): boolean {
  return lstatSync(path).isDirectory();
}

function describedIn(file: ReadFile, env: Environment): Described[] {
  return file.documents.flatMap((document) => {
    const start = document.contents?.range[0] ?? document.range[0];
    const value = plainValue(file, document, start);
    // An empty document is what `---` at the end of a file leaves.
    if (value === null) return [];
    const { kind, name, ...rest } = objectOf(file, value, start);
    if (typeof kind !== "string" || typeof name !== "string") {
      throw usage(`${placeIn(file, start)}: a document needs \`kind\` and \`name\``);
    }
    const source = { file: file.path, line: file.lines.linePos(start).line };
    const resolved = resolveReferences(rest, { env, file, document, path: [] });
    return [{ ...objectOf(file, resolved, start), kind, name, source }];
  });
}

function plainValue(file: ReadFile, document: Document.Parsed, start: number): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    if (depthOf(value, 0) > MAX_NESTING) throw new Error(`nested deeper than ${MAX_NESTING} levels`);
    return value;
  } catch (error) {
    throw usage(
      `${placeIn(file, start)}: ${error instanceof Error ? lowerFirst(error.message) : "not readable"}`,
    );
  }
}

function depthOf(value: unknown, depth: number): number {
  if (typeof value !== "object" || value === null || depth > MAX_NESTING) return depth;
  return Math.max(depth, ...Object.values(value).map((inner) => depthOf(inner, depth + 1)));
}

function objectOf(file: ReadFile, value: unknown, start: number): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw usage(`${placeIn(file, start)}: a document is a mapping with \`kind\`, \`name\` and \`spec\``);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
