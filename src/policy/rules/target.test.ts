import assert from "node:assert/strict";
import { test } from "node:test";
import { grant, minutes, NOW, roleId } from "../../domain/life.fixture.ts";
import { NO_ASSIGNING_RULES } from "../../domain/role-settings.ts";
import type { TargetTraits } from "../../domain/target-traits.ts";
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { answerOf, ask, facts, outcomeOf, SESSION, settings } from "../activation.fixture.ts";
import { evaluateActivation, evaluateAtApproval } from "../evaluate-activation.ts";
import { type BoundTarget, heldEnd } from "../target-limits.ts";
import { givenTarget } from "./target.ts";

const TRAITS: TargetTraits = {
  label: "Vault",
  heldBy: "native",
  sessions: "none",
  place: "vault-17 in the cellar",
  atTheEnd: "locked",
  granularityMs: 1,
  minTtlMs: 10 * MINUTE_MS,
  maxTtlMs: 2 * HOUR_MS,
  canExtend: true,
  canObserve: true,
  issuesSecret: true,
};

function bound(more: Partial<TargetTraits> | null = {}, role = "contributor"): BoundTarget {
  return { roleDefinitionId: roleId(role), traits: more === null ? null : { ...TRAITS, ...more } };
}

const asked = (durationMs: number, ...targets: readonly BoundTarget[]) =>
  answerOf("TargetRule", { ask: { durationMs }, facts: { targets } });

test("TargetRule: without a target there is nothing to hold", () => {
  assert.equal(outcomeOf("TargetRule"), "notApplicable");
});

test("TargetRule: the shortest and the longest are allowed, one millisecond beyond is not", () => {
  for (const [durationMs, outcome] of [
    [10 * MINUTE_MS, "satisfied"],
    [10 * MINUTE_MS - 1, "unsatisfied"],
    [2 * HOUR_MS, "satisfied"],
    [2 * HOUR_MS + 1, "unsatisfied"],
  ] as const)
    assert.equal(asked(durationMs, bound()).outcome, outcome, String(durationMs));
});

test("TargetRule: says what the kind allows and what would satisfy it, and nothing of the target itself", () => {
  const { message, missing } = asked(3 * HOUR_MS, bound());
  assert.equal(message, "Vault holds access for at most 2 h at a time");
  assert.equal(missing, "duration");
});

test("TargetRule: of several targets each must hold it; one of another role has no say", () => {
  assert.equal(asked(HOUR_MS, bound(), bound({ maxTtlMs: MINUTE_MS })).outcome, "unsatisfied");
  assert.equal(asked(HOUR_MS, bound({ maxTtlMs: MINUTE_MS }, "reader")).outcome, "notApplicable");
});

test("TargetRule: a kind that is not known here can hold nothing", () => {
  assert.equal(asked(HOUR_MS, bound(null)).outcome, "unsatisfied");
});

test("a window ends where its targets can end it; what is left of it must be enough for them", () => {
  const late = addMs(NOW, 30 * SECOND_MS);
  const targets = [bound({ granularityMs: MINUTE_MS })];
  const decide = (durationMs: number) =>
    evaluateActivation(ask({ durationMs }), settings(), facts({ targets, eligibilities: [] }), late);
  assert.equal(decide(20 * MINUTE_MS).window.endsAt, minutes(20));
  // Ten minutes and ten seconds are nine and a half once they are rounded down.
  const short = decide(10 * MINUTE_MS + 10 * SECOND_MS).rules.find(({ rule }) => rule === "TargetRule");
  assert.equal(short?.message, "Vault holds access for at least 10 min, and ends it at whole steps of 1 min");
});

test("an end falls where all of its targets can hold it", () => {
  const at = addMs(NOW, 59 * SECOND_MS);
  const both = [bound({ granularityMs: 4 * SECOND_MS }), bound({ granularityMs: 10 * SECOND_MS })];
  assert.equal(heldEnd(at, both) % (20 * SECOND_MS), 0);
  assert.equal(heldEnd(at, []), at);
});

test("TargetRule: a counter-offer is held against it as well", () => {
  const targets = [bound()];
  const decision = evaluateAtApproval(
    ask({ durationMs: 6 * MINUTE_MS }),
    settings(),
    facts({ targets }),
    NOW,
  );
  assert.equal(decision.allowed, false);
});

test("TargetRule: no extension where an end cannot be moved", () => {
  const extending = grant();
  const extend = (more: Partial<TargetTraits>) =>
    answerOf("TargetRule", { ask: { extending }, facts: { targets: [bound(more)] } });
  assert.equal(extend({}).outcome, "satisfied");
  assert.match(extend({ canExtend: false }).message, /^Vault cannot move the end of access/);
});

test("TargetRule: an extension is measured by the end it would really have", () => {
  // Of an hour asked for only five minutes are left in the chain.
  const extending = grant({ startsAt: minutes(-115), endsAt: minutes(1) });
  const { outcome } = answerOf("TargetRule", {
    ask: { extending },
    facts: { targets: [bound()] },
    settings: { maximumTotalMs: 120 * MINUTE_MS },
  });
  assert.equal(outcome, "unsatisfied");
});

test("standing access may last longer than a log-in in its target, and not be shorter", () => {
  const until = (ms: number | null) =>
    givenTarget(
      { ...NO_ASSIGNING_RULES, maximumDurationMs: null },
      {
        targets: [bound()],
        window: { startsAt: NOW, endsAt: ms === null ? null : addMs(NOW, ms) },
        justification: null,
        session: SESSION,
      },
    ).outcome;
  assert.deepEqual(
    [until(null), until(30 * HOUR_MS), until(MINUTE_MS)],
    ["satisfied", "satisfied", "unsatisfied"],
  );
});
