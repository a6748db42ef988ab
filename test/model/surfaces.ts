/**
 * What each surface says of the same things: read as its clients read it, beside what it must say. Long because the readings
 * of all surfaces stand beside each other, so that one that is missing is seen.
 */
import assert from "node:assert/strict";
import type { FastifyInstance } from "fastify";
import { hasBegun as cliHasBegun } from "../../src/cli/eligibility-words.ts";
import { stateOf as cliRequestWord } from "../../src/cli/find/requests.ts";
import { stateWord as cliGrantWord } from "../../src/cli/grant-words.ts";
import type { Grant as GrantJson, AccessRequest as RequestJson } from "../../src/client/types.ts";
import type { AccessRequest } from "../../src/domain/access-request.ts";
import { END_CAUSES, type Grant } from "../../src/domain/grant.ts";
import { accept, reject } from "../../src/domain/rejection.ts";
import { GROUP_MEMBER_ID, GROUP_OWNER_ID } from "../../src/domain/role-definition.ts";
import { formatInstant, type Instant, parseInstant } from "../../src/domain/time.ts";
import { createServer } from "../../src/http/server.ts";
import { createChangeFeed } from "../../src/store/change-feed.ts";
import { createMeters } from "../../src/telemetry/meters.ts";
import type { Name, Town } from "../fixtures/town.ts";
import type { World } from "../fixtures/world.ts";

// What the portal says; of its modules only the words, whose types are those of a browser.
const words = <T>(name: string): Promise<T> =>
  import(new URL(`../../portal/src/words/${name}.ts`, import.meta.url).href);
const { stateWords: portalGrantWords } = await words<{ stateWords(grant: GrantJson): string }>("grant");
const { stateWords: portalRequestWords, currentStage } = await words<{
  stateWords(request: RequestJson): string;
  currentStage(request: RequestJson): RequestJson["stages"][number] | null;
}>("request");
const { hasBegun } = await words<{ hasBegun(one: { startsAt: string }, now: number): boolean }>(
  "eligibility",
);

type Json = Readonly<Record<string, unknown>>;

interface RequestSaid {
  readonly native: string;
  readonly cli: RegExp;
  readonly portal: RegExp;
  readonly pim: string;
  readonly jit: string;
}

/** Graph's two areas, and what each has a form for. */
const GRAPH = {
  directory: {
    path: "roleManagement/directory",
    approvals: "roleAssignmentApprovals",
    eligibility: "roleEligibility",
    holds: (scope: string) => scope === "/",
  },
  group: {
    path: "identityGovernance/privilegedAccess/group",
    approvals: "assignmentApprovals",
    eligibility: "eligibility",
    holds: (scope: string) => isGroups({ scope }),
  },
} as const;

/** Who sees everything of a tenant. */
const ANSWERING: readonly Name[] = ["carol", "ada", "fiona"];

/** One of each kind of reader is enough to see what a list is narrowed to. */
const BY_STATE: readonly Name[] = ["carol", "colin", "casey", "frank"];

const STATES_LISTED = {
  "access-requests": ["pending", "approved", "denied", "canceled", "timedOut"],
  grants: ["scheduled", "provisioning", "active", "deprovisioning", "ended"],
} as const;

type Ended = "expired" | "canceled" | "revoked" | "lost";

/** Of a request, by what became of it. */
const REQUESTS: Readonly<Record<string, RequestSaid>> = {
  pending: row(["pending", "pending"], /^Waiting for/, "PendingApproval", "Pending"),
  offered: row(["pending", "pending"], /^Another start is offered/, "PendingApproval", "Pending"),
  denied: row(["denied", "denied"], /^Denied$/, "Denied", "Denied"),
  canceled: row(["canceled", "canceled"], /^Canceled$/, "Canceled", "Canceled"),
  timedOut: row(
    ["timedOut", "timed out"],
    /^Timed out: (nobody decided (in time|while it was needed)|the access was over first)$/,
    "TimedOut",
    "Timeout",
  ),
  scheduled: approvedAs("begins later", "Granted", "Approved"),
  provisioning: approvedAs("opening", "PendingProvisioning", "Approved"),
  live: approvedAs("live", "Provisioned", "Approved"),
  // As in Azure what was provisioned stays so; its instance is gone. Of an extension it is only said that it is over.
  expired: approvedAs("ended( on time)?(, never used: .+)?", "Provisioned", "Expired"),
  revoked: approvedAs("(ended|(revoked|ended early) after .+)", "Revoked", "Canceled"),
  lost: approvedAs("ended(: .+ after .+)?", "Revoked", "Canceled"),
  never_live: approvedAs("(ended|never live)", "Failed", "Failed"),
  "canceled later": approvedAs("(ended|canceled before it began)", "Canceled", "Canceled"),
};

