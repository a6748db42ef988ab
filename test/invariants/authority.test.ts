/** One answer to "who was named" and to "may they": whoever looks, lists, revokes or reviews is told the same. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import { type AccessRequest, whoWasNamed } from "../../src/domain/access-request.ts";
import type { Grant } from "../../src/domain/grant.ts";
import type { RoleSettings } from "../../src/domain/role-settings.ts";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import { reviewGrant, revokeGrant } from "../../src/use-cases/grants/end-grant.ts";
import { cancelRequest } from "../../src/use-cases/requests/decide-request.ts";
import { readGrant } from "../../src/use-cases/views/read-grants.ts";
import { listRequests, readRequest } from "../../src/use-cases/views/read-requests.ts";
import { listRequestLives } from "../../src/use-cases/views/request-lives.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

/** Casey decides, and after an hour guest as well, through nothing but the escalation. */
async function escalating(more: Partial<RoleSettings> = {}): Promise<Town> {
  const town = await world.newTown();
  const escalation = { afterMs: HOUR_MS, to: [town.ref("guest")] };
  await town.setRules("Contributor", town.scopes.web, {
    justificationRequired: false,
    approval: { mode: "manual", stages: [town.stage(["casey"], { escalation })] },
    ...more,
  });
  return town;
}

async function only(town: Town, request: AccessRequest): Promise<Grant> {
  const [grant] = await town.grantsOf(request);
  assert.ok(grant);
  return grant;
}

/** Whether each way to a request leads somebody to it, and to its grant. */
async function sees(town: Town, who: Name, request: AccessRequest): Promise<boolean[]> {
  const caller = town.as(who);
  const listed = await listRequestLives(world.deps, caller, { limit: 100 }, "jitRequest");
  const grants = await town.grantsOf(request);
  const read = await Promise.all(grants.map(({ id }) => readGrant(world.deps, caller, id)));
  return [
    (await readRequest(world.deps, caller, request.id)).ok,
    listed.items.some((one) => one.request.id === request.id),
    ...read.map(({ ok }) => ok),
  ];
}

test("who approved by escalation sees what came of it, and revokes it", async () => {
  const town = await escalating();
  const asked = value(await town.ask("colin"));
  world.clock.advance(HOUR_MS + MINUTE_MS);
  const approved = value(await town.approve("guest", asked));
  assert.deepEqual(await sees(town, "guest", approved), [true, true, true]);
  const decided = value(await listRequests(world.deps, town.as("guest"), "decided", { limit: 10 }));
  assert.deepEqual(
    decided.map(({ request }) => request.id),
    [asked.id],
  );
  value(await revokeGrant(world.deps, town.as("guest"), (await only(town, approved)).id, "enough"));
});

test("who was named by escalation and did not decide revokes as well; who was never named does not, nor sees it", async () => {
  const town = await escalating();
  const approved = value(await town.approve("casey", value(await town.ask("colin"))));
  const { id } = await only(town, approved);
  assert.deepEqual(await sees(town, "chris", approved), [false, false, false]);
  assert.equal(codeOf(await revokeGrant(world.deps, town.as("chris"), id, "no seat")), "forbidden");
  assert.deepEqual(await sees(town, "guest", approved), [true, true, true]);
  value(await revokeGrant(world.deps, town.as("guest"), id, "enough"));
});

for (const who of ["casey", "guest"] as const) {
  test(`an emergency is seen by whoever its rules name, reviewed and ended by them: ${who}`, async () => {
    const town = await escalating({ emergency: { allowed: true, maximumDurationMs: HOUR_MS } });
    const request = value(await town.ask("colin", { emergency: true }));
    assert.equal(request.state.name, "approved");
    assert.deepEqual(await sees(town, who, request), [true, true, true]);
    const { id } = await only(town, request);
    const review = { grantId: id, outcome: "justified", justification: "the site was down" } as const;
    value(await reviewGrant(world.deps, town.as(who), review));
    value(await revokeGrant(world.deps, town.as(who), id, "over"));
    assert.deepEqual(await sees(town, "chris", request), [false, false, false]);
  });
}

test("who left the group through which they were named sees and revokes no more", async () => {
  const town = await escalating();
  await town.setRules("Contributor", town.scopes.web, {
    justificationRequired: false,
    approval: { mode: "manual", stages: [town.stage(["approvers"])] },
  });
  const approved = value(await town.approve("casey", value(await town.ask("colin"))));
  assert.deepEqual(await sees(town, "chris", approved), [true, true, true]);
  await town.leave("onCall", "chris");
  assert.deepEqual(await sees(town, "chris", approved), [false, false, false]);
  const { id } = await only(town, approved);
  assert.equal(codeOf(await revokeGrant(world.deps, town.as("chris"), id, "once")), "forbidden");
});

test("the list finds by the same names as memory tells", async () => {
  const town = await escalating({ emergency: { allowed: true, maximumDurationMs: HOUR_MS } });
  value(await town.ask("colin", { emergency: true }));
  value(await town.ask("colin", { startAt: addMs(world.clock.now(), 2 * DAY_MS) }));
  await town.setPolicy({ mode: "automatic", approvers: [town.ref("casey"), town.ref("onCall")] });
  value(await town.ask("frank", { scope: town.scopes.orders }));
  const stored = await town.rows("contoso", async (trx) => {
    const { rows } = await sql<{ body: AccessRequest; named: string[] }>`
      SELECT r.body, ARRAY(SELECT n.principal_id::text FROM request_by_principal n
        WHERE n.request_id = r.id AND n.how = 'named' ORDER BY 1) AS named FROM access_request r`.execute(
      trx,
    );
    return rows;
  });
  assert.ok(stored.length >= 3);
  for (const { body, named } of stored) {
    const told = new Set<string>(whoWasNamed(body).map(({ objectId }) => objectId));
    assert.deepEqual(named, [...told].sort());
    assert.ok(named.length > 0);
  }
});

test("a request waits for those who are named in it while it is pending, and for nobody afterwards", async () => {
  const town = await world.newTown();
  await town.setRules("Contributor", town.scopes.web, {
    justificationRequired: false,
    approval: { mode: "manual", stages: [town.stage(["casey"]), town.stage(["onCall"])] },
  });
  const waitsFor = (id: string) =>
    town.rows("contoso", async (trx) => {
      const { rows } = await sql<{ id: string }>`SELECT principal_id::text AS id FROM request_by_principal
        WHERE request_id = ${id} AND how = 'waiting' ORDER BY 1`.execute(trx);
      return rows.map((row) => row.id);
    });
  const all = [town.ref("casey").objectId, town.ref("onCall").objectId].sort();
  const half = value(await town.ask("colin"));
  value(await town.decide("casey", half, { decision: "approve", justification: "yes" }));
  assert.deepEqual(await waitsFor(half.id), all);
  value(await town.decide("chris", half, { decision: "approve", justification: "yes" }));
  assert.deepEqual(await waitsFor(half.id), []);
  const later = (days: number) => ({ startAt: addMs(world.clock.now(), days * DAY_MS) });
  const denied = value(await town.ask("colin", later(2)));
  const canceled = value(await town.ask("colin", later(4)));
  assert.deepEqual([await waitsFor(denied.id), await waitsFor(canceled.id)], [all, all]);
  value(await town.decide("casey", denied, { decision: "deny", justification: "no" }));
  value(await cancelRequest(world.deps, town.as("colin"), canceled.id));
  assert.deepEqual([await waitsFor(denied.id), await waitsFor(canceled.id)], [[], []]);
});
