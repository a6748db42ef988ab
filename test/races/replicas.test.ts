/** Policy changed in one process and decided on in another: nothing is ever decided on a policy that was over. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, type TestContext, test } from "node:test";
import type { AccessRequest } from "../../src/domain/access-request.ts";
import { scopeKey } from "../../src/domain/scope.ts";
import { MINUTE_MS } from "../../src/domain/time.ts";
import type { Town } from "../fixtures/town.ts";
import { type ClusterWorld, openClusterWorld } from "./cluster-world.ts";
import { type Replica, startReplica, type Told } from "./replicas.ts";

// `npm run test:long` says ten thousand.
const CHANGES = Number(process.env.CURFEW_REPLICA_CHANGES ?? 80);
// Decisions that nobody times: they meet the changes wherever they happen to be.
const UNTIMED = 2;
const EVERY_ROLLBACK = 4;

let world: ClusterWorld;
let replica: Replica;
before(async () => {
  world = await openClusterWorld();
  replica = await startReplica(world.dataDir, world.databaseUrl);
});
after(async () => {
  await replica?.stop();
  await world.close();
});

interface Subject {
  readonly town: Town;
  /** What the log says of a decision that used what comes and goes. */
  readonly entry: string;
  /** Takes it away, or gives it back, in one transaction that may be taken back. */
  change(to: "there" | "gone", rolledBack: boolean): Promise<void>;
  /** One decision in the other process: whether it was made. */
  decide(): Promise<{ readonly made: boolean; readonly told: Told }>;
}

const takenBack = new Error("taken back");

let asks = 0;
/** A place at which nobody has asked for anything yet. */
const newPlace = (town: Town) => `${town.scopes.web}/resourceGroups/place-${asks++}` as Town["scopes"]["web"];

async function changed(town: Town, rolledBack: boolean, work: Parameters<Town["change"]>[1]): Promise<void> {
  const done = town.change("contoso", async (trx) => {
    await work(trx);
    if (rolledBack) throw takenBack;
  });
  if (rolledBack) await assert.rejects(done, takenBack);
  else await done;
}

/** Casey's seat among the approvers. */
async function approverSubject(): Promise<Subject> {
  const town = await world.newTown();
  const member = {
    tenant_id: town.tenants.contoso,
    group_id: town.ref("approvers").objectId,
    member_id: town.ref("casey").objectId,
  };
  return {
    town,
    entry: "request.approval_given",
    change: (to, rolledBack) =>
      changed(town, rolledBack, (trx) =>
        to === "there"
          ? trx.insertInto("group_member").values(member).execute()
          : trx
              .deleteFrom("group_member")
              .where("group_id", "=", member.group_id)
              .where("member_id", "=", member.member_id)
              .execute(),
      ),
    async decide() {
      const request: AccessRequest = await replica.ask(
        town.as("colin"),
        town.input({ scope: newPlace(town) }),
      );
      const input = {
        requestId: request.id,
        decision: "approve",
        justification: null,
        terms: null,
        surfaceAsks: false,
        expectedVersion: null,
      } as const;
      const told = await replica.call({ verb: "decide", caller: town.as("casey"), input });
      assert.equal(told.fault, null);
      const made = told.outcome?.ok === true;
      if (!made) {
        assert.equal(told.outcome?.ok === false && told.outcome.rejection.code, "forbidden");
        const canceled = await replica.call({ verb: "cancel", caller: town.as("colin"), id: request.id });
        assert.ok(canceled.outcome?.ok);
      }
      return { made, told };
    },
  };
}

/** Colin's eligibility, where access is approved at once. */
async function eligibilitySubject(): Promise<Subject> {
  const town = await world.newTown();
  await town.setRules("Contributor", town.scopes.web, { justificationRequired: false });
  const colin = town.ref("colin");
  const row = {
    tenant_id: town.tenants.contoso,
    id: randomUUID(),
    name: randomUUID(),
    principal_tenant_id: colin.tenantId,
    principal_id: colin.objectId,
    role_definition_id: town.role("Contributor"),
    scope: town.scopes.web,
    scope_key: scopeKey(town.scopes.web),
    starts_at: new Date(0),
    ends_at: null,
  };
  return {
    town,
    entry: "request.submitted",
    change: (to, rolledBack) =>
      changed(town, rolledBack, (trx) =>
        to === "there"
          ? trx.insertInto("eligibility").values(row).execute()
          : trx.deleteFrom("eligibility").where("principal_id", "=", row.principal_id).execute(),
      ),
    async decide() {
      const input = town.input({ scope: newPlace(town), durationMs: 10 * MINUTE_MS });
      const told = await replica.call({ verb: "ask", caller: town.as("colin"), input });
      assert.equal(told.fault, null);
      const { outcome } = told;
      const made = outcome?.ok === true;
      if (!made) assert.equal(outcome?.ok === false && outcome.rejection.code, "rules_not_satisfied");
      return { made, told };
    },
  };
}

