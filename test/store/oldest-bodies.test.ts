/**
 * What 0.1.0 stored, read and acted on by today's code: one body of every aggregate, written out field by field as that
 * version wrote it, so that nothing of today's making stands in between.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { type Grant, livenessOf } from "../../src/domain/grant.ts";
import { asId, type OfferId } from "../../src/domain/ids.ts";
import { scopeKey } from "../../src/domain/scope.ts";
import { DAY_MS, formatInstant, HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import { requestJson, requestShape } from "../../src/http/api/shapes/access-request.ts";
import { grantJson, grantShape } from "../../src/http/api/shapes/grant.ts";
import { written } from "../../src/http/api/shown.ts";
import { jitRequestJson } from "../../src/http/azure/solutions/jit-request-json.ts";
import { fromKept } from "../../src/pim/pim-request.ts";
import { extendGrant } from "../../src/use-cases/grants/extend-grant.ts";
import { listNotifications } from "../../src/use-cases/notifications/read-notifications.ts";
import type { TargetGateway } from "../../src/use-cases/ports.ts";
import { previewRequest } from "../../src/use-cases/requests/preview-request.ts";
import { findResource } from "../../src/use-cases/surface-resources.ts";
import { readApplication } from "../../src/use-cases/views/read-application.ts";
import { listAuditEntries } from "../../src/use-cases/views/read-audit.ts";
import { readEligibilities } from "../../src/use-cases/views/read-eligibilities.ts";
import { readGrant } from "../../src/use-cases/views/read-grants.ts";
import { readOfferForm } from "../../src/use-cases/views/read-offer-form.ts";
import { readRequest } from "../../src/use-cases/views/read-requests.ts";
import { readKeptLife } from "../../src/use-cases/views/request-lives.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { NO_TARGETS, openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
let town: Town;
const removed: string[] = [];
const provisioned: string[] = [];
/** A target that holds what it is told to. */
const GATEWAY: TargetGateway = {
  ...NO_TARGETS,
  plan: (_kind, grant) => ({ login: `curfew_${grant.id}` }),
  async provision(_grant, entitlement) {
    provisioned.push(JSON.stringify(entitlement.handle));
    return { enforcedUntil: entitlement.wanted?.expiresAt ?? null };
  },
  async remove(_grant, entitlement) {
    removed.push(JSON.stringify(entitlement.handle));
    return null;
  },
};

before(async () => {
  world = await openWorld({ gateway: () => GATEWAY });
  town = await world.newTown();
});
after(() => world.close());

const plain = (name: Name) => ({ ...town.ref(name) });

/** As 0.1.0 wrote the settings that a request was made under. */
function oldSettings(approvers: readonly Name[]) {
  return {
    maximumDurationMs: 28_800_000,
    defaultDurationMs: 3_600_000,
    minimumDurationMs: 300_000,
    maximumTotalMs: 57_600_000,
    justificationRequired: false,
    ticket: { required: false, patterns: [] },
    mfaRequired: false,
    authenticationContext: null,
    workloadsAllowed: false,
    conditions: [],
    approval: { mode: "manual", stages: [oldStage(approvers)] },
    approverJustification: "whereAsked",
    emergency: { allowed: false, maximumDurationMs: 3_600_000 },
    cooldownAfterDenialMs: 0,
    maximumEligibilityMs: 31_536_000_000,
    makingEligible: { justificationRequired: false, mfaRequired: false },
    assigning: { justificationRequired: false, mfaRequired: false, maximumDurationMs: null },
  };
}

function oldStage(approvers: readonly Name[]) {
  return { approvers: approvers.map(plain), required: 1, decideByMs: 86_400_000, escalation: null };
}

