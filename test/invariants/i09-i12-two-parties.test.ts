/** I9 and I10 are tried where applications are deployed (test/apply); here is what the domain itself says of them. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import type { AuditEntry, Opening } from "../../src/audit/entry.ts";
import { openCommitment } from "../../src/audit/entry.ts";
import { type AccessRequest, isPending } from "../../src/domain/access-request.ts";
import { type Application, eligibilitiesOf } from "../../src/domain/application.ts";
import type { Grant } from "../../src/domain/grant.ts";
import { type AccessRequestId, asId, type GrantId, type RoleDefinitionId } from "../../src/domain/ids.ts";
import type { Outcome } from "../../src/domain/rejection.ts";
import { BUILT_IN_ROLES, isReadOnly } from "../../src/domain/role-definition.ts";
import type { Scope } from "../../src/domain/scope.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import { requestJson, requestShape } from "../../src/http/api/shapes/access-request.ts";
import { grantJson, grantShape } from "../../src/http/api/shapes/grant.ts";
import { previewJson, previewShape } from "../../src/http/api/shapes/preview.ts";
import { written } from "../../src/http/api/shown.ts";
import { refusedBy } from "../../src/policy/dependents.ts";
import { changeJitPolicy } from "../../src/use-cases/applications/change-jit-policy.ts";
import { standingAccessOf } from "../../src/use-cases/applications/standing-access.ts";
import { assignRole } from "../../src/use-cases/grants/assign-role.ts";
import { checkAccess } from "../../src/use-cases/grants/check-access.ts";
import { claimSecret } from "../../src/use-cases/grants/claim-secret.ts";
import { deactivateGrant, reviewGrant, revokeGrant } from "../../src/use-cases/grants/end-grant.ts";
import { extendGrant } from "../../src/use-cases/grants/extend-grant.ts";
import type { Caller } from "../../src/use-cases/ports.ts";
import { acceptTerms, cancelRequest, decideRequest } from "../../src/use-cases/requests/decide-request.ts";
import { previewRequest } from "../../src/use-cases/requests/preview-request.ts";
import { submitRequest } from "../../src/use-cases/requests/submit-request.ts";
import { listGrants, readGrant } from "../../src/use-cases/views/read-grants.ts";
import { listRequests, readRequest } from "../../src/use-cases/views/read-requests.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

interface Ticket {
  readonly system: string;
  readonly number: string;
}

const declined = (application: Application, town: Town): Application => ({
  ...application,
  jitAccess: { enabled: false, acknowledgedBy: town.ref("carol"), acknowledgedAt: world.clock.now() },
});

test("I9: a policy cannot carry a switch, whichever way it points, nor be set where JIT was declined", async () => {
  const town = await world.newTown();
  const change = (policy: unknown) =>
    changeJitPolicy(world.deps, town.as("carol"), {
      applicationId: town.orders.id,
      policy,
      expectedVersion: null,
    });
  assert.equal(codeOf(await change({ enabled: false })), "jit_access_is_fixed");
  assert.equal(codeOf(await change({ enabled: "no" })), "jit_access_is_fixed");
  const body = JSON.stringify(declined(town.orders, town));
  await town.change("contoso", (trx) =>
    trx.updateTable("application").set({ body }).where("id", "=", town.orders.id).execute(),
  );
  assert.equal(codeOf(await change({})), "jit_access_is_fixed");
  assert.equal(codeOf(await change({ enabled: true })), "jit_access_is_fixed");
});

test("I9: where JIT was declined nobody is eligible for anything through the application", async () => {
  const town = await world.newTown();
  assert.deepEqual(eligibilitiesOf(declined(town.orders, town)), []);
  assert.deepEqual(eligibilitiesOf({ ...town.orders, deletedAt: world.clock.now() }), []);
  assert.equal(eligibilitiesOf(town.orders).length, 4);
});

test("I10: with JIT the publisher stands with a role that only reads; declined, with the roles as pinned", async () => {
  const town = await world.newTown();
  for (const { roleDefinitionId } of standingAccessOf(town.orders)) {
    const role = BUILT_IN_ROLES.find(({ id }) => id === roleDefinitionId);
    assert.ok(role !== undefined && isReadOnly(role));
  }
  assert.deepEqual(standingAccessOf(declined(town.orders, town)), town.orders.authorizations);
  assert.deepEqual(standingAccessOf({ ...town.orders, deletedAt: world.clock.now() }), []);
});

test("I10: with JIT nobody gives a publisher more than reading by assigning a role directly", async () => {
  const town = await world.newTown();
  const give = (role: "Reader" | "Contributor", who: Name) =>
    assignRole(world.deps, town.as("carol"), {
      scope: town.scopes.orders,
      roleDefinitionId: town.role(role),
      beneficiary: town.ref(who),
      startsAt: null,
      endsAt: null,
      justification: null,
    });
  assert.equal(codeOf(await give("Contributor", "frank")), "jit_access_is_fixed");
  assert.equal(codeOf(await give("Reader", "frank")), "ok");
  assert.equal(codeOf(await give("Contributor", "nina")), "unknown_principal");
});

/** A request of Frank's that two of Contoso decided, with everything that both sides may read of it. */
async function decided(): Promise<{ town: Town; request: AccessRequest; grant: Grant }> {
  const town = await world.newTown();
  const asked = value(await town.ask("frank", { scope: town.scopes.orders }));
  value(await town.decide("carol", asked, { justification: "one row is enough" }));
  const request = value(await town.approve("casey", asked));
  const [grant] = await town.grantsOf(request);
  assert.ok(grant);
  await world.pass();
  return { town, request, grant };
}

