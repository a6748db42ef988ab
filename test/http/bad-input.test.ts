/** Bad input gets a clear error with a code and a path, and leaves nothing behind. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { CONTRIBUTOR } from "../fixtures/system.ts";
import { type Cast, openCast } from "../golden/cast.ts";
import { learnIds, places } from "../golden/operations.ts";

let cast: Cast;
before(async () => {
  cast = await openCast();
  await learnIds(cast);
});
after(() => cast.close());

const good = () => ({ scope: places(cast).ledger, roleDefinitionIds: [CONTRIBUTOR], duration: "PT30M" });

const CASES: readonly [
  words: string,
  change: (body: object) => unknown,
  status: number,
  code: string,
  path: RegExp,
][] = [
  ["an unknown field", (body) => ({ ...body, approver: "me" }), 400, "invalid_input", /^\/?$/],
  [
    "a wrong type",
    (body) => ({ ...body, roleDefinitionIds: "Contributor" }),
    400,
    "invalid_input",
    /roleDefinitionIds/,
  ],
  [
    "an over-long string",
    (body) => ({ ...body, justification: "x".repeat(4_001) }),
    400,
    "invalid_input",
    /justification/,
  ],
  [
    "a bad GUID",
    (body) => ({ ...body, roleDefinitionIds: ["not-a-guid"] }),
    400,
    "invalid_input",
    /roleDefinitionIds/,
  ],
  [
    "an unparsable duration",
    (body) => ({ ...body, duration: "two hours" }),
    400,
    "invalid_input",
    /duration/,
  ],
  [
    "a duration without a fixed length",
    (body) => ({ ...body, duration: "P1M" }),
    400,
    "invalid_input",
    /duration/,
  ],
  ["a negative duration", (body) => ({ ...body, duration: "-PT1H" }), 400, "invalid_input", /duration/],
  [
    "an unknown role",
    (body) => ({ ...body, roleDefinitionIds: [randomUUID()] }),
    422,
    "unknown_role",
    /roleDefinitionIds/,
  ],
  [
    "a role named twice",
    (body) => ({ ...body, roleDefinitionIds: [CONTRIBUTOR, CONTRIBUTOR] }),
    400,
    "invalid_input",
    /roleDefinitionIds/,
  ],
  [
    "a scope that is none",
    (body) => ({ ...body, scope: "/subscriptions/../etc" }),
    400,
    "invalid_input",
    /scope/,
  ],
  [
    "a scope that nobody owns",
    (body) => ({ ...body, scope: `/subscriptions/${randomUUID()}` }),
    404,
    "not_found",
    /scope/,
  ],
  [
    "somebody else's beneficiary",
    (body) => ({ ...body, beneficiaryId: randomUUID() }),
    422,
    "unknown_principal",
    /beneficiaryId/,
  ],
  ["a comma in a duration", (body) => ({ ...body, duration: "PT1,5H" }), 400, "invalid_input", /duration/],
  [
    "half an hour as a fraction",
    (body) => ({ ...body, duration: "PT0.5H" }),
    400,
    "invalid_input",
    /duration/,
  ],
  [
    "a zone in brackets",
    (body) => ({ ...body, startAt: "2099-01-01T00:00:00Z[Europe/Berlin]" }),
    400,
    "invalid_input",
    /startAt/,
  ],
  ["a NUL", (body) => ({ ...body, justification: "a\u0000b" }), 400, "invalid_input", /justification/],
  [
    "half a surrogate pair",
    (body) => ({ ...body, justification: "a\ud800b" }),
    400,
    "invalid_input",
    /justification/,
  ],
  [
    "a reason that reads backwards",
    (body) => ({ ...body, justification: "a\u202eb" }),
    400,
    "invalid_input",
    /justification/,
  ],
  [
    "a ticket number with more to it than is seen",
    (body) => ({ ...body, ticket: { system: "jira", number: "OPS-1\u200b2" } }),
    400,
    "invalid_input",
    /ticket\/number/,
  ],
  [
    "a ticket system of two lines",
    (body) => ({ ...body, ticket: { system: "jira\nroot", number: "OPS-1" } }),
    400,
    "invalid_input",
    /ticket\/system/,
  ],
  ["malformed JSON", () => "{", 400, "invalid_input", /^\/$/],
  ["JSON nested too deep", () => `${"[".repeat(40)}${"]".repeat(40)}`, 400, "invalid_input", /^\/$/],
  ["no body", () => undefined, 400, "invalid_input", /./],
];

for (const [words, change, status, code, path] of CASES) {
  test(`${words} is refused with its code and path`, async () => {
    const before = await stored();
    const body = change(good());
    const response = await cast.app.inject({
      method: "POST",
      url: "/api/v1/access-requests",
      headers: { authorization: "requester", "content-type": "application/json" },
      ...(body === undefined ? {} : { payload: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const problem = response.json();
    assert.equal(response.statusCode, status, response.body);
    assert.equal(problem.code, code);
    assert.match(String(problem.path), path);
    assert.match(String(response.headers["content-type"]), /application\/problem\+json/);
    assert.ok(problem.detail.length > 5);
    assert.equal(await stored(), before, "something was stored");
  });
}

test("an Idempotency-Key makes a submission once, and another body under it is refused", async () => {
  const send = (body: object) =>
    cast.app.inject({
      method: "POST",
      url: "/api/v1/access-requests",
      headers: {
        authorization: "requester",
        "content-type": "application/json",
        "idempotency-key": "once-1",
      },
      payload: JSON.stringify(body),
    });
  const first = await send(good());
  assert.equal(first.statusCode, 201, first.body);
  const again = await send(good());
  assert.equal(again.statusCode, 201);
  assert.equal(again.headers["idempotency-replayed"], "true");
  assert.deepEqual(again.json(), first.json());
  const other = await send({ ...good(), duration: "PT1H" });
  assert.equal(other.statusCode, 422);
  assert.equal(other.json().code, "idempotency_mismatch");
  await cast.call("requester", "POST", `/access-requests/${first.json().id}/cancel`);
});

test("a decision with an ETag that is no longer true is refused", async () => {
  const { body } = await cast.call("requester", "POST", "/access-requests", good());
  const decide = (etag: string) =>
    cast.app.inject({
      method: "POST",
      url: `/api/v1/access-requests/${body.id}/decisions`,
      headers: { authorization: "approver", "content-type": "application/json", "if-match": etag },
      payload: JSON.stringify({ decision: "deny", justification: "not now" }),
    });
  const stale = await decide('"7"');
  assert.equal(stale.statusCode, 412);
  assert.equal(stale.json().code, "version_conflict");
  assert.equal((await decide('"1"')).statusCode, 200);
});

test("an object of configuration that changed since it was read is not overwritten", async () => {
  const at = "/api/v1/configuration/Tier/slow";
  const headers = { authorization: "administrator", "content-type": "application/json" };
  const put = (duration: string, etag?: string) =>
    cast.app.inject({
      method: "PUT",
      url: at,
      headers: { ...headers, ...(etag === undefined ? {} : { "if-match": etag }) },
      payload: JSON.stringify({ spec: { maximumDuration: duration } }),
    });
  assert.equal((await put("PT2H")).statusCode, 200);
  const etag = String((await cast.app.inject({ method: "GET", url: at, headers })).headers.etag);
  assert.equal((await put("PT3H", etag)).statusCode, 200);
  const late = await put("PT4H", etag);
  assert.equal(late.statusCode, 412, late.body);
  assert.equal(late.json().code, "version_conflict");
});

test("I14: actor, time and state in a body are unknown fields, not facts", async () => {
  for (const field of ["requester", "createdAt", "state", "tenantId"]) {
    const { status, body } = await cast.call("requester", "POST", "/access-requests", {
      ...good(),
      [field]: "mine",
    });
    assert.deepEqual([status, body.code], [400, "invalid_input"]);
  }
});

test("I13: GET and HEAD change nothing: no route answers them with a change", async () => {
  const before = await stored();
  for (const verb of ["decisions", "cancel", "accept"]) {
    const response = await cast.app.inject({
      method: "GET",
      url: `/api/v1/access-requests/${randomUUID()}/${verb}`,
      headers: { authorization: "approver" },
    });
    assert.equal(response.statusCode, 404);
  }
  assert.equal(await stored(), before);
});

test("somebody who is refused again and again fills no log with it", async () => {
  for (let time = 0; time < 40; time++) {
    const refused = await cast.call("member", "POST", "/access-requests", good());
    assert.equal(refused.status, 422);
  }
  const actorId = cast.caller("member").ref.objectId;
  const { body } = await cast.call(
    "auditor",
    "GET",
    `/audit-entries?type=request.refused&actorId=${actorId}&limit=200`,
  );
  assert.equal((body.items as unknown[]).length, 30);
});

/** How many requests there are: a refused ask leaves an audit entry and nothing else. */
async function stored(): Promise<number> {
  const { body } = await cast.call("administrator", "GET", "/access-requests?view=all&limit=200");
  return (body.items as unknown[]).length;
}

