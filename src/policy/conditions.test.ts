import assert from "node:assert/strict";
import { test } from "node:test";
import { NOW, ref, roleId, SCOPE } from "../domain/life.fixture.ts";
import { SESSION } from "./activation.fixture.ts";
import { type ConditionInput, conditionFault, evaluateConditions } from "./conditions.ts";

const PERMIT = "permit(principal, action, resource);";

function evaluate(text: string, more: Partial<ConditionInput> = {}) {
  return evaluateConditions([text], {
    requester: ref("colin"),
    roleDefinitionId: roleId("contributor"),
    scope: SCOPE,
    purpose: "maintenance",
    emergency: false,
    session: SESSION,
    now: NOW,
    ...more,
  });
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
