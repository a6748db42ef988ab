/** The installation's key is rotated under two processes that go on: nobody is refused anything, and what was sealed opens. */
import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { decodeProtectedHeader } from "jose";
import { Secret, TOTP } from "otpauth";
import pg from "pg";
import { CookieJar, signInByForm } from "../../src/client/form-sign-in.ts";
import { openSystem, type Service, type System, startService } from "../../src/compose.ts";
import type { ExportId } from "../../src/domain/export-sink.ts";
import { asId, type ObjectId, type TargetId } from "../../src/domain/ids.ts";
import type { PrincipalRef } from "../../src/domain/principal.ts";
import { sealedPlaces } from "../../src/domain/sealed-places.ts";
import { readKeys } from "../../src/store/data-key.ts";
import { checkOut, connectionPool, openConnection } from "../../src/store/database.ts";
import { openStore } from "../../src/store/open-store.ts";
import { SEALED_COLUMNS } from "../../src/store/reseal.ts";
import { withTenant } from "../../src/store/within-tenant.ts";
import { type Api, apiWith, until } from "../fixtures/program.ts";
import { must } from "../fixtures/system.ts";
import { startTargetCluster, type TargetCluster } from "../fixtures/target-cluster.ts";

const PASSWORD = "correct horse battery";
const ISSUER = "http://curfew.example";
const WITHIN_MS = 20_000;

interface Replica {
  readonly dataDir: string;
  readonly system: System;
  readonly service: Service;
  readonly url: string;
  readonly lines: string[];
}

