/** How late the worker closes grants that end: one, and ten thousand in the same second. And no allow at or after the end. */
import assert from "node:assert/strict";
import type { Grant } from "../../src/domain/grant.ts";
import { dueAt } from "../../src/domain/grant-progress.ts";
import { asId, type GrantId } from "../../src/domain/ids.ts";
import { addMs, type Instant, SECOND_MS } from "../../src/domain/time.ts";
import { dueWork } from "../../src/store/due-work.ts";
import { checkAccess } from "../../src/use-cases/grants/check-access.ts";
import { startWorker } from "../../src/worker/worker.ts";
import { until } from "../../test/fixtures/program.ts";
import { CONTRIBUTOR, must, openTestSystem, type TestSystem } from "../../test/fixtures/system.ts";
import { quantile, type Row, type Scenario } from "../scenario.ts";

const STORM = 10_000;
const INSERT_BATCH = 500;

export const expiry: Scenario = {
  name: "expiry",
  question: "how long after its end is a grant closed, and is anything allowed after it?",
  async run({ quick }) {
    const system = await openTestSystem(null);
    const lateness: number[] = [];
    const { opened } = system;
    const worker = await startWorker({
      deps: { ...system.deps, onExpired: (ms) => lateness.push(ms) },
      due: dueWork(opened.db, () => opened.clock.now()),
      onWake: opened.onWake,
      onError: (what, error) => process.stderr.write(`${what}: ${error}\n`),
    });
    try {
      const rows: Row[] = [];
      rows.push(...(await alone(system, lateness, quick ? 3 : 50)));
      rows.push(...(await storm(system, lateness, quick ? 1_000 : STORM)));
      return rows;
    } finally {
      await worker.stop();
      await system.remove();
    }
  },
};

async function alone(system: TestSystem, lateness: number[], times: number): Promise<Row[]> {
  lateness.length = 0;
  let asked = 0;
  for (let time = 0; time < times; time++) {
    const endsAt = addMs(system.deps.clock.now(), 150);
    await seed(system, 1, () => endsAt);
    system.deps.store.wake();
    asked += await checkAcross(system, endsAt);
    await until(() => lateness.length > time, 5_000, "a grant to be closed");
  }
  return [
    { measure: "one grant, closed after its end, p50 / p99, ms", value: figures(lateness), aim: "p99 ≤ 50" },
    { measure: "checks across the end, none allowed at or after it", value: String(asked) },
  ];
}

async function storm(system: TestSystem, lateness: number[], grants: number): Promise<Row[]> {
  lateness.length = 0;
  const start = addMs(system.deps.clock.now(), 15 * SECOND_MS);
  await seed(system, grants, (index) => addMs(start, Math.floor((index * SECOND_MS) / grants)));
  system.deps.store.wake();
  await until(() => lateness.length >= grants, 120_000, "the storm to be over");
  return [
    {
      measure: `${grants} grants ending in one second, closed after their end, p50 / p99, ms`,
      value: figures(lateness),
      aim: "p99 ≤ 1000 for 100,000",
    },
  ];
}

/** Asks again and again until well after the end; an allow at or after it fails the run. */
async function checkAcross(system: TestSystem, endsAt: Instant): Promise<number> {
  const { deps, billing } = system;
  const fiona = system.person("fabrikam", "fiona");
  let asked = 0;
  for (let after = 0; after < 5; ) {
    const before = deps.clock.now();
    const answer = must(
      await checkAccess(deps, fiona, {
        principal: fiona.ref,
        scope: billing,
        wanted: { roleDefinitionId: CONTRIBUTOR },
      }),
    );
    asked++;
    if (before < endsAt) continue;
    assert.equal(answer.allowed, false, "allowed at or after the end");
    after++;
  }
  return asked;
}

async function seed(system: TestSystem, count: number, endsAt: (index: number) => Instant): Promise<void> {
  const { deps, world, billing } = system;
  const ref = world.ref("User", "fabrikam", "fiona");
  const now = deps.clock.now();
  for (let from = 0; from < count; from += INSERT_BATCH) {
    await deps.store.inTenant(world.tenant("contoso"), async (tx) => {
      for (let index = from; index < Math.min(from + INSERT_BATCH, count); index++) {
        const grant: Grant = {
          id: asId<GrantId>(deps.ids.next()),
          tenantId: world.tenant("contoso"),
          otherTenantId: world.tenant("fabrikam"),
          version: 1,
          kind: "activation",
          requestId: null,
          underGrantId: null,
          requester: ref,
          beneficiary: ref,
          roleDefinitionId: CONTRIBUTOR,
          scope: billing,
          managedScope: null,
          applicationId: null,
          emergency: false,
          why: null,
          entitlements: [],
          gatePassedAt: null,
          review: null,
          state: { name: "active" },
          startsAt: now,
          endsAt: endsAt(index),
        };
        await tx.insertGrant(grant, dueAt(grant, now));
      }
    });
  }
}

function figures(latenessMs: readonly number[]): string {
  return `${quantile(latenessMs, 0.5).toFixed(0)} / ${quantile(latenessMs, 0.99).toFixed(0)}`;
}
