/** Two decisions of which one stands still between its moment and its commit: the second to commit looks again. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { AccessRequest } from "../../src/domain/access-request.ts";
import type { Grant } from "../../src/domain/grant.ts";
import { accept } from "../../src/domain/rejection.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import { assignRole } from "../../src/use-cases/grants/assign-role.ts";
import { deactivateGrant, revokeGrant } from "../../src/use-cases/grants/end-grant.ts";
import { extendGrant } from "../../src/use-cases/grants/extend-grant.ts";
import type { EffectDeps } from "../../src/use-cases/ports.ts";
import { cancelRequest, decideRequest } from "../../src/use-cases/requests/decide-request.ts";
import { submitRequest } from "../../src/use-cases/requests/submit-request.ts";
import type { Alongside } from "../../src/use-cases/surface-resources.ts";
import type { Ask, Name, Town } from "../fixtures/town.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";
import { between, countOf, eventsOf, rulesOf, tally } from "./between.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const AT_ONCE = 30;

const ask =
  (town: Town, input?: Ask, who: Name = "colin") =>
  (deps: EffectDeps) =>
    submitRequest(deps, town.as(who), town.input(input));

const approve = (town: Town, who: Name, request: AccessRequest) => (deps: EffectDeps) =>
  decideRequest(deps, town.as(who), {
    requestId: request.id,
    decision: "approve",
    justification: null,
    terms: null,
    surfaceAsks: false,
    expectedVersion: null,
  });

const revoke = (town: Town, grant: Grant) => (deps: EffectDeps) =>
  revokeGrant(deps, town.as("carol"), grant.id, "enough");

const deactivate = (town: Town, grant: Grant) => (deps: EffectDeps) =>
  deactivateGrant(deps, town.as("colin"), grant.id);

const extend = (town: Town, grant: Grant) => (deps: EffectDeps) =>
  extendGrant(deps, town.as("colin"), {
    grantId: grant.id,
    durationMs: HOUR_MS,
    justification: null,
    ticket: null,
  });

interface Giving {
  readonly by?: Name;
  readonly to?: Name;
  readonly role?: "Owner" | "Reader";
  readonly scope?: Town["scopes"]["web"];
  readonly also?: Alongside<Grant>;
}

/** Colin gives casey what there is to read, unless told otherwise. */
const assign = (town: Town, giving: Giving = {}) => {
  const { by = "colin", to = "casey", role = "Reader", scope = town.scopes.web, also } = giving;
  const roleDefinitionId = town.role(role);
  const window = { startsAt: null, endsAt: null };
  const input = { scope, roleDefinitionId, beneficiary: town.ref(to), ...window, justification: null };
  return assignRole(world.deps, town.as(by), input, { also });
};

async function grantOf(town: Town, request: AccessRequest): Promise<Grant> {
  const [grant] = await town.grantsOf(request);
  assert.ok(grant);
  return grant;
}

async function holding(town: Town): Promise<Grant> {
  const request = value(await town.ask("colin"));
  value(await town.approve("carol", request));
  world.clock.advance(MINUTE_MS);
  return grantOf(town, request);
}

/** Colin, who may give roles to others for an hour. */
async function owning(town: Town): Promise<Grant> {
  await town.makeEligible("colin", "Owner", town.scopes.web);
  await town.setRules("Owner", town.scopes.web, { justificationRequired: false });
  return grantOf(town, value(await town.ask("colin", { roles: ["Owner"] })));
}

async function assertEnded(town: Town, ...grants: readonly Grant[]): Promise<void> {
  for (const { id } of grants) {
    assert.equal((await town.grant(id)).state.name, "ended");
    assert.equal((await eventsOf(world, town, id)).filter((type) => type === "grant.ended").length, 1);
  }
}

test("two asks of one person for windows that overlap: the later to commit is told of the pending one", async () => {
  const town = await world.newTown();
  const first = await between(world, ask(town), async () => value(await ask(town)(world.deps)));
  assert.deepEqual(rulesOf(first), ["PendingRoleAssignmentRequest"]);
  assert.equal((await countOf(town)).requests, 1);
});

test("two asks of one person that are approved at once: the later to commit is told of the access that is held", async () => {
  const town = await world.newTown();
  const reading = ask(town, { roles: ["Reader"], scope: town.scopes.db });
  const first = await between(world, reading, async () => value(await reading(world.deps)));
  assert.deepEqual(rulesOf(first), ["RoleAssignmentExists"]);
  assert.deepEqual(await countOf(town), { requests: 1, grants: 1 });
});

test("an ask for a workload by one owner against one by another: the later to commit is told", async () => {
  const town = await world.newTown();
  await town.join("backend", "cora");
  const first = await between(world, ask(town, { for: "bot" }), async () =>
    value(await ask(town, { for: "bot" }, "cora")(world.deps)),
  );
  assert.deepEqual(rulesOf(first), ["PendingRoleAssignmentRequest"]);
});

test("an ask against an assignment of the same: the later to commit is told of the access that is held", async () => {
  const town = await world.newTown();
  const give = () => assign(town, { by: "carol", to: "colin", scope: town.scopes.db });
  const asked = await between(world, ask(town, { roles: ["Reader"], scope: town.scopes.db }), async () =>
    value(await give()),
  );
  assert.deepEqual(rulesOf(asked), ["RoleAssignmentExists"]);
  assert.equal((await countOf(town)).grants, 1);
});

