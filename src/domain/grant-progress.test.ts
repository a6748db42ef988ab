import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Entitlement, type Grant, isLive, isOpen, livenessOf } from "./grant.ts";
import {
  begin,
  close,
  dueAt,
  extendTo,
  finish,
  nextStep,
  passGate,
  sameEntitlement,
  unconfirmed,
  wantUntil,
  withEntitlement,
} from "./grant-progress.ts";
import type { BindingId } from "./ids.ts";
import { entitlement, grant, minutes, NOW, present, ref } from "./life.fixture.ts";
import { failed } from "./retrying.ts";
import { WrongStep } from "./states.ts";
import type { Fault } from "./target-fault.ts";
import { addMs, type Instant, SECOND_MS } from "./time.ts";

const fault = (message: string): Fault => ({
  kind: "retryable",
  ambiguous: false,
  message,
  targetVersion: 1,
});

const opening = (entitlements: readonly Entitlement[]) =>
  grant({ state: { name: "provisioning" }, entitlements });

test("scheduled: waits for its start, then opens", () => {
  const scheduled = grant({ state: { name: "scheduled" } });
  assert.deepEqual(nextStep(scheduled, minutes(-1)), { do: "wait", until: NOW });
  assert.equal(nextStep(scheduled, NOW).do, "open");
});

test("an end that has come is the next step from every open state, before anything is provisioned", () => {
  for (const name of ["scheduled", "provisioning", "active"] as const) {
    const due = grant({ state: { name }, entitlements: [entitlement()] });
    assert.equal(nextStep(due, minutes(60)).do, "expire", name);
  }
});

test("provisioning: one entitlement after another, then the gate", () => {
  const first = entitlement({ bindingId: "one" as BindingId });
  const second = entitlement({ bindingId: "two" as BindingId });
  assert.deepEqual(nextStep(opening([first, second]), NOW), { do: "provision", entitlement: first });
  const half = opening([present({ bindingId: "one" as BindingId }), second]);
  assert.deepEqual(nextStep(half, NOW), { do: "provision", entitlement: second });
  const all = opening([
    present({ bindingId: "one" as BindingId }),
    present({ bindingId: "two" as BindingId }),
  ]);
  assert.equal(nextStep(all, NOW).do, "pass");
});

test("provisioning: a failed entitlement is tried again after its back-off, and a dead one does not hold up the others", () => {
  const waiting = failed(entitlement({ bindingId: "dead" as BindingId }), fault("connection refused"), NOW);
  const other = entitlement({ bindingId: "other" as BindingId });
  assert.deepEqual(nextStep(opening([waiting, other]), NOW), { do: "provision", entitlement: other });
  assert.deepEqual(nextStep(opening([waiting]), NOW), { do: "wait", until: addMs(NOW, SECOND_MS) });
  assert.equal(nextStep(opening([waiting]), addMs(NOW, SECOND_MS)).do, "provision");
});

test("back-off doubles from one second and stays at a minute, with the error to be seen", () => {
  let held = entitlement();
  const waits = Array.from({ length: 9 }, () => {
    held = failed(held, fault("no route"), NOW);
    return ((held.retryAt ?? NOW) - NOW) / SECOND_MS;
  });
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
  assert.deepEqual([held.attempts, held.lastError], [9, "no route"]);
});

test("an extension that never came to be in its target: not live any more once the end that it holds has passed", () => {
  const enforcedUntil = minutes(60);
  const held = failed(
    present({ enforcedUntil, wanted: { generation: 2, expiresAt: minutes(90) } }),
    { ...fault("no"), kind: "permanent" },
    NOW,
  );
  const extended = grant({ gatePassedAt: NOW, endsAt: minutes(90), entitlements: [held] });
  assert.deepEqual(nextStep(extended, minutes(59)), { do: "wait", until: minutes(60) });
  assert.equal(nextStep(extended, minutes(60)).do, "unconfirm");
  assert.equal(livenessOf(unconfirmed(extended, held), minutes(60)), "provisioning");
});

