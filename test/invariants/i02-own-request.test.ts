import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import type { AccessRequest } from "../../src/domain/access-request.ts";
import { asId } from "../../src/domain/ids.ts";
import { HOUR_MS } from "../../src/domain/time.ts";
import { reviewGrant } from "../../src/use-cases/grants/end-grant.ts";
import { extendGrant } from "../../src/use-cases/grants/extend-grant.ts";
import { decideRequest } from "../../src/use-cases/requests/decide-request.ts";
import { readRequest } from "../../src/use-cases/views/read-requests.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const own = (name: Name, member: Name) => (town: Town) =>
  town.change("contoso", (trx) => {
    const { tenantId, objectId } = town.ref(name);
    const row = { tenant_id: tenantId, principal_id: objectId, owner_id: town.ref(member).objectId };
    return trx.insertInto("principal_owner").values(row).execute();
  });
const join = (group: Name, member: Name) => (town: Town) => town.join(group, member);
const mine = (town: Town) => town.ask("colin");
const ordersByFrank = (town: Town) => town.ask("frank", { scope: town.scopes.orders });

/** Each way to the seat: what makes it one, who asks for what, and who must not decide. */
const WAYS: readonly [
  string,
  readonly ((town: Town) => Promise<void>)[],
  (town: Town) => ReturnType<Town["ask"]>,
  Name,
][] = [
  ["named as approver directly", [join("approvers", "colin")], mine, "colin"],
  ["through a group within the approvers", [join("onCall", "backend")], mine, "colin"],
  [
    "as owner of the workload they ask for",
    [join("approvers", "colin")],
    (t) => t.ask("colin", { for: "pipeline" }),
    "colin",
  ],
  [
    "as another owner of that workload",
    [own("pipeline", "casey")],
    (t) => t.ask("colin", { for: "pipeline" }),
    "casey",
  ],
  [
    "as owner of a workload that asks for itself",
    [own("pipeline", "casey")],
    (t) => t.ask("pipeline"),
    "casey",
  ],
  ["as owner through a group", [join("backend", "casey")], (t) => t.ask("colin", { for: "bot" }), "casey"],
  ["as member of the group it is for", [join("backend", "casey")], groupAsk, "casey"],
  ["as member of a group within that group", [join("backend", "onCall")], groupAsk, "chris"],
  ["as owner of the group it is for", [join("approvers", "cora")], groupAsk, "cora"],
  [
    "as owner of a workload within that group",
    [join("backend", "pipeline"), own("pipeline", "casey")],
    groupAsk,
    "casey",
  ],
  [
    "as owner of a group within that group",
    [join("backend", "onCall"), own("onCall", "casey")],
    groupAsk,
    "casey",
  ],
  [
    "as owner of a workload that owns the one that asks",
    [own("pipeline", "bot"), own("bot", "casey")],
    (t) => t.ask("pipeline"),
    "casey",
  ],
  [
    "as owner of a workload in the group that owns the one that asks",
    [own("pipeline", "engineers"), join("backend", "bot"), own("bot", "casey")],
    (t) => t.ask("pipeline"),
    "casey",
  ],
  [
    "as owner, from outside, of the group that owns the workload that asks",
    [own("pipeline", "engineers"), own("engineers", "casey")],
    (t) => t.ask("pipeline"),
    "casey",
  ],
  [
    "as member of a group that owns a group within the owners",
    [own("pipeline", "engineers"), own("backend", "onCall")],
    (t) => t.ask("pipeline"),
    "chris",
  ],
  [
    "as owner at the end of owners that own each other in a circle",
    [own("pipeline", "bot"), own("bot", "pipeline"), own("bot", "engineers"), own("engineers", "casey")],
    (t) => t.ask("colin", { for: "pipeline" }),
    "casey",
  ],
  ["under an identity linked across tenants", [join("approvers", "guest")], ordersByFrank, "guest"],
];

function groupAsk(town: Town) {
  return town.ask("cora", { for: "backend", scope: town.scopes.db });
}

for (const [way, steps, ask, who] of WAYS) {
  test(`I2: nobody decides for themselves: ${way}`, async () => {
    const town = await prepared();
    for (const step of steps) await step(town);
    const request = value(await ask(town));
    for (const decision of ["approve", "deny"] as const) {
      assert.equal(codeOf(await town.decide(who, request, { decision })), "own_request");
    }
    assert.equal((await town.request(request.id)).state.name, "pending");
    assert.equal(codeOf(await town.approve("carol", request)), "ok");
  });
}

/** Casey owns the bot that owns the pipeline, and is an approver. */
async function owned(): Promise<Town> {
  const town = await prepared();
  await own("pipeline", "bot")(town);
  await own("bot", "casey")(town);
  return town;
}

