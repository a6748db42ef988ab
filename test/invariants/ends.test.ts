import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { asId, type BindingId, type TargetId } from "../../src/domain/ids.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import { describeWith } from "../../src/targets/kinds.ts";
import { postgresTarget } from "../../src/targets/postgres/postgres-target.ts";
import { deactivateGrant } from "../../src/use-cases/grants/end-grant.ts";
import type { TargetGateway } from "../../src/use-cases/ports.ts";
import { previewRequest } from "../../src/use-cases/requests/preview-request.ts";
import { readGrantAndEnds } from "../../src/use-cases/views/ends.ts";
import { readRequestContext } from "../../src/use-cases/views/request-context.ts";
import type { Town } from "../fixtures/town.ts";
import { openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
/** How long the target takes to let go. */
let removalMs = 0;
let holds = true;
before(async () => {
  world = await openWorld({ kinds: [postgresTarget], gateway: () => slowTarget });
});
after(() => world.close());

/** Gives and takes at once by the clock of the test. */
const slowTarget: TargetGateway = {
  plan: (_kind, grant) => ({ name: grant.id }),
  traitsOf: describeWith([postgresTarget]),
  provision: async (_grant, { wanted }) => ({ enforcedUntil: holds ? (wanted?.expiresAt ?? null) : null }),
  issueSecret: () => assert.fail("nobody asks"),
  async remove() {
    world.clock.advance(removalMs);
    return null;
  },
  observe: () => assert.fail("nobody asks"),
  sessions: () => assert.fail("nobody asks"),
  removeStray: () => assert.fail("nobody asks"),
  check: () => assert.fail("nobody asks"),
};

async function bind(town: Town): Promise<void> {
  const tenantId = town.tenants.contoso;
  const id = asId<TargetId>(randomUUID());
  const bindingId = asId<BindingId>(randomUUID());
  const target = { id, tenantId, name: "orders-database", kind: "postgres", config: {}, version: 1 };
  const rest = { targetId: id, roleDefinitionId: town.role("Contributor"), required: true, standing: false };
  const binding = { ...rest, id: bindingId, tenantId, name: "w", scope: town.scopes.orders, entitlement: {} };
  const row = { tenant_id: tenantId, sealed_secrets: null };
  await town.change("contoso", async (trx) => {
    const body = JSON.stringify(target);
    await trx
      .insertInto("target")
      .values({ ...row, id, name: target.name, body })
      .execute();
    const bound = { tenant_id: tenantId, id: bindingId, name: "w", body: JSON.stringify(binding) };
    await trx.insertInto("binding").values(bound).execute();
  });
}

async function boundTown(): Promise<Town> {
  const town = await world.newTown();
  await bind(town);
  await town.setPolicy({ mode: "automatic" });
  return town;
}

async function held(town: Town, who: "colin" | "frank" = "frank") {
  const request = value(await town.ask(who, { scope: town.scopes.orders, justification: "fix order 4711" }));
  await world.pass();
  const [grant] = await town.grantsOf(request);
  assert.ok(grant);
  return { request, grant };
}

async function runOut(town: Town, lateMs: number, who: "colin" | "frank" = "frank") {
  const { grant } = await held(town, who);
  removalMs = lateMs;
  world.clock.set(grant.endsAt ?? world.clock.now());
  await world.pass();
  removalMs = 0;
  assert.equal((await town.grant(grant.id)).state.name, "ended");
}

const endsSeen = async (town: Town, who: "carol" | "frank") => {
  const { request } = await held(town);
  return value(await readRequestContext(world.deps, town.as(who), request.id)).ends;
};

test("how late ends were is measured from grants that ran out in the target, and from no others", async () => {
  const town = await boundTown();
  const native = "PostgreSQL itself refuses new log-ins from then. Curfew cuts open sessions";
  const ifDown = "An open session could last until Curfew is back; nobody new can log in.";
  const rest = {
    targetKind: "postgres",
    targetLabel: "PostgreSQL",
    heldBy: "native",
    sessions: "cutByCurfew",
  };
  const { grant } = await held(town);
  const first = value(await readGrantAndEnds(world.deps, town.as("carol"), grant.id)).ends;
  assert.deepEqual(first, [
    {
      ...rest,
      targetName: "orders-database",
      ended: { count: 0, p99Ms: null },
      sentence: `${native} (nothing measured in the last 30 days).`,
      ifDown,
    },
  ]);
  // Ended before its time: says nothing of how an end is kept.
  removalMs = 9_000;
  value(await deactivateGrant(world.deps, town.as("frank"), grant.id));
  await world.pass();
  for (const lateMs of [7, 42, 12]) await runOut(town, lateMs);
  const [ending] = await endsSeen(town, "carol");
  assert.deepEqual(ending?.ended, { count: 3, p99Ms: 42 });
  assert.equal(ending?.sentence, `${native} (last 30 days: 99 % within 42 ms).`);
  // Another tenant's target has a measure of its own.
  assert.deepEqual((await endsSeen(await boundTown(), "carol"))[0]?.ended, { count: 0, p99Ms: null });
});

test("what was measured longer than 30 days ago does not count any more", async () => {
  const town = await boundTown();
  await runOut(town, 5);
  world.clock.advance(30 * DAY_MS + MINUTE_MS);
  assert.deepEqual((await endsSeen(town, "carol"))[0]?.ended, { count: 0, p99Ms: null });
});

test("I11: the publisher reads how the end is held, by the target's kind and not by its owner's name for it", async () => {
  const town = await boundTown();
  const [ending] = await endsSeen(town, "frank");
  assert.equal(ending?.targetName, "PostgreSQL");
  assert.ok(!JSON.stringify(ending).includes("orders-database"));
});

test("I11: no preview tells the publisher that name, nor how much others do in the target", async () => {
  const town = await boundTown();
  await town.makeEligible("colin", "Contributor", town.scopes.orders);
  const ask = town.input({ scope: town.scopes.orders, durationMs: HOUR_MS });
  const enforcedBy = async (who: "colin" | "frank") =>
    value(await previewRequest(world.deps, town.as(who), ask)).enforcedBy;
  assert.deepEqual(await enforcedBy("frank"), ["PostgreSQL"]);
  assert.deepEqual(await enforcedBy("colin"), ["orders-database"]);
  await runOut(town, 7, "colin");
  await runOut(town, 42, "frank");
  const { request } = await held(town);
  const seen = async (who: "carol" | "frank") =>
    value(await readRequestContext(world.deps, town.as(who), request.id)).ends[0]?.ended;
  assert.deepEqual(await seen("carol"), { count: 2, p99Ms: 42 });
  assert.deepEqual(await seen("frank"), { count: 1, p99Ms: 42 });
});

test("a preview tells how the end would be held; where nothing is bound there is nothing to tell", async () => {
  const town = await boundTown();
  const preview = async (scope: Town["scopes"]["orders"]) =>
    value(await previewRequest(world.deps, town.as("frank"), town.input({ scope, durationMs: HOUR_MS })))
      .ends;
  assert.deepEqual(
    (await preview(town.scopes.orders)).map(({ heldBy }) => heldBy),
    ["native"],
  );
  assert.deepEqual(await preview(town.scopes.billing), []);
});

test("an end that was not read back from the target is held by the timer alone, whatever its kind can do", async () => {
  const town = await boundTown();
  holds = false;
  const { grant } = await held(town);
  holds = true;
  const [ending] = value(await readGrantAndEnds(world.deps, town.as("carol"), grant.id)).ends;
  assert.equal(ending?.heldBy, "timerOnly");
  assert.equal(ending?.sentence, "PostgreSQL cannot hold an end.");
});
