/** `completions`, `help` and `version`: what concerns the command line itself. */
import { readFileSync } from "node:fs";
import { EVERYWHERE } from "../arguments.ts";
import { EXIT, Stop, usage } from "../exit.ts";
import { overview, verbHelp } from "../help.ts";
import type { Screen } from "../screen.ts";
import { nearest } from "../text/nearest.ts";
import type { Run, Verb } from "../verb.ts";

const SERVER_VERBS = ["serve", "demo"];

export const completionsBash: Run = async ({ screen, verbs }) => printAll(screen, bash(verbs));

export const completionsZsh: Run = async ({ screen, verbs }) => printAll(screen, zsh(verbs));

export const help: Run = async ({ screen, verbs }, { words }) => {
  const name = words.join(" ");
  const verb = verbs.find((one) => one.name === name);
  if (name !== "" && verb === undefined) {
    const near = nearest(
      name,
      verbs.map((one) => one.name),
    );
    throw usage(`there is no command \`${name}\`${near === null ? "" : `; did you mean \`${near}\`?`}`);
  }
  for (const line of verb === undefined
    ? overview(verbs, screen.width)
    : verbHelp(verb, EVERYWHERE, screen.width))
    screen.result(line);
  screen.json(verbs.map(({ name, summary, form }) => ({ name, summary, form })));
  return EXIT.done;
};

export const version: Run = async ({ screen }) => {
  const version = ownVersion();
  screen.json({ version });
  screen.result(`curfew ${version}`);
  return EXIT.done;
};

function printAll(screen: Screen, lines: readonly string[]): number {
  screen.json(lines.join("\n"));
  for (const line of lines) screen.result(line);
  return EXIT.done;
}

function ownVersion(): string {
  const content: unknown = JSON.parse(
    readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
  );
  if (typeof content === "object" && content !== null && "version" in content) return String(content.version);
  throw new Stop(EXIT.fault, "package.json states no version");
}

function bash(verbs: readonly Verb[]): string[] {
  const cases = casesOf(verbs)
    .map(([words, next]) => `    "${words}") words="${next.join(" ")}" ;;`)
    .join("\n");
  // The words so far without flags and their values say where we are; the last case is the first word alone.
  return `_curfew() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" word words="" skip=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ -n "$skip" ]]; then skip=""; continue; fi
    case "$word" in ${valueFlags().join("|")}) skip=1 ;; -*) ;; *) path="\${path:+$path }$word" ;; esac
  done
  case "$path" in
${cases}
    *) case "\${path%% *}" in
${cases}
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _curfew curfew`.split("\n");
}

function zsh(verbs: readonly Verb[]): string[] {
  return ["#compdef curfew", "autoload -U +X bashcompinit && bashcompinit", ...bash(verbs)];
}

/** After these words, what may come next: second words and flags. */
function casesOf(verbs: readonly Verb[]): [string, string[]][] {
  const flagsOf = (verb: Verb | undefined) =>
    Object.keys({ ...verb?.flags, ...EVERYWHERE }).map((name) => `--${name}`);
  const firsts = [...new Set([...verbs.map(({ name }) => name.split(" ")[0] ?? ""), ...SERVER_VERBS])];
  const cases: [string, string[]][] = [["", [...firsts, ...flagsOf(undefined)]]];
  for (const first of firsts) {
    const seconds = verbs.flatMap(({ name }) =>
      name.startsWith(`${first} `) ? [name.slice(first.length + 1)] : [],
    );
    cases.push([first, [...seconds, ...flagsOf(verbs.find(({ name }) => name === first))]]);
  }
  for (const verb of verbs.filter(({ name }) => name.includes(" "))) cases.push([verb.name, flagsOf(verb)]);
  return cases;
}

function valueFlags(): string[] {
  return Object.entries(EVERYWHERE).flatMap(([name, { type }]) => (type === "text" ? [`--${name}`] : []));
}
