import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entitlement } from "./grant.ts";
import { isLive } from "./grant.ts";
import { nextStep } from "./grant-progress.ts";
import { entitlement, grant, minutes, NOW, present } from "./life.fixture.ts";
import { failed, failedBefore, isBlocked, isToBeTold, withNewChance } from "./retrying.ts";
import { FAULT_KINDS, type Fault, faultOf, TargetFault } from "./target-fault.ts";
import { SECOND_MS } from "./time.ts";

const fault = (kind: Fault["kind"], more: Partial<Fault> = {}): Fault => ({
  kind,
  ambiguous: false,
  message: "no",
  targetVersion: 3,
  ...more,
});

function waitsOf(held: Entitlement, met: Fault, times: number): (number | null)[] {
  let one = held;
  return Array.from({ length: times }, () => {
    one = failed(one, met, NOW);
    return one.retryAt === null ? null : (one.retryAt - NOW) / SECOND_MS;
  });
}

test("opening: what passes is tried soon, what somebody has to mend slowly, what needs a change not at all", () => {
  const waits = (kind: Fault["kind"]) => waitsOf(entitlement(), fault(kind), 8);
  assert.deepEqual(waits("retryable"), [1, 2, 4, 8, 16, 32, 60, 60]);
  for (const kind of ["forbidden", "conflict"] as const)
    assert.deepEqual(waits(kind), [5, 10, 20, 40, 80, 160, 320, 600]);
  assert.deepEqual(waits("permanent"), Array(8).fill(null));
});

test("taking away is never given up, whatever the fault", () => {
  for (const kind of FAULT_KINDS)
    for (const wait of waitsOf(present({ state: "leaving" }), fault(kind), 40))
      assert.ok(wait !== null && wait <= 600, kind);
});

test("a permanent fault of which nobody knows what came of it is looked at again", () => {
  const met = failed(entitlement(), fault("permanent", { ambiguous: true }), NOW);
  assert.equal(isBlocked(met), false);
  assert.notEqual(met.retryAt, null);
});

test("blocked: nothing is due before the end, and other entitlements are not held up", () => {
  const blocked = failed(entitlement({ handle: { at: "x" } }), fault("permanent"), NOW);
  const opening = grant({ state: { name: "provisioning" }, entitlements: [blocked] });
  assert.deepEqual(nextStep(opening, minutes(30)), { do: "wait", until: minutes(60) });
  assert.equal(isLive(opening, minutes(30)), false);
  assert.equal(nextStep(opening, minutes(60)).do, "expire");
});

test("a new chance comes with another version of the target, and with that alone", () => {
  const met = failed(entitlement(), fault("permanent"), NOW);
  assert.equal(failedBefore(met, 3), false);
  assert.equal(failedBefore(met, 4), true);
  assert.equal(failedBefore({ ...met, state: "absent" }, 4), false);
  const again = withNewChance(met);
  assert.deepEqual([again.fault, again.attempts, again.retryAt], [null, 0, null]);
  assert.equal(
    nextStep(grant({ state: { name: "provisioning" }, entitlements: [again] }), NOW).do,
    "provision",
  );
});

test("people are told when it begins, when it becomes another fault, and from time to time", () => {
  let held = entitlement();
  const told: number[] = [];
  for (const kind of [...Array(4).fill("retryable"), ...Array(8).fill("conflict")] as Fault["kind"][]) {
    const next = failed(held, fault(kind), NOW);
    if (isToBeTold(held, next)) told.push(next.attempts);
    held = next;
  }
  assert.deepEqual(told, [1, 5, 11]);
});

test("a body from before faults were kept is tried again in its time", () => {
  const { fault: _, ...old } = entitlement({ attempts: 7, retryAt: minutes(1), lastError: "no route" });
  assert.equal(isBlocked(old), false);
  assert.equal(failedBefore(old, 2), false);
  const opening = grant({ state: { name: "provisioning" }, entitlements: [old] });
  assert.deepEqual(nextStep(opening, NOW), { do: "wait", until: minutes(1) });
  assert.equal(nextStep(opening, minutes(1)).do, "provision");
});

test("what is no fault of a target's says nothing of what it did before", () => {
  const unknown = faultOf(new Error("the pool is drained"));
  assert.deepEqual([unknown.kind, unknown.ambiguous], ["retryable", true]);
  const known = faultOf(new TargetFault("conflict", "renamed"));
  assert.deepEqual([known.kind, known.ambiguous, known.message], ["conflict", false, "renamed"]);
});
