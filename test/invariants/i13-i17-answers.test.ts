/**
 * I13 (GET and HEAD change nothing, decisions need a session and a same-origin or bearer POST) is a promise of HTTP and
 * is tried there; so is the half of I14 that speaks of bodies. Here: actor, time and decision come from the caller.
 */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { AccessRequest } from "../../src/domain/access-request.ts";
import type { Grant } from "../../src/domain/grant.ts";
import { REJECTION_CODES } from "../../src/domain/rejection.ts";
import { addMs, HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import { assignRole } from "../../src/use-cases/grants/assign-role.ts";
import { checkAccess } from "../../src/use-cases/grants/check-access.ts";
import { deactivateGrant, revokeGrant } from "../../src/use-cases/grants/end-grant.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

test("I14: what is stored of a request and a decision is the caller and the server's clock", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  assert.deepEqual([request.requester, request.createdAt], [town.ref("colin"), world.clock.now()]);
  world.clock.advance(MINUTE_MS);
  const decided = value(await town.approve("carol", request));
  const [approval] = decided.approvals;
  assert.deepEqual([approval?.approver, approval?.at], [town.ref("carol"), world.clock.now()]);
  const entries = await world.deps.store.inTenant(town.tenants.contoso, (tx) =>
    tx.log.entries({ correlationId: request.id, type: "request.approval_given", limit: 1 }),
  );
  const [entry] = entries;
  assert.deepEqual(entry?.entry.actor, { kind: "user", ...town.ref("carol"), via: "curfew-cli" });
  assert.equal(entry?.at, world.clock.now());
});

async function may(
  town: Town,
  who: Name,
  scope = town.scopes.web,
  role: "Reader" | "Contributor" = "Contributor",
) {
  const input = { principal: town.ref(who), scope, wanted: { roleDefinitionId: town.role(role) } };
  return value(await checkAccess(world.deps, town.as(who), input)).reason;
}

test("I15: a group that is eligible makes its members eligible, at any depth", async () => {
  const town = await world.newTown();
  assert.equal(codeOf(await town.ask("colin", { roles: ["Reader"] })), "ok");
  assert.equal(await may(town, "colin", town.scopes.web, "Reader"), "live");
  assert.equal(codeOf(await town.ask("casey", { roles: ["Reader"] })), "rules_not_satisfied");
});

test("I15: a grant to a group is held by every member of it, and follows who joins and who leaves", async () => {
  const town = await world.newTown();
  const scope = town.scopes.db;
  await town.setRules("Contributor", scope, {
    justificationRequired: false,
    approval: { mode: "automatic", notified: [] },
  });
  value(await town.ask("cora", { for: "backend", scope }));
  assert.deepEqual([await may(town, "colin", scope), await may(town, "casey", scope)], ["live", "no_grant"]);
  await town.join("backend", "casey");
  await town.leave("backend", "colin");
  assert.deepEqual([await may(town, "colin", scope), await may(town, "casey", scope)], ["no_grant", "live"]);
});

test("I15: a group decides as an approver, at any depth", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  assert.equal(value(await town.approve("chris", request)).state.name, "approved");
});

test("I15: a group in a managed application's definition makes its members eligible, at any depth", async () => {
  const town = await world.newTown();
  for (const who of ["frank", "fiona"] as const) {
    assert.equal(value(await town.ask(who, { scope: town.scopes.billing })).state.name, "approved");
    assert.equal(await may(town, who, town.scopes.billing), "live");
  }
  assert.equal(codeOf(await town.ask("fred", { scope: town.scopes.billing })), "rules_not_satisfied");
});

test("I15: a group owns: its members ask for the workload that it owns", async () => {
  const town = await world.newTown();
  assert.equal(codeOf(await town.ask("colin", { for: "bot" })), "ok");
  assert.equal(codeOf(await town.ask("casey", { for: "bot" })), "rules_not_satisfied");
});

test("I15: groups that hold each other do not send anybody round in circles", async () => {
  const town = await world.newTown();
  await town.join("onCall", "approvers");
  const request = value(await town.ask("colin"));
  assert.equal(value(await town.approve("chris", request)).state.name, "approved");
});

