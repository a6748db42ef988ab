/** How a managed application was deployed and changed, as its consumer reads it. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type AuditEntry, type Opening, openCommitment } from "../../src/audit/entry.ts";
import { DEFAULT_JIT_POLICY } from "../../src/domain/application.ts";
import { changeJitPolicy } from "../../src/use-cases/applications/change-jit-policy.ts";
import { policyChanges } from "../../src/use-cases/applications/policy-changes.ts";
import { readApplicationHistory } from "../../src/use-cases/views/read-application-history.ts";
import type { Name } from "../fixtures/town.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";
import { type Cast, openCast } from "../golden/cast.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

test("I11: the consumer reads what changed, from what to what and by whom; the publisher's log holds a commitment", async () => {
  const town = await world.newTown();
  const change = (who: Name, policy: unknown) =>
    changeJitPolicy(world.deps, town.as(who), {
      applicationId: town.orders.id,
      policy,
      expectedVersion: null,
    });
  const base = { mode: "manual", required: 2, minimumDuration: "PT10S" };
  value(await change("carol", { ...base, maximumDuration: "PT2H", approvers: ["approvers"] }));
  world.clock.advance(1);
  value(
    await change("carol", {
      ...base,
      required: 1,
      maximumDuration: "PT2H",
      approvers: ["casey", "onCall"],
      mfaRequired: true,
      ticket: { required: true, patterns: ["INC-[0-9]+"] },
    }),
  );
  const items = value(await readApplicationHistory(world.deps, town.as("chris"), town.orders.id));
  assert.deepEqual(
    items.map(({ byName, changes, sentence }) => ({ byName, changes, sentence })),
    [
      {
        byName: "Carol",
        changes: [{ field: "maximumDuration", from: "4 h", to: "2 h" }],
        sentence: "Carol changed the JIT policy of application `orders`: maximum duration",
      },
      {
        byName: "Carol",
        changes: [
          { field: "approvers", from: "Approvers", to: "Casey, OnCall" },
          { field: "mfaRequired", from: "no", to: "yes" },
          { field: "required", from: "2", to: "1" },
          { field: "ticket", from: "not required", to: "required, matching INC-[0-9]+" },
        ],
        sentence:
          "Carol changed the JIT policy of application `orders`: approvers, mfa required, required, ticket",
      },
    ],
  );
  const logs = await Promise.all(
    (["contoso", "fabrikam"] as const).map((tenant) =>
      world.deps.store.inTenant(town.tenants[tenant], (tx) =>
        tx.log.entries({ subjectId: town.orders.id, type: "application.policy_changed", limit: 10 }),
      ),
    ),
  );
  const [ours, theirs] = logs;
  assert.deepEqual(
    theirs?.map(({ openings }) => openings),
    [[], []],
  );
  assert.ok(!JSON.stringify(theirs).includes(town.ref("casey").objectId));
  for (const [index, mine] of (ours ?? []).entries()) {
    const opening = mine.openings.find(({ name }) => name === "changes") as Opening | undefined;
    assert.ok(opening !== undefined);
    const shown = theirs?.[index]?.entry as unknown as AuditEntry;
    assert.ok(openCommitment(shown, opening), "the consumer can show the publisher what it was");
  }
});

test("its consumer's administrators, auditors, owners and approvers read it, nobody else", async () => {
  const town = await world.newTown();
  const read = async (who: Name) =>
    codeOf(await readApplicationHistory(world.deps, town.as(who), town.orders.id));
  for (const who of ["carol", "ada", "casey", "chris"] as const) assert.equal(await read(who), "ok", who);
  assert.equal(await read("colin"), "forbidden");
  for (const who of ["frank", "fiona", "nina"] as const) assert.equal(await read(who), "not_found", who);
});

test("a policy of the greatest size still fits into an entry", () => {
  const huge = {
    ...DEFAULT_JIT_POLICY,
    approvers: Array.from({ length: 1_000 }, (_, index) => ({
      tenantId: "t",
      objectId: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    })) as never,
    conditions: Array.from({ length: 20 }, (_, index) => `${index}${"\u{1f600}".repeat(8_000)}`),
    ticket: { required: true, patterns: Array.from({ length: 20 }, () => "x".repeat(200)) },
  };
  const other = { ...huge, conditions: huge.conditions.map((text) => `-${text}`), approvers: [] };
  const text = JSON.stringify([...policyChanges(null, huge), ...policyChanges(huge, other)]);
  assert.ok(Buffer.byteLength(text) < 65_536, `${Buffer.byteLength(text)} bytes`);
});

test("a deployment is the first item, with the policy it began with; then what its documents changed", async () => {
  const cast = await openCast();
  try {
    const { body } = await cast.call("administrator", "GET", "/applications");
    const { id } = (body.items as { id: string; name: string }[]).find(({ name }) => name === "ledger") ?? {};
    const { status } = await cast.call("application owner", "PUT", `/applications/${id}/jit-policy`, {
      mode: "manual",
      approvers: ["casey"],
      emergencyAllowed: false,
    });
    assert.equal(status, 200);
    const { items } = (await readHistory(cast, id ?? "")) as {
      items: { sentence: string; byName: string; changes: { field: string; from: unknown; to: unknown }[] }[];
    };
    assert.equal(items[0]?.sentence.endsWith("deployed application `ledger` with JIT access"), true);
    assert.deepEqual(
      items[0]?.changes.filter(({ field }) =>
        ["version", "mode", "approvers", "emergencyAllowed"].includes(field),
      ),
      [
        { field: "version", from: null, to: "1" },
        { field: "mode", from: null, to: "manual" },
        { field: "approvers", from: null, to: "Casey Chen" },
        { field: "emergencyAllowed", from: null, to: "yes" },
      ],
    );
    assert.deepEqual(
      items.slice(1).map(({ byName, changes }) => ({ byName, changes })),
      [{ byName: "oscar", changes: [{ field: "emergencyAllowed", from: "yes", to: "no" }] }],
    );
  } finally {
    await cast.close();
  }
});

async function readHistory(cast: Cast, id: string): Promise<unknown> {
  const { status, body } = await cast.call("application owner", "GET", `/applications/${id}/history`);
  assert.equal(status, 200);
  return body;
}