function oldRequest(more: object = {}) {
  const now = world.clock.now();
  const terms = { roleDefinitionIds: [town.role("Contributor")], durationMs: 3_600_000, startAt: null };
  return {
    id: randomUUID(),
    tenantId: town.tenants.contoso,
    otherTenantId: null,
    version: 1,
    extendsGrantId: null,
    requester: plain("colin"),
    beneficiary: plain("colin"),
    scope: town.scopes.web,
    managedScope: null,
    applicationId: null,
    asked: terms,
    terms,
    purpose: null,
    plan: null,
    justification: "fix order 4711",
    ticket: null,
    emergency: false,
    session: { amr: ["pwd"], acr: null, acrs: [], authTime: now, ip: "192.0.2.7", via: "portal" },
    neededUntil: null,
    createdAt: now,
    madeUnder: [
      {
        settings: oldSettings(["approvers"]),
        source: { kind: "roleSettings", name: "contributor-on-web", version: 1 },
      },
    ],
    stages: [oldStage(["approvers"])],
    approvals: [],
    state: { name: "pending", stage: 0, stageStartedAt: now, decideBy: now + 86_400_000, proposal: null },
    ...more,
  };
}

function oldGrant(more: object = {}) {
  const now = world.clock.now();
  return {
    id: randomUUID(),
    tenantId: town.tenants.contoso,
    otherTenantId: null,
    version: 3,
    kind: "activation",
    requestId: null as string | null,
    underGrantId: null,
    requester: plain("colin"),
    beneficiary: plain("colin"),
    roleDefinitionId: town.role("Contributor"),
    scope: town.scopes.web,
    managedScope: null,
    applicationId: null,
    emergency: false,
    why: null,
    entitlements: [] as unknown[],
    gatePassedAt: now as number | null,
    review: null,
    state: { name: "active" } as object,
    startsAt: now,
    endsAt: (now + 3_600_000) as number | null,
    ...more,
  };
}

/** Without the fault that later versions keep of the last attempt. */
function oldEntitlement(more: object = {}) {
  const expiresAt = world.clock.now() + 3_600_000;
  return {
    bindingId: randomUUID(),
    targetId: randomUUID(),
    member: plain("colin"),
    required: true,
    entitlement: { role: "orders_writer" },
    state: "present",
    wanted: { generation: 1, expiresAt },
    handle: { login: "curfew_old" },
    enforcedUntil: expiresAt,
    generation: 1,
    attempts: 0,
    retryAt: null,
    lastError: null,
    secretClaimedAt: null,
    ...more,
  };
}

async function store(
  table: "access_request" | "access_grant",
  body: ReturnType<typeof oldGrant> | ReturnType<typeof oldRequest>,
  dueAt: number | null,
) {
  await town.rows("contoso", (trx) =>
    trx
      .insertInto(table)
      .values({
        tenant_id: town.tenants.contoso,
        id: body.id,
        version: body.version,
        body: JSON.stringify(body),
        due_at: dueAt === null ? null : new Date(dueAt),
      } as never)
      .execute(),
  );
}

async function storeTarget(kind: string, entitlement: ReturnType<typeof oldEntitlement>): Promise<void> {
  const { tenants, scopes } = town;
  const target = {
    id: entitlement.targetId,
    tenantId: tenants.contoso,
    name: `target-${entitlement.targetId.slice(0, 8)}`,
    kind,
    config: { host: "localhost", port: 5432, database: "orders", user: "curfew_management" },
    version: 1,
  };
  const binding = {
    id: entitlement.bindingId,
    tenantId: tenants.contoso,
    name: `binding-${entitlement.bindingId.slice(0, 8)}`,
    targetId: target.id,
    roleDefinitionId: town.role("Owner"),
    scope: scopes.db,
    entitlement: { role: "orders_writer" },
    required: true,
    standing: true,
  };
  await town.rows("contoso", async (trx) => {
    const own = { tenant_id: tenants.contoso };
    await trx
      .insertInto("target")
      .values({
        ...own,
        id: target.id,
        name: target.name,
        body: JSON.stringify(target),
        sealed_secrets: null,
      })
      .execute();
    await trx
      .insertInto("binding")
      .values({ ...own, id: binding.id, name: binding.name, body: JSON.stringify(binding) })
      .execute();
  });
}

