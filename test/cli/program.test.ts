/** The command line against the real program: the demo's three commands, and signing in as a person does. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { EXIT } from "../../src/cli/exit.ts";
import { keepLogin, oneAtATime, readLogin, tokenFile } from "../../src/cli/sign-in/kept-tokens.ts";
import { removeFile } from "../../src/cli/sign-in/private-files.ts";
import { type Demo, startDemo, until } from "../fixtures/program.ts";
import { Browser } from "../identity/browser.ts";
import { type Apart, runApart, start } from "./capture.ts";
import { page } from "./recorded.ts";
import { startRecordedServer, TOKEN } from "./recorded-server.ts";

const KEPT_TOKENS = new URL("../../src/cli/sign-in/kept-tokens.ts", import.meta.url).href;

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
  // Fiona's waits as well: a script is not left to decide the wrong one.
  const unclear = await as("casey", "approve", "--last", "--because", "one row is enough", "--for", "10s");
  assert.equal(unclear.exit, 2, unclear.out);
  const id = / {2}([0-9a-f]{8}) {2}Contributor on Contoso\/orders for 30 s \(Frank.*: fix order 4711\n/.exec(
    unclear.err,
  )?.[1];
  const approving = await as("casey", "approve", id ?? "", "--because", "one row is enough", "--for", "10s");
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
  const kept = tokenFile(join(folder, "curfew"), demo.ready.http);
  await killedAtItsTurn(kept);
  const before = nearItsEnd(kept);
  const together = await Promise.all([1, 2, 3].map(() => runApart(["token"], env, folder)));
  assert.deepEqual(
    together.map(({ exit }) => exit),
    [0, 0, 0],
    `a refresh token that is used once is refreshed by one command at a time: ${together.map(({ err }) => err)}`,
  );
  const after = readLogin(kept, demo.ready.http);
  assert.equal(after?.who, "Frank Fischer (Fabrikam)");
  assert.notEqual(after?.accessToken, before, "what is near its end is renewed before it is used");
  assert.deepEqual([...new Set(together.map(({ out }) => out.trim()))], [after?.accessToken]);
  await manyServers(env, kept);
  const overTls = await runApart(["whoami", "--url", https, "--ca-file", caFile], env, folder);
  assert.match(overTls.err, /you are not signed in; `curfew login` signs you in/);
  assert.equal(overTls.exit, EXIT.signedOut);
  const untrusted = await runApart(["login", "--url", https], env, folder);
  assert.equal(untrusted.exit, 1);
  assert.match(untrusted.err, /does not answer: .*certificate/);
  const { out: token } = await runApart(["token"], env, folder);
  const authorization = `Bearer ${token.trim()}`;
  assert.equal((await fetch(`${demo.ready.http}/api/v1/me`, { headers: { authorization } })).status, 200);
  assert.equal((await runApart(["logout"], env, folder)).out, `Signed out of ${demo.ready.http}.\n`);
  for (const argv of [["token"], ["whoami"], ["grants", "--json"]]) {
    const { exit, err } = await runApart(argv, env, folder);
    assert.equal(exit, EXIT.signedOut, argv[0]);
    assert.match(err, /you are not signed in/);
  }
});

/** A command that is killed while it has its turn: nobody tidies up after it. */
async function killedAtItsTurn(file: string): Promise<void> {
  const holder = `
    import { oneAtATime } from ${JSON.stringify(KEPT_TOKENS)};
    // What is only held by chance is not held.
    setInterval(() => gc(), 50);
    await oneAtATime(${JSON.stringify(file)}, async () => {
      process.stdout.write("held");
      await new Promise(() => {});
    });`;
  const child = spawn(process.execPath, ["--expose-gc", "--input-type=module", "-e", holder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  const others = oneAtATime(file, async () => Date.now());
  await delay(300);
  const killedAt = Date.now();
  child.kill("SIGKILL");
  assert.ok((await others) >= killedAt, "nobody has a turn as long as its holder lives");
}

/** Ten seconds are left of the token; answers with it. */
function nearItsEnd(file: string): string {
  const login = readLogin(file, demo.ready.http);
  assert.ok(login !== null);
  keepLogin(file, { ...login, expiresAt: Date.now() + 10_000 });
  return login.accessToken;
}

/** Signed in elsewhere too, each keeps its own; leaving one leaves the others. */
async function manyServers(env: Readonly<Record<string, string>>, kept: string): Promise<void> {
  const second = await startRecordedServer(
    { listMyEligibilities: [{ answer: page() }] },
    "2026-11-21T13:02:03Z",
  );
  try {
    const login = readLogin(kept, demo.ready.http);
    assert.ok(login !== null);
    const other = {
      ...login,
      url: second.url,
      who: "Frank elsewhere",
      accessToken: TOKEN,
      refreshToken: null,
    };
    const otherFile = tokenFile(join(folder, "curfew"), second.url);
    keepLogin(otherFile, { ...other, expiresAt: Date.now() + 3_600_000 });
    const unnamed = { XDG_CONFIG_HOME: folder, TZ: "UTC" };
    const listed = await runApart(["logins"], unnamed, folder);
    assert.match(
      listed.out,
      new RegExp(`^• {2}${demo.ready.http} +Frank Fischer \\(Fabrikam\\) +\\S+ UTC$`, "m"),
    );
    assert.match(listed.out, new RegExp(`^ {3}${second.url} +Frank elsewhere`, "m"));
    const host = new URL(second.url).host;
    for (const choice of [
      ["--url", second.url],
      ["--url", host],
    ])
      assert.equal((await runApart(["eligible", ...choice], unnamed, folder)).exit, 0);
    assert.equal((await runApart(["eligible"], { ...unnamed, CURFEW_URL: host }, folder)).exit, 0);
    assert.equal(second.sent.length, 3, "each was sent there");
    assert.match((await runApart(["whoami"], unnamed, folder)).out, /^Frank Fischer/);
    assert.equal((await runApart(["logins", host], unnamed, folder)).exit, 0);
    await runApart(["eligible"], unnamed, folder);
    assert.equal(second.sent.length, 4, "from now on it is the one that is meant");
    const left = await runApart(["logout"], unnamed, folder);
    assert.equal(left.out, `Signed out of ${second.url}.\n`);
    assert.match(left.err, /Still signed in elsewhere: curfew logins/);
    assert.equal((await runApart(["eligible"], unnamed, folder)).exit, EXIT.signedOut);
    // What is kept for one server is never sent to another, wherever it lies.
    keepLogin(otherFile, login);
    assert.equal((await runApart(["eligible"], unnamed, folder)).exit, EXIT.signedOut);
    assert.equal((await runApart(["whoami"], env, folder)).exit, 0);
    removeFile(otherFile);
    // Each keeps the authority that it was signed in with.
    const { https, caFile } = demo.ready;
    const overTls = tokenFile(join(folder, "curfew"), https);
    keepLogin(overTls, { ...login, url: https, caFile });
    const trusted = await runApart(["whoami", "--url", https], unnamed, folder);
    assert.equal(trusted.exit, 0, trusted.err);
    removeFile(overTls);
  } finally {
    await second.close();
  }
}

test("an emergency reaches its approver: what to decide leads to it, its short ids hold before and after the review", async () => {
  const allowed = await as(
    "carol",
    "applications",
    "jit",
    "billing",
    "--allow-emergency",
    "yes",
    "--approver",
    "casey",
  );
  assert.equal(allowed.exit, 0, allowed.err);
  assert.match((await as("casey", "requests", "--to-decide")).out, /WHY/);
  const broken = await as(
    "frank",
    "request",
    "Contributor",
    "--on",
    "billing",
    "--for",
    "10m",
    "--emergency",
    "--because",
    "invoices are lost",
    "--json",
  );
  assert.equal(broken.exit, 0, broken.err);
  const request: string = JSON.parse(broken.out).id.slice(0, 8);
  const toDecide = await as("casey", "requests", "--to-decide");
  assert.match(
    toDecide.err,
    /1 emergency use waits for your review: curfew --as casey .*grants --to-review\n/,
  );
  const { out: listed } = await as("casey", "grants", "--to-review");
  const grant =
    /^Frank Fischer \(Fabrikam\) +Contributor +Contoso\/billing .* emergency +invoices are lost +([0-9a-f]{8})$/m.exec(
      listed,
    )?.[1] ?? "";
  assert.notEqual(grant, "", listed);
  const told = await as("casey", "notifications", "--limit", "5");
  assert.match(
    told.out,
    new RegExp(
      `Frank Fischer asks for Contributor on Contoso/billing for 10 min \\(emergency\\) +${request}`,
    ),
  );
  assert.match((await as("casey", "requests", request)).out, /^Request +.*approved/);
  const judge = ["--outcome", "justified", "--because", "they were"];
  const revoked = await as("casey", "revoke", grant, "--because", "seen enough");
  assert.equal(revoked.exit, 0, revoked.err);
  const reviewed = await as("casey", "review", request, ...judge);
  assert.equal(reviewed.exit, 0, reviewed.err);
  assert.match((await as("casey", "grants", "--to-review")).err, /No emergency use waits for your review/);
  for (const id of [grant, request]) {
    const again = await as("casey", "review", id, ...judge);
    assert.match(again.err, /review/, "it is known, and was reviewed");
    assert.doesNotMatch(again.err, /there is no grant/);
  }
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
  assert.equal(wrong.exit, EXIT.signedOut);
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
