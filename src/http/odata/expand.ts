/** `$select` and `$expand` as Graph's clients write them (OData 4.01, part 2, sections 5.1.2 and 5.1.3), bounded in length and depth. */
import { accept, type Outcome, reject } from "../../domain/rejection.ts";

/** What an entity leads to, by name; each with what that leads to. */
export interface Navigations {
  readonly [name: string]: Navigations;
}

export interface Expansion {
  readonly name: string;
  /** Null for everything. */
  readonly select: readonly string[] | null;
  readonly expand: readonly Expansion[];
}

const MAX_LENGTH = 1_024;
const MAX_DEPTH = 4;

/** Names of properties in lower case; null where everything is wanted. */
export function parseSelect(text: string | null): Outcome<readonly string[] | null> {
  if (text === null || text.trim() === "" || text.trim() === "*") return accept(null);
  if (text.length > MAX_LENGTH) return tooLong("$select");
  return accept(text.split(",").map((name) => name.trim().toLowerCase()));
}

export function parseExpand(
  text: string | null,
  able: Navigations,
  depth = 0,
): Outcome<readonly Expansion[]> {
  if (text === null || text.trim() === "") return accept([]);
  if (text.length > MAX_LENGTH || depth >= MAX_DEPTH) return tooLong("$expand");
  const found: Expansion[] = [];
  for (const part of splitOutside(text, ",")) {
    const one = expansionsOf(part.trim(), able, depth);
    if (!one.ok) return one;
    found.push(...one.value);
  }
  const names = found.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  return twice === undefined
    ? accept(found)
    : reject("invalid_input", `\`${twice}\` is expanded twice; name it once`, { path: "/$expand" });
}

/** `name`, `name($select=...;$expand=...)`, or `*` for everything there is. */
function expansionsOf(text: string, able: Navigations, depth: number): Outcome<readonly Expansion[]> {
  if (text === "*") return accept(Object.keys(able).map((name) => ({ name, select: null, expand: [] })));
  const open = text.indexOf("(");
  const given = open < 0 ? text : text.slice(0, open);
  const name = Object.keys(able).find((one) => one.toLowerCase() === given.trim().toLowerCase());
  if (name === undefined || (open >= 0 && !text.endsWith(")"))) return unknown(given, able);
  const inner = open < 0 ? "" : text.slice(open + 1, -1);
  const options = new Map<string, string>();
  for (const option of splitOutside(inner, ";").filter((one) => one.trim() !== "")) {
    const [key = "", ...value] = option.split("=");
    options.set(key.trim().toLowerCase().replace(/^\$/, ""), value.join("="));
  }
  const other = [...options.keys()].find((key) => key !== "select" && key !== "expand");
  if (other !== undefined) {
    return reject("invalid_input", `inside $expand only $select and $expand are served, not \`${other}\``, {
      path: "/$expand",
    });
  }
  const select = parseSelect(options.get("select") ?? null);
  const expand = parseExpand(options.get("expand") ?? null, able[name] ?? {}, depth + 1);
  if (!select.ok) return select;
  return expand.ok ? accept([{ name, select: select.value, expand: expand.value }]) : expand;
}

/** At every separator that stands in no parentheses. */
function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === "(") depth++;
    else if (char === ")") depth--;
    else if (char === separator && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, text.slice(from)];
}

function unknown(name: string, able: Navigations) {
  const known = Object.keys(able).join(", ");
  const hint = known === "" ? "nothing can be expanded here" : `use one of ${known}`;
  return reject("invalid_input", `\`${name.slice(0, 80)}\` cannot be expanded here; ${hint}`, {
    path: "/$expand",
  });
}

function tooLong(option: string) {
  return reject("invalid_input", `the ${option} is too long or too deep`, { path: `/${option}` });
}
