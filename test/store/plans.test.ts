/** What lists and the worker ask is answered from an index, however much others asked before: no plan reads a large table through. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import { OPEN_STATES } from "../../src/domain/grant.ts";
import { MAIL_STATES } from "../../src/domain/mail.ts";
import { groupScope, type Scope, scopeKey } from "../../src/domain/scope.ts";
import { addMs, DAY_MS } from "../../src/domain/time.ts";
import { dueWork } from "../../src/store/due-work.ts";
import { withTenant } from "../../src/store/within-tenant.ts";
import type { ApplyDeps } from "../../src/use-cases/apply/apply-deps.ts";
import type { GrantFilter, RequestFilter } from "../../src/use-cases/ports.ts";
import { listGrants } from "../../src/use-cases/views/read-grants.ts";
import { readOverview } from "../../src/use-cases/views/read-overview.ts";
import { readPerson } from "../../src/use-cases/views/read-person.ts";
import { readPlace } from "../../src/use-cases/views/read-place.ts";
import { readPlaces } from "../../src/use-cases/views/read-places.ts";
import { listRequests } from "../../src/use-cases/views/read-requests.ts";
import { listAssignmentSchedules } from "../../src/use-cases/views/read-schedules.ts";
import { listRequestLives } from "../../src/use-cases/views/request-lives.ts";
import { FORGOTTEN } from "../../src/worker/retention.ts";
import { type Crowd, openCrowd, type Plan, type PlanNode } from "../fixtures/crowd.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { value } from "../fixtures/world.ts";

// A larger crowd, as in `CURFEW_CROWD=1000000`, also tells how long each statement took.
const ROWS = Number(process.env.CURFEW_CROWD ?? 40_000);
const IS_MEASURED = process.env.CURFEW_CROWD !== undefined;
const LARGE = [
  "access_request",
  "access_grant",
  "request_by_principal",
  "audit_entry",
  "audit_link",
  "notification",
  "outbox",
  "idempotency_key",
  "mail",
];
// A page, from either half, and what tells its rows apart; never a share of the table.
const MOST_ROWS = 2_500;

let crowd: Crowd;
let town: Town;
before(async () => {
  crowd = await openCrowd();
  town = await busyTown();
  await crowd.fill(town, ROWS);
  if (IS_MEASURED) console.log(`filled after ${Math.round(performance.now())} ms`);
});
after(() => crowd?.close());

async function busyTown(): Promise<Town> {
  const { world } = crowd;
  const made = await world.newTown();
  const ops = groupScope(made.ref("onCall").objectId);
  await made.makeEligible("colin", "Reader", ops);
  await made.setRules("Reader", ops, { justificationRequired: false });
  for (let day = 0; day < 4; day++) {
    value(await made.ask("colin", { scope: made.scopes.db, roles: ["Reader"] }));
    value(await made.ask("frank", { scope: made.scopes.billing }));
    await world.pass();
    world.clock.advance(DAY_MS);
    await world.pass();
  }
  const asked = value(await made.ask("colin"));
  value(await made.decide("casey", asked, { decision: "deny", justification: "no" }));
  value(await made.ask("colin", { scope: ops, roles: ["Reader"] }));
  value(await made.ask("frank", { scope: made.scopes.billing }));
  await world.pass();
  value(await made.ask("frank", { scope: made.scopes.orders }));
  return made;
}

function* nodesOf(node: PlanNode): Generator<PlanNode> {
  yield node;
  for (const below of node.Plans ?? []) yield* nodesOf(below);
}

function faultsIn({ query, root }: Plan): string[] {
  return [...nodesOf(root)].flatMap((node) => {
    const table = node["Relation Name"] ?? "";
    if (!LARGE.includes(table)) return [];
    const read =
      ((node["Actual Rows"] ?? 0) + (node["Rows Removed by Filter"] ?? 0)) * (node["Actual Loops"] ?? 1);
    const through = node["Node Type"] === "Seq Scan" && read > MOST_ROWS;
    if (!through && read <= MOST_ROWS) return [];
    return [`${node["Node Type"]} over ${read} rows of ${table} in: ${query.replace(/\s+/g, " ")}`];
  });
}

async function assertFound(work: () => Promise<unknown>): Promise<void> {
  if (IS_MEASURED) await work();
  const plans = await crowd.plansOf(work);
  if (IS_MEASURED) console.log(`  ${plans.map(({ ms }) => ms.toFixed(2)).join(" + ")} ms`);
  assert.ok(plans.length > 0, "the server explained what it did");
  assert.deepEqual(plans.flatMap(faultsIn), []);
}

const of = (who: Name) => town.as(who);
const inState = <S extends string>(...anyOf: S[]) => ({ states: { anyOf, at: crowd.world.clock.now() } });
const position = () => ({
  at: addMs(crowd.world.clock.now(), -(ROWS / 2) * 1_000),
  id: "00000000-0000-0000-0000-000000000000",
});

const REQUESTS: readonly (readonly [
  string,
  Name,
  "mine" | "decided" | "toDecide" | "all",
  () => Partial<RequestFilter>,
])[] = [
  ["one's own", "colin", "mine", () => ({})],
  ["a colleague's who never asked", "chris", "mine", () => ({})],
  ["what somebody decided", "casey", "decided", () => ({})],
  ["what nobody decided", "cora", "decided", () => ({})],
  ["the queue of an approver", "casey", "toDecide", () => ({})],
  ["the queue of somebody without a seat", "cora", "toDecide", () => ({})],
  ["all of a tenant", "carol", "all", () => ({})],
  ["all where one is the other party", "fiona", "all", () => ({})],
  ["all of a tenant with nothing", "nina", "all", () => ({})],
  ["those pending", "carol", "all", () => inState("pending")],
  ["those denied", "carol", "all", () => inState("denied")],
  ["those timed out, of which there are none", "fiona", "all", () => inState("timedOut")],
  ["those timed out", "carol", "all", () => inState("timedOut")],
  ["one's own that are pending", "colin", "mine", () => inState("pending")],
  ["one's own that timed out", "colin", "mine", () => inState("timedOut")],
  ["those pending that one may decide", "casey", "toDecide", () => inState("pending")],
  ["those about groups", "carol", "all", () => ({ about: "groups" })],
  ["those about applications", "carol", "all", () => ({ about: "applications" })],
  ["those about one application", "carol", "all", () => ({ applicationIds: [town.orders.id] })],
  ["those of one person", "carol", "all", () => ({ requester: town.ref("frank") })],
  ["those at one scope", "carol", "all", () => ({ scopeKey: scopeKey(town.scopes.web) })],
  [
    "those at a scope where nobody asked",
    "carol",
    "all",
    () => ({ under: `${scopeKey(town.scopes.web)}/none` }),
  ],
  ["those under a subscription", "fiona", "all", () => ({ under: scopeKey(town.scopes.subscription) })],
  [
    "those under another subscription",
    "carol",
    "all",
    () => ({ under: "/subscriptions/00000000-0000-0000-0000-000000000001" }),
  ],
  [
    "those of a day",
    "carol",
    "all",
    () => ({ from: addMs(crowd.world.clock.now(), -DAY_MS), to: crowd.world.clock.now() }),
  ],
];
for (const [what, who, view, filter] of REQUESTS) {
  for (const page of ["first", "next"]) {
    test(`requests are found by an index: ${what}, the ${page} page`, () =>
      assertFound(async () => {
        const ask = { limit: 100, ...filter(), ...(page === "next" ? { after: position() } : {}) };
        value(await listRequests(crowd.deps, of(who), view, ask));
      }));
  }
}

const GRANTS: readonly (readonly [string, Name, "mine" | "toReview" | "all", () => Partial<GrantFilter>])[] =
  [
    ["one's own and those of one's groups", "colin", "mine", () => ({})],
    ["those of a person without any", "nina", "mine", () => ({})],
    ["what waits for a review", "carol", "toReview", () => ({})],
    ["all of a tenant", "carol", "all", () => ({})],
    ["all where one is the other party", "fiona", "all", () => ({})],
    ["those active", "carol", "all", () => inState("active")],
    ["those being closed", "carol", "all", () => inState("deprovisioning")],
    ["those scheduled", "carol", "all", () => inState("scheduled")],
    ["those scheduled of another party", "fiona", "all", () => inState("scheduled")],
    ["those that ended", "carol", "all", () => inState("ended")],
    ["those that ended of another party", "fiona", "all", () => inState("ended")],
    ["one's own that are active", "colin", "mine", () => inState("active")],
    ["one's own that ended", "colin", "mine", () => inState("ended")],
    ["those about groups", "carol", "all", () => ({ about: "groups" })],
    ["those about one application", "fiona", "all", () => ({ applicationIds: [town.orders.id] })],
    ["those at one scope", "carol", "all", () => ({ under: scopeKey(town.scopes.web) })],
    [
      "those open at one scope",
      "carol",
      "all",
      () => ({ ...inState(...OPEN_STATES), concerning: scopeKey(town.scopes.db) }),
    ],
  ];
for (const [what, who, view, filter] of GRANTS) {
  for (const page of ["first", "next"]) {
    test(`grants are found by an index: ${what}, the ${page} page`, () =>
      assertFound(async () => {
        const ask = { limit: 100, ...filter(), ...(page === "next" ? { after: position() } : {}) };
        value(await listGrants(crowd.deps, of(who), view, ask));
      }));
  }
}

for (const who of ["carol", "casey", "colin", "frank", "fiona", "nina"] as const) {
  test(`what other surfaces list is found by an index, for ${who}`, () =>
    assertFound(async () => {
      const under = scopeKey(town.scopes.subscription);
      await listRequestLives(crowd.deps, of(who), { limit: 100, about: "applications", under }, "jitRequest");
      await listRequestLives(
        crowd.deps,
        of(who),
        { limit: 100, concerning: scopeKey(town.scopes.web) },
        "jitRequest",
      );
      await listAssignmentSchedules(crowd.deps, of(who), "/" as Scope, { limit: 100 });
      await listAssignmentSchedules(crowd.deps, of(who), town.scopes.db, { limit: 100 });
      await readPlaces(crowd.deps, of(who));
    }));
}

for (const [by, about] of [
  ["carol", "colin"],
  ["carol", "frank"],
  ["colin", "colin"],
  ["fiona", "frank"],
] as const) {
  test(`a person's page is found by an index: ${about}'s for ${by}`, () =>
    assertFound(async () => {
      const { tenantId, objectId } = town.ref(about);
      value(await readPerson(crowd.deps, of(by), { objectId, of: tenantId }));
    }));
}

test("a place's page, and what is looked at first, are found by an index", () =>
  assertFound(async () => {
    for (const scope of [town.scopes.web, town.scopes.orders, town.scopes.subscription])
      value(await readPlace(crowd.deps, of("carol"), scope));
    const kinds = { targetKinds: { traitsOf: () => null } };
    for (const who of ["carol", "fiona"] as const)
      value(await readOverview({ ...crowd.deps, ...kinds } as unknown as ApplyDeps, of(who)));
  }));

test("what a check and a target look at is found by an index", () =>
  assertFound(() =>
    crowd.deps.store.inTenant(town.tenants.contoso, async (tx) => {
      await tx.grants.covering([town.ref("colin"), town.ref("backend")], [scopeKey(town.scopes.db)]);
      await tx.grants.inTarget(town.orders.id as never);
      await tx.grants.endLateness(town.orders.id as never, addMs(crowd.world.clock.now(), -DAY_MS), null);
      await tx.grants.endLateness(
        town.orders.id as never,
        addMs(crowd.world.clock.now(), -DAY_MS),
        town.tenants.fabrikam,
      );
    }),
  ));

const NOBODY = "00000000-0000-0000-0000-000000000000";

test("what the worker looks for is found by an index", () =>
  assertFound(async () => {
    const now = crowd.world.clock.now();
    const due = dueWork(crowd.db, () => now);
    await due.grants(now, 100);
    await due.requests(now, 100);
    await due.next(now);
    await due.tenantsToLookAtAgain();
    for (const tenant of [town.tenants.contoso, town.tenants.fabrikam])
      await sql`SELECT found FROM moment_of_open_grants(${tenant}::uuid, ${NOBODY}::uuid, 100)`.execute(
        crowd.db,
      );
    await sql`SELECT found FROM moment_of_pending(${town.tenants.contoso}::uuid, ${NOBODY}::uuid, 100)`.execute(
      crowd.db,
    );
    await due.tenantsWithOutbox();
    await due.sequence();
  }));

test("mail that is due, and what becomes of it, is found by an index", () =>
  assertFound(async () => {
    const now = crowd.world.clock.now();
    await dueWork(crowd.db, () => now).mail(now, { ofOne: 20, inAll: 60 }, now);
    await crowd.deps.store.inTenant(town.tenants.contoso, async (tx) => {
      await tx.mail.list({ limit: 100 });
      await tx.mail.list({ limit: 100, after: position() });
      await tx.mail.list({ limit: 100, to: town.ref("colin") });
      for (const state of MAIL_STATES) await tx.mail.list({ limit: 100, state });
      await tx.mail.withdraw(["ending:7"]);
      await tx.mail.move([{ topic: "ending:8", notBefore: now }]);
      await tx.mail.toSend([NOBODY]);
      await tx.mail.settle(NOBODY, { state: "sent", at: now });
      await tx.mail.giveBack([NOBODY]);
    });
  }));

test("what may stand on a change of configuration is found by an index", () =>
  assertFound(() =>
    withTenant(crowd.db, town.tenants.contoso, async ({ trx }) => {
      const one = (id: string) => sql`${[id]}::uuid[]`;
      const none = sql`'{}'::uuid[]`;
      await sql`SELECT grants FROM hanging_on(${one(town.ref("colin").objectId)}, ${none}, ${none}, 100)`.execute(
        trx,
      );
      await sql`SELECT grants FROM hanging_on(${none}, ${one(town.role("Contributor"))}, ${none}, 100)`.execute(
        trx,
      );
      await sql`SELECT grants FROM hanging_on(${none}, ${none}, ${one(town.orders.id)}, 100)`.execute(trx);
    }),
  ));

test("what is kept for a time only is found by an index", () =>
  assertFound(async () => {
    const now = crowd.world.clock.now();
    for (const what of FORGOTTEN)
      await dueWork(crowd.db, () => now).forget({ [what]: addMs(now, -20_000 * DAY_MS) }, 100);
  }));

test("what a decision is told of a person is found by an index", () =>
  assertFound(() =>
    withTenant(crowd.db, town.tenants.contoso, async ({ trx }) => {
      const { contoso } = town.tenants;
      const now = new Date(crowd.world.clock.now());
      const [person, at, role] = [
        town.ref("colin").objectId,
        scopeKey(town.scopes.db),
        town.role("Contributor"),
      ];
      await sql`SELECT windows_held(${contoso}, ${person}, ${at}, ${now})`.execute(trx);
      await sql`SELECT asks_pending(${contoso}, ${person}, ${at}, ${now})`.execute(trx);
      await sql`SELECT asks_before(${contoso}, ${person}, ${at}, ${[role]}::text[], ${now}, ${now})`.execute(
        trx,
      );
      await sql`SELECT grants_under(${contoso}, ${person})`.execute(trx);
      await sql`SELECT moment_to_check(${contoso}, ${contoso}, ${person}, null, ${contoso}, ${[person]}::uuid[], ${[at]}::text[])`.execute(
        trx,
      );
    }),
  ));