function row([native, cli]: [string, string], portal: RegExp, pim: string, jit: string): RequestSaid {
  return { native, cli: new RegExp(`^${cli}$`), portal, pim, jit };
}

/** What came of it, which the command line and the portal say alike. */
function approvedAs(words: string, pim: string, jit: string): RequestSaid {
  return row(["approved", `approved, ${words}`], new RegExp(`^Approved, ${words}$`), pim, jit);
}

/** With what its targets did not confirm, once more and plainly. */
function requestSaid(request: AccessRequest, led: readonly Grant[], now: Instant): RequestSaid {
  const became = whatBecame(request, led, now);
  const said = REQUESTS[became] as RequestSaid;
  if (request.state.name !== "approved") return said;
  const isOpen = ["live", "provisioning", "scheduled"].includes(became);
  const isClosing = !isOpen && led.some((grant) => isLeft(grant, now));
  const doubted = led.some((grant) => isDoubted(grant, now));
  const word = isClosing
    ? "not confirmed gone"
    : became === "provisioning"
      ? "not open yet"
      : isOpen
        ? "not all confirmed"
        : "never live";
  return {
    ...said,
    ...(doubted ? approvedAs(word, said.pim, said.jit) : {}),
    ...(isClosing ? { jit: "Approved", pim: became === "expired" ? said.pim : "PendingRevocation" } : {}),
  };
}

/** Of this its targets have something to confirm yet, or had when it was over. */
function isDoubted(grant: Grant, now: Instant): boolean {
  const why = whyOf(grant, now);
  if (isLeft(grant, now) || why === "never_live") return true;
  if (why === "provisioning")
    return grant.entitlements.some(
      (held) => held.fault != null || (held.required && held.state === "planned"),
    );
  return why === "live" && grant.entitlements.some(({ fault }) => fault != null);
}

interface GrantSaid {
  readonly native: { readonly state: string; readonly liveness: string };
  readonly cli: string;
  readonly portal: string;
  readonly schedule: string;
  /** An instance is there while it is live, and a schedule in a list until it is over. */
  readonly instance: boolean;
  readonly listed: boolean;
}

/** By why it is live or is not, and by what its target still holds. */
function grantSaid(grant: Grant, now: Instant): GrantSaid {
  const { kind, emergency } = grant;
  const why = whyOf(grant, now);
  const standing = kind === "standing";
  const native = (state: string) => ({ state, liveness: why });
  const over = { native: native("ended"), instance: false, listed: false };
  const failed = grant.entitlements.some(({ lastError }) => lastError !== null);
  const table: Readonly<Record<string, GrantSaid>> = {
    live: {
      ...{ native: native("active"), schedule: "Provisioned", instance: true, listed: true },
      cli: standing ? "standing" : emergency ? "emergency" : "live",
      portal: standing ? "Standing" : emergency ? "Live, emergency" : "Live",
    },
    provisioning: {
      ...{ native: native("provisioning"), cli: failed ? "not open" : "opening" },
      ...{ schedule: "PendingProvisioning", portal: failed ? "Not open" : "Opening, waiting for Cabinet" },
      ...{ instance: false, listed: true },
    },
    scheduled: {
      ...{ native: native("scheduled"), cli: "scheduled", portal: "Scheduled", schedule: "Granted" },
      ...{ instance: false, listed: true },
    },
    never_live: { ...over, cli: "never live", portal: "Never live", schedule: "Failed" },
    expired: { ...over, cli: "expired", portal: "Ended on time", schedule: "Revoked" },
    revoked: { ...over, cli: "revoked", portal: "Revoked", schedule: "Revoked" },
    deactivated: { ...over, cli: "deactivated", portal: "Ended early", schedule: "Revoked" },
    canceled: { ...over, cli: "canceled", portal: "Canceled before it began", schedule: "Canceled" },
    eligibility_lost: {
      ...{ ...over, cli: "eligibility lost", portal: "Ended: the eligibility is gone", schedule: "Revoked" },
    },
    entitlement_lost: {
      ...{ ...over, cli: "entitlement lost", schedule: "Revoked" },
      portal: "Ended: what opened it in its target was taken away",
    },
    condition_lost: {
      ...{
        ...over,
        cli: "condition lost",
        portal: "Ended: a condition no longer holds",
        schedule: "Revoked",
      },
    },
  };
  const said = table[why];
  assert.ok(said, `nothing stands in the table for ${why}`);
  if (!isLeft(grant, now))
    return grant.state.name === "deprovisioning" ? { ...said, native: native("deprovisioning") } : said;
  const closing = { cli: "not confirmed gone", portal: "Not confirmed gone", schedule: "PendingRevocation" };
  return { ...said, ...closing, native: native("deprovisioning") };
}

