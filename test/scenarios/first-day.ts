/**
 * A newcomer's day: takes the files and the commands out of docs/first-day.md, in their order, runs them as people would,
 * and does what the page says is done by hand. What it left out, and why, it says at the end. It is long because a day is.
 */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { followForms } from "../../src/client/form-sign-in.ts";
import {
  freePort,
  type PlainCluster,
  packagedVersions,
  startPlainCluster,
} from "../fixtures/plain-cluster.ts";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const OLDEST_TARGET = 16;
const BLOCK_WITHIN_MS = 300_000;
const STARTS_WITHIN_MS = 60_000;
const STOPS_WITHIN_MS = 5_000;
const END_WITHIN_MS = 60_000;
const REFUSED_WITHIN_MS = 5_000;

/** A block of the page, or something that the page says is done by hand. */
type Step =
  | { readonly by: "hand"; readonly what: string }
  | { readonly by: "block"; readonly language: string; readonly who: string | null; readonly text: string };

const PASSWORDS: Readonly<Record<string, string>> = {
  ada: "correct horse battery",
  grace: "staple a new horse",
  management: "only the management role knows",
};
const MAIL = (who: string) => `${who}@northwind.example`;

const skipped: string[] = [];
const started = performance.now();
const work = mkdtempSync(join(tmpdir(), "curfew-first-day-"));
const clone = join(work, "curfew");
const hasPsql = spawnSync("psql", ["--version"]).status === 0;
const port = await freePort();
const cluster = await startTarget();
const base = `http://127.0.0.1:${port}`;
/** What the last block of each person printed. */
const printed = new Map<string, string>();
/** What is running, and has to be ended whatever happens. */
const running: {
  server?: ChildProcess;
  session?: { readonly client: pg.Client; readonly cut: Promise<void> };
} = {};

const BY_HAND: Readonly<Record<string, () => Promise<void>>> = {
  "set up": setUp,
  "prepare the database": prepareDatabase,
  "log in": logIn,
  "the end": async () => {
    await refused(END_WITHIN_MS);
    await running.session?.cut;
  },
  refused: () => refused(REFUSED_WITHIN_MS),
};

try {
  const steps = stepsOf(readFileSync(join(REPOSITORY, "docs/first-day.md"), "utf8"));
  const undone = Object.keys(BY_HAND).filter(
    (name) => !steps.some((step) => step.by === "hand" && step.what === name),
  );
  assert.deepEqual(undone, [], "the page does not say any more what is done by hand");
  for (const step of steps) await take(step);
  await stopServer();
  for (const line of skipped) say(`Skipped: ${line}`);
  say("The day is over, and the access with it.");
} catch (error) {
  for (const [who, output] of printed) say(`--- ${who} read last:\n${output}`);
  throw error;
} finally {
  // Whatever is left of it.
  if (running.server?.exitCode === null) running.server.kill("SIGTERM");
  await running.session?.client.end().catch(() => {});
  await cluster.stop();
  rmSync(work, { recursive: true, force: true });
}

function say(line: string): void {
  process.stdout.write(`${((performance.now() - started) / 1_000).toFixed(1).padStart(5)} s  ${line}\n`);
}

function startTarget(): Promise<PlainCluster> {
  const newest = Math.max(0, ...packagedVersions());
  if (newest >= OLDEST_TARGET) return startPlainCluster(newest);
  const found = newest === 0 ? "no PostgreSQL of the system's" : `PostgreSQL ${newest} of the system's`;
  skipped.push(
    `a target of the system's packages: there is ${found}, so it is the PostgreSQL that npm brought`,
  );
  return startPlainCluster(null);
}

function stepsOf(page: string): Step[] {
  const found = page.matchAll(/^<!-- by hand: (.+) -->$|^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm);
  return [...found].map(([, what, language = "", who = null, text = ""]) =>
    what === undefined ? { by: "block", language, who, text } : { by: "hand", what },
  );
}

async function take(step: Step): Promise<void> {
  if (step.by === "hand") {
    say(`by hand: ${step.what}`);
    const act = BY_HAND[step.what];
    assert.ok(act, `nobody knows how to do \`${step.what}\``);
    return act();
  }
  const { language, who } = step;
  const text = step.text.replaceAll("127.0.0.1:5432", `127.0.0.1:${cluster.port}`);
  for (const line of text
    .trim()
    .split("\n")
    .slice(0, language === "sh" ? undefined : 1))
    say(`${who ?? "$"}: ${line}`);
  if (language === "yaml") return writeDocument(text.replace("port: 5432", `port: ${cluster.port}`));
  if (language === "sql") return runSql(who ?? "postgres", text);
  assert.equal(language, "sh");
  if (who === null) return getIt(text);
  return who === "server" ? startServer(text) : run(who, text);
}

