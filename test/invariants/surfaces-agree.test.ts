/**
 * Every surface says the same of every request, grant and eligibility: random worlds, in which the clock runs ahead of the
 * worker too, are read as the clients of each surface read them.
 */

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import fc from "fast-check";
import type { AccessRequest, RequestState } from "../../src/domain/access-request.ts";
import { requestAt } from "../../src/domain/access-request.ts";
import { type Entitlement, type Grant, type GrantState, OPEN_STATES } from "../../src/domain/grant.ts";
import { dueAt, grantAt } from "../../src/domain/grant-progress.ts";
import { asId, type TargetId } from "../../src/domain/ids.ts";
import { ended, entitlement, grant, pendingRequest } from "../../src/domain/life.fixture.ts";
import { GROUP_MEMBER_ID } from "../../src/domain/role-definition.ts";
import { groupScope, type Scope } from "../../src/domain/scope.ts";
import { TOGETHER } from "../../src/domain/states.ts";
import {
  addMs,
  type BoundedClock,
  DAY_MS,
  formatInstant,
  HOUR_MS,
  MINUTE_MS,
} from "../../src/domain/time.ts";
import { createOutbound } from "../../src/outbound/places.ts";
import type { OpenStore } from "../../src/store/open-store.ts";
import { loadTarget } from "../../src/store/targets.ts";
import { createTargetGateway } from "../../src/targets/gateway.ts";
import { reconcileTarget } from "../../src/use-cases/grants/reconcile-target.ts";
import type { TargetGateway } from "../../src/use-cases/ports.ts";
import { bindTo } from "../fixtures/target-world.ts";
import type { Name, RoleName, Town } from "../fixtures/town.ts";
import { removeDrawers, setTroubles, type Troubles, toyTarget } from "../fixtures/toy-target.ts";
import { MONDAY, openWorld, value, type World } from "../fixtures/world.ts";
import { Surfaces, stored, whatBecame, whyOf } from "../model/surfaces.ts";

const READERS: readonly Name[] = [
  "colin",
  "cora",
  "casey",
  "chris",
  "carol",
  "ada",
  "frank",
  "fiona",
  "nina",
];
const RUNS = Number(process.env.CURFEW_SURFACES_RUNS ?? 3);
const SEED = Number(process.env.CURFEW_SURFACES_SEED ?? Date.now() % 2 ** 31);
const PLACES = ["web", "orders", "subscription", "tenant", "directory", "group"] as const;
const FOLDERS = mkdtempSync(join(tmpdir(), "curfew-cabinets-"));
const TROUBLES = {
  none: {},
  grant: { grant: { kind: "permanent", message: "no drawer is free" } },
  revoke: { revoke: { kind: "permanent", message: "the drawer is stuck" } },
  observe: { observe: { kind: "permanent", message: "the cabinet is dark" } },
  away: {
    grant: { kind: "retryable", message: "nobody is in" },
    revoke: { kind: "retryable", message: "nobody is in" },
  },
} as const satisfies Readonly<Record<string, Troubles>>;

let world: World;
let surfaces: Surfaces;
before(async () => {
  world = await openWorld({ kinds: [toyTarget], gateway: cabinets });
  surfaces = await Surfaces.open(world);
});
after(async () => {
  await surfaces.app.close();
  await world.close();
  rmSync(FOLDERS, { recursive: true, force: true });
});

/** Each town has a cabinet of its own. */
function cabinets({ db, installationId, systemIdentifiers }: OpenStore, clock: BoundedClock): TargetGateway {
  return createTargetGateway({
    ...{ kinds: [toyTarget], clock, installationId },
    outbound: async (id) => createOutbound({ allow: [] })({ id, name: "" }),
    forbiddenSystemIdentifiers: systemIdentifiers,
    async load(tenantId, id) {
      const loaded = await loadTarget(db, tenantId, id, () => ({}));
      return loaded === null ? null : { ...loaded, config: { ...loaded.config, key: "a key" } };
    },
    display: async (ref) => ref.objectId,
  });
}

