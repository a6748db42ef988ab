import assert from "node:assert/strict";
import { test } from "node:test";
import { asId, type ObjectId, type TenantId } from "../../domain/ids.ts";
import type { Standing } from "../../use-cases/identity-ports.ts";
import { proofName, readProof, standsBehind } from "./proof.ts";

const ref = {
  tenantId: asId<TenantId>("0b1f3a52-0000-4000-8000-000000000001"),
  objectId: asId<ObjectId>("0b1f3a52-0000-4000-8000-000000000002"),
};

test("a proof's name reads as it was written, and nothing else reads as one", () => {
  const name = proofName({ ref, version: 12 });
  assert.deepEqual(readProof(name), { ref, version: 12 });
  // The last is what records of an older Curfew say.
  for (const other of [undefined, "", `${name}.1`, `${name}x`, name.replace(".12", ""), ref.objectId]) {
    assert.equal(readProof(other), null, String(other));
  }
});

test("whoever calls stands by the version that was proved, neither an older nor a newer one", () => {
  const now: Standing = { kind: "user", active: true, rights: [], credentialVersion: 3 };
  assert.equal(standsBehind(now, 3), true);
  for (const version of [2, 4, "3", null, undefined]) assert.equal(standsBehind(now, version), false);
  assert.equal(standsBehind({ ...now, active: false }, 3), false);
  assert.equal(standsBehind({ ...now, kind: "group" }, 3), false);
  assert.equal(standsBehind({ ...now, credentialVersion: null }, null), false);
  assert.equal(standsBehind(null, 3), false);
});
