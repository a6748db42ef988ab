import assert from "node:assert/strict";
import { test } from "node:test";
import { type RequestState, withState } from "./access-request.ts";
import type { Entitlement, GrantState } from "./grant.ts";
import { withEntitlement } from "./grant-progress.ts";
import { entitlement, grant, NOW, pendingRequest, ref } from "./life.fixture.ts";
import { ENTITLEMENT_MOVES, GRANT_MOVES, REQUEST_MOVES, TOGETHER, WrongStep } from "./states.ts";

const ENTITLEMENTS = Object.keys(ENTITLEMENT_MOVES) as Entitlement["state"][];

const GRANTS: { readonly [N in GrantState["name"]]: GrantState } = {
  scheduled: { name: "scheduled" },
  provisioning: { name: "provisioning" },
  active: { name: "active" },
  deprovisioning: { name: "deprovisioning", cause: "expired", since: NOW, by: null },
  ended: { name: "ended", cause: "expired", at: NOW, by: null },
};

const REQUESTS: { readonly [N in RequestState["name"]]: RequestState } = {
  pending: { name: "pending", stage: 0, stageStartedAt: NOW, decideBy: NOW, proposal: null },
  approved: { name: "approved", at: NOW, automatically: true, grantIds: [] },
  denied: { name: "denied", at: NOW, by: null, justification: null, rules: [] },
  canceled: { name: "canceled", at: NOW, by: ref("colin") },
  timedOut: { name: "timedOut", at: NOW, because: "decideBy" },
};

test("a request: every step that no row allows is refused, and what is decided stays", () => {
  for (const from of Object.values(REQUESTS)) {
    for (const to of Object.values(REQUESTS)) {
      const step = () => withState({ ...pendingRequest(), state: from }, to);
      if (REQUEST_MOVES[from.name].includes(to.name)) assert.equal(step().state, to);
      else assert.throws(step, WrongStep, `${from.name} to ${to.name}`);
    }
    if (from.name !== "pending") assert.deepEqual(REQUEST_MOVES[from.name], []);
  }
});

test("an entitlement: every step in every grant is taken where both tables allow it, and refused elsewhere", () => {
  for (const state of Object.values(GRANTS)) {
    for (const from of TOGETHER[state.name]) {
      for (const to of ENTITLEMENTS) {
        const held = grant({ state, entitlements: [entitlement({ state: from })] });
        const step = () => withEntitlement(held, entitlement({ state: to }));
        if (ENTITLEMENT_MOVES[from].includes(to) && TOGETHER[state.name].includes(to))
          assert.equal(step().entitlements[0]?.state, to);
        else assert.throws(step, WrongStep, `${state.name}: ${from} to ${to}`);
      }
    }
  }
});

test("every state leads to the end, and the end leads nowhere", () => {
  const reached = new Set<string>();
  const visit = (from: GrantState["name"]): void => {
    if (reached.has(from)) return;
    reached.add(from);
    for (const to of GRANT_MOVES[from]) visit(to);
  };
  visit("scheduled");
  assert.deepEqual([...reached].sort(), Object.keys(GRANT_MOVES).sort());
  assert.deepEqual(GRANT_MOVES.ended, []);
  assert.deepEqual(TOGETHER.ended, ["absent"]);
});