const requestSent = (name: Name, id: string) =>
  readRequest(world.deps, town.as(name), asId(id)).then((view) =>
    written(requestShape)(requestJson(value(view))),
  );
const grantSent = (name: Name, id: string) =>
  readGrant(world.deps, town.as(name), asId(id)).then((view) =>
    written(grantShape)(grantJson(value(view), world.clock.now())),
  );

test("an access request that is pending is read by both sides, decided, and leads to a grant", async () => {
  const body = oldRequest();
  await store("access_request", body, body.createdAt + 86_400_000);
  assert.equal((await requestSent("colin", body.id)).state, "pending");
  const request = await town.request(asId(body.id));
  const decided = value(await town.approve("casey", request));
  assert.equal(decided.state.name, "approved");
  const [grant] = await town.grantsOf(decided);
  assert.ok(grant);
  assert.equal(livenessOf(grant, world.clock.now()), "live");
  const more = await extendGrant(world.deps, town.as("colin"), {
    grantId: grant.id,
    durationMs: HOUR_MS,
    justification: null,
    ticket: null,
  });
  assert.equal(value(more).extendsGrantId, grant.id);
});

test("requests that were decided keep what was said of them", async () => {
  const now = world.clock.now();
  const by = plain("casey");
  const states = [
    { name: "approved", at: now, automatically: true, grantIds: [] },
    { name: "denied", at: now, by, justification: "not today", rules: [] },
    {
      name: "denied",
      at: now,
      by: null,
      justification: null,
      rules: [{ rule: "EligibilityRule", outcome: "unsatisfied", message: "no eligibility" }],
    },
    { name: "canceled", at: now, by: plain("colin") },
    { name: "timedOut", at: now, because: "decideBy" },
  ];
  for (const state of states) {
    const body = oldRequest({ state });
    await store("access_request", body, null);
    const sent = await requestSent("colin", body.id);
    assert.equal(sent.state, state.name);
    value(await readKeptLife(world.deps, town.as("colin"), asId(body.id), "jitRequest"));
  }
});

test("a request that nobody decided times out", async () => {
  const body = oldRequest({ requester: plain("cora"), beneficiary: plain("cora") });
  await store("access_request", body, body.createdAt + 86_400_000);
  world.clock.advance(DAY_MS + MINUTE_MS);
  await world.pass();
  assert.equal((await town.request(asId(body.id))).state.name, "timedOut");
});

test("a live grant is held in its target, looked at, and taken out at its end", async () => {
  const entitlement = oldEntitlement();
  await storeTarget("postgres", entitlement);
  const body = oldGrant({
    entitlements: [entitlement],
    scope: town.scopes.db,
    roleDefinitionId: town.role("Owner"),
    kind: "standing",
    why: "declined",
  });
  await store("access_grant", body, body.endsAt);
  const sent = await grantSent("carol", body.id);
  assert.deepEqual([sent.liveness, sent.heldBy, sent.entitlements[0]?.fault], ["live", "native", null]);
  world.clock.advance(HOUR_MS);
  await world.pass();
  const ended = await town.grant(asId(body.id));
  assert.deepEqual(ended.state.name === "ended" && ended.state.cause, "expired");
  assert.deepEqual(removed, ['{"login":"curfew_old"}']);
});

