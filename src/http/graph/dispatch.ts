/** Finds the operation that a call means: segments in any case, keys in parentheses, functions with arguments. */
import { BAD_PATH, pathSegments, same } from "../odata/address.ts";
import type { GraphAnswer, GraphOperation, Version } from "./graph-operation.ts";

export interface Found {
  readonly operation: GraphOperation;
  readonly names: Readonly<Record<string, string>>;
}

export type Dispatched =
  | { readonly ok: true; readonly found: Found }
  | (GraphAnswer & { readonly ok: false });

/** A segment of the path; `args` only where it calls a function. */
interface Part {
  readonly text: string;
  readonly args: Readonly<Record<string, string>> | null;
}

export function dispatcher(operations: readonly GraphOperation[]) {
  return (method: string, version: Version, path: string): Dispatched => {
    const segments = pathSegments(path);
    if (segments === null) return failed(400, "BadRequest", BAD_PATH);
    const parts = segments.flatMap(partsOf);
    const here = operations.flatMap((operation) => matchOf(operation, parts) ?? []);
    const served = here.filter(({ operation }) => operation.versions.includes(version));
    const found = served.find(({ operation }) => operation.method === method);
    if (found !== undefined) return { ok: true, found };
    if (served.length > 0) {
      const allowed = served.map(({ operation }) => operation.method).join(", ");
      return failed(405, "MethodNotAllowed", `this address answers to ${allowed}`);
    }
    const [elsewhere] = here;
    return failed(
      404,
      "ResourceNotFound",
      elsewhere === undefined
        ? "there is nothing at this address"
        : `this is served under /${elsewhere.operation.versions.join(" and /")} only`,
    );
  };
}

const NAMESPACE = /^microsoft\.graph\./i;
// A workload has one id here, by either name.
const KEY_NAME = /^(?:id|appId)=/i;

/** `set('key')` and `set(appId='key')` are a set and a key; `name(on='principal')` calls a function. */
function partsOf(segment: string): Part[] {
  const open = segment.indexOf("(");
  if (open <= 0 || !segment.endsWith(")")) return [{ text: segment, args: null }];
  const text = segment.slice(0, open).replace(NAMESPACE, "");
  const inner = segment.slice(open + 1, -1);
  const key = inner.replace(KEY_NAME, "");
  if (key !== "" && !key.includes("="))
    return [
      { text, args: null },
      { text: unquoted(key), args: null },
    ];
  const args: Record<string, string> = {};
  for (const pair of inner.split(",").filter((one) => one !== "")) {
    const [name = "", value = ""] = pair.split("=");
    args[name.trim().toLowerCase()] = unquoted(value.trim());
  }
  return [{ text, args }];
}

function unquoted(text: string): string {
  return text.replace(/^'(.*)'$/, "$1");
}

function matchOf(operation: GraphOperation, given: readonly Part[]): Found | null {
  if (operation.path.length !== given.length) return null;
  const names: Record<string, string> = {};
  for (const [index, template] of operation.path.entries()) {
    const part = given[index];
    if (part === undefined) return null;
    if (template.endsWith("()")) {
      if (part.args === null || !same(part.text, template.slice(0, -2))) return null;
      Object.assign(names, part.args);
    } else if (part.args !== null) return null;
    else if (template.startsWith("{")) names[template.slice(1, -1)] = part.text;
    else if (!same(part.text, template)) return null;
  }
  return { operation, names };
}

function failed(status: number, code: string, message: string): Dispatched {
  return { ok: false, error: { status, code, message } };
}
