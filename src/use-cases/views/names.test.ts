import assert from "node:assert/strict";
import { test } from "node:test";
import { asId, type ObjectId, type SubscriptionId, type TenantId } from "../../domain/ids.ts";
import type { PrincipalRef } from "../../domain/principal.ts";
import { groupScope, parseScope, subscriptionScope } from "../../domain/scope.ts";
import type { Tx } from "../ports.ts";
import { namesIn } from "./names.ts";

const HERE = asId<TenantId>("11111111-1111-4111-8111-111111111111");
const GROUP = asId<ObjectId>("22222222-2222-4222-8222-222222222222");
const ELSEWHERE = asId<ObjectId>("33333333-3333-4333-8333-333333333333");
const SUBSCRIPTION = asId<SubscriptionId>("44444444-4444-4444-8444-444444444444");

const tx = {
  tenantId: HERE,
  identity: async ({ tenantId, objectId }: PrincipalRef) =>
    tenantId === HERE && objectId === GROUP ? { principal: { displayName: "Platform approvers" } } : null,
  subscriptions: async () => [{ id: SUBSCRIPTION, name: "production" }],
} as unknown as Tx;

test("a scope is called by its group's or subscription's name, else by its last segment", async () => {
  const names = namesIn(tx);
  const web = parseScope(`/subscriptions/${SUBSCRIPTION}/resourceGroups/web`);
  assert.ok(web !== null);
  assert.equal(await names.scope(groupScope(GROUP)), "Platform approvers");
  assert.equal(await names.scope(subscriptionScope(SUBSCRIPTION)), "production");
  assert.equal(await names.scope(web), "web");
});

test("a group that this tenant does not have is called by its id", async () => {
  assert.equal(await namesIn(tx).scope(groupScope(ELSEWHERE)), ELSEWHERE);
});
