/** Golden captures: configuration, applications, the log, and the command line about itself. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { chain, headAt, type Row, TENANT } from "../../src/audit/chain.fixture.ts";
import { EXIT, EXIT_MEANINGS } from "../../src/cli/exit.ts";
import type { Answer } from "../../src/client/client.ts";
import { assertGolden, atTerminal } from "./capture.ts";
import { CONTOSO, FABRIKAM, FRANK, GRANT, grant, page, scopeOf } from "./recorded.ts";

const CONFIGURATION = `kind: User
name: dora
spec:
  email: dora@contoso.example
  displayName: Dora
  password: { fromEnv: DORA_PW }
---
kind: Group
name: night-shift
spec:
  displayName: Night shift
  members:
    - dora
    - nobody
`;

const id = (last: string) => `9a3b7c10-0d5e-5f6a-8b9c-00000000000${last}`;

test("apply: the plan, what came of it, faults on their very line, and malformed YAML", () =>
  atTerminal(
    {
      applyConfiguration: [
        {
          answer: {
            changes: [
              { action: "create", kind: "User", tenant: "contoso", name: "dora", id: id("1") },
              {
                action: "update",
                kind: "Group",
                tenant: "contoso",
                name: "night-shift",
                id: id("2"),
                fields: ["members"],
              },
              { action: "delete", kind: "Eligibility", tenant: "contoso", name: "old", id: id("3") },
              { action: "unchanged", kind: "Tenant", tenant: "contoso", name: "contoso", id: CONTOSO },
            ],
            applied: false,
            touched: {
              items: [
                {
                  kind: "grant",
                  id: id("5"),
                  sentence:
                    "Colin Clarke loses Reader on web until 2026-11-30T15:00:00Z: the right to it is gone",
                },
                {
                  kind: "rule",
                  id: "contoso/critical",
                  sentence: "nobody could approve by Tier `critical` any more",
                },
              ],
              more: false,
            },
          },
        },
        {
          answer: {
            changes: [
              {
                action: "create",
                kind: "Application",
                tenant: "contoso",
                name: "reporting",
                id: id("4"),
                note: "Fabrikam may always read it, and asks for anything more",
              },
            ],
            applied: true,
            touched: { items: [], more: false },
          },
        },
        {
          problem: {
            status: 400,
            code: "invalid_input",
            detail: "there is no user or group `nobody`",
            path: "new.yaml:8:/spec/members/1",
          },
        },
        {
          problem: {
            status: 400,
            code: "invalid_input",
            detail:
              "2 faults, nothing was stored\nnew.yaml:1:/spec/email: taken\nnew.yaml:8:/spec/members/1: there is no `nobody`",
            path: "new.yaml:1:/spec/email",
          },
        },
        {
          problem: {
            status: 409,
            code: "nobody_left",
            detail: "this leaves nobody to decide; …",
            touched: [
              {
                kind: "request",
                id: id("6"),
                sentence: "nobody could decide Frank Fischer's request for Contributor on orders any more",
              },
            ],
          },
        },
      ],
    },
    async ({ show, folder, server }) => {
      writeFileSync(join(folder, "new.yaml"), CONFIGURATION);
      writeFileSync(join(folder, "broken.yaml"), "kind: [Group\nname: x\n");
      const env = { DORA_PW: "horse" };
      const captures = [
        await show(["apply", "-f", "new.yaml", "--dry-run", "--prune"], env),
        await show(["apply", "-f", "new.yaml"], env),
        await show(["apply", "-f", "new.yaml"], env),
        await show(["apply", "-f", "new.yaml"], env),
        await show(["apply", "-f", "new.yaml", "--acknowledge", "contoso/critical"], env),
        await show(["apply", "-f", "new.yaml"]),
        await show(["apply", "-f", "broken.yaml"]),
        await show(["apply", "-f", "nowhere.yaml"]),
      ];
      assertGolden("apply", captures.join(""));
      assert.deepEqual(server.sent[0]?.body, {
        documents: [
          {
            spec: { email: "dora@contoso.example", displayName: "Dora", password: { value: "horse" } },
            kind: "User",
            name: "dora",
            source: { file: "new.yaml", line: 1 },
          },
          {
            spec: { displayName: "Night shift", members: ["dora", "nobody"] },
            kind: "Group",
            name: "night-shift",
            source: { file: "new.yaml", line: 8 },
          },
        ],
        dryRun: true,
        prune: true,
      });
      const known = server.sent.map(({ body }) => (body as { acknowledge?: string[] }).acknowledge);
      assert.deepEqual(known.at(-1), ["contoso/critical"]);
      assert.equal(server.sent.length, 5, "nothing is sent that could not be read");
    },
  ));

const POLICY: NonNullable<Answer<"listApplications">["items"][number]["jitPolicy"]> = {
  version: 3,
  mode: "manual",
  maximumDuration: "PT4H",
  minimumDuration: "PT10S",
  decideBy: "P1D",
  required: 1,
  approvers: { count: 2, names: ["Carol Castillo", "Casey Chen"] },
  justificationRequired: false,
  mfaRequired: false,
  emergencyAllowed: false,
};

function application(
  name: string,
  jitPolicy: typeof POLICY | null,
): Answer<"listApplications">["items"][number] {
  return {
    id: id(name === "orders" ? "5" : "6"),
    name,
    side: "consumer",
    consumer: { tenantId: CONTOSO, name: "Contoso" },
    publisher: { tenantId: FABRIKAM, name: "Fabrikam" },
    scope: scopeOf(name),
    managedScope: `${scopeOf(name)}-managed`,
    offerId: id("7"),
    offerVersion: 1,
    roles: [],
    jitEnabled: jitPolicy !== null,
    jitPolicy,
    deployedAt: "2026-10-22T08:00:00.000Z",
  };
}

test("applications: the list, the terms of one, a change of them, and what cannot be changed", () =>
  atTerminal(
    {
      listApplications: [{ answer: page(application("orders", POLICY), application("legacy", null)) }],
      readConfiguration: [
        {
          answer: {
            apiVersion: "curfew/v1",
            kind: "Application",
            tenant: "contoso",
            name: "orders",
            id: id("5"),
            spec: { jit: { enabled: true, mode: "manual", maximumDuration: "PT4H" } },
          },
        },
      ],
      changeJitPolicy: [{ answer: { version: 4 } }],
      listOffers: [
        {
          answer: page({
            id: id("7"),
            name: "orders-platform",
            displayName: "Orders platform",
            description: null,
            support: "help@fabrikam.example",
            logo: null,
            publisher: { tenantId: FABRIKAM, name: "Fabrikam" },
            version: 1,
            jitOffered: true,
            roles: [{ id: id("8"), name: "Contributor" }],
          }),
        },
      ],
    },
    async ({ show, server }) => {
      const place = [
        "--subscription",
        "production",
        "--resource-group",
        "apps",
        "--managed-resource-group",
        "x",
      ];
      const captures = [
        await show(["catalogue"]),
        await show(["applications"]),
        await show(["applications", "jit", "orders"]),
        await show(["applications", "jit", "legacy"]),
        await show(["applications", "deploy", "x", "--offer", "orders-platform", ...place, "--no-jit"]),
      ];
      assertGolden("applications", captures.join(""));
      await show(["applications", "jit", "orders", "--max", "2h"]);
      const change = server.sent.find(({ operation }) => operation === "changeJitPolicy");
      assert.equal(change?.headers["if-match"], '"3"');
      assert.deepEqual(change?.body, { enabled: true, mode: "manual", maximumDuration: "PT7200S" });
    },
  ));

const ME: Answer<"readMe"> = {
  principal: { ...FRANK, tenantId: TENANT },
  rights: ["auditor"],
  email: "frank@fabrikam.example",
  places: ["audit"],
  counts: { toDecide: 0, unread: 0 },
  newestUnreadAt: null,
  session: { amr: ["pwd"], authTime: "2026-11-21T12:00:00.000Z", via: "curfew-cli", limited: false },
  restored: null,
  now: "2026-11-21T13:02:03.000Z",
};

function auditPages(rows: readonly Row[]): { answer: Answer<"listAuditEntries"> }[] {
  const items = rows.map((row) => ({
    id: row.entry.id,
    sequence: row.sequence,
    entry: { ...row.entry },
    leafHash: row.leafHash.toString("base64url"),
    linkHash: row.linkHash?.toString("base64url") ?? null,
    openings: [],
    sentence: "Frank did something",
    actorName: "Frank",
  }));
  const half = Math.ceil(items.length / 2);
  return [
    { answer: { items: items.slice(0, half), nextCursor: "bmV4dA" } },
    { answer: { items: items.slice(half), nextCursor: null } },
  ];
}

test("audit verify: a sound log is verified here, page by page, and its head is kept", () => {
  const rows = chain(6, 1);
  const head = headAt(rows, 6);
  return atTerminal(
    {
      readMe: [{ answer: ME }],
      readAuditHead: [{ answer: head }],
      listAuditEntries: [...auditPages(rows), ...auditPages(rows), ...auditPages(chain(4))],
    },
    async ({ show, run, folder, server }) => {
      const captures = [
        await show(["audit", "verify", "--save-head", "head.json"]),
        await show(["audit", "verify", "--head", "head.json"]),
      ];
      assert.equal(JSON.parse(readFileSync(join(folder, "head.json"), "utf8")).linkHash, head.linkHash);
      assert.match(server.sent.at(-1)?.url ?? "", /cursor=bmV4dA/);
      captures.push(await show(["audit", "verify", "--head", "head.json"]));
      assertGolden("audit-verify", captures.join(""));
      writeFileSync(join(folder, "other.json"), "{}");
      assert.equal((await run(["audit", "verify", "--head", "other.json"])).exit, 2);
    },
  );
});

test("audit verify: entries that arrive while the log is read are left to the next look", () => {
  const rows = chain(8);
  return atTerminal(
    {
      readMe: [{ answer: ME }],
      readAuditHead: [{ answer: headAt(rows, 5) }],
      listAuditEntries: auditPages(rows),
    },
    async ({ run }) => {
      const { exit, out } = await run(["audit", "verify"]);
      assert.equal(exit, 0, out);
      assert.match(out, /Verified: 5 entries\./);
    },
  );
});

test("audit verify: an edited, a removed and a reordered row are each found, and no head is kept", () => {
  const rows = chain(6);
  const edited = rows.map((row, at) =>
    at === 2 ? { ...row, entry: { ...row.entry, type: "grant.begun" } } : row,
  );
  const removed = rows.filter((_, at) => at !== 3);
  return atTerminal(
    {
      readMe: [{ answer: ME }],
      readAuditHead: [{ answer: headAt(rows, 6) }],
      listAuditEntries: [...auditPages(edited), ...auditPages(removed)],
    },
    async ({ show, folder }) => {
      const captures = [
        await show(["audit", "verify", "--save-head", "head.json"]),
        await show(["audit", "verify", "--save-head", "head.json"]),
      ];
      assertGolden("audit-tampered", captures.join(""));
      assert.throws(() => readFileSync(join(folder, "head.json")), /ENOENT/);
    },
  );
});

test("notifications and whoami, as they read", () =>
  atTerminal(
    {
      readMe: [{ answer: ME }],
      listMyNotifications: [
        {
          answer: page(
            {
              id: id("1"),
              type: "approval_wanted",
              requestId: "3f9c2a71-5d10-4c55-9a86-0a4be1a7c801",
              grantId: null,
              text: "Frank Fischer asks for Contributor on orders for 30 s",
              at: "2026-11-21T13:02:03.000Z",
              readAt: null,
            },
            {
              id: id("2"),
              type: "decided",
              requestId: "aa9c2a71-5d10-4c55-9a86-0a4be1a7c801",
              grantId: null,
              text: "Decided by Carol Castillo",
              at: "2026-11-20T18:42:00.000Z",
              readAt: "2026-11-20T19:00:00.000Z",
            },
          ),
        },
      ],
      markMyNotificationsRead: [{ answer: { marked: 1 } }],
    },
    async ({ show, server }) => {
      assertGolden("me", (await show(["whoami"])) + (await show(["notifications", "--read"])));
      assert.deepEqual(server.sent.at(-1)?.body, { ids: [id("1")] });
    },
  ));

/** How a key stands, from the first call on. */
const keyAt = (rotation: Answer<"readKey">["rotation"], generation = 1): Answer<"readKey"> => ({
  generation,
  since: "2026-05-01T08:00:00.000Z",
  rotation,
});
const underWay = { waitingFor: [], leavesBehind: false, acceptedUntil: null };
const announced = { ...underWay, phase: "announced" as const, waitingFor: ["web-2:4711"] };

