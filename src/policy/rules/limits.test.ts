import assert from "node:assert/strict";
import { test } from "node:test";
import { grant, minutes, NOW, roleId } from "../../domain/life.fixture.ts";
import { HOUR_MS } from "../../domain/time.ts";
import { answerOf, outcomeOf } from "../activation.fixture.ts";

test("RequestLimitRule: 20 pending are the most one person may have", () => {
  const pending = (pendingOfRequester: number) =>
    outcomeOf("RequestLimitRule", { facts: { pendingOfRequester } });
  assert.equal(pending(19), "satisfied");
  assert.equal(pending(20), "unsatisfied");
});

test("RequestLimitRule: ten roles are the most one request may name", () => {
  const roles = (count: number) => Array.from({ length: count }, (_, index) => roleId(`r${index}`));
  const asked = (count: number) =>
    outcomeOf("RequestLimitRule", { ask: { roleDefinitionIds: roles(count) } });
  assert.equal(asked(10), "satisfied");
  assert.equal(asked(11), "unsatisfied");
});

test("RequestLimitRule: after a denial it cools down, shows the time left, and is off unless set", () => {
  const denied = (minutesAgo: number, cooldownAfterDenialMs: number) =>
    answerOf("RequestLimitRule", {
      facts: { lastDeniedAt: minutes(-minutesAgo) },
      settings: { cooldownAfterDenialMs },
    });
  assert.equal(denied(0, 0).outcome, "satisfied");
  assert.equal(denied(60, HOUR_MS).outcome, "satisfied");
  const refused = denied(15, HOUR_MS);
  assert.equal(refused.outcome, "unsatisfied");
  assert.match(refused.message, /45 min/);
});

const emergency = { allowed: true, maximumDurationMs: HOUR_MS };
const broken = (given: Parameters<typeof answerOf>[1]) =>
  outcomeOf("EmergencyRule", { settings: { emergency }, ...given, ask: { emergency: true, ...given?.ask } });

test("EmergencyRule: off by default, allowed where it is switched on", () => {
  assert.equal(outcomeOf("EmergencyRule"), "notApplicable");
  assert.equal(broken({ settings: {} }), "unsatisfied");
  assert.equal(broken({}), "satisfied");
});

test("EmergencyRule: no extension, and no next use while an earlier one waits for its review", () => {
  assert.equal(broken({ ask: { extending: grant() } }), "unsatisfied");
  assert.equal(broken({ facts: { emergencyReviewDue: true } }), "unsatisfied");
  assert.equal(
    outcomeOf("EmergencyRule", { facts: { emergencyReviewDue: true, lastDeniedAt: NOW } }),
    "notApplicable",
  );
});
