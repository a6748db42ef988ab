/** What `prune` removes, in which order, and what it never removes. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Entitlement, Grant } from "../../src/domain/grant.ts";
import { deleteConfiguration } from "../../src/use-cases/apply/delete-configuration.ts";
import type { GivenDocument } from "../../src/use-cases/apply/documents.ts";
import { readConfiguration } from "../../src/use-cases/apply/read-configuration.ts";
import type { Caller, Tx } from "../../src/use-cases/ports.ts";
import {
  type ApplyWorld,
  changed,
  demoWorld,
  must,
  only,
  openApplyWorld,
  PASSWORD,
  refusal,
} from "./apply-world.ts";

let world: ApplyWorld;
let carol: Caller;
const documents = demoWorld();
const contoso = documents.filter((one) => one.tenant === "contoso");
before(async () => {
  world = await openApplyWorld();
  must(await world.apply(world.operator, documents));
  carol = await world.as("contoso", "carol", ["administrator"]);
});
after(() => world.close());

const inContoso = async <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  world.deps.store.inTenant(await world.tenantId("contoso"), work);
const without = (...names: string[]): GivenDocument[] => contoso.filter(({ name }) => !names.includes(name));
const pruned = async (kept: readonly GivenDocument[], caller = carol) =>
  must(await world.apply(caller, kept, { prune: true })).filter(({ action }) => action === "delete");

test("with everything still there, nothing is removed", async () => {
  assert.deepEqual(await pruned(contoso), []);
});

test("what is gone from the documents is removed, what hangs on it first", async () => {
  const gone = ["reader on production", "colin reads production", "orders readers"];
  const removed = await pruned(without(...gone));
  assert.deepEqual(
    removed.map(({ kind, name }) => `${kind} ${name}`),
    ["Binding orders readers", "Eligibility colin reads production", "RoleSettings reader on production"],
  );
  must(await world.apply(carol, contoso));
});

test("a name made again gets another id, and the old one stays spent", async () => {
  const idOf = async () => (await inContoso((tx) => tx.principals.named("colin")))[0]?.objectId;
  const first = await idOf();
  assert.ok(first !== undefined);
  const using = ["colin", "colin reads production", "colin contributes to web"];
  await pruned(without(...using));
  assert.equal(await idOf(), undefined);
  const change = must(await world.apply(carol, contoso)).find(({ name }) => name === "colin");
  assert.equal(change?.action, "create");
  assert.notEqual(change?.id, first);
  assert.equal(await inContoso((tx) => tx.applied.isIdTaken(first)), true);
  // The address is free for the new one, who signs in with it.
  const { passwordHash, email } = await inContoso(async (tx) =>
    tx.principals.credentialsOf((await idOf()) ?? first),
  );
  assert.equal(email, "colin@contoso.example");
  assert.ok(passwordHash !== null && (await world.deps.secrets.passwordMatches(PASSWORD, passwordHash)));
});

test("a renamed setting gives up its place in the same apply", async () => {
  const settings = only(documents, "RoleSettings", "contributor on web");
  const renamed = { ...settings, name: "web contributors" };
  const changes = must(await world.apply(carol, [...without(settings.name), renamed], { prune: true }));
  assert.deepEqual(
    changes.filter(({ action }) => action !== "unchanged").map(({ action, name }) => `${action} ${name}`),
    ["delete contributor on web", "create web contributors"],
  );
  must(await world.apply(carol, contoso, { prune: true }));
});

test("what the API made is not apply's to remove, nor what was made again since", async () => {
  const hand = { kind: "Group", tenant: "contoso", name: "by hand", spec: { displayName: "By hand" } };
  must(await world.apply(carol, [hand], { remember: false }));
  assert.deepEqual(await pruned(contoso), []);
  const applied = { ...hand, name: "applied" };
  must(await world.apply(carol, [...contoso, applied]));
  assert.ok((await deleteConfiguration(world.deps, carol, { kind: "Group", name: "applied" })).ok);
  must(await world.apply(carol, [applied], { remember: false }));
  assert.deepEqual(await pruned(contoso), []);
  for (const name of ["by hand", "applied"]) {
    assert.ok((await deleteConfiguration(world.deps, carol, { kind: "Group", name })).ok);
  }
});

test("what is still used is not removed", async () => {
  assert.match(
    refusal(await world.apply(carol, without("contoso-production"), { prune: true })).message,
    /still has the application/,
  );
  const outcome = await deleteConfiguration(world.deps, carol, {
    kind: "Subscription",
    name: "contoso-production",
  });
  assert.match(refusal(outcome).message, /still has the application/);
  const fiona = await world.as("fabrikam", "fiona", ["administrator"]);
  const support = await deleteConfiguration(world.deps, fiona, { kind: "Group", name: "support" });
  assert.match(refusal(support).message, /authorized by the offer `orders-platform`/);
});

test("a group is a scope: what is held there goes before it", async () => {
  const group = { kind: "Group", name: "on call", spec: { displayName: "On call" } };
  const spec = { principal: "colin", role: "Group Member", scope: "/groups/on call" };
  const eligibility = { kind: "Eligibility", name: "colin joins", spec };
  must(await world.apply(carol, [eligibility, group]));
  const remove = (kind: "Group" | "Eligibility", name: string) =>
    deleteConfiguration(world.deps, carol, { kind, name });
  assert.match(refusal(await remove("Group", "on call")).message, /still has the eligibility `colin joins`/);
  assert.ok((await remove("Eligibility", "colin joins")).ok);
  assert.ok((await remove("Group", "on call")).ok);
  assert.match(refusal(await world.apply(carol, [eligibility])).message, /on call/);
});

test("what is about to be removed cannot be named any more", async () => {
  const { path, message } = refusal(await world.apply(carol, without("casey"), { prune: true }));
  assert.match(path ?? "", /1-contoso\.yaml:\d+:\/spec\/members\/1$/);
  assert.match(message, /there is no user .*`casey`/);
});

test("the last administrator is never removed", async () => {
  const carolsOwn = without("carol").map((one) => {
    if (one.kind === "Group") return changed(one, { members: ["casey"], owners: [] });
    return one.kind === "Application" ? changed(one, { owners: ["casey"] }) : one;
  });
  assert.equal(refusal(await world.apply(carol, carolsOwn, { prune: true })).code, "last_administrator");
  const outcome = await deleteConfiguration(world.deps, carol, { kind: "User", name: "carol" });
  assert.equal(refusal(outcome).code, "last_administrator");
  assert.equal((await inContoso((tx) => tx.principals.named("carol"))).length, 1);
});

test("a target with access that was not seen to be gone is not removed", async () => {
  const bindings = ["orders readers", "orders writers"];
  const grant = await holdInTarget("present");
  const outcome = await world.apply(carol, without("orders-database", ...bindings), { prune: true });
  assert.equal(refusal(outcome).code, "target_in_use");
  assert.equal((await inContoso((tx) => tx.targets.bindings())).length, 2);
  await setEntitlement(grant, "absent");
  const removed = await pruned(without("orders-database", ...bindings));
  assert.deepEqual(removed.map(({ name }) => name).sort(), [
    "orders readers",
    "orders writers",
    "orders-database",
  ]);
  must(await world.apply(carol, contoso));
});

test("a target that a binding names is not removed", async () => {
  const outcome = await deleteConfiguration(world.deps, carol, { kind: "Target", name: "orders-database" });
  assert.equal(refusal(outcome).code, "target_in_use");
});

test("a tenant's administrator prunes their own tenant only, and a tenant is never removed", async () => {
  const outcome = await deleteConfiguration(world.deps, carol, {
    kind: "Group",
    name: "support",
    tenant: "fabrikam",
  });
  assert.equal(refusal(outcome).code, "not_found");
  await pruned(
    [only(documents, "Tenant", "fabrikam"), ...documents.filter((one) => one.tenant === "fabrikam")],
    world.operator,
  );
  const tenant = await deleteConfiguration(world.deps, world.operator, {
    kind: "Tenant",
    name: "contoso",
    tenant: "contoso",
  });
  assert.match(refusal(tenant).message, /closed, never removed/);
});

test("what is read can be applied again and changes nothing", async () => {
  const read: GivenDocument[] = [];
  for (const kind of [
    "User",
    "Group",
    "Tier",
    "RoleSettings",
    "Eligibility",
    "Application",
    "Binding",
  ] as const) {
    const outcome = await readConfiguration(world.deps, carol, { kind });
    assert.ok(outcome.ok);
    read.push(...outcome.value);
  }
  assert.ok(read.length >= 14);
  assert.doesNotMatch(JSON.stringify(read), /password|sesame/);
  const changes = must(await world.apply(carol, read));
  assert.deepEqual(
    changes.filter(({ action }) => action !== "unchanged"),
    [],
  );
});

test("reading needs a right, finds nothing of others, and pages by name", async () => {
  const colin = await world.as("contoso", "colin");
  assert.equal(refusal(await readConfiguration(world.deps, colin, { kind: "User" })).code, "forbidden");
  const foreign = await readConfiguration(world.deps, carol, { kind: "User", tenant: "fabrikam" });
  assert.equal(refusal(foreign).code, "not_found");
  const none = await readConfiguration(world.deps, carol, { kind: "User", name: "nobody" });
  assert.equal(refusal(none).code, "not_found");
  const page = await readConfiguration(world.deps, carol, { kind: "User", after: "carl", limit: 2 });
  assert.deepEqual(page.ok && page.value.map(({ name }) => name), ["carol", "casey"]);
});

/** One of the standing grants comes to hold a log-in in the target, as if somebody had asked for one. */
async function holdInTarget(state: Entitlement["state"]): Promise<Grant> {
  const orders = (await inContoso((tx) => tx.applications.list())).find(({ name }) => name === "orders");
  assert.ok(orders !== undefined);
  const [grant] = await inContoso((tx) => tx.grants.list({ applicationId: orders.id, limit: 1 }));
  const [binding] = await inContoso((tx) => tx.targets.bindings());
  assert.ok(grant !== undefined && binding !== undefined);
  const entitlement: Entitlement = {
    bindingId: binding.id,
    targetId: binding.targetId,
    member: grant.beneficiary,
    required: false,
    entitlement: {},
    state,
    wanted: null,
    handle: { role: "curfew_x" },
    enforcedUntil: null,
    generation: 1,
    attempts: 0,
    retryAt: null,
    lastError: null,
    secretClaimedAt: null,
  };
  return inContoso((tx) => tx.grants.update({ ...grant, entitlements: [entitlement] }, null));
}

async function setEntitlement(grant: Grant, state: Entitlement["state"]): Promise<void> {
  const entitlements = grant.entitlements.map((one) => ({ ...one, state }));
  await inContoso((tx) => tx.grants.update({ ...grant, entitlements }, null));
}
