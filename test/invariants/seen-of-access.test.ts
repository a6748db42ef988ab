/** What people see of access beside that it is live: who is logged in, what waits on it, and what was had of it in the end. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { AccessRequest } from "../../src/domain/access-request.ts";
import { type Grant, isLive } from "../../src/domain/grant.ts";
import type { GrantId } from "../../src/domain/ids.ts";
import { addMs, HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import { grantJson } from "../../src/http/api/shapes/grant.ts";
import { claimSecret } from "../../src/use-cases/grants/claim-secret.ts";
import { revokeGrant } from "../../src/use-cases/grants/end-grant.ts";
import { extendGrant } from "../../src/use-cases/grants/extend-grant.ts";
import { readSessions } from "../../src/use-cases/views/open-sessions.ts";
import { listGrants, readGrant } from "../../src/use-cases/views/read-grants.ts";
import { readRequest } from "../../src/use-cases/views/read-requests.ts";
import { openTargetWorld, type TargetWorld } from "../fixtures/target-world.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { codeOf, value } from "../fixtures/world.ts";

let world: TargetWorld;
let town: Town;
before(async () => {
  world = await openTargetWorld();
  town = await world.newTown();
  await town.setPolicy({ required: 1 });
  await world.bind(town, "Contributor", town.scopes.orders, "orders_rw");
});
after(() => world.close());

/** Of Fabrikam, at Contoso's application; Carol approves. */
async function held(who: Name = "frank"): Promise<{ request: AccessRequest; grant: Grant }> {
  const asked = value(await town.ask(who, { scope: town.scopes.orders }));
  const request = value(await town.approve("carol", asked));
  const [grant] = await town.grantsOf(request);
  assert.ok(grant);
  await world.until("it is live", async () => isLive(await town.grant(grant.id), world.clock.now()));
  return { request, grant };
}

const sessions = (who: Name, id: GrantId) => readSessions(world.deps, town.as(who), id);
const claim = (id: GrantId) =>
  claimSecret(world.deps, town.as("frank"), { grantId: id, bindingId: null, reissue: false });
const shown = async (who: Name, id: GrantId) =>
  grantJson(value(await readGrant(world.deps, town.as(who), id)), world.clock.now());
const became = async (id: AccessRequest["id"]) =>
  value(await readRequest(world.deps, town.as("carol"), id)).became;
const end = (id: GrantId) => revokeGrant(world.deps, town.as("carol"), id, "the incident is over");
const ended = (id: GrantId) =>
  world.until("it is gone", async () => (await town.grant(id)).state.name === "ended");

test("sessions: holder and owner see who is logged in; the holder's own administrator is told nothing of the customer's target", async () => {
  const { grant } = await held();
  assert.deepEqual(value(await sessions("frank", grant.id)).items, [], "nobody is in without a secret");
  const client = await world.session(value(await claim(grant.id)));
  await client.query(
    "SET application_name = 'a shell of Frank''s'; SELECT 'a query that is nobody''s business'",
  );
  for (const who of ["frank", "carol", "ada"] as const) {
    const { items } = value(await sessions(who, grant.id));
    assert.deepEqual(
      items.map(({ member, targetLabel, unknown, more }) => [member.displayName, targetLabel, unknown, more]),
      [["Frank", "PostgreSQL", null, 0]],
    );
    const [one, ...others] = items[0]?.sessions ?? [];
    assert.deepEqual(others, []);
    assert.equal(one?.program, "a shell of Frank's");
    assert.ok(
      one.since > addMs(world.clock.now(), -MINUTE_MS) && one.since < addMs(world.clock.now(), MINUTE_MS),
    );
    assert.doesNotMatch(JSON.stringify(items), /nobody's business/);
  }
  const [unseen] = value(await sessions("fiona", grant.id)).items;
  assert.deepEqual(
    [unseen?.sessions, unseen?.unknown],
    [null, "only its holder and its owner's people see who is logged in with this access"],
  );
  for (const who of ["fred", "nina", "colin"] as const)
    assert.equal(codeOf(await sessions(who, grant.id)), "not_found");
  await client.end();
  value(await end(grant.id));
  await ended(grant.id);
  assert.deepEqual(value(await sessions("frank", grant.id)).items, []);
});

test("sessions: what cannot be looked into is unknown, and why is its owner's to know", async () => {
  const { grant } = await held();
  value(await claim(grant.id));
  const [entitlement] = (await town.grant(grant.id)).entitlements;
  const { handle } = entitlement ?? assert.fail("nothing is held");
  await world.harness.cluster.admin(`COMMENT ON ROLE "${handle?.roleName}" IS NULL`);
  const [own] = value(await sessions("carol", grant.id)).items;
  assert.equal(own?.sessions, null);
  assert.match(own.unknown ?? "", /label/);
  const [other] = value(await sessions("frank", grant.id)).items;
  assert.equal(other?.sessions, null);
  assert.doesNotMatch(other.unknown ?? "label", /label/);
  await world.harness.cluster.admin(`DROP ROLE "${handle?.roleName}"`);
  value(await end(grant.id));
  await ended(grant.id);
});

test("more time that was asked for stands on the access until it is decided, and is to be decided before the end", async () => {
  const { grant } = await held();
  assert.equal((await shown("frank", grant.id)).extension, null);
  const more = { grantId: grant.id, durationMs: 2 * HOUR_MS, justification: "not done", ticket: null };
  const request = value(await extendGrant(world.deps, town.as("frank"), more));
  for (const who of ["frank", "carol"] as const) {
    const { extension, endsAt } = await shown(who, grant.id);
    assert.equal(extension?.requestId, request.id);
    assert.equal(extension.duration, 2 * HOUR_MS);
    assert.ok(endsAt !== null && extension.decideBy <= endsAt);
  }
  const listed = value(await listGrants(world.deps, town.as("frank"), "mine", { limit: 10 }));
  assert.equal(listed.find((one) => one.grant.id === grant.id)?.extension?.requestId, request.id);
  value(await end(grant.id));
  assert.equal((await shown("frank", grant.id)).extension, null);
  await ended(grant.id);
});

test("what was had: cut short is said with how much it was, and never used only where nobody fetched the log-in", async () => {
  const unused = await held("fiona");
  const used = await held();
  value(await claim(used.grant.id));
  assert.equal((await became(unused.request.id))?.got, null, "it is live");
  for (const { grant } of [unused, used]) {
    value(await end(grant.id));
    await ended(grant.id);
  }
  for (const [{ grant, request }, fetched] of [
    [unused, false],
    [used, true],
  ] as const) {
    const { got } = await shown("carol", grant.id);
    assert.ok(got && got.liveFor > 0 && got.liveFor < HOUR_MS);
    assert.deepEqual([got.of, got.because, got.fetched], [HOUR_MS, "revoked", fetched]);
    assert.equal((await became(request.id))?.got?.fetched, fetched);
  }
});
