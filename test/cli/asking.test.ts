/** Golden captures: asking, waiting, deciding, holding. `npm run golden` renews them; look at them before you commit. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { assertGolden, atTerminal, start } from "./capture.ts";
import {
  accessRequest,
  approved,
  CONTEXT,
  CONTRIBUTOR,
  eligibility,
  entitlement,
  GRANT,
  grant,
  LIMITS,
  page,
  preview,
  READER,
  REQUEST,
  scopeOf,
  standing,
} from "./recorded.ts";
import type { Script } from "./recorded-server.ts";

const ASK = ["request", "Contributor", "--on", "orders", "--for", "30s", "--because", "fix order 4711"];
const ASKED = "2026-11-21T13:02:03Z";
const DECIDED = "2026-11-21T13:02:24Z";

const asking: Script = {
  listMyEligibilities: [{ answer: page(eligibility("orders"), eligibility("billing")) }],
  previewAccessRequest: [{ answer: preview() }],
  submitAccessRequest: [{ answer: accessRequest() }],
};

test("request --wait: from the ask to live access, as the newcomer sees it", () =>
  atTerminal(
    {
      ...asking,
      readAccessRequest: [
        { answer: accessRequest(), at: ASKED },
        { answer: approved(), at: DECIDED },
      ],
      readGrant: [
        {
          answer: grant({
            state: "provisioning",
            liveness: "provisioning",
            heldBy: "clock",
            entitlements: [entitlement({ state: "planned", enforcedUntil: null })],
          }),
          at: DECIDED,
        },
        { answer: grant(), at: DECIDED },
      ],
    },
    async ({ show, server }) => {
      assertGolden("request-wait", await show([...ASK, "--wait"]));
      const [submitted] = server.sent.filter(({ operation }) => operation === "submitAccessRequest");
      assert.deepEqual(submitted?.body, {
        duration: "PT30S",
        justification: "fix order 4711",
        scope: scopeOf("orders"),
        roleDefinitionIds: [CONTRIBUTOR],
        emergency: false,
      });
      assert.match(String(submitted?.headers["idempotency-key"]), /^[0-9a-f-]{36}$/);
    },
    ASKED,
  ));

test("grants: what is held, when it ends, and what its end does", () =>
  atTerminal(
    {
      listGrants: [
        {
          answer: page(
            grant(),
            standing("c2d01b7e-5d0c-4c1e-8f4e-0d8f7a6b5c4d", "orders", "Reader", "publisher's read-only"),
            standing(
              "1e88fa05-2f6b-4a7c-9d3e-4b5c6d7e8f90",
              "legacy",
              "Contributor",
              "JIT declined at deployment",
            ),
          ),
        },
        { answer: page() },
      ],
    },
    async ({ show }) => assertGolden("grants", await show(["grants"])),
    "2026-11-21T13:02:26Z",
  ));

test("request: rules that fail are each shown with the flag that would satisfy it", () =>
  atTerminal(
    {
      listMyEligibilities: [{ answer: page(eligibility("web", { managedScope: null })) }],
      previewAccessRequest: [
        {
          answer: preview({
            allowed: false,
            duration: "PT5H",
            scopeName: "web",
            rules: [
              { rule: "EligibilityRule", outcome: "satisfied", message: "eligible directly" },
              {
                rule: "ExpirationRule",
                outcome: "unsatisfied",
                message: "5 h is more than the maximum of 4 h",
                missing: "duration",
              },
              {
                rule: "JustificationRule",
                outcome: "unsatisfied",
                message: "say why you need it",
                missing: "justification",
              },
              {
                rule: "TicketingRule",
                outcome: "unsatisfied",
                message: "name the ticket this is for",
                missing: "ticket",
              },
              {
                rule: "MfaRule",
                outcome: "unsatisfied",
                message: "sign in again with your second factor",
                missing: "mfa",
              },
            ],
          }),
        },
        {
          answer: preview({
            allowed: false,
            scopeName: "web",
            rules: [
              { rule: "EligibilityRule", outcome: "satisfied", message: "eligible directly" },
              {
                rule: "MfaRule",
                outcome: "unsatisfied",
                message: "sign in again with your second factor",
                missing: "mfa",
              },
            ],
          }),
        },
      ],
    },
    async ({ show, server }) => {
      const both = [
        await show(["request", "Contributor", "--on", "web", "--for", "5h"]),
        await show(["preview", "Contributor", "--on", "web"]),
      ];
      assertGolden("request-refused", both.join(""));
      assert.ok(!server.sent.some(({ operation }) => operation === "submitAccessRequest"));
    },
  ));

test("request --wait: denied, timed out, canceled and given up waiting each exit in their own way", () =>
  atTerminal(
    {
      ...asking,
      readAccessRequest: [
        {
          answer: accessRequest({
            state: "denied",
            stateAt: "2026-11-21T13:02:24.300Z",
            decideBy: null,
            denial: { justification: "not during the sale", rules: [] },
          }),
          at: DECIDED,
        },
        { answer: accessRequest({ state: "timedOut", stateAt: "2026-11-22T13:02:03.120Z", decideBy: null }) },
        { answer: accessRequest({ state: "canceled", stateAt: "2026-11-21T13:02:24.300Z", decideBy: null }) },
        { answer: accessRequest() },
      ],
    },
    async ({ show }) => {
      const captures = [];
      for (let time = 0; time < 3; time++) captures.push(await show([...ASK, "--wait"]));
      captures.push(await show([...ASK, "--wait", "--timeout", "1s"]));
      assertGolden("request-outcomes", captures.join(""));
    },
  ));

test("request --wait: Ctrl-C stops the waiting, not the request", () =>
  atTerminal({ ...asking, readAccessRequest: [{ answer: accessRequest() }] }, async ({ server, folder }) => {
    const env = { XDG_CONFIG_HOME: folder, CURFEW_URL: server.url };
    const child = start([...ASK, "--wait"], env, folder, ["ignore", "ignore", "pipe"]);
    let shown = "";
    let pressed = false;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      shown += text;
      if (!pressed && shown.includes("waiting for Contoso")) pressed = child.kill("SIGINT");
    });
    const [exit] = await once(child, "close");
    assert.equal(exit, 130);
    assert.match(shown, /stopped waiting; the request goes on: curfew requests 3f9c2a71/);
    assert.ok(!server.sent.some(({ operation }) => operation === "cancelAccessRequest"));
  }));

test("request: a name that fits several scopes lists them, and one that fits none says what is near", () =>
  atTerminal(
    {
      listMyEligibilities: [
        {
          answer: page(
            eligibility("orders"),
            eligibility("orders", {
              ownerName: "Northwind",
              scope: scopeOf("orders").replace("0f3a1c22", "77aa1c22"),
              managedScope: null,
            }),
          ),
        },
      ],
    },
    async ({ show }) => {
      const captures = [
        await show(["preview", "Contributor", "--on", "orders"]),
        await show(["preview", "Contributor", "--on", "Contoso/ordres"]),
        // As a document writes it, with the subscription by its name.
        await show(["preview", "Contributor", "--on", "/subscriptions/production/resourceGroups/orders"]),
        await show(["preview", "Contributr", "--on", "Contoso/orders"]),
        await show(["preview", "b24988a", "--on", "Contoso/orders"]),
        await show(["reqest", "Contributor"]),
        await show(["request", "Contributor", "--onn", "orders"]),
        await show(["request", "Contributor", "--on", "orders", "--for", "1M"]),
        await show(["request", "Contributor"]),
      ];
      assertGolden("names", captures.join(""));
    },
  ));

test("request: roles and scopes are found by the first characters of an id, and by path", () =>
  atTerminal(
    {
      listMyEligibilities: [
        {
          answer: page(
            eligibility("orders"),
            eligibility("orders", { roleDefinitionId: READER, roleName: "Reader" }),
          ),
        },
      ],
      previewAccessRequest: [{ answer: preview() }],
    },
    async ({ run, server }) => {
      const place = `${scopeOf("orders")}/providers/Microsoft.Web/sites/shop`;
      const below = await run(["preview", "b24988ac", "READER", "--on", place]);
      assert.equal(below.exit, 0, below.err);
      const managed = await run(["preview", "reader", "--on", "orders-managed"]);
      assert.equal(managed.exit, 0, managed.err);
      const bodies = server.sent
        .filter(({ operation }) => operation === "previewAccessRequest")
        .map(({ body }) => body);
      assert.deepEqual(bodies, [
        { scope: place, roleDefinitionIds: [CONTRIBUTOR, READER], emergency: false },
        { scope: eligibility("orders").managedScope, roleDefinitionIds: [READER], emergency: false },
      ]);
    },
  ));

test("approve: the one that waits, for less, on the version that was looked at", () =>
  atTerminal(
    {
      listAccessRequests: [{ answer: page(accessRequest({ version: 7 })) }],
      decideAccessRequest: [
        { answer: approved() },
        { problem: { status: 409, code: "request_not_pending", detail: "this request is approved already" } },
      ],
    },
    async ({ show, server }) => {
      const first = await show(["approve", "--last", "--because", "one row is enough", "--for", "20s"]);
      const second = await show(["deny", REQUEST.slice(0, 8), "--because", "too late"]);
      assertGolden("decide", first + second);
      const [decided] = server.sent.filter(({ operation }) => operation === "decideAccessRequest");
      assert.equal(decided?.headers["if-match"], '"7"');
      assert.deepEqual(decided?.body, {
        decision: "approve",
        justification: "one row is enough",
        terms: { duration: "PT20S" },
      });
    },
  ));

test("what others wrote cannot steer the terminal", () =>
  atTerminal(
    {
      ...asking,
      readAccessRequest: [
        { answer: approved("\u001b[2J\u001b]0;owned\u0007 fine\nroot# \u202egnp.exe"), at: DECIDED },
      ],
      readGrant: [{ answer: grant({ entitlements: [] }), at: DECIDED }],
    },
    async ({ run }) => {
      const { err, out } = await run([...ASK, "--wait", "--json"]);
      for (const char of ["\u001b", "\u0007", "\u202e"]) assert.ok(!(err + out).includes(char));
      assert.ok(
        err.includes(
          'approved for 20 s (you asked 30 s): "\\u001b[2J\\u001b]0;owned\\u0007 fine root# \\u202egnp.exe"',
        ),
        err,
      );
    },
  ));

test("--json: the answer on stdout and nothing else, refusals as JSON on stderr", () =>
  atTerminal(
    {
      listGrants: [{ answer: page(grant()) }, { answer: page() }],
      listAccessRequests: [
        { problem: { status: 403, code: "forbidden", detail: "only administrators see them" } },
      ],
    },
    async ({ run }) => {
      const listed = await run(["grants", "--json"]);
      assert.deepEqual(JSON.parse(listed.out), [grant()]);
      assert.equal(listed.err, "");
      const refused = await run(["requests", "--all", "--json"]);
      assert.equal(refused.exit, 3);
      assert.equal(refused.out, "");
      assert.deepEqual(JSON.parse(refused.err), {
        error: {
          exit: 3,
          message: "only administrators see them",
          code: "forbidden",
          status: 403,
          path: null,
          rules: [],
          touched: [],
          requestId: null,
        },
      });
    },
  ));

const LOG_IN: Readonly<Record<string, string>> = {
  connectionString: "postgresql://curfew_7b1e04d2:s3cret@localhost/orders?host=%2Frun%2Fpg",
  username: "curfew_7b1e04d2",
  password: "s3cret",
  database: "orders",
};

test("secret: shown once, and a second fetch says how to get another", () =>
  atTerminal(
    {
      listGrants: [{ answer: page(grant()) }],
      claimSecret: [
        {
          answer: {
            ...LOG_IN,
            expiresAt: "2026-11-21T13:02:44.000Z",
            targetKind: "postgres",
            targetLabel: "PostgreSQL",
            fields: [
              { label: "Connection", name: "connectionString", masked: true },
              { label: "User", name: "username", masked: false },
              { label: "Password", name: "password", masked: true },
              { label: "Database", name: "database", masked: false },
            ].map((field) => ({ ...field, copyable: true, value: LOG_IN[field.name] ?? "" })),
            commands: [{ label: "psql", line: `psql '${LOG_IN.connectionString}'` }],
          },
        },
        { problem: { status: 409, code: "secret_already_issued", detail: "the secret was given once" } },
      ],
    },
    async ({ show }) => {
      const captures = [await show(["secret", "--last"]), await show(["secret", "7b1e04d2"])];
      assertGolden("secret", captures.join(""));
    },
    "2026-11-21T13:02:26Z",
  ));

test("requests: one in full, with every step, and the list", () =>
  atTerminal(
    {
      listAccessRequests: [
        { answer: page(approved(), accessRequest({ id: GRANT, createdAt: "2026-11-20T13:02:03.120Z" })) },
      ],
      readRequestContext: [{ answer: CONTEXT }],
      readGrant: [
        {
          answer: grant({ state: "ended", liveness: "expired", endedBecause: "expired" }),
          at: "2026-11-21T13:05:00Z",
        },
      ],
    },
    async ({ show }) =>
      assertGolden("requests", (await show(["requests"])) + (await show(["requests", "--last"]))),
    "2026-11-21T13:05:00Z",
  ));

test("eligible: limits, deciders and what must be given", () =>
  atTerminal(
    {
      listMyEligibilities: [
        {
          answer: page(
            eligibility("orders"),
            eligibility("web", {
              through: null,
              limits: {
                ...LIMITS,
                maximumDuration: "PT1H",
                justificationRequired: true,
                ticketRequired: true,
                mfaRequired: true,
              },
            }),
            eligibility("billing", {
              limits: { ...LIMITS, maximumDuration: "PT8H", approval: "automatic" },
              decidedBy: [],
            }),
          ),
        },
      ],
    },
    async ({ show }) => assertGolden("eligible", await show(["eligible"])),
  ));