/** In a checkout the packages are there already, and those of its own lock file: another minute would show nothing new. */
async function getIt(text: string): Promise<void> {
  const isCheckout = existsSync(join(REPOSITORY, ".git"));
  let command = text.replace("<your copy of the repository>", `'${REPOSITORY}'`);
  if (!isCheckout) {
    skipped.push("`git clone`: this is no checkout, so its files were copied");
    const own = ["node_modules", ".curfew", ".curfew-demo"];
    cpSync(REPOSITORY, clone, { recursive: true, filter: (path) => !own.includes(basename(path)) });
    command = command.replace(/^git clone.*$/m, "");
  } else if (execFileSync("git", ["status", "--porcelain"], { cwd: REPOSITORY, encoding: "utf8" }) !== "")
    skipped.push("changes that are not committed: a clone has none of them");
  if (process.env.CURFEW_FIRST_DAY_INSTALL !== "1") {
    skipped.push(
      "`npm ci`: the packages of this checkout were used; CURFEW_FIRST_DAY_INSTALL=1 installs them",
    );
    command = command.replace(/^npm ci$/m, "");
  }
  const folder = work;
  await bash("you", command, folder);
  if (!existsSync(join(clone, "node_modules")))
    symlinkSync(join(REPOSITORY, "node_modules"), join(clone, "node_modules"));
}

function writeDocument(text: string): void {
  const name = /^# (access\/[a-z]+\.yaml)$/m.exec(text)?.[1];
  assert.ok(name, "a document of the page says in its first line which file it is");
  mkdirSync(dirname(join(clone, name)), { recursive: true });
  writeFileSync(join(clone, name), text);
}