test(`${AT_ONCE} asks of one person at once: twenty are pending, the others are told of the limit`, async () => {
  const town = await world.newTown();
  await town.setRules("Reader", town.scopes.subscription, {
    justificationRequired: false,
    approval: { mode: "manual", stages: [town.stage(["approvers"])] },
  });
  const outcomes = await Promise.all(
    Array.from({ length: AT_ONCE }, (_, index) => {
      const scope = `${town.scopes.subscription}/resourceGroups/at-once-${index}` as Town["scopes"]["web"];
      return town.ask("colin", { roles: ["Reader"], scope });
    }),
  );
  assert.deepEqual(tally(outcomes), { ok: 20, rules_not_satisfied: AT_ONCE - 20 });
  for (const outcome of outcomes) if (!outcome.ok) assert.deepEqual(rulesOf(outcome), ["RequestLimitRule"]);
  assert.equal((await countOf(town)).requests, 20);
});

test("two of three: of three approvers at once both that count do, and there is one grant", async () => {
  const town = await world.newTown();
  const stages = [town.stage(["approvers"], { required: 2 })];
  await town.setRules("Contributor", town.scopes.web, {
    justificationRequired: false,
    approval: { mode: "manual", stages },
  });
  for (let round = 0; round < 5; round++) {
    const request = value(await town.ask("colin"));
    const three = ["carol", "casey", "chris"] as const;
    const outcomes = await Promise.all(three.map((who) => town.approve(who, request)));
    assert.deepEqual(tally(outcomes), { ok: 2, request_not_pending: 1 });
    assert.equal((await town.request(request.id)).approvals.length, 2);
    value(await deactivateGrant(world.deps, town.as("colin"), (await grantOf(town, request)).id));
  }
});

test("two of three: an approval that stands still while another is given is the second, and gives the grant", async () => {
  const town = await world.newTown();
  const stages = [town.stage(["approvers"], { required: 2 })];
  await town.setRules("Contributor", town.scopes.web, {
    justificationRequired: false,
    approval: { mode: "manual", stages },
  });
  const request = value(await town.ask("colin"));
  const decided = await between(world, approve(town, "casey", request), async () =>
    value(await town.approve("carol", request)),
  );
  assert.equal(value(decided).state.name, "approved");
  assert.equal((await countOf(town)).grants, 1);
});

test("an approval against a cancellation: nothing is given", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  const decided = await between(world, approve(town, "casey", request), async () =>
    value(await cancelRequest(world.deps, town.as("colin"), request.id)),
  );
  assert.equal(codeOf(decided), "request_not_pending");
  assert.equal((await countOf(town)).grants, 0);
});

test("a revocation against an assignment under the grant: what was assigned meanwhile ends with it", async () => {
  const town = await world.newTown();
  const owner = await owning(town);
  const given: Grant[] = [];
  value(
    await between(world, revoke(town, owner), async () => {
      given.push(value(await assign(town)));
    }),
  );
  await assertEnded(town, owner, ...given);
});

test("a revocation against an assignment under an assignment under the grant: all three end", async () => {
  const town = await world.newTown();
  const owner = await owning(town);
  const child = value(await assign(town, { role: "Owner" }));
  const given: Grant[] = [];
  value(
    await between(world, revoke(town, owner), async () => {
      given.push(value(await assign(town, { by: "casey", to: "chris" })));
    }),
  );
  await assertEnded(town, owner, child, ...given);
});

for (const when of ["check", "write"] as const) {
  test(`an assignment against the revocation of its ground, begun at the surface's ${when}: it is there and has ended, or was refused`, async () => {
    const town = await world.newTown();
    const owner = await owning(town);
    let revoked: ReturnType<typeof revokeGrant> | null = null;
    const begin = () => {
      revoked = revoke(town, owner)(world.deps);
    };
    const also: Alongside<Grant> = {
      async check() {
        if (when === "check") begin();
        return accept(undefined);
      },
      async write() {
        if (when === "write") begin();
      },
    };
    const assigned = await assign(town, { also });
    assert.ok(revoked !== null);
    value(await revoked);
    // The assignment had locked its ground before: the revocation comes after it.
    await assertEnded(town, owner, value(assigned));
  });
}

test("a revocation against an extension that is asked meanwhile: the extension times out with the grant", async () => {
  const town = await world.newTown();
  const grant = await holding(town);
  const asked: AccessRequest[] = [];
  value(
    await between(world, revoke(town, grant), async () => {
      asked.push(value(await extend(town, grant)(world.deps)));
    }),
  );
  await assertEnded(town, grant);
  const [extension] = asked;
  assert.ok(extension);
  assert.equal((await town.request(extension.id)).state.name, "timedOut");
});

test("an extension against a revocation meanwhile: there is nothing to extend any more", async () => {
  const town = await world.newTown();
  const grant = await holding(town);
  const asked = await between(world, extend(town, grant), async () =>
    value(await revoke(town, grant)(world.deps)),
  );
  assert.equal(codeOf(asked), "grant_not_active");
  await assertEnded(town, grant);
  assert.equal((await countOf(town)).requests, 1);
});

test("a deactivation against the last approval of an extension: the grant has ended, whatever its new end", async () => {
  const town = await world.newTown();
  const grant = await holding(town);
  const extension = value(await extend(town, grant)(world.deps));
  value(
    await between(world, deactivate(town, grant), async () => value(await town.approve("casey", extension))),
  );
  await assertEnded(town, grant);
  assert.equal((await town.request(extension.id)).state.name, "approved");
});

test("the last approval of an extension against a deactivation: there is nothing to extend any more", async () => {
  const town = await world.newTown();
  const grant = await holding(town);
  const extension = value(await extend(town, grant)(world.deps));
  const decided = await between(world, approve(town, "casey", extension), async () =>
    value(await deactivate(town, grant)(world.deps)),
  );
  assert.equal(codeOf(decided), "request_not_pending");
  await assertEnded(town, grant);
  assert.equal((await town.request(extension.id)).state.name, "timedOut");
  assert.equal((await town.grant(grant.id)).endsAt, grant.endsAt);
});