test("gate: a member who left before the gate passed does not keep it shut for the others", () => {
  const left = entitlement({ state: "absent", member: ref("left") });
  assert.equal(nextStep(opening([left, present()]), NOW).do, "pass");
});

test("gate: a grant that no binding applied to at its start has passed, and what is added later does not shut it", () => {
  const started = begin(grant({ state: { name: "scheduled" } }));
  const joined = { ...started, entitlements: [entitlement()] };
  assert.equal(livenessOf(joined, minutes(1)), "live");
  assert.equal(nextStep(joined, minutes(1)).do, "provision");
});

test("active: waits for its end, or for the retry that comes before it", () => {
  assert.deepEqual(nextStep(grant(), NOW), { do: "wait", until: minutes(60) });
  const retrying = grant({ gatePassedAt: NOW, entitlements: [entitlement({ retryAt: minutes(1) })] });
  assert.deepEqual(nextStep(retrying, NOW), { do: "wait", until: minutes(1) });
});

test("close: without anything in a target a grant ends at once, with its cause and who did it", () => {
  const by = ref("carol");
  assert.deepEqual(close(grant(), "revoked", minutes(3), by).state, {
    name: "ended",
    cause: "revoked",
    at: minutes(3),
    by,
  });
});

test("close: what may be in a target is looked for, what never was begun is not", () => {
  const begun = entitlement({ handle: { role: "curfew_x" }, bindingId: "begun" as BindingId });
  const closed = close(grant({ entitlements: [begun, entitlement()] }), "revoked", NOW, null);
  assert.equal(closed.state.name, "deprovisioning");
  assert.deepEqual(
    closed.entitlements.map(({ state }) => state),
    ["leaving", "absent"],
  );
  assert.equal(isLive(closed, minutes(1)), false);
});

test("deprovisioning: removal is tried without limit, and only what was seen absent ends it", () => {
  let closing = close(grant({ entitlements: [present()] }), "expired", NOW, null);
  let now: Instant = NOW;
  for (let attempt = 0; attempt < 200; attempt++) {
    const step = nextStep(closing, now);
    assert.equal(step.do, "remove");
    if (step.do === "remove")
      closing = withEntitlement(closing, failed(step.entitlement, fault("unreachable"), now));
    assert.equal(nextStep(closing, now).do, "wait");
    now = dueAt(closing, now) ?? now;
  }
  closing = withEntitlement(closing, present({ state: "absent" }));
  assert.equal(nextStep(closing, now).do, "finish");
  assert.equal(finish(closing, now).state.name, "ended");
});

test("finish: refuses a grant that is still open, one that is over, and one that its target still holds", () => {
  assert.throws(() => finish(grant(), NOW), WrongStep);
  const over = close(grant(), "revoked", NOW, null);
  assert.equal(over.state.name, "ended");
  assert.throws(() => finish(over, NOW), WrongStep);
  const closing = close(grant({ entitlements: [present()] }), "expired", NOW, null);
  assert.throws(() => finish(closing, NOW), WrongStep);
});

test("close: refuses a grant that is closing or over, so that nothing that has ended comes back", () => {
  const closing = close(grant({ entitlements: [present()] }), "expired", NOW, null);
  assert.throws(() => close(closing, "revoked", NOW, null), WrongStep);
  assert.throws(() => close(close(grant(), "revoked", NOW, null), "expired", NOW, null), WrongStep);
});

test("I8: an extension moves an end later only, and only while the grant is open", () => {
  assert.equal(extendTo(grant(), minutes(90)).endsAt, minutes(90));
  assert.equal(extendTo(grant(), minutes(30)).endsAt, minutes(60));
  const revoked = close(grant(), "revoked", NOW, null);
  assert.throws(() => extendTo(revoked, minutes(90)), WrongStep);
  assert.equal(extendTo(grant({ endsAt: null }), minutes(90)).endsAt, null);
});

test("extension: the target is asked for the new deadline under a higher generation", () => {
  const extended = extendTo(grant({ gatePassedAt: NOW, entitlements: [present()] }), minutes(90));
  assert.deepEqual(extended.entitlements[0]?.wanted, { generation: 2, expiresAt: minutes(90) });
  assert.equal(nextStep(extended, NOW).do, "provision");
  assert.equal(isLive(extended, minutes(1)), true);
});