async function newTown(): Promise<Town> {
  const town = await world.newTown();
  surfaces.town = town;
  const stages = [town.stage(["casey", "carol"], { decideByMs: 2 * HOUR_MS }), town.stage(["chris"])];
  const emergency = { allowed: true, maximumDurationMs: HOUR_MS };
  const manual = { justificationRequired: false, approval: { mode: "manual", stages }, emergency } as const;
  await town.setRules("Contributor", town.scopes.web, manual);
  const byOne = { ...manual, approval: { mode: "manual", stages: stages.slice(0, 1) } } as const;
  await town.setRules("Contributor", "/" as Scope, byOne);
  await town.setRules("Group Member", groupScope(town.ref("onCall").objectId), byOne);
  await town.setPolicy({ emergencyAllowed: true });
  await town.makeEligible("colin", "Contributor", "/" as Scope);
  await town.setRules("Reader", "/" as Scope, { justificationRequired: false });
  await town.makeEligible("cora", "Contributor", town.scopes.web);
  await town.makeEligible("colin", "Reader", "/" as Scope);
  await town.makeEligible("casey", "Contributor", town.scopes.orders);
  const config = { folder: folderOf(town) };
  const drawer = (role: RoleName, scope: Scope) => ({ role, scope, entitlement: { drawer: role } });
  const bound = [drawer("Contributor", town.scopes.web), drawer("Reader", town.scopes.subscription)];
  targets.set(town, [await bindTo(town, { kind: "toy", config }, bound)]);
  const member = { principalId: town.ref("cora").objectId, roleDefinitionId: GROUP_MEMBER_ID };
  await done("carol", "/eligibilities", {
    ...member,
    scope: groupScope(town.ref("onCall").objectId),
    justification: "on call",
  });
  return town;
}

async function done(who: Name, path: string, body: unknown): Promise<void> {
  const { status, body: answer } = await surfaces.call(who, "POST", `/api/v1${path}`, body);
  assert.ok(status < 300, `${who}: POST ${path}: ${status} ${JSON.stringify(answer)}`);
}

const targets = new WeakMap<Town, readonly TargetId[]>();

function folderOf({ tenants }: Town): string {
  return join(FOLDERS, tenants.contoso);
}

function nameOf(town: Town, { requester }: AccessRequest): Name {
  const asking = ["colin", "cora", "casey"] as const;
  return asking.find((name) => town.ref(name).objectId === requester.objectId) ?? "frank";
}

function placed(town: Town, place: (typeof PLACES)[number]): { scope: Scope; roleDefinitionId: string } {
  const role = (name: RoleName) => town.role(name);
  switch (place) {
    case "tenant":
      return { scope: "/" as Scope, roleDefinitionId: role("Reader") };
    case "directory":
      return { scope: "/" as Scope, roleDefinitionId: role("Contributor") };
    case "group":
      return { scope: groupScope(town.ref("onCall").objectId), roleDefinitionId: GROUP_MEMBER_ID };
    case "subscription":
      return { scope: town.scopes.subscription, roleDefinitionId: role("Reader") };
    default:
      return { scope: town.scopes[place], roleDefinitionId: role("Contributor") };
  }
}

const PICK = fc.nat(30);
const SOON = fc.constantFrom(null, null, null, 90, 300);
const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("ask" as const),
      who: fc.constantFrom<Name>("colin", "cora", "frank", "casey"),
      place: fc.constantFrom(...PLACES),
      minutes: fc.constantFrom(10, 60, 120),
      soon: SOON,
      emergency: fc.constantFrom(false, false, false, true),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constant("approve" as const),
      who: fc.constantFrom<Name>("casey", "casey", "chris", "carol"),
      pick: PICK,
      terms: fc.constantFrom({}, {}, {}, { duration: "PT5M" }, { inMinutes: 20 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("accept" as const), pick: PICK }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("review" as const), pick: PICK }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("trouble" as const),
      what: fc.constantFrom(...(Object.keys(TROUBLES) as (keyof typeof TROUBLES)[])),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("look" as const), rob: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("deny" as const),
      who: fc.constantFrom<Name>("casey", "chris"),
      pick: PICK,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("cancel" as const),
      who: fc.constantFrom<Name>("colin", "cora", "carol"),
      pick: PICK,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom("revoke" as const, "deactivate" as const),
      who: fc.constantFrom<Name>("carol", "colin", "cora"),
      pick: PICK,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("extend" as const),
      who: fc.constantFrom<Name>("colin", "cora", "frank"),
      pick: PICK,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("assign" as const),
      to: fc.constantFrom<Name>("cora", "casey"),
      place: fc.constantFrom(...PLACES),
      soon: SOON,
      minutes: fc.constantFrom(null, 60, 400),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("eligible" as const),
      to: fc.constantFrom<Name>("casey", "colin", "engineers"),
      place: fc.constantFrom("web" as const, "subscription" as const, "tenant" as const),
      soon: SOON,
      minutes: fc.constantFrom(30, 400),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("work" as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("jump" as const), minutes: fc.constantFrom(5, 61, 61, 130, 300) }),
  },
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