test("I16: every rejection that the source can make has a code of the closed set and a sentence", () => {
  const found = [];
  for (const file of globSync("src/{domain,policy,use-cases,store}/**/*.ts")) {
    const text = readFileSync(file, "utf8");
    if (file.endsWith(".test.ts")) continue;
    for (const [, code, quote, sentence] of text.matchAll(
      /\breject\(\s*"([a-z_]+)",\s*(["'`])((?:\\[\s\S]|(?!\2)[^\\])*)\2/g,
    )) {
      found.push({ file, code: code ?? "", sentence: sentence ?? "", quote });
    }
  }
  assert.ok(found.length > 50, "the search finds rejections");
  const known: readonly string[] = REJECTION_CODES;
  const wrong = found.filter(
    ({ code, sentence }) =>
      !known.includes(code) ||
      sentence.length < 10 ||
      /^[A-Z][a-z]+ /.test(sentence) ||
      sentence.endsWith("."),
  );
  assert.deepEqual(wrong, []);
});

test("I16: nothing is a silent no-op: what changes nothing says so", async () => {
  const town = await world.newTown();
  const [grant] = await town.grantsOf(value(await town.ask("colin", { roles: ["Reader"] })));
  assert.ok(grant);
  value(await deactivateGrant(world.deps, town.as("colin"), grant.id));
  assert.equal(codeOf(await deactivateGrant(world.deps, town.as("colin"), grant.id)), "grant_not_active");
  assert.equal(codeOf(await revokeGrant(world.deps, town.as("carol"), grant.id, null)), "grant_not_active");
});

/** Colin as Owner for an hour, by break of day. */
async function owning(town: Town): Promise<Grant> {
  await town.makeEligible("colin", "Owner", town.scopes.web);
  await town.setRules("Owner", town.scopes.web, { justificationRequired: false });
  return oneOf(town, value(await town.ask("colin", { roles: ["Owner"] })));
}

async function oneOf(town: Town, request: AccessRequest): Promise<Grant> {
  const [grant] = await town.grantsOf(request);
  assert.ok(grant);
  return grant;
}

function assign(
  town: Town,
  who: Name,
  to: Name,
  role: "Reader" | "Owner" = "Reader",
  endsAt: Grant["endsAt"] = null,
) {
  return assignRole(world.deps, town.as(who), {
    scope: town.scopes.web,
    roleDefinitionId: town.role(role),
    beneficiary: town.ref(to),
    startsAt: null,
    endsAt,
    justification: null,
  });
}

test("I17: what an Owner for an hour assigns ends with that hour at the latest", async () => {
  const town = await world.newTown();
  const owner = await owning(town);
  const given = value(await assign(town, "colin", "casey"));
  const short = value(
    await assign(town, "colin", "chris", "Reader", addMs(world.clock.now(), 10 * MINUTE_MS)),
  );
  const long = value(await assign(town, "colin", "ada", "Reader", addMs(world.clock.now(), 10 * HOUR_MS)));
  assert.deepEqual(
    [given, short, long].map(({ underGrantId, endsAt }) => [underGrantId, endsAt]),
    [
      [owner.id, owner.endsAt],
      [owner.id, addMs(owner.startsAt, 10 * MINUTE_MS)],
      [owner.id, owner.endsAt],
    ],
  );
  world.clock.advance(HOUR_MS);
  assert.equal(await may(town, "casey", town.scopes.web, "Reader"), "expired");
  await world.pass();
  assert.equal((await town.grant(given.id)).state.name, "ended");
});

for (const [how, end] of [
  ["revoked", (town: Town, id: Grant["id"]) => revokeGrant(world.deps, town.as("carol"), id, "enough")],
  ["deactivated", (town: Town, id: Grant["id"]) => deactivateGrant(world.deps, town.as("colin"), id)],
  ["lost", (town: Town, _id: Grant["id"]) => town.dropEligibility("colin")],
] as const) {
  test(`I17: a grant that is ${how} takes with it what was assigned under it, and what was assigned under that`, async () => {
    const town = await world.newTown();
    const owner = await owning(town);
    const child = value(await assign(town, "colin", "casey", "Owner"));
    const grandchild = value(await assign(town, "casey", "chris"));
    assert.equal(grandchild.underGrantId, child.id);
    await end(town, owner.id);
    await world.pass();
    for (const id of [owner.id, child.id, grandchild.id])
      assert.equal((await town.grant(id)).state.name, "ended");
    assert.equal(await may(town, "chris", town.scopes.web, "Reader"), "no_grant");
    assert.equal(codeOf(await assign(town, "colin", "ada")), "forbidden");
  });
}

test("I17: however much was assigned under a grant, all of it ends", async () => {
  const town = await world.newTown();
  const owner = await owning(town);
  const child = value(await assign(town, "colin", "casey"));
  await town.rows("contoso", async (trx) => {
    const copies = Array.from({ length: 1_200 }, () => {
      const id = world.deps.ids.next();
      return {
        tenant_id: town.tenants.contoso,
        id,
        version: 1,
        body: JSON.stringify({ ...child, id }),
      };
    });
    await trx.insertInto("access_grant").values(copies).execute();
  });
  value(await revokeGrant(world.deps, town.as("carol"), owner.id, null));
  const left = await town.rows("contoso", (trx) =>
    trx.selectFrom("access_grant").select("id").where("open", "=", true).execute(),
  );
  assert.deepEqual(left, []);
});

test("I17: an assignment that races with the end of its ground is not left behind", async () => {
  const town = await world.newTown();
  for (let round = 0; round < 10; round++) {
    const owner = await owning(town);
    const [assigned] = await Promise.all([
      assign(town, "colin", "casey"),
      deactivateGrant(world.deps, town.as("colin"), owner.id),
    ]);
    assert.ok(["ok", "forbidden"].includes(codeOf(assigned)));
    if (assigned.ok) assert.equal((await town.grant(assigned.value.id)).state.name, "ended");
    await town.dropEligibility("colin");
  }
});
