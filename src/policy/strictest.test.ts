import assert from "node:assert/strict";
import { test } from "node:test";
import { ref, stage } from "../domain/life.fixture.ts";
import type { RoleSettings } from "../domain/role-settings.ts";
import { HOUR_MS, MINUTE_MS } from "../domain/time.ts";
import { settings } from "./activation.fixture.ts";
import { strictest } from "./strictest.ts";

function both(a: Partial<RoleSettings>, b: Partial<RoleSettings>): RoleSettings {
  const there = strictest([settings(a), settings(b)]);
  const back = strictest([settings(b), settings(a)]);
  const unordered = { approval: null, ticket: null, conditions: null };
  assert.deepEqual({ ...there, ...unordered }, { ...back, ...unordered });
  return there;
}

const STRICTER: readonly [keyof RoleSettings, Partial<RoleSettings>, Partial<RoleSettings>, unknown][] = [
  ["maximumDurationMs", { maximumDurationMs: HOUR_MS }, {}, HOUR_MS],
  ["minimumDurationMs", { minimumDurationMs: 30 * MINUTE_MS }, {}, 30 * MINUTE_MS],
  ["maximumTotalMs", { maximumTotalMs: HOUR_MS }, {}, HOUR_MS],
  ["justificationRequired", { justificationRequired: false }, { justificationRequired: true }, true],
  ["mfaRequired", { mfaRequired: true }, {}, true],
  ["authenticationContext", { authenticationContext: "c1" }, {}, "c1"],
  ["workloadsAllowed", { workloadsAllowed: true }, {}, false],
  ["cooldownAfterDenialMs", { cooldownAfterDenialMs: 5 }, { cooldownAfterDenialMs: 7 }, 7],
  ["maximumEligibilityMs", { maximumEligibilityMs: null }, { maximumEligibilityMs: 5 }, 5],
  ["approverJustification", { approverJustification: "never" }, {}, "whereAsked"],
  [
    "approverJustification",
    { approverJustification: "never" },
    { approverJustification: "always" },
    "always",
  ],
];
for (const [field, a, b, expected] of STRICTER) {
  test(`strictest: of two ${field} it is ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(both(a, b)[field], expected);
  });
}

test("strictest: emergency only where both allow it, for the shorter time", () => {
  const open = (maximumDurationMs: number) => ({ emergency: { allowed: true, maximumDurationMs } });
  assert.equal(both(open(HOUR_MS), {}).emergency.allowed, false);
  assert.deepEqual(both(open(5), open(3)).emergency, { allowed: true, maximumDurationMs: 3 });
});

test("strictest: of two authentication contexts both are demanded, each once", () => {
  const merged = strictest(
    ["c1", "c2", "c1"].map((authenticationContext) => settings({ authenticationContext })),
  );
  assert.equal(merged.authenticationContext, "c1 c2");
});

test("strictest: of two time zones each condition keeps its own; of one, texts stay as they are", () => {
  const berlin = { timeZone: "Europe/Berlin", conditions: ["x", { text: "y", timeZone: "Asia/Tokyo" }] };
  const merged = strictest([settings(berlin), settings({ conditions: ["x", "z"] })]);
  assert.deepEqual(merged.conditions, [
    { text: "x", timeZone: "Europe/Berlin" },
    { text: "y", timeZone: "Asia/Tokyo" },
    { text: "x", timeZone: "UTC" },
    { text: "z", timeZone: "UTC" },
  ]);
  assert.deepEqual(strictest([settings(berlin), settings(berlin)]).conditions, berlin.conditions);
  // As an older version stored it, which knew UTC alone.
  const { timeZone: _, ...old } = settings({ conditions: ["x"] });
  assert.deepEqual(strictest([old, settings({ timeZone: "Asia/Tokyo" })]).conditions, [
    { text: "x", timeZone: "UTC" },
  ]);
});

test("strictest: all conditions and all ticket patterns", () => {
  const merged = both(
    { conditions: ["x", "y"], ticket: { required: false, patterns: ["a"] } },
    { conditions: ["y", "z"], ticket: { required: true, patterns: ["b"] } },
  );
  assert.deepEqual([...merged.conditions].sort(), ["x", "y", "z"]);
  assert.deepEqual(merged.ticket, { required: true, patterns: ["a", "b"] });
});

test("strictest: the default duration is one that may be asked for", () => {
  const merged = both(
    { defaultDurationMs: 10 * MINUTE_MS },
    { minimumDurationMs: 30 * MINUTE_MS, defaultDurationMs: HOUR_MS },
  );
  assert.equal(merged.defaultDurationMs, 30 * MINUTE_MS);
});

const manual = (...stages: ReturnType<typeof stage>[]) => ({ approval: { mode: "manual", stages } as const });

test("strictest: manual over automatic, and the stages are the union", () => {
  const carol = stage(["carol"]);
  const casey = stage(["casey"], { required: 2 });
  assert.deepEqual(both({}, manual(carol)).approval, manual(carol).approval);
  assert.deepEqual(both(manual(carol), manual(casey, carol)).approval, manual(carol, casey).approval);
});

test("strictest: the same approvers decide once, within the shorter time; another number or escalation is another stage", () => {
  const quick = stage(["carol", "casey"], { decideByMs: HOUR_MS });
  const slow = stage(["casey", "carol"], { decideByMs: 2 * HOUR_MS });
  for (const merged of [both(manual(quick), manual(slow)), both(manual(slow), manual(quick))]) {
    const { approval } = merged;
    assert.ok(approval.mode === "manual");
    assert.deepEqual(
      approval.stages.map(({ decideByMs }) => decideByMs),
      [HOUR_MS],
    );
  }
  const escalating = stage(["carol", "casey"], { escalation: { afterMs: 5, to: [ref("chris")] } });
  for (const other of [{ ...quick, required: 2 }, escalating]) {
    const { approval } = both(manual(quick), manual(other));
    assert.equal(approval.mode === "manual" && approval.stages.length, 2);
  }
});

test("strictest: everybody who would be told is told, once", () => {
  const told = (...names: string[]) =>
    ({ approval: { mode: "automatic", notified: names.map((name) => ref(name)) } }) as const;
  assert.deepEqual(both(told("carol", "casey"), told("casey")).approval, told("carol", "casey").approval);
});

test("strictest: of nothing there is none", () => {
  assert.throws(() => strictest([]), /no settings/);
});

test("settings that an older version stored, without what it did not know, are read with the standard of that", () => {
  const { cooldownAfterDenialMs: _, emergency: __, ...old } = settings({ maximumDurationMs: HOUR_MS });
  assert.deepEqual(strictest([old]), settings({ maximumDurationMs: HOUR_MS }));
  const merged = strictest([old, settings({ cooldownAfterDenialMs: 5 })]);
  assert.deepEqual([merged.cooldownAfterDenialMs, merged.maximumDurationMs], [5, HOUR_MS]);
});