/** As a client sends it; what is refused changes nothing. */
async function perform(town: Town, one: Act): Promise<void> {
  const now = world.clock.now();
  const post = (who: Name, path: string, body: unknown) => surfaces.call(who, "POST", `/api/v1${path}`, body);
  const later = (minutes: number | null) =>
    minutes === null ? {} : { startAt: formatInstant(addMs(now, minutes * MINUTE_MS)) };
  const of = async <T>(all: readonly T[], isPromising: (it: T) => boolean, pick: number) => {
    const some = all.filter(isPromising);
    return some[pick % Math.max(1, some.length)];
  };
  switch (one.do) {
    case "ask": {
      const { scope, roleDefinitionId } = placed(town, one.place);
      const ask = {
        scope,
        roleDefinitionIds: [roleDefinitionId],
        duration: `PT${one.minutes}M`,
        justification: "it is due",
        emergency: one.emergency,
      };
      return void (await post(one.who, "/access-requests", { ...ask, ...later(one.soon) }));
    }
    case "assign":
    case "eligible": {
      const startsAt = addMs(now, (one.soon ?? 0) * MINUTE_MS);
      const endsAt =
        one.minutes === null ? {} : { endsAt: formatInstant(addMs(startsAt, one.minutes * MINUTE_MS)) };
      const window = { ...(one.soon === null ? {} : { startsAt: formatInstant(startsAt) }), ...endsAt };
      const body = {
        ...placed(town, one.place),
        principalId: town.ref(one.to).objectId,
        justification: "it is due",
      };
      return void (await post("carol", one.do === "assign" ? "/assignments" : "/eligibilities", {
        ...body,
        ...window,
      }));
    }
    case "work":
      return world.pass();
    case "trouble":
      return setTroubles(folderOf(town), TROUBLES[one.what]);
    case "look": {
      if (one.rob) removeDrawers(folderOf(town));
      for (const id of targets.get(town) ?? [])
        await reconcileTarget(world.deps, town.tenants.contoso, id).catch(() => {});
      return;
    }
    case "jump":
      return world.clock.advance(one.minutes * MINUTE_MS);
    default: {
      const { requests, grants } = await stored(world, town);
      if (one.do === "approve" || one.do === "deny" || one.do === "cancel" || one.do === "accept") {
        const isOffered = ({ state }: AccessRequest) => state.name === "pending" && state.proposal !== null;
        const isWaiting = ({ state }: AccessRequest) => state.name === "pending";
        const request = await of(requests, one.do === "accept" ? isOffered : isWaiting, one.pick);
        if (request === undefined) return;
        const url = `/access-requests/${request.id}`;
        if (one.do === "cancel") return void (await post(one.who, `${url}/cancel`, undefined));
        if (one.do === "accept") return void (await post(nameOf(town, request), `${url}/accept`, undefined));
        const { inMinutes = null, ...terms } = one.do === "approve" ? { inMinutes: null, ...one.terms } : {};
        const offered = { ...terms, ...later(inMinutes) };
        const counter = Object.keys(offered).length === 0 ? {} : { terms: offered };
        const decision = { decision: one.do, justification: "it is due", ...counter };
        return void (await post(one.who, `${url}/decisions`, decision));
      }
      if (one.do === "review") {
        const grant = await of(grants, ({ emergency, review }) => emergency && review === null, one.pick);
        const review = { outcome: "justified", justification: "it burned" };
        return grant && void (await post("casey", `/grants/${grant.id}/review`, review));
      }
      const grant = await of(
        grants,
        ({ state }) => state.name === "active" || state.name === "scheduled",
        one.pick,
      );
      if (grant === undefined) return;
      const body =
        one.do === "extend"
          ? { duration: "PT1H", justification: "it is due" }
          : one.do === "revoke"
            ? {}
            : undefined;
      await post(one.who, `/grants/${grant.id}/${one.do}`, body);
    }
  }
}

test(`of random worlds every surface says the same: ${RUNS} of them, seed ${SEED}`, async (t) => {
  t.diagnostic(`CURFEW_SURFACES_SEED=${SEED} CURFEW_SURFACES_RUNS=${RUNS} repeats this run`);
  let runs = 0;
  let compared = 0;
  const reached = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 14, maxLength: 24 }), async (acts) => {
      world.clock.set(addMs(MONDAY, runs++ * 60 * DAY_MS));
      const town = await newTown();
      for (const [index, one] of acts.entries()) {
        await perform(town, one);
        const reader = READERS[index % READERS.length] as Name;
        compared += await surfaces.compare(reader);
      }
      for (const reader of READERS) compared += await surfaces.compare(reader);
      const { requests, grants } = await stored(world, town);
      for (const { state, emergency } of [...requests, ...grants])
        for (const one of [state.name, ...(emergency ? ["emergency"] : [])])
          reached.set(one, (reached.get(one) ?? 0) + 1);
      for (const { fault } of grants.flatMap(({ entitlements }) => entitlements))
        if (fault != null) reached.set(fault.kind, (reached.get(fault.kind) ?? 0) + 1);
    }),
    { numRuns: RUNS, seed: SEED, endOnFailure: process.env.CURFEW_SURFACES_SHRINK === undefined },
  );
  t.diagnostic(
    `${compared} things compared; ${[...reached].map(([state, times]) => `${times} ${state}`).join(", ")}`,
  );
});

