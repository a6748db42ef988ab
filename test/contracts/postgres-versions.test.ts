/** A PostgreSQL that is too old to be a target is named as such wherever one looks, in one sentence with what to do. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import pg from "pg";
import { createOutbound } from "../../src/outbound/places.ts";
import { refuseOld } from "../../src/store/bootstrap.ts";
import { openStore } from "../../src/store/open-store.ts";
import { postgresTarget } from "../../src/targets/postgres/postgres-target.ts";
import { tooOld } from "../../src/targets/postgres/preflight.ts";
import { TargetFault } from "../../src/targets/target.ts";
import { type PlainCluster, packagedVersions, startPlainCluster } from "../fixtures/plain-cluster.ts";
import { systemClock } from "./target-harness.ts";

const SENTENCE =
  /^a target needs PostgreSQL 16 or newer, because in older ones CREATEROLE is nearly a superuser; this is `[^`]+`: upgrade this cluster \(.*apt\.postgresql\.org\), or use another one$/;

test("16 is new enough, 15 and 9.6 are not", () => {
  assert.equal(tooOld({ version: "16.0", versionNumber: 160_000 }), null);
  assert.equal(tooOld({ version: "18.4", versionNumber: 180_004 }), null);
  for (const [version, versionNumber] of [
    ["15.18 (Debian 15.18-0+deb12u1)", 150_018],
    ["9.6.24", 90_624],
  ] as const) {
    const fault = tooOld({ version, versionNumber });
    assert.equal(fault?.kind, "permanent");
    assert.match(fault.message, SENTENCE);
    assert.ok(fault.message.includes(`\`${version}\``));
  }
});

const old = packagedVersions()
  .filter((version) => version < 16)
  .sort((a, b) => b - a)[0];
const skip = old === undefined ? "no PostgreSQL before 16 is installed here" : false;
let cluster: PlainCluster;
before(async () => {
  if (old === undefined) return;
  cluster = await startPlainCluster(old);
  const client = new pg.Client({ connectionString: cluster.superuserUrl("postgres") });
  await client.connect();
  await client.query(
    "CREATE ROLE curfew_management LOGIN CREATEROLE PASSWORD 'only here'; CREATE ROLE orders_rw",
  );
  await client.end();
});
after(() => cluster?.stop());

test("for Curfew's own data 15 is new enough, and 14 is refused with what to do", () => {
  refuseOld("15.18 (Debian 15.18-0+deb12u1)");
  refuseOld("18.4");
  for (const version of ["14.19 (Ubuntu 14.19-0ubuntu0.22.04.1)", "9.6.24"])
    assert.throws(
      () => refuseOld(version),
      /needs PostgreSQL 15 or newer, and this is `[^`]+`: upgrade it, or leave CURFEW_DATABASE_URL out/,
    );
});

test("Curfew's own data may be in a PostgreSQL 15", {
  skip: old === 15 ? false : skip || "it is not a 15",
}, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "curfew-versions-"));
  const superuser = new pg.Client({ connectionString: cluster.superuserUrl("postgres") });
  await superuser.connect();
  await superuser.query("CREATE DATABASE records");
  await superuser.end();
  const databaseUrl = cluster.superuserUrl("records");
  const opened = await openStore({ dataDir, databaseUrl, keyFile: null, log: () => {} });
  await opened.close();
  rmSync(dataDir, { recursive: true, force: true });
});

test("an old server is refused at the check, at a grant, at a look and at a removal", { skip }, async () => {
  const { host, port } = cluster;
  const user = { user: "curfew_management", password: "only here" };
  const config = { host, port, database: "postgres", tls: "off", ...user };
  const outbound = createOutbound({ allow: [{ tenant: null, place: host, port: null }] })({
    id: "1",
    name: "",
  });
  const owner = { owner: "this-installation", forbiddenSystemIdentifiers: ["1"] };
  const ctx = { clock: systemClock, outbound, ...owner };
  const health = await postgresTarget.check(config, ctx);
  assert.deepEqual([health.ok, health.reachable], [false, true]);
  assert.equal(health.version?.startsWith(`${old}.`), true, "it says which one it is");
  assert.deepEqual(
    health.findings.map(({ refuses }) => refuses),
    [true],
  );
  assert.match(health.findings[0]?.detail ?? "", SENTENCE);
  const now = systemClock.now();
  const spec = {
    grantId: crypto.randomUUID() as never,
    generation: 0,
    subject: { id: "grace", display: "Grace" },
    entitlement: { role: "orders_rw" },
    notBefore: now,
    expiresAt: (now + 60_000) as typeof now,
  };
  const handle = postgresTarget.plan(spec);
  const says = (error: unknown) =>
    error instanceof TargetFault && error.kind === "permanent" && SENTENCE.test(error.message);
  await assert.rejects(postgresTarget.grant(spec, config, ctx), says);
  await assert.rejects(postgresTarget.observe(config, ctx), says);
  await assert.rejects(postgresTarget.revoke(handle, config, ctx, { cutSessions: true }), says);
});
