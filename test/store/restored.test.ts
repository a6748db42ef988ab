/** Whether a database was restored: told by the file beside the key, by the PostgreSQL that it is in, or by whoever starts it. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import pg from "pg";
import { RESTORED_BECAUSE, type WhyRestored } from "../../src/domain/restored.ts";
import { connectionPool, database } from "../../src/store/database.ts";
import { migrate } from "../../src/store/migrations/index.ts";
import { type OpenStore, openStore } from "../../src/store/open-store.ts";
import { until } from "../fixtures/program.ts";
import { startTargetCluster, type TargetCluster } from "../fixtures/target-cluster.ts";

const TENANT = "11111111-1111-4111-8111-111111111111";
const OTHER = "22222222-2222-4222-8222-222222222222";
const FORBID = "REVOKE EXECUTE ON FUNCTION pg_control_system(), pg_walfile_name(pg_lsn) FROM PUBLIC";
let cluster: TargetCluster;
let folder: string;
const opened = new Set<OpenStore>();
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "curfew-restored-"));
  cluster = await startTargetCluster();
  await cluster.admin("CREATE ROLE records LOGIN CREATEROLE PASSWORD 'of the records'");
  await cluster.admin("CREATE DATABASE records OWNER records");
  await (await open()).close();
  await cluster.admin(
    `INSERT INTO tenant (tenant_id, name, display_name) VALUES ('${TENANT}', 'contoso', 'Contoso')`,
    "records",
  );
});
after(async () => {
  for (const store of opened) await store.close();
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await cluster.admin("SELECT restore_confirm()", "records");
});

async function open(more: { dataDir?: string; restored?: boolean } = {}): Promise<OpenStore> {
  const databaseUrl = `postgresql://records:of%20the%20records@localhost/records?host=${cluster.host}&port=${cluster.port}`;
  const keyFile = join(folder, "key");
  const store = await openStore({
    ...{ dataDir: join(folder, "data"), databaseUrl, keyFile, log: () => {} },
    ...more,
  });
  const close = async () => {
    opened.delete(kept);
    await store.close();
  };
  const kept = { ...store, close };
  opened.add(kept);
  return kept;
}

const why = (store: OpenStore): WhyRestored | null => store.incarnation.pending()?.why ?? null;

/** Opens it, asks, and closes it. */
async function whyAtStart(more: Parameters<typeof open>[0] = {}): Promise<WhyRestored | null> {
  const store = await open(more);
  const found = why(store);
  await store.close();
  return found;
}

/** A backup is a copy of the whole database, and a restore puts it in the place of what there is. */
async function backUp(): Promise<void> {
  await cluster.admin("DROP DATABASE IF EXISTS backup");
  await cluster.admin("CREATE DATABASE backup TEMPLATE records");
}
async function restore(from = "backup"): Promise<void> {
  await cluster.admin("DROP DATABASE records WITH (FORCE)");
  await cluster.admin(`CREATE DATABASE records OWNER records TEMPLATE ${from}`);
}

const file = () => join(folder, "data", "incarnation");

test("every start is a row, the file names the newest, and a start after a start is no restore", async () => {
  const count = async () =>
    (await cluster.admin<{ n: number }>("SELECT count(*)::int AS n FROM incarnation", "records"))[0]?.n ?? 0;
  const before = await count();
  for (const _ of [1, 2]) {
    const store = await open();
    assert.equal(why(store), null);
    assert.ok(readFileSync(file(), "utf8").startsWith(`${store.incarnation.id()} `));
    await store.close();
  }
  assert.equal(await count(), before + 2);
  assert.deepEqual(readdirSync(join(folder, "data")), ["incarnation"], "nothing is left beside it");
});

test("a backup from before the last start is noticed, at each start until it is confirmed, and not again after it", async () => {
  await backUp();
  await whyAtStart();
  await restore();
  const store = await open();
  assert.equal(why(store), "older");
  await store.close();
  assert.equal(await whyAtStart(), "older", "a restart confirms nothing");
  const again = await open();
  assert.equal(await again.incarnation.confirm(), true);
  await again.clock.beat();
  assert.equal(why(again), null);
  assert.equal(await again.incarnation.confirm(), false);
  await again.close();
  assert.equal(await whyAtStart(), null);
  await restore();
  assert.equal(await whyAtStart(), "older", "restored a second time from the same backup");
});

interface Begun {
  /** What the file of whoever starts says: the incarnation, and how far the database was. */
  readonly kept?: string;
  readonly aheadS?: number;
  readonly repairs?: number;
  /** Whether it had seen the last confirmation. */
  readonly confirmed?: boolean;
  readonly identifier?: string;
  readonly said?: WhyRestored;
  readonly accompanied?: boolean;
}

