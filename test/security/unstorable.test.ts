/** What a database cannot keep is refused by name, at every door of configuration; a cursor that was made up is none. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { changeJitPolicy } from "../../src/use-cases/applications/change-jit-policy.ts";
import { type ApplyWorld, demoWorld, must, openApplyWorld, refusal } from "../apply/apply-world.ts";

let world: ApplyWorld;
before(async () => {
  world = await openApplyWorld();
  must(await world.apply(world.operator, demoWorld()));
});
after(() => world.close());

const HALF = "\ud800";

test("text that no database keeps is refused with its place", async () => {
  const carol = await world.as("contoso", "carol", ["administrator"]);
  const role = (spec: object) => ({
    kind: "RoleDefinition",
    name: "odd",
    spec: { actions: ["a/read"], ...spec },
  });
  const faultOf = async (spec: object) => refusal(await world.apply(carol, [role(spec)]));
  assert.equal((await faultOf({ description: "a\0b" })).path, "/documents/0/spec/description");
  assert.equal((await faultOf({ description: HALF })).code, "invalid_input");
  assert.equal((await faultOf({ actions: ["a/read", "\0"] })).path, "/documents/0/spec/actions/1");
  assert.equal((await faultOf({ "\0": 1 })).path, "/documents/0/spec");
  must(await world.apply(carol, [role({ description: "\u{1f511}" })]));
});

test("a JIT policy with such text is refused with its place", async () => {
  const carol = await world.as("contoso", "carol", ["administrator"]);
  const found = await world.deps.store.inTenant(carol.ref.tenantId, (tx) => tx.applications.list());
  const applicationId = found.find(({ name }) => name === "orders")?.id;
  assert.ok(applicationId);
  const change = (policy: unknown) =>
    changeJitPolicy(world.deps, carol, { applicationId, policy, expectedVersion: null });
  assert.equal(refusal(await change({ mode: "manual", approvers: ["casey\0"] })).path, "/approvers/0");
  const ticket = { required: true, patterns: [HALF] };
  assert.equal(
    refusal(await change({ mode: "manual", approvers: ["casey"], ticket })).path,
    "/ticket/patterns/0",
  );
});