test("what nobody decided in time has timed out on every surface before any worker has looked", async () => {
  world.clock.set(addMs(MONDAY, 900 * DAY_MS));
  const town = await newTown();
  value(await town.ask("colin"));
  world.clock.advance(3 * HOUR_MS);
  for (const reader of READERS) await surfaces.compare(reader);
});

test("what has passed its end is over on every surface before any worker has looked", async () => {
  world.clock.set(addMs(MONDAY, 1_000 * DAY_MS));
  const town = await newTown();
  value(await town.ask("colin", { scope: "/" as Scope, roles: ["Reader"] }));
  await world.pass();
  await surfaces.compare("colin");
  world.clock.advance(2 * HOUR_MS);
  for (const reader of READERS) await surfaces.compare(reader);
});

test("the stage that is open is the same in every surface when less is approved in a later one", async () => {
  world.clock.set(addMs(MONDAY, 1_100 * DAY_MS));
  const town = await newTown();
  const request = value(await town.ask("colin", { durationMs: 2 * HOUR_MS }));
  value(await town.approve("casey", request));
  for (const reader of READERS) await surfaces.compare(reader);
  // On other terms the first stage decides once more.
  value(await town.approve("chris", request, { durationMs: HOUR_MS }));
  for (const reader of READERS) await surfaces.compare(reader);
});

test("an eligibility that has not begun is told with its start and is in effect nowhere; an ended one is told nowhere", async () => {
  world.clock.set(addMs(MONDAY, 1_200 * DAY_MS));
  const town = await newTown();
  const startsAt = addMs(world.clock.now(), HOUR_MS);
  const window = { startsAt: formatInstant(startsAt), endsAt: formatInstant(addMs(startsAt, HOUR_MS)) };
  const body = {
    ...placed(town, "subscription"),
    principalId: town.ref("casey").objectId,
    justification: "it is due",
  };
  await done("carol", "/eligibilities", { ...body, ...window });
  const told = async () => {
    for (const reader of READERS) await surfaces.compare(reader);
    const mine = await surfaces.list("casey", "/api/v1/me/eligibilities");
    return mine.filter(({ scope }) => scope === town.scopes.subscription).map(({ startsAt: from }) => from);
  };
  assert.deepEqual(await told(), [window.startsAt]);
  world.clock.advance(90 * MINUTE_MS);
  assert.deepEqual(await told(), [window.startsAt]);
  world.clock.advance(HOUR_MS);
  assert.deepEqual(await told(), []);
});

test("a target that refuses, is dark or does not let go, an emergency and another start that is offered are the same on every surface", async () => {
  world.clock.set(addMs(MONDAY, 1_250 * DAY_MS));
  const town = await newTown();
  const ask = (who: Name, place: (typeof PLACES)[number], emergency: boolean): Act => ({
    ...{ do: "ask", who: who as "colin", place, minutes: 60, soon: null, emergency },
  });
  const work: Act = { do: "work" };
  const trouble = (what: keyof typeof TROUBLES): Act => ({ do: "trouble", what });
  const seen = new Set<string>();
  const acts: readonly (readonly Act[])[] = [
    [trouble("grant"), ask("colin", "web", true), work],
    [{ do: "jump", minutes: 61 }],
    [work],
    [trouble("none"), ask("cora", "web", true), work],
    [trouble("observe"), { do: "look", rob: false }],
    [trouble("revoke"), { do: "deactivate", who: "cora", pick: 0 }, work],
    [ask("colin", "directory", false), { do: "approve", who: "casey", pick: 0, terms: { inMinutes: 20 } }],
    [{ do: "accept", pick: 0 }],
  ];
  for (const some of acts) {
    for (const one of some) await perform(town, one);
    for (const reader of ["casey", "carol", "cora"] as const) await surfaces.compare(reader);
    const { requests, grants } = await stored(world, town);
    for (const one of grants) {
      seen.add(`${whyOf(one, world.clock.now())} ${one.state.name}`);
      for (const { fault } of one.entitlements)
        if (fault != null) seen.add(`${fault.kind} ${one.state.name}`);
    }
    for (const one of requests) seen.add(whatBecame(one, grants, world.clock.now()));
  }
  const wanted = ["provisioning provisioning", "never_live provisioning", "never_live ended", "live active"];
  const faults = ["permanent provisioning", "permanent active", "permanent deprovisioning"];
  const missing = [...wanted, ...faults, "deactivated deprovisioning", "offered", "scheduled scheduled"];
  assert.deepEqual(
    missing.filter((one) => !seen.has(one)),
    [],
    `seen: ${[...seen]}`,
  );
});

