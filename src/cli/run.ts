/** The command line: finds the verb, reads its flags, runs it, and answers with an exit code. */
import type { Client } from "../client/client.ts";
import { EVERYWHERE, type Given, readArguments, splitVerb } from "./arguments.ts";
import { EXIT, EXIT_MEANINGS, Stop, usage } from "./exit.ts";
import { overview, verbHelp } from "./help.ts";
import { createScreen, type Screen, type Terminal } from "./screen.ts";
import type { Access, Chosen } from "./sign-in/access.ts";
import { nearest } from "./text/nearest.ts";
import type { Context, Environment, Verb } from "./verb.ts";
import { VERBS } from "./verbs.ts";

/**
 * Never throws on what is typed or answered: everything ends in an exit code and a sentence on stderr, and with --json
 * every code but 0 in a failure of one shape there.
 */
export async function runCli(argv: readonly string[], env: Environment, terminal: Terminal): Promise<number> {
  const screen = createScreen(terminal, env, argv.includes("--json"));
  const exit = await endOf(() => run(argv, env, terminal, screen), screen, env);
  const written = await endOf(() => finish(screen), screen, env);
  return exit === EXIT.done ? written : exit;
}

/** An answer that nobody could get is no success, whatever was done. */
async function finish(screen: Screen): Promise<number> {
  await screen.finish();
  return EXIT.done;
}

async function endOf(work: () => Promise<number>, screen: Screen, env: Environment): Promise<number> {
  try {
    const exit = await work();
    // What a verb says of its no is better; that it says nothing is no way out.
    const meaning = EXIT_MEANINGS.find(([code]) => code === exit)?.[1] ?? "fault";
    return exit === EXIT.done ? exit : screen.failed(exit, meaning);
  } catch (error) {
    if ((env.CURFEW_DEBUG ?? "") !== "" && error instanceof Error)
      for (const line of (error.stack ?? "").split("\n")) screen.progress(line);
    return (await import("./problems.ts")).explain(screen, error);
  }
}

async function run(
  argv: readonly string[],
  env: Environment,
  terminal: Terminal,
  screen: Screen,
): Promise<number> {
  const { verb: words, rest } = splitVerb(argv);
  if (words.length === 0) {
    const given = readArguments(rest, { version: { type: "switch", help: "" } });
    return given.has("version")
      ? run(["version"], env, terminal, screen)
      : print(screen, overview(VERBS, screen.width));
  }
  const { verb, after } = findVerb(words);
  const given = readArguments([...rest, ...after], verb.flags);
  if (given.has("help")) return print(screen, verbHelp(verb, EVERYWHERE, screen.width));
  const [least, most] = verb.words;
  if (given.words.length < least || given.words.length > most) {
    const wrong =
      given.words.length < least ? "something is missing" : `\`${given.words[most]}\` is too much`;
    throw usage(`${wrong}: curfew ${verb.name} ${verb.form}`.trimEnd());
  }
  const runVerb = await verb.load();
  return withInterrupt(terminal, (interrupted) => runVerb(contextOf(screen, env, given, interrupted), given));
}

function findVerb(words: readonly string[]): { verb: Verb; after: readonly string[] } {
  const [first = "", second] = words;
  const pair = second === undefined ? undefined : VERBS.find(({ name }) => name === `${first} ${second}`);
  if (pair !== undefined) return { verb: pair, after: words.slice(2) };
  const single = VERBS.find(({ name }) => name === first);
  if (single !== undefined) return { verb: single, after: words.slice(1) };
  const pairs = VERBS.map(({ name }) => name).filter((name) => name.startsWith(`${first} `));
  if (pairs.length > 0)
    throw usage(`\`${first}\` takes a second word: ${pairs.map((name) => `\`${name}\``).join(", ")}`);
  const near = nearest(first, [...VERBS.map(({ name }) => name.split(" ")[0] ?? ""), "serve", "demo"]);
  throw usage(
    `there is no command \`${first}\`; ${near === null ? "`curfew help` lists them" : `did you mean \`${near}\`?`}`,
  );
}

/** How this command is called again by the same person. */
function calledAs(given: Given): string {
  const flags = ["as", "data-dir", "url", "ca-file"].flatMap((name) => {
    const value = given.text(name);
    return value === null ? [] : [`--${name} ${value}`];
  });
  return ["curfew", ...flags].join(" ");
}

function contextOf(screen: Screen, env: Environment, given: Given, interrupted: () => AbortSignal): Context {
  const chosen = {
    url: given.text("url"),
    caFile: given.text("ca-file"),
    as: given.text("as"),
    dataDir: given.text("data-dir"),
  };
  let access: Promise<Access> | null = null;
  let client: Promise<Client> | null = null;
  const theAccess = () => {
    access ??= openAccess(env, screen, chosen);
    return access;
  };
  return {
    screen,
    env,
    verbs: VERBS,
    interrupted,
    self: calledAs(given),
    access: theAccess,
    client() {
      client ??= theAccess().then(openClient);
      return client;
    },
  };
}

async function openAccess(env: Environment, screen: Screen, chosen: Chosen): Promise<Access> {
  const { createAccess } = await import("./sign-in/access.ts");
  return createAccess(env, screen, chosen);
}

async function openClient(access: Access): Promise<Client> {
  const { createClient } = await import("../client/client.ts");
  const { baseUrl, fetch } = await access.server();
  return createClient({ baseUrl, fetch, token: access.token });
}

/** Ctrl-C ends the program as usual, until a verb takes it over. */
async function withInterrupt(
  terminal: Terminal,
  work: (interrupted: () => AbortSignal) => Promise<number>,
): Promise<number> {
  const controller = new AbortController();
  const stop = () => controller.abort(new Stop(EXIT.interrupted, "stopped"));
  let taken = false;
  try {
    return await work(() => {
      if (!taken) terminal.on("SIGINT", stop);
      taken = true;
      return controller.signal;
    });
  } finally {
    terminal.off("SIGINT", stop);
  }
}

function print(screen: Screen, lines: readonly string[]): number {
  for (const line of lines) screen.result(line);
  return EXIT.done;
}
