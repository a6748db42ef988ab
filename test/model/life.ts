/** Random lives of requests and grants on the real store: what may be done, what the answer must be, what must hold after it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { verifyChain } from "../../src/audit/verify.ts";
import {
  type AccessRequest,
  type ApprovalRecord,
  isPending,
  type PendingRequest,
  sameTerms,
} from "../../src/domain/access-request.ts";
import { type Grant, isLive, isOpen } from "../../src/domain/grant.ts";
import type { GrantId, TenantId } from "../../src/domain/ids.ts";
import type { CounterOffer } from "../../src/domain/narrow-terms.ts";
import type { PrincipalRef } from "../../src/domain/principal.ts";
import { GRANT_MOVES, REQUEST_MOVES, TOGETHER } from "../../src/domain/states.ts";
import {
  addMs,
  DAY_MS,
  earliest,
  formatInstant,
  HOUR_MS,
  type Instant,
  MINUTE_MS,
  overlaps,
} from "../../src/domain/time.ts";
import { deactivateGrant, revokeGrant } from "../../src/use-cases/grants/end-grant.ts";
import { extendGrant } from "../../src/use-cases/grants/extend-grant.ts";
import type { EffectDeps, StoredEntry } from "../../src/use-cases/ports.ts";
import { acceptTerms, cancelRequest, decideRequest } from "../../src/use-cases/requests/decide-request.ts";
import { submitRequest } from "../../src/use-cases/requests/submit-request.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { codeOf, type World } from "../fixtures/world.ts";

export const REQUIRED = 2;
export const TOTAL_MS = 3 * HOUR_MS;
export const MAXIMUM_MS = 2 * HOUR_MS;
const DECIDERS = ["carol", "casey", "chris", "colin", "cora", "bot"] as const;
const SEATED: readonly Name[] = ["carol", "casey", "chris"];
/** Who asks for whom, and who must therefore not decide. */
const ASKS = [
  { who: "colin", for: "colin", own: ["colin"] },
  { who: "colin", for: "pipeline", own: ["colin"] },
  { who: "pipeline", for: "pipeline", own: ["colin"] },
] as const;

/** What was there after the last command, and what the test itself has set. */
export interface Seen {
  requests: readonly AccessRequest[];
  grants: readonly Grant[];
  /** Casey comes and goes as an approver. */
  caseySits: boolean;
  eligible: boolean;
}

/** The running system; `deps` are new after each restart. */
export interface Running {
  readonly world: World;
  readonly town: Town;
  deps: EffectDeps;
}

export type Command = fc.AsyncCommand<Seen, Running>;

/** A town whose rules the model knows. */
export async function newLife(world: World): Promise<{ model: Seen; real: Running }> {
  const town = await world.newTown();
  await town.setRules("Contributor", town.scopes.web, {
    justificationRequired: false,
    minimumDurationMs: MINUTE_MS,
    maximumDurationMs: MAXIMUM_MS,
    maximumTotalMs: TOTAL_MS,
    approval: {
      mode: "manual",
      stages: [town.stage(["approvers"], { required: REQUIRED, decideByMs: DECIDE_BY_MS })],
    },
  });
  const model: Seen = { requests: [], grants: [], caseySits: true, eligible: true };
  return { model, real: { world, town, deps: world.deps } };
}

/** One act, and then everything that must hold. `allowed` says which changes the act may have made. */
export function command(name: string, act: (seen: Seen, running: Running) => Promise<Allowed>): Command {
  return {
    check: () => true,
    toString: () => name,
    async run(seen, running) {
      const allowed = await act(seen, running);
      const next = await look(running);
      assertStep(seen, next, running, allowed);
      Object.assign(seen, next);
    },
  };
}

interface Allowed {
  readonly grants?: "new" | "closed" | "worker";
  readonly requests?: "any" | "worker";
  /** The extension that was approved, if one was. */
  readonly extended?: GrantId | null;
}

const NOTHING: Allowed = {};

const PICK = fc.nat(20);
const ANYBODY = fc.constantFrom<Name>(...DECIDERS, "carol", "casey", "chris", "carol", "chris");
const ASKING = fc.constantFrom<Name>("colin", "colin", "pipeline", "casey");

/** Mostly one of those that something can still be done with. */
export function oneOf<T>(all: readonly T[], isPromising: (one: T) => boolean, pick: number): T | undefined {
  const promising = all.filter(isPromising);
  const among = pick % 5 === 0 || promising.length === 0 ? all : promising;
  return among[pick % Math.max(1, among.length)];
}

