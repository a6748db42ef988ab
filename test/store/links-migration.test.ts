/** A database as 0.1.0 filled it comes up with the same logs: every entry, its hashes, and what was still under way. */
import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import { canonicalJson } from "../../src/audit/canonical-json.ts";
import { linkHash } from "../../src/audit/chain.ts";
import { type SealedEntry, sealForParties } from "../../src/audit/entry.ts";
import { verifyChain } from "../../src/audit/verify.ts";
import { asId, type EntryId, type ObjectId, type TenantId } from "../../src/domain/ids.ts";
import { formatInstant, instant } from "../../src/domain/time.ts";
import { enterDatabase } from "../../src/store/bootstrap.ts";
import { connectionPool, database } from "../../src/store/database.ts";
import { parseDatabaseUrl } from "../../src/store/database-url.ts";
import { dueWork } from "../../src/store/due-work.ts";
import { identityStore } from "../../src/store/identity/identity-store.ts";
import { migrate } from "../../src/store/migrations/index.ts";
import { type OpenStore, openStore } from "../../src/store/open-store.ts";
import type { Fact } from "../../src/use-cases/batches.ts";
import type { PasswordHash } from "../../src/use-cases/identity-ports.ts";
import { startTargetCluster, type TargetCluster } from "../fixtures/target-cluster.ts";

const [CONTOSO, FABRIKAM] = [asId<TenantId>(randomUUID()), asId<TenantId>(randomUUID())];
const [REQUEST, PERSON] = [randomUUID(), randomUUID()];
const EMAIL = "ada@contoso.example";
const LINKED = 4;

