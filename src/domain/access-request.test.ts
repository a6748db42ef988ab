import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AccessRequest,
  decisionLimit,
  defaultNeededUntil,
  openStage,
  type PendingRequest,
  requirePending,
  sameTerms,
  standingApprovals,
  timeOutCause,
  windowOf,
  withApproval,
} from "./access-request.ts";
import type { GrantId } from "./ids.ts";
import { approval, ended, minutes, NOW, pendingRequest, roleId, stage, terms } from "./life.fixture.ts";
import type { PersonKey } from "./principal.ts";
import { addMs, HOUR_MS, type Instant, MINUTE_MS } from "./time.ts";

test("requirePending: every terminal state absorbs, and the refusal says which it is", () => {
  const messages = ended(pendingRequest()).map((request) => {
    const refused = requirePending(request, NOW);
    assert.equal(!refused.ok && refused.rejection.code, "request_not_pending");
    return refused.ok ? "" : refused.rejection.message;
  });
  assert.deepEqual(
    ["approved", "denied", "canceled", "timed out"].map((word, index) => messages[index]?.includes(word)),
    [true, true, true, true],
  );
});

test("requirePending: one millisecond before decide-by it may be decided, at decide-by it may not", () => {
  const request = pendingRequest();
  const decideBy = request.state.decideBy;
  assert.equal(requirePending(request, (decideBy - 1) as Instant).ok, true);
  assert.equal(requirePending(request, decideBy).ok, false);
});

test("requirePending: nobody decides what is no longer needed, though the stage still has time", () => {
  const request = pendingRequest({ neededUntil: minutes(10) });
  assert.equal(decisionLimit(request), minutes(10));
  assert.equal(requirePending(request, minutes(9)).ok, true);
  assert.equal(requirePending(request, minutes(10)).ok, false);
});

test("timeOutCause: the limit that was passed first is the cause, however late one looks", () => {
  const late = minutes(600);
  assert.equal(timeOutCause(pendingRequest(), minutes(59)), null);
  assert.equal(timeOutCause(pendingRequest(), minutes(60)), "decideBy");
  assert.equal(timeOutCause(pendingRequest({ neededUntil: minutes(10) }), late), "neededUntil");
  assert.equal(timeOutCause(pendingRequest({ neededUntil: minutes(120) }), late), "decideBy");
  const extension = pendingRequest({ neededUntil: minutes(10), extendsGrantId: "g" as GrantId });
  assert.equal(timeOutCause(extension, minutes(10)), "grantEnded");
});

test("defaultNeededUntil: start and duration of what was scheduled, nothing for what was not", () => {
  assert.equal(defaultNeededUntil(terms({ startAt: minutes(30) })), minutes(90));
  assert.equal(defaultNeededUntil(terms()), null);
});

test("I4: the window starts at the later of the requested start and the last approval, for the approved duration", () => {
  const length = { durationMs: HOUR_MS };
  assert.deepEqual(windowOf(terms(length), minutes(7)), { startsAt: minutes(7), endsAt: minutes(67) });
  assert.deepEqual(windowOf(terms({ ...length, startAt: minutes(30) }), minutes(7)), {
    startsAt: minutes(30),
    endsAt: minutes(90),
  });
  assert.deepEqual(windowOf(terms({ ...length, startAt: minutes(30) }), minutes(45)), {
    startsAt: minutes(45),
    endsAt: minutes(105),
  });
});

test("sameTerms: roles are a set, duration and start are exact", () => {
  const both = terms({ roleDefinitionIds: [roleId("a"), roleId("b")] });
  assert.equal(sameTerms(both, terms({ roleDefinitionIds: [roleId("b"), roleId("a")] })), true);
  assert.equal(sameTerms(both, terms({ roleDefinitionIds: [roleId("a")] })), false);
  assert.equal(sameTerms(terms(), terms({ durationMs: HOUR_MS - 1 })), false);
  assert.equal(sameTerms(terms(), terms({ startAt: NOW })), false);
});

const twoOfThree = pendingRequest({ stages: [stage(["carol", "casey", "chris"], { required: 2 })] });

function decided(request: PendingRequest, ...given: Parameters<typeof approval>[]): AccessRequest {
  return given.reduce<AccessRequest>(
    (current, one) => withApproval(current as PendingRequest, approval(...one)),
    request,
  );
}

test("2 of 3: one approval leaves the stage open, the second closes it", () => {
  assert.equal(openStage(decided(twoOfThree, ["carol"])), 0);
  assert.equal(openStage(decided(twoOfThree, ["carol"], ["casey"])), null);
});

test("2 of 3: one person counts once, whichever of their identities approved", () => {
  const person = "contoso/carol" as PersonKey;
  const twice = decided(twoOfThree, ["carol"], ["carol-as-guest", { person }]);
  assert.equal(standingApprovals(twice).length, 1);
  assert.equal(openStage(twice), 0);
});

test("2 of 3: a denial is no approval", () => {
  assert.equal(openStage(decided(twoOfThree, ["carol"], ["casey", { decision: "deny" }])), 0);
});

test("counter-offer: approvals on other terms lapse, and may be given again", () => {
  const shorter = terms({ durationMs: 30 * MINUTE_MS });
  const narrowed = decided(twoOfThree, ["carol"], ["casey", { terms: shorter }]);
  assert.deepEqual(
    standingApprovals(narrowed).map(({ approver }) => approver.objectId),
    ["casey"],
  );
  const again = withApproval(narrowed as PendingRequest, approval("carol", { terms: shorter }));
  assert.equal(openStage(again), null);
  assert.equal(again.terms.durationMs, 30 * MINUTE_MS);
});

test("counter-offer: terms that come back bring no lapsed approval back with them", () => {
  const shorter = terms({ durationMs: 30 * MINUTE_MS });
  const back = decided(twoOfThree, ["carol"], ["casey", { terms: shorter }], ["chris"]);
  assert.deepEqual(
    standingApprovals(back).map(({ approver }) => approver.objectId),
    ["chris"],
  );
  assert.equal(openStage(back), 0);
});

test("stages follow one another, and each has the whole of its own time", () => {
  const two = pendingRequest({ stages: [stage(["carol"]), stage(["casey"], { decideByMs: 2 * HOUR_MS })] });
  const next = decided(two, ["carol", { at: minutes(50) }]);
  assert.deepEqual(next.state, {
    name: "pending",
    stage: 1,
    stageStartedAt: minutes(50),
    decideBy: addMs(minutes(50), 2 * HOUR_MS),
    proposal: null,
  });
});

test("counter-offer in a later stage: the earlier stage must agree to the new terms", () => {
  const two = pendingRequest({ stages: [stage(["carol"]), stage(["casey"])] });
  const shorter = terms({ durationMs: 30 * MINUTE_MS });
  const next = decided(two, ["carol"], ["casey", { stage: 1, terms: shorter, at: minutes(5) }]);
  assert.equal(openStage(next), 0);
  assert.equal(next.state.name === "pending" && next.state.stage, 0);
});