function often<T>(times: number, one: T): T[] {
  return Array.from({ length: times }, () => one);
}

/** What somebody, or the worker, may do at any moment. */
export const ACTS: readonly fc.Arbitrary<Command>[] = [
  ...often(
    5,
    fc
      .record({
        ask: fc.nat(ASKS.length - 1),
        minutes: fc.constantFrom(5, 30, 120, 121),
        inMinutes: fc.constantFrom(null, null, 0, 60, 180),
      })
      .map(submit),
  ),
  ...often(
    16,
    fc.record({ who: ANYBODY, pick: PICK }).map((one) => decide(one, "approve", null)),
  ),
  fc.record({ who: ANYBODY, pick: PICK }).map((one) => decide(one, "deny", null)),
  fc.record({ who: ANYBODY, pick: PICK }).map((one) => decide(one, "approve", "shorter")),
  fc.record({ who: ANYBODY, pick: PICK }).map((one) => decide(one, "approve", "later")),
  fc.record({ who: ASKING, pick: PICK }).map(accept),
  fc.record({ who: fc.constantFrom<Name>("colin", "pipeline", "carol", "casey"), pick: PICK }).map(cancel),
  ...often(6, fc.record({ who: ASKING, pick: PICK, minutes: fc.constantFrom(5, 60, 120) }).map(extend)),
  fc.record({ who: fc.constantFrom<Name>("carol", "chris", "cora", "colin"), pick: PICK }).map(revoke),
  fc.record({ who: ASKING, pick: PICK }).map(deactivate),
  ...often(3, fc.constant(null).map(work)),
  fc.constant(null).map(restart),
];

/** What changes the ground under what there is. */
export const CHANGES: readonly fc.Arbitrary<Command>[] = [
  fc.constant(null).map(toggleCasey),
  fc.constant(null).map(toggleEligibility),
];

export const commands = fc.commands(
  [...ACTS, ...CHANGES, ...often(2, fc.constantFrom(-90, -1, 1, 20, 20, 61, 61, 300, 1_500).map(jump))],
  { maxCommands: 90, size: "max" },
);

export function submit({
  ask,
  minutes,
  inMinutes,
}: {
  ask: number;
  minutes: number;
  inMinutes: number | null;
}): Command {
  const asked = ASKS[ask] ?? ASKS[0];
  return command(
    `submit(${asked.who} for ${asked.for}, ${minutes} min, in ${inMinutes})`,
    async (seen, running) => {
      const { town, deps } = running;
      const now = deps.clock.now();
      const startAt = inMinutes === null ? null : addMs(now, inMinutes * MINUTE_MS);
      const input = town.input({ durationMs: minutes * MINUTE_MS, startAt, for: asked.for });
      const answer = codeOf(await submitRequest(deps, town.as(asked.who), input));
      const free = !seen.requests.some(
        (one) => isSame(one.beneficiary, town.ref(asked.for)) && isUndecided(one, now),
      );
      const bare = !seen.grants.some((one) => isSame(one.beneficiary, town.ref(asked.for)));
      const fits = minutes * MINUTE_MS <= MAXIMUM_MS && seen.eligible;
      if (!fits) assert.equal(answer, "rules_not_satisfied");
      else if (free && bare) assert.equal(answer, "ok");
      else assert.ok(answer === "ok" || answer === "rules_not_satisfied", answer);
      return { requests: "any" };
    },
  );
}

interface By {
  readonly who: Name;
  readonly pick: number;
}

export function decide(
  { who, pick }: By,
  decision: "approve" | "deny",
  narrowing: "shorter" | "later" | null,
): Command {
  return command(
    `${decision}(${who}, ${pick}${narrowing === null ? "" : `, ${narrowing}`})`,
    async (seen, running) => {
      const request = oneOf(seen.requests, isPending, pick);
      if (request === undefined) return NOTHING;
      const { deps, town } = running;
      const input = {
        requestId: request.id,
        decision,
        justification: null,
        terms: narrowing === null ? null : offer(request, narrowing, deps.clock.now()),
        surfaceAsks: false,
        expectedVersion: null,
      };
      const outcome = await decideRequest(deps, town.as(who), input);
      const expected = expectedOf(seen, running, request, who);
      const answer = codeOf(outcome);
      if (expected !== "ok") assert.equal(answer, expected);
      else if (narrowing === null) assert.ok(["ok", "grant_not_active"].includes(answer), answer);
      else
        assert.ok(
          ["ok", "rules_not_satisfied", "terms_not_narrower", "grant_not_active"].includes(answer),
          answer,
        );
      return { requests: "any", grants: "new", extended: outcome.ok ? request.extendsGrantId : null };
    },
  );
}

