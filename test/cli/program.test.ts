/** The command line against the real program: the demo's three commands, and signing in as a person does. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Demo, startDemo, until } from "../fixtures/program.ts";
import { Browser } from "../identity/browser.ts";
import { type Apart, runApart, start } from "./capture.ts";

let demo: Demo;
let folder: string;

before(async () => {
  demo = await startDemo();
  folder = mkdtempSync(join(tmpdir(), "curfew-cli-"));
});
after(async () => {
  await demo.close();
  rmSync(folder, { recursive: true });
});

function as(name: string, ...argv: string[]): Promise<Apart> {
  return runApart(["--as", name, "--data-dir", demo.dataDir, ...argv], { TZ: "Europe/Paris" }, folder);
}

const COUNT = ["secret", "--last", "--psql", "select count(*) from orders"];

test("the demo's three commands: access comes, is used, ends, and PostgreSQL itself refuses", async () => {
  const asking = as(
    "frank",
    "request",
    "Contributor",
    "--on",
    "orders",
    "--for",
    "30s",
    "--because",
    "fix order 4711",
    "--wait",
  );
  await until(
    async () => {
      const { out } = await as("casey", "requests", "--to-decide", "--json");
      return JSON.parse(out).some((one: { justification: string }) => one.justification === "fix order 4711");
    },
    15_000,
    "the request to wait for casey",
  );
  const approving = await as("casey", "approve", "--last", "--because", "one row is enough", "--for", "10s");
  assert.equal(approving.exit, 0, approving.err);
  assert.match(
    approving.out,
    /^Approved: Contributor on Contoso\/orders for 10 s \(30 s asked\), for Frank Fischer\./,
  );
  const asked = await asking;
  assert.equal(asked.exit, 0, asked.err);
  assert.match(asked.err, /approved for 10 s \(you asked 30 s\): "one row is enough"/);
  assert.match(
    asked.err,
    /opening in PostgreSQL, end armed\n.*live until \d\d:\d\d:\d\d \((\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d UTC\)/,
  );
  assert.match(asked.out, /^Next: curfew --as frank --data-dir \S+ secret [0-9a-f]{8}\n$/);
  const counted = await as("frank", ...COUNT);
  assert.equal(counted.exit, 0, counted.err);
  assert.match(counted.out, /^count\n\d{4}\n$/);
  await until(async () => !(await as("frank", "grants")).out.includes(" live "), 20_000, "the end");
  const refused = await as("frank", ...COUNT);
  assert.equal(refused.exit, 3);
  assert.match(
    refused.err,
    /^Using the secret fetched at .*; the access ended at .*\nPostgreSQL answers: .* \[28\w{3}\]\n$/,
  );
});

test("what the command line keeps of the demo is its owner's alone", () => {
  const kept = join(demo.dataDir, "cli");
  assert.equal(statSync(kept).mode & 0o777, 0o700);
  const modes = readdirSync(kept).map((name) => statSync(join(kept, name)).mode & 0o777);
  assert.ok(modes.length >= 3 && modes.every((mode) => mode === 0o600));
});

test("login: through a browser, kept until logout; a certificate that nobody vouches for is refused", async () => {
  const { https, caFile } = demo.ready;
  const env = { XDG_CONFIG_HOME: folder, CURFEW_URL: demo.ready.http };
  const child = start(["login"], env, folder, ["ignore", "pipe", "pipe"]);
  let shown = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    shown += text;
  });
  const ended = once(child, "close");
  await until(() => /authorize\?\S+\n/.test(shown), 10_000, "the address to open");
  await signInAt(/ (http\S+)/.exec(shown)?.[1] ?? "");
  assert.deepEqual((await ended)[0], 0);
  const me = await runApart(["whoami"], { XDG_CONFIG_HOME: folder }, folder);
  assert.match(me.out, /^Frank Fischer \(Fabrikam\), user /);
  const kept = join(folder, "curfew", `${new URL(demo.ready.http).host.replace(":", "_")}.json`);
  writeFileSync(kept, JSON.stringify({ ...JSON.parse(readFileSync(kept, "utf8")), expiresAt: 0 }));
  const together = await Promise.all([1, 2, 3].map(() => runApart(["whoami"], env, folder)));
  const exits = together.map(({ exit }) => exit);
  assert.deepEqual(
    exits,
    [0, 0, 0],
    "a refresh token that is used once is refreshed by one command at a time",
  );
  const overTls = await runApart(["whoami", "--url", https, "--ca-file", caFile], env, folder);
  assert.match(overTls.err, /you are not signed in; `curfew login` signs you in/);
  const untrusted = await runApart(["login", "--url", https], env, folder);
  assert.equal(untrusted.exit, 1);
  assert.match(untrusted.err, /does not answer: .*certificate/);
  const { out: token } = await runApart(["token"], env, folder);
  const authorization = `Bearer ${token.trim()}`;
  assert.equal((await fetch(`${demo.ready.http}/api/v1/me`, { headers: { authorization } })).status, 200);
  assert.equal((await runApart(["logout"], env, folder)).out, "Signed out.\n");
  assert.match((await runApart(["token"], env, folder)).err, /you are not signed in/);
  assert.equal((await runApart(["whoami"], env, folder)).exit, 1);
});

async function signInAt(address: string): Promise<void> {
  const { email, password } = demo.ready.personas.frank ?? { email: "", password: "" };
  const browser = new Browser(demo.ready.http);
  const start = await browser.get(address);
  const form = await browser.follow(start);
  let seen = await browser.follow(await browser.post(form.url.pathname, { email, password }));
  if (seen.text.includes('name="decision"')) {
    seen = await browser.follow(await browser.post(`${seen.url.pathname}/consent`, { decision: "allow" }));
  }
  assert.match(seen.location ?? "", /^http:\/\/127\.0\.0\.1:\d+\/callback\?/);
  const callback = new URL(seen.location ?? "");
  const forged = new URL(callback);
  forged.searchParams.set("state", "another");
  assert.equal((await fetch(forged)).status, 404, "an answer that was not asked for changes nothing");
  assert.equal((await fetch(callback)).status, 200);
}

test("a service principal signs in with its secret from the environment, over TLS", async () => {
  const workload = demo.ready.servicePrincipals["fabrikam-deploy"];
  const env = {
    CURFEW_URL: demo.ready.https,
    CURFEW_CA_FILE: demo.ready.caFile,
    CURFEW_CLIENT_ID: workload?.clientId ?? "",
    CURFEW_CLIENT_SECRET: workload?.clientSecret ?? "",
  };
  const me = await runApart(["whoami", "--json"], env, folder);
  assert.equal(JSON.parse(me.out).principal.objectId, workload?.objectId, me.err);
  const token = await runApart(["token"], env, folder);
  assert.match(token.out, /^[\w-]+\.[\w-]+\.[\w-]+\n$/, token.err);
  const wrong = await runApart(["whoami"], { ...env, CURFEW_CLIENT_SECRET: "wrong" }, folder);
  assert.equal(wrong.exit, 1);
  assert.match(wrong.err, /the server refused the sign-in/);
});

test("--as has a second factor where the person has one, and knows nobody else", async () => {
  const colin = await as("colin", "whoami", "--json");
  assert.ok(JSON.parse(colin.out).session.amr.includes("mfa"), colin.err);
  const nobody = await as("frnak", "whoami");
  assert.equal(nobody.exit, 2);
  assert.match(nobody.err, /the demo has nobody called `frnak`; did you mean frank\?/);
  const elsewhere = await as("frank", "whoami", "--url", "https://curfew.example");
  assert.equal(elsewhere.exit, 2);
});
