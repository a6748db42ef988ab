import assert from "node:assert/strict";
import { test } from "node:test";
import { minutes, pendingRequest, roleId, terms } from "./life.fixture.ts";
import { type CounterOffer, narrowTerms, needsAcceptance } from "./narrow-terms.ts";
import { HOUR_MS, MINUTE_MS } from "./time.ts";

const MINIMUM_MS = 5 * MINUTE_MS;
const asked = terms({ roleDefinitionIds: [roleId("contributor"), roleId("reader")], startAt: minutes(60) });
const request = pendingRequest({ asked });

const NARROWER: readonly [string, CounterOffer][] = [
  ["nothing changed", {}],
  ["less time", { durationMs: 30 * MINUTE_MS }],
  ["exactly the minimum", { durationMs: MINIMUM_MS }],
  ["one role less", { roleDefinitionIds: [roleId("reader")] }],
  ["a later start", { startAt: minutes(61) }],
];
for (const [what, offer] of NARROWER) {
  test(`narrowTerms: ${what} is narrower`, () => {
    const narrowed = narrowTerms(request, offer, MINIMUM_MS);
    assert.ok(narrowed.ok);
    assert.deepEqual(narrowed.value, { ...asked, ...offer });
  });
}

const WIDER: readonly [string, CounterOffer, string][] = [
  ["more time", { durationMs: HOUR_MS + 1 }, "/terms/duration"],
  ["less than the minimum", { durationMs: MINIMUM_MS - 1 }, "/terms/duration"],
  ["no time", { durationMs: 0 }, "/terms/duration"],
  ["negative time", { durationMs: -HOUR_MS }, "/terms/duration"],
  ["an earlier start", { startAt: minutes(59) }, "/terms/startAt"],
  ["at once instead of later", { startAt: null }, "/terms/startAt"],
  ["another role", { roleDefinitionIds: [roleId("owner")] }, "/terms/roleDefinitionIds"],
  ["a role twice", { roleDefinitionIds: [roleId("reader"), roleId("reader")] }, "/terms/roleDefinitionIds"],
  ["no role", { roleDefinitionIds: [] }, "/terms/roleDefinitionIds"],
];
for (const [what, offer, path] of WIDER) {
  test(`narrowTerms: ${what} is refused, and the refusal names the place`, () => {
    const refused = narrowTerms(request, offer, MINIMUM_MS);
    assert.equal(refused.ok, false);
    assert.deepEqual(
      { code: !refused.ok && refused.rejection.code, path: !refused.ok && refused.rejection.path },
      { code: "terms_not_narrower", path },
    );
  });
}

test("narrowTerms: where no start was asked for, any start is later", () => {
  assert.equal(narrowTerms(pendingRequest(), { startAt: minutes(1) }, MINIMUM_MS).ok, true);
});

test("narrowTerms: what an approver took away stays away unless it is put back on purpose", () => {
  const narrowed = { ...request, terms: { ...asked, durationMs: 20 * MINUTE_MS } };
  const next = narrowTerms(narrowed, { roleDefinitionIds: [roleId("reader")] }, MINIMUM_MS);
  assert.equal(next.ok && next.value.durationMs, 20 * MINUTE_MS);
});

test("needsAcceptance: a later start does, less time and fewer roles do not", () => {
  assert.equal(needsAcceptance(request, { ...asked, startAt: minutes(61) }), true);
  assert.equal(
    needsAcceptance(request, { ...asked, durationMs: 1, roleDefinitionIds: [roleId("reader")] }),
    false,
  );
});
