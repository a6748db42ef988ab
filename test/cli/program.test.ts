/** The command line against the real program: the demo's three commands, and signing in as a person does. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
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

test("config export: files that apply changes nothing by, and the one thing that was edited in them", async () => {
  const access = join(folder, "access");
  const made = await as("carol", "config", "export", "--out", access);
  assert.equal(made.exit, 0, made.err);
  assert.match(made.out, /^\d\d documents in \d+ files of /);
  const dry = await as("carol", "apply", "-f", access, "--dry-run");
  assert.equal(dry.exit, 0, dry.err);
  assert.match(dry.out, /^Nothing to change, \d\d unchanged\.\n$/);
  const written = readFileSync(join(access, "users.yaml"), "utf8");
  writeFileSync(join(access, "users.yaml"), written.replace("Casey Chen", "Casey C. Chen"));
  const edited = await as("carol", "apply", "-f", access, "--dry-run");
  assert.match(
    edited.out,
    /^~ update User contoso\/casey \(displayName\)\n1 to update, \d\d unchanged; nothing stored/,
  );
  writeFileSync(join(access, "bindings-2.yaml"), readFileSync(join(access, "bindings.yaml"), "utf8"));
  writeFileSync(join(access, "mine.yaml"), "kind: Group\n");
  assert.equal((await as("carol", "config", "export", "--out", access)).exit, 0);
  assert.equal(readFileSync(join(access, "users.yaml"), "utf8"), written);
  assert.ok(!readdirSync(access).includes("bindings-2.yaml"), "what an earlier export wrote is replaced");
  assert.ok(readdirSync(access).includes("mine.yaml"), "what somebody else wrote is not");
  writeFileSync(join(access, "users.yaml"), "kind: Group\n");
  assert.equal((await as("carol", "config", "export", "--out", access)).exit, 2);
  const all = (await as("carol", "config", "export")).out;
  assert.ok(all.includes(written.slice(written.indexOf("---"))));
  assert.equal((await as("frank", "config", "export", "--json")).exit, 3);
});

test("apply says when Curfew gets into no target that it changed, and why; target check asks again", async () => {
  const good = await as("carol", "target", "check", "orders-database");
  assert.equal(good.exit, 0, good.err + good.out);
  assert.match(good.out, /^✓ Curfew gets into orders-database, version 18/);
  const known = JSON.parse((await as("carol", "config", "export", "--json")).out);
  const { config } = known.find(({ kind }: { kind: string }) => kind === "Target").spec;
  const target = (name: string, changes: object) =>
    JSON.stringify({
      ...{ kind: "Target", name },
      spec: {
        ...{ kind: "postgres", config: { ...config, ...changes } },
        secrets: { password: { fromFile: "password" } },
      },
    });
  writeFileSync(join(folder, "password"), "not the password");
  const files = [
    target("wrong-password", {}),
    target("not-permitted", { host: "10.1.2.3" }),
    target("no-such-name", { host: "no-such-name.invalid" }),
    target("nobody-listens", { port: 1 }),
  ];
  writeFileSync(join(folder, "targets.yaml"), files.join("\n---\n"));
  const applied = await as("carol", "apply", "-f", "targets.yaml");
  assert.equal(applied.exit, 0, applied.err);
  for (const [name, why] of [
    ["wrong-password", /password authentication failed/],
    ["not-permitted", /the operator of Curfew has to permit it .*CURFEW_OUTBOUND_ALLOW/],
    ["no-such-name", /does not resolve, or leads to where your organisation is not permitted/],
    ["nobody-listens", /cannot connect to .*: connect E(NOENT|CONNREFUSED)/],
  ] as const) {
    const [, told = ""] =
      new RegExp(`^Target contoso/${name}:\\n((?: {4}.*\\n)+)`, "m").exec(applied.out) ?? [];
    assert.match(told, why, applied.out);
    assert.match(told, new RegExp(`until that is put right; then: curfew .*target check ${name}\\n$`));
    const again = await as("carol", "target", "check", name, "--json");
    assert.equal(again.exit, 1);
    const { error } = JSON.parse(again.err);
    assert.equal(error.code, "target_failed");
    assert.match(error.message, why);
  }
  const unchanged = await as("carol", "apply", "-f", "targets.yaml", "--json");
  assert.deepEqual(JSON.parse(unchanged.out).targets, [], "what was not changed is not looked into");
  assert.match((await as("carol", "target", "check", "nowhere")).err, /there is no target `nowhere`/);
  assert.match((await as("carol", "targets")).out, /^TARGET .*\n(.*\n)*orders-database +PostgreSQL /);
});

test("users, eligibilities and the log: as they are listed, and the log as a file that verifies anywhere", async () => {
  const users = await as("carol", "users");
  assert.match(
    users.out,
    /^NAME +CALLED +E-MAIL +ID\ncarol +Carol Castillo +carol@contoso\.example +[0-9a-f]{8}\ncasey /,
  );
  assert.match(
    (await as("carol", "users", "--kind", "group")).out,
    /\nplatform-approvers +Platform approvers +- /,
  );
  const eligible = await as("carol", "eligibilities", "colin");
  assert.match(eligible.out, /^WHO +ROLE +ON +UNTIL +MADE BY +ID\nColin Clarke +Contributor +.*web/);
  assert.equal((await as("casey", "eligibilities")).exit, 3);
  const log = await as("carol", "audit", "--limit", "3");
  assert.match(log.out, /^NUMBER +AT +TYPE +WHAT +ABOUT\n/);
  assert.match(log.err, /^There are more: --all, a larger --limit, or --cursor \S+\n$/);
  assert.equal((await as("carol", "audit", "export", "--out", "log.json")).exit, 0);
  const verified = await runApart(["audit", "verify", "--file", "log.json"], {}, folder);
  assert.equal(verified.exit, 0, verified.err + verified.out);
  const of = (await as("carol", "audit", "--all", "--json")).out;
  const { length } = JSON.parse(readFileSync(join(folder, "log.json"), "utf8"));
  assert.ok(length > 50 && JSON.parse(of).length >= length);
});

test("sessions: where somebody is signed in, and the end of all of it, with the tokens that came of it", async () => {
  const { out: token } = await as("casey", "token");
  const authorization = `Bearer ${token.trim()}`;
  const me = async () => (await fetch(`${demo.ready.http}/api/v1/me`, { headers: { authorization } })).status;
  assert.equal(await me(), 200);
  const own = await as("casey", "sessions");
  assert.match(own.out, /^THROUGH +SIGNED IN +WITH +UNTIL\n(?:curfew-cli|a browser) +/);
  assert.equal(
    (await as("frank", "sessions", "end", "casey")).exit,
    2,
    "nobody of another organisation is found",
  );
  assert.equal((await as("casey", "sessions", "end", "carol")).exit, 3);
  const ended = await as("carol", "sessions", "end", "casey", "--because", "a laptop was lost");
  assert.equal(ended.exit, 0, ended.err);
  assert.match(ended.out, /^Ended [1-9]\d* sessions? of Casey Chen, and every token that came of them\.\n$/);
  assert.equal(await me(), 401);
  const log = await as("carol", "audit", "--type", "sign_in.ended");
  assert.match(log.out, /sign_in\.ended +Carol Castillo ended Casey Chen's sessions \(\d+\) /);
});