let cluster: TargetCluster;
let folder: string;
let databaseUrl: string;
let a: Replica;
let b: Replica;
let operator: PrincipalRef;
let frieda: { readonly ref: PrincipalRef; readonly totp: TOTP; readonly recoveryCode: string };
let targetId: TargetId;
/** Of the operator, from before anything was rotated. */
let before1: Api;
let jar: CookieJar;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "curfew-keys-"));
  cluster = await startTargetCluster();
  await cluster.admin("CREATE ROLE records LOGIN CREATEROLE PASSWORD 'of the records'");
  await cluster.admin("CREATE DATABASE records OWNER records");
  databaseUrl = `postgresql://records:of%20the%20records@localhost/records?host=${cluster.host}&port=${cluster.port}`;
  a = await startReplica("a");
  mkdirSync(join(folder, "b"));
  copyFileSync(keyFile(a), join(folder, "b", "key"));
  b = await startReplica("b");
  operator = await setUp(a);
  frieda = await withSecondFactor(a);
  targetId = await withTarget(a);
  jar = new CookieJar();
  before1 = await signIn(a, jar);
});
after(async () => {
  for (const replica of [...running]) await stopReplica(replica);
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A second close of the same ends in an error. */
const running = new Set<Replica>();

async function stopReplica(replica: Replica): Promise<void> {
  running.delete(replica);
  await replica.service.close();
  await replica.system.close();
}

const keyFile = ({ dataDir }: Pick<Replica, "dataDir">): string => join(dataDir, "key");

async function startReplica(name: string): Promise<Replica> {
  const dataDir = join(folder, name);
  const lines: string[] = [];
  const system = await openSystem({
    dataDir,
    databaseUrl,
    keyFile: null,
    log: () => {},
    outboundAllow: [],
  });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const service = await startService(system, {
    issuer: ISSUER,
    origins: [url],
    deviceFlow: false,
    trustedProxy: null,
    portal: null,
    log: (line) => lines.push(line),
  });
  await service.listen("127.0.0.1", port, null);
  const replica = { dataDir, system, service, url, lines };
  running.add(replica);
  return replica;
}

async function freePort(): Promise<number> {
  const { createServer } = await import("node:http");
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function setUp({ service }: Replica): Promise<PrincipalRef> {
  const token = (await service.identity.setup.prepare()) ?? "";
  const given = {
    tenantName: "contoso",
    displayName: "Omar",
    email: "omar@contoso.example",
    password: PASSWORD,
  };
  return must(await service.identity.setup.spend(token, given));
}

async function withSecondFactor({ system }: Replica) {
  const { accounts, codes } = system.secretKeeper;
  const ref = { tenantId: operator.tenantId, objectId: asId<ObjectId>(randomUUID()) };
  const email = "frieda@contoso.example";
  const made = must(accounts.newTotp(ref, email));
  const hash = must(await accounts.hashPassword(PASSWORD));
  const recovery = codes.newRecoveryCodes();
  await withTenant(system.opened.db, ref.tenantId, ({ trx }) =>
    trx
      .insertInto("principal")
      .values({
        tenant_id: ref.tenantId,
        object_id: ref.objectId,
        kind: "user",
        name: "frieda",
        display_name: "Frieda",
        email,
        linked_tenant_id: null,
        linked_object_id: null,
      })
      .execute(),
  );
  await system.opened.store.inTenant(ref.tenantId, async (tx) => {
    await tx.accounts.setPassword(ref, email, hash);
    await tx.accounts.setTotp(ref, made.sealed);
    await tx.accounts.setRecoveryCodes(ref, recovery.hashes);
  });
  return {
    ref,
    totp: new TOTP({ secret: Secret.fromBase32(made.base32) }),
    recoveryCode: recovery.codes[0] ?? "",
  };
}

async function withTarget({ system }: Replica): Promise<TargetId> {
  const id = asId<TargetId>(randomUUID());
  const { tenantId } = operator;
  const sink = asId<ExportId>(id);
  const signing = system.deps.secrets.sealExport(tenantId, sink, { signing: "of the export" });
  await withTenant(system.opened.db, tenantId, ({ trx }) =>
    trx
      .insertInto("export_sink")
      .values({
        tenant_id: tenantId,
        id: sink,
        name: "watch",
        body: "{}" as never,
        sealed_secrets: signing,
      } as never)
      .execute(),
  );
  const sealed_secrets = system.deps.secrets.sealTarget(tenantId, id, { password: "of the target" });
  await withTenant(system.opened.db, tenantId, ({ trx }) =>
    trx
      .insertInto("target")
      .values({ tenant_id: tenantId, id, name: "orders", body: "{}" as never, sealed_secrets } as never)
      .execute(),
  );
  return id;
}

async function signIn({ url }: Replica, kept = new CookieJar()): Promise<Api> {
  const { accessToken } = await signInByForm({
    baseUrl: url,
    email: "omar@contoso.example",
    password: PASSWORD,
    jar: kept,
  });
  return apiWith(url, accessToken);
}

async function signInFrieda({ url }: Replica): Promise<Api> {
  const { accessToken } = await signInByForm({
    baseUrl: url,
    email: "frieda@contoso.example",
    password: PASSWORD,
    code: () => frieda.totp.generate(),
  });
  return apiWith(url, accessToken);
}

async function owning<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(a.system.opened.owner);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Every sealed value there is, and how many of them open with the current key alone. */
async function sealedWith({ system }: Replica): Promise<{ total: number; current: number; empty: string[] }> {
  return owning(async (owner) => {
    const counts = { total: 0, current: 0, empty: [] as string[] };
    for (const { table, column, place } of SEALED_COLUMNS) {
      const { rows } = await owner.query(
        `SELECT *, ${column} AS value FROM ${table} WHERE length(${column}) > 0`,
      );
      if (rows.length === 0) counts.empty.push(table);
      for (const row of rows) {
        counts.total++;
        try {
          system.opened.key.openNow(place(row), row.value);
          counts.current++;
        } catch {
          // Another key's.
        }
      }
    }
    return counts;
  });
}

const rotate = (api: Api, body: object = {}) =>
  api.post("/key/rotate", { justification: "every half a year", ...body });
const phaseAt = async (api: Api): Promise<string | null> =>
  (await api.get("/key")).body.rotation?.phase ?? null;
const kidOf = (api: Api) => decodeProtectedHeader(api.token).kid;

async function published({ url }: Replica): Promise<string[]> {
  const { keys } = (await (await fetch(`${url}/oauth/jwks`)).json()) as { keys: { kid: string }[] };
  return keys.map(({ kid }) => kid);
}

/** Makes an hour go by, for the key before. */
async function anHourLater(): Promise<void> {
  await owning((owner) =>
    owner.query(
      "UPDATE installation_key SET current_from = current_from - interval '1 hour' WHERE retired_at IS NULL; NOTIFY curfew_keys",
    ),
  );
}

/** What is asked of both replicas all the time, and everything that was not answered as it should be. */
function callingAllTheTime(...calls: readonly (() => Promise<unknown>)[]) {
  const failures: string[] = [];
  let answered = 0;
  let stopped = false;
  const loops = calls.map(async (call) => {
    while (!stopped) {
      try {
        await call();
        answered++;
      } catch (error) {
        failures.push(String(error));
      }
      await delay(15);
    }
  });
  return {
    async stop() {
      stopped = true;
      await Promise.all(loops);
      return { failures, answered };
    },
  };
}

const meOf = (api: Api) => async () => {
  const { status, body } = await api.get("/me");
  assert.equal(status, 200, JSON.stringify(body));
};

test("every column that holds sealed values is sealed anew: the schema knows no other", async () => {
  const { rows } = await owning((owner) =>
    owner.query(`SELECT table_name AS table, column_name AS column FROM information_schema.columns
      WHERE table_schema = 'public' AND data_type = 'bytea' AND column_name LIKE '%sealed%' ORDER BY 1`),
  );
  const known = SEALED_COLUMNS.map(({ table, column }) => ({ table, column }));
  assert.deepEqual(
    rows,
    known.sort((x, y) => (x.table < y.table ? -1 : 1)),
  );
  assert.deepEqual((await sealedWith(a)).empty, [], "the test has a value in each of them");
});

test("the new key waits for a process that does not hold it, names it, and everything goes on by the old one", async () => {
  const begun = await rotate(before1);
  assert.equal(begun.status, 200, JSON.stringify(begun.body));
  assert.equal(begun.body.rotation.phase, "announced");
  await until(
    async () => (await before1.get("/key")).body.rotation.waitingFor.length === 1,
    WITHIN_MS,
    "one to wait for",
  );
  const [{ waitingFor }] = [(await before1.get("/key")).body.rotation];
  assert.match(waitingFor[0], new RegExp(`:${process.pid}$`));
  assert.equal(readKeys(keyFile(a)).length, 2);
  assert.equal(statSync(keyFile(a)).mode & 0o777, 0o600);
  assert.equal((await before1.get("/key")).body.generation, 1);
  // Published before anything is signed with it.
  await until(async () => (await published(a)).length === 2, WITHIN_MS, "the next signing key");
  assert.equal(kidOf(await signIn(a)), kidOf(before1));
  const again = await rotate(before1);
  assert.deepEqual(
    [again.status, again.body.rotation.phase],
    [200, "announced"],
    "asking again changes nothing",
  );
  await assert.rejects(
    openStore({ dataDir: folder, databaseUrl, keyFile: onlyLine(keyFile(a), 1), log: () => {} }),
    /is not the one .* nothing was changed/,
    "the new key alone opens nothing yet",
  );
});

test("nobody is refused anything while it is rotated, and both keys are accepted afterwards", async () => {
  const onB = apiWith(b.url, before1.token);
  const calling = callingAllTheTime(
    meOf(before1),
    meOf(onB),
    async () => meOf(apiWith(b.url, (await signIn(a)).token))(),
    async () => meOf(apiWith(a.url, (await signIn(b)).token))(),
    // Whoever connects anew, in each process, has the right password.
    ...[a, b].map(({ system }) => async () => {
      const pool = connectionPool(system.opened.app, 1, { use: "test" });
      (await checkOut(pool)).release(true);
      await pool.end();
      await (await openConnection(system.opened.app, { use: "test" })).end();
    }),
  );
  await delay(300);
  copyFileSync(keyFile(a), keyFile(b));
  await until(
    async () => (await phaseAt(before1)) === "bothAccepted",
    WITHIN_MS,
    "both to be accepted",
    () => [...a.lines, ...b.lines].join("\n"),
  );
  await delay(500);
  const { failures, answered } = await calling.stop();
  assert.deepEqual(failures, []);
  assert.ok(answered > 20);

  assert.equal((await before1.get("/key")).body.generation, 2);
  for (const replica of [a, b]) {
    const { total, current } = await sealedWith(replica);
    assert.equal(current, total);
    assert.ok(total > 5);
    const { secrets } = replica.system.deps;
    const { rows } = await owning((owner) =>
      owner.query("SELECT sealed_secrets FROM target WHERE id = $1", [targetId]),
    );
    assert.deepEqual(secrets.openTarget(operator.tenantId, targetId, rows[0].sealed_secrets), {
      password: "of the target",
    });
    const { rows: sinks } = await owning((owner) =>
      owner.query("SELECT sealed_secrets FROM export_sink WHERE id = $1", [targetId]),
    );
    const sink = asId<ExportId>(targetId);
    assert.deepEqual(secrets.openExport(operator.tenantId, sink, sinks[0].sealed_secrets), {
      signing: "of the export",
    });
    // Who had a browser's session has it still, at either process.
    const seen = await fetch(`${replica.url}/api/v1/me`, {
      headers: { cookie: jar.headerFor(new URL(a.url)) },
    });
    assert.equal(seen.status, 200);
    assert.equal((await published(replica)).length, 2);
  }
  const later = await signInFrieda(b);
  assert.notEqual(kidOf(later), kidOf(before1));
  assert.equal((await apiWith(a.url, later.token).get("/me")).status, 200);
  const hashes = [a, b].map(({ system }) => system.secretKeeper.codes.recoveryHash(frieda.recoveryCode));
  const spent = await a.system.opened.store.inTenant(operator.tenantId, (tx) =>
    tx.accounts.spendRecoveryCode(frieda.ref, hashes[0] as Buffer),
  );
  assert.ok(spent !== null, "a recovery code from before works");
  assert.deepEqual(hashes[0], hashes[1]);
});

test("the database takes the new passwords, the old ones no more, and whoever has lost every session comes back", async () => {
  const [older, newer] = readKeys(keyFile(a));
  for (const role of ["curfew_owner", "curfew_app"]) {
    const connect = (key = newer) =>
      cluster.connect(role, key?.derive(`database role ${role}`).toString("base64url") ?? "", "records");
    await (await connect()).end();
    await assert.rejects(connect(older), /password authentication failed/);
  }
  await cluster.admin(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename IN ('curfew_app', 'curfew_owner')",
  );
  for (const { url } of [a, b])
    await until(
      async () => (await apiWith(url, before1.token).get("/me")).status === 200,
      WITHIN_MS,
      "it to serve",
    );
});

test("a second rotation within the hour is refused with its reason", async () => {
  const { status, body } = await rotate(before1);
  assert.equal(status, 400);
  assert.match(
    body.detail ?? body.message,
    /was rotated already.*accepted until .*rotate again once it is retired/,
  );
});

test("after the hour the key before is retired: it is out of the files, its signing key is gone, and it starts nothing", async () => {
  const later = await signIn(a);
  const old = onlyLine(keyFile(a), 0);
  await anHourLater();
  await until(
    async () => (await phaseAt(later)) === null,
    WITHIN_MS,
    "the key to be retired",
    () => a.lines.join("\n"),
  );
  for (const replica of [a, b]) {
    await until(() => readKeys(keyFile(replica)).length === 1, WITHIN_MS, "the file to be tidy");
    assert.equal(readFileSync(`${keyFile(replica)}.retired-1`, "utf8"), readFileSync(old, "utf8"));
    await until(async () => (await published(replica)).length === 1, WITHIN_MS, "one signing key");
    assert.equal((await apiWith(replica.url, later.token).get("/me")).status, 200);
    assert.equal((await apiWith(replica.url, before1.token).get("/me")).status, 401);
  }
  const passwords = () =>
    cluster.admin("SELECT rolpassword FROM pg_authid WHERE rolname LIKE 'curfew_%' ORDER BY 1");
  const was = await passwords();
  await assert.rejects(
    openStore({ dataDir: folder, databaseUrl, keyFile: old, log: () => {} }),
    /is not the one .* nothing was changed/,
  );
  assert.deepEqual(await passwords(), was);
  await (await openStore({ dataDir: folder, databaseUrl, keyFile: keyFile(b), log: () => {} })).close();
  const { rows } = await owning((owner) =>
    owner.query(
      "SELECT type, actor_kind, count(*)::int AS count FROM audit_entry WHERE type LIKE 'key.%' GROUP BY 1, 2 ORDER BY 1",
    ),
  );
  assert.deepEqual(rows, [
    { type: "key.rotation_begun", actor_kind: "user", count: 1 },
    { type: "key.rotation_finished", actor_kind: "system", count: 1 },
  ]);
  before1 = later;
});

test("a key file that cannot be written is said, and a key that was put there beforehand is taken", async () => {
  const obstacle = `${keyFile(a)}.new`;
  mkdirSync(obstacle);
  const { status, body } = await rotate(before1);
  assert.equal(status, 400);
  assert.match(body.detail ?? body.message, /cannot be written \(\w+\).*openssl rand -base64 32/);
  rmSync(obstacle, { recursive: true, force: true });
  assert.equal((await phaseAt(before1)) as string | null, null);
  const given = randomBytes(32).toString("base64");
  writeFileSync(keyFile(a), `${readFileSync(keyFile(a), "utf8")}${given}\n`);
  assert.equal((await rotate(before1)).body.rotation.phase, "announced");
  assert.deepEqual(readFileSync(keyFile(a), "utf8").trim().split("\n").length, 2);
});

test("left behind on an operator's word, a process is not ready, and is again once it has the key", async () => {
  await until(
    async () => (await before1.get("/key")).body.rotation.waitingFor.length === 1,
    WITHIN_MS,
    "b to be named",
  );
  assert.equal((await rotate(before1, { leaveBehind: true })).status, 200);
  await until(async () => (await phaseAt(before1)) === "bothAccepted", WITHIN_MS, "the new key");
  const ready = async () => (await fetch(`${b.url}/readyz`)).status;
  await until(async () => (await ready()) === 503, WITHIN_MS, "b not to be ready");
  assert.ok(b.lines.some((line) => /does not hold the installation's key: copy the key file/.test(line)));
  await assert.rejects(
    openStore({ dataDir: folder, databaseUrl, keyFile: keyFile(b), log: () => {} }),
    /is not the one .* After a rotation it is the newer one/,
  );
  copyFileSync(keyFile(a), keyFile(b));
  await until(async () => (await ready()) === 200, WITHIN_MS, "b to be ready again");
  const { rows } = await owning((owner) =>
    owner.query("SELECT totp_sealed FROM local_account WHERE object_id = $1", [frieda.ref.objectId]),
  );
  assert.ok(b.system.secretKeeper.openTotp(frieda.ref, rows[0].totp_sealed));
  assert.equal((await apiWith(a.url, (await signIn(b)).token).get("/me")).status, 200);
  assert.equal(existsSync(`${keyFile(a)}.retired-2`), false);
});

test("a process that holds only the new key neither seals the rest anew nor retires what it cannot open", async () => {
  const [line] = readFileSync(keyFile(a), "utf8").trim().split("\n").slice(-1);
  const before = readKeys(keyFile(a))[0];
  const late = before?.seal(sealedPlaces.secondFactor(frieda.ref), frieda.totp.secret.base32);
  for (const replica of [a, b]) await stopReplica(replica);
  // As if it had been stored late, or the database been restored to the midst of a rotation.
  await owning((owner) =>
    owner.query("UPDATE local_account SET totp_sealed = $2 WHERE object_id = $1", [
      frieda.ref.objectId,
      late,
    ]),
  );
  await cluster.admin("UPDATE installation_key SET leave_behind = false", "records");
  const lone = join(folder, "lone");
  mkdirSync(lone);
  writeFileSync(join(lone, "key"), `${line}\n`);
  const c = await startReplica("lone");
  await anHourLater();
  const standing = () => cluster.admin("SELECT 1 FROM installation_key WHERE retired_at IS NULL", "records");
  try {
    const isSaid = async () => c.lines.some((said) => /does not hold the key before/.test(said));
    await until(isSaid, WITHIN_MS, "the line", () => c.lines.join("\n"));
    assert.equal((await standing()).length, 2, "not retired");
  } finally {
    [a, b] = [await startReplica("a"), await startReplica("b")];
    await stopReplica(c);
  }
  await until(async () => (await standing()).length === 1, WITHIN_MS, "the key to be retired");
  const { rows } = await owning((owner) =>
    owner.query("SELECT totp_sealed FROM local_account WHERE object_id = $1", [frieda.ref.objectId]),
  );
  assert.ok(a.system.secretKeeper.openTotp(frieda.ref, rows[0].totp_sealed));
});

/** A file with one line of another. */
function onlyLine(file: string, index: number): string {
  const line = readFileSync(file, "utf8").trim().split("\n")[index] ?? "";
  const alone = join(folder, `line-${randomUUID()}`);
  writeFileSync(alone, `${line}\n`);
  return alone;
}
