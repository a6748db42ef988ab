/** The page on restoring, to the letter: its commands from one PostgreSQL into an empty one, and a failover with a real standby. */
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import pg from "pg";
import { keepLogin, tokenFile } from "../../src/cli/sign-in/kept-tokens.ts";
import { signInByForm } from "../../src/client/form-sign-in.ts";
import { chooseRunAs, runBriefly } from "../../src/store/embedded/run-as.ts";
import { runApart } from "../cli/capture.ts";
import {
  freePort,
  type PlainCluster,
  packagedVersions,
  startPlainCluster,
} from "../fixtures/plain-cluster.ts";
import { type Api, apiWith, until } from "../fixtures/program.ts";

const [version] = packagedVersions().filter((one) => one >= 15);
const skip = version === undefined ? "no PostgreSQL of the system's packages is installed here" : false;
const BIN = `/usr/lib/postgresql/${version}/bin`;
const PAGE = readFileSync(new URL("../../docs/operations/backup-and-restore.md", import.meta.url), "utf8");
const ADA = { email: "ada@example.com", password: "a long enough password" };

let folder: string;
let from: PlainCluster;
let to: PlainCluster;
before(async () => {
  if (version === undefined) return;
  folder = mkdtempSync(join(tmpdir(), "curfew-page-"));
  [from, to] = await Promise.all([startPlainCluster(version), startPlainCluster(version)]);
});
after(async () => {
  for (const stop of stops.splice(0)) await stop();
  await Promise.all([from?.stop(), to?.stop()]);
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});
const stops: (() => Promise<unknown>)[] = [];

/** The blocks of commands in a section of the page, a list of lines each. */
function blocksIn(section: string): string[][] {
  const [, rest = ""] = PAGE.split(`\n## ${section}\n`);
  const [text = ""] = rest.split("\n## ");
  return [...text.matchAll(/^```\n([\s\S]*?)^```$/gm)].map(([, lines = ""]) => lines.trim().split("\n"));
}

/** As somebody would who says where to connect once. */
function atCluster(cluster: PlainCluster, command: string): void {
  const { hostname, port, username, password } = new URL(cluster.superuserUrl("postgres"));
  const env = {
    ...process.env,
    ...{ PATH: `${BIN}:${process.env.PATH}`, PGHOST: hostname, PGPORT: port },
    ...{ PGUSER: username, PGPASSWORD: decodeURIComponent(password) },
  };
  const { status, stderr } = spawnSync("/bin/sh", ["-c", command], { cwd: folder, env, encoding: "utf8" });
  assert.deepEqual([status, stderr], [0, ""], command);
}

interface Served {
  readonly url: string;
  lines(): string;
  ready(): Promise<{ status: number; code?: string }>;
  stop(): Promise<void>;
}

async function serve(
  dataDir: string,
  cluster: PlainCluster,
  more: Record<string, string> = {},
): Promise<Served> {
  const ours = Object.entries(process.env).filter(([name]) => !name.startsWith("CURFEW_"));
  const database = new URL(cluster.superuserUrl("curfew"));
  [database.username, database.password] = ["curfew_setup", "another one"];
  const port = await freePort();
  const env = {
    ...Object.fromEntries(ours),
    ...{
      CURFEW_DATA_DIR: join(folder, dataDir),
      CURFEW_DATABASE_URL: database.href,
      CURFEW_HTTP_PORT: String(port),
    },
    ...more,
  };
  const child = spawn(process.execPath, ["bin/curfew.mjs", "serve"], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => said.push(String(chunk)));
  const lines = () => said.join("");
  const stop = async () => {
    if (child.exitCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  };
  stops.push(stop);
  await until(
    () => child.exitCode !== null || /^Curfew serves/m.test(lines()),
    30_000,
    "Curfew to serve",
    lines,
  );
  assert.equal(child.exitCode, null, lines());
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    lines,
    stop,
    async ready() {
      const response = await fetch(`${url}/readyz`);
      return { ...((await response.json()) as { code?: string }), status: response.status };
    },
  };
}

async function signedIn({ url }: Served): Promise<Api> {
  const { accessToken, refreshToken } = await signInByForm({ baseUrl: url, ...ADA });
  const kept = { accessToken, refreshToken, expiresAt: Date.now() + 300_000 };
  keepLogin(tokenFile(join(folder, "curfew"), url), {
    ...{ url, caFile: null, who: null, signedInAt: null },
    ...kept,
  });
  return apiWith(url, accessToken);
}

const curfew = ({ url }: Served, ...argv: string[]) =>
  runApart(argv, { XDG_CONFIG_HOME: folder, CURFEW_URL: url }, folder);

let restored: Served;