/** Over, and its target may still hold something of it. */
function isLeft({ state, endsAt, entitlements }: Grant, now: Instant): boolean {
  if (state.name === "deprovisioning" || state.name === "ended")
    return entitlements.some((held) => held.state === "leaving");
  const begun = entitlements.some((held) => held.state !== "absent" && held.handle !== null);
  return begun && endsAt !== null && now >= endsAt;
}

/** Why it is live or is not, once more and plainly. */
export function whyOf({ state, startsAt, endsAt, gatePassedAt, entitlements }: Grant, now: Instant): string {
  const isBound = entitlements.some(({ required }) => required);
  const wasLive = !isBound || gatePassedAt !== null;
  const isOver = endsAt !== null && now >= endsAt;
  const cause =
    state.name === "deprovisioning" || state.name === "ended" ? state.cause : isOver ? "expired" : null;
  if (cause !== null) return cause === "expired" && !wasLive ? "never_live" : cause;
  if (now < startsAt) return "scheduled";
  return wasLive && !(isBound && state.name === "provisioning") ? "live" : "provisioning";
}

export function whatBecame(request: AccessRequest, grants: readonly Grant[], now: Instant): string {
  const { state } = request;
  if (state.name !== "approved") {
    const limits = state.name === "pending" ? [state.decideBy, request.neededUntil] : [];
    if (limits.some((limit) => limit !== null && now >= limit)) return "timedOut";
    return state.name === "pending" && state.proposal !== null ? "offered" : state.name;
  }
  const whys = grants.map((grant) => whyOf(grant, now));
  for (const best of ["live", "provisioning", "scheduled"]) if (whys.includes(best)) return best;
  const early = END_CAUSES.find((one) => one !== "expired" && whys.includes(one));
  const cause = early ?? (whys.includes("expired") ? "expired" : "never_live");
  const words: Partial<Record<string, Ended | "canceled later" | "never_live">> = {
    ...{ expired: "expired", never_live: "never_live" },
    canceled: "canceled later",
    revoked: "revoked",
    deactivated: "revoked",
  };
  return words[cause] ?? "lost";
}

export interface Stored {
  readonly requests: readonly AccessRequest[];
  readonly grants: readonly Grant[];
}

export async function stored({ deps }: World, town: Town): Promise<Stored> {
  return deps.store.inTenant(town.tenants.contoso, async (tx) => ({
    requests: await tx.requests.list({ limit: 500 }),
    grants: await tx.grants.list({ limit: 500 }),
  }));
}

export class Surfaces {
  readonly world: World;
  readonly app: FastifyInstance;
  /** Whose names are called. */
  town!: Town;
  #calls = 0;

  private constructor(world: World, app: (surfaces: () => Surfaces) => FastifyInstance) {
    this.world = world;
    this.app = app(() => this);
  }