/** A start as the database sees it; `because` of how things stand only here. */
async function whyOf(begun: Begun, because = ""): Promise<WhyRestored | null> {
  const { kept = null, aheadS = 0, repairs = 0, confirmed = false } = begun;
  const { identifier = null, said = null, accompanied = false } = begun;
  const text = (value: string | null) => (value === null ? "NULL" : pg.escapeLiteral(value));
  // One session for all of it, which takes it back when it ends.
  const [row] = await cluster.admin<{ restored: WhyRestored | null }>(
    `BEGIN; UPDATE instance SET repairs = 0; UPDATE incarnation SET restored = NULL, confirmed_at = NULL; ${because};
     SELECT incarnation_begin('${OTHER}', ${kept}, (SELECT high_water FROM instance) + interval '${aheadS} seconds', ${repairs}, ${confirmed ? "(SELECT max(confirmed_at) FROM incarnation)" : "NULL"}, ${text(identifier)}, ${text(said)}, ${accompanied});
     SELECT restored FROM incarnation WHERE id = '${OTHER}'`,
    "records",
  );
  return row?.restored ?? null;
}
const NEWEST = "(SELECT id FROM incarnation ORDER BY started_at DESC LIMIT 1)";
const OLDER = "(SELECT id FROM incarnation ORDER BY started_at LIMIT 1)";
const ANOTHERS = "gen_random_uuid()";

test("what the file says, against what the database knows", async () => {
  const cases: readonly (readonly [string, Begun, WhyRestored | null, string?])[] = [
    ["as it was left", { kept: NEWEST }, null],
    ["killed between the row and the file", { kept: OLDER }, null],
    [
      "restored to before the last start, or the file of another installation",
      { kept: ANOTHERS, aheadS: 3_600 },
      "older",
    ],
    ["restored to since the last start, an hour back", { kept: NEWEST, aheadS: 3_600 }, "older"],
    ["the mark is written when it is five seconds behind", { kept: NEWEST, aheadS: 10 }, null],
    [
      "an operator lowered a wrong mark",
      { kept: NEWEST, aheadS: 3_600 },
      null,
      "UPDATE instance SET repairs = 1",
    ],
    ["restored to before an operator lowered it", { kept: NEWEST, repairs: 1, aheadS: 1 }, "older"],
    [
      "the file of a process that did not run since a restore was confirmed",
      { kept: ANOTHERS },
      null,
      "UPDATE incarnation SET confirmed_at = now()",
    ],
    [
      "and of one that did",
      { kept: ANOTHERS, confirmed: true },
      "older",
      "UPDATE incarnation SET confirmed_at = now()",
    ],
    [
      "a process that hung while a restore was noticed and confirmed by another",
      { kept: ANOTHERS, said: "older" },
      null,
      "UPDATE incarnation SET confirmed_at = now()",
    ],
    [
      "and one that ran on, and is restored beneath again",
      { kept: ANOTHERS, said: "older", confirmed: true },
      "older",
      "UPDATE incarnation SET confirmed_at = now()",
    ],
    ["no file, and nothing to say that it was", {}, null],
    ["no file, and whoever starts it says so", { said: "declared" }, "declared"],
    ["the file is there, and whoever starts it says so", { kept: NEWEST, said: "declared" }, "declared"],
    ["the embedded database without its file", { accompanied: true }, "unaccompanied"],
    [
      "the embedded database at the first start that writes one",
      { accompanied: true },
      null,
      "DELETE FROM incarnation",
    ],
    [
      "in another PostgreSQL",
      { kept: NEWEST },
      "elsewhere",
      "UPDATE incarnation SET system_identifier = '1'",
    ],
    [
      "in one that nobody may ask",
      { kept: NEWEST },
      null,
      `UPDATE incarnation SET system_identifier = '1'; ${FORBID}`,
    ],
    [
      "in one that only the set-up user may ask",
      { kept: NEWEST, identifier: "2" },
      "elsewhere",
      `UPDATE incarnation SET system_identifier = '1'; ${FORBID}`,
    ],
    [
      "never set up",
      { kept: ANOTHERS, said: "declared", accompanied: true },
      null,
      "TRUNCATE tenant CASCADE",
    ],
  ];
  for (const [words, begun, expected, because] of cases)
    assert.equal(await whyOf(begun, because), expected, words);
});

test("a file that says something else is named, and nothing starts", async () => {
  const kept = readFileSync(file());
  writeFileSync(file(), "");
  await assert.rejects(
    open(),
    /the file `.*incarnation` does not say what this installation saw last.*CURFEW_RESTORED=1/,
  );
  writeFileSync(file(), kept);
});

test("replicas that start side by side have a file each, and after one restore one confirmation is enough for all", async () => {
  const dirs = ["a", "b"].map((name) => join(folder, name));
  const both = () => Promise.all(dirs.map((dataDir) => open({ dataDir })));
  for (const store of await both()) await store.close();
  await backUp();
  for (const store of await both()) {
    assert.equal(why(store), null);
    await store.close();
  }
  await restore();
  const [first] = dirs;
  const a = await open({ dataDir: first ?? "" });
  assert.equal(why(a), "older");
  await a.incarnation.confirm();
  await a.clock.beat();
  // The second one's file is of before the restore as well, and of nothing that was since.
  const b = await open({ dataDir: dirs[1] ?? "" });
  assert.equal(why(b), null);
  for (const store of [a, b]) await store.close();
});