function offer(request: AccessRequest, narrowing: "shorter" | "later", now: Instant): CounterOffer {
  if (narrowing === "shorter") return { durationMs: Math.floor(request.terms.durationMs / 2) };
  return { startAt: addMs(request.asked.startAt ?? now, HOUR_MS) };
}

/** The whole of who may decide what, once more and plainly. */
function expectedOf(seen: Seen, { deps, town }: Running, request: AccessRequest, who: Name): string {
  if (who === "bot") return "workload_cannot_decide";
  const mine = request.approvals.filter(({ approver }) => isSame(approver, town.ref(who)));
  if (!isPending(request)) return mine.length > 0 ? "already_decided" : "request_not_pending";
  if (deps.clock.now() >= limitOf(request)) return "request_not_pending";
  if (ownersOf(town, request).includes(who)) return "own_request";
  if (countedOf(request).some(({ approver }) => isSame(approver, town.ref(who)))) return "already_decided";
  const sits = SEATED.includes(who) && (who !== "casey" || seen.caseySits);
  return sits ? "ok" : "forbidden";
}

function accept({ who, pick }: By): Command {
  return command(`accept(${who}, ${pick})`, async (seen, { town, deps }) => {
    const request = oneOf(seen.requests, isPending, pick);
    if (request === undefined) return NOTHING;
    const outcome = await acceptTerms(deps, town.as(who), request.id);
    const late = !isPending(request) || deps.clock.now() >= limitOf(request);
    const own = isSame(request.requester, town.ref(who));
    const proposed = isPending(request) && request.state.proposal !== null;
    const expected = !own ? "forbidden" : late ? "request_not_pending" : proposed ? "ok" : "not_proposed";
    const answer = codeOf(outcome);
    assert.ok(
      answer === expected || (expected === "ok" && answer === "grant_not_active"),
      `${answer}, not ${expected}`,
    );
    return { requests: "any", grants: "new", extended: outcome.ok ? request.extendsGrantId : null };
  });
}

function cancel({ who, pick }: By): Command {
  return command(`cancel(${who}, ${pick})`, async (seen, { town, deps }) => {
    const request = oneOf(seen.requests, isPending, pick);
    if (request === undefined) return NOTHING;
    const answer = codeOf(await cancelRequest(deps, town.as(who), request.id));
    const may = who === "carol" || isSame(request.requester, town.ref(who));
    const late = !isPending(request) || deps.clock.now() >= limitOf(request);
    assert.equal(answer, !may ? "forbidden" : late ? "request_not_pending" : "ok");
    return { requests: "any" };
  });
}

function extend({ who, pick, minutes }: By & { minutes: number }): Command {
  return command(`extend(${who}, ${pick}, ${minutes} min)`, async (seen, { town, deps }) => {
    const grant = oneOf(seen.grants, isOpen, pick);
    if (grant === undefined) return NOTHING;
    const input = { grantId: grant.id, durationMs: minutes * MINUTE_MS, justification: null, ticket: null };
    const answer = codeOf(await extendGrant(deps, town.as(who), input));
    if (!holds(town, grant, who)) assert.equal(answer, "forbidden");
    else if (!isLive(grant, deps.clock.now())) assert.equal(answer, "grant_not_active");
    else assert.ok(answer === "ok" || answer === "rules_not_satisfied", answer);
    return { requests: "any" };
  });
}

function revoke({ who, pick }: By): Command {
  return command(`revoke(${who}, ${pick})`, async (seen, { town, deps }) => {
    const grant = oneOf(seen.grants, isOpen, pick);
    if (grant === undefined) return NOTHING;
    const answer = codeOf(await revokeGrant(deps, town.as(who), grant.id, null));
    assert.equal(answer, SEATED.includes(who) ? endable(grant, deps.clock.now()) : "forbidden");
    return { grants: "closed", requests: "worker" };
  });
}