test("a grant on its way into a target that refused it before is tried again", async () => {
  const now = world.clock.now();
  const entitlement = oldEntitlement({
    ...{ state: "planned", generation: 0, handle: null, enforcedUntil: null },
    ...{ attempts: 4, retryAt: now - 1, lastError: "the target did not answer" },
  });
  await storeTarget("postgres", entitlement);
  const more = {
    scope: town.scopes.db,
    roleDefinitionId: town.role("Owner"),
    kind: "standing",
    why: "declined",
  };
  const body = oldGrant({
    ...more,
    entitlements: [entitlement],
    gatePassedAt: null,
    state: { name: "provisioning" },
  });
  await store("access_grant", body, now - 1);
  assert.equal((await grantSent("carol", body.id)).liveness, "provisioning");
  await world.pass();
  const held: Grant = await town.grant(asId(body.id));
  assert.equal(provisioned.length, 1);
  assert.deepEqual([held.state.name, held.entitlements[0]?.fault ?? null], ["active", null]);
});

test("grants that wait for their start, close or have ended are read as they are", async () => {
  const now = world.clock.now();
  const closing = { name: "deprovisioning", cause: "revoked", since: now, by: plain("carol") };
  const more = {
    roleDefinitionId: town.role("Reader"),
    beneficiary: plain("cora"),
    requester: plain("cora"),
  };
  const bodies = [
    oldGrant({
      ...more,
      state: { name: "scheduled" },
      startsAt: now + 3_600_000,
      endsAt: now + 7_200_000,
      gatePassedAt: null,
    }),
    oldGrant({
      ...more,
      state: closing,
      entitlements: [oldEntitlement({ state: "leaving", lastError: "gone away" })],
    }),
    oldGrant({ ...more, state: { name: "ended", cause: "eligibility_lost", at: now, by: null } }),
  ];
  const said = [];
  for (const body of bodies) {
    await store("access_grant", body, null);
    const { state, liveness } = await grantSent("cora", body.id);
    said.push([state, liveness]);
  }
  assert.deepEqual(said, [
    ["scheduled", "scheduled"],
    ["deprovisioning", "revoked"],
    ["ended", "eligibility_lost"],
  ]);
});

test("settings and tiers with what was set then, and nothing else, rule a preview", async () => {
  const own = { tenant_id: town.tenants.contoso };
  await town.change("contoso", async (trx) => {
    await trx
      .insertInto("tier")
      .values({
        ...own,
        name: "guarded",
        override: JSON.stringify({ mfaRequired: true }),
        roles_permitting: JSON.stringify([]),
        version: 1,
      })
      .execute();
    await trx
      .insertInto("role_settings")
      .values({
        ...own,
        ...{
          id: randomUUID(),
          name: "owner-on-db",
          role_definition_id: town.role("User Access Administrator"),
          tier: "guarded",
        },
        ...{ scope: town.scopes.db, scope_key: scopeKey(town.scopes.db), version: 1 },
        override: JSON.stringify({
          maximumDurationMs: 1_800_000,
          ticket: { required: true, patterns: ["INC-\\d+"] },
        }),
      })
      .execute();
  });
  await town.makeEligible("cora", "User Access Administrator", town.scopes.db);
  const input = town.input({
    roles: ["User Access Administrator"],
    scope: town.scopes.db,
    durationMs: HOUR_MS,
    justification: "it is due",
  });
  const preview = value(await previewRequest(world.deps, town.as("cora"), input));
  const missing = preview.prepared.decision.rules.filter(({ outcome }) => outcome === "unsatisfied");
  assert.deepEqual(missing.map(({ rule }) => rule).sort(), ["ExpirationRule", "MfaRule", "TicketingRule"]);
});

