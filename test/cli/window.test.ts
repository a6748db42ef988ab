/** The command line at a real terminal, and where there is none: windows, locales, questions, full disks. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { test } from "node:test";
import { widthOf } from "../../src/cli/text/letters.ts";
import { atTerminal, noWindow, runInWindow, start } from "./capture.ts";
import { accessRequest, approved, GRANT, grant, page, scopeOf, standing } from "./recorded.ts";
import type { Script } from "./recorded-server.ts";

const inWindow = { skip: noWindow ?? false };
const OTHER = "c0ffee00-5d10-4c55-9a86-0a4be1a7c802";

const first = accessRequest({
  version: 7,
  justification: "the ledger of 2025 does not add up: 山田さん found three rows too many",
  ticket: { system: "jira", number: "OPS-4711" },
});
const second = accessRequest({
  id: OTHER,
  version: 3,
  justification: "drop everything",
  scope: scopeOf("billing"),
  scopeName: "billing",
});

const waiting: Script = {
  listAccessRequests: [{ answer: page(first, second) }],
  listGrants: [{ answer: page() }],
  decideAccessRequest: [{ answer: approved() }],
  cancelAccessRequest: [{ answer: accessRequest({ state: "canceled" }) }],
  revokeGrant: [{ answer: grant({ state: "ended", liveness: "revoked" }) }],
};

test("what waits for a decision says why, in a window of any width, with nothing left out", inWindow, () =>
  atTerminal(waiting, async ({ folder, env, run }) => {
    for (const columns of [200, 100, 80, 40]) {
      const { screen, exit } = await runInWindow(["requests", "--to-decide"], env, folder, { columns });
      assert.equal(exit, 0, screen);
      for (const line of screen.split("\n")) assert.ok(widthOf(line) <= columns, `${columns}: ${line}`);
      for (const word of ["ledger", "山田さん", "jira:OPS", "4711", "drop", "3f9c2a71", "c0ffee00", "UTC+1"])
        assert.ok(screen.includes(word), `${columns}: ${word} in\n${screen}`);
    }
    const narrowed = await runInWindow(["requests", "--to-decide"], { ...env, COLUMNS: "60" }, folder, {
      columns: 200,
    });
    for (const line of narrowed.screen.split("\n")) assert.ok(widthOf(line) <= 60, line);
    const { out } = await run(["requests", "--to-decide"], { COLUMNS: "40" });
    assert.match(
      out,
      /the ledger of 2025 does not add up: 山田さん found three rows too many \(jira:OPS-4711\)/,
    );
    assert.equal(out.trim().split("\n").length, 3, "in a pipe a row is a line");
  }),
);

test("access, requests and help fit the window too", inWindow, () =>
  atTerminal(
    {
      ...waiting,
      listGrants: [
        {
          answer: page(
            grant(),
            standing("c2d01b7e-5d0c-4c1e-8f4e-0d8f7a6b5c4d", "orders", "Reader", "publisher's read-only"),
          ),
        },
        { answer: page() },
      ],
    },
    async ({ folder, env }) => {
      for (const argv of [
        ["grants", "--everybody"],
        ["requests"],
        ["help"],
        ["help", "applications", "deploy"],
      ]) {
        const { screen } = await runInWindow(argv, env, folder, { columns: 80 });
        const wide = screen.split("\n").filter((line) => widthOf(line) > 80 && !isExample(line));
        assert.deepEqual(wide, [], argv.join(" "));
      }
    },
  ),
);

/** What is copied as it stands is the terminal's to break. */
function isExample(line: string): boolean {
  return /^ {2}curfew |^curfew /.test(line);
}

test(
  "approve --last: of several that wait the person is asked which, and that one is decided",
  inWindow,
  () =>
    atTerminal(waiting, async ({ folder, env, server }) => {
      const argv = ["approve", "--last", "--because", "fine"];
      const question = /nothing stops here:\n$/;
      const chosen = await runInWindow(argv, env, folder, {
        columns: 120,
        typed: { after: question, text: "2\n" },
      });
      assert.equal(chosen.exit, 0, chosen.screen);
      assert.match(chosen.screen, / {3}1 {2}3f9c2a71 .*the ledger.*\n {3}2 {2}c0ffee00 .*drop everything/);
      const none = await runInWindow(argv, env, folder, {
        columns: 120,
        typed: { after: question, text: "\n" },
      });
      assert.equal(none.exit, 2, none.screen);
      const wrong = await runInWindow(argv, env, folder, {
        columns: 120,
        typed: { after: question, text: "3\n" },
      });
      assert.equal(wrong.exit, 2, wrong.screen);
      const decided = server.sent.filter(({ operation }) => operation === "decideAccessRequest");
      assert.deepEqual(
        decided.map(({ url, headers }) => [url, headers["if-match"]]),
        [[`/api/v1/access-requests/${OTHER}/decisions`, '"3"']],
      );
    }),
);