/** No name and no id of anybody in Contoso. */
function assertUnnamed(town: Town, what: string, text: string): void {
  for (const name of ["carol", "casey", "chris", "approvers", "onCall"] as const) {
    assert.ok(!text.includes(town.ref(name).objectId), `${what} holds the id of ${name}`);
    const shown = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    assert.ok(!text.includes(shown) && !text.includes(`${name}@`), `${what} names ${name}`);
  }
}

test("I11: the publisher sees how many decide and that they did, not who", async () => {
  const { town, request } = await decided();
  const view = value(await readRequest(world.deps, town.as("frank"), request.id));
  const [stage] = view.stages;
  assert.deepEqual(stage?.approvers, { tenantName: "Contoso", count: 3, names: [] });
  assert.deepEqual(
    view.decisions.map(({ by, justification }) => [by, justification]),
    [
      [{ tenantName: "Contoso" }, "one row is enough"],
      [{ tenantName: "Contoso" }, null],
    ],
  );
  assertUnnamed(town, "the request", JSON.stringify(written(requestShape)(requestJson(view))));
  const own = value(await readRequest(world.deps, town.as("casey"), request.id));
  assert.deepEqual([...(own.stages[0]?.approvers.names ?? [])].sort(), ["Carol", "Casey", "Chris"]);
});

test("I11: nor who ended or reviewed what it held", async () => {
  const { town, grant } = await decided();
  await town.setPolicy({ emergencyAllowed: true });
  value(await revokeGrant(world.deps, town.as("carol"), grant.id, "enough"));
  const asked = value(await town.ask("frank", { scope: town.scopes.orders, emergency: true }));
  const [emergency] = await town.grantsOf(asked);
  assert.ok(emergency);
  const review = { grantId: emergency.id, outcome: "justified", justification: "it was down" } as const;
  value(await reviewGrant(world.deps, town.as("casey"), review));
  for (const id of [grant.id, emergency.id]) {
    const view = value(await readGrant(world.deps, town.as("frank"), id));
    assertUnnamed(town, "the grant", JSON.stringify(written(grantShape)(grantJson(view, world.clock.now()))));
  }
});