test("a backup that is put in the place of one that was too old is noticed, though both know of confirmations", async () => {
  await cluster.admin("DROP DATABASE IF EXISTS oldest");
  await cluster.admin("CREATE DATABASE oldest TEMPLATE records");
  await cluster.admin("UPDATE incarnation SET restored = NULL, confirmed_at = NULL", "oldest");
  // A restore of long ago, which every backup since knows of.
  assert.equal(await whyAtStart({ restored: true }), "declared");
  await cluster.admin("SELECT restore_confirm()", "records");
  await whyAtStart();
  await backUp();
  await restore("oldest");
  assert.equal(await whyAtStart(), "older");
  await restore();
  assert.equal(await whyAtStart(), "older", "and so is the right one");
});

test("what was confirmed while a process runs is in its file at once", async () => {
  const store = await open({ restored: true });
  await store.incarnation.confirm();
  await store.clock.beat();
  const [row] = await cluster.admin<{ at: Date }>(
    "SELECT max(confirmed_at) AS at FROM incarnation",
    "records",
  );
  const at = new Date(row?.at ?? 0).toISOString();
  await until(() => readFileSync(file(), "utf8").includes(at.slice(0, 19)), 5_000, "the file");
  await store.close();
});

test("one of two replicas notices, and the other one holds still with the next pulse", async () => {
  const [a, b] = [
    await open({ dataDir: join(folder, "a") }),
    await open({ dataDir: join(folder, "c"), restored: true }),
  ];
  assert.equal(why(b), "declared");
  await a.clock.beat();
  assert.equal(why(a), "declared");
  for (const store of [a, b]) await store.close();
});

test("restored beneath a running process it is noticed, and everything that was read is forgotten", async () => {
  await backUp();
  const store = await open();
  const lines: string[] = [];
  let moved = 0;
  store.incarnation.onLine((line) => lines.push(line));
  store.onMoved(() => moved++);
  await restore();
  await until(() => why(store) === "older", 5_000, "the restore to be noticed");
  await until(() => lines.length >= 2, 5_000, "the lines");
  assert.ok(moved >= 1);
  assert.match(
    lines.join("\n"),
    /everything is read again[\s\S]*restored_unconfirmed: .*curfew restore confirm/,
  );
  await store.close();
});

test("a new timeline alone is a failover: everything is read again, and nobody has to confirm it", async () => {
  const store = await open();
  const [forgotten, lines]: [string[], string[]] = [[], []];
  store.onMoved(() => forgotten.push("books"));
  store.incarnation.onLine((line) => lines.push(line));
  const owner = new pg.Client(store.owner);
  await owner.connect();
  const { rows } = await owner.query("SELECT pg_get_functiondef('database_place'::regproc) AS text");
  await owner.query(rows[0].text.replace("left(pg_walfile_name(pg_current_wal_lsn()), 8)", "'0000000F'"));
  await until(() => lines.length > 0, 5_000, "the failover to be noticed");
  assert.deepEqual([forgotten, why(store)], [["books"], null]);
  await store.clock.beat();
  await store.clock.beat();
  assert.equal(forgotten.length, 1, "it is one step");
  await owner.query(rows[0].text);
  await owner.end();
  await store.close();
});

test("where the file cannot be written that is said once, with what to do after a restore", async () => {
  const lines: string[] = [];
  const store = await open({ dataDir: "/sys/nowhere" });
  store.incarnation.onLine((line) => lines.push(line));
  assert.match(
    lines.join("\n"),
    /^the file `\/sys\/nowhere\/incarnation` cannot be written.*CURFEW_RESTORED=1.*$/,
  );
  assert.equal(why(store), null);
  await store.close();
});

test("a backup of before this was kept is noticed, for the file is there", async () => {
  await cluster.admin("DROP DATABASE IF EXISTS backup");
  await cluster.admin("CREATE DATABASE backup OWNER records");
  const store = await open();
  const { owner } = store;
  await store.close();
  await cluster.admin(
    "GRANT CREATE ON SCHEMA public TO curfew_owner; GRANT CREATE ON DATABASE backup TO curfew_owner",
    "backup",
  );
  const pool = connectionPool({ ...owner, database: "backup" }, 2);
  await migrate(database(pool) as never, "0023-clock");
  await pool.end();
  await cluster.admin(
    `INSERT INTO tenant (tenant_id, name, display_name) VALUES ('${TENANT}', 'contoso', 'Contoso')`,
    "backup",
  );
  await restore();
  assert.equal(await whyAtStart(), "older");
});

test("each reason is a clause that goes on from `the database was restored:`", () => {
  for (const words of Object.values(RESTORED_BECAUSE)) assert.match(words, /^[a-z].*[^.]$/);
});
