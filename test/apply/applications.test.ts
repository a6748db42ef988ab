/** Offers and applications over time: versions, policies, withdrawal, and the same name again. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Application } from "../../src/domain/application.ts";
import { asId, type RoleDefinitionId } from "../../src/domain/ids.ts";
import { ENTRY_COLUMNS, entryOf } from "../../src/store/entry-row.ts";
import { withTenant } from "../../src/store/within-tenant.ts";
import { changeJitPolicy } from "../../src/use-cases/applications/change-jit-policy.ts";
import { deleteConfiguration } from "../../src/use-cases/apply/delete-configuration.ts";
import { recheckGrant } from "../../src/use-cases/grants/recheck-grant.ts";
import type { Caller, Tx } from "../../src/use-cases/ports.ts";
import { submitRequest } from "../../src/use-cases/requests/submit-request.ts";
import { type ApplyWorld, changed, demoWorld, must, only, openApplyWorld, refusal } from "./apply-world.ts";

let world: ApplyWorld;
let carol: Caller;
let fiona: Caller;
const documents = demoWorld();
const LATER = "/subscriptions/contoso-production/resourceGroups/later";
const NOTHING_ELSE = {
  startAt: null,
  neededUntil: null,
  justification: null,
  ticket: null,
  purpose: null,
  plan: null,
  beneficiary: null,
  emergency: false,
};
const CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c";
before(async () => {
  world = await openApplyWorld();
  must(await world.apply(world.operator, documents));
  carol = await world.as("contoso", "carol", ["administrator"]);
  fiona = await world.as("fabrikam", "fiona", ["administrator"]);
});
after(() => world.close());

const inContoso = async <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  world.deps.store.inTenant(await world.tenantId("contoso"), work);

async function application(name: string): Promise<Application> {
  const found = (await inContoso((tx) => tx.applications.list())).find(
    (one) => one.name === name && one.deletedAt === null,
  );
  assert.ok(found !== undefined, name);
  return found;
}

async function entries(tenant: string, type: string): Promise<Record<string, unknown>[]> {
  const rows = await withTenant(world.opened.db, await world.tenantId(tenant), ({ trx }) =>
    trx
      .selectFrom("audit_entry")
      .select([...ENTRY_COLUMNS])
      .where("type", "=", type)
      .orderBy("arrival")
      .execute(),
  );
  return rows.map(entryOf);
}

test("standing access meets a standing binding, one entitlement for each member, whichever came first", async () => {
  const orders = await application("orders");
  const members = async () => {
    const held = await inContoso((tx) =>
      tx.grants.list({ applicationId: orders.id, unclosed: true, limit: 10 }),
    );
    return held
      .map(({ entitlements }) => entitlements.filter(({ state }) => state === "planned").length)
      .sort();
  };
  assert.deepEqual(await members(), [0, 0]);
  for (const { id } of await inContoso((tx) => tx.grants.list({ applicationId: orders.id, limit: 10 }))) {
    await recheckGrant(world.deps, orders.tenantId, id);
  }
  assert.deepEqual(await members(), [1, 2]);
  const another = {
    ...changed(only(documents, "Application", "billing"), { managedResourceGroup: "later" }),
    name: "later",
  };
  const binding = {
    ...changed(only(documents, "Binding", "orders readers"), { scope: LATER }),
    name: "later readers",
  };
  must(await world.apply(carol, [binding]));
  must(await world.apply(carol, [another]));
  const later = await application("later");
  const held = await inContoso((tx) => tx.grants.list({ applicationId: later.id, limit: 10 }));
  assert.deepEqual(held.map(({ entitlements }) => entitlements.length).sort(), [1, 2]);
  assert.ok(
    held.every(({ entitlements }) =>
      entitlements.every(({ wanted, required }) => wanted === null && !required),
    ),
  );
});

test("a policy changes by its version, and the publisher hears of it without names", async () => {
  const orders = await application("orders");
  const policy = { mode: "manual", approvers: ["carol", "casey"], required: 2, maximumDuration: "PT2H" };
  const outcome = await changeJitPolicy(world.deps, carol, {
    applicationId: orders.id,
    policy,
    expectedVersion: [1],
  });
  assert.ok(outcome.ok && outcome.value.jitAccess.enabled);
  assert.equal(outcome.value.jitAccess.policyVersion, 2);
  assert.equal(outcome.value.jitAccess.policy.maximumDurationMs, 2 * 3_600_000);
  const again = await changeJitPolicy(world.deps, carol, {
    applicationId: orders.id,
    policy,
    expectedVersion: [1],
  });
  assert.equal(refusal(again).code, "version_conflict");
  const same = await changeJitPolicy(world.deps, carol, {
    applicationId: orders.id,
    policy,
    expectedVersion: null,
  });
  assert.ok(same.ok && same.value.jitAccess.enabled && same.value.jitAccess.policyVersion === 2);
  const told = await entries("fabrikam", "application.policy_changed");
  assert.equal(told.length, 1);
  assert.doesNotMatch(JSON.stringify(told), new RegExp(carol.ref.objectId));
});

test("only the consumer's owners and administrators change a policy", async () => {
  const orders = await application("orders");
  const input = { applicationId: orders.id, policy: {}, expectedVersion: null };
  assert.equal(refusal(await changeJitPolicy(world.deps, fiona, input)).code, "not_found");
  const casey = await world.as("contoso", "casey");
  assert.equal(refusal(await changeJitPolicy(world.deps, casey, input)).code, "forbidden");
  assert.equal(
    refusal(await changeJitPolicy(world.deps, { ...carol, limited: true }, input)).code,
    "forbidden",
  );
  // Carol owns it, whatever her rights as an administrator.
  const owner = await world.as("contoso", "carol");
  assert.ok((await changeJitPolicy(world.deps, owner, { ...input, policy: { maximumDuration: "PT3H" } })).ok);
});

test("I9: no policy switches JIT access off, or on", async () => {
  const orders = await application("orders");
  const off = { applicationId: orders.id, policy: { enabled: false }, expectedVersion: null };
  assert.equal(refusal(await changeJitPolicy(world.deps, carol, off)).code, "jit_access_is_fixed");
  const legacy = await application("legacy");
  const on = { applicationId: legacy.id, policy: {}, expectedVersion: null };
  assert.equal(refusal(await changeJitPolicy(world.deps, carol, on)).code, "jit_access_is_fixed");
});

test("a policy that nobody could decide, or that says nonsense, is refused with its path", async () => {
  const orders = await application("orders");
  const ask = async (policy: unknown) =>
    refusal(
      await changeJitPolicy(world.deps, carol, { applicationId: orders.id, policy, expectedVersion: null }),
    );
  assert.equal((await ask({ mode: "manual", approvers: [], required: 5 })).code, "no_eligible_approver");
  assert.equal((await ask({ maximumDuration: "P1M" })).path, "/maximumDuration");
  assert.equal((await ask({ approvers: ["ghost"] })).path, "/approvers/0");
  assert.equal((await ask({ colour: "red" })).path, "/colour");
  assert.equal((await ask({ minimumDuration: "PT9H" })).path, "/minimumDuration");
});

test("a new version of the offer changes nothing until its consumer accepts it", async () => {
  const offer = only(documents, "ApplicationDefinition", "orders-platform");
  const auditor = {
    kind: "RoleDefinition",
    tenant: "fabrikam",
    name: "Log collector",
    spec: { actions: ["Microsoft.Insights/*/read"] },
  };
  const wider = changed(offer, {
    authorizations: [
      { principal: "support", role: "Contributor" },
      { principal: "fiona", role: "Log collector" },
    ],
  });
  const changes = must(await world.apply(fiona, [auditor, wider]));
  assert.match(changes[1]?.note ?? "", /^version 2;/);
  assert.equal((await application("billing")).offerVersion, 1);
  const billing = only(documents, "Application", "billing");
  assert.equal(must(await world.apply(carol, [billing]))[0]?.action, "unchanged");

  const accepted = must(await world.apply(carol, [changed(billing, { version: 2 })]));
  assert.deepEqual([accepted[0]?.action, accepted[0]?.fields], ["update", ["version"]]);
  const now = await application("billing");
  assert.equal(now.offerVersion, 2);
  const standing = await inContoso((tx) =>
    tx.grants.list({ applicationId: now.id, unclosed: true, limit: 10 }),
  );
  const holders = standing.map(({ beneficiary }) => beneficiary.objectId).sort();
  assert.deepEqual(holders, now.authorizations.map(({ principal }) => principal.objectId).sort());
  assert.ok(holders.includes(fiona.ref.objectId));
});

