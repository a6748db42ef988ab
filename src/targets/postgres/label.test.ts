import assert from "node:assert/strict";
import { test } from "node:test";
import { asId, type GrantId } from "../../domain/ids.ts";
import { instant } from "../../domain/time.ts";
import { TargetFault } from "../target.ts";
import { type Label, parseHandle, planHandle, readLabel, writeLabel } from "./label.ts";

const spec = {
  grantId: asId<GrantId>("7b1e04d2-0000-4000-8000-000000000001"),
  generation: 1,
  subject: { id: "frank", display: "frank@fabrikam.example" },
  entitlement: { role: "orders_rw" },
  notBefore: instant(0),
  expiresAt: instant(1_000),
};

const label: Label = {
  owner: "here",
  handle: planHandle(spec),
  generation: 1,
  subject: spec.subject.display,
  expiresAt: instant(1_000),
  armedUntil: instant(998),
  claimId: null,
  ending: false,
};

test("name: carries the grant's id, and fits PostgreSQL", () => {
  const { roleName } = planHandle(spec);
  assert.match(roleName, /^curfew_7b1e04d2000040008000000000000001_[0-9a-f]{16}$/);
  assert.ok(roleName.length <= 63);
});

test("name: holder, role and database each make another", () => {
  const variants = [
    spec,
    { ...spec, subject: { ...spec.subject, id: "fiona" } },
    { ...spec, entitlement: { role: "orders_ro" } },
    { ...spec, entitlement: { role: "orders_rw", database: "archive" } },
  ];
  assert.equal(new Set(variants.map((variant) => planHandle(variant).roleName)).size, variants.length);
});

test("label: what is written is read again, and shows no control characters", () => {
  assert.deepEqual(readLabel(writeLabel(label)), label);
  const rude = readLabel(writeLabel({ ...label, subject: `'"\\\n\u202efrank` }));
  assert.equal(rude?.subject, `'"\\  frank`);
});

test("label: a comment of somebody else's is none", () => {
  const broken = [
    null,
    "",
    "the orders role",
    '{"curfew":1}',
    '{"curfew":2',
    writeLabel(label).replace("1", "2"),
  ];
  for (const comment of broken) assert.equal(readLabel(comment), null);
});

test("handle: survives JSON, and anything else is refused", () => {
  const handle = planHandle(spec);
  assert.deepEqual(parseHandle(JSON.parse(JSON.stringify(handle))), handle);
  for (const bad of [{}, { ...handle, roleName: "postgres" }, { ...handle, more: 1 }]) {
    assert.throws(() => parseHandle(bad), TargetFault);
  }
});

test("entitlement: an invalid one, or one of our own roles, is refused", () => {
  const bad = [
    {},
    { role: "" },
    { role: "a\u0000b" },
    { role: "x".repeat(64) },
    { role: planHandle(spec).roleName },
  ];
  for (const entitlement of bad) assert.throws(() => planHandle({ ...spec, entitlement }), TargetFault);
});
