/** Until an operator confirms a restored database, no operation of any surface gives anything by it. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import pg from "pg";
import { EXAMPLES } from "../azure/examples.ts";
import { GRAPH_EXAMPLES } from "../azure/graph-examples.ts";
import { type Cast, openCast, type Role } from "../golden/cast.ts";
import { learnIds, OPERATIONS } from "../golden/operations.ts";

let cast: Cast;
before(async () => {
  cast = await openCast();
  await learnIds(cast);
});
after(() => cast.close());

/** Says so in the database, as the start that noticed would have. */
async function markRestored(owner: pg.Client, restored: boolean): Promise<void> {
  const { opened } = cast.system;
  await owner.query(
    restored
      ? "UPDATE incarnation SET restored = 'declared', confirmed_at = NULL"
      : "SELECT restore_confirm()",
  );
  await opened.clock.beat();
  assert.equal(opened.incarnation.pending() !== null, restored);
}

interface Standing {
  readonly grants: readonly string[];
  readonly requests: readonly string[];
  readonly versions: readonly number[];
}

/** All that gives access now or may lead to it. */
async function standing(owner: pg.Client): Promise<Standing> {
  const { rows } = await owner.query(`SELECT
    ARRAY(SELECT id || ' ' || state || ' ' || ends_at FROM access_grant WHERE open) AS grants,
    ARRAY(SELECT id || ' ' || state FROM access_request WHERE state IN ('pending', 'approved')) AS requests,
    ARRAY(SELECT policy_version::int FROM tenant ORDER BY tenant_id) AS versions`);
  return rows[0];
}

test("no operation of any surface gives anything, or changes who may get it; it ends, cancels and reads", async () => {
  const owner = new pg.Client(cast.system.opened.owner);
  await owner.connect();
  const native = OPERATIONS.map(({ id, prepare }) => ({
    id,
    make: async () => {
      const { method, url, body } = await prepare(cast, "requester");
      return { method: method as string, path: `/api/v1${url}`, body };
    },
  }));
  const others = Object.entries({ ...EXAMPLES, ...GRAPH_EXAMPLES }).map(([id, { make }]) => ({
    id,
    make: async () => make(cast, "requester"),
  }));
  const done = new Set<string>();
  const refused = new Set<string>();
  for (const { id, make } of [...native, ...others]) {
    // It would end it.
    if (id === "confirmRestore") continue;
    const { method, path, body } = await make();
    if (method === "GET") continue;
    await markRestored(owner, true);
    const before = await standing(owner);
    for (const role of ["requester", "approver", "administrator", "operator"] satisfies Role[]) {
      const { status, body: said } = await cast.at(role, method, path, body);
      if (status === 503) refused.add(id);
      else if (status < 300) done.add(id);
      assert.ok(status < 500 || status === 503, `${id}: ${status} ${JSON.stringify(said)}`);
      if (status === 503)
        assert.match(JSON.stringify(said), /the database was restored: .*curfew restore confirm/);
    }
    const since = await standing(owner);
    assert.deepEqual(
      since.grants.filter((one) => !before.grants.includes(one)),
      [],
      `${id} opens a grant`,
    );
    assert.deepEqual(
      since.requests.filter((one) => !before.requests.includes(one)),
      [],
      `${id} moves a request`,
    );
    assert.deepEqual(since.versions, before.versions, `${id} changes policy`);
    await markRestored(owner, false);
  }
  await owner.end();
  const gives = [
    "applyConfiguration",
    "assignRole",
    "changeJitPolicy",
    "claimSecret",
    "extendGrant",
    "submitAccessRequest",
  ];
  assert.deepEqual(
    gives.filter((id) => !refused.has(id)),
    [],
    "these are refused",
  );
  const takes = ["acceptClock", "cancelAccessRequest", "checkAccess", "deactivateGrant", "revokeGrant"];
  assert.deepEqual(
    takes.filter((id) => !done.has(id)),
    [],
    "these are done",
  );
  assert.ok(refused.size > 30, `${refused.size}`);
});
