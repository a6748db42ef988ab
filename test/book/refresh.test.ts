/** A book that is brought up to date says what one that is loaded whole says, and what the rows themselves say. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { sql } from "kysely";
import { asId, type RoleDefinitionId } from "../../src/domain/ids.ts";
import { CONTRIBUTOR_ID, READER_ID } from "../../src/domain/role-definition.ts";
import { scopeLineage } from "../../src/domain/scope.ts";
import type { Tx } from "../../src/use-cases/ports.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { openWorld, type World } from "../fixtures/world.ts";
import { assertRefreshed, keptBook } from "./kept-book.ts";
import { apply, CHANGES, change, type Party, PEOPLE } from "./policy-changes.ts";

const PARTIES = ["contoso", "fabrikam"] as const;
const RUNS = Number(process.env.CURFEW_MODEL_RUNS ?? 8);
const SEED = Number(process.env.CURFEW_MODEL_SEED ?? Date.now() % 2 ** 31);

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

test(`whatever changes, refreshed is whole, and both say what the rows say: ${RUNS} lives, seed ${SEED}`, async (t) => {
  t.diagnostic(`CURFEW_MODEL_SEED=${SEED} CURFEW_MODEL_RUNS=${RUNS} repeats this run`);
  const reached = new Map<string, number>(Object.keys(CHANGES).map((name) => [name, 0]));
  const note = (what: string) => reached.set(what, (reached.get(what) ?? 0) + 1);
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 12, maxLength: 20 }), async (changes) => {
      const town = await world.newTown();
      const kept = {
        contoso: keptBook(world.opened, town.tenants.contoso),
        fabrikam: keptBook(world.opened, town.tenants.fabrikam),
      };
      for (const party of PARTIES) await assertRefreshed(kept[party]);
      for (const [number, one] of changes.entries()) {
        const versions = { contoso: await kept.contoso.version(), fabrikam: await kept.fabrikam.version() };
        await apply(town, one);
        const other = one.tenant === "contoso" ? "fabrikam" : "contoso";
        assert.equal(await kept[other].version(), versions[other], "nothing of the other tenant moves");
        const moved = (await kept[one.tenant].version()) - versions[one.tenant];
        assert.ok(moved === 0 || (moved === 1 && !one.rolledBack), `moved by ${moved}`);
        const { read } = await assertRefreshed(kept[one.tenant]);
        assert.equal(read === null, moved === 0, "what did not change is not read");
        assert.notEqual(read?.whole, true, "only what changed is read");
        for (const name of one.rolledBack ? ["rolled back"] : one.names) note(name);
        if (number % 4 === 3) for (const party of PARTIES) await assertSameAnswers(town, party);
      }
    }),
    { numRuns: RUNS, seed: SEED, endOnFailure: process.env.CURFEW_MODEL_SHRINK === undefined },
  );
  t.diagnostic([...reached].map(([what, times]) => `${times} ${what}`).join(", "));
  const never = [...reached].filter(([, times]) => times === 0).map(([what]) => what);
  assert.ok(RUNS < 8 || never.length === 0, `never happened: ${never.join("; ")}`);
});

/** As the books say it, and as a transaction is told that changes configuration: by its own rows. */
async function assertSameAnswers(town: Town, party: Party): Promise<void> {
  const tenantId = town.tenants[party];
  const { store } = world.deps;
  const byBook = await store.inTenant(tenantId, (tx) => answers(tx, town, party));
  const byRows = await store.inTenant(tenantId, async (tx) => {
    await tx.takeTurns([tenantId], []);
    return answers(tx, town, party);
  });
  assert.deepEqual(byBook, byRows);
}