test("I11: what the consumer wrote into its rules stands in no answer to the publisher, and in its own people's", async () => {
  const town = await world.newTown();
  const SECRETS = /casey@contoso|192\.0\.2|contoso-only|INC-/;
  const ask = { scope: town.scopes.orders };
  const asked = (ticket: Ticket | null) => town.input({ ...ask, ticket });
  const submitted = (who: Name, ticket: Ticket | null = null) =>
    submitRequest(world.deps, town.as(who), asked(ticket));
  const previewed = async (who: Name, ticket: Ticket | null = null) => {
    const view = value(await previewRequest(world.deps, town.as(who), asked(ticket)));
    return JSON.stringify(written(previewShape)(previewJson(view)));
  };
  const permit = "permit (principal, action, resource);";
  const quoting = [
    `${permit} forbid (principal, action, resource) when { ip("192.0.2.999").isLoopback() };`,
    `${permit} forbid (principal, action, resource) when { User::"casey@contoso.example".leads };`,
    `${permit} forbid (principal, action, resource) when { {a: 1}["contoso-only"] == 1 };`,
  ];
  for (const condition of quoting) {
    await town.setPolicy({ conditions: [condition] });
    const text = await previewed("frank");
    assert.match(text, /the conditions that its owner set do not permit this/);
    assert.doesNotMatch(text, SECRETS);
    assert.doesNotMatch(JSON.stringify(await submitted("frank")), SECRETS);
  }
  const other = { system: "jira", number: "4711" };
  await town.setPolicy({ conditions: [], ticket: { required: true, patterns: ["INC-\\d+"] } });
  assert.match(
    await previewed("frank", other),
    /the ticket number is not of the form that its owner asks for/,
  );
  assert.doesNotMatch(await previewed("frank", other), SECRETS);
  assert.doesNotMatch(JSON.stringify(await submitted("frank", other)), SECRETS);
  assert.match(await previewed("frank"), /name the ticket this is for/);

  await town.setPolicy({ ticket: { required: false, patterns: [] }, required: 1 });
  const request = value(await town.ask("frank", ask));
  await town.setPolicy({ conditions: quoting });
  value(await town.approve("carol", request));
  const denialTo = async (who: Name) =>
    JSON.stringify(requestJson(value(await readRequest(world.deps, town.as(who), request.id))).denial);
  assert.match(await denialTo("frank"), /ConditionRule/);
  for (const who of ["frank", "carol"] as const) assert.doesNotMatch(await denialTo(who), SECRETS);
  // As an earlier version kept it for both parties.
  await town.change("contoso", async (trx) => {
    const { body } = await trx
      .selectFrom("access_request")
      .select("body")
      .where("id", "=", request.id)
      .executeTakeFirstOrThrow();
    const stored = body as AccessRequest;
    const rules = [{ rule: "ConditionRule", outcome: "unsatisfied", message: "contoso-only" }];
    const next = JSON.stringify({ ...stored, state: { ...stored.state, rules } });
    await trx.updateTable("access_request").set({ body: next }).where("id", "=", request.id).execute();
  });
  assert.doesNotMatch(await denialTo("frank"), SECRETS);
  assert.match(await denialTo("carol"), SECRETS);
});

test("I11: what the publisher is told names nobody of the consumer", async () => {
  const { town } = await decided();
  const told = await town.rows("fabrikam", (trx) => trx.selectFrom("notification").select("body").execute());
  assert.ok(told.length >= 3);
  assertUnnamed(town, "a notification", JSON.stringify(told));
});

test("I11: the publisher's log says that somebody of Contoso acted, and holds a commitment to who it was", async () => {
  const { town, request } = await decided();
  const entriesOf = (tenant: "contoso" | "fabrikam") =>
    world.deps.store.inTenant(town.tenants[tenant], (tx) =>
      tx.log.entries({ correlationId: request.id, type: "request.approval_given", limit: 10 }),
    );
  const [theirs, ours] = [await entriesOf("fabrikam"), await entriesOf("contoso")];
  assert.equal(theirs.length, 2);
  assertUnnamed(town, "the publisher's log", JSON.stringify(theirs));
  for (const { entry, openings } of theirs) {
    assert.deepEqual(entry.actor, { kind: "party", tenantId: town.tenants.contoso, via: "curfew-cli" });
    assert.deepEqual(openings, []);
  }
  const named = ours.map(({ entry, openings }) => {
    const [opening] = openings as unknown as Opening[];
    assert.ok(opening !== undefined && openCommitment(entry as unknown as AuditEntry, opening));
    return opening.value;
  });
  assert.deepEqual(named.sort(), [town.ref("carol").objectId, town.ref("casey").objectId].sort());
  const commitments = (entries: typeof theirs) =>
    entries.map(({ entry }) => JSON.stringify(entry.commitments)).sort();
  assert.deepEqual(commitments(theirs), commitments(ours));
});