test("a dump of a running installation goes into an empty cluster without an error, and gives nothing until it is confirmed", {
  skip,
  timeout: 120_000,
}, async () => {
  const [dump = [], restore = []] = blocksIn("A PostgreSQL of your own");
  assert.deepEqual([dump.length, restore.length], [1, 4]);
  for (const command of restore.slice(0, 2)) atCluster(from, command);
  const first = await serve("first", from);
  const token = first.lines().match(/set-up token:\s+(\S+)/)?.[1];
  const done = await fetch(`${first.url}/api/v1/setup`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: first.url },
    body: JSON.stringify({ token, tenantName: "example", displayName: "Ada", ...ADA }),
  });
  assert.ok(done.status < 300, await done.text());
  const documents = [{ kind: "Subscription", name: "production" }];
  assert.equal((await (await signedIn(first)).post("/configuration", { documents })).status, 200);
  for (const command of dump) atCluster(from, command);
  await first.stop();

  for (const command of restore) atCluster(to, command);
  mkdirSync(join(folder, "second"));
  copyFileSync(join(folder, "first", "key"), join(folder, "second", "key"));
  restored = await serve("second", to);
  assert.match(
    restored.lines(),
    /^\S+ warn +restored_unconfirmed: the database was restored: it is on another server than before/m,
  );
  assert.deepEqual(await restored.ready().then(({ status, code }) => [status, code]), [
    503,
    "restored_unconfirmed",
  ]);
  const ada = await signedIn(restored);
  assert.match((await ada.get("/me")).body.restored.because, /another server/);
  const refused = await ada.post("/configuration", { documents });
  assert.deepEqual([refused.status, refused.body.code], [503, "restored_unconfirmed"]);
  assert.ok(Number(refused.headers.get("retry-after")) > 0);
  const verified = await curfew(restored, "audit", "verify");
  assert.equal(verified.exit, 0, verified.err + verified.out);
  writeFileSync(join(folder, "one.yaml"), "apiVersion: curfew/v1\nkind: Subscription\nname: staging\n");
  const apply = await curfew(restored, "apply", "-f", join(folder, "one.yaml"));
  assert.notEqual(apply.exit, 0);
  assert.match(
    apply.err,
    /the database was restored: .*until an operator confirms it with `curfew restore confirm`/,
  );
  const confirmed = await curfew(restored, "restore", "confirm", "--because", "tried on another machine");
  assert.equal(confirmed.exit, 0, confirmed.err);
  await until(async () => (await restored.ready()).status === 200, 5_000, "it to be ready", restored.lines);
  assert.equal((await ada.post("/configuration", { documents })).status, 200);
  assert.equal((await curfew(restored, "audit", "verify")).exit, 0);
  assert.equal((await ada.get("/audit-entries?type=restore.confirmed")).body.items.length, 1);
});

test("a standby that is promoted in its place is a failover: everything is read again, and nobody is asked", {
  skip,
  timeout: 120_000,
}, async () => {
  const place = mkdtempSync("/tmp/curfew-standby-");
  stops.push(async () => rmSync(place, { recursive: true, force: true }));
  const runAs = chooseRunAs(place, "");
  execFileSync("chown", [`${runAs.uid}:${runAs.gid}`, place]);
  const data = join(place, "data");
  const copied = runBriefly(runAs, [
    join(BIN, "pg_basebackup"),
    "-D",
    data,
    "-d",
    to.superuserUrl("postgres"),
    "-R",
    "-X",
    "stream",
    "-c",
    "fast",
  ]);
  assert.ok(copied.ok, copied.output);
  await to.stop();
  const settings = [`port=${to.port}`, "listen_addresses=127.0.0.1", `unix_socket_directories=${place}`];
  const [file = "", ...rest] = runAs.command([
    join(BIN, "postgres"),
    "-D",
    data,
    ...settings.flatMap((one) => ["-c", one]),
  ]);
  const standby = spawn(file, rest, { ...runAs.spawnOptions, stdio: "ignore" });
  stops.push(async () => {
    standby.kill("SIGINT");
    await once(standby, "exit");
  });
  await until(() => promote(to.superuserUrl("postgres")), 20_000, "the standby to be promoted");
  await until(
    () => /^\S+ warn +the database is not where it was: everything is read again$/m.test(restored.lines()),
    15_000,
    "the failover to be noticed",
    restored.lines,
  );
  await until(async () => (await restored.ready()).status === 200, 10_000, "it to be ready", restored.lines);
  assert.equal(
    restored.lines().split("restored_unconfirmed").length,
    2,
    "of the restore before, and no other",
  );
  const ada = await signedIn(restored);
  assert.equal((await ada.get("/me")).body.restored, null);
});

async function promote(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString });
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query("SELECT pg_is_in_recovery() AND pg_promote() AS done");
    return rows[0]?.done === true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

test("the embedded database goes back as the page says: what is copied, what is put back, and what stays", () => {
  const [backUp = [], restore = []] = blocksIn("The embedded database");
  const of = (lines: readonly string[]) => lines.filter((line) => !line.startsWith("systemctl"));
  assert.deepEqual(of(backUp), ["cp -a /var/lib/curfew/data/postgres /backup/curfew-$(date +%F)"]);
  assert.deepEqual(of(restore), [
    "mv /var/lib/curfew/data/postgres /var/lib/curfew/data/postgres.before",
    "cp -a /backup/curfew-2026-11-30 /var/lib/curfew/data/postgres",
  ]);
});