test("key rotate: whom it waits for, how it goes on, and until when the key before is accepted", () =>
  atTerminal(
    {
      rotateKey: [{ answer: keyAt(announced) }],
      readKey: [
        { answer: keyAt({ ...announced, waitingFor: [] }) },
        { answer: keyAt({ ...underWay, phase: "sealing" }, 2) },
        {
          answer: {
            ...keyAt({ ...underWay, phase: "bothAccepted", acceptedUntil: "2026-11-21T14:02:03.000Z" }, 2),
            since: "2026-11-21T13:02:03.000Z",
          },
        },
      ],
    },
    async ({ show, server }) => {
      const rotated = await show(["key", "rotate", "--because", "every half a year"]);
      assert.deepEqual(server.sent[0]?.body, { justification: "every half a year", leaveBehind: false });
      const silent = await show(["key", "rotate"]);
      assertGolden("key-rotate", rotated + (await show(["key"])) + silent);
    },
  ));

test("key rotate: after --timeout it says whom it waits for and what can be done", () =>
  atTerminal(
    { rotateKey: [{ answer: keyAt(announced) }], readKey: [{ answer: keyAt(announced) }] },
    async ({ show, server }) => {
      const flags = ["--because", "a leak", "--leave-behind", "--timeout", "1s"];
      assertGolden("key-rotate-waits", await show(["key", "rotate", ...flags]));
      assert.deepEqual(server.sent[0]?.body, { justification: "a leak", leaveBehind: true });
    },
  ));