test("extension: a member who left the group, or is leaving, does not come back with it", () => {
  const left = present({ state: "absent", member: ref("left") });
  const goes = present({ state: "leaving", member: ref("goes") });
  const extended = extendTo(grant({ gatePassedAt: NOW, entitlements: [left, goes, present()] }), minutes(90));
  assert.deepEqual(extended.entitlements.slice(0, 2), [left, goes]);
});

test("standing access: a log-in has an end of its own, after which it lapses while the access stays", () => {
  const bare = entitlement({ required: false, wanted: null });
  const standing = grant({ kind: "standing", endsAt: null, entitlements: [bare] });
  assert.deepEqual(nextStep(standing, NOW), { do: "wait", until: null });
  const asked = grant({ ...standing, entitlements: [wantUntil(bare, minutes(8))] });
  assert.equal(nextStep(asked, NOW).do, "provision");
  const held = present({ wanted: { generation: 1, expiresAt: minutes(8) } });
  assert.equal(nextStep(grant({ ...standing, entitlements: [held] }), minutes(8)).do, "lapse");
  assert.equal(isLive(asked, minutes(1_000)), true);
});

test("sameEntitlement: by binding and member, tenant included", () => {
  assert.equal(sameEntitlement(entitlement(), present()), true);
  assert.equal(sameEntitlement(entitlement(), entitlement({ member: ref("casey") })), false);
  assert.equal(sameEntitlement(entitlement(), entitlement({ bindingId: "b2" as BindingId })), false);
});

test("model: whatever fails, a grant that is stepped on ends, is never live outside its window, and provisions nothing at or after its end", () => {
  const failures = fc.infiniteStream(fc.boolean());
  const bindings = fc.uniqueArray(fc.nat(3), { maxLength: 3 });
  fc.assert(
    fc.property(failures, bindings, fc.option(fc.nat(90)), (fails, ids, revokedAfter) => {
      const entitlements = ids.map((id) => entitlement({ bindingId: `b${id}` as BindingId }));
      let one: Grant = grant({ state: { name: "scheduled" }, startsAt: minutes(5), entitlements });
      let now: Instant = NOW;
      for (let steps = 0; one.state.name !== "ended"; steps++) {
        assert.ok(steps < 2_000, "it must come to an end");
        if (steps === revokedAfter) {
          if (isOpen(one)) one = close(one, "revoked", now, null);
          else assert.throws(() => close(one, "revoked", now, null), WrongStep);
        }
        const step = nextStep(one, now);
        const fail = fails.next().value === true && steps < 300;
        if (step.do === "provision")
          assert.ok(one.endsAt !== null && now < one.endsAt && now >= one.startsAt);
        one = after(one, now, fail);
        if (isLive(one, now)) assert.ok(now >= one.startsAt && one.endsAt !== null && now < one.endsAt);
        if (step.do === "wait") now = step.until ?? now;
      }
      assert.ok(one.entitlements.every(({ state }) => state === "absent"));
    }),
  );
});

/** What the worker does with a step, with a target that works or does not. */
function after(one: Grant, now: Instant, fail: boolean): Grant {
  const step = nextStep(one, now);
  switch (step.do) {
    case "wait":
      return one;
    case "open":
      return begin(one);
    case "pass":
      return passGate(one, now);
    case "expire":
      return close(one, "expired", now, null);
    case "finish":
      return finish(one, now);
    case "lapse":
    case "unconfirm":
      return one;
    case "provision": {
      const begun = { ...step.entitlement, handle: { role: "curfew_x" } };
      if (fail) return withEntitlement(one, failed(begun, fault("refused"), now));
      return withEntitlement(one, { ...begun, state: "present", generation: begun.wanted?.generation ?? 1 });
    }
    case "remove": {
      if (fail) return withEntitlement(one, failed(step.entitlement, fault("refused"), now));
      return withEntitlement(one, { ...step.entitlement, state: "absent" });
    }
  }
}
