/** Crowds at one person and at one request: whoever comes, everybody gets a decision, while the configuration changes as well. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, type TestContext, test } from "node:test";
import { asId, type ObjectId } from "../../src/domain/ids.ts";
import type { Outcome } from "../../src/domain/rejection.ts";
import { withTenant } from "../../src/store/within-tenant.ts";
import { deactivateGrant } from "../../src/use-cases/grants/end-grant.ts";
import type { Caller } from "../../src/use-cases/ports.ts";
import { cancelRequest, decideRequest } from "../../src/use-cases/requests/decide-request.ts";
import type { Town } from "../fixtures/town.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";
import { tally } from "./between.ts";

let world: World;
before(async () => {
  world = await openWorld();
  // Every connection is open before the crowd comes: on a machine with much to do that alone takes seconds.
  const { calls } = world.opened.pools;
  await Promise.all(Array.from({ length: CROWD }, () => calls.query("SELECT pg_sleep(0.1)")));
});
after(() => world.close());

const CROWD = 32;
// `npm run test:long` says more.
const STORM_MS = Number(process.env.CURFEW_STORM_S ?? 4) * 1_000;

/** Works until the storm is over; the others hear of a fault at once. */
async function inStorm(works: readonly (() => Promise<void>)[]): Promise<void> {
  const endMs = performance.now() + STORM_MS;
  let failed = false;
  await Promise.all(
    works.map(async (work) => {
      try {
        while (performance.now() < endMs && !failed) await work();
      } catch (error) {
        failed = true;
        throw error;
      }
    }),
  );
}

/** What it took, the longest of all. */
function measured<T>(took: number[], work: () => Promise<T>): Promise<T> {
  const startMs = performance.now();
  return work().finally(() => took.push(performance.now() - startMs));
}

function told(
  t: TestContext,
  took: readonly number[],
  counts: Record<string, number>,
  changes: number,
): void {
  const longest = Math.round(Math.max(...took));
  t.diagnostic(
    `${took.length} decisions, the longest ${longest} ms; ${JSON.stringify(counts)}; ${changes} changes`,
  );
}

/** Somebody without a part in it comes and goes, as fast as it goes. */
function changing(town: Town): { work: () => Promise<void>; count: () => number } {
  let count = 0;
  const { tenantId, objectId } = town.ref("engineers");
  const member = { tenant_id: tenantId, group_id: objectId, member_id: town.ref("guest").objectId };
  return {
    count: () => count,
    async work() {
      await withTenant(world.opened.worker.db, tenantId, async ({ trx }) => {
        const removed = await trx
          .deleteFrom("group_member")
          .where("group_id", "=", objectId)
          .where("member_id", "=", member.member_id)
          .executeTakeFirst();
        if (removed.numDeletedRows === 0n) await trx.insertInto("group_member").values(member).execute();
      });
      count++;
    },
  };
}

const SETTLED = ["ok", "rules_not_satisfied"];

for (const moving of [false, true]) {
  const meanwhile = moving ? " while the configuration changes" : "";

  test(`${CROWD} clients on one person${meanwhile}: nobody gives up`, async (t) => {
    const town = await world.newTown();
    const outcomes: Outcome<unknown>[] = [];
    const took: number[] = [];
    const client = (index: number) => async () => {
      const scope = `${town.scopes.web}/resourceGroups/of-client-${index}` as Town["scopes"]["web"];
      const automatic = index % 2 === 0;
      const roles = automatic ? (["Reader"] as const) : (["Contributor"] as const);
      const asked = await measured(took, () => town.ask("colin", { roles, scope }));
      outcomes.push(asked);
      assert.ok(SETTLED.includes(codeOf(asked)), codeOf(asked));
      if (!asked.ok) return;
      const { state, id } = asked.value;
      const [grantId] = state.name === "approved" ? state.grantIds : [];
      const ended = await measured(took, async (): Promise<Outcome<unknown>> => {
        if (grantId === undefined) return cancelRequest(world.deps, town.as("colin"), id);
        return deactivateGrant(world.deps, town.as("colin"), grantId);
      });
      outcomes.push(ended);
      assert.equal(codeOf(ended), "ok");
    };
    const changes = changing(town);
    const clients = Array.from({ length: CROWD }, (_, index) => client(index));
    await inStorm(moving ? [...clients, changes.work] : clients);
    told(t, took, tally(outcomes), changes.count());
    assert.ok((tally(outcomes).ok ?? 0) > CROWD, "the crowd came to something");
  });

  test(`${CROWD} approvers on one request${meanwhile}: both that count do, the others are told`, async (t) => {
    const town = await world.newTown();
    const stages = [town.stage(["approvers"], { required: 2 })];
    await town.setRules("Contributor", town.scopes.web, {
      justificationRequired: false,
      approval: { mode: "manual", stages },
    });
    const approvers = await manyApprovers(town);
    const took: number[] = [];
    let rounds = 0;
    const round = async () => {
      const request = value(await town.ask("colin"));
      const input = { requestId: request.id, decision: "approve", justification: null, terms: null } as const;
      const outcomes = await Promise.all(
        approvers.map((approver) =>
          measured(took, () =>
            decideRequest(world.deps, approver, { ...input, surfaceAsks: false, expectedVersion: null }),
          ),
        ),
      );
      assert.deepEqual(tally(outcomes), { ok: 2, request_not_pending: CROWD - 2 });
      const [grant, another] = await town.grantsOf(request);
      assert.ok(grant && another === undefined);
      value(await deactivateGrant(world.deps, town.as("colin"), grant.id));
      rounds++;
    };
    const changes = changing(town);
    await inStorm(moving ? [round, changes.work] : [round]);
    told(t, took, { rounds }, changes.count());
    assert.ok(rounds > 0);
  });
}

async function manyApprovers(town: Town): Promise<Caller[]> {
  const ids = Array.from({ length: CROWD }, () => asId<ObjectId>(randomUUID()));
  const { tenantId, objectId } = town.ref("approvers");
  await town.change("contoso", async (trx) => {
    const people = ids.map((id) => ({
      tenant_id: tenantId,
      object_id: id,
      kind: "user" as const,
      name: id,
      display_name: id,
    }));
    await trx.insertInto("principal").values(people).execute();
    const members = ids.map((id) => ({ tenant_id: tenantId, group_id: objectId, member_id: id }));
    await trx.insertInto("group_member").values(members).execute();
  });
  return ids.map((id) => ({ ...town.as("casey"), ref: { tenantId, objectId: id } }));
}
