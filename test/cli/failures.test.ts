/** With --json every failure of every verb has one shape, whatever failed: docs/command-line.md says which. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { chain, headAt, TENANT } from "../../src/audit/chain.fixture.ts";
import type { Failure } from "../../src/cli/exit.ts";
import { runCli } from "../../src/cli/run.ts";
import { keepLogin, tokenFile } from "../../src/cli/sign-in/kept-tokens.ts";
import { VERBS } from "../../src/cli/verbs.ts";
import type { Answer } from "../../src/client/client.ts";
import type { Preview } from "../../src/client/types.ts";
import { eligibility, FRANK, page, preview } from "./recorded.ts";
import { type Script, startRecordedServer, TOKEN } from "./recorded-server.ts";

const folder = mkdtempSync(join(tmpdir(), "curfew-failures-"));
after(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** In this process: what is looked at is what is written, and there is much of it. */
async function run(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const texts = { out: "", err: "" };
  const into = (name: "out" | "err") => ({
    write: (text: string, written: () => void) => {
      texts[name] += text;
      written();
    },
  });
  const terminal = {
    stdin: process.stdin,
    stdout: into("out"),
    stderr: into("err"),
    on: () => {},
    off: () => {},
  };
  const exit = await runCli([...argv, "--json"], { XDG_CONFIG_HOME: folder, HOME: folder, ...env }, terminal);
  return { exit, ...texts };
}

