/** Help: three examples first, then what there is. */
import { CLIENTS } from "../targets/clients.ts";
import { EXIT_MEANINGS } from "./exit.ts";
import { table, wrap } from "./text/table.ts";
import type { Flags, Verb } from "./verb.ts";

const EXAMPLES = [
  'curfew request Contributor --on orders --for 30m --because "fix order 4711" --wait',
  'curfew approve --last --because "one row is enough" --for 20m',
  ...CLIENTS.map(({ example }) => example),
];

const READS_WELL = 100;
const PAIR = [{ title: "" }, { title: "" }];

export function overview(verbs: readonly Verb[], width: number | null): string[] {
  const rows = [
    ["serve", "run the server"],
    ["demo", "run everything with a small world to try, on this machine"],
    ...verbs.map(({ name, summary }) => [name, summary]),
  ];
  return [
    ...EXAMPLES.map((line) => `  ${line}`),
    "",
    ...prose(
      "Access that ends on time: ask for a role at a scope for a while, decide, hold it, prove it.",
      width,
    ),
    "",
    ...plain(rows, width),
    "",
    ...prose(GENERAL, width),
    "",
    "Exit codes",
    ...plain(
      EXIT_MEANINGS.map(([code, meaning]) => [String(code), meaning]),
      width,
    ),
  ];
}

const GENERAL =
  "`curfew VERB --help` explains one. Every verb takes --json, --url and --as (in the demo). Roles, scopes, requests and grants are given by name or by the first eight characters of their id, durations as 2h, 90m, 30s, 1h30m or PT2H. Signing in: `curfew login`, or CURFEW_CLIENT_ID and CURFEW_CLIENT_SECRET for a service principal.";

export function verbHelp(verb: Verb, everywhere: Flags, width: number | null): string[] {
  return [
    `curfew ${verb.name} ${verb.form}`.trimEnd(),
    ...[verb.summary, ...(verb.notes ?? [])].flatMap((text) => prose(text, width, "  ")),
    ...section("Flags", verb.flags, width),
    ...section("Everywhere", everywhere, width),
  ];
}

function section(title: string, flags: Flags, width: number | null): string[] {
  const rows = Object.entries(flags).map(([name, flag]) => {
    const short = flag.short === undefined ? "" : `-${flag.short}, `;
    return [`${short}--${name}${flag.value === undefined ? "" : ` ${flag.value}`}`, flag.help];
  });
  return rows.length === 0 ? [] : ["", title, ...plain(rows, width)];
}

/** As wide as the window, and not wider than reads well. */
function prose(text: string, width: number | null, indent = ""): string[] {
  const room = Math.min(width ?? READS_WELL, READS_WELL) - indent.length;
  return wrap(text, room).map((line) => `${indent}${line}`);
}

/** A table without headings. */
function plain(rows: readonly (readonly string[])[], width: number | null): string[] {
  return table(PAIR, rows, width === null ? null : width - 2)
    .slice(1)
    .map((line) => `  ${line}`);
}
