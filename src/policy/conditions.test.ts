import assert from "node:assert/strict";
import { test } from "node:test";
import { NOW, ref, roleId, SCOPE } from "../domain/life.fixture.ts";
import { instant } from "../domain/time.ts";
import { SESSION } from "./activation.fixture.ts";
import { type ConditionInput, conditionFault, evaluateConditions } from "./conditions.ts";

const PERMIT = "permit(principal, action, resource);";

const INPUT: ConditionInput = {
  requester: ref("colin"),
  roleDefinitionId: roleId("contributor"),
  scope: SCOPE,
  purpose: "maintenance",
  emergency: false,
  session: SESSION,
  timeZone: "UTC",
  now: NOW,
};

function evaluate(text: string, more: Partial<ConditionInput> = {}) {
  return evaluateConditions([text], { ...INPUT, ...more });
}

const permitted = (text: string, more: Partial<ConditionInput> = {}) => evaluate(text, more).permitted;

test("permit permits, forbid wins over it, and silence denies", () => {
  assert.equal(permitted(PERMIT), true);
  assert.equal(permitted(`${PERMIT} forbid(principal, action, resource);`), false);
  assert.equal(permitted(""), false);
  assert.equal(permitted("// nothing but a comment"), false);
});

test("a policy that errors denies, though another one permits", () => {
  for (const kind of ["permit", "forbid"]) {
    const answer = evaluate(`${PERMIT} ${kind}(principal, action, resource) when { context.missing == 1 };`);
    assert.equal(answer.permitted, false);
    assert.match(answer.permitted ? "" : answer.because, /failed to evaluate/);
  }
  assert.equal(permitted(`${PERMIT} forbid(principal, action, resource) when { "a" < 1 };`), false);
});

test("what is no policy denies", () => {
  assert.equal(permitted("permit("), false);
  assert.equal(permitted("permit(principal == ?principal, action, resource);"), false);
});

test("an address that cannot be read denies, and none at all is an error for who asks for it", () => {
  const inside = 'permit(principal, action, resource) when { context.ip.isInRange(ip("192.0.2.0/24")) };';
  const from = (ip: string | null) => permitted(inside, { session: { ...SESSION, ip } });
  assert.equal(from("192.0.2.9"), true);
  assert.equal(from("198.51.100.1"), false);
  assert.equal(from(null), false);
  assert.equal(from("not an address"), false);
  assert.equal(permitted(PERMIT, { session: { ...SESSION, ip: null } }), true);
});

test("an IPv4 address is the same one when a socket for both families wrote it", () => {
  const inside = 'permit(principal, action, resource) when { context.ip.isInRange(ip("192.0.2.0/24")) };';
  assert.equal(permitted(inside, { session: { ...SESSION, ip: "::ffff:192.0.2.9" } }), true);
  assert.equal(permitted(inside, { session: { ...SESSION, ip: "::ffff:198.51.100.1" } }), false);
});

test("the scope is seen in small letters, so that no spelling slips past", () => {
  const text = `forbid(principal, action, resource) when { context.scope like "*/resourcegroups/web" }; ${PERMIT}`;
  assert.equal(permitted(text, { scope: SCOPE.toUpperCase() as typeof SCOPE }), false);
});

test("what nobody said cannot be asked for as if they had", () => {
  const text = `${PERMIT} forbid(principal, action, resource) unless { context has purpose };`;
  assert.equal(permitted(text), true);
  assert.equal(permitted(text, { purpose: null }), false);
});

test("conditionFault: null for a policy set", () => {
  assert.equal(conditionFault(PERMIT), null);
});

test("conditionFault: line and column of what is wrong", () => {
  assert.match(
    conditionFault("permit(principal, action, resource);\n  forbid(oops);") ?? "",
    /^line 2, column 10: /,
  );
});

test("conditionFault: columns count characters, whatever stands before", () => {
  assert.match(
    conditionFault('// héé "€"\npermit(principal, action, resource) when { "é€" oops };') ?? "",
    /^line 2, column 49: /,
  );
});

test("conditionFault: a text too long is not even read", () => {
  assert.match(conditionFault(`// ${"x".repeat(20_000)}\n${PERMIT}`) ?? "", /at most 16384 characters/);
});

const FROM_8_TO_17 =
  "permit(principal, action, resource) when { context.localTime >= 480 && context.localTime < 1020 };";

test("08 to 17 in Berlin is 08 to 17 on its clocks, before and after both changes of the clock", () => {
  const open = (text: string) =>
    permitted(FROM_8_TO_17, { timeZone: "Europe/Berlin", now: instant(Date.parse(text)) });
  const opens = {
    "2026-03-28": ["06:59", "07:00", "15:59", "16:00"],
    "2026-03-29": ["05:59", "06:00", "14:59", "15:00"],
    "2026-10-24": ["05:59", "06:00", "14:59", "15:00"],
    "2026-10-25": ["06:59", "07:00", "15:59", "16:00"],
  };
  for (const [day, times] of Object.entries(opens))
    assert.deepEqual(
      times.map((time) => open(`${day}T${time}:00Z`)),
      [false, true, true, false],
      day,
    );
});

test("the date and the weekday are those of the time zone, beside UTC's hour", () => {
  const seen = (expression: string, timeZone: string) =>
    permitted(`permit(principal, action, resource) when { ${expression} };`, {
      timeZone,
      now: instant(Date.parse("2026-12-31T18:30:00Z")),
    });
  const utc = "context.utcHour == 18 && context.utcWeekday == 4";
  assert.ok(seen(`${utc} && context.localDate == "2027-01-01" && context.weekday == 5`, "Asia/Kolkata"));
  assert.ok(seen(`${utc} && context.localDate == "2026-12-31" && context.weekday == 4`, "UTC"));
  assert.ok(seen(`${utc} && context.localTime == 13 * 60 + 30`, "America/New_York"));
});

test("a condition with a time zone of its own is asked in that one, and an unknown zone denies", () => {
  const now = instant(Date.parse("2026-06-01T06:30:00Z"));
  assert.equal(permitted(FROM_8_TO_17, { now }), false);
  const input = { ...INPUT, now };
  const inBerlin = { text: FROM_8_TO_17, timeZone: "Europe/Berlin" };
  assert.equal(evaluateConditions([inBerlin], input).permitted, true);
  assert.equal(evaluateConditions([inBerlin, FROM_8_TO_17], input).permitted, false);
  assert.equal(evaluateConditions([PERMIT], { ...input, timeZone: "Mars/Base" }).permitted, false);
});