test("I2: nor do they offer other terms, decide an extension, or review an emergency; and nobody counts them", async () => {
  const town = await owned();
  const request = value(await town.ask("pipeline"));
  assert.equal(codeOf(await town.approve("casey", request, { durationMs: HOUR_MS / 2 })), "own_request");
  const view = value(await readRequest(world.deps, town.as("carol"), request.id));
  assert.deepEqual(view.stages[0]?.approvers.names.toSorted(), ["Carol", "Chris"]);
  assert.equal(codeOf(await town.approve("carol", request)), "ok");
  await world.pass();
  const [grant] = await town.grantsOf(request);
  assert.ok(grant);
  const more = { grantId: grant.id, durationMs: HOUR_MS, justification: null, ticket: null };
  const extension = value(await extendGrant(world.deps, town.as("pipeline"), more));
  assert.equal(codeOf(await town.approve("casey", extension)), "own_request");
  assert.equal(codeOf(await town.approve("chris", extension)), "ok");

  const glass = await owned();
  await glass.setRules("Contributor", glass.scopes.web, {
    justificationRequired: false,
    approval: { mode: "manual", stages: [glass.stage(["approvers"])] },
    emergency: { allowed: true, maximumDurationMs: HOUR_MS },
  });
  const [broken] = await glass.grantsOf(value(await glass.ask("pipeline", { emergency: true })));
  assert.ok(broken);
  const review = (who: Name) =>
    reviewGrant(world.deps, glass.as(who), {
      grantId: broken.id,
      outcome: "justified",
      justification: "the site was down",
    });
  assert.equal(codeOf(await review("casey")), "own_request");
  assert.equal(codeOf(await review("chris")), "ok");
});

test("I2: where only they are left the ask is refused, and falls to the owners of an application", async () => {
  const town = await owned();
  const stages = [town.stage(["casey"])];
  await town.setRules("Contributor", town.scopes.web, {
    justificationRequired: false,
    approval: { mode: "manual", stages },
  });
  assert.equal(codeOf(await town.ask("pipeline")), "no_eligible_approver");
  assert.equal(codeOf(await town.ask("colin")), "ok");
});

test("I2: a service principal never decides, though it sits among the approvers", async () => {
  const town = await prepared();
  await town.join("approvers", "bot");
  const request = value(await town.ask("colin"));
  assert.equal(codeOf(await town.decide("bot", request)), "workload_cannot_decide");
});

test("I2: an identity that cannot be resolved is denied", async () => {
  const town = await prepared();
  const request = value(await town.ask("colin"));
  const ref = { ...town.ref("carol"), objectId: asId<ReturnType<Town["ref"]>["objectId"]>(randomUUID()) };
  const nobody = { ...town.as("carol"), ref };
  assert.equal(codeOf(await decideRequest(world.deps, nobody, approving(request))), "forbidden");
});

test("I2: an approver who is gone decides nothing", async () => {
  const town = await prepared();
  const request = value(await town.ask("colin"));
  await town.bury("casey");
  assert.equal(codeOf(await town.approve("casey", request)), "forbidden");
});

test("I2: a sign-in by device decides nothing", async () => {
  const town = await prepared();
  const request = value(await town.ask("colin"));
  const device = town.as("carol", { limited: true });
  assert.equal(codeOf(await decideRequest(world.deps, device, approving(request))), "forbidden");
});

test("I2: where the only approver is the requester, an application falls to its owners", async () => {
  const town = await prepared();
  await town.setPolicy({ approvers: [town.ref("guest")], required: 1 });
  const request = value(await town.ask("frank", { scope: town.scopes.orders }));
  assert.equal(codeOf(await town.approve("guest", request)), "own_request");
  assert.equal(codeOf(await town.approve("carol", request)), "ok");
});

test("I2: where nobody else is left, the ask is refused rather than left to itself", async () => {
  const town = await prepared();
  const approval = { mode: "manual", stages: [town.stage(["backend"])] } as const;
  await town.setRules("Contributor", town.scopes.web, { justificationRequired: false, approval });
  assert.equal(codeOf(await town.ask("colin")), "no_eligible_approver");
  const empty = { mode: "manual", stages: [town.stage([])] } as const;
  await town.setRules("Contributor", town.scopes.web, { justificationRequired: false, approval: empty });
  assert.equal(codeOf(await town.ask("colin")), "no_eligible_approver");
});

test("I2: two stages that only one person could decide are refused: one person counts once", async () => {
  const town = await prepared();
  const stages = [town.stage(["carol"]), town.stage(["carol"], { decideByMs: 1_000_000 })];
  await town.setRules("Contributor", town.scopes.web, {
    justificationRequired: false,
    approval: { mode: "manual", stages },
  });
  assert.equal(codeOf(await town.ask("colin")), "no_eligible_approver");
});

test("I2: a denied decision is an entry in the log", async () => {
  const town = await prepared();
  await town.join("approvers", "colin");
  const request = value(await town.ask("colin"));
  await town.approve("colin", request);
  const entries = await world.deps.store.inTenant(town.tenants.contoso, (tx) =>
    tx.log.entries({ subjectId: request.id, type: "decision.refused", limit: 10 }),
  );
  assert.deepEqual(
    entries.map(({ entry }) => entry.facts),
    [{ code: "own_request" }],
  );
});

/** Two approvers beside whoever the test is about, so that the seat alone is what is refused. */
async function prepared(): Promise<Town> {
  const town = await world.newTown();
  const approval = { mode: "manual", stages: [town.stage(["approvers"])] } as const;
  await town.setRules("Contributor", town.scopes.db, { justificationRequired: false, approval });
  await town.setPolicy({ required: 1 });
  return town;
}

function approving(request: AccessRequest) {
  const rest = { justification: null, terms: null, surfaceAsks: false, expectedVersion: null };
  return { requestId: request.id, decision: "approve" as const, ...rest };
}