function deactivate({ who, pick }: By): Command {
  return command(`deactivate(${who}, ${pick})`, async (seen, { town, deps }) => {
    const grant = oneOf(seen.grants, isOpen, pick);
    if (grant === undefined) return NOTHING;
    const answer = codeOf(await deactivateGrant(deps, town.as(who), grant.id));
    assert.equal(answer, holds(town, grant, who) ? endable(grant, deps.clock.now()) : "forbidden");
    return { grants: "closed", requests: "worker" };
  });
}

function endable(grant: Grant, now: Instant): string {
  return isOpen(grant) && grant.endsAt !== null && now < grant.endsAt ? "ok" : "grant_not_active";
}

export function work(): Command {
  return command("work", async (_, { world, deps }) => {
    await world.pass(deps);
    return { grants: "worker", requests: "worker" };
  });
}

function jump(minutes: number): Command {
  return command(`jump(${minutes} min)`, async (_, { world }) => {
    world.clock.advance(minutes * MINUTE_MS);
    return NOTHING;
  });
}

function restart(): Command {
  return command("restart", async (_, running) => {
    running.deps = running.world.restarted();
    return NOTHING;
  });
}

function toggleCasey(): Command {
  return command("casey comes or goes", async (seen, { town }) => {
    await (seen.caseySits ? town.leave("approvers", "casey") : town.join("approvers", "casey"));
    seen.caseySits = !seen.caseySits;
    return NOTHING;
  });
}

function toggleEligibility(): Command {
  return command("eligibility comes or goes", async (seen, { town }) => {
    for (const who of ["colin", "pipeline"] as const) {
      await (seen.eligible
        ? town.dropEligibility(who)
        : town.makeEligible(who, "Contributor", town.scopes.web));
    }
    seen.eligible = !seen.eligible;
    return NOTHING;
  });
}

export async function look({ town }: Running): Promise<Pick<Seen, "requests" | "grants">> {
  return town.rows("contoso", async (trx) => {
    const requests = await trx
      .selectFrom("access_request")
      .select("body")
      .orderBy("created_at")
      .orderBy("id")
      .execute();
    const grants = await trx
      .selectFrom("access_grant")
      .select("body")
      .orderBy("starts_at")
      .orderBy("id")
      .execute();
    return {
      requests: requests.map(({ body }) => body as AccessRequest),
      grants: grants.map(({ body }) => body as Grant),
    };
  });
}

function assertStep(
  before: Seen,
  after: Pick<Seen, "requests" | "grants">,
  running: Running,
  allowed: Allowed,
): void {
  const now = running.deps.clock.now();
  for (const request of before.requests) assertRequest(request, after, now, allowed);
  for (const grant of before.grants) assertGrant(grant, after, now, allowed);
  if (allowed.grants !== "new")
    assert.equal(after.grants.length, before.grants.length, "grants come from approvals only");
  for (const request of after.requests) assertApprovals(request, running);
  assertWindows(after.grants, now);
  if (allowed.grants === "worker" && !before.eligible) {
    assert.ok(
      !after.grants.some((grant) => isLive(grant, now)),
      "I3: what has lost its ground is not live after a re-check",
    );
  }
}

function assertRequest(
  before: AccessRequest,
  after: Pick<Seen, "requests">,
  now: Instant,
  allowed: Allowed,
): void {
  const request = after.requests.find(({ id }) => id === before.id);
  assert.ok(request, "no request vanishes");
  assertReached(REQUEST_MOVES, before.state.name, request.state.name);
  if (!isPending(before)) assert.deepEqual(request, before, "a terminal state absorbs");
  if (allowed.requests === undefined) assert.deepEqual(request, before);
  if (allowed.requests !== "worker" || !isPending(before) || isPending(request)) return;
  assert.equal(request.state.name, "timedOut", "the worker decides nothing");
  const ended =
    before.extendsGrantId !== null && "because" in request.state && request.state.because === "grantEnded";
  assert.ok(now >= limitOf(before) || ended);
}

/** One act may take several steps: each of them stands in the table. */
function assertReached<S extends string>(moves: { readonly [F in S]: readonly S[] }, from: S, to: S): void {
  const reached = new Set<S>([from]);
  for (const state of reached) for (const next of moves[state]) reached.add(next);
  assert.ok(reached.has(to), `${from} became ${to}`);
}