test("I11: a tenant finds its own people's doings in its own log, also those that it shares", async () => {
  const { town, request } = await decided();
  const found = (tenant: "contoso" | "fabrikam") =>
    world.deps.store.inTenant(town.tenants[tenant], (tx) =>
      tx.log.entries({ correlationId: request.id, actorId: town.ref("carol").objectId, limit: 10 }),
    );
  assert.deepEqual([(await found("contoso")).length, (await found("fabrikam")).length], [1, 0]);
});

test("I11: a publisher sees the requests of its own applications only", async () => {
  const { town, request } = await decided();
  const internal = value(await town.ask("colin"));
  const seen = value(await listRequests(world.deps, town.as("fiona"), "all", { limit: 50 }));
  assert.deepEqual(
    seen.map((view) => view.request.id),
    [request.id],
  );
  assert.notEqual(internal.id, request.id);
});

type Probe = (
  who: Caller,
  ids: { request: AccessRequestId; grant: GrantId; scope: Scope },
  town: Town,
) => Promise<Outcome<unknown>>;

const extension = { durationMs: HOUR_MS, justification: null, ticket: null };
const decision = { justification: null, surfaceAsks: false, expectedVersion: null };

/** Every use case that takes the id or the scope of something. */
const PROBES: Readonly<Record<string, Probe>> = {
  readRequest: (who, { request }) => readRequest(world.deps, who, request),
  approve: (who, { request }) =>
    decideRequest(world.deps, who, { requestId: request, decision: "approve", terms: null, ...decision }),
  deny: (who, { request }) =>
    decideRequest(world.deps, who, { requestId: request, decision: "deny", terms: null, ...decision }),
  counterOffer: (who, { request }) =>
    decideRequest(world.deps, who, {
      requestId: request,
      decision: "approve",
      terms: { durationMs: MINUTE_MS },
      ...decision,
    }),
  cancel: (who, { request }) => cancelRequest(world.deps, who, request),
  accept: (who, { request }) => acceptTerms(world.deps, who, request),
  readGrant: (who, { grant }) => readGrant(world.deps, who, grant),
  extend: (who, { grant }) => extendGrant(world.deps, who, { grantId: grant, ...extension }),
  deactivate: (who, { grant }) => deactivateGrant(world.deps, who, grant),
  revoke: (who, { grant }) => revokeGrant(world.deps, who, grant, null),
  review: (who, { grant }) =>
    reviewGrant(world.deps, who, { grantId: grant, outcome: "justified", justification: "x" }),
  secret: (who, { grant }) =>
    claimSecret(world.deps, who, { grantId: grant, bindingId: null, reissue: false }),
  submit: (who, { scope }, town) => submitRequest(world.deps, who, { ...town.input(), scope }),
  submitUnknownRole: (who, { scope }, town) =>
    submitRequest(world.deps, who, { ...town.input(), scope, roleDefinitionIds: [unknownRole()] }),
  submitForSomebody: (who, { scope }, town) =>
    submitRequest(world.deps, who, { ...town.input({ for: "colin" }), scope }),
  preview: (who, { scope }, town) => previewRequest(world.deps, who, { ...town.input(), scope }),
  checkOneself: (who, { scope }) =>
    checkAccess(world.deps, who, { principal: who.ref, scope, wanted: { action: "a/read" } }),
  checkSomebody: (who, { scope }, town) =>
    checkAccess(world.deps, who, { principal: town.ref("colin"), scope, wanted: { action: "a/read" } }),
  assign: (who, { scope }, town) =>
    assignRole(world.deps, who, {
      scope,
      roleDefinitionId: town.role("Reader"),
      beneficiary: who.ref,
      startsAt: null,
      endsAt: null,
      justification: null,
    }),
  changePolicy: (who, _, town) =>
    changeJitPolicy(world.deps, who, { applicationId: town.orders.id, policy: {}, expectedVersion: null }),
};

function unknownRole(): RoleDefinitionId {
  return asId<RoleDefinitionId>(randomUUID());
}

const STRANGERS: readonly [
  string,
  Name,
  (town: Town) => Promise<{ request: AccessRequest; grant: Grant; scope: Scope }>,
][] = [
  ["a third tenant, of what two others share", "nina", shared],
  ["a third tenant, of what is a tenant's own", "nina", internal],
  ["a publisher, of what is its consumer's own", "fiona", internal],
];

