/** Whoever is locked out asks for nothing, holds nothing and decides nothing, from the commit on; and both parties know. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { AccessRequest } from "../../src/domain/access-request.ts";
import { reject } from "../../src/domain/rejection.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import { changeJitPolicy } from "../../src/use-cases/applications/change-jit-policy.ts";
import { endEverything } from "../../src/use-cases/end-everything.ts";
import { checkAccess } from "../../src/use-cases/grants/check-access.ts";
import { recheckGrants } from "../../src/use-cases/grants/recheck-grant.ts";
import { letIn, lockOut } from "../../src/use-cases/lock-out.ts";
import type { EffectDeps } from "../../src/use-cases/ports.ts";
import { decideRequest } from "../../src/use-cases/requests/decide-request.ts";
import { submitRequest } from "../../src/use-cases/requests/submit-request.ts";
import { readGrantAndEnds } from "../../src/use-cases/views/ends.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";
import { between } from "../races/between.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const lock = (town: Town, by: Name, who: Name, deps: EffectDeps = world.deps) =>
  lockOut(deps, town.as(by), town.ref(who).objectId, "a laptop was stolen");
const unlock = (town: Town, by: Name, who: Name) =>
  letIn(world.deps, town.as(by), town.ref(who).objectId, "it was found");

const approve =
  (town: Town, who: Name, { id: requestId }: AccessRequest) =>
  (deps: EffectDeps) =>
    decideRequest(deps, town.as(who), {
      ...{ requestId, decision: "approve", justification: "fine", terms: null },
      ...{ surfaceAsks: false, expectedVersion: null },
    });

async function liveGrant(town: Town) {
  const request = value(await town.ask("colin"));
  value(await town.approve("casey", request));
  await world.pass();
  const [grant] = await town.grantsOf(request);
  assert.equal(grant?.state.name, "active");
  return grant;
}

const may = async (town: Town, who: Name) => {
  const input = { principal: town.ref(who), scope: town.scopes.web };
  const wanted = { roleDefinitionId: town.role("Contributor") };
  return value(await checkAccess(world.deps, town.as("carol"), { ...input, wanted })).allowed;
};

const told = (town: Town, who: Name) =>
  world.deps.store.inTenant(town.ref(who).tenantId, async (tx) =>
    (await tx.notifications.list(town.ref(who), { limit: 50 })).map(({ text }) => text),
  );

const entries = (town: Town, tenant: "contoso" | "fabrikam", type: string) =>
  world.deps.store.inTenant(town.tenants[tenant], async (tx) =>
    (await tx.log.entries({ type, limit: 50 })).map(({ entry }) => entry),
  );

const causeOf = async (town: Town, request: AccessRequest) =>
  (await town.grantsOf(request)).map(({ state }) => ("cause" in state ? state.cause : state.name));

test("what is live ends, what waits is canceled, nothing can be asked; let in again, nothing comes back by itself", async () => {
  const town = await world.newTown();
  const grant = await liveGrant(town);
  const waiting = value(
    await town.ask("colin", { startAt: null, scope: town.scopes.db, roles: ["Reader"], durationMs: HOUR_MS }),
  );
  const pending = waiting.state.name === "pending" ? 1 : 0;
  assert.equal(await may(town, "colin"), true);

  const done = value(await lock(town, "carol", "colin"));
  assert.equal(done.canceledRequests, pending);
  assert.ok(done.endedGrants.includes(grant?.id ?? ("" as never)));
  assert.deepEqual([...done.owns].sort(), [town.ref("pipeline").objectId]);
  assert.equal(await may(town, "colin"), false);
  const stored = await town.grant(grant?.id ?? ("" as never));
  assert.equal("cause" in stored.state ? stored.state.cause : stored.state.name, "locked_out");
  assert.equal(codeOf(await town.ask("colin")), "rules_not_satisfied");

  value(await unlock(town, "carol", "colin"));
  await world.pass();
  assert.equal(await may(town, "colin"), false);
  const again = value(await town.ask("colin"));
  value(await town.approve("casey", again));
  await world.pass();
  assert.equal(await may(town, "colin"), true);
  const [out] = await entries(town, "contoso", "principal.locked_out");
  assert.deepEqual(out?.facts, { name: "Colin", justification: "a laptop was stolen" });
  assert.ok(
    (await told(town, "carol")).every((text) => !text.includes("locked")),
    "who did it is not told",
  );
});

test("another identity of the same human is named, and stays as it is until it is locked by itself", async () => {
  const town = await world.newTown();
  const link = (from: Name, to: Name) =>
    town.rows("contoso", (trx) =>
      trx
        .updateTable("principal")
        .set({ linked_tenant_id: town.ref(to).tenantId, linked_object_id: town.ref(to).objectId })
        .where("object_id", "=", town.ref(from).objectId)
        .execute(),
    );
  await link("colin", "casey");
  const named = async (who: Name) => value(await lock(town, "carol", who)).alsoIs;
  assert.deepEqual(await named("colin"), [{ objectId: town.ref("casey").objectId, displayName: "Casey" }]);
  assert.deepEqual(await named("casey"), [{ objectId: town.ref("colin").objectId, displayName: "Colin" }]);
  value(await unlock(town, "carol", "colin"));
  assert.equal(codeOf(await unlock(town, "carol", "colin")), "invalid_input", "each has a lock of its own");
  value(await unlock(town, "carol", "casey"));
  // INVARIANT I12: what an operator tied to another tenant's person is not told.
  await link("chris", "frank");
  await link("cora", "frank");
  assert.deepEqual(await named("chris"), []);
});

test("what somebody asked for on behalf of a workload, and what waits for approval, goes with them", async () => {
  const town = await world.newTown();
  const asked = value(await town.ask("colin", { for: "pipeline" }));
  value(await town.approve("casey", asked));
  const pending = value(await town.ask("colin"));
  await world.pass();
  const done = value(await lock(town, "carol", "colin"));
  assert.deepEqual(await causeOf(town, asked), ["locked_out"]);
  assert.equal(done.canceledRequests, 1);
  assert.equal((await town.request(pending.id)).state.name, "canceled");
});

test("a grant that is approved while the lock commits does not survive it", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  // The lock is stored between the decision and its commit: it is decided again, and refused.
  await between(world, approve(town, "casey", request), () => lock(town, "carol", "colin"));
  assert.deepEqual(await town.grantsOf(request), []);
  assert.notEqual((await town.request(request.id)).state.name, "approved");
});

test("an ask, and an approval by somebody, that were under way when they were locked out are not stored", async () => {
  const town = await world.newTown();
  const asked = await between(
    world,
    (deps) => submitRequest(deps, town.as("colin"), town.input()),
    () => lock(town, "carol", "colin"),
  );
  assert.equal(codeOf(asked), "rules_not_satisfied");
  value(await unlock(town, "carol", "colin"));
  const request = value(await town.ask("colin"));
  const decided = await between(world, approve(town, "casey", request), () => lock(town, "carol", "casey"));
  assert.equal(codeOf(decided), "forbidden");
  assert.deepEqual((await town.request(request.id)).approvals, []);
});

test("a process that stops before it ends anything leaves nothing live: the worker goes on from the lock alone", async () => {
  const town = await world.newTown();
  const grant = await liveGrant(town);
  const broken: EffectDeps = {
    ...world.deps,
    decisions: () => {
      throw new Error("the process died");
    },
  };
  await assert.rejects(lock(town, "carol", "colin", broken), /died/);
  assert.equal(await may(town, "colin"), false, "by the lock itself, whoever has ended what");
  await world.pass();
  const stored = await town.grant(grant?.id ?? ("" as never));
  assert.equal("cause" in stored.state ? stored.state.cause : "open", "locked_out");
});

test("the seat of an approver who is locked out is nobody's, and what they approved before does not count again", async () => {
  const town = await world.newTown();
  await town.setRules("Contributor", town.scopes.web, {
    justificationRequired: false,
    approval: { mode: "manual", stages: [town.stage(["approvers"], { required: 2 })] },
  });
  const request = value(await town.ask("colin"));
  value(await town.approve("casey", request));
  value(await lock(town, "carol", "casey"));
  assert.equal(codeOf(await approve(town, "casey", request)(world.deps)), "forbidden");
  value(await unlock(town, "carol", "casey"));
  world.clock.advance(MINUTE_MS);
  // Two would have approved now, one of them before they were locked out.
  const last = value(await town.approve("chris", request));
  assert.equal(last.state.name, "denied");
  assert.deepEqual(await town.grantsOf(request), []);
  const other = value(await town.ask("colin"));
  value(await town.approve("chris", other));
  assert.equal(value(await town.approve("casey", other)).state.name, "approved");
});

test("terms that somebody proposed before they were locked out are off the table, let in again or not", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  const startAt = (world.clock.now() + HOUR_MS) as typeof request.createdAt;
  value(await town.approve("casey", request, { startAt }));
  value(await lock(town, "carol", "casey"));
  value(await unlock(town, "carol", "casey"));
  const { acceptTerms } = await import("../../src/use-cases/requests/decide-request.ts");
  assert.equal(codeOf(await acceptTerms(world.deps, town.as("colin"), request.id)), "not_proposed");
});

test("requests that only they could decide wait for nobody, and an administrator hears of it", async () => {
  const town = await world.newTown();
  await town.setRules("Contributor", town.scopes.web, {
    justificationRequired: false,
    approval: { mode: "manual", stages: [town.stage(["casey"])] },
  });
  const request = value(await town.ask("colin"));
  value(await lock(town, "carol", "casey"));
  await world.pass();
  assert.notEqual((await town.request(request.id)).strandedAt ?? null, null);
  assert.ok((await told(town, "carol")).some((text) => text.startsWith("Nobody is left who could decide")));
});

test("a publisher's person who is locked out loses what they hold at a customer's; both parties are told, why stays at home", async () => {
  const town = await world.newTown();
  const ask = { scope: town.scopes.billing, durationMs: HOUR_MS };
  const request = value(await town.ask("frank", ask));
  await world.pass();
  const [grant] = await town.grantsOf(request);
  assert.equal(grant?.state.name, "active");

  const done = value(await lock(town, "fiona", "frank"));
  assert.ok(done.endedGrants.includes(grant?.id ?? ("" as never)));
  assert.deepEqual(await causeOf(town, request), ["locked_out"]);
  await world.pass();
  const [theirs] = await entries(town, "contoso", "principal.locked_out");
  assert.deepEqual(theirs?.facts, { name: "Frank", tenantId: town.tenants.fabrikam });
  assert.equal(JSON.stringify(theirs).includes("stolen"), false);
  assert.equal(JSON.stringify(theirs).includes(town.ref("fiona").objectId), false);
  assert.deepEqual(
    (await told(town, "carol")).filter((text) => text.includes("locked")),
    ["Fabrikam locked Frank out; what they held at your places has ended"],
  );
  value(await unlock(town, "fiona", "frank"));
  await world.pass();
  assert.ok((await told(town, "carol")).includes("Fabrikam let Frank in again"));
});

test("I11: where only a workload of theirs holds something, no customer learns who owns it", async () => {
  const town = await world.newTown();
  await town.rows("fabrikam", (trx) =>
    trx
      .insertInto("principal_owner")
      .values({
        tenant_id: town.tenants.fabrikam,
        principal_id: town.ref("deployer").objectId,
        owner_id: town.ref("fred").objectId,
      })
      .execute(),
  );
  const request = value(await town.ask("deployer", { scope: town.scopes.billing, durationMs: HOUR_MS }));
  await world.pass();
  const { owns } = value(await lock(town, "fiona", "fred"));
  assert.deepEqual(owns, [town.ref("deployer").objectId]);
  value(await unlock(town, "fiona", "fred"));
  await world.pass();
  assert.deepEqual(await causeOf(town, request), ["active"]);
  for (const type of ["principal.locked_out", "principal.let_in"])
    assert.deepEqual(await entries(town, "contoso", type), []);
  assert.ok((await told(town, "carol")).every((text) => !text.includes("Fred")));
});

test("who ends everything is told what they may not end, and what is still open", async () => {
  const town = await world.newTown();
  const grant = await liveGrant(town);
  const colin = { objectId: town.ref("colin").objectId, of: null, justification: "enough" };
  // No workload ends one grant of somebody's, nor all of them.
  const pipeline = town.as("pipeline", { rights: ["administrator"] });
  assert.equal(codeOf(await endEverything(world.deps, pipeline, colin)), "forbidden");
  const busy: EffectDeps["decisions"] = (clock) => ({
    ...world.deps.decisions(clock),
    onGrant: async () => reject("version_conflict", "another change came first"),
  });
  const left = await endEverything({ ...world.deps, decisions: busy }, town.as("carol"), colin);
  assert.equal(codeOf(left), "version_conflict");
  const again = value(await endEverything(world.deps, town.as("carol"), colin));
  assert.deepEqual(again.endedGrants, [grant?.id]);
});

test("a customer ends what a publisher's person holds at its places, and locks nobody of theirs out", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("frank", { scope: town.scopes.billing, durationMs: HOUR_MS }));
  const frank = {
    ...{ objectId: town.ref("frank").objectId, of: town.tenants.fabrikam },
    justification: "enough",
  };
  await world.pass();
  assert.equal(codeOf(await lock(town, "carol", "frank")), "not_found");
  assert.equal(codeOf(await endEverything(world.deps, town.as("cora"), frank)), "forbidden");
  const stranger = { ...frank, objectId: town.ref("fred").objectId };
  assert.equal(codeOf(await endEverything(world.deps, town.as("carol"), stranger)), "not_found");
  const done = value(await endEverything(world.deps, town.as("carol"), frank));
  assert.equal(done.endedGrants.length, 1);
  assert.deepEqual(await causeOf(town, request), ["revoked"]);
  // And the publisher ends what its own person holds there, without a lock.
  const more = value(await town.ask("frank", { scope: town.scopes.billing, durationMs: HOUR_MS }));
  await world.pass();
  value(await endEverything(world.deps, town.as("fiona"), { ...frank, of: null }));
  assert.deepEqual(await causeOf(town, more), ["revoked"]);
});

test("only administrators do it, never to the last of them; of two who lock each other out one is left", async () => {
  const town = await world.newTown();
  assert.equal(codeOf(await lock(town, "casey", "colin")), "forbidden");
  assert.equal(codeOf(await lock(town, "ada", "colin")), "forbidden");
  assert.equal(codeOf(await lock(town, "fiona", "colin")), "not_found");
  assert.equal(codeOf(await lock(town, "carol", "carol")), "last_administrator");
  assert.equal(codeOf(await lock(town, "carol", "approvers")), "invalid_input");
  assert.equal(
    codeOf(await lockOut(world.deps, town.as("carol"), town.ref("colin").objectId, " ")),
    "invalid_input",
  );
  assert.equal(codeOf(await unlock(town, "carol", "colin")), "invalid_input");
  await town.rows("contoso", (trx) =>
    trx
      .insertInto("tenant_right")
      .values({
        tenant_id: town.tenants.contoso,
        object_id: town.ref("cora").objectId,
        held: "administrator",
      })
      .execute(),
  );
  const cora = town.as("cora", { rights: ["administrator"] });
  const both = await Promise.all([
    lock(town, "carol", "cora"),
    lockOut(world.deps, cora, town.ref("carol").objectId, "she began it"),
  ]);
  assert.deepEqual(both.map(codeOf).sort(), ["ok", "unauthenticated"]);
});

test("only operators lock an operator of the installation out, and let them in again", async () => {
  const town = await world.newTown();
  const colin = town.ref("colin").objectId;
  await town.rows("contoso", (trx) =>
    trx
      .insertInto("tenant_right")
      .values({ tenant_id: town.tenants.contoso, object_id: colin, held: "operator" })
      .execute(),
  );
  const operator = town.as("carol", { rights: ["administrator", "operator"] });
  assert.equal(codeOf(await lock(town, "carol", "colin")), "forbidden");
  value(await lockOut(world.deps, operator, colin, "a laptop was stolen"));
  assert.equal(codeOf(await unlock(town, "carol", "colin")), "forbidden");
  value(await letIn(world.deps, operator, colin, "it was found"));
});

test("a change of configuration that waited for its turn is nothing once its maker was locked out", async () => {
  const town = await world.newTown();
  await town.rows("contoso", (trx) =>
    trx
      .insertInto("tenant_right")
      .values({
        tenant_id: town.tenants.contoso,
        object_id: town.ref("cora").objectId,
        held: "administrator",
      })
      .execute(),
  );
  value(await lock(town, "carol", "cora"));
  const cora = town.as("cora", { rights: ["administrator"] });
  const input = { applicationId: town.orders.id, expectedVersion: null };
  const policy = { maximumDuration: "PT1H" };
  assert.equal(codeOf(await changeJitPolicy(world.deps, cora, { ...input, policy })), "unauthenticated");
});

test("a group's grant stays with the others, and gives the locked one nothing", async () => {
  const town = await world.newTown();
  await town.makeEligible("backend", "Contributor", town.scopes.web);
  const request = value(await town.ask("cora", { for: "backend" }));
  value(await town.approve("casey", request));
  await world.pass();
  assert.equal(await may(town, "colin"), true);
  value(await lock(town, "carol", "colin"));
  assert.deepEqual(await causeOf(town, request), ["active"]);
  assert.equal(await may(town, "colin"), false);
  world.clock.advance(MINUTE_MS);
  assert.equal(
    await recheckGrants(
      world.deps,
      town.tenants.contoso,
      (await town.grantsOf(request)).map(({ id }) => id),
    ),
    true,
  );
  assert.deepEqual(await causeOf(town, request), ["active"]);
});

test("who ended access, and what they wrote, is told to whoever reads the grant; a party's approvers stay unnamed to the other", async () => {
  const town = await world.newTown();
  const grant = await liveGrant(town);
  const colin = { objectId: town.ref("colin").objectId, of: null, justification: "enough for today" };
  value(await endEverything(world.deps, town.as("carol"), colin));
  const read = async (who: Name, id = grant?.id) =>
    value(await readGrantAndEnds(world.deps, town.as(who), id ?? ("" as never))).endedBy;
  assert.deepEqual(await read("colin"), { name: "Carol", justification: "enough for today" });
  const locked = await liveGrant(town);
  value(await lock(town, "carol", "colin"));
  assert.equal(await read("carol", locked?.id), null, "nobody ended it: its ground was lost");
  const request = value(await town.ask("frank", { scope: town.scopes.billing, durationMs: HOUR_MS }));
  await world.pass();
  const frank = { objectId: town.ref("frank").objectId, of: town.tenants.fabrikam, justification: "enough" };
  value(await endEverything(world.deps, town.as("carol"), frank));
  const [theirs] = await town.grantsOf(request);
  const told = await read("frank", theirs?.id);
  assert.ok(!JSON.stringify(told).includes("Carol"), JSON.stringify(told));
});
