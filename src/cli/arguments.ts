/** The words and flags after a verb, checked against what the verb takes. */
import { parseArgs } from "node:util";
import { usage } from "./exit.ts";
import { nearest } from "./text/nearest.ts";
import type { Flag, Flags } from "./verb.ts";

/** Understood by every verb, before it or after it. */
export const EVERYWHERE: Flags = {
  url: {
    type: "text",
    value: "URL",
    help: "the server, or the host of one that you are signed in at (CURFEW_URL)",
  },
  "ca-file": {
    type: "text",
    value: "FILE",
    help: "a certificate authority to trust as well (CURFEW_CA_FILE)",
  },
  as: {
    type: "text",
    value: "NAME",
    help: "act as one of the demo's people; only against a demo on this machine",
  },
  "data-dir": { type: "text", value: "DIR", help: "where that demo keeps its data (default ./.curfew-demo)" },
  json: { type: "switch", help: "answer in JSON" },
  help: { type: "switch", short: "h", help: "explain" },
};

const MAX_TEXT = 8_192;

export interface Given {
  readonly words: readonly string[];
  text(flag: string): string | null;
  list(flag: string): readonly string[];
  has(flag: string): boolean;
}

interface Token {
  readonly name: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

/** Takes the flags apart that stand before the verb. */
export function splitVerb(argv: readonly string[]): { verb: readonly string[]; rest: readonly string[] } {
  const before: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const argument = argv[at] ?? "";
    if (!argument.startsWith("-")) return { verb: argv.slice(at), rest: before };
    before.push(argument);
    const flag = EVERYWHERE[argument.replace(/^--/, "")];
    if (flag?.type === "text" && at + 1 < argv.length) before.push(argv[++at] ?? "");
  }
  return { verb: [], rest: before };
}

/** @throws Stop (usage) for an unknown flag, a flag without its value, or a value that is too long */
export function readArguments(argv: readonly string[], own: Flags): Given {
  const flags: Flags = { ...EVERYWHERE, ...own };
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: Object.fromEntries(
      Object.entries(flags).map(([name, flag]) => [
        name,
        {
          type: flag.type === "switch" ? "boolean" : "string",
          ...(flag.short ? { short: flag.short } : {}),
        } as const,
      ]),
    ),
  });
  const values = new Map<string, string[]>();
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") words.push(bounded("a word", token.value));
    if (token.kind !== "option") continue;
    const flag = knownFlag(token.name, token.rawName, flags);
    const before = values.get(token.name) ?? [];
    if (before.length > 0 && flag.type === "text")
      throw usage(`--${token.name} is given twice; give it once`);
    values.set(token.name, [...before, readValue(token, flag)]);
  }
  // A verb's form and its code lie apart: a flag that only one of them has is a mistake of ours.
  const given = (flag: string): readonly string[] | undefined => {
    if (!Object.hasOwn(flags, flag)) throw new Error(`the form of this command has no --${flag}`);
    return values.get(flag);
  };
  return {
    words,
    text: (flag) => given(flag)?.[0] ?? null,
    list: (flag) => given(flag) ?? [],
    has: (flag) => given(flag) !== undefined,
  };
}

function knownFlag(name: string, raw: string, flags: Flags): Flag {
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
  if (flag !== undefined) return flag;
  const near = nearest(name, Object.keys(flags));
  throw usage(
    `there is no flag \`${raw}\` here${near === null ? "; --help lists them" : `; did you mean --${near}?`}`,
  );
}

function readValue({ name, value, inlineValue }: Token, flag: Flag): string {
  if (flag.type === "switch") {
    if (value !== undefined) throw usage(`--${name} stands alone; it takes no value`);
    return "";
  }
  const what = flag.value ?? "VALUE";
  if (value === undefined) throw usage(`--${name} needs a value: --${name} ${what}`);
  if (!inlineValue && value.startsWith("-") && value.length > 1) {
    throw usage(`--${name} needs a value; if \`${value}\` is meant as one, write --${name}=${value}`);
  }
  return bounded(`--${name}`, value);
}

function bounded(what: string, text: string): string {
  if (text.length > MAX_TEXT) throw usage(`${what} is longer than ${MAX_TEXT} characters; shorten it`);
  return text;
}