function assertGrant(before: Grant, after: Pick<Seen, "grants">, now: Instant, allowed: Allowed): void {
  const grant = after.grants.find(({ id }) => id === before.id);
  assert.ok(grant, "no grant vanishes");
  assertReached(GRANT_MOVES, before.state.name, grant.state.name);
  for (const { state } of grant.entitlements) assert.ok(TOGETHER[grant.state.name].includes(state));
  assert.equal(grant.startsAt, before.startsAt);
  if (before.state.name === "ended") assert.deepEqual(grant, before, "what has ended stays ended");
  if (grant.endsAt !== before.endsAt) {
    assert.equal(allowed.extended, grant.id, "I8: only an approved extension moves an end");
    assert.ok((grant.endsAt ?? 0) > (before.endsAt ?? 0), "I8: and never to an earlier instant");
  }
  assert.ok((grant.endsAt ?? 0) - grant.startsAt <= TOTAL_MS, "I8: within the total");
  if (grant.state.name === "ended" && before.state.name !== "ended") {
    assert.ok(allowed.grants === "closed" || allowed.grants === "worker", "nothing else ends a grant");
    if (grant.state.cause === "expired") assert.ok(grant.endsAt !== null && now >= grant.endsAt);
  }
}

/** I2, I5: who was counted had the right to be, and each of them once. */
function assertApprovals(request: AccessRequest, { town }: Running): void {
  const own = ownersOf(town, request).map((name) => town.ref(name).objectId);
  for (const { approver } of request.approvals) {
    assert.ok(!own.includes(approver.objectId), "I2: nobody decides for themselves");
    assert.ok(
      SEATED.some((name) => isSame(town.ref(name), approver)),
      "only approvers decide",
    );
  }
  if (request.state.name !== "approved") return;
  const people = new Set(countedOf(request).map(({ person }) => person));
  assert.ok(people.size >= REQUIRED, "I5: an approved request has the approvals that it needs");
  assert.equal(request.state.grantIds.length, 1);
}

/** I1, and one grant at a time for the same beneficiary, role and scope. */
function assertWindows(grants: readonly Grant[], now: Instant): void {
  for (const grant of grants) {
    if (isLive(grant, now))
      assert.ok(grant.startsAt <= now && grant.endsAt !== null && now < grant.endsAt, "I1");
  }
  const open = grants.filter(isOpen);
  for (const [index, one] of open.entries()) {
    for (const other of open.slice(index + 1)) {
      if (isSame(one.beneficiary, other.beneficiary))
        assert.ok(!overlaps(one, other), "no two windows overlap");
    }
  }
}

/** The approvals since the terms that are on the table were put there. */
function countedOf({ approvals, terms }: AccessRequest): readonly ApprovalRecord[] {
  const counted: ApprovalRecord[] = [];
  for (const given of [...approvals].reverse()) {
    if (!sameTerms(given.terms, terms)) break;
    if (given.decision === "approve") counted.push(given);
  }
  return counted;
}

function ownersOf(town: Town, request: AccessRequest): readonly Name[] {
  const asked = ASKS.find((one) => isSame(town.ref(one.for), request.beneficiary));
  return asked?.own ?? [];
}

function holds(town: Town, grant: Grant, who: Name): boolean {
  return (
    isSame(grant.beneficiary, town.ref(who)) ||
    (who === "colin" && isSame(grant.beneficiary, town.ref("pipeline")))
  );
}

function limitOf(request: PendingRequest): Instant {
  const { decideBy } = request.state;
  return request.neededUntil === null ? decideBy : earliest(decideBy, request.neededUntil);
}

function isUndecided(request: AccessRequest, now: Instant): boolean {
  return isPending(request) && now < limitOf(request);
}

function isSame(a: PrincipalRef, b: PrincipalRef): boolean {
  return a.objectId === b.objectId;
}

export const DECIDE_BY_MS = DAY_MS;

/** The log of a tenant is whole. Returns its entries. */
export async function assertLinked(world: World, tenantId: TenantId): Promise<readonly StoredEntry[]> {
  const { rows, head } = await world.deps.store.inTenant(tenantId, async (tx) => ({
    rows: await tx.log.entries({ inSequence: true, limit: 10_000 }),
    head: await tx.log.head(),
  }));
  const report = await verifyChain({
    tenantId,
    rows,
    storedHead: head === null ? null : { ...head, tenantId, at: formatInstant(head.at) },
  });
  assert.deepEqual(report.faults, []);
  assert.ok(
    rows.every(({ sequence }) => sequence !== null),
    "after a pass every entry is linked",
  );
  return rows;
}
