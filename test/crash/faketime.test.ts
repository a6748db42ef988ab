/**
 * Clocks that jump, drift and step back, of real PostgreSQL servers under Debian's libfaketime: the one that Curfew keeps
 * its records in, and the one that access is opened in, with real `VALID UNTIL`. Whatever they show: nothing is open past
 * its end, nothing is lost, and nothing is taken away by a wrong time. `CURFEW_FAKETIME_MINUTES=30` for the long proof.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import type { Grant } from "../../src/client/types.ts";
import { managementRoleSql } from "../../src/targets/postgres/management-role.ts";
import { ROLE_NAME } from "../../src/targets/postgres/role-name.ts";
import { type FakedCluster, noFaketime, startFakedCluster } from "../fixtures/faked-cluster.ts";
import { type Api, until } from "../fixtures/program.ts";
import { openToyWorld, type Place, type ToyWorld } from "../fixtures/toy-world.ts";

const FOR_MS = Number(process.env.CURFEW_FAKETIME_MINUTES ?? 0) * 60_000;
const HOUR_MS = 3_600_000;
const DAYS_30 = 30 * 24 * HOUR_MS;
/** A worker that does nothing else is done within a second; a machine may have much to do. */
const SLACK_MS = 6_000;
const PLACES = 3;
const ENOUGH = PLACES * 3;
const MOST_ROUNDS = 6;
const PASSWORD = "only for this cluster";
const skip = noFaketime ?? false;

let records: FakedCluster;
let target: FakedCluster;
let world: ToyWorld;
let ben: Api;
let ada: Api;
before(async () => {
  if (skip !== false) return;
  [records, target] = await Promise.all([startFakedCluster(), startFakedCluster()]);
  await records.admin("CREATE ROLE records LOGIN CREATEROLE PASSWORD 'of the records'");
  await records.admin("CREATE DATABASE records OWNER records");
  await target.admin("CREATE DATABASE orders");
  await target.admin(
    "CREATE ROLE orders_rw NOLOGIN; GRANT CONNECT ON DATABASE orders TO orders_rw",
    "orders",
  );
  const roles = { managementRole: "curfew_management", grantedRoles: ["orders_rw"] };
  await target.admin(managementRoleSql(roles), "orders");
  await target.admin(`ALTER ROLE curfew_management PASSWORD '${PASSWORD}'`);
  world = await openToyWorld(null, {
    outboundAllow: [{ tenant: null, place: target.host, port: null }],
    databaseUrl: `postgresql://records:of%20the%20records@localhost/records?host=${records.host}&port=${records.port}`,
  });
  await signIn();
});
after(async () => {
  await world?.close();
  await records?.stop();
  await target?.stop();
});

/** A token is good for ten minutes. */
const SIGN_IN_EVERY_MS = 300_000;
let signedInAtMs = 0;
async function signIn(): Promise<void> {
  [ben, ada] = [await world.person("ben"), await world.person("ada")];
  signedInAtMs = performance.now();
}

interface Opened {
  readonly id: string;
  readonly endsAt: number;
  readonly connectionString: string;
}

const database = (name: string): Promise<Place> =>
  world.place(
    name,
    {
      kind: "postgres",
      config: { host: target.host, port: target.port, database: "orders", user: "curfew_management" },
      secrets: { password: { value: PASSWORD } },
    },
    { entitlement: { role: "orders_rw" } },
  );

async function grantOf(requestId: string): Promise<Grant | undefined> {
  return (await ben.get(`/grants?requestId=${requestId}`)).body.items?.[0];
}

/** Null where it did not come to be: a clock was wrong just then, which is no fault. */
async function open(place: Place, duration: string): Promise<Opened | null> {
  const giveUpAtMs = performance.now() + 120_000;
  const { status, body } = await ben.post("/access-requests", place.ask(duration));
  if (status !== 201) {
    assert.ok([503, 422, 409].includes(status), `${status} ${JSON.stringify(body)}`);
    return null;
  }
  while (performance.now() < giveUpAtMs) {
    const grant = await grantOf(body.id);
    if (grant?.liveness === "live") {
      const secret = await ben.post(`/grants/${grant.id}/secret`, {});
      const { connectionString } = secret.body;
      if (typeof connectionString === "string")
        return { id: grant.id, endsAt: Date.parse(grant.endsAt ?? ""), connectionString };
    }
    if (grant !== undefined && ["ended", "deprovisioning"].includes(grant.state)) return null;
    await delay(100);
  }
  const grant = await grantOf(body.id);
  throw new Error(`what was asked for neither came nor ended: ${JSON.stringify(grant?.unconfirmed)}`);
}

