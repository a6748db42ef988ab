import assert from "node:assert/strict";
import { test } from "node:test";
import type { ObjectId } from "./ids.ts";
import { group, OTHER_TENANT, ref, user, workload } from "./life.fixture.ts";
import { type Identity, identityIncludes, personOf, samePrincipal } from "./principal.ts";

const colin: Identity = {
  principal: user("colin"),
  groups: [{ objectId: "engineers" as ObjectId, displayName: "engineers" }],
};

test("identityIncludes: oneself, and every group that holds one", () => {
  assert.equal(identityIncludes(colin, ref("colin")), true);
  assert.equal(identityIncludes(colin, ref("engineers")), true);
  assert.equal(identityIncludes(colin, ref("approvers")), false);
});

test("identityIncludes: the same object id in another tenant is somebody else", () => {
  assert.equal(identityIncludes(colin, ref("colin", OTHER_TENANT)), false);
  assert.equal(identityIncludes(colin, ref("engineers", OTHER_TENANT)), false);
  assert.equal(samePrincipal(ref("colin"), ref("colin", OTHER_TENANT)), false);
});

test("personOf: two linked identities are one person, under whichever they come", () => {
  const home = user("frank", { tenantId: OTHER_TENANT });
  const guest = user("frank-as-guest", { linkedTo: ref("frank", OTHER_TENANT) });
  assert.equal(personOf(guest), personOf(home));
  assert.notEqual(personOf(user("frank")), personOf(home));
});

test("personOf: a group and a workload stand for themselves", () => {
  assert.equal(personOf(group("engineers")), "contoso/engineers");
  assert.equal(personOf(workload("pipeline")), "contoso/pipeline");
});
