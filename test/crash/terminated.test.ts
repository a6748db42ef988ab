/** Every session terminated five times a second under load: the process lives, errors are 503, and what was acknowledged is there. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { until } from "../fixtures/program.ts";
import { type Answer, type Away, type Call, openAway } from "./away.ts";

const STORM_MS = 10_000;
// On a machine with much to do, no ask may fit between two terminations; then a slower storm follows.
const LONGEST_STORM_MS = 30_000;
const SLOWER_MS = 1_500;
const EVERY_MS = 200;
// Below the limit of calls that one address may make in a minute.
const PAUSE_MS = 40;

let away: Away;
let frank: Call;
let casey: Call;
before(async () => {
  away = await openAway();
  frank = await away.as("frank");
  casey = await away.as("casey");
});
after(() => away.close());

test("sessions that are terminated under load cost 503 at most, and nothing that was acknowledged", {
  timeout: 90_000,
}, async (t) => {
  const seen = new Map<number, number>();
  const note = (answer: Answer): Answer => {
    seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
    assert.ok(answer.status < 500 || answer.status === 503, JSON.stringify(answer.body));
    return answer;
  };
  const acknowledged = new Map<string, "pending" | "canceled">();
  const startMs = performance.now();
  const rages = () => {
    const forMs = performance.now() - startMs;
    return forMs < STORM_MS || (acknowledged.size === 0 && forMs < LONGEST_STORM_MS);
  };
  const inStorm = async (work: () => Promise<void>): Promise<void> => {
    while (rages()) {
      await work();
      await delay(PAUSE_MS);
    }
  };
  const storm = inStorm(async () => {
    await away.admin(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename IN ('curfew_app', 'curfew_owner')",
    );
    await delay(performance.now() - startMs < STORM_MS ? EVERY_MS - PAUSE_MS : SLOWER_MS);
  });
  await Promise.all([
    storm,
    inStorm(() => askAndCancel(frank, note, acknowledged)),
    inStorm(async () => void note(await check(frank))),
    inStorm(async () => void note(await casey("GET", "/api/v1/me"))),
    inStorm(async () => void note(await casey("GET", "/api/v1/access-requests?view=toDecide"))),
  ]);
  t.diagnostic(`answers: ${JSON.stringify(Object.fromEntries(seen))}, acknowledged: ${acknowledged.size}`);
  assert.ok(away.isAlive());
  assert.ok((seen.get(503) ?? 0) > 0, "the storm was felt");
  assert.ok(acknowledged.size > 0, "something was acknowledged");
  await until(async () => (await check(frank)).status === 200, 5_000, "it to serve again", away.log);
  for (const [id, state] of acknowledged) {
    const { status, body } = await frank("GET", `/api/v1/access-requests/${id}`);
    assert.equal(status, 200, `${id} was acknowledged and is lost`);
    if (state === "canceled") assert.equal(body.state, "canceled");
  }
});

/** What was acknowledged is noted as such; of everything else nobody knows, and the list says what there is. */
async function askAndCancel(
  call: Call,
  note: (answer: Answer) => Answer,
  acknowledged: Map<string, "pending" | "canceled">,
): Promise<void> {
  const asked = note(
    await call(
      "POST",
      "/api/v1/access-requests",
      {
        scope: away.ready.applications.orders,
        roleDefinitionIds: [away.ready.roles.Contributor],
        duration: "PT30M",
        justification: "fix order 4711",
      },
      { "idempotency-key": randomUUID() },
    ),
  );
  if (asked.status === 201) acknowledged.set(asked.body.id, "pending");
  const mine = note(await call("GET", "/api/v1/access-requests?view=mine&state=pending"));
  if (mine.status !== 200) return;
  for (const { id } of mine.body.items) {
    const canceled = note(await call("POST", `/api/v1/access-requests/${id}/cancel`, {}));
    if (canceled.status === 200) acknowledged.set(id, "canceled");
  }
}

function check(call: Call): Promise<Answer> {
  return call("POST", "/api/v1/decisions/check", {
    principalId: away.ready.personas.frank?.objectId,
    tenantId: away.ready.personas.frank?.tenantId,
    scope: away.ready.applications.orders,
    roleDefinitionId: away.ready.roles.Contributor,
  });
}
