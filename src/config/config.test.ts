import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigError, readConfig } from "./config.ts";

const outboundOf = (given: string) => readConfig({ CURFEW_OUTBOUND_ALLOW: given }).outboundAllow;

test("CURFEW_OUTBOUND_ALLOW: every place by its tenant, with its port, and a socket's folder without one", () => {
  const id = "5f0c9f6e-0f54-4c0e-9d0b-0d9d5f3a1c11";
  const cases: [string, string, number | null][] = [
    ["contoso=10.0.0.5:5432", "10.0.0.5", 5432],
    ["contoso=10.20.0.0/16:5432", "10.20.0.0/16", 5432],
    ["contoso=[fd00::5]:5432", "fd00::5", 5432],
    ["contoso=[fd00::/8]:5432", "fd00::/8", 5432],
    ["contoso=db.internal:5432", "db.internal", 5432],
    ["contoso=*.internal:6432", "*.internal", 6432],
    ["contoso=private:5432", "private", 5432],
    ["contoso=/run/postgresql", "/run/postgresql", null],
    ["contoso=/run/*", "/run/*", null],
    [`${id.toUpperCase()}=10.0.0.5:1`, "10.0.0.5", 1],
  ];
  for (const [text, place, port] of cases)
    assert.deepEqual(
      outboundOf(text),
      [{ tenant: text.startsWith("contoso") ? "contoso" : id, place, port }],
      text,
    );
  assert.equal(outboundOf(cases.map(([text]) => text).join(" , ")).length, cases.length);
  assert.deepEqual(outboundOf(""), []);
});

test("CURFEW_OUTBOUND_ALLOW: what does not say to whom, where and on which port is refused, and named", () => {
  for (const wrong of [
    "10.0.0.5:5432",
    "contoso=",
    "=10.0.0.5:5432",
    "contoso=10.0.0.5",
    "contoso=10.0.0.5:0",
    "contoso=10.0.0.5:70000",
    "contoso=10.0.0.0/33:5432",
    "contoso=fd00::5:5432",
    "contoso=[10.0.0.5]:5432",
    "contoso=[fd00::/129]:5432",
    "contoso=db internal:5432",
    "contoso=*:5432",
    "contoso=10.0.0.5:5432:5433",
    "con toso=10.0.0.5:5432",
  ]) {
    const named = (error: unknown) =>
      error instanceof ConfigError &&
      error.message.startsWith("CURFEW_OUTBOUND_ALLOW: ") &&
      error.message.includes(`\`${wrong}\``);
    assert.throws(() => outboundOf(wrong), named, wrong);
  }
});

test("the older variable permits to everybody as it did, says that it goes, and never stands beside the newer one", () => {
  const older = readConfig({ CURFEW_ALLOW_TARGETS: "private, db.internal,/run/*,10.0.0.0/8" });
  assert.deepEqual(
    older.outboundAllow,
    ["private", "db.internal", "/run/*", "10.0.0.0/8"].map((place) => ({ tenant: null, place, port: null })),
  );
  assert.match(older.warnings.join(), /CURFEW_ALLOW_TARGETS .* every organisation.* CURFEW_OUTBOUND_ALLOW=/);
  assert.deepEqual(readConfig({}).warnings, []);
  const both = { CURFEW_ALLOW_TARGETS: "private", CURFEW_OUTBOUND_ALLOW: "contoso=private:5432" };
  assert.throws(() => readConfig(both), /are both set/);
  assert.throws(() => readConfig({ CURFEW_ALLOW_TARGETS: "10.0.0.0/99" }), /is no place/);
});