test("help opens with three examples; a verb explains itself", () =>
  atTerminal({}, async ({ show }) => {
    const captures = [await show([]), await show(["help", "audit", "verify"]), await show(["extend", "-h"])];
    assertGolden("help", captures.join(""));
    assert.match(captures[0] ?? "", /^\$ curfew\n( {2}curfew .*\n){3}\n/);
  }));

test("docs/command-line.md lists the exit codes that there are", () => {
  const page = readFileSync(new URL("../../docs/command-line.md", import.meta.url), "utf8");
  const listed = [...page.matchAll(/^\| (\d+) \| (.+) \|$/gm)].map(([, code, meaning]) => [
    Number(code),
    meaning,
  ]);
  assert.deepEqual(listed, EXIT_MEANINGS);
  assert.deepEqual(new Set(EXIT_MEANINGS.map(([code]) => code)), new Set(Object.values(EXIT)));
});

test("completions: bash offers verbs, second words and flags where they belong", () =>
  atTerminal({}, async ({ run, folder }) => {
    const { out } = await run(["completions", "bash"]);
    writeFileSync(join(folder, "curfew.bash"), out);
    const offered = (...words: string[]) => {
      const script = `source ./curfew.bash; COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}; _curfew; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return execFileSync("bash", ["-c", script], { cwd: folder, encoding: "utf8" }).trim().split("\n");
    };
    assert.deepEqual(offered("curfew", "requ"), ["request", "requests"]);
    assert.deepEqual(offered("curfew", "--as", "frank", "audit", ""), offered("curfew", "audit", ""));
    assert.ok(offered("curfew", "audit", "v").includes("verify"));
    assert.deepEqual(offered("curfew", "audit", "verify", "--sa"), ["--save-head"]);
    assert.deepEqual(offered("curfew", "approve", "3f9c2a71", "--be"), ["--because"]);
    const zsh = await run(["completions", "zsh"]);
    assert.match(zsh.out, /^#compdef curfew\n/);
  }));

const colins = {
  answer: page({
    ...{ tenantId: CONTOSO, objectId: id("8"), kind: "user" as const, name: "colin" },
    ...{ displayName: "Colin Clarke", email: "colin@contoso.example" },
  }),
};
const ENDED = { endedGrants: [GRANT], keptGrants: [], canceledRequests: 2 };
const OVER = { state: "ended", liveness: "locked_out", endedBecause: "locked_out" } as const;
const REASON = ["--because", "a laptop was stolen"];

test("lock, unlock, revoke everything: who is out, what ended with it, and what stays to be done", () =>
  atTerminal(
    {
      listPrincipals: [colins],
      lockOut: [
        {
          answer: {
            ...{ ...ENDED, at: "2026-11-21T13:02:03Z", owns: [id("9")] },
            alsoIs: [{ objectId: id("7"), displayName: "Colin Clarke (admin)" }],
          },
        },
        { problem: { status: 409, code: "last_administrator", detail: "nobody else administers Contoso" } },
      ],
      readGrant: [{ answer: grant(OVER) }],
      letIn: [{ answer: { at: "2026-11-21T13:02:03Z" } }],
      endEverything: [{ answer: ENDED }],
    },
    async ({ show, server }) => {
      const captures = [
        await show(["lock", "colin", ...REASON]),
        await show(["lock", "colin", ...REASON]),
        await show(["unlock", "colin", "--because", "it was found"]),
        await show(["revoke", "everything", "colin", ...REASON]),
        await show(["lock", "colin"]),
      ];
      assertGolden("lock", captures.join(""));
      const said = server.sent.filter(({ operation }) => /^(lockOut|letIn|endEverything)$/.test(operation));
      assert.equal(said.length, 4, "without a reason nothing is sent");
    },
  ));

test("revoke everything says of each grant where its target was not seen without it, and fails", () =>
  atTerminal(
    {
      listPrincipals: [colins],
      endEverything: [{ answer: ENDED }],
      readGrant: [
        {
          answer: grant({
            ...{ state: "deprovisioning", liveness: "revoked", endedBecause: "revoked" },
            unconfirmed: {
              ...{ of: "end" as const, reason: "unreachable", openUntil: null },
              sentence: "orders-database could not be reached, so nobody saw it gone",
            },
          }),
        },
      ],
    },
    async ({ show }) =>
      assertGolden("revoke-everything", await show(["revoke", "everything", "colin", ...REASON])),
  ));
