/** Runs the command line in a child process and captures what a person would see, both streams in their order. */
import assert from "node:assert/strict";
import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { keepLogin, tokenFile } from "../../src/cli/sign-in/kept-tokens.ts";
import { type RecordedServer, type Script, startRecordedServer, TOKEN } from "./recorded-server.ts";

const PROGRAM = fileURLToPath(new URL("../../bin/curfew.mjs", import.meta.url));
const GOLDEN = new URL("golden/", import.meta.url);
const CACHE = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
const RUN_LIMIT_MS = 60_000;
const NEXT_YEAR = Date.now() + 365 * 86_400_000;

export interface Captured {
  readonly exit: number | null;
  /** What a terminal would show. */
  readonly screen: string;
}

export interface Apart {
  readonly exit: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Terminal {
  readonly server: RecordedServer;
  readonly folder: string;
  /** Where a person would be signed in here. */
  readonly env: Readonly<Record<string, string>>;
  run(argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<Apart>;
  /** `$ curfew ...`, what came of it, and the exit code when it is not 0. */
  show(argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>;
}

/** Signed in at a server that plays the script; in Paris, on 21 November 2026. */
export async function atTerminal(
  script: Script,
  work: (terminal: Terminal) => Promise<void>,
  at = "2026-11-21T13:02:03Z",
): Promise<void> {
  const server = await startRecordedServer(script, at);
  const folder = mkdtempSync(join(tmpdir(), "curfew-cli-"));
  keepLogin(tokenFile(join(folder, "curfew"), server.url), {
    url: server.url,
    caFile: null,
    who: "Frank Fischer (Fabrikam)",
    signedInAt: at,
    accessToken: TOKEN,
    refreshToken: null,
    expiresAt: NEXT_YEAR,
  });
  const full = (env: Readonly<Record<string, string>> = {}) => ({
    TZ: "Europe/Paris",
    XDG_CONFIG_HOME: folder,
    CURFEW_URL: server.url,
    ...env,
  });
  try {
    await work({
      server,
      folder,
      env: full(),
      run: (argv, env) => runApart(argv, full(env), folder),
      async show(argv, env) {
        const { exit, screen } = await runTogether(argv, full(env), folder);
        return `${["$ curfew", ...argv.map(quoted)].join(" ")}\n${screen}${exit === 0 ? "" : `exit ${exit}\n`}`;
      },
    });
  } finally {
    await server.close();
    rmSync(folder, { recursive: true });
  }
}

export async function runTogether(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  folder: string,
): Promise<Captured> {
  const file = join(folder, "screen.txt");
  // One descriptor for both streams keeps the order in which they were written.
  const screen = openSync(file, "w");
  const child = start(argv, env, folder, ["ignore", screen, screen]);
  closeSync(screen);
  const [exit] = (await once(child, "exit")) as [number | null];
  return { exit, screen: readFileSync(file, "utf8") };
}

/** Why nothing can be run at a real terminal here; null where it can. */
export const noWindow =
  process.platform === "linux" && existsSync("/usr/bin/script") ? null : "there is no `script` of util-linux";

export interface Window {
  readonly columns: number;
  /** What is typed once this was shown. */
  readonly typed?: { readonly after: RegExp; readonly text: string };
}

/** At a real terminal, in a window so wide. */
export async function runInWindow(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  folder: string,
  { columns, typed }: Window,
): Promise<Captured> {
  const inShell = [process.execPath, PROGRAM, ...argv].map((one) => `'${one.replaceAll("'", "'\\''")}'`);
  const child = spawn(
    "script",
    ["-qec", `stty cols ${columns} -echo; exec ${inShell.join(" ")}`, "/dev/null"],
    {
      env: { ...surroundings(folder), TERM: "dumb", ...env },
      cwd: folder,
      stdio: ["pipe", "pipe", "inherit"],
      timeout: RUN_LIMIT_MS,
    },
  );
  let screen = "";
  let answered = false;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    screen += text.replaceAll("\r\n", "\n");
    if (typed === undefined || answered || !typed.after.test(screen)) return;
    answered = true;
    child.stdin.write(typed.text);
  });
  const [exit] = (await once(child, "close")) as [number | null];
  return { exit, screen };
}

export async function runApart(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  folder: string,
): Promise<Apart> {
  const child = start(argv, env, folder, ["ignore", "pipe", "pipe"]);
  const texts = { out: "", err: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    texts.out += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    texts.err += text;
  });
  const [exit] = (await once(child, "close")) as [number | null];
  return { exit, ...texts };
}

/** Ends when it has not ended by itself after a minute. */
export function start(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
  stdio: StdioOptions,
): ChildProcess {
  return spawn(process.execPath, [PROGRAM, ...argv], {
    env: { ...surroundings(cwd), ...env },
    cwd,
    stdio,
    timeout: RUN_LIMIT_MS,
  });
}

/** What was compiled is shared by all runs; all else of a home is each run's own. */
function surroundings(home: string): Readonly<Record<string, string>> {
  return { PATH: process.env.PATH ?? "", HOME: home, XDG_CACHE_HOME: CACHE, LANG: "C.UTF-8" };
}

/** Compares with the golden file, or writes it when the goldens are renewed. */
export function assertGolden(name: string, text: string): void {
  const file = new URL(`${name}.txt`, GOLDEN);
  if (process.env.CURFEW_UPDATE_GOLDEN === "1") writeFileSync(file, text);
  assert.ok(existsSync(file), `there is no golden file ${name}.txt; make it with \`npm run golden\``);
  assert.equal(text, readFileSync(file, "utf8"));
}

function quoted(argument: string): string {
  return /^[\w./:=@+-]+$/.test(argument) ? argument : `"${argument}"`;
}