test("a role that permits more makes a new version of every offer that names it", async () => {
  const role = { kind: "RoleDefinition", tenant: "fabrikam", name: "Log collector" };
  must(await world.apply(fiona, [{ ...role, spec: { actions: ["Microsoft.Insights/*"] } }]));
  const fabrikam = await world.tenantId("fabrikam");
  const [offer] = await world.deps.store.inTenant(fabrikam, (tx) => tx.applications.ownOffers());
  assert.equal(offer?.latestVersion, 3);
  const pinned = (await application("billing")).roles.find(({ name }) => name === "Log collector");
  assert.deepEqual(pinned?.permissions.actions, ["Microsoft.Insights/*/read"]);
});

test("a version that no longer offers JIT access is not accepted by an application that has it", async () => {
  const offer = only(documents, "ApplicationDefinition", "orders-platform");
  must(await world.apply(fiona, [changed(offer, { jitOffered: false })]));
  const orders = changed(only(documents, "Application", "orders"), { version: 4 });
  assert.equal(refusal(await world.apply(carol, [orders])).code, "jit_access_is_fixed");
  const fresh = {
    ...changed(only(documents, "Application", "billing"), { managedResourceGroup: "f" }),
    name: "fresh",
  };
  assert.equal(refusal(await world.apply(carol, [fresh])).code, "acknowledgement_required");
  must(await world.apply(fiona, [offer]));
});

