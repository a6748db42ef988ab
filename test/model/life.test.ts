import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { verifyChain } from "../../src/audit/verify.ts";
import type { Grant } from "../../src/domain/grant.ts";
import type { TenantId } from "../../src/domain/ids.ts";
import { addMs, DAY_MS, formatInstant, MINUTE_MS } from "../../src/domain/time.ts";
import type { Town } from "../fixtures/town.ts";
import { MONDAY, openWorld, type World } from "../fixtures/world.ts";
import { commands, DECIDE_BY_MS, MAXIMUM_MS, REQUIRED, type Running, type Seen, TOTAL_MS } from "./life.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const RUNS = Number(process.env.CURFEW_MODEL_RUNS ?? 15);
const SEED = Number(process.env.CURFEW_MODEL_SEED ?? Date.now() % 2 ** 31);

test(`random lives of requests and grants, with jumps of the clock and restarts: ${RUNS} of them, seed ${SEED}`, async (t) => {
  t.diagnostic(`CURFEW_MODEL_SEED=${SEED} CURFEW_MODEL_RUNS=${RUNS} repeats this run`);
  let runs = 0;
  let acts = 0;
  const reached = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(commands, async (life) => {
      world.clock.set(addMs(MONDAY, runs++ * 60 * DAY_MS));
      const { model, real } = await newLife();
      await fc.asyncModelRun(() => ({ model, real }), life);
      acts += [...life].length;
      await world.pass(real.deps);
      for (const tenantId of Object.values(real.town.tenants)) await assertLinked(tenantId);
      for (const end of await endsIn(real.town)) reached.set(end, (reached.get(end) ?? 0) + 1);
    }),
    { numRuns: RUNS, seed: SEED, endOnFailure: process.env.CURFEW_MODEL_SHRINK === undefined },
  );
  t.diagnostic(
    `${acts} acts in ${runs} lives: ${[...reached].map(([end, times]) => `${times} ${end}`).join(", ")}`,
  );
  assert.ok(RUNS < 10 || reached.has("approved"), "the acts lead nowhere");
});

async function newLife(): Promise<{ model: Seen; real: Running }> {
  const town = await world.newTown();
  await town.setRules("Contributor", town.scopes.web, {
    justificationRequired: false,
    minimumDurationMs: MINUTE_MS,
    maximumDurationMs: MAXIMUM_MS,
    maximumTotalMs: TOTAL_MS,
    approval: {
      mode: "manual",
      stages: [town.stage(["approvers"], { required: REQUIRED, decideByMs: DECIDE_BY_MS })],
    },
  });
  const model: Seen = { requests: [], grants: [], caseySits: true, eligible: true };
  return { model, real: { world, town, deps: world.deps } };
}

/** How requests and grants ended: to see that the acts lead anywhere. */
async function endsIn(town: Town): Promise<string[]> {
  return town.rows("contoso", async (trx) => {
    const requests = await trx.selectFrom("access_request").select(["state", "extends_grant_id"]).execute();
    const grants = await trx.selectFrom("access_grant").select("body").execute();
    return [
      ...requests.map(({ state, extends_grant_id }) =>
        extends_grant_id === null ? state : `extension ${state}`,
      ),
      ...grants.map(({ body }) => {
        const { state } = body as Grant;
        return state.name === "ended" ? `ended: ${state.cause}` : state.name;
      }),
    ];
  });
}

async function assertLinked(tenantId: TenantId): Promise<void> {
  const { rows, head } = await world.deps.store.inTenant(tenantId, async (tx) => ({
    rows: await tx.log.entries({ inSequence: true, limit: 10_000 }),
    head: await tx.log.head(),
  }));
  const report = await verifyChain({
    tenantId,
    rows,
    storedHead: head === null ? null : { ...head, tenantId, at: formatInstant(head.at) },
  });
  assert.deepEqual(report.faults, []);
  assert.ok(
    rows.every(({ sequence }) => sequence !== null),
    "after a pass every entry is linked",
  );
}