async function answers(tx: Tx, town: Town, party: Party): Promise<unknown> {
  // Everybody of this tenant, and some of the other.
  const refs = [...PEOPLE[party], "frank", "deployer", "bot", "guest"].map((name) => town.ref(name as Name));
  const bindings = (await tx.targets.bindings()).sort((a, b) => (a.id < b.id ? -1 : 1));
  const scopes = Object.values(town.scopes);
  const pinned = asId<RoleDefinitionId>("0000000a-0000-4000-8000-000000000000");
  const own = PEOPLE[party].map(town.ref);
  const each = async <T, R>(all: readonly T[], ask: (one: T) => Promise<R>): Promise<R[]> => {
    const found: R[] = [];
    for (const one of all) found.push(await ask(one));
    return found;
  };
  const bare = <T extends object>(all: readonly T[]) => all.map((one) => ({ ...one, name: undefined }));
  return {
    tenant: await tx.tenants.find(tx.tenantId),
    identity: await each(refs, async (ref) => {
      const found = await tx.directory.identity(ref);
      const groups = [...(found?.groups ?? [])].sort((a, b) => (a.objectId < b.objectId ? -1 : 1));
      const { name, ...principal } = { name: null, ...found?.principal };
      return { principal, groups };
    }),
    membersOf: await each(refs, async (ref) => bare(await tx.directory.membersOf(ref))),
    usersReachedBy: await each([...refs.map((ref) => [ref]), refs], async (some) =>
      (await tx.directory.usersReachedBy(some)).map(({ objectId }) => objectId).sort(),
    ),
    subscriptions: await tx.tenants.subscriptions(),
    roles: await tx.policy.roles(),
    named: await tx.policy.roles([CONTRIBUTOR_ID, READER_ID]),
    pinned: await tx.policy.roles([pinned]),
    eligibilities: bare(await tx.policy.eligibilities({})),
    ofOne: await each(refs, async (ref) => bare(await tx.policy.eligibilities({ principals: [ref] }))),
    there: await each(scopes, async (at) =>
      bare(await tx.policy.eligibilities({ scopeKeys: scopeLineage(at) })),
    ),
    storedSettings: await each([CONTRIBUTOR_ID, READER_ID], async (id) =>
      (
        await tx.policy.storedSettings(
          id,
          scopes.map((at) => at.toLowerCase()),
        )
      )
        .map(({ scopeKey, tier, override, version }) => ({ scopeKey, tier, override, version }))
        .sort((a, b) => (a.scopeKey < b.scopeKey ? -1 : 1)),
    ),
    tiers: await tx.policy.tiers(),
    rulesName: await each(own, (ref) => tx.policy.rulesName([ref])),
    applicationAt: await each(scopes, (at) => tx.applications.at(at)),
    application: await tx.applications.find(town.orders.id),
    bindings,
    targets: await each(bindings, ({ targetId }) => tx.targets.find(targetId)),
  };
}

test("a gap in what was written down leads to the whole", async () => {
  const town = await world.newTown();
  const kept = keptBook(world.opened, town.tenants.contoso);
  const { version } = (await assertRefreshed(kept)).book;
  for (const name of ["casey", "chris", "cora"] as const) await town.join("backend", name);
  await town.rows("contoso", (trx) =>
    sql`DELETE FROM policy_change WHERE version = ${version + 2}`.execute(trx),
  );
  const { read, book } = await assertRefreshed(kept);
  assert.deepEqual([read?.whole, book.version], [true, version + 3]);
  // From there on it goes by what changed again.
  await town.leave("backend", "cora");
  assert.deepEqual((await assertRefreshed(kept)).read, { rows: 1, whole: false });
});

test("where everything older was taken away, who is up to date still reads only what changes", async () => {
  const town = await world.newTown();
  const kept = keptBook(world.opened, town.tenants.contoso);
  await assertRefreshed(kept);
  await town.rows("contoso", (trx) => sql`DELETE FROM policy_change`.execute(trx));
  await town.bury("cora");
  assert.deepEqual((await assertRefreshed(kept)).read, { rows: 1, whole: false });
});

test("a change that is rolled back moves nothing, and leaves no gap", async () => {
  const town = await world.newTown();
  const kept = keptBook(world.opened, town.tenants.contoso);
  const { version } = (await assertRefreshed(kept)).book;
  const rolledBack = town.change("contoso", async (trx) => {
    await trx.deleteFrom("group_member").execute();
    throw new Error("rolled back");
  });
  await assert.rejects(rolledBack, /rolled back/);
  assert.equal(await kept.version(), version);
  await town.join("backend", "cora");
  const { read, book } = await assertRefreshed(kept);
  assert.deepEqual([read, book.version], [{ rows: 1, whole: false }, version + 1]);
});

test("two changes of one tenant take turns and get numbers one after the other; another tenant's does not wait", async () => {
  const town = await world.newTown();
  const [here, there] = PARTIES.map((party) => keptBook(world.opened, town.tenants[party]));
  assert.ok(here !== undefined && there !== undefined);
  const { version } = (await assertRefreshed(here)).book;
  const elsewhere = (await assertRefreshed(there)).book.version;
  const order: string[] = [];
  const wrote = gate();
  const mayCommit = gate();
  const first = town.change("contoso", async (trx) => {
    await trx.deleteFrom("group_member").where("member_id", "=", town.ref("cora").objectId).execute();
    wrote.open();
    await mayCommit.opened;
    order.push("first");
  });
  await wrote.opened;
  const second = town.join("backend", "casey").then(() => order.push("second"));
  await town.join("firstLine", "fred");
  assert.equal(await there.version(), elsewhere + 1);
  assert.equal(await waitingForTurns(), 1, "the second waits for its turn");
  assert.equal(await here.version(), version);
  mayCommit.open();
  await Promise.all([first, second]);
  assert.deepEqual(order, ["first", "second"]);
  const { read, book } = await assertRefreshed(here);
  assert.deepEqual([read, book.version], [{ rows: 2, whole: false }, version + 2]);
});

async function waitingForTurns(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const { rows } = await sql<{ waiting: number }>`
      SELECT count(*)::int AS waiting FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`.execute(
      world.opened.db,
    );
    if (rows[0]?.waiting === 1) return 1;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return 0;
}

function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}
