import assert from "node:assert/strict";
import { test } from "node:test";
import type { Grant } from "./grant.ts";
import type { GrantId } from "./ids.ts";
import { ended, entitlement, grant, minutes, NOW, pendingRequest } from "./life.fixture.ts";
import { outcomeOf } from "./request-outcome.ts";

const approved = {
  ...pendingRequest(),
  state: { name: "approved", at: NOW, automatically: false, grantIds: ["grant" as GrantId] },
} as const;

test("a pending request is timed out from its decide-by on, whether or not the worker has marked it", () => {
  const request = pendingRequest();
  assert.deepEqual(outcomeOf(request, [], minutes(59)), { name: "pending" });
  assert.deepEqual(outcomeOf(request, [], minutes(60)), { name: "timedOut" });
});

test("a denied, canceled or timed-out request is what it is", () => {
  const [, denied, canceled, timedOut] = ended(pendingRequest());
  assert.ok(denied && canceled && timedOut);
  assert.deepEqual(
    [denied, canceled, timedOut].map((one) => outcomeOf(one, [], NOW).name),
    ["denied", "canceled", "timedOut"],
  );
});

test("an approved request is scheduled, opening, live and then ended, as its grant is", () => {
  const later = grant({ startsAt: minutes(10), endsAt: minutes(20), state: { name: "scheduled" } });
  const opening = grant({ entitlements: [entitlement()], state: { name: "provisioning" } });
  assert.equal(outcomeOf(approved, [later], NOW).name, "scheduled");
  assert.equal(outcomeOf(approved, [opening], NOW).name, "opening");
  assert.equal(outcomeOf(approved, [grant()], NOW).name, "live");
  assert.deepEqual(outcomeOf(approved, [grant()], minutes(60)), {
    name: "ended",
    cause: "expired",
  });
});

test("of several grants the best one speaks, and a revocation says more than an expiry", () => {
  const revoked = grant({ state: { name: "ended", cause: "revoked", at: NOW, by: null } });
  const expired = grant({ state: { name: "ended", cause: "expired", at: NOW, by: null } });
  assert.equal(outcomeOf(approved, [revoked, grant()], NOW).name, "live");
  assert.deepEqual(outcomeOf(approved, [expired, revoked], NOW), {
    name: "ended",
    cause: "revoked",
  });
});

test("access that no target ever confirmed was never live", () => {
  const never = grant({
    entitlements: [entitlement()],
    state: { name: "ended", cause: "expired", at: NOW, by: null },
  });
  const opening = grant({ entitlements: [entitlement()], state: { name: "provisioning" } });
  const expired = grant({ state: { name: "ended", cause: "expired", at: NOW, by: null } });
  const revoked = grant({ state: { name: "ended", cause: "revoked", at: NOW, by: null } });
  const causeOf = (...grants: Grant[]) => {
    const outcome = outcomeOf(approved, grants, minutes(60));
    return outcome.name === "ended" ? outcome.cause : outcome.name;
  };
  assert.equal(causeOf(never), "never_live");
  // By the clock alone.
  assert.equal(causeOf(opening), "never_live");
  assert.equal(causeOf(never, expired), "expired");
  assert.equal(causeOf(never, revoked), "revoked");
});
