/** What somebody is told that they may ask for is what asking for it says. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import { previewRequest } from "../../src/use-cases/requests/preview-request.ts";
import { type EligibilityView, readEligibilities } from "../../src/use-cases/views/read-eligibilities.ts";
import { findRolePolicy, listRolePolicies } from "../../src/use-cases/views/role-policies.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

/** The JIT policy is wide, what stands at the same scope is not. */
async function strictTown(): Promise<Town> {
  const town = await world.newTown();
  await town.makeEligible("colin", "Contributor", town.scopes.orders);
  await town.makeEligible("cora", "Contributor", town.scopes.subscription);
  await town.setPolicy({ mode: "automatic", maximumDurationMs: 4 * HOUR_MS, justificationRequired: false });
  await town.setRules("Contributor", town.scopes.orders, {
    maximumDurationMs: HOUR_MS,
    defaultDurationMs: HOUR_MS,
    justificationRequired: true,
    approval: { mode: "automatic", notified: [] },
  });
  return town;
}

async function unsatisfied(
  town: Town,
  who: Name,
  view: EligibilityView,
  durationMs: number,
  why: string | null,
) {
  const input = town.input({ scope: view.scope, durationMs, justification: why });
  const roleDefinitionIds = [view.roleDefinitionId as never];
  const preview = value(await previewRequest(world.deps, town.as(who), { ...input, roleDefinitionIds }));
  return preview.prepared.decision.rules
    .filter(({ outcome }) => outcome === "unsatisfied")
    .map(({ rule }) => rule);
}

for (const who of ["colin", "cora", "frank"] as const) {
  test(`every eligibility of ${who} says what its preview says: how long, and whether a justification is asked for`, async () => {
    const town = await strictTown();
    const views = value(await readEligibilities(world.deps, town.as(who)));
    assert.ok(views.length > 0);
    for (const view of views) {
      const { maximumDurationMs, justificationRequired } = view.settings;
      const most = await unsatisfied(town, who, view, maximumDurationMs, "needed");
      assert.ok(
        !most.includes("ExpirationRule"),
        `${view.scopeName}: ${maximumDurationMs} ms are said to be allowed`,
      );
      const more = await unsatisfied(town, who, view, maximumDurationMs + MINUTE_MS, "needed");
      assert.ok(more.includes("ExpirationRule"), `${view.scopeName}: more than is said is refused`);
      const silent = await unsatisfied(town, who, view, maximumDurationMs, null);
      assert.equal(silent.includes("JustificationRule"), justificationRequired, view.scopeName);
    }
  });
}

test("the consumer's own are held by both at an application, its publisher by the policy alone, and each is told so", async () => {
  const town = await strictTown();
  const at = async (who: Name) => {
    const views = value(await readEligibilities(world.deps, town.as(who)));
    const found = views.find(({ scope }) => scope === town.scopes.orders);
    return [found?.settings.maximumDurationMs, found?.settings.justificationRequired, found?.source.kind];
  };
  assert.deepEqual(await at("colin"), [HOUR_MS, true, "roleSettings"]);
  assert.deepEqual(await at("frank"), [4 * HOUR_MS, false, "application"]);
});

test("a policy of either compatible surface is what holds for the tenant's own", async () => {
  const town = await strictTown();
  const { contoso } = town.tenants;
  const policies = await listRolePolicies(world.deps, contoso, town.scopes.orders);
  const policy = policies.find(({ role }) => role.id === town.role("Contributor"));
  assert.ok(policy);
  assert.deepEqual(
    [policy.settings.maximumDurationMs, policy.settings.justificationRequired],
    [HOUR_MS, true],
  );
  assert.deepEqual(await findRolePolicy(world.deps, contoso, town.scopes.orders, policy.id), policy);
});
