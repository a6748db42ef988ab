/** Request, approve, live, durably: as a share of what the same database commits at all in the same run. */
import assert from "node:assert/strict";
import { sql } from "kysely";
import { connectionPool, database } from "../../src/store/database.ts";
import { checkAccess } from "../../src/use-cases/grants/check-access.ts";
import { deactivateGrant } from "../../src/use-cases/grants/end-grant.ts";
import { decideRequest } from "../../src/use-cases/requests/decide-request.ts";
import { submitRequest } from "../../src/use-cases/requests/submit-request.ts";
import { askFor, CONTRIBUTOR, must, openTestSystem, type TestSystem } from "../../test/fixtures/system.ts";
import { quantile, range, rate, type Scenario } from "../scenario.ts";

const DURATION_MS = 3_600_000;

export const lifecycle: Scenario = {
  name: "lifecycle",
  question: "how close does request → approve → live come to the bare commits of its database?",
  async run({ quick }) {
    const system = await openTestSystem(null);
    try {
      const rounds = quick ? 1 : 5;
      const roundMs = quick ? 300 : 2_000;
      const commits: number[] = [];
      const lives: number[] = [];
      const untilTrueMs: number[] = [];
      const bare = await bareCommits(system);
      for (let round = 0; round < rounds; round++) {
        commits.push(await rate(1, roundMs, () => bare.commit()));
        lives.push(await rate(1, roundMs, async () => void untilTrueMs.push(await oneLife(system))));
      }
      await bare.close();
      const ratios = lives.map((perSecond, round) => perSecond / ((commits[round] ?? Number.NaN) / 2));
      return [
        { measure: "bare commits per second, one at a time", value: range(commits, 0) },
        { measure: "lives per second (ask, approve, check, end), one at a time", value: range(lives, 0) },
        { measure: "lives / (bare commits / 2)", value: range(ratios, 3), aim: "≥ 0.60" },
        {
          measure: "approve → check true, p99, ms",
          value: quantile(untilTrueMs, 0.99).toFixed(1),
          aim: "≤ 5",
        },
      ];
    } finally {
      await system.remove();
    }
  },
};

/** From the approver's call to the first answer `true`, in milliseconds. */
async function oneLife(system: TestSystem): Promise<number> {
  const { deps, orders } = system;
  const frank = system.person("fabrikam", "frank");
  const casey = system.person("contoso", "casey");
  const request = must(await submitRequest(deps, frank, askFor(orders, DURATION_MS)));
  const start = performance.now();
  const decision = {
    decision: "approve",
    justification: "fine",
    terms: null,
    surfaceAsks: true,
    expectedVersion: null,
  } as const;
  const decided = must(await decideRequest(deps, casey, { ...decision, requestId: request.id }));
  const question = { principal: frank.ref, scope: orders, wanted: { roleDefinitionId: CONTRIBUTOR } };
  let answer = must(await checkAccess(deps, frank, question));
  // The clock's bounds are a fraction of a millisecond wide: the start lies within them for that long.
  while (!answer.allowed) answer = must(await checkAccess(deps, frank, question));
  const tookMs = performance.now() - start;
  const [grantId] = decided.state.name === "approved" ? decided.state.grantIds : [];
  assert.ok(grantId !== undefined && answer.grants.some((grant) => grant.id === grantId));
  must(await deactivateGrant(deps, frank, grantId));
  return tookMs;
}

async function bareCommits({ opened }: TestSystem) {
  const pool = connectionPool(opened.owner, 1);
  const db = database(pool);
  await sql`CREATE TABLE bench_commit (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz DEFAULT now())`.execute(
    db,
  );
  return {
    commit: async () => void (await sql`INSERT INTO bench_commit DEFAULT VALUES`.execute(db)),
    close: () => pool.end(),
  };
}
