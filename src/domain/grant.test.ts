import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  endHonesty,
  type Grant,
  gatePassed,
  heldScopes,
  isLive,
  isSurelyLive,
  livenessOf,
  wasLive,
} from "./grant.ts";
import { nextStep, passGate, unconfirmed } from "./grant-progress.ts";
import { entitlement, grant, minutes, NOW, present, SCOPE } from "./life.fixture.ts";
import type { Scope } from "./scope.ts";
import { addMs, HOUR_MS, type Instant, instant } from "./time.ts";

const STATES: readonly Grant["state"][] = [
  { name: "scheduled" },
  { name: "provisioning" },
  { name: "active" },
  { name: "deprovisioning", cause: "revoked", since: NOW, by: null },
  { name: "ended", cause: "expired", at: NOW, by: null },
];

test("I1: nothing is live at or after its end, nor before its start, whatever its state says", () => {
  const state = fc.constantFrom(...STATES);
  const at = fc.integer({ min: NOW - 2 * HOUR_MS, max: NOW + 4 * HOUR_MS }).map(instant);
  const held = fc.constantFrom([], [entitlement()], [present()], [entitlement({ required: false })]);
  const gate = fc.constantFrom(null, NOW);
  fc.assert(
    fc.property(state, at, held, gate, (given, now, entitlements, gatePassedAt) => {
      const one = grant({ state: given, entitlements, gatePassedAt });
      if (!isLive(one, now)) return;
      assert.ok(one.startsAt <= now && one.endsAt !== null && now < one.endsAt);
      assert.ok(gatePassed(one) && given.name !== "ended" && given.name !== "deprovisioning");
    }),
  );
});

test("I1: live from the very start to one millisecond before the end", () => {
  const one = grant();
  const answers = [-1, 0, HOUR_MS - 1, HOUR_MS].map((ms) => livenessOf(one, addMs(NOW, ms)));
  assert.deepEqual(answers, ["scheduled", "live", "live", "expired"]);
});

test("I1: expiry is a comparison: an active grant whose worker is dead is not live after its end", () => {
  assert.equal(isLive(grant({ state: { name: "active" } }), minutes(60)), false);
});

test("I1: what the clock does not know extends nothing: early for an end, late for a start", () => {
  const around = (at: Instant) => ({ earliest: addMs(at, -50), latest: addMs(at, 50) });
  const one = grant();
  assert.equal(isSurelyLive(one, around(addMs(NOW, 49))), false);
  assert.equal(isSurelyLive(one, around(addMs(NOW, 50))), true);
  assert.equal(isSurelyLive(one, around(addMs(minutes(60), -51))), true);
  assert.equal(isSurelyLive(one, around(addMs(minutes(60), -50))), false);
});

test("livenessOf: a grant that was revoked says so, even within its window", () => {
  const state = { name: "deprovisioning", cause: "revoked", since: NOW, by: null } as const;
  assert.equal(livenessOf(grant({ state }), minutes(1)), "revoked");
});

test("gate: closed until every required entitlement was read back, and again while one is not confirmed any more", () => {
  const waiting = grant({ state: { name: "provisioning" }, entitlements: [entitlement()] });
  assert.equal(livenessOf(waiting, minutes(1)), "provisioning");
  const passed = passGate({ ...waiting, entitlements: [present()] }, minutes(1));
  assert.equal(livenessOf(passed, minutes(1)), "live");
  const shut = unconfirmed(passed, present());
  assert.equal(livenessOf(shut, minutes(2)), "provisioning");
  assert.equal(wasLive(shut), true);
  assert.equal(nextStep(shut, minutes(2)).do, "provision");
});

test("gate: what is not required keeps nobody waiting", () => {
  const optional = grant({
    state: { name: "provisioning" },
    entitlements: [entitlement({ required: false })],
  });
  assert.equal(livenessOf(optional, minutes(1)), "live");
});

test("standing access has no end", () => {
  const standing = grant({ kind: "standing", endsAt: null });
  assert.equal(isLive(standing, instant(Date.UTC(2100, 0))), true);
  assert.equal(endHonesty(standing), "never");
});

test("endHonesty: the clock alone, the target's own deadline, or only our timer", () => {
  assert.equal(endHonesty(grant()), "clock");
  assert.equal(endHonesty(grant({ entitlements: [present({ enforcedUntil: minutes(60) })] })), "native");
  assert.equal(endHonesty(grant({ entitlements: [present({ enforcedUntil: null })] })), "timerOnly");
});

test("heldScopes: an application's grant is held at its managed scope as well", () => {
  const managedScope = "/subscriptions/s/resourceGroups/managed" as Scope;
  assert.deepEqual(heldScopes(grant()), [SCOPE]);
  assert.deepEqual(heldScopes(grant({ managedScope })), [SCOPE, managedScope]);
});
