/** The demo's world, applied to a real store. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eligibilitiesOf } from "../../src/domain/application.ts";
import { isLive } from "../../src/domain/grant.ts";
import { isReadOnly } from "../../src/domain/role-definition.ts";
import { withTenant } from "../../src/store/within-tenant.ts";
import type { Tx } from "../../src/use-cases/ports.ts";
import { type ApplyWorld, demoWorld, must, openApplyWorld, TARGET_SECRET } from "./apply-world.ts";

let world: ApplyWorld;
before(async () => {
  world = await openApplyWorld();
});
after(() => world.close());

const inContoso = async <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  world.deps.store.inTenant(await world.tenantId("contoso"), work);

async function entriesOf(tenant: string): Promise<{ type: string; facts: Record<string, unknown> }[]> {
  return withTenant(world.opened.db, await world.tenantId(tenant), ({ trx }) =>
    trx.selectFrom("audit_entry").select(["type", "facts"]).orderBy("arrival").execute(),
  );
}

test("a dry run says what would be done and stores nothing", async () => {
  const outcome = await world.apply(world.operator, demoWorld(), { dryRun: true });
  assert.ok(outcome.ok);
  assert.equal(outcome.value.applied, false);
  assert.ok(outcome.value.changes.every(({ action }) => action === "create"));
  assert.equal(await world.deps.store.routes.tenantByName("contoso"), null);
});

test("the first apply makes everything, with an entry for each change", async () => {
  const documents = demoWorld();
  const outcome = await world.apply(world.operator, documents);
  const changes = must(outcome);
  assert.equal(changes.length, documents.length);
  assert.ok(changes.every(({ action }) => action === "create"));
  const types = (await entriesOf("contoso")).map(({ type }) => type);
  assert.equal(types.filter((type) => type === "application.deployed").length, 3);
  const inContosoOnly = documents.filter((one) => one.tenant === "contoso" || one.name === "contoso");
  assert.equal(types.length, inContosoOnly.length);
});

test("applied a second time it changes nothing and records nothing", async () => {
  const before = (await entriesOf("contoso")).length + (await entriesOf("fabrikam")).length;
  const changes = must(await world.apply(world.operator, demoWorld()));
  assert.deepEqual(
    changes.filter(({ action }) => action !== "unchanged"),
    [],
  );
  assert.equal((await entriesOf("contoso")).length + (await entriesOf("fabrikam")).length, before);
});

test("no secret stands in clear in an entry, and none comes back", async () => {
  const told = JSON.stringify([await entriesOf("contoso"), await entriesOf("fabrikam")]);
  assert.doesNotMatch(told, /correct horse|ssssss|sesame/);
  const [target] = await inContoso((tx) => tx.targets.list());
  assert.ok(target !== undefined);
  assert.equal("password" in target.config, false);
  const sealed = await inContoso((tx) => tx.targets.sealedSecrets(target.id));
  assert.ok(sealed !== null && !sealed.toString("latin1").includes("sesame"));
  assert.deepEqual(world.deps.secrets.openTarget(target.tenantId, target.id, sealed), {
    password: TARGET_SECRET,
  });
});

test("I10: with JIT enabled every authorized principal may read, always, and nothing else", async () => {
  const applications = await inContoso((tx) => tx.applications.list());
  const roles = await inContoso((tx) => tx.policy.roles());
  for (const application of applications.filter(({ name }) => name !== "legacy")) {
    const grants = await inContoso((tx) => tx.grants.list({ applicationId: application.id, limit: 10 }));
    assert.equal(grants.length, 2, application.name);
    for (const grant of grants) {
      const role = roles.find(({ id }) => id === grant.roleDefinitionId);
      assert.ok(role !== undefined && isReadOnly(role));
      assert.equal(grant.endsAt, null);
      assert.equal(grant.kind, "standing");
      assert.ok(isLive(grant, world.deps.clock.now()));
    }
  }
});

test("I10: with JIT declined the publisher holds the pinned roles, and nothing can be asked for", async () => {
  const legacy = (await inContoso((tx) => tx.applications.list())).find(({ name }) => name === "legacy");
  assert.ok(legacy !== undefined && !legacy.jitAccess.enabled);
  assert.deepEqual(eligibilitiesOf(legacy), []);
  const grants = await inContoso((tx) => tx.grants.list({ applicationId: legacy.id, limit: 10 }));
  const contributor = "b24988ac-6180-42a0-ab88-20f7382dd24c";
  assert.deepEqual(
    grants.map(({ roleDefinitionId, why }) => [roleDefinitionId, why]),
    [
      [contributor, "JIT declined at deployment"],
      [contributor, "JIT declined at deployment"],
    ],
  );
});

test("I15: a group of the publisher is authorized as it stands", async () => {
  const fabrikam = await world.tenantId("fabrikam");
  const [support] = await world.deps.store.inTenant(fabrikam, (tx) => tx.principals.named("support"));
  assert.equal(support?.kind, "group");
  const orders = (await inContoso((tx) => tx.applications.list())).find(({ name }) => name === "orders");
  const principals = orders?.authorizations.map(({ principal }) => principal.objectId);
  assert.ok(support !== undefined && principals?.includes(support.objectId));
});

test("I11: the publisher's log tells of the deployment, not of who approves", async () => {
  const deployed = (await entriesOf("fabrikam")).filter(({ type }) => type === "application.deployed");
  assert.equal(deployed.length, 3);
  const orders = deployed.find(({ facts }) => facts.name === "orders");
  assert.deepEqual(orders?.facts.jit, {
    enabled: true,
    policyVersion: 1,
    mode: "manual",
    approvers: 1,
    required: 1,
    maximumDuration: "PT4H",
    minimumDuration: "PT10S",
  });
  const [group] = await inContoso((tx) => tx.principals.named("platform-approvers"));
  assert.ok(group !== undefined && !JSON.stringify(deployed).includes(group.objectId));
});

test("people sign in with the passwords they were given", async () => {
  const carol = await world.as("contoso", "carol");
  const credentials = await inContoso((tx) => tx.principals.credentialsOf(carol.ref.objectId));
  assert.ok(credentials.passwordHash !== null);
  assert.equal(
    await world.deps.secrets.passwordMatches("correct horse battery", credentials.passwordHash),
    true,
  );
  assert.deepEqual(await inContoso((tx) => tx.directory.rightsOf(carol.ref.objectId)), ["administrator"]);
});

test("an eligibility without an end gets the latest that its settings allow", async () => {
  const eligibilities = await inContoso((tx) => tx.policy.namedEligibilities());
  assert.equal(eligibilities.length, 2);
  for (const { body } of eligibilities) assert.equal((body.endsAt ?? 0) - body.startsAt, 365 * 86_400_000);
});