test("--last: where nobody can be asked, several are refused with what they are, and nothing is done", () =>
  atTerminal(
    {
      ...waiting,
      listGrants: [{ answer: page(grant(), grant({ id: OTHER, scopeName: "billing" })) }],
    },
    async ({ run, server }) => {
      for (const argv of [
        ["approve", "--because", "fine"],
        ["deny", "--because", "no"],
        ["cancel"],
        ["revoke"],
        ["deactivate"],
        ["extend", "--for", "1h"],
        ["review", "--outcome", "justified", "--because", "seen"],
        ["secret"],
      ]) {
        const { exit, err } = await run([argv[0] ?? "", "--last", ...argv.slice(1)]);
        assert.equal(exit, 2, `${argv[0]}: ${err}`);
        assert.match(err, /--last is more than one .*; name the one you mean by its id:\n/, argv[0]);
        assert.match(
          err,
          /\n {2}(3f9c2a71|7b1e04d2) {2}Contributor on Contoso\/orders.*\n {2}c0ffee00 {2}/,
          argv[0],
        );
      }
      const done = server.sent.filter(({ operation }) => !/^(list|none)/.test(operation));
      assert.deepEqual(done, []);
      const asJson = await run(["approve", "--last", "--json", "--because", "fine"]);
      assert.equal(asJson.exit, 2);
      assert.match(JSON.parse(asJson.err).error.message, /3f9c2a71/);
    },
  ));

test("--last: the only one that waits is taken without a question", () =>
  atTerminal({ ...waiting, listAccessRequests: [{ answer: page(first) }] }, async ({ run, server }) => {
    const { exit, err } = await run(["approve", "--last", "--because", "fine"]);
    assert.equal(exit, 0, err);
    assert.equal(server.sent.filter(({ operation }) => operation === "decideAccessRequest").length, 1);
  }));

test("a locale that is not UTF-8 is given ASCII, at a terminal, in a pipe and as JSON", () =>
  atTerminal(
    {
      ...waiting,
      listMyNotifications: [
        {
          answer: page({
            id: GRANT,
            type: "request_sent",
            requestId: GRANT,
            grantId: null,
            text: "Sent: Zoë → Contributor …",
            at: "2026-11-21T13:02:03.000Z",
            readAt: null,
          }),
        },
      ],
    },
    async ({ run, env, folder }) => {
      const ascii = /^[\n\x20-\x7e]*$/;
      for (const locale of [{ LANG: "C" }, { LANG: "C.UTF-8", LC_ALL: "POSIX" }, { LANG: "" }]) {
        const { out } = await run(["notifications"], locale);
        assert.match(out, ascii);
        assert.match(out, /^\* {2}14:02:03 UTC\+1 {2}Sent: Zo\\u00eb -> Contributor \.\.\./m);
      }
      const { out: json } = await run(["notifications", "--json"], { LANG: "C" });
      assert.match(json, ascii);
      assert.equal(JSON.parse(json)[0].text, "Sent: Zoë → Contributor …");
      const { out: utf8 } = await run(["notifications"]);
      assert.match(utf8, /•.*Zoë → Contributor …/);
      if (noWindow !== null) return;
      const { screen } = await runInWindow(["notifications"], { ...env, LANG: "C" }, folder, { columns: 80 });
      assert.match(screen, ascii);
    },
  ));

const FULL = { skip: process.platform === "linux" ? false : "there is no /dev/full" };

test("an answer that a full disk did not take is a fault, and says so", FULL, () =>
  atTerminal(waiting, async ({ env, folder }) => {
    for (const [argv, exit] of [
      [["requests"], 1],
      [["requests", "--json"], 1],
      [["help"], 1],
      [["version"], 1],
      [["completions", "bash"], 1],
      [["approve", "3f9c2a71", "--because", "fine"], 1],
      [["reqests"], 2],
    ] as const) {
      const full = openSync("/dev/full", "w");
      const child = start(argv, env, folder, ["ignore", full, "pipe"]);
      closeSync(full);
      let err = "";
      child.stderr?.setEncoding("utf8").on("data", (text: string) => {
        err += text;
      });
      const [code] = await once(child, "close");
      assert.equal(code, exit, `${argv.join(" ")}: ${err}`);
      if (exit === 1)
        assert.match(err, /not all of the answer could be written: no space left on device/, argv.join(" "));
    }
    const full = openSync("/dev/full", "w");
    const child = start(["requests"], env, folder, ["ignore", "ignore", full]);
    closeSync(full);
    const [code] = await once(child, "close");
    assert.equal(code, 0, "nothing was to be said there");
  }),
);

test("a reader that has had enough is no fault: nothing is said, and nothing breaks", () =>
  atTerminal(waiting, async ({ env, folder }) => {
    const child = start(["help"], env, folder, ["ignore", "pipe", "pipe"]);
    // Gone before the first line comes.
    child.stdout?.destroy();
    let err = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      err += text;
    });
    const [code] = await once(child, "close");
    assert.deepEqual([code, err], [0, ""]);
    const piped = spawn(
      "bash",
      ["-c", `set -o pipefail; '${process.execPath}' bin/curfew.mjs help | head -n 1`],
      {
        cwd: new URL("../../", import.meta.url),
        env: { ...process.env, ...env },
      },
    );
    const [end] = await once(piped, "close");
    assert.equal(end, 0);
  }));
