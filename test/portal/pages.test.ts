/** Pages: each row once and in order, only what one may see, and full however much others asked in between. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import { type Scope, scopeKey } from "../../src/domain/scope.ts";
import type { PageAsk } from "../../src/use-cases/ports.ts";
import { listGrants } from "../../src/use-cases/views/read-grants.ts";
import { listRequests, readRequest } from "../../src/use-cases/views/read-requests.ts";
import { listAssignmentSchedules } from "../../src/use-cases/views/read-schedules.ts";
import { listRequestLives } from "../../src/use-cases/views/request-lives.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

/** Of every row so many more, of somebody nobody knows; `apartMs` from one to the next, 0 for the same instant. */
async function multiply(town: Town, by: number, apartMs: number): Promise<void> {
  await town.rows("contoso", async (trx) => {
    for (const [table, at] of [
      ["access_request", "createdAt"],
      ["access_grant", "startsAt"],
    ] as const) {
      await sql`INSERT INTO ${sql.table(table)} (tenant_id, id, version, body, due_at)
        SELECT b.tenant_id, v.id, 1, b.body || jsonb_build_object('id', v.id, ${at}::text, (b.body ->> ${at}::text)::bigint + n * ${apartMs}::int,
          'requester', jsonb_build_object('tenantId', b.body #> '{requester,tenantId}', 'objectId', v.id), 'beneficiary', jsonb_build_object('tenantId', b.body #> '{beneficiary,tenantId}', 'objectId', v.id)), b.due_at
        FROM ${sql.table(table)} b, generate_series(1, ${by}::int) n, LATERAL (SELECT md5(b.id::text || n)::uuid AS id) v WHERE b.tenant_id = ${town.tenants.contoso}`.execute(
        trx,
      );
    }
  });
}

async function busyTown(): Promise<Town> {
  const town = await world.newTown();
  value(await town.ask("frank", { scope: town.scopes.orders }));
  value(await town.ask("frank", { scope: town.scopes.billing }));
  value(await town.ask("colin"));
  value(await town.ask("colin", { scope: town.scopes.db, roles: ["Reader"] }));
  await world.pass();
  return town;
}

type Row = { readonly id: string; readonly at: number };

async function allPages(read: (page: PageAsk) => Promise<Row[]>, limit: number) {
  const all: Row[] = [];
  for (;;) {
    const after = all.at(-1);
    const found = await read(after === undefined ? { limit } : { limit, after });
    all.push(...found);
    if (found.length < limit) return all;
  }
}

for (const [apartMs, how] of [
  [0, "of one instant"],
  [1_000, "of many"],
] as const) {
  test(`pages bring each row once, the newest first, where rows are ${how}`, async () => {
    const town = await busyTown();
    await multiply(town, 12, apartMs);
    const rows = await town.rows("contoso", (trx) =>
      trx.selectFrom("access_request").select(["id", "created_at as at"]).execute(),
    );
    const held = await town.rows("contoso", (trx) =>
      trx.selectFrom("access_grant").select(["id", "starts_at as at"]).execute(),
    );
    for (const who of ["carol", "fiona"] as const) {
      for (const limit of [1, 7, 50]) {
        const requests = await allPages(async (page) => {
          const found = value(await listRequests(world.deps, town.as(who), "all", page));
          return found.map(({ request: { id, createdAt } }) => ({ id, at: createdAt }));
        }, limit);
        const grants = await allPages(async (page) => {
          const found = value(await listGrants(world.deps, town.as(who), "all", page));
          return found.map(({ grant: { id, startsAt } }) => ({ id, at: startsAt }));
        }, limit);
        if (who === "carol") {
          assert.deepEqual(requests, inOrder(rows));
          assert.deepEqual(grants, inOrder(held));
        }
        // A publisher sees those about its applications: two of four.
        else assert.deepEqual([requests.length, requests], [rows.length / 2, inOrder(requests)]);
      }
    }
  });
}

function inOrder(rows: readonly Row[]): Row[] {
  return [...rows].sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1));
}

for (const who of ["carol", "casey", "chris", "colin", "cora", "frank", "fiona", "fred", "nina"] as const) {
  test(`what ${who} is listed is what ${who} may read`, async () => {
    const town = await busyTown();
    await multiply(town, 5, 1_000);
    const ids = await town.rows("contoso", (trx) => trx.selectFrom("access_request").select("id").execute());
    const readable = [];
    for (const { id } of ids) {
      const found = await readRequest(world.deps, town.as(who), id as never);
      if (found.ok) readable.push(id);
    }
    const listed = await listRequestLives(world.deps, town.as(who), { limit: 200 }, "jitRequest");
    assert.deepEqual(listed.items.map(({ request }) => request.id as string).sort(), readable.sort());
    assert.equal(listed.after, null);
  });
}

test("a page is full, however many requests of others lie before one's own", async () => {
  const town = await busyTown();
  await multiply(town, 300, 1_000);
  const of = async (who: Name, scope: Scope) => {
    const filter = { limit: 1, about: "applications", under: scopeKey(scope) } as const;
    const found = await listRequestLives(world.deps, town.as(who), filter, "jitRequest");
    return found.items.map(({ request }) => request.requester.objectId);
  };
  assert.deepEqual(await of("frank", town.scopes.subscription), [town.ref("frank").objectId]);
  assert.deepEqual(await of("nina", town.scopes.subscription), []);
  const held = await listAssignmentSchedules(world.deps, town.as("frank"), town.scopes.billing, { limit: 1 });
  assert.deepEqual(
    held.items.map(({ requester }) => requester.objectId),
    [town.ref("frank").objectId],
  );
});

test("what somebody decided, and what waits for them, is found behind what others did", async () => {
  const town = await busyTown();
  await multiply(town, 40, 1_000);
  const asked = value(await town.ask("bot"));
  value(await town.decide("casey", asked, { decision: "deny", justification: "not now" }));
  const decided = value(await listRequests(world.deps, town.as("casey"), "decided", { limit: 10 }));
  assert.deepEqual(
    decided.map(({ request }) => request.id),
    [asked.id],
  );
  assert.deepEqual(value(await listRequests(world.deps, town.as("chris"), "decided", { limit: 10 })), []);
  const ids = async (who: Name, limit: number) =>
    value(await listRequests(world.deps, town.as(who), "toDecide", { limit })).map(({ request }) => request);
  // Those of people whom nobody knows have no seats any more.
  assert.deepEqual(
    (await ids("casey", 10)).map(({ requester }) => requester.objectId).sort(),
    [town.ref("colin").objectId, town.ref("frank").objectId].sort(),
  );
  assert.equal((await ids("casey", 1)).length, 1);
  assert.deepEqual(await ids("cora", 10), []);
});