test("an application and its offer are read by both parties, asked for and decided", async () => {
  const { tenants, scopes } = town;
  const now = world.clock.now();
  const offerId = randomUUID();
  const roles = [{ ...town.orders.roles[0] }];
  const authorizations = [{ principal: plain("support"), roleDefinitionId: town.role("Contributor") }];
  const offer = {
    id: offerId,
    tenantId: tenants.fabrikam,
    name: "ledger",
    displayName: "Ledger",
    visibility: { to: "everybody" },
    latestVersion: 1,
  };
  const version = {
    offerId,
    tenantId: tenants.fabrikam,
    version: 1,
    jitOffered: true,
    authorizations,
    roles,
  };
  await town.rows("fabrikam", async (trx) => {
    const own = { tenant_id: tenants.fabrikam };
    await trx
      .insertInto("offer")
      .values({ ...own, id: offerId, name: "ledger", body: JSON.stringify(offer) })
      .execute();
    await trx
      .insertInto("offer_version")
      .values({
        ...own,
        offer_id: offerId,
        version: 1,
        body: JSON.stringify(version),
        package: JSON.stringify(PACKAGE),
      })
      .execute();
  });
  const body = {
    id: randomUUID(),
    tenantId: tenants.contoso,
    publisherTenantId: tenants.fabrikam,
    name: "ledger",
    scope: scopes.orders.replace(/orders$/, "ledger"),
    managedScope: scopes.managed.replace("orders-managed", "ledger-managed"),
    offerId,
    offerVersion: 1,
    authorizations,
    roles,
    owners: [plain("carol")],
    jitAccess: {
      enabled: true,
      policy: {
        ...{ mode: "manual", approvers: [plain("approvers")], required: 1, decideByMs: 86_400_000 },
        ...{ maximumDurationMs: 14_400_000, minimumDurationMs: 300_000, justificationRequired: false },
        ...{ ticket: { required: false, patterns: [] }, mfaRequired: false, conditions: [] },
        ...{ approverJustification: "whereAsked", emergencyAllowed: false },
      },
      policyVersion: 1,
    },
    version: 1,
    deployedAt: now - 86_400_000,
    deletedAt: null,
  };
  await town.change("contoso", (trx) =>
    trx
      .insertInto("application")
      .values({ tenant_id: tenants.contoso, id: body.id, body: JSON.stringify(body) } as never)
      .execute(),
  );
  for (const who of ["carol", "fiona"] as const)
    assert.equal(value(await readApplication(world.deps, town.as(who), asId(body.id))).offerName, "Ledger");
  assert.equal(
    value(await readOfferForm(world.deps, town.as("carol"), asId<OfferId>(offerId))).form !== null,
    true,
  );
  const mine = value(await readEligibilities(world.deps, town.as("frank")));
  assert.ok(mine.some(({ scope, startsAt }) => scope === body.scope && startsAt === body.deployedAt));
  const request = value(await town.ask("frank", { scope: asId(body.scope) as never }));
  assert.equal(value(await town.approve("casey", request)).state.name, "approved");
});

const PACKAGE = {
  uiDefinition: {
    $schema: "https://schema.management.azure.com/schemas/0.1.2-preview/CreateUIDefinition.MultiVm.json#",
    handler: "Microsoft.Azure.CreateUIDef",
    version: "0.1.2-preview",
    parameters: { basics: [{}], steps: [], outputs: {} },
  },
  viewDefinition: null,
  parameters: {},
};