test("deleting an application cancels what is asked of it and closes what is held", async () => {
  const frank = await world.as("fabrikam", "frank");
  const ask = {
    roleDefinitionIds: [asId<RoleDefinitionId>(CONTRIBUTOR)],
    durationMs: 600_000,
    ...NOTHING_ELSE,
  };
  const orders = await application("orders");
  const billing = await application("billing");
  const manual = { mode: "manual", approvers: ["platform-approvers"] };
  await changeJitPolicy(world.deps, carol, {
    applicationId: orders.id,
    policy: manual,
    expectedVersion: null,
  });
  const waiting = await submitRequest(world.deps, frank, { ...ask, scope: orders.scope });
  const given = await submitRequest(world.deps, frank, { ...ask, scope: billing.scope });
  assert.ok(waiting.ok && waiting.value.state.name === "pending", JSON.stringify(waiting));
  assert.ok(given.ok && given.value.state.name === "approved", JSON.stringify(given));
  for (const name of ["orders", "billing"]) {
    assert.ok((await deleteConfiguration(world.deps, carol, { kind: "Application", name })).ok);
  }
  const request = await inContoso((tx) => tx.requests.find(waiting.value.id));
  assert.equal(request?.state.name, "canceled");
  const grants = await inContoso((tx) => tx.grants.list({ requestId: given.value.id, limit: 10 }));
  assert.deepEqual(
    grants.map(({ state }) => [state.name, "cause" in state ? state.cause : null]),
    [["ended", "eligibility_lost"]],
  );
  const again = await submitRequest(world.deps, frank, { ...ask, scope: billing.scope });
  assert.equal(again.ok, false);
  // The offer has moved on; what is deployed anew takes the latest version.
  must(
    await world.apply(carol, [
      only(documents, "Application", "orders"),
      only(documents, "Application", "billing"),
    ]),
  );
});

