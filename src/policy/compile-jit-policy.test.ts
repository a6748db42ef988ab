import assert from "node:assert/strict";
import { test } from "node:test";
import { type Application, DEFAULT_JIT_POLICY, type JitPolicy } from "../domain/application.ts";
import { NOW, ref } from "../domain/life.fixture.ts";
import { HOUR_MS, MINUTE_MS } from "../domain/time.ts";
import { compileJitPolicy } from "./compile-jit-policy.ts";

function application(policy: Partial<JitPolicy> = {}): Application {
  const jitAccess = {
    enabled: true,
    policy: { ...DEFAULT_JIT_POLICY, ...policy },
    policyVersion: 7,
  } as const;
  return { name: "orders", owners: [ref("carol")], jitAccess } as unknown as Application;
}

function compiled(policy: Partial<JitPolicy> = {}) {
  const found = compileJitPolicy(application(policy));
  assert.ok(found !== null);
  return found;
}

test("the defaults: automatic, 8 hours, at least 5 minutes; justification, ticket and MFA off", () => {
  const { settings, source } = compiled();
  assert.deepEqual(source, { kind: "application", name: "orders", version: 7 });
  assert.deepEqual([settings.maximumDurationMs, settings.minimumDurationMs], [8 * HOUR_MS, 5 * MINUTE_MS]);
  assert.deepEqual(
    [
      settings.justificationRequired,
      settings.ticket.required,
      settings.mfaRequired,
      settings.emergency.allowed,
    ],
    [false, false, false, false],
  );
  assert.equal(settings.maximumTotalMs, 16 * HOUR_MS);
});

test("automatic without approvers tells the owners; with approvers it tells them", () => {
  assert.deepEqual(compiled().settings.approval, { mode: "automatic", notified: [ref("carol")] });
  const approvers = [ref("casey")];
  assert.deepEqual(compiled({ approvers }).settings.approval, { mode: "automatic", notified: approvers });
});

test("manual becomes one stage, and what was chosen is carried over", () => {
  const chosen = { approvers: [ref("casey")], required: 2, decideByMs: HOUR_MS };
  const { settings } = compiled({ mode: "manual", ...chosen, mfaRequired: true, conditions: ["x"] });
  assert.deepEqual(settings.approval, { mode: "manual", stages: [{ ...chosen, escalation: null }] });
  assert.deepEqual([settings.mfaRequired, settings.conditions], [true, ["x"]]);
});

test("the default duration lies between minimum and maximum", () => {
  assert.equal(compiled({ maximumDurationMs: 10 * MINUTE_MS }).settings.defaultDurationMs, 10 * MINUTE_MS);
  assert.equal(compiled({ minimumDurationMs: 2 * HOUR_MS }).settings.defaultDurationMs, 2 * HOUR_MS);
});

test("where JIT was declined there is nothing to compile", () => {
  const declined = { enabled: false, acknowledgedBy: ref("carol"), acknowledgedAt: NOW } as const;
  assert.equal(compileJitPolicy({ ...application(), jitAccess: declined }), null);
});