async function runSql(database: string, text: string): Promise<void> {
  const url = cluster.superuserUrl(database);
  if (hasPsql) {
    execFileSync("psql", [url, "-qX", "-v", "ON_ERROR_STOP=1"], {
      input: text,
      stdio: ["pipe", "ignore", "inherit"],
    });
    return;
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(text).finally(() => client.end());
}

async function startServer(text: string): Promise<void> {
  const env = { ...environment("server"), CURFEW_HTTP_PORT: String(port) };
  const child = spawn("bash", ["-ec", text.replace(/^npm start$/m, "exec npm start")], {
    cwd: clone,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.server = child;
  const keep = (chunk: Buffer) => void printed.set("server", `${printed.get("server") ?? ""}${chunk}`);
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  await until(STARTS_WITHIN_MS, "the server to be ready", async () => {
    assert.equal(child.exitCode, null, printed.get("server"));
    return (await fetch(`${base}/readyz`).catch(() => null))?.status === 200;
  });
}

/** npm is told, as a service manager or a script would: what it started ends with it. */
async function stopServer(): Promise<void> {
  const child = running.server;
  assert.ok(child);
  say("server: SIGTERM to npm");
  child.kill("SIGTERM");
  await until(STOPS_WITHIN_MS, "the server to be gone", async () => {
    const answer = await fetch(`${base}/livez`).catch(() => null);
    return answer === null && (child.exitCode !== null || child.signalCode !== null);
  });
}

async function setUp(): Promise<void> {
  const token = /set-up token:\s+(\S+)/.exec(printed.get("server") ?? "")?.[1];
  assert.ok(token, `no set-up token was printed:\n${printed.get("server")}`);
  const form = { token, tenantName: "northwind", displayName: "Ada Lovelace" };
  const body = new URLSearchParams({ ...form, email: MAIL("ada"), password: PASSWORDS.ada ?? "" });
  const answer = await fetch(`${base}/setup`, { method: "POST", body, headers: { origin: base } });
  assert.equal(answer.status, 201, await answer.text());
}

/** The guide's own statements, and the password that its owner would type. */
async function prepareDatabase(): Promise<void> {
  const guide = readFileSync(join(clone, "docs/guides/postgres-target.md"), "utf8");
  const blocks = [...guide.matchAll(/^ {3}```sql\n([\s\S]*?)^ {3}```$/gm)].map(([, sql = ""]) => sql);
  assert.ok(blocks.length >= 2, "the guide's statements are somewhere else");
  for (const sql of blocks.slice(0, 2)) await runSql("orders", sql);
  await runSql("orders", `ALTER ROLE curfew_management PASSWORD '${PASSWORDS.management}';`);
}

/** With the line that was printed, and with a session that is left open. */
async function logIn(): Promise<void> {
  const answer = await tryLine("UPDATE orders SET note = 'shipped' WHERE id = 4711");
  assert.match(answer.said, /UPDATE 1/);
  const client = new pg.Client({ connectionString: connection() });
  const cut = new Promise<void>((resolve) => client.on("error", () => resolve()));
  await client.connect();
  running.session = { client, cut };
}

async function refused(withinMs: number): Promise<void> {
  await until(withinMs, "PostgreSQL to refuse the log-in", async () => {
    const { ok, said } = await tryLine("SELECT 1");
    if (!ok) assert.match(said, /password authentication failed|is not permitted to log in/);
    if (!ok) say(said.trim().split("\n").at(-1) ?? "");
    return !ok;
  });
}

function connection(): string {
  const line = /^run: psql '([^']+)'$/m.exec(printed.get("grace") ?? "")?.[1];
  assert.ok(line, `no line to run was printed:\n${printed.get("grace")}`);
  return line;
}

/** As a person who pastes the line; where there is no psql, by the library. */
async function tryLine(sql: string): Promise<{ readonly ok: boolean; readonly said: string }> {
  if (hasPsql) {
    const run = spawnSync("psql", [connection(), "-X", "-c", sql], { encoding: "utf8" });
    return { ok: run.status === 0, said: `${run.stdout}${run.stderr}` };
  }
  if (!skipped.some((line) => line.startsWith("`psql`")))
    skipped.push("`psql`: it is not installed; a library logged in");
  const client = new pg.Client({ connectionString: connection() });
  client.on("error", () => {});
  try {
    await client.connect();
    const { command, rowCount } = await client.query(sql);
    return { ok: true, said: `${command} ${rowCount}` };
  } catch (error) {
    return { ok: false, said: error instanceof Error ? error.message : String(error) };
  } finally {
    await client.end().catch(() => {});
  }
}

/** A block of somebody's: what it exports is there in their next one, and a sign-in is finished in a browser. */
async function run(who: string, text: string): Promise<void> {
  const variables = join(work, `${who}.env`);
  const before = existsSync(variables) ? `. '${variables}'\n` : "";
  await bash(who, `${before}${text}\nexport -p > '${variables}'`, clone);
}

async function bash(who: string, text: string, folder: string): Promise<void> {
  const child = spawn("bash", ["-euo", "pipefail", "-c", text], { cwd: folder, env: environment(who) });
  const limit = setTimeout(() => child.kill("SIGKILL"), BLOCK_WITHIN_MS);
  let output = "";
  let isSignedIn = false;
  const read = (chunk: Buffer) => {
    output += chunk;
    printed.set(who, output);
    const [address] = /http:\S+\/oauth\/authorize\?\S+(?=\s)/.exec(output) ?? [];
    if (address === undefined || isSignedIn) return;
    isSignedIn = true;
    signIn(who, address).catch((error) => {
      output += String(error);
      child.kill();
    });
  };
  child.stdout.on("data", read);
  child.stderr.on("data", read);
  // Whatever a block asks for: first what Grace will sign in with, then what the target is opened with.
  child.stdin.on("error", () => {});
  child.stdin.end(`${PASSWORDS.grace}\n${PASSWORDS.management}\n`);
  const code = await new Promise((resolve) => child.once("close", resolve));
  clearTimeout(limit);
  assert.equal(code, 0, `${who}: this failed:\n${text}\n${output}`);
}

/** As in a browser: signs in, allows the command line, and arrives where it listens. */
async function signIn(who: string, address: string): Promise<void> {
  const start = new URL(address);
  const back = start.searchParams.get("redirect_uri") ?? "";
  const password = PASSWORDS[who] ?? "";
  const answers = { email: MAIL(who), password, newPassword: `${password}, and Grace's own` };
  const { callback } = await followForms(start, back, answers);
  await fetch(callback);
}

/** Of a machine on which nothing was done before; what npm has fetched already is not fetched again. */
function environment(who: string): NodeJS.ProcessEnv {
  const home = join(work, `home-of-${who}`);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  return {
    PATH: process.env.PATH,
    LANG: "C.UTF-8",
    HOME: home,
    CURFEW_URL: base,
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "safe.directory",
    GIT_CONFIG_VALUE_0: "*",
    npm_config_cache: process.env.npm_config_cache ?? join(homedir(), ".npm"),
    npm_config_prefer_offline: "true",
    npm_config_update_notifier: "false",
  };
}

async function until(withinMs: number, what: string, so: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + withinMs; !(await so()); await delay(200))
    assert.ok(performance.now() < deadline, `waited ${withinMs} ms for ${what}`);
}
