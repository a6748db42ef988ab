import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import type { Grant } from "../../src/domain/grant.ts";
import { addMs, DAY_MS } from "../../src/domain/time.ts";
import type { Town } from "../fixtures/town.ts";
import { MONDAY, openWorld, type World } from "../fixtures/world.ts";
import { assertLinked, commands, newLife } from "./life.ts";

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
      const { model, real } = await newLife(world);
      await fc.asyncModelRun(() => ({ model, real }), life);
      acts += [...life].length;
      await world.pass(real.deps);
      for (const tenantId of Object.values(real.town.tenants)) await assertLinked(world, tenantId);
      for (const end of await endsIn(real.town)) reached.set(end, (reached.get(end) ?? 0) + 1);
    }),
    { numRuns: RUNS, seed: SEED, endOnFailure: process.env.CURFEW_MODEL_SHRINK === undefined },
  );
  t.diagnostic(
    `${acts} acts in ${runs} lives: ${[...reached].map(([end, times]) => `${times} ${end}`).join(", ")}`,
  );
  assert.ok(RUNS < 10 || reached.has("approved"), "the acts lead nowhere");
});

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
