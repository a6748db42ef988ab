import assert from "node:assert/strict";
import { test } from "node:test";
import type { AccessRequestId, GrantId } from "../../domain/ids.ts";
import { grant, minutes, NOW, roleId } from "../../domain/life.fixture.ts";
import { addMs, DAY_MS, HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import { ask, facts, outcomeOf, settings } from "../activation.fixture.ts";
import type { HeldWindow } from "../activation.ts";
import { evaluateActivation, evaluateAtApproval } from "../evaluate-activation.ts";

const hours = (count: number): Instant => addMs(NOW, count * HOUR_MS);

function held(from: number, to: number | null, more: Partial<HeldWindow> = {}): HeldWindow {
  const id = `grant-${from}` as GrantId;
  const endsAt = to === null ? null : hours(to);
  return { grantId: id, roleDefinitionId: roleId("contributor"), startsAt: hours(from), endsAt, ...more };
}

const expiration = (more: Partial<Parameters<typeof ask>[0]> & object) =>
  outcomeOf("ExpirationRule", { ask: more });

test("ExpirationRule: the maximum is allowed, one millisecond more is not", () => {
  assert.equal(expiration({ durationMs: 8 * HOUR_MS }), "satisfied");
  assert.equal(expiration({ durationMs: 8 * HOUR_MS + 1 }), "unsatisfied");
});

test("ExpirationRule: no time at all, and less than none, is refused whatever the minimum", () => {
  for (const durationMs of [0, -1, -HOUR_MS]) {
    assert.equal(
      outcomeOf("ExpirationRule", { ask: { durationMs }, settings: { minimumDurationMs: 0 } }),
      "unsatisfied",
    );
  }
});

test("ExpirationRule: a start 90 days ahead is allowed, later is not", () => {
  assert.equal(expiration({ startAt: addMs(NOW, 90 * DAY_MS) }), "satisfied");
  assert.equal(expiration({ startAt: addMs(NOW, 90 * DAY_MS + 1) }), "unsatisfied");
});

test("ExpirationRule: a start in the past is refused when asking, but for a minute of slow network", () => {
  assert.equal(expiration({ startAt: addMs(NOW, -MINUTE_MS) }), "satisfied");
  assert.equal(expiration({ startAt: addMs(NOW, -MINUTE_MS - 1) }), "unsatisfied");
});

test("I4: a requested start that passed while approvers thought does not refuse the approval", () => {
  const late = hours(3);
  const decision = evaluateAtApproval(ask({ startAt: hours(1) }), settings(), facts(), late);
  assert.equal(decision.allowed, true);
  assert.deepEqual(decision.window, { startsAt: late, endsAt: hours(4) });
});

test("ExpirationRule: an emergency has a maximum of its own, never above the ordinary one", () => {
  const emergency = { allowed: true, maximumDurationMs: HOUR_MS };
  const asked = (durationMs: number, maximumDurationMs = 8 * HOUR_MS) =>
    outcomeOf("ExpirationRule", {
      ask: { durationMs, emergency: true },
      settings: { emergency, maximumDurationMs },
    });
  assert.equal(asked(HOUR_MS), "satisfied");
  assert.equal(asked(HOUR_MS + 1), "unsatisfied");
  assert.equal(asked(HOUR_MS, 30 * MINUTE_MS), "unsatisfied");
});

test("ActiveDurationTooShort: the minimum is allowed, one millisecond less is not", () => {
  const short = (durationMs: number) => outcomeOf("ActiveDurationTooShort", { ask: { durationMs } });
  assert.equal(short(5 * MINUTE_MS), "satisfied");
  assert.equal(short(5 * MINUTE_MS - 1), "unsatisfied");
});

test("a duration left out becomes the settings' default", () => {
  const decision = evaluateActivation(ask({ durationMs: null }), settings(), facts(), NOW);
  assert.deepEqual([decision.durationMs, decision.window.endsAt], [HOUR_MS, hours(1)]);
});

const overlap = (windows: readonly HeldWindow[], more: Parameters<typeof ask>[0] = {}) =>
  outcomeOf("RoleAssignmentExists", { ask: more, facts: { held: windows } });

test("RoleAssignmentExists: what overlaps stands in the way, scheduled or live; what only touches does not", () => {
  assert.equal(overlap([held(-1, 0.5)]), "unsatisfied");
  assert.equal(overlap([held(0.5, 2)]), "unsatisfied");
  assert.equal(overlap([held(-1, 0)]), "satisfied");
  assert.equal(overlap([held(1, 2)]), "satisfied");
  assert.equal(overlap([held(-1, null)]), "unsatisfied");
});

test("RoleAssignmentExists: being live today does not block Saturday, nor another role", () => {
  assert.equal(overlap([held(-1, 2)], { startAt: addMs(NOW, 5 * DAY_MS) }), "satisfied");
  assert.equal(overlap([held(-1, 2, { roleDefinitionId: roleId("reader") })]), "satisfied");
});

test("RoleAssignmentExists: an extension exempts its own grant and no other", () => {
  const extending = grant();
  const own = held(0, 1, { grantId: extending.id });
  assert.equal(overlap([own], { extending }), "satisfied");
  assert.equal(overlap([own, held(1, 2)], { extending, durationMs: 2 * HOUR_MS }), "unsatisfied");
});

test("PendingRoleAssignmentRequest: a pending request for the same, overlapping, stands in the way", () => {
  const pending = (from: number, to: number, role = "contributor") =>
    outcomeOf("PendingRoleAssignmentRequest", {
      facts: {
        pending: [
          {
            requestId: "r" as AccessRequestId,
            roleDefinitionId: roleId(role),
            startsAt: hours(from),
            endsAt: hours(to),
          },
        ],
      },
    });
  assert.equal(pending(0, 24), "unsatisfied");
  assert.equal(pending(1, 24), "satisfied");
  assert.equal(pending(0, 24, "reader"), "satisfied");
});

const total = { maximumTotalMs: 16 * HOUR_MS };
const chained = (windows: readonly HeldWindow[], more: Parameters<typeof ask>[0]) =>
  outcomeOf("ExpirationRule", {
    ask: { durationMs: 8 * HOUR_MS, ...more },
    facts: { held: windows },
    settings: total,
  });

test("back-to-back windows count together: up to the total, and not a millisecond beyond", () => {
  const before = held(-8, 0);
  assert.equal(chained([before], { startAt: NOW }), "satisfied");
  assert.equal(chained([before, held(-16, -8)], { startAt: NOW }), "unsatisfied");
  assert.equal(chained([held(-8 - 1 / 3_600_000, 0)], { startAt: NOW }), "unsatisfied");
});

test("back-to-back windows count together in whatever order they are asked for", () => {
  assert.equal(chained([held(8, 16)], {}), "satisfied");
  assert.equal(chained([held(8, 16), held(16, 24)], {}), "unsatisfied");
  assert.equal(chained([held(-8, 0), held(8, 16)], { startAt: NOW }), "unsatisfied");
});

test("a pause breaks the chain", () => {
  const earlier = [held(-16, -8), held(-8, 0)];
  assert.equal(chained(earlier, { startAt: addMs(NOW, SECOND_MS) }), "satisfied");
});

test("an extension is refused once its chain has used up the total", () => {
  const extending = grant({ startsAt: NOW, endsAt: hours(8) });
  const own = held(0, 8, { grantId: extending.id });
  assert.equal(chained([own], { extending }), "satisfied");
  assert.equal(chained([held(-8, 0), own], { extending }), "unsatisfied");
  assert.equal(
    chained([own], { extending: grant({ startsAt: hours(-8), endsAt: minutes(8 * 60) }) }),
    "unsatisfied",
  );
});
