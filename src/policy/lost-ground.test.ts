import assert from "node:assert/strict";
import { test } from "node:test";
import { minutes, NOW, user, workload } from "../domain/life.fixture.ts";
import type { RoleSettings } from "../domain/role-settings.ts";
import { HOUR_MS } from "../domain/time.ts";
import { ask, eligibility, facts, settings } from "./activation.fixture.ts";
import type { ActivationFacts } from "./activation.ts";
import { lostGround } from "./lost-ground.ts";

function lost(given: { settings?: Partial<RoleSettings>; facts?: Partial<ActivationFacts> } = {}) {
  const window = { startsAt: NOW, endsAt: minutes(60) };
  return lostGround("live", {
    ask: ask(),
    settings: settings(given.settings),
    facts: facts(given.facts),
    now: minutes(10),
    durationMs: HOUR_MS,
    window,
  });
}

test("a grant whose ground stands keeps it", () => {
  assert.equal(lost(), null);
});

test("eligibility lost: none, one that ends too early, a holder who is gone, a workload that changed hands", () => {
  assert.equal(lost({ facts: { eligibilities: [] } }), "eligibility_lost");
  assert.equal(
    lost({ facts: { eligibilities: [eligibility({ endsAt: minutes(30) })] } }),
    "eligibility_lost",
  );
  const gone = { principal: user("colin", { deletedAt: NOW }), groups: [] };
  assert.equal(lost({ facts: { beneficiary: gone } }), "eligibility_lost");
  const bot = { principal: workload("pipeline"), groups: [] };
  assert.equal(lost({ facts: { beneficiary: bot, requesterOwnsBeneficiary: false } }), "eligibility_lost");
});

test("condition lost: it forbids now, or fails to evaluate", () => {
  assert.equal(
    lost({ settings: { conditions: ["forbid(principal, action, resource);"] } }),
    "condition_lost",
  );
  assert.equal(lost({ settings: { conditions: ["nonsense"] } }), "condition_lost");
});

test("I3: a shorter maximum, other approvers, a new demand for MFA or a ticket never touch a live grant", () => {
  const stricter: Partial<RoleSettings> = {
    maximumDurationMs: 1,
    minimumDurationMs: 1,
    mfaRequired: true,
    authenticationContext: "c1",
    justificationRequired: true,
    ticket: { required: true, patterns: ["x"] },
    approval: { mode: "manual", stages: [] },
  };
  assert.equal(lost({ settings: stricter }), null);
});

function lostBeforeStart(more: Partial<RoleSettings> = {}, ground: Partial<ActivationFacts> = {}) {
  const window = { startsAt: NOW, endsAt: minutes(60) };
  return lostGround("start", {
    ask: ask({ startAt: NOW }),
    settings: settings(more),
    facts: facts(ground),
    now: minutes(10),
    durationMs: HOUR_MS,
    window,
  });
}

test("I3: at a scheduled start the settings are asked again, for nothing is live yet", () => {
  assert.equal(lostBeforeStart(), null);
  const stricter: readonly Partial<RoleSettings>[] = [
    { maximumDurationMs: 1 },
    { minimumDurationMs: 2 * 60 * 60_000 },
    { mfaRequired: true },
    { authenticationContext: "c1" },
    { ticket: { required: true, patterns: [] } },
  ];
  for (const one of stricter) assert.equal(lostBeforeStart(one), "condition_lost", JSON.stringify(one));
  assert.equal(lostBeforeStart({}, { eligibilities: [] }), "eligibility_lost");
});

test("I3: a start that the worker comes late to is judged by the window that was approved", () => {
  assert.equal(lostBeforeStart({ maximumDurationMs: 60 * 60_000 }), null);
  assert.equal(lostBeforeStart({}, { eligibilities: [eligibility({ endsAt: minutes(60) })] }), null);
});
