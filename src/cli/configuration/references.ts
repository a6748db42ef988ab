/**
 * What stands elsewhere: `{fromEnv: NAME}` and `{fromFile: PATH}` become secrets, `{fromDirectory: PATH}` a package,
 * `{fromPicture: PATH}` a picture, here and never on the server.
 */
import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Document, isNode } from "yaml";
import type { PackageTexts } from "../../offer-package/read-package.ts";
import { usage } from "../exit.ts";
import type { Environment } from "../verb.ts";
import { placeIn, type ReadFile } from "./read-file.ts";
import { readPackageFolder } from "./read-package-folder.ts";

const MAX_FILE_BYTES = 65_536;

export interface Where {
  readonly env: Environment;
  readonly file: ReadFile;
  readonly document: Document.Parsed;
  readonly path: readonly (string | number)[];
}

/** A copy in which each reference stands as `{value: ...}`. A file's path is relative to the document's own. */
export function resolveReferences(value: unknown, where: Where): unknown {
  if (Array.isArray(value)) return value.map((item, at) => resolveReferences(item, below(where, at)));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (first !== undefined && entries.length === 1) {
    const [name, given] = first;
    if (name === "fromEnv") return { value: fromEnv(given, where) };
    if (name === "fromFile") return { value: fromFile(given, where) };
    if (name === "fromPicture") return readAt(given, where, name).toString("base64");
    if (name === "fromDirectory") return fromDirectory(given, where);
  }
  return Object.fromEntries(
    entries.map(([name, inner]) => [name, resolveReferences(inner, below(where, name))]),
  );
}

function fromEnv(name: unknown, where: Where): string {
  if (typeof name !== "string" || !/^[A-Za-z_]\w{0,127}$/.test(name)) {
    throw usage(`${placeOf(where)}: \`fromEnv\` takes the name of an environment variable`);
  }
  const value = where.env[name];
  if (value === undefined || value === "")
    throw usage(`${placeOf(where)}: the environment variable ${name} is not set`);
  return value;
}

/** One newline at the end belongs to the file, not to the secret. */
function fromFile(path: unknown, where: Where): string {
  return readAt(path, where, "fromFile")
    .toString("utf8")
    .replace(/\r?\n$/, "");
}

function readAt(path: unknown, where: Where, name: string): Buffer {
  if (typeof path !== "string" || path === "")
    throw usage(`${placeOf(where)}: \`${name}\` takes the path of a file`);
  const file = resolve(dirname(where.file.path), path);
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined || !found.isFile()) throw usage(`${placeOf(where)}: there is no file \`${path}\``);
  if (found.size > MAX_FILE_BYTES) {
    throw usage(`${placeOf(where)}: \`${path}\` is larger than ${MAX_FILE_BYTES} bytes`);
  }
  return readFileSync(file);
}

/** The files of an offer's package, as they are: what is wrong in them keeps its line. */
function fromDirectory(path: unknown, where: Where): PackageTexts {
  if (typeof path !== "string" || path === "")
    throw usage(`${placeOf(where)}: \`fromDirectory\` takes the path of a package's folder`);
  return readPackageFolder(resolve(dirname(where.file.path), path));
}

function below(where: Where, step: string | number): Where {
  return { ...where, path: [...where.path, step] };
}

function placeOf({ file, document, path }: Where): string {
  const node = document.getIn(path, true);
  return placeIn(file, isNode(node) && node.range ? node.range[0] : document.range[0]);
}