  static async open(world: World): Promise<Surfaces> {
    const holder: { surfaces?: Surfaces } = {};
    const app = await createServer({
      context: {
        deps: { ...world.deps, secrets: {} as never, targetKinds: {} as never, exportKinds: {} as never },
        changes: createChangeFeed(world.opened.db),
        keys: {} as never,
        exports: {} as never,
      },
      origins: ["http://localhost"],
      authenticate: async (who) => accept((holder.surfaces as Surfaces).town.as(who as Name)),
      authenticateSession: async () => reject("unauthenticated", "sign in first"),
      portal: null,
      health: { ready: async () => {}, metrics: async () => "" },
      trustedProxy: null,
      tls: null,
      log: null,
      calls: { meters: createMeters(), joinsTraces: false, closedEarly: () => {} },
      identity: () => {},
    });
    holder.surfaces = new Surfaces(world, () => app);
    return holder.surfaces;
  }

  async call(who: Name, method: "GET" | "POST", url: string, body?: unknown) {
    const answer = await this.app.inject({
      ...{ method, url, remoteAddress: `127.0.${Math.floor(this.#calls++ / 500) % 250}.1` },
      headers: { authorization: who, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
    assert.ok(answer.statusCode < 500, `${method} ${url}: ${answer.statusCode} ${answer.body}`);
    return { status: answer.statusCode, body: (answer.body === "" ? {} : answer.json()) as Json };
  }

  /** Null where the surface says that there is nothing. */
  async read<T = Json>(who: Name, url: string): Promise<T | null> {
    const { status, body } = await this.call(who, "GET", url);
    assert.ok([200, 404].includes(status), `${who}: GET ${url}: ${status} ${JSON.stringify(body)}`);
    return status === 200 ? (body as T) : null;
  }

  /** Empty for whoever may not list it. */
  async list<T = Json>(who: Name, url: string): Promise<T[]> {
    const { status, body } = await this.call(who, "GET", url);
    assert.ok([200, 403].includes(status), `${who}: GET ${url}: ${status} ${JSON.stringify(body)}`);
    assert.equal(body.nextCursor ?? body.nextLink ?? body["@odata.nextLink"] ?? null, null, "one page");
    return (status === 200 ? (body.items ?? body.value) : []) as T[];
  }

  /** Of the requests and grants of one reader: each is the same on all surfaces, or on none. */
  async compare(who: Name): Promise<number> {
    const { requests, grants } = await stored(this.world, this.town);
    for (const request of requests) await this.#request(who, request, grants);
    for (const grant of grants) await this.#grant(who, grant);
    await this.#lists(who, { requests, grants });
    return requests.length + grants.length + (await this.#eligibilities(who));
  }

  async #request(who: Name, request: AccessRequest, grants: readonly Grant[]): Promise<void> {
    const now = this.world.clock.now();
    const id = request.id;
    const native = await this.read<RequestJson>(who, `/api/v1/access-requests/${id}`);
    const arm = await this.read(who, pim(request.scope, "roleAssignmentScheduleRequests", id));
    const graph = await this.#graph(who, request, "ScheduleRequests", id);
    const jit = request.applicationId === null ? undefined : await this.read(who, jitPath(request));
    const there = {
      native: native !== null,
      arm: isGroups(request) ? native !== null : arm !== null,
      graph: graph === undefined ? native !== null : graph !== null,
      jit: jit === undefined ? native !== null : jit !== null,
    };
    assert.equal(new Set(Object.values(there)).size, 1, `${who}: ${request.scope} ${JSON.stringify(there)}`);
    if (isGroups(request)) assert.equal(arm, null);
    if (native === null) return;
    const extending = request.extendsGrantId;
    const led = grants.filter((one) => (extending === null ? one.requestId === id : one.id === extending));
    const said = requestSaid(request, led, now);
    const properties = arm?.properties as Json | undefined;
    assert.deepEqual(
      {
        native: native.state,
        pim: properties === undefined ? said.pim : properties.status,
        ...(graph == null ? {} : { graph: graph.status }),
        ...(jit == null ? {} : { jit: (jit.properties as Json).jitRequestState }),
      },
      {
        native: said.native,
        pim: said.pim,
        ...(graph == null ? {} : { graph: said.pim }),
        ...(jit == null ? {} : { jit: said.jit }),
      },
      `${who}: request ${id}`,
    );
    assert.match(cliRequestWord(native), said.cli);
    assert.match(portalRequestWords(native), said.portal);
    if (properties !== undefined)
      same(properties, request, request.beneficiary.objectId, request.asked.roleDefinitionIds[0]);
    assert.deepEqual(
      [native.scope, native.beneficiary.objectId, native.asked.roleDefinitionIds[0]],
      [request.scope, request.beneficiary.objectId, request.asked.roleDefinitionIds[0]],
    );
    if (native.state === "pending") await this.#stage(who, request, native);
  }

  /** The stage that is open: as it is kept, as the numbers tell it, and as the approval has it. */
  async #stage(who: Name, request: AccessRequest, native: RequestJson): Promise<void> {
    assert.ok(request.state.name === "pending");
    assert.equal(native.stages.indexOf(currentStage(native) as never), request.state.stage);
    const inGraph = await this.#graphStages(who, request);
    if (inGraph !== undefined) assert.deepEqual(inGraph, [request.state.stage], `${who}: Graph's open step`);
    const url = `${under(request.scope)}/providers/Microsoft.Authorization/roleAssignmentApprovals/${request.id}?api-version=2021-01-01-preview`;
    const approval = await this.read(who, url);
    assert.equal(approval === null, isGroups(request), `${who}: ARM's approval of ${request.id}`);
    if (approval === null) return;
    const stages = ((approval.properties as Json).stages ?? []) as { properties: { status: string } }[];
    const open = stages.flatMap(({ properties }, index) =>
      properties.status === "InProgress" ? [index] : [],
    );
    assert.deepEqual(open, [request.state.stage], `${who}: the open stage of ${request.id}`);
  }

  /** Undefined where Graph has no form for it. */
  async #graphStages(who: Name, { id, scope }: AccessRequest): Promise<number[] | undefined> {
    const area = isGroups({ scope }) ? GRAPH.group : scope === "/" ? GRAPH.directory : undefined;
    if (area === undefined) return undefined;
    const steps = await this.list<{ status: string }>(
      who,
      `/beta/${area.path}/${area.approvals}/${id}/steps`,
    );
    return steps.flatMap(({ status }, index) => (status === "InProgress" ? [index] : []));
  }

  /** What waits for somebody is the same everywhere, each in the surface that has a form for it. */
  async #approvals(who: Name): Promise<void> {
    const native = await this.list<RequestJson>(who, "/api/v1/access-requests?view=toDecide&limit=100");
    const idsOf = (is: (scope: string) => boolean) =>
      native.flatMap(({ id, scope }) => (is(scope) ? [id] : [])).sort();
    const arm = await this.list(
      who,
      "/providers/Microsoft.Authorization/roleAssignmentApprovals?api-version=2021-01-01-preview",
    );
    const armIds = arm.map(({ name }) => String(name)).sort();
    assert.deepEqual(
      armIds,
      idsOf((scope) => !isGroups({ scope })),
      `${who}: what ARM says waits`,
    );
    for (const { path, approvals, holds } of Object.values(GRAPH)) {
      const url = `/beta/${path}/${approvals}/filterByCurrentUser(on='approver')`;
      const waiting = (await this.list(who, url)).map(({ id }) => String(id)).sort();
      assert.deepEqual(waiting, idsOf(holds), `${who}: what Graph says waits in ${path}`);
    }
  }

