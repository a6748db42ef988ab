import assert from "node:assert/strict";
import { test } from "node:test";
import { type Span, whileDoing } from "./doing.ts";
import { createLog, type LogFormat, type More } from "./log.ts";
import { hide, plain } from "./plain.ts";

const AT = new Date(Date.UTC(2026, 10, 30, 12));

function lineOf(format: LogFormat, what: string, more?: More): string {
  const lines: string[] = [];
  createLog({ format, write: (line) => lines.push(line), now: () => AT })(what, more);
  assert.equal(lines.length, 1);
  assert.equal(lines[0]?.at(-1), "\n");
  return lines[0]?.slice(0, -1) ?? "";
}

const SPAN = { traceId: "0af7651916cd43dd8448eb211c80319c" } as Span;

test("a line says when, how bad, what, and of which request and trace, for people and for programs", () => {
  const write = (format: LogFormat) =>
    whileDoing({ requestId: "one", span: SPAN }, () =>
      lineOf(format, "target 7", { error: new Error("away") }),
    );
  assert.equal(
    write("text"),
    `2026-11-30T12:00:00.000Z error target 7: away [request=one trace=${SPAN.traceId}]`,
  );
  assert.deepEqual(JSON.parse(write("json")), {
    time: "2026-11-30T12:00:00.000Z",
    level: "error",
    what: "target 7",
    error: "away",
    request: "one",
    trace: SPAN.traceId,
  });
  assert.equal(lineOf("text", "listening"), "2026-11-30T12:00:00.000Z info  listening");
});

test("what comes from outside ends no line, moves no cursor and turns no direction, in either form", () => {
  const hostile =
    "a\n2026-11-30T12:00:00.000Z error forged\r\u001b[2J\u009b31m\u0000\u2028\u202eevil\u200b\ud800";
  for (const format of ["text", "json"] as const) {
    const error = Object.assign(new Error(hostile), { code: hostile });
    const line = lineOf(format, hostile, { error, route: hostile, requestId: hostile, isFault: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e\u200b]/);
    assert.ok(line.isWellFormed());
    assert.equal(line.split("\n").length, 1);
    assert.match(
      line,
      format === "text" ? /^\S+ error a\\n2026/ : /^\{"time":"2026-11-30T12:00:00.000Z","level":"error"/,
    );
  }
});

test("of an error its message, code and causes are told, and where it was thrown for what nobody expected; never its rows", () => {
  const row = Object.assign(new Error("violates a check", { cause: new Error("behind it") }), {
    code: "23514",
    detail: "Failing row contains (canary)",
    query: "canary",
  });
  const line = lineOf("text", "it failed", { error: new AggregateError([row, new Error("two")], "all") });
  assert.match(line, /it failed: all: violates a check: behind it: two/);
  assert.doesNotMatch(line, /canary/);
  const fault = lineOf("text", "broken", { error: row, isFault: true });
  assert.match(fault, /broken: violates a check: behind it \[code=23514\] at .*log\.test\.ts:\d+/);
  assert.doesNotMatch(fault, /file:|canary/);
  const [circular] = [new Error("round")];
  Object.assign(circular as Error, { cause: circular });
  assert.match(lineOf("text", "it failed", { error: circular }), /it failed: round/);
});

test("a line is bounded, whatever it is made of", () => {
  assert.ok(
    lineOf("json", "x".repeat(1_000_000), { error: new Error("y".repeat(1_000_000)) }).length < 6_000,
  );
});

test("secrets are known by their form, and ours by themselves", () => {
  for (const [given, secret] of [
    ["connect to postgres://ann:hunter-22@db:5432/x failed", "hunter-22"],
    ["Authorization: Bearer abcdefghijklmnop", "abcdefghijklmnop"],
    ["token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln was", "eyJzdWIiOiIxIn0"],
    ['{"client_secret": "s3cr3t-value"}', "s3cr3t-value"],
    ["ALTER ROLE x PASSWORD 'quoted secret'", "quoted secret"],
    ["user=x password=plain-pass host=y", "plain-pass"],
    ["verifier SCRAM-SHA-256$4096:abc$def:ghi", "abc$def"],
    ["-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----", "MIIE"],
    ["set-up token: abcd-efgh-ijkl", "abcd-efgh"],
  ] as const)
    assert.ok(!plain(given).includes(secret), plain(given));
  hide("our own 42");
  assert.equal(plain("it says our own 42, and our%20own%2042"), "it says [withheld], and [withheld]");
  hide("abc");
  assert.equal(plain("abc"), "abc", "too short to be told from words");
  for (const harmless of [
    'password authentication failed for user "curfew"',
    "the token was refused",
    "sign-in refused: unknown account, from 192.0.2.7 through password",
    "target 0b: connect ECONNREFUSED 127.0.0.1:5432",
  ])
    assert.equal(plain(harmless), harmless);
});