async function shared(town: Town) {
  await town.setPolicy({ required: 1 });
  const grant = await oneOf(
    town,
    value(await town.approve("carol", value(await town.ask("frank", { scope: town.scopes.orders })))),
  );
  const request = value(await town.ask("fiona", { scope: town.scopes.orders }));
  return { request, grant, scope: town.scopes.orders };
}

async function internal(town: Town) {
  const grant = await oneOf(town, value(await town.ask("colin", { roles: ["Reader"] })));
  return { request: value(await town.ask("colin")), grant, scope: town.scopes.web };
}

async function oneOf(town: Town, request: AccessRequest): Promise<Grant> {
  const [grant] = await town.grantsOf(request);
  assert.ok(grant);
  return grant;
}

for (const [what, who, prepare] of STRANGERS) {
  test(`I12: to ${what}, nothing is there: no id and no scope answers anything else than not_found`, async () => {
    const town = await world.newTown();
    const { request, grant, scope } = await prepare(town);
    const before = JSON.stringify([await town.request(request.id), await town.grant(grant.id)]);
    const ids = { request: request.id, grant: grant.id, scope };
    const nowhere = {
      request: asId<AccessRequestId>(randomUUID()),
      grant: asId<GrantId>(randomUUID()),
      scope: scope.replace(/[0-9a-f-]{36}/, randomUUID()) as Scope,
    };
    const answers: Record<string, readonly string[]> = {};
    for (const [name, probe] of Object.entries(PROBES)) {
      if (who === "fiona" && name === "changePolicy") continue;
      const found = codeOf(await probe(town.as(who), ids, town));
      answers[name] = [found, codeOf(await probe(town.as(who), nowhere, town))];
    }
    const expected = Object.fromEntries(
      Object.keys(answers).map((name) => [name, ["not_found", "not_found"]]),
    );
    assert.deepEqual(answers, expected);
    assert.equal(JSON.stringify([await town.request(request.id), await town.grant(grant.id)]), before);
  });
}

test("I11: why a request would be refused quotes a customer's conditions to nobody else", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("frank", { scope: town.scopes.orders }));
  assert.ok(isPending(request));
  const { contoso, fabrikam } = town.tenants;
  const books = () => world.deps.store.inTenant(contoso, (tx) => tx.books([contoso, fabrikam]));
  const before = await books();
  await town.setPolicy({
    conditions: ["permit(principal, action, resource) when { context.secretOfContoso };"],
  });
  const both = { before, after: await books() };
  const told = (home: typeof contoso) =>
    refusedBy({ ...both, home }, [request], world.clock.now()).map(({ because }) => because);
  assert.match(told(contoso)[0] ?? "", /secretOfContoso/);
  assert.deepEqual(told(fabrikam), ["the conditions that its owner set do not permit this"]);
});

test("I12: lists hold what is of one's own tenant or shared with it", async () => {
  const town = await world.newTown();
  await shared(town);
  await internal(town);
  const nina = town.as("nina");
  assert.deepEqual(value(await listRequests(world.deps, nina, "all", { limit: 50 })), []);
  assert.deepEqual(value(await listGrants(world.deps, nina, "all", { limit: 50 })), []);
  const fiona = value(await listGrants(world.deps, town.as("fiona"), "all", { limit: 50 }));
  assert.deepEqual(
    fiona.map(({ grant }) => grant.otherTenantId),
    [town.tenants.fabrikam],
  );
});

test("I12: the publisher of an application cannot change its consumer's rules", async () => {
  const town = await world.newTown();
  const input = { applicationId: town.orders.id, policy: {}, expectedVersion: null };
  assert.equal(codeOf(await changeJitPolicy(world.deps, town.as("fiona"), input)), "not_found");
});

test("I12: a beneficiary of another tenant is unknown, not described", async () => {
  const town = await world.newTown();
  const asked = await town.ask("frank", { scope: town.scopes.orders, for: "colin" });
  assert.equal(codeOf(asked), "unknown_principal");
  assert.doesNotMatch(asked.ok ? "" : asked.rejection.message, /colin/i);
});
