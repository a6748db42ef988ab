import assert from "node:assert/strict";
import { test } from "node:test";
import type { BindingId, TargetId } from "./ids.ts";
import { grant, minutes, ref, roleId, SCOPE, TENANT } from "./life.fixture.ts";
import { planEntitlements } from "./plan-entitlements.ts";
import type { Scope } from "./scope.ts";
import { type Binding, bindingServes } from "./target-binding.ts";

const MANAGED = "/subscriptions/0a1b2c3d-0000-4000-8000-000000000001/resourceGroups/managed" as Scope;

function binding(more: Partial<Binding> = {}): Binding {
  return {
    id: "binding" as BindingId,
    tenantId: TENANT,
    name: "orders-rw",
    targetId: "target" as TargetId,
    roleDefinitionId: roleId("contributor"),
    scope: SCOPE,
    entitlement: { role: "orders_rw" },
    required: true,
    standing: false,
    ...more,
  };
}

const held = { roleDefinitionId: roleId("contributor"), scope: SCOPE, managedScope: null, standing: false };

test("bindingServes: a grant at the binding's scope or above it, never one on a part of it", () => {
  assert.equal(bindingServes(binding(), held), true);
  assert.equal(bindingServes(binding({ scope: `${SCOPE}/providers/db` as Scope }), held), true);
  assert.equal(bindingServes(binding(), { ...held, scope: `${SCOPE}/providers/db` as Scope }), false);
  assert.equal(bindingServes(binding({ scope: `${SCOPE}2` as Scope }), held), false);
});

test("bindingServes: the managed scope of an application counts as held", () => {
  assert.equal(bindingServes(binding({ scope: MANAGED }), { ...held, managedScope: MANAGED }), true);
  assert.equal(bindingServes(binding({ scope: MANAGED }), held), false);
});

test("bindingServes: another role does not serve, nor standing access unless the binding says so", () => {
  assert.equal(bindingServes(binding(), { ...held, roleDefinitionId: roleId("reader") }), false);
  assert.equal(bindingServes(binding(), { ...held, standing: true }), false);
  assert.equal(bindingServes(binding({ standing: true }), { ...held, standing: true }), true);
});

test("planEntitlements: one for each binding and each member, with the grant's end as deadline", () => {
  const bindings = [binding(), binding({ id: "second" as BindingId, required: false })];
  const planned = planEntitlements(grant(), bindings, [ref("colin"), ref("casey")]);
  assert.deepEqual(
    planned.map(({ bindingId, member, required }) => [bindingId, member.objectId, required]),
    [
      ["binding", "colin", true],
      ["binding", "casey", true],
      ["second", "colin", false],
      ["second", "casey", false],
    ],
  );
  for (const one of planned) {
    assert.deepEqual(one.wanted, { generation: 1, expiresAt: minutes(60) });
    assert.deepEqual([one.state, one.handle, one.generation], ["planned", null, 0]);
  }
});

test("planEntitlements: a group without members needs nothing in a target", () => {
  assert.deepEqual(planEntitlements(grant(), [binding()], []), []);
});

test("planEntitlements: standing access wants nothing until its holder asks, and waits for nothing", () => {
  const standing = grant({ kind: "standing", endsAt: null });
  const [one] = planEntitlements(standing, [binding({ standing: true })], [ref("colin")]);
  assert.deepEqual([one?.wanted, one?.required], [null, false]);
});
