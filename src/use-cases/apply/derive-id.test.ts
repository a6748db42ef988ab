import assert from "node:assert/strict";
import { test } from "node:test";
import { isGuid } from "../../domain/ids.ts";
import { deriveId, isDerivedForAnother } from "./derive-id.ts";

const TENANT = "3076970a-1a0c-5a67-9041-35cb5a81f07f";

test("deriveId: the same name gives the same id for ever", () => {
  assert.equal(deriveId(TENANT, "User", "carol", 0), "50bfb12d-e9c2-5969-a8f8-53bb865f6e69");
  assert.equal(deriveId(TENANT, "User", "Carol", 0), deriveId(TENANT, "User", "carol", 0));
});

test("deriveId: a UUID of version 5 in the variant of RFC 9562", () => {
  const id = deriveId(TENANT, "Group", "support", 0);
  assert.ok(isGuid(id));
  assert.equal(id[14], "5");
  assert.match(id[19] ?? "", /[89ab]/);
});

test("deriveId: tenant, kind, name and generation each make another id", () => {
  const ids = [
    deriveId(TENANT, "User", "carol", 0),
    deriveId(TENANT, "User", "carol", 1),
    deriveId(TENANT, "Group", "carol", 0),
    deriveId(TENANT, "User", "casey", 0),
    deriveId("dd155991-57cc-50cf-839b-90a892dc8493", "User", "carol", 0),
  ];
  assert.equal(new Set(ids).size, ids.length);
});

test("isDerivedForAnother: one's own in any generation, and what nobody derives, are free to be named", () => {
  const other = "dd155991-57cc-50cf-839b-90a892dc8493";
  const isForeign = (id: string) => isDerivedForAnother(id, TENANT, "User", "carol");
  assert.equal(isForeign(deriveId(TENANT, "User", "carol", 0)), false);
  assert.equal(isForeign(deriveId(TENANT, "User", "Carol", 3)), false);
  assert.equal(isForeign("9f0a5f1c-1f6a-4c57-8a53-7c1f0c6f9b11"), false);
  for (const id of [
    deriveId(other, "User", "carol", 0),
    deriveId(TENANT, "Group", "carol", 0),
    deriveId(TENANT, "User", "casey", 0),
  ])
    assert.equal(isForeign(id), true, id);
});