let cluster: TargetCluster;
let dataDir: string;
let opened: OpenStore;
const entries = oldEntries();
before(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "curfew-old-"));
  cluster = await startTargetCluster();
  await cluster.admin("CREATE ROLE records LOGIN CREATEROLE PASSWORD 'of the records'");
  await cluster.admin("CREATE DATABASE records OWNER records");
  const databaseUrl = `postgresql://records:of%20the%20records@localhost/records?host=${cluster.host}&port=${cluster.port}`;
  await enterDatabase(parseDatabaseUrl(databaseUrl), join(dataDir, "key"), async ({ owner }) => {
    const pool = connectionPool(owner, 1);
    await migrate(database(pool) as never, "0008-ended-grants");
    await fill(pool);
    await pool.end();
  });
  opened = await openStore({ dataDir, databaseUrl, keyFile: null, log: () => {} });
});
after(async () => {
  await opened?.close();
  await cluster?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

test("a log-in name is whose it was, and another tenant may have it too; code of before then finds neither", async () => {
  const identities = identityStore(opened.db);
  const found = async (tenantId: TenantId | null) =>
    (await identities.accountsNamed(EMAIL, tenantId, 4)).map(({ ref }) => ref);
  const before = async () =>
    (await sql`SELECT object_id FROM account_by_email(${EMAIL})`.execute(opened.db)).rows.length;
  const ada = { tenantId: CONTOSO, objectId: asId<ObjectId>(PERSON) };
  assert.deepEqual([await found(null), await found(CONTOSO), await found(FABRIKAM)], [[ada], [ada], []]);
  assert.equal(await before(), 1);
  const twin = { tenantId: FABRIKAM, objectId: asId<ObjectId>(randomUUID()) };
  await opened.store.inTenant(FABRIKAM, async (tx) => {
    const { objectId } = twin;
    await tx.principals.save({
      objectId,
      kind: "user",
      name: "a",
      displayName: "A",
      email: EMAIL,
      linkedTo: null,
    });
    assert.equal(await tx.accounts.setPassword(twin, EMAIL, "$argon2id$" as PasswordHash), "set");
  });
  assert.deepEqual(
    new Set((await found(null)).map(({ tenantId }) => tenantId)),
    new Set([CONTOSO, FABRIKAM]),
  );
  assert.deepEqual(await found(FABRIKAM), [twin]);
  assert.equal(await before(), 0);
});

test("the entries are what they were, character by character, with their hashes and openings", async () => {
  for (const tenantId of [CONTOSO, FABRIKAM]) {
    const old = entries.filter(({ entry }) => entry.tenantId === tenantId);
    const { rows } = await read(tenantId);
    assert.deepEqual(
      rows.map(({ entry, leafHash, openings }) => [canonicalJson(entry), leafHash, openings]),
      old.map(({ entry, leafHash, openings }) => [
        canonicalJson(entry),
        leafHash.toString("base64url"),
        openings,
      ]),
    );
    assert.deepEqual(
      rows.map(({ sequence }) => sequence),
      old.map((_, index) => (index < LINKED ? index + 1 : null)),
    );
  }
});

test("what was to be told is told still, with what only the owner knows", async () => {
  let facts: readonly Fact[] = [];
  await opened.decisions(opened.clock).batches.tell(CONTOSO, 10, {
    tenantsIn: () => [],
    async words(_books, toTell) {
      facts = toTell;
      return { notifications: [], retold: [] };
    },
  });
  assert.equal(facts.length, 1);
  const [{ event }] = facts as [(typeof facts)[0]];
  assert.equal(event.type, "request.approval_given");
  assert.deepEqual(event.privateFacts, { tenantId: CONTOSO, facts: { actor: PERSON } });
  assert.deepEqual(event.actor, { kind: "party", tenantId: CONTOSO, via: "curfew-cli" });
  assert.deepEqual(event.parties, [CONTOSO, FABRIKAM]);
});

test("the chain verifies before and after what was left is linked, and on the head of before", async () => {
  const { head: saved } = await read(CONTOSO);
  assert.equal(saved?.sequence, LINKED);
  assert.deepEqual((await verified(CONTOSO)).faults, []);
  await dueWork(opened.db, () => opened.clock.now()).sequence();
  for (const tenantId of [CONTOSO, FABRIKAM]) {
    const report = await verified(tenantId, tenantId === CONTOSO ? saved : null);
    assert.deepEqual(report.faults, []);
    assert.equal(report.unsequenced, 0);
    assert.equal(report.entries, entries.length / 2);
  }
});

test("a column that says otherwise than what was hashed is an edited entry", async () => {
  for (const edit of [
    "via = 'elsewhere'",
    "at = at + interval '1 second'",
    "facts = '{}'",
    "parties = NULL",
  ]) {
    const change = `UPDATE audit_entry SET ${edit} WHERE tenant_id = '${FABRIKAM}' AND type = 'request.approval_given'`;
    await cluster.admin(
      `CREATE TABLE kept AS SELECT * FROM audit_entry WHERE tenant_id = '${FABRIKAM}'; ${change}`,
      "records",
    );
    const { faults } = await verified(FABRIKAM);
    assert.deepEqual([...new Set(faults.map(({ code }) => code))], ["edited_entry"], edit);
    await cluster.admin(
      `UPDATE audit_entry e SET via = k.via, at = k.at, facts = k.facts, parties = k.parties FROM kept k WHERE k.id = e.id AND k.tenant_id = e.tenant_id; DROP TABLE kept`,
      "records",
    );
  }
  assert.deepEqual((await verified(FABRIKAM)).faults, []);
});

async function read(tenantId: TenantId) {
  return opened.store.inTenant(tenantId, async (tx) => {
    const head = await tx.log.head();
    return {
      rows: await tx.log.entries({ inSequence: true, limit: 100 }),
      head: head === null ? null : { ...head, tenantId, at: formatInstant(head.at) },
    };
  });
}

async function verified(tenantId: TenantId, savedHead: Awaited<ReturnType<typeof read>>["head"] = null) {
  const { rows, head } = await read(tenantId);
  return verifyChain({ tenantId, rows, storedHead: head, savedHead });
}

/** Every kind of actor, private facts, and facts whose text a parser that knows better would change. */
function oldEntries(): SealedEntry[] {
  const facts = {
    text: '\u0001 "é\ud83d\ude00',
    large: 1e30,
    small: 1e-7,
    empty: {},
    list: [null, -1.5],
    b: 1,
    a: 2,
  };
  const actors = [
    { kind: "user", tenantId: FABRIKAM, objectId: PERSON, via: "curfew-cli" },
    { kind: "system", via: "curfew" },
    { kind: "servicePrincipal", tenantId: CONTOSO, objectId: PERSON, via: PERSON },
    { kind: "party", tenantId: CONTOSO, via: "curfew-cli" },
    { kind: "system", via: "curfew" },
  ] as const;
  return actors.flatMap((actor, index) =>
    sealForParties(
      {
        id: asId<EntryId>(`${String(index).padStart(8, "0")}-0000-4000-8000-000000000000`),
        at: formatInstant(instant(1_767_322_800_007 + index)),
        type: actor.kind === "party" ? "request.approval_given" : "request.submitted",
        actor: actor as never,
        subject: { kind: "accessRequest", id: REQUEST },
        parties: [CONTOSO, FABRIKAM],
        correlationId: REQUEST,
        facts,
      },
      actor.kind === "party" ? new Map([[CONTOSO, { actor: PERSON }]]) : new Map(),
      { next: () => randomBytes(32) },
    ),
  );
}

/** As 0.1.0 wrote it. */
async function fill(pool: ReturnType<typeof connectionPool>): Promise<void> {
  for (const [id, name] of [
    [CONTOSO, "contoso"],
    [FABRIKAM, "fabrikam"],
  ]) {
    await pool.query("INSERT INTO tenant (tenant_id, name, display_name) VALUES ($1, $2, $2)", [id, name]);
  }
  await pool.query(
    "INSERT INTO principal (tenant_id, object_id, kind, name, display_name, email) VALUES ($1, $2, 'user', 'ada', 'Ada', $3)",
    [CONTOSO, PERSON, EMAIL],
  );
  await pool.query(
    "INSERT INTO local_account (tenant_id, object_id, email, password_hash) VALUES ($1, $2, $3, '$argon2id$')",
    [CONTOSO, PERSON, EMAIL],
  );
  for (const tenantId of [CONTOSO, FABRIKAM]) {
    let previous: Buffer | null = null;
    const own = entries.filter(({ entry }) => entry.tenantId === tenantId);
    for (const [index, { entry, leafHash, openings }] of own.entries()) {
      const linked = index < LINKED;
      if (linked) previous = linkHash(previous, index + 1, leafHash);
      const { actor } = entry;
      const actorId = "objectId" in actor ? actor.objectId : openings.length > 0 ? PERSON : null;
      await pool.query(
        `INSERT INTO audit_entry (tenant_id, id, sequence, entry, openings, leaf_hash, link_hash, type, subject_id, actor_id, correlation_id, at)
          VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
        [
          tenantId,
          entry.id,
          linked ? index + 1 : null,
          canonicalJson(entry),
          JSON.stringify(openings),
          leafHash.toString("base64url"),
          linked ? previous?.toString("base64url") : null,
          entry.type,
          entry.subject.id,
          actorId,
          entry.correlationId,
          entry.at,
        ],
      );
    }
    await pool.query("INSERT INTO audit_head VALUES ($1, $2, $3, now())", [
      tenantId,
      LINKED,
      previous?.toString("base64url"),
    ]);
  }
  const event = (type: string, kind: string) => ({
    type,
    subject: { kind, id: REQUEST },
    correlationId: REQUEST,
    parties: [CONTOSO, FABRIKAM],
  });
  const told = entries.find(({ entry }) => entry.type === "request.approval_given")?.entry;
  for (const waiting of [
    event("request.approval_given", "accessRequest"),
    event("tenant.closed", "tenant"),
  ]) {
    await pool.query("INSERT INTO outbox (tenant_id, event, at) VALUES ($1, $2, $3)", [
      CONTOSO,
      waiting,
      told?.at,
    ]);
  }
}