  async #grant(who: Name, grant: Grant): Promise<void> {
    const now = this.world.clock.now();
    const { id } = grant;
    const native = await this.read<GrantJson>(who, `/api/v1/grants/${id}`);
    const schedule = await this.read(who, pim(grant.scope, "roleAssignmentSchedules", id));
    const instance = await this.read(who, pim(grant.scope, "roleAssignmentScheduleInstances", id));
    const graph = await this.#graph(who, grant, "Schedules", id);
    const graphInstance = await this.#graph(who, grant, "ScheduleInstances", id);
    const isOfGroup = isGroups(grant);
    assert.equal(
      schedule !== null,
      native !== null && !isOfGroup,
      `${who} sees ${id} on all surfaces or none`,
    );
    if (graph !== undefined) assert.equal(graph === null, native === null, `${who}: Graph and ${id}`);
    if (native === null) {
      assert.ok(instance === null && graphInstance == null, `${who} sees an instance of ${id} and no grant`);
      return;
    }
    const said = grantSaid(grant, now);
    const properties = schedule?.properties as Json | undefined;
    assert.deepEqual(
      {
        native: { state: native.state, liveness: native.liveness },
        cli: cliGrantWord(native),
        portal: portalGrantWords(native),
        schedule: properties === undefined ? said.schedule : properties.status,
        graph: graph == null ? said.schedule : graph.status,
        instance: isOfGroup ? said.instance : instance !== null,
        graphInstance: graphInstance === undefined ? said.instance : graphInstance !== null,
      },
      {
        ...{ native: said.native, cli: said.cli, portal: said.portal, schedule: said.schedule },
        ...{ graph: said.schedule, instance: said.instance, graphInstance: said.instance },
      },
      `${who}: grant ${id}`,
    );
    const isOver = ["ended", "deprovisioning"].includes(said.native.state);
    assert.equal(native.endedBecause, isOver ? said.native.liveness : null);
    const window = [
      formatInstant(grant.startsAt),
      grant.endsAt === null ? null : formatInstant(grant.endsAt),
    ];
    for (const one of [schedule, instance]) {
      if (one === null) continue;
      const shown = one.properties as Json;
      same(shown, grant, grant.beneficiary.objectId, grant.roleDefinitionId);
      assert.deepEqual([shown.startDateTime, shown.endDateTime ?? null], window);
    }
    assert.deepEqual([native.startsAt, native.endsAt], window);
    assert.deepEqual(
      [native.scope, native.beneficiary.objectId, native.roleDefinitionId],
      [grant.scope, grant.beneficiary.objectId, grant.roleDefinitionId],
    );
  }

  /** What stands in lists is what can be read one by one; of what is open, one's own is the same in both. */
  async #lists(who: Name, { requests, grants }: Stored): Promise<void> {
    const now = this.world.clock.now();
    const ids = (all: readonly Json[], key = "id") => new Set(all.map((one) => String(one[key])));
    const native = new Map<string, string>();
    for (const view of ["mine", "toDecide", "decided", "all"])
      for (const one of await this.list<RequestJson>(who, `/api/v1/access-requests?view=${view}&limit=100`))
        native.set(one.id, one.state);
    const arm = ids(await this.list(who, pim("/", "roleAssignmentScheduleRequests")), "name");
    for (const request of requests) {
      const { id } = request;
      const seen = await this.read<RequestJson>(who, `/api/v1/access-requests/${id}`);
      assert.equal(arm.has(id), seen !== null && !isGroups(request), `${who}: ARM lists ${id}`);
      if (native.has(id)) assert.equal(native.get(id), seen?.state, `${who}: the list and the one, ${id}`);
    }
    if (BY_STATE.includes(who)) await this.#byState(who);
    await this.#approvals(who);
    const own = new Map<string, GrantJson>();
    for (const view of ["mine", "all"])
      for (const one of await this.list<GrantJson>(who, `/api/v1/grants?view=${view}&limit=100`))
        own.set(one.id, one);
    const mine = ids(await this.list(who, "/api/v1/grants?view=mine&limit=100"));
    const schedules = ids(await this.list(who, pim("/", "roleAssignmentSchedules")), "name");
    const instances = ids(await this.list(who, pim("/", "roleAssignmentScheduleInstances")), "name");
    const all = ANSWERING.includes(who);
    for (const grant of grants) {
      const said = grantSaid(grant, now);
      const listed = (all ? own.has(grant.id) : mine.has(grant.id)) && said.listed && !isGroups(grant);
      assert.equal(schedules.has(grant.id), listed, `${who}: ARM lists ${grant.id}`);
      assert.equal(
        instances.has(grant.id),
        listed && said.instance,
        `${who}: ARM lists what is live, ${grant.id}`,
      );
      const seen = own.get(grant.id);
      if (seen !== undefined) assert.deepEqual([seen.state, seen.liveness], Object.values(said.native));
    }
  }

  /** A list by state holds what says that it is in that state, and all of it. */
  async #byState(who: Name): Promise<void> {
    const view = ANSWERING.includes(who) ? "all" : "mine";
    for (const [path, states] of Object.entries(STATES_LISTED)) {
      const url = `/api/v1/${path}?limit=100&view=${view}`;
      const all = await this.list<{ id: string; state: string }>(who, url);
      for (const state of states) {
        const listed = await this.list<{ id: string; state: string }>(who, `${url}&state=${state}`);
        assert.deepEqual(
          listed.map((one) => [one.id, one.state]),
          all.filter((one) => one.state === state).map((one) => [one.id, one.state]),
          `${who}: ${path} that are ${state}`,
        );
      }
    }
    const requests = pim("/", "roleAssignmentScheduleRequests");
    const all = await this.list(who, requests);
    for (const status of ["PendingApproval", "TimedOut", "Provisioned"]) {
      const listed = await this.list(who, `${requests}&$filter=status eq '${status}'`);
      const said = all.filter(({ properties }) => (properties as Json).status === status);
      assert.deepEqual(listed, said, `${who}: ARM lists what is ${status}`);
    }
    const waiting = async (state: string) =>
      (await this.list(who, `/api/v1/access-requests?view=toDecide&limit=100${state}`)).map(({ id }) => id);
    const toDecide = await waiting("");
    assert.deepEqual(await waiting("&state=pending"), toDecide);
    assert.deepEqual(await waiting("&state=timedOut"), []);
    const me = await this.read<{ counts: { toDecide: number } }>(who, "/api/v1/me");
    assert.equal(me?.counts.toDecide, toDecide.length, `${who}: how many wait`);
  }

  /** What one may ask for, and what those see who answer for the tenant; from when, until when, and whether it is so now. */
  async #eligibilities(who: Name): Promise<number> {
    const now = this.world.clock.now();
    const arm = await this.list(who, pim("/", "roleEligibilitySchedules"));
    const instances = await this.list(who, pim("/", "roleEligibilityScheduleInstances"));
    const shown = arm.map(({ name, properties }) => ({
      name: String(name),
      ...eligibilityOf(properties as Json),
    }));
    const current = new Set(instances.map(({ name }) => name));
    for (const { name, startsAt, endsAt, status } of shown) {
      const begun = at(startsAt) <= now;
      assert.ok(endsAt === null || at(endsAt) > now, `${who}: ${name} is over`);
      assert.equal(status, begun ? "Provisioned" : "Granted", `${who}: ${name}`);
      assert.equal(current.has(name), begun, `${who}: an instance of ${name}`);
    }
    const mine = await this.list<Json & { startsAt: string; scope: string }>(who, "/api/v1/me/eligibilities");
    for (const one of mine) {
      const begun = at(one.startsAt) <= now;
      assert.deepEqual([cliHasBegun(one, now), hasBegun(one, now)], [begun, begun]);
    }
    const every = await this.list<Json & { scope: string }>(who, "/api/v1/eligibilities?limit=100");
    const rows = every.filter((one) => !isGroups(one));
    const plain = ({ scope, roleDefinitionId, startsAt, endsAt }: Json) =>
      JSON.stringify([scope, roleDefinitionId, startsAt, endsAt]);
    const answers = rows.length > 0 && who !== "fiona";
    if (answers) {
      assert.deepEqual(
        shown.map((one) => `${one.name} ${plain(one)} ${one.principalId}`).sort(),
        rows.map((one) => `${one.id} ${plain(one)} ${(one.principal as Json).objectId}`).sort(),
      );
    } else
      assert.deepEqual(
        shown.map(plain).sort(),
        mine
          .filter((one) => !isGroups(one))
          .map(plain)
          .sort(),
        `${who}: what one may ask for`,
      );
    const inGraph = await this.#graphEligibilities(who);
    const root = shown.filter(({ scope }) => scope === "/");
    assert.deepEqual(inGraph.directory, inOrder(root), `${who}: Graph's directory roles`);
    const ofGroups = inGraph.group.map(plain).sort();
    const toldOfGroups = (answers ? every : mine).filter((one) => isGroups(one));
    assert.deepEqual(ofGroups, toldOfGroups.map(plain).sort(), `${who}: Graph's groups`);
    return shown.length + ofGroups.length;
  }

  /** Each list as ARM has it; an instance is there for what has begun, and for nothing else. */
  async #graphEligibilities(who: Name): Promise<Record<keyof typeof GRAPH, Shown[]>> {
    const now = this.world.clock.now();
    const listed: Partial<Record<keyof typeof GRAPH, Shown[]>> = {};
    for (const [name, { path, eligibility }] of Object.entries(GRAPH)) {
      const schedules = await this.list(who, `/v1.0/${path}/${eligibility}Schedules`);
      const instances = await this.list(who, `/v1.0/${path}/${eligibility}ScheduleInstances`);
      const current = new Set(instances.map(({ id }) => id));
      const shown = inOrder(schedules.map(fromGraph));
      for (const one of shown) {
        const begun = at(one.startsAt) <= now;
        assert.equal(one.status, begun ? "Provisioned" : "Granted", `${who}: ${one.name} in Graph`);
        assert.equal(current.has(one.name), begun, `${who}: an instance of ${one.name} in Graph`);
      }
      assert.equal(instances.length, shown.filter((one) => at(one.startsAt) <= now).length);
      listed[name as keyof typeof GRAPH] = shown;
    }
    return listed as Record<keyof typeof GRAPH, Shown[]>;
  }

  /** Undefined where Graph has no form for it. */
  #graph(who: Name, held: { scope: string }, what: string, id: string) {
    if (held.scope === "/")
      return this.read(who, `/v1.0/roleManagement/directory/roleAssignment${what}/${id}`);
    if (!isGroups(held)) return undefined;
    return this.read(who, `/v1.0/identityGovernance/privilegedAccess/group/assignment${what}/${id}`);
  }
}