test("a query parameter that a route does not know is refused by name, with those it knows", async () => {
  for (const [path, name, known] of [
    ["/audit-entries?form=2026-01-01T00%3A00%3A00Z", "form", /use one of .*\bfrom\b/],
    ["/audit-entries?From=2026-01-01T00%3A00%3A00Z", "From", /use one of .*\bfrom\b/],
    ["/grants?states=active&limit=1", "states", /use one of .*\bstate\b/],
    ["/access-requests?view=mine&__proto__=1", "__proto__", /use one of .*\bview\b/],
    ["/principals?a~b%2Fc=1", "a~0b~1c", /use one of .*\bkind\b/],
    ["/me?tenant=contoso", "tenant", /takes none/],
  ] as const) {
    const { status, body } = await cast.call("auditor", "GET", path);
    assert.deepEqual([status, body.code, body.path], [400, "invalid_input", `/${name}`], path);
    assert.match(String(body.detail), known, path);
  }
});

test("every route of the native API refuses what it does not know, those without any parameter too", async () => {
  const described = JSON.parse(readFileSync(new URL("../../openapi.json", import.meta.url), "utf8"));
  const routes = Object.entries<object>(described.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ path: path.replace(/\{\w+\}/g, randomUUID()), method })),
  );
  assert.ok(routes.length > 40);
  for (const { path, method } of routes) {
    const answer = await cast.at("administrator", method.toUpperCase(), `${path}?colour=blue`, undefined);
    const { code, path: at } = answer.body as { code: string; path: string };
    assert.deepEqual([answer.status, code, at], [400, "invalid_input", "/colour"], `${method} ${path}`);
    assert.equal((await cast.at("nobody", method.toUpperCase(), `${path}?colour=blue`)).status, 401);
  }
});