/** The failure, after everything was looked at that holds of each. */
function failureIn({ exit, out, err }: Ended): Failure {
  if (out !== "") JSON.parse(out);
  const last = err.trimEnd().split("\n").at(-1) ?? "";
  assert.match(last, /^\{/, `${exit} ${out}`);
  const found: { error: Failure } = JSON.parse(last);
  assert.deepEqual(Object.keys(found), ["error"]);
  const { error } = found;
  const members = ["code", "exit", "message", "path", "requestId", "rules", "status", "touched"];
  assert.deepEqual(Object.keys(error).sort(), members);
  assert.match(error.code, /^[a-z]+(_[a-z]+)*$/);
  assert.equal(error.exit, exit);
  assert.ok(
    exit > 0 && error.message.length > 3 && Array.isArray(error.rules) && Array.isArray(error.touched),
  );
  assert.equal(err.split('{"error"').length, 2, "it is told once");
  return error;
}

async function failure(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Failure> {
  return failureIn(await run(argv, env));
}

/** Signed in at a server that plays the script. */
async function at(script: Script, work: (env: Record<string, string>) => Promise<void>): Promise<void> {
  const server = await startRecordedServer(script, "2026-11-21T13:02:03Z");
  try {
    await work(signedInAt(server.url));
  } finally {
    await server.close();
  }
}

function signedInAt(url: string): Record<string, string> {
  const tokens = {
    accessToken: TOKEN,
    refreshToken: null,
    expiresAt: Date.now() + 86_400_000,
    ...{ url, caFile: null, who: null, signedInAt: null },
  };
  keepLogin(tokenFile(join(folder, "curfew"), url), tokens);
  return { CURFEW_URL: url };
}

/** What stands in between answers whatever it likes. */
async function between(
  status: number,
  type: string,
  body: string,
  work: (env: Record<string, string>) => Promise<void>,
): Promise<void> {
  const server = createServer((request, reply) => {
    request.resume();
    reply.writeHead(status, { "content-type": type, "retry-after": "0" }).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    await work(signedInAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const ME: Answer<"readMe"> = {
  principal: { ...FRANK, tenantId: TENANT },
  rights: ["auditor"],
  email: "frank@fabrikam.example",
  places: ["audit"],
  counts: { toDecide: 0, unread: 0 },
  newestUnreadAt: null,
  session: { amr: ["pwd"], authTime: null, via: "curfew-cli", limited: false },
  restored: null,
  now: "2026-11-21T13:02:03.000Z",
};

const words = (least: number) => Array.from({ length: least }, () => "11111111-1111-4111-8111-111111111111");
/** As much as each verb needs to go on to the server. */
const ENOUGH: Readonly<Record<string, readonly string[]>> = {
  approve: ["--because", "x"],
  deny: ["--because", "x"],
  request: ["--on", "/subscriptions/x", "--for", "1h"],
  preview: ["--on", "/subscriptions/x", "--for", "1h"],
  check: ["--on", "/subscriptions/x", "--action", "a/read"],
  review: ["--outcome", "justified", "--because", "x"],
  extend: ["--for", "1h"],
};

test("usage: what is misspelt, missing, too much or no duration", async () => {
  for (const argv of [
    ["aprove"],
    ["audit", "--frm", "x"],
    ["check"],
    ["whoami", "extra"],
    ["extend", "--for"],
    ["audit", "--limit", "0"],
    ["--url", "::", "whoami"],
    ["apply"],
    ["apply", "-f", join(folder, "nowhere.yaml")],
  ]) {
    const { code, exit, status } = await failure(argv);
    assert.deepEqual([argv, code, exit, status], [argv, "usage", 2, null]);
  }
  for (const { name } of VERBS)
    assert.equal((await failure([...name.split(" "), "--no-such-flag"])).code, "usage", name);
});

test("every verb, where nothing listens, where nobody signed in, and where something else answers", async () => {
  const silent = "http://127.0.0.1:9";
  for (const verb of VERBS) {
    const argv = [...verb.name.split(" "), ...words(verb.words[0]), ...(ENOUGH[verb.name] ?? [])];
    const ended = await run(argv, { CURFEW_URL: silent });
    if (ended.exit !== 0)
      assert.ok(
        ["unauthenticated", "unreachable", "usage", "fault"].includes(failureIn(ended).code),
        verb.name,
      );
  }
  const signedIn = signedInAt(silent);
  for (const argv of [["whoami"], ["grants"], ["audit", "verify"], ["target", "check", "x"]]) {
    const { code, exit, status } = await failure(argv, signedIn);
    assert.deepEqual([code, exit, status], ["unreachable", 1, null]);
  }
  assert.equal((await failure(["whoami"], { CURFEW_URL: "http://127.0.0.1:1" })).code, "unauthenticated");
  await between(200, "text/html", "<html>please sign in to the wireless network</html>", async (env) => {
    for (const argv of [
      ["whoami"],
      ["grants"],
      ["deactivate", "--last"],
      ["clock", "accept", "--because", "x"],
    ]) {
      const { code, status, message } = await failure(argv, env);
      assert.deepEqual([code, status], ["unknown", 200], argv.join(" "));
      assert.match(message, /is the address right/);
    }
  });
  await between(502, "text/html", "<html>Bad Gateway</html>", async (env) => {
    assert.deepEqual(
      [(await failure(["whoami"], env)).code, (await failure(["grants"], env)).status],
      ["unknown", 502],
    );
  });
  const away = { code: "clock_suspected", detail: "the database's clock jumped; an operator can accept it" };
  await between(503, "application/problem+json", JSON.stringify(away), async (env) => {
    const { code, status, message } = await failure(["notifications"], env);
    assert.deepEqual({ code, detail: message, status }, { ...away, status: 503 });
  });
});

test("refusals by rules: of a preview, of a request before it is sent and of one that was sent", async () => {
  type Rule = Preview["rules"][number];
  const rule = (name: Rule["rule"], message: string, missing: "duration" | "mfa"): Rule => ({
    rule: name,
    outcome: "unsatisfied",
    message,
    missing,
  });
  const no = (...rules: Rule[]) => ({
    answer: preview({ allowed: false, rules: [...rules, ...preview().rules] }),
  });
  const tooLong = rule("ExpirationRule", "9 h is more than the maximum of 8 h", "duration");
  const second = rule("MfaRule", "a second factor is needed", "mfa");
  const asked = ["Contributor", "--on", "orders", "--for", "9h"];
  await at(
    {
      previewAccessRequest: [no(tooLong), no(tooLong, second), no(second)],
      listMyEligibilities: [{ answer: page(eligibility("orders")) }],
    },
    async (env) => {
      const long = await failure(["preview", ...asked], env);
      assert.deepEqual([long.code, long.exit], ["rules_not_satisfied", 5]);
      assert.deepEqual(long.rules, [tooLong]);
      const both = await failure(["request", ...asked], env);
      assert.deepEqual([both.code, both.exit, both.rules.length], ["rules_not_satisfied", 5, 2]);
      const { code, exit } = await failure(["request", ...asked], env);
      assert.deepEqual([code, exit], ["step_up_needed", 6]);
    },
  );
});

test("the id of a call that somebody else has to look into is told to programs and people", async () => {
  const id = "5f0c0a38-0d5e-4f6a-8b9c-000000000001";
  const problem = { status: 502, code: "target_failed", detail: "the target did not do it", requestId: id };
  await at({ listGrants: [{ problem }, { problem }] }, async (env) => {
    assert.equal((await failure(["grants"], env)).requestId, id);
    const said: string[] = [];
    const write = (text: string, written: () => void) => {
      said.push(text);
      written();
    };
    const terminal = { stdin: process.stdin, stdout: { write }, stderr: { write }, on() {}, off() {} };
    await runCli(["grants"], { XDG_CONFIG_HOME: folder, HOME: folder, ...env }, terminal);
    assert.match(said.join(""), new RegExp(`the target did not do it.* \\[target_failed, request ${id}\\]`));
  });
});

test("what a change of configuration is refused for, by its place and by what it would leave", async () => {
  const file = join(folder, "new.yaml");
  writeFileSync(file, "kind: Group\nname: night\nspec:\n  displayName: N\n  members:\n    - nobody\n");
  const left = {
    kind: "request",
    id: "9a3b7c10-0d5e-4f6a-8b9c-000000000006",
    sentence: "nobody could decide",
  };
  await at(
    {
      applyConfiguration: [
        {
          problem: {
            status: 400,
            code: "invalid_input",
            detail: "there is no `nobody`",
            path: `${file}:1:/spec/members/0`,
          },
        },
        {
          problem: {
            status: 409,
            code: "nobody_left",
            detail: "this leaves nobody to decide",
            touched: [left],
          },
        },
      ],
    },
    async (env) => {
      const placed = await failure(["apply", "-f", file], env);
      assert.deepEqual([placed.code, placed.status, placed.exit], ["invalid_input", 400, 2]);
      assert.equal(placed.path, `${file}:6:/spec/members/0`);
      assert.equal(placed.message, `${file}:6:/spec/members/0: there is no \`nobody\``);
      const nobody = await failure(["apply", "-f", file], env);
      assert.deepEqual([nobody.code, nobody.status, nobody.touched], ["nobody_left", 409, [left]]);
      assert.equal(nobody.message, "this leaves nobody to decide");
    },
  );
});

test("an answer that is no is told as a failure too, and stands on stdout", async () => {
  const rows = chain(3);
  const items = rows.map(({ entry, sequence, leafHash, linkHash }, at) => ({
    id: entry.id,
    sequence,
    entry: { ...entry, ...(at === 1 ? { type: "grant.begun" } : {}) },
    leafHash: leafHash.toString("base64url"),
    linkHash: linkHash?.toString("base64url") ?? null,
    openings: [],
    sentence: "s",
    actorName: null,
  }));
  await at(
    {
      checkAccess: [{ answer: { allowed: false, reason: "no_grant", until: null, grants: [] } as never }],
      readMe: [{ answer: ME }],
      readAuditHead: [{ answer: headAt(rows, 3) }],
      listAuditEntries: [{ answer: { items, nextCursor: null } as never }],
      checkTargetAgain: [
        {
          answer: {
            retried: 0,
            health: {
              ...{
                ok: false,
                reachable: false,
                version: null,
                excess: [],
                missing: [],
                expiry: "unverified",
              },
              findings: [{ refuses: true, detail: "password authentication failed" }],
            },
          },
        },
      ],
    },
    async (env) => {
      const asked = ["--on", "/subscriptions/x", "--action", "a/read"];
      const check = await run(["check", ...words(1), ...asked], env);
      assert.equal(JSON.parse(check.out).allowed, false);
      assert.deepEqual([failureIn(check).code, check.exit], ["denied", 3]);
      const verify = await run(["audit", "verify"], env);
      assert.equal(JSON.parse(verify.out).ok, false);
      assert.match(failureIn(verify).message, /^NOT verified: /);
      const target = await run(["target", "check", "ledger-db"], env);
      assert.deepEqual(
        [failureIn(target).code, failureIn(target).message],
        ["target_failed", "password authentication failed"],
      );
      const sample = join(folder, "package");
      const packages = await run(["package", "validate", sample], env);
      assert.equal(failureIn(packages).exit, 2);
    },
  );
});
