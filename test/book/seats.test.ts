/** Who may decide a request, and which stage of it: against a search through everybody and everything, on random tenants. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { AccessRequest } from "../../src/domain/access-request.ts";
import type { ObjectId } from "../../src/domain/ids.ts";
import { NOW, pendingRequest } from "../../src/domain/life.fixture.ts";
import { type PrincipalRef, personOf, samePrincipal, type User } from "../../src/domain/principal.ts";
import { CONTRIBUTOR_ID } from "../../src/domain/role-definition.ts";
import type { SettingsOverride, Stage } from "../../src/domain/role-settings.ts";
import type { Scope } from "../../src/domain/scope.ts";
import { addMs, DAY_MS, HOUR_MS } from "../../src/domain/time.ts";
import { SESSION, settings } from "../../src/policy/activation.fixture.ts";
import { makeBook } from "../../src/policy/book/book.ts";
import { type Books, booksOf } from "../../src/policy/book/books.ts";
import type { BookContents } from "../../src/policy/book/contents.ts";
import { findCandidate, takeSeat } from "../../src/policy/decisions/seat.ts";
import { strictest } from "../../src/policy/strictest.ts";
import { oracleOf } from "./oracle.ts";
import { CONSUMER, PUBLISHER, SCOPES, stage, type Tenants, tenants } from "./random-tenants.ts";

const RUNS = Number(process.env.CURFEW_MODEL_RUNS ?? 2500);
const SEED = Number(process.env.CURFEW_MODEL_SEED ?? Date.now() % 2 ** 31);

const asked = fc.record({
  fromPublisher: fc.boolean(),
  requester: fc.nat(11),
  beneficiary: fc.option(fc.nat(11)),
  scope: fc.constantFrom(...SCOPES),
  stages: fc.array(stage, { minLength: 1, maxLength: 3 }),
  /** Instead of whatever else is set. */
  today: fc.option(fc.array(stage, { minLength: 1, maxLength: 2 }), { freq: 2 }),
  elapsedMs: fc.constantFrom(0, HOUR_MS - 1, HOUR_MS, 2 * HOUR_MS),
});
type Asked = typeof asked extends fc.Arbitrary<infer T> ? T : never;

