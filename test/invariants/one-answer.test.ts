/** What somebody is told that they may ask for is what asking for it says. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import { previewRequest } from "../../src/use-cases/requests/preview-request.ts";
import { type EligibilityView, readEligibilities } from "../../src/use-cases/views/read-eligibilities.ts";
import { findRolePolicy, listRolePolicies } from "../../src/use-cases/views/role-policies.ts";
import { listRoleSettings, readRoleSettingsInForce } from "../../src/use-cases/views/role-settings.ts";
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
  ask: { readonly durationMs: number; readonly justification: string | null },
) {
  const input = town.input({ scope: view.scope, ...ask });
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
      const most = await unsatisfied(town, who, view, {
        durationMs: maximumDurationMs,
        justification: "needed",
      });
      assert.ok(
        !most.includes("ExpirationRule"),
        `${view.scopeName}: ${maximumDurationMs} ms are said to be allowed`,
      );
      const more = await unsatisfied(town, who, view, {
        durationMs: maximumDurationMs + MINUTE_MS,
        justification: "needed",
      });
      assert.ok(more.includes("ExpirationRule"), `${view.scopeName}: more than is said is refused`);
      const silent = await unsatisfied(town, who, view, {
        durationMs: maximumDurationMs,
        justification: null,
      });
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
  assert.deepEqual(
    await findRolePolicy(world.deps, contoso, { scope: town.scopes.orders, id: policy.id }),
    policy,
  );
});

test("the administrator's page of an application says field by field what holds for the tenant's own, and whose word it is", async () => {
  const town = await strictTown();
  const page = { roleDefinitionId: town.role("Contributor"), scope: town.scopes.orders };
  const view = value(await readRoleSettingsInForce(world.deps, town.as("carol"), page));
  const shown = new Map(view.fields.map(({ field, value, from }) => [field, [value, from.kind]]));
  assert.equal(view.application, "orders");
  assert.deepEqual(shown.get("maximumDuration"), ["PT1H", "roleSettings"]);
  assert.deepEqual(shown.get("justificationRequired"), [true, "roleSettings"]);
  assert.deepEqual(shown.get("ticket"), [{ required: false, patterns: [] }, "application"]);
  const [row] = value(
    await listRoleSettings(world.deps, town.as("carol"), {
      scope: town.scopes.orders,
      roleDefinitionId: null,
    }),
  );
  assert.deepEqual([row?.source.kind, row?.application], ["roleSettings", "orders"]);
});

test("where neither is as strict by itself, both are named", async () => {
  const town = await strictTown();
  await town.setPolicy({ mode: "automatic", ticket: { required: true, patterns: ["A-\\d+"] } });
  await town.setRules("Contributor", town.scopes.orders, {
    ticket: { required: false, patterns: ["[A-Z]-1"] },
  });
  const page = { roleDefinitionId: town.role("Contributor"), scope: town.scopes.orders };
  const view = value(await readRoleSettingsInForce(world.deps, town.as("carol"), page));
  const ticket = view.fields.find(({ field }) => field === "ticket");
  assert.deepEqual(ticket?.value, { required: true, patterns: ["A-\\d+", "[A-Z]-1"] });
  assert.deepEqual(ticket?.from, { kind: "together", name: "orders" });
});