async function canLogIn({ connectionString }: Opened): Promise<boolean> {
  const client = new pg.Client({ connectionString });
  client.on("error", () => {});
  try {
    await client.connect();
    return true;
  } catch (error) {
    assert.ok(error instanceof pg.DatabaseError, String(error));
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** By Curfew's own time, at its earliest; null while that is not known. */
function believedNow(): number | null {
  try {
    const { clock } = world.system.opened;
    clock.now();
    return clock.bounds().earliest;
  } catch {
    return null;
  }
}

/** Looks at each until it is past its end, and then that it is shut. */
async function watch(opened: readonly Opened[], isOver: () => boolean): Promise<number> {
  const shut = new Set<string>();
  for (;;) {
    for (const one of opened) {
      const now = believedNow();
      if (shut.has(one.id) || now === null || now < one.endsAt + SLACK_MS) continue;
      assert.equal(await canLogIn(one), false, `${one.id} is open ${now - one.endsAt} ms past its end`);
      const read = await ben.get(`/grants/${one.id}`);
      if (read.status === 200) assert.notEqual(read.body.liveness, "live", one.id);
      shut.add(one.id);
    }
    if (isOver() && opened.every(({ id }) => shut.has(id))) return shut.size;
    await delay(200);
  }
}

const FAULTS = {
  "records 30 days ahead": async () => {
    records.setClock(DAYS_30);
    await delay(2_500);
  },
  "target 30 days ahead": async () => {
    target.setClock(DAYS_30);
    await delay(2_500);
  },
  "records drift": () => drift(records),
  "target drifts": () => drift(target),
  "records back by an hour": async () => {
    records.setClock(-HOUR_MS);
    await delay(2_500);
  },
  "target back by an hour": async () => {
    target.setClock(-HOUR_MS);
    await delay(2_500);
  },
} as const;

async function drift(cluster: FakedCluster): Promise<void> {
  for (let ms = 0; ms <= 1_200; ms += 30) {
    cluster.setClock(ms);
    await delay(100);
  }
}

const ready = async () => (await fetch(`${world.url}/readyz`)).status;

test("no clock that is wrong opens, keeps or takes away anything", { skip }, async (t) => {
  const long = await open(await database("long"), "PT8H");
  assert.ok(long);
  const places = await Promise.all(Array.from({ length: PLACES }, (_, index) => database(`short${index}`)));
  const opened: Opened[] = [];
  let isOver = false;
  let [tried, came] = [0, 0];
  const work = places.map(async (place) => {
    while (!isOver) {
      tried++;
      const one = await open(place, "PT4S");
      if (one !== null) opened.push(one);
      if (one !== null) came++;
      await delay(one === null ? 500 : 4_500);
    }
  });
  const watching = watch(opened, () => isOver);
  // Whatever fails is told at once, and not after the last fault.
  let failed: unknown;
  watching.catch((error) => {
    failed = error;
  });
  const deadline = performance.now() + FOR_MS;
  const met = new Set<string>();
  let rounds = 0;
  t.after(() => {
    isOver = true;
  });
  do {
    rounds++;
    if (performance.now() - signedInAtMs > SIGN_IN_EVERY_MS) await signIn();
    for (const [name, happens] of Object.entries(FAULTS)) {
      const fault = happens();
      await delay(1_500);
      if (name === "records 30 days ahead" || name === "records back by an hour")
        assert.equal(await ready(), 503, name);
      if (name.includes("drift")) assert.equal(await ready(), 200, name);
      await fault;
      for (const cluster of [records, target]) cluster.setClock(0);
      await until(async () => (await ready()) === 200, 10_000, `it to be ready after: ${name}`);
      await until(
        async () => (await ben.get(`/grants/${long.id}`)).body.liveness === "live",
        60_000,
        `${name}: the long one to be live`,
      );
      assert.equal(await canLogIn(long), true, `${name}: the long one still opens`);
      met.add(name);
      if (failed !== undefined) throw failed;
      await delay(1_000);
    }
    // A busy machine opens less of it in a round.
  } while (performance.now() < deadline || (came < ENOUGH && rounds < MOST_ROUNDS));
  isOver = true;
  await Promise.all(work);
  const shut = await watching;
  t.diagnostic(`${tried} asked, ${came} opened, ${shut} seen shut, through ${met.size} kinds of faults`);
  assert.ok(came >= ENOUGH, `${came} opened`);

  const left = async () => {
    const { items } = (await ada.get("/grants?view=all&state=deprovisioning")).body;
    return items.length;
  };
  await until(async () => (await left()) === 0, 60_000, "nothing to be left in the target");
  const found = await target.admin<{ rolname: string }>("SELECT rolname FROM pg_roles");
  const temporary = found.map(({ rolname }) => rolname).filter((name) => ROLE_NAME.test(name));
  assert.equal(temporary.length, 1, `only the long one's log-in is there: ${temporary}`);
  const after = (await ben.get(`/grants/${long.id}`)).body as Grant;
  assert.deepEqual([after.state, Date.parse(after.endsAt ?? "")], ["active", long.endsAt], "no end moved");
  const [row] = await records.admin<{ ahead: number }>(
    "SELECT extract(epoch FROM high_water - clock_timestamp())::float8 AS ahead FROM instance",
    "records",
  );
  assert.ok(Number(row?.ahead) < 60, "no wrong time was stored");
  const { items } = (await ada.get("/grants?view=all&limit=200")).body as { items: Grant[] };
  const wrong = items.filter(({ endedBecause }) => !["expired", "never_live", null].includes(endedBecause));
  assert.deepEqual(wrong, [], "nothing ended but by its own end");
});