test(`everybody gets the seat that a search gives them, or the refusal, seed ${SEED}`, (t) => {
  t.diagnostic(`CURFEW_MODEL_SEED=${SEED} CURFEW_MODEL_RUNS=${RUNS} repeats this run`);
  const reached = new Map<string, number>();
  fc.assert(
    fc.property(tenants, asked, (random, ask) => {
      const both = { ...random, consumer: withRules(random.consumer, ask.today) };
      const request = requestOf(ask);
      const now = addMs(NOW, ask.elapsedMs);
      const books = booksOf([makeBook(1, both.consumer), makeBook(1, both.publisher)]);
      const today = approvalToday(both, request);
      for (const { contents } of books.loaded) {
        for (const one of contents.principal.values()) {
          if (one.kind !== "user") continue;
          const expected = search(both, request, one, { today, elapsedMs: ask.elapsedMs });
          assert.equal(
            answer(books, request, one, now),
            expected,
            `${one.objectId} ${JSON.stringify(request)}`,
          );
          const through = request.stages[0]?.approvers.some((ref) => samePrincipal(ref, one)) === true;
          const what =
            expected === "seat 0"
              ? `seat 0 ${through ? "by name" : "otherwise"}, ${today === "anybody" ? "automatic" : "manual"} today`
              : expected;
          reached.set(what, (reached.get(what) ?? 0) + 1);
        }
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
  t.diagnostic([...reached].map(([what, times]) => `${times} ${what}`).join(", "));
  const kinds = ["by name, automatic", "by name, manual", "otherwise, automatic", "otherwise, manual"];
  const expected = [
    ...kinds.map((kind) => `seat 0 ${kind} today`),
    "own_request",
    "forbidden",
    "stage_not_reached",
  ];
  const never = expected.filter((what) => !reached.has(what));
  assert.ok(RUNS < 1000 || never.length === 0, `never met: ${never.join("; ")}`);
});

function withRules(contents: BookContents, stages: readonly Stage[] | null): BookContents {
  if (stages === null) return contents;
  const scope = "/" as Scope;
  const place = { roleDefinitionId: CONTRIBUTOR_ID, scope, scopeKey: scope, tier: null };
  const override: SettingsOverride = { approval: { mode: "manual", stages } };
  return {
    ...contents,
    settings: new Map([["today", { id: "today", name: "today", ...place, override, version: 1 }]]),
  };
}

function requestOf({ fromPublisher, requester, beneficiary, scope, stages }: Asked): AccessRequest {
  const tenantId = fromPublisher ? PUBLISHER : CONSUMER;
  const ref = (one: number): PrincipalRef => ({ tenantId, objectId: `${tenantId}-${one}` as ObjectId });
  const state = {
    name: "pending",
    stage: 0,
    stageStartedAt: NOW,
    decideBy: addMs(NOW, DAY_MS),
    proposal: null,
  } as const;
  const people = { requester: ref(requester), beneficiary: ref(beneficiary ?? requester) };
  const terms = { roleDefinitionIds: [CONTRIBUTOR_ID], durationMs: HOUR_MS, startAt: null };
  const source = { name: "then", version: 1, kind: "tier" } as const;
  const madeUnder = [{ settings: settings(), source }];
  return {
    ...pendingRequest({ asked: terms, state, stages, madeUnder }),
    ...people,
    tenantId: CONSUMER,
    scope,
  };
}

function answer(books: Books, request: AccessRequest, one: User, now: typeof NOW): string {
  const { tenantId, objectId } = one;
  const caller = {
    ref: { tenantId, objectId },
    kind: "user",
    rights: [],
    session: SESSION,
    limited: false,
  } as const;
  const candidate = findCandidate(books, caller, request, now);
  if (!candidate.ok) return candidate.rejection.code;
  const seat = takeSeat(books, candidate.value, { held: [], extending: null }, now);
  return seat.ok ? `seat ${seat.value.stage}` : seat.rejection.code;
}

/** No stage: nobody could decide it today. */
type Today = "anybody" | readonly Stage[];

interface Moment {
  readonly today: Today;
  readonly elapsedMs: number;
}

function search(both: Tenants, request: AccessRequest, one: User, { today, elapsedMs }: Moment): string {
  if (one.deletedAt !== null) return "forbidden";
  if (conflictedIn(both, request).has(personOf(one))) return "own_request";
  const seats = request.stages.map((_, index) => {
    if (one.tenantId !== CONSUMER || !named(both, one, request.stages[index], elapsedMs)) return false;
    return today === "anybody" || named(both, one, today[Math.min(index, today.length - 1)], elapsedMs);
  });
  if (seats[0]) return "seat 0";
  return seats.some((seat) => seat) ? "stage_not_reached" : "forbidden";
}

function named(both: Tenants, one: User, of: Stage | undefined, elapsedMs: number): boolean {
  if (of === undefined) return false;
  const late = of.escalation !== null && elapsedMs >= of.escalation.afterMs ? of.escalation.to : [];
  const groups = oracleOf(both.consumer).identity(one.objectId)?.groups as
    | { readonly objectId: ObjectId }[]
    | undefined;
  const ids = [one.objectId, ...(groups ?? []).map(({ objectId }) => objectId)];
  return [...of.approvers, ...late].some(
    (ref) => ref.tenantId === one.tenantId && ids.includes(ref.objectId),
  );
}

function conflictedIn(both: Tenants, { requester, beneficiary }: AccessRequest): ReadonlySet<string> {
  const behind = [requester, beneficiary].map(({ tenantId, objectId }) =>
    oracleOf(tenantId === CONSUMER ? both.consumer : both.publisher).peopleBehind(objectId),
  );
  return new Set(behind.flatMap((some) => [...some]));
}

/** What the settings demand now: stages that nobody could decide fall to the owners, and with one that nobody can all do. */
function approvalToday(both: Tenants, request: AccessRequest): Today {
  const oracle = oracleOf(both.consumer);
  const theirs = oracleOf(request.requester.tenantId === CONSUMER ? both.consumer : both.publisher);
  const known = [request.requester, request.beneficiary].every(
    ({ objectId }) => theirs.identity(objectId) !== null,
  );
  const role = oracle.role(CONTRIBUTOR_ID);
  if (!known || role === null) return [];
  const application = oracle.applicationAt(request.scope);
  const whole = [application?.scope, application?.managedScope].some(
    (at) => at?.toLowerCase() === request.scope.toLowerCase(),
  );
  const scope = whole && application !== null ? application.scope : request.scope;
  const { approval } = strictest(
    oracle.settingsFor(request.requester.tenantId, scope, [role]).map((one) => one.settings),
  );
  if (approval.mode === "automatic") return "anybody";
  const conflicted = conflictedIn(both, request);
  const able = (refs: readonly PrincipalRef[]) => {
    const users = oracle.membersOf(
      refs.filter((ref) => ref.tenantId === CONSUMER).map(({ objectId }) => objectId),
    );
    const people = users.filter(({ kind }) => kind === "user").map(personOf);
    return [...new Set(people)].filter((person) => !conflicted.has(person));
  };
  const stages: Stage[] = [];
  const seats: string[][] = [];
  for (const one of approval.stages) {
    const approvers = [one.approvers, application?.owners ?? []].find(
      (refs) => able(refs).length >= one.required,
    );
    if (approvers === undefined) return [];
    stages.push({ ...one, approvers });
    for (let seat = 0; seat < one.required; seat++) seats.push(able(approvers));
  }
  return canSit(seats, []) ? stages : [];
}

/** Every way to seat them, each person once. */
function canSit([first, ...rest]: readonly (readonly string[])[], taken: readonly string[]): boolean {
  if (first === undefined) return true;
  return first.some((person) => !taken.includes(person) && canSit(rest, [...taken, person]));
}