function at(text: unknown): Instant {
  const parsed = parseInstant(String(text));
  assert.ok(parsed !== null);
  return parsed;
}

/** What is about a group has no form in ARM. */
function isGroups({ scope }: { readonly scope: string }): boolean {
  return scope.startsWith("/groups/");
}

function under(scope: string): string {
  return scope === "/" ? "" : scope;
}

/** Read from the tenant's root where the scope is none of ARM's. */
function pim(held: string, type: string, name?: string): string {
  const scope = isGroups({ scope: held }) ? "/" : held;
  const path = `${under(scope)}/providers/Microsoft.Authorization/${type}${name === undefined ? "" : `/${name}`}`;
  return `${path}?api-version=2020-10-01`;
}

function jitPath({ scope, id }: AccessRequest): string {
  const group = scope.split("/").slice(0, 5).join("/");
  return `${group}/providers/Microsoft.Solutions/jitRequests/${id}?api-version=2021-07-01`;
}

function same(shown: Json, held: { readonly scope: string }, principalId: string, role: string | undefined) {
  assert.deepEqual(
    [shown.scope, shown.principalId, String(shown.roleDefinitionId).split("/").at(-1)],
    [held.scope, principalId, role],
  );
}

type Shown = { readonly name: string } & ReturnType<typeof eligibilityOf>;

function inOrder(all: readonly Shown[]): Shown[] {
  return [...all].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function fromGraph({ id, principalId, roleDefinitionId, status, scheduleInfo, ...held }: Json): Shown {
  const { startDateTime, expiration } = scheduleInfo as { startDateTime: string; expiration: Json };
  const isOfGroup = held.groupId !== undefined;
  return {
    name: String(id),
    scope: isOfGroup ? `/groups/${held.groupId}` : held.directoryScopeId,
    roleDefinitionId: isOfGroup ? GROUP_ROLES[String(held.accessId)] : String(roleDefinitionId),
    ...{ principalId, startsAt: startDateTime, endsAt: expiration.endDateTime ?? null, status },
  };
}

const GROUP_ROLES: Readonly<Record<string, string>> = { member: GROUP_MEMBER_ID, owner: GROUP_OWNER_ID };

function eligibilityOf(properties: Json) {
  return {
    scope: properties.scope,
    roleDefinitionId: String(properties.roleDefinitionId).split("/").at(-1),
    principalId: properties.principalId,
    startsAt: properties.startDateTime,
    endsAt: properties.endDateTime ?? null,
    status: properties.status,
  };
}