async function storm(subject: Subject): Promise<{ untimed: number; before: number }> {
  const before = await versionOf(subject);
  let over = false;
  let untimed = 0;
  const untimedDecisions = Array.from({ length: UNTIMED }, async () => {
    for (; !over; untimed++) await subject.decide();
  });
  try {
    for (let change = 0; change < CHANGES / 2; change++) {
      const to = change % 2 === 0 ? "gone" : "there";
      await subject.change(to, false);
      const ackedNs = process.hrtime.bigint();
      // Taken back before the other process looks, so that it could be seen if it ever could.
      if (change % EVERY_ROLLBACK < 2) await subject.change(to === "gone" ? "there" : "gone", true);
      const { made, told } = await subject.decide();
      assert.ok(BigInt(told.begunNs) > ackedNs, "all processes share the clock");
      assert.equal(made, to === "there", `change ${change}: it was ${to} before this was decided`);
    }
  } finally {
    over = true;
    await Promise.all(untimedDecisions);
  }
  return { untimed, before };
}

async function versionOf({ town }: Subject): Promise<number> {
  const [row] = await world.admin<{ version: number }>(
    `SELECT policy_version::int AS version FROM tenant WHERE tenant_id = '${town.tenants.contoso}'`,
  );
  return row?.version ?? 0;
}

/** By the order of the commits, as PostgreSQL kept it: what was decided while it was gone. */
async function decidedWhileGone(
  { town, entry }: Subject,
  before: number,
): Promise<{ all: number; wrong: number }> {
  const tenant = town.tenants.contoso;
  const [row] = await world.admin<{ all: number; wrong: number }>(`
    WITH change AS (SELECT DISTINCT version, pg_xact_commit_timestamp(xmin) AS at FROM policy_change WHERE tenant_id = '${tenant}' AND version > ${before}),
      period AS (SELECT version, at AS since, lead(at) OVER (ORDER BY version) AS until FROM change),
      decided AS (SELECT pg_xact_commit_timestamp(xmin) AS at FROM audit_entry WHERE tenant_id = '${tenant}' AND type = '${entry}')
    SELECT (SELECT count(*)::int FROM decided) AS all, (SELECT count(*)::int FROM decided d
      JOIN period p ON (p.version - ${before}) % 2 = 1 AND d.at >= p.since AND d.at < coalesce(p.until, 'infinity')) AS wrong`);
  return row ?? assert.fail("no answer");
}

async function weather(t: TestContext, subject: Subject): Promise<void> {
  const { untimed, before } = await storm(subject);
  assert.equal((await versionOf(subject)) - before, Math.ceil(CHANGES / 2), "each change counted once");
  const { all, wrong } = await decidedWhileGone(subject, before);
  t.diagnostic(`${CHANGES / 2} changes, ${untimed} decisions that nobody timed, ${all} were made`);
  assert.ok(all > CHANGES / 8, "enough was decided");
  assert.equal(wrong, 0, "decided on a policy that was over");
}

test("an approver taken away in one process approves nothing in another from then on", async (t) => {
  await weather(t, await approverSubject());
});

test("an eligibility taken away in one process gives nothing in another from then on", async (t) => {
  await weather(t, await eligibilitySubject());
});

test("the order of the commits would show a decision on an old policy", async () => {
  const subject = await eligibilitySubject();
  const before = await versionOf(subject);
  await subject.change("gone", false);
  // As a decision on the policy before would be written.
  await subject.town.rows("contoso", (trx) =>
    trx
      .insertInto("audit_entry")
      .values({
        tenant_id: subject.town.tenants.contoso,
        id: randomUUID(),
        at: new Date(),
        subject_id: randomUUID(),
        correlation_id: randomUUID(),
        actor_kind: "system",
        via: "test",
        type: subject.entry,
        subject_kind: "accessRequest",
        leaf_hash: Buffer.alloc(32),
        facts: "{}",
      } as never)
      .execute(),
  );
  assert.deepEqual(await decidedWhileGone(subject, before), { all: 1, wrong: 1 });
});