test("deleting an application ends all that stood on it, at once", async () => {
  const legacy = await application("legacy");
  const outcome = await deleteConfiguration(world.deps, carol, { kind: "Application", name: "legacy" });
  assert.ok(outcome.ok);
  const grants = await inContoso((tx) => tx.grants.list({ applicationId: legacy.id, limit: 10 }));
  assert.equal(grants.length, 2);
  assert.ok(grants.every(({ state }) => state.name === "ended" && state.cause === "revoked"));
  for (const tenant of ["contoso", "fabrikam"]) {
    const told = await entries(tenant, "application.deleted");
    assert.ok(told.some(({ subject }) => (subject as { id: string }).id === legacy.id));
    assert.equal(
      (await entries(tenant, "grant.ended")).filter(({ correlationId }) => correlationId !== "").length >= 2,
      true,
    );
  }
});

test("I9: the same name again is another application, and both logs say that there was one", async () => {
  const legacy = only(documents, "Application", "legacy");
  const [earlier] = await inContoso((tx) => tx.applications.deleted("legacy"));
  assert.ok(earlier !== undefined && !earlier.jitEnabled);
  const unnamed = changed(legacy, { jit: { enabled: false } });
  assert.equal(refusal(await world.apply(carol, [unnamed])).code, "acknowledgement_required");
  const [change] = must(await world.apply(carol, [changed(legacy, { jit: {} })]));
  assert.equal(change?.action, "create");
  assert.notEqual(change?.id, earlier.id);
  assert.match(change?.note ?? "", new RegExp(`an earlier application of this name \\(${earlier.id}\\)`));
  for (const tenant of ["contoso", "fabrikam"]) {
    const [told] = (await entries(tenant, "application.deployed")).slice(-1);
    const facts = told?.facts as { replaces: unknown } | undefined;
    assert.deepEqual(facts?.replaces, { id: earlier.id, jitEnabled: false });
  }
});

test("a withdrawn offer leaves what runs, and its name is free", async () => {
  assert.ok(
    (await deleteConfiguration(world.deps, fiona, { kind: "ApplicationDefinition", name: "orders-platform" }))
      .ok,
  );
  const billing = only(documents, "Application", "billing");
  assert.equal(must(await world.apply(carol, [billing]))[0]?.action, "unchanged");
  const other = { ...changed(billing, { managedResourceGroup: "o", version: 1 }), name: "other" };
  assert.match(refusal(await world.apply(carol, [other])).message, /no offer/);
  const [made] = must(
    await world.apply(fiona, [only(documents, "ApplicationDefinition", "orders-platform")]),
  );
  assert.equal(made?.action, "create");
  assert.notEqual(made?.id, (await application("billing")).offerId);
});

test("a binding that means something else is another binding", async () => {
  const binding = only(documents, "Binding", "orders writers");
  const before = (await inContoso((tx) => tx.targets.bindings())).find(({ name }) => name === binding.name);
  const [change] = must(
    await world.apply(carol, [changed(binding, { entitlement: { role: "orders_admin" } })]),
  );
  assert.deepEqual([change?.action, change?.fields], ["update", ["entitlement"]]);
  assert.notEqual(change?.id, before?.id);
  const [flag] = must(
    await world.apply(carol, [changed(binding, { entitlement: { role: "orders_admin" }, required: false })]),
  );
  assert.equal(flag?.id, change?.id);
  const bindings = (await inContoso((tx) => tx.targets.bindings())).filter(
    ({ roleDefinitionId }) => roleDefinitionId === CONTRIBUTOR,
  );
  assert.equal(bindings.length, 1);
});

test("two applies at once take turns: one makes it, the other finds it made", async () => {
  const group = {
    kind: "Group",
    tenant: "contoso",
    name: "racers",
    spec: { displayName: "Racers", members: ["casey"] },
  };
  const outcomes = await Promise.all(Array.from({ length: 6 }, () => world.apply(carol, [group])));
  const actions = outcomes.map((outcome) => must(outcome)[0]?.action).sort();
  assert.deepEqual(actions, ["create", ...Array.from({ length: 5 }, () => "unchanged")]);
});
