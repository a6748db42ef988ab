import assert from "node:assert/strict";
import { test } from "node:test";
import { asId, type ObjectId, type SubscriptionId, type TenantId } from "../../domain/ids.ts";
import { groupScope, parseScope, subscriptionScope } from "../../domain/scope.ts";
import { makeBook } from "../../policy/book/book.ts";
import { booksOf } from "../../policy/book/books.ts";
import { emptyContents, withRows } from "../../policy/book/contents.ts";
import { namesOf } from "./names.ts";

const HERE = asId<TenantId>("11111111-1111-4111-8111-111111111111");
const GROUP = asId<ObjectId>("22222222-2222-4222-8222-222222222222");
const ELSEWHERE = asId<ObjectId>("33333333-3333-4333-8333-333333333333");
const SUBSCRIPTION = asId<SubscriptionId>("44444444-4444-4444-8444-444444444444");

const contents = withRows(emptyContents(), [
  {
    kind: "tenant",
    key: HERE,
    body: { id: HERE, name: "contoso", displayName: "Contoso", closedAt: null },
  },
  { kind: "subscription", key: SUBSCRIPTION, body: { tenantId: HERE, id: SUBSCRIPTION, name: "production" } },
  {
    kind: "principal",
    key: GROUP,
    body: {
      tenantId: HERE,
      objectId: GROUP,
      kind: "group",
      name: "approvers",
      displayName: "Platform approvers",
      deletedAt: null,
      lock: null,
      owners: [],
    },
  },
]);
const names = namesOf(booksOf([makeBook(1, contents)]), HERE);

test("a scope is called by its group's or subscription's name, else by its last segment", () => {
  const web = parseScope(`/subscriptions/${SUBSCRIPTION}/resourceGroups/web`);
  assert.ok(web !== null);
  assert.equal(names.scope(groupScope(GROUP)), "Platform approvers");
  assert.equal(names.scope(subscriptionScope(SUBSCRIPTION)), "production");
  assert.equal(names.scope(web), "web");
});

test("a group that this tenant does not have is called by its id", () => {
  assert.equal(names.scope(groupScope(ELSEWHERE)), ELSEWHERE);
});