test("what surfaces keep of requests is read under the names that they were given", async () => {
  const { tenants, scopes } = town;
  const by = { by: plain("carol"), kind: "user", at: world.clock.now() };
  const request = oldRequest({
    applicationId: town.orders.id,
    scope: scopes.orders,
    otherTenantId: tenants.fabrikam,
    requester: plain("frank"),
    beneficiary: plain("frank"),
  });
  await store("access_request", request, null);
  const name = randomUUID();
  const jitId = `${scopes.subscription}/resourceGroups/applications/providers/Microsoft.Solutions/jitRequests/fix4711`;
  const shared = { tenantId: tenants.contoso, tags: {}, version: 1, created: by, changed: by };
  const bodies = [
    {
      ...{ ...shared, kind: "scheduleRequest", otherTenantId: null, subjectId: name },
      id: `/providers/Microsoft.Authorization/roleEligibilityScheduleRequests/${name}`,
      kept: {
        ...{
          of: "eligibility",
          requestType: "AdminAssign",
          scope: scopes.web,
          roleDefinitionId: town.role("Contributor"),
        },
        ...{
          principal: plain("colin"),
          scheduleInfo: null,
          justification: "on call",
          ticket: null,
          target: null,
        },
        ...{ status: "Provisioned", scheduleId: randomUUID() },
      },
    },
    {
      ...{ ...shared, kind: "jitRequest", otherTenantId: tenants.fabrikam, subjectId: request.id, id: jitId },
      kept: { location: "westeurope", policies: [], type: "Once", startTime: formatInstant(by.at) },
    },
  ];
  await town.rows("contoso", async (trx) => {
    for (const body of bodies)
      await trx
        .insertInto("azure_resource")
        .values({
          ...{
            tenant_id: tenants.contoso,
            kind: body.kind,
            subject_id: body.subjectId,
            id_key: body.id.toLowerCase(),
          },
          ...{ other_tenant_id: body.otherTenantId, body: JSON.stringify(body) },
        })
        .execute();
  });
  const [kept, jit] = bodies;
  const found = await findResource(world.deps, tenants.contoso, "scheduleRequest", kept?.id ?? "");
  assert.ok(found);
  assert.deepEqual([fromKept(found, false).id, fromKept(found, false).status], [name, "Provisioned"]);
  const frank = town.as("frank");
  const life = value(await readKeptLife(world.deps, frank, asId(request.id), "jitRequest"));
  const shown = jitRequestJson(life, life.resource, frank, world.clock.now());
  assert.deepEqual(
    [shown.id, shown.location, shown.properties.jitRequestState],
    [jit?.id, "westeurope", "Pending"],
  );
});

test("notifications, entries of the log and kept answers are given back", async () => {
  const { contoso } = town.tenants;
  const at = new Date(world.clock.now());
  await town.rows("contoso", async (trx) => {
    await trx
      .insertInto("notification")
      .values({
        ...{ tenant_id: contoso, recipient_id: town.ref("ada").objectId, type: "request.submitted" },
        ...{
          request_id: randomUUID(),
          grant_id: null,
          body: "Colin asks for Contributor on web for 1 h",
          at,
        },
      })
      .execute();
    await trx
      .insertInto("idempotency_key")
      .values([
        {
          tenant_id: contoso,
          principal_id: town.ref("ada").objectId,
          key: "answered",
          fingerprint: "f",
          status: 201,
          answer: JSON.stringify('{"id":"x"}'),
          at,
        },
      ])
      .execute();
  });
  const told = await listNotifications(world.deps, town.ref("ada"), { limit: 10, unread: true });
  assert.deepEqual(
    told.map(({ text }) => text),
    ["Colin asks for Contributor on web for 1 h"],
  );
  const kept = await world.deps.store.inTenant(contoso, (tx) =>
    tx.answers.find(town.ref("ada"), "answered", world.clock.now()),
  );
  assert.deepEqual([kept?.status, kept?.body], [201, '{"id":"x"}']);
  // What 0.1.0 wrote into its log has no fact that came later.
  const subject = randomUUID();
  await town.rows("contoso", (trx) =>
    trx
      .insertInto("audit_entry")
      .values({
        ...{ tenant_id: contoso, id: randomUUID(), at, subject_id: subject, correlation_id: subject },
        ...{
          actor_id: null,
          actor_tenant_id: null,
          actor_kind: "system",
          via: "worker",
          type: "grant.ended",
        },
        ...{ subject_kind: "grant", parties: null, leaf_hash: Buffer.alloc(32), commitments: null },
        ...{ facts: JSON.stringify({ cause: "expired" }), openings: JSON.stringify([]) },
      })
      .execute(),
  );
  const entries = value(
    await listAuditEntries(world.deps, town.as("ada"), { subjectId: subject, limit: 10 } as never),
  );
  assert.equal(entries.length, 1);
});
