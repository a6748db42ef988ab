/** PostgreSQL frozen, stopped and started again: every call is answered in time, the process lives, and it serves again by itself. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { createServer } from "node:net";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { until } from "../fixtures/program.ts";
import { type Answer, type Away, type Call, openAway } from "./away.ts";

const ANSWERED_WITHIN_MS = 1_000;
const SERVING_AGAIN_WITHIN_MS = 5_000;

let away: Away;
let frank: Call;
before(async () => {
  away = await openAway();
  frank = await away.as("frank");
});
after(() => away.close());

const asked = () => ({
  scope: away.ready.applications.orders,
  roleDefinitionIds: [away.ready.roles.Contributor],
  duration: "PT30M",
  justification: "fix order 4711",
});
const check = () =>
  frank("POST", "/api/v1/decisions/check", {
    principalId: away.ready.personas.frank?.objectId,
    scope: away.ready.applications.orders,
    roleDefinitionId: away.ready.roles.Contributor,
  });

async function servesAgain(): Promise<number> {
  const startMs = performance.now();
  const works = async () => (await check()).status === 200 && (await frank("GET", "/readyz")).status === 200;
  await until(works, SERVING_AGAIN_WITHIN_MS, "it to serve again", away.log);
  const preview = await frank("POST", "/api/v1/access-requests/preview", asked());
  assert.equal(preview.status, 200, JSON.stringify(preview.body));
  return performance.now() - startMs;
}

function assertUnavailable(what: string, { status, headers, tookMs, body }: Answer): void {
  assert.equal(status, 503, `${what}: ${JSON.stringify(body)}`);
  assert.ok(Number(headers.get("retry-after")) > 0, `${what} says when to come again`);
  assert.ok(tookMs < ANSWERED_WITHIN_MS, `${what} took ${tookMs} ms`);
}

test("forty asks that wait behind one locked row keep no check waiting", async (t) => {
  await p99OfChecks();
  const idleMs = await p99OfChecks();
  const asks: Promise<Answer>[] = [];
  const busyMs = await away.whileLocked("SELECT FROM tenant FOR UPDATE", async () => {
    asks.push(...Array.from({ length: 40 }, () => frank("POST", "/api/v1/access-requests", asked())));
    await delay(300);
    const measured = await p99OfChecks();
    const waiting = await away.admin("SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
    assert.ok(waiting.length >= 8, `only ${waiting.length} wait`);
    return measured;
  });
  // Nothing of it is under way any more when the next one begins.
  for (const { status } of await Promise.all(asks)) assert.ok(status < 500 || status === 503, String(status));
  t.diagnostic(`p99 of checks: ${idleMs.toFixed(1)} ms, while asks wait ${busyMs.toFixed(1)} ms`);
  // Measured on a quiet machine it is twice at most; a check that waits for a connection takes seconds.
  assert.ok(busyMs < Math.max(4 * idleMs, 250), `${busyMs} ms instead of ${idleMs} ms`);
});

async function p99OfChecks(): Promise<number> {
  const took: number[] = [];
  for (let time = 0; time < 150; time++) {
    const { status, tookMs } = await check();
    assert.equal(status, 200);
    took.push(tookMs);
  }
  return took.sort((a, b) => a - b)[148] ?? 0;
}

test("while PostgreSQL is frozen every call is answered with 503 within a second, and afterwards it serves again", async (t) => {
  await check();
  const orders = away.ready.applications.orders ?? "";
  const thaw = away.freeze();
  try {
    // At once, when nobody knows yet; and later, when everybody does.
    for (const moment of ["at first", "later"]) {
      const [checked, ask, list, ready, azure, graph] = await Promise.all([
        check(),
        frank("POST", "/api/v1/access-requests", asked(), { "idempotency-key": moment.replace(" ", "-") }),
        frank("GET", "/api/v1/grants?view=mine"),
        frank("GET", "/readyz"),
        frank("GET", `${orders}/jitRequests?api-version=2021-07-01`),
        frank("GET", "/v1.0/roleManagement/directory/roleAssignmentScheduleRequests"),
      ]);
      for (const [what, answer] of Object.entries({ checked, ask, list, azure, graph }))
        assertUnavailable(`${what} ${moment}`, answer);
      assert.match(checked.headers.get("content-type") ?? "", /problem\+json/);
      assert.equal(checked.body.code, "unavailable");
      assert.equal(typeof azure.body.error.code, "string");
      assert.equal(typeof graph.body.error.code, "string");
      assert.equal(ready.status, 503);
      assert.ok(ready.tookMs < ANSWERED_WITHIN_MS);
      t.diagnostic(
        `${moment}: check after ${Math.round(checked.tookMs)} ms, ask after ${Math.round(ask.tookMs)} ms`,
      );
      await delay(500);
    }
  } finally {
    thaw();
  }
  t.diagnostic(`served again after ${Math.round(await servesAgain())} ms`);
  assert.ok(away.isAlive());
});

for (const how of ["fast", "immediate"] as const) {
  test(`stopped (${how}) and started again: 503 meanwhile, at most two tries a second, and serving again within 5 s`, async (t) => {
    await away.stopDatabase(how);
    for (let time = 0; time < 3; time++) assertUnavailable(how, await check());
    assert.equal((await frank("GET", "/readyz")).status, 503);
    const tries = await countTries(4_000);
    t.diagnostic(`${tries} tries in 4 s`);
    assert.ok(tries >= 4 && tries <= 9, `${tries} tries in 4 s`);
    await away.startDatabase();
    t.diagnostic(`served again after ${Math.round(await servesAgain())} ms`);
    assert.ok(away.isAlive());
  });
}

/** Stands where PostgreSQL stood, counts who knocks, and lets nobody in. */
async function countTries(forMs: number): Promise<number> {
  let tries = 0;
  const door = createServer((socket) => {
    tries++;
    socket.destroy();
  });
  rmSync(away.socket, { force: true });
  await new Promise<void>((resolve) => door.listen(away.socket, resolve));
  await delay(forMs);
  await new Promise((resolve) => door.close(resolve));
  rmSync(away.socket, { force: true });
  return tries;
}
