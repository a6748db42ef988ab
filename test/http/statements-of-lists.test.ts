/** A page costs a few statements, whatever number of rows, people and organisations are in it. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { FastifyInstance } from "fastify";
import { sql } from "kysely";
import type pg from "pg";
import { accept, reject } from "../../src/domain/rejection.ts";
import { scopeKey } from "../../src/domain/scope.ts";
import { createServer } from "../../src/http/server.ts";
import { createChangeFeed } from "../../src/store/change-feed.ts";
import { connectionPool, database } from "../../src/store/database.ts";
import { identityStore } from "../../src/store/identity/identity-store.ts";
import { createStore } from "../../src/store/store.ts";
import { createMeters } from "../../src/telemetry/meters.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { openWorld, value, type World } from "../fixtures/world.ts";

const MOST = 8;
const ROWS = 130;

let world: World;
let town: Town;
let pool: pg.Pool;
let app: FastifyInstance;
const sent: string[] = [];

before(async () => {
  world = await openWorld();
  town = await world.newTown();
  pool = countingPool();
  const db = database(pool);
  const store = createStore(db, world.opened.books, world.opened.incarnation, () => {});
  const identities = identityStore(db);
  app = await createServer({
    context: {
      deps: {
        ...world.deps,
        store,
        secrets: {} as never,
        targetKinds: {} as never,
        exportKinds: {} as never,
      },
      changes: createChangeFeed(db),
      keys: {} as never,
      exports: {} as never,
    },
    origins: ["http://localhost"],
    // As with a token whose signature was looked at before: where its principal stands is asked on each call.
    authenticate: async (authorization) => {
      const caller = town.as(authorization as Name);
      const { ref } = caller;
      const admitNow = async () => {
        await identities.standing(ref, caller.session.via);
        return accept(caller);
      };
      return accept({ ref, via: caller.session.via, admit: () => accept(caller), admitNow });
    },
    authenticateSession: async () => reject("unauthenticated", "sign in first"),
    portal: null,
    health: { ready: async () => {}, metrics: async () => "" },
    trustedProxy: null,
    tls: null,
    log: null,
    calls: { meters: createMeters(), joinsTraces: false, closedEarly: () => {} },
    identity: () => {},
  });
  await fill();
});
after(async () => {
  await app?.close();
  await pool?.end();
  await world.close();
});

function countingPool(): pg.Pool {
  const made = connectionPool(world.opened.app, 2);
  made.on("connect", (client: pg.PoolClient) => {
    const query = client.query.bind(client) as (...given: unknown[]) => unknown;
    client.query = ((...given: unknown[]) => {
      const [asked] = given as [string | { readonly text: string }];
      sent.push(typeof asked === "string" ? asked : asked.text);
      return query(...given);
    }) as typeof client.query;
  });
  return made;
}

/** One of each is real; the others are its copies, a second earlier each. */
async function fill(): Promise<void> {
  value(await town.ask("frank", { scope: town.scopes.billing }));
  await world.pass();
  value(await town.ask("frank", { scope: town.scopes.orders }));
  await town.rows("contoso", async (trx) => {
    for (const [table, at] of [
      ["access_request", "createdAt"],
      ["access_grant", "startsAt"],
    ] as const) {
      const id = sql`md5(${table} || n || b.id)::uuid`;
      await sql`INSERT INTO ${sql.table(table)} (tenant_id, id, version, body, due_at)
        SELECT b.tenant_id, ${id}, 1, b.body || jsonb_build_object('id', ${id}, ${at}::text, (b.body ->> ${at}::text)::bigint - n * 1000), b.due_at
        FROM ${sql.table(table)} b, generate_series(1, ${ROWS}) n WHERE b.tenant_id = ${town.tenants.contoso}`.execute(
        trx,
      );
    }
  });
}

const ARM = () =>
  `${scopeKey(town.scopes.subscription)}/providers/Microsoft.Solutions/jitRequests?api-version=2019-07-01`;
const PAGES: readonly (readonly [Name, string, () => string])[] = [
  ["carol", "all requests of the tenant", () => "/api/v1/access-requests?view=all&limit=100"],
  ["fiona", "all requests of the publisher's people", () => "/api/v1/access-requests?view=all&limit=100"],
  ["frank", "one's own requests", () => "/api/v1/access-requests?view=mine&limit=100"],
  ["casey", "the approvals queue", () => "/api/v1/access-requests?view=toDecide&limit=100"],
  ["carol", "all grants of the tenant", () => "/api/v1/grants?view=all&limit=100"],
  ["frank", "one's own grants", () => "/api/v1/grants?view=mine&limit=100"],
  ["fiona", "JIT requests as Azure lists them", ARM],
  ["frank", "one's own JIT requests as Azure lists them", ARM],
  ["carol", "JIT requests for the consumer", ARM],
];
for (const [who, what, url] of PAGES) {
  test(`a page of 100 takes at most ${MOST} statements: ${what}`, async () => {
    const { statements, body } = await ask(who, url());
    assert.equal((body.items ?? body.value)?.length, 100);
    assert.ok(statements.length <= MOST, `${statements.length} statements:\n${statements.join("\n")}`);
  });
}

for (const who of ["casey", "carol", "frank", "nina"] as const) {
  test(`who one is and what waits takes at most ${MOST} statements, for ${who}`, async () => {
    const { statements, body } = await ask(who, "/api/v1/me");
    if (who === "casey") assert.equal(body.counts?.toDecide, 100);
    assert.ok(statements.length <= MOST, `${statements.length} statements:\n${statements.join("\n")}`);
  });
}

interface Body {
  readonly items?: readonly unknown[];
  readonly value?: readonly unknown[];
  readonly counts?: { readonly toDecide: number };
}

/** What is sent with what: transactions begin and end beside it, and say whose rows they see. */
async function ask(who: Name, url: string): Promise<{ statements: readonly string[]; body: Body }> {
  const call = () => app.inject({ method: "GET", url, headers: { authorization: who } });
  // The second call finds the books that the first one had read.
  await call();
  sent.length = 0;
  const answer = await call();
  assert.equal(answer.statusCode, 200, answer.body);
  const statements = sent.filter(
    (text) => !/^(begin|commit|rollback)/i.test(text) && !text.includes("set_config('curfew.tenant'"),
  );
  assert.ok(statements.length > 1, "what was sent is counted");
  if (process.env.CURFEW_COUNTS !== undefined) console.log(`${who} ${url}: ${statements.length}`);
  return { statements, body: answer.json() };
}
