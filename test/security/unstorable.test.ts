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

test("names and descriptions that are not what they look like are refused with their place", async () => {
  const carol = await world.as("contoso", "carol", ["administrator"]);
  const faultOf = async (kind: string, spec: object, name = "odd") => {
    const { code, path = "", message } = refusal(await world.apply(carol, [{ kind, name, spec }]));
    assert.match(message, /turns the order of reading around|a name has letters/);
    return [code, path.replace("/documents/0", "")];
  };
  const email = "odd@contoso.example";
  for (const [kind, spec, path] of [
    ["User", { displayName: "Carol\u202eyb devorppa", email }, "/spec/displayName"],
    ["User", { displayName: "Carol\nCasey", email }, "/spec/displayName"],
    ["Group", { displayName: "Appro\u200bvers" }, "/spec/displayName"],
    ["ServicePrincipal", { displayName: "back\u2067up" }, "/spec/displayName"],
    ["RoleDefinition", { actions: ["a/read"], description: "reads\u202e" }, "/spec/description"],
    ["Tier", { conditions: ["permit(principal, action, resource); // \u202e"] }, "/spec/conditions/0"],
    ["Tier", { ticket: { required: true, patterns: ["INC\u00ad-1"] } }, "/spec/ticket/patterns/0"],
  ] as const)
    assert.deepEqual(await faultOf(kind, spec), ["invalid_input", path], `${kind} ${JSON.stringify(spec)}`);
  const named = await faultOf("Group", { displayName: "Odd" }, "odd\u3164");
  assert.deepEqual(named, ["invalid_input", "/name"]);
  const joined = { kind: "Group", name: "joined", spec: { displayName: "می‌خواهم 👩‍💻" } };
  must(await world.apply(carol, [joined]));
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