// Last: no worker could do anything with what is stored here.
test("the store finds by state what the domain says is in it, at every edge of the time of every pair of states", async () => {
  const start = addMs(MONDAY, 1_300 * DAY_MS);
  const end = addMs(start, HOUR_MS);
  const town = await newTown();
  const own = {
    tenantId: town.tenants.contoso,
    requester: town.ref("colin"),
    beneficiary: town.ref("colin"),
  };
  const placed = { ...own, scope: town.scopes.web };
  const grants = Object.entries(TOGETHER).flatMap(([name, held]) =>
    [[], ...held.flatMap((state) => [[{ state, handle: null }], [{ state, handle: { role: "curfew_x" } }]])]
      .filter((all) => name !== "deprovisioning" || all.length > 0)
      .flatMap((all) => [end, null].map((endsAt) => ({ name: name as GrantState["name"], all, endsAt }))),
  );
  const closed = { cause: "revoked" as const, by: null };
  const states: { readonly [S in GrantState["name"]]: GrantState } = {
    ...{
      scheduled: { name: "scheduled" },
      provisioning: { name: "provisioning" },
      active: { name: "active" },
    },
    ...{ deprovisioning: { name: "deprovisioning", since: start, ...closed } },
    ...{ ended: { name: "ended", at: start, ...closed } },
  };
  const heldGrants = grants.map(({ name, all, endsAt }): Grant => {
    const entitlements = all.map((one): Entitlement => entitlement({ ...one, member: own.beneficiary }));
    const window = { id: asId<Grant["id"]>(randomUUID()), startsAt: start, endsAt };
    const role = { requestId: null, roleDefinitionId: town.role("Contributor") };
    return grant({ ...placed, ...window, ...role, entitlements, state: states[name] });
  });
  const asked = [
    { name: "pending" as const, stage: 0, stageStartedAt: start, decideBy: end, proposal: null },
  ].flatMap((state) => [
    pendingRequest({ ...placed, state }),
    pendingRequest({ ...placed, state, neededUntil: addMs(start, MINUTE_MS) }),
    ...ended(pendingRequest(placed)),
  ]);
  const requests = asked.map((one): AccessRequest => ({ ...one, id: asId(randomUUID()), stages: [] }));
  await world.deps.store.inTenant(town.tenants.contoso, async (tx) => {
    for (const one of heldGrants) await tx.grants.insert(one, dueAt(one, addMs(start, -1)));
    for (const one of requests) await tx.requests.insert(one);
    for (const at of [-1, 0, MINUTE_MS, HOUR_MS - 1, HOUR_MS].map((ms) => addMs(start, ms))) {
      const names = Object.keys(TOGETHER) as GrantState["name"][];
      for (const anyOf of [
        ...names.map((name) => [name]),
        OPEN_STATES,
        ["active", "ended"] as const,
        names,
        [],
      ]) {
        const found = await tx.grants.list({ states: { anyOf, at }, limit: 500 });
        const wanted = heldGrants.filter((one) => anyOf.some((name) => name === grantAt(one, at).state.name));
        assert.deepEqual(
          idsOf(found),
          idsOf(wanted),
          `grants that are ${anyOf} ${at - start} ms after their start`,
        );
      }
      const all: RequestState["name"][] = ["pending", "approved", "denied", "canceled", "timedOut"];
      for (const anyOf of [...all.map((name) => [name]), all.slice(0, 2), all.slice(3), all, []]) {
        const found = await tx.requests.list({ states: { anyOf, at }, limit: 500 });
        const wanted = requests.filter((one) => anyOf.includes(requestAt(one, at).state.name));
        assert.deepEqual(idsOf(found), idsOf(wanted), `requests that are ${anyOf} ${at - start} ms later`);
      }
    }
  });
});

function idsOf(all: readonly { readonly id: string }[]): string[] {
  return all.map(({ id }) => id).sort();
}
