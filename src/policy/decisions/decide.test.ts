import assert from "node:assert/strict";
import { test } from "node:test";
import { aboutRequest, grantFacts, termsFacts } from "../../domain/about.ts";
import type { AccessRequest } from "../../domain/access-request.ts";
import type { Caller } from "../../domain/caller.ts";
import type { Grant } from "../../domain/grant.ts";
import type { GrantId } from "../../domain/ids.ts";
import {
  approval,
  entitlement,
  grant,
  group,
  minutes,
  NOW,
  OTHER_TENANT,
  pendingRequest,
  ref,
  roleId,
  SCOPE,
  stage,
  terms,
  user,
  workload,
} from "../../domain/life.fixture.ts";
import type { PersonKey } from "../../domain/principal.ts";
import type { Stage } from "../../domain/role-settings.ts";
import { stamp, stampSystem } from "../../domain/stamp.ts";
import { addMs, HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import { SESSION } from "../activation.fixture.ts";
import type { Book } from "../book/book.ts";
import { booksOf } from "../book/books.ts";
import { acceptTerms, cancelRequest, type DecideInput, type Deciding, decideRequest } from "./decide.ts";
import {
  AUTOMATIC,
  book,
  caller,
  code,
  contoso,
  counted,
  decided,
  eligible,
  HOUR,
  manual,
  members,
  ORDERS,
  orders,
  workloadCaller,
} from "./decisions.fixture.ts";

const TENANT = ref("colin").tenantId;
const ONE = [stage(["approvers"])];
const TWO = [stage(["approvers"], { required: 2 })];
const THEN = minutes(10);

function pending(from: Book, stages: readonly Stage[], more: Partial<AccessRequest> = {}): AccessRequest {
  const roles = (more.asked ?? terms()).roleDefinitionIds
    .map((id) => from.role(id))
    .filter((one) => one !== null);
  const madeUnder = from.settingsFor(more.requester?.tenantId ?? TENANT, more.scope ?? SCOPE, roles);
  return { ...pendingRequest({ session: SESSION, madeUnder, stages, version: 3 }), ...more };
}

interface Given extends Partial<Deciding> {
  readonly who?: string;
}

function deciding(
  from: Book | readonly Book[],
  request: AccessRequest,
  { who = "carol", ...more }: Given = {},
): Deciding {
  const by: Caller = caller(who);
  const books = booksOf([from].flat());
  return { books, caller: by, now: THEN, ids: counted(), request, extending: null, held: [], ...more };
}

function decide(
  from: Book | readonly Book[],
  request: AccessRequest,
  given: Given = {},
  more: Partial<DecideInput> = {},
) {
  return decideRequest(deciding(from, request, given), {
    decision: "approve",
    justification: null,
    terms: null,
    surfaceAsks: false,
    expectedVersion: null,
    ...more,
  });
}

const given = (name: string, more: Parameters<typeof approval>[1] = {}) =>
  approval(name, { at: THEN, ...more });

test("I4: the last approval makes the grant, from now on and for as long as was approved", () => {
  const from = contoso(manual(...ONE));
  const request = pending(from, ONE);
  const state = { name: "approved", at: THEN, automatically: false, grantIds: ["id-1" as GrantId] } as const;
  const value: AccessRequest = { ...request, version: 4, approvals: [given("carol")], state };
  const made: Grant = grant({
    id: "id-1" as GrantId,
    startsAt: THEN,
    endsAt: addMs(THEN, HOUR_MS),
    gatePassedAt: THEN,
  });
  const about = aboutRequest(request);
  const facts = { justification: null, stage: 1, terms: termsFacts(request.terms) };
  assert.deepEqual(decide(from, request), {
    ok: true,
    value,
    change: {
      requests: [value],
      grants: [{ grant: made, dueAt: made.endsAt }],
      events: [
        stamp("request.approval_given", about, caller("carol"), facts),
        stampSystem("request.approved", about, { terms: termsFacts(request.terms) }),
        stampSystem("grant.live", { ...about, kind: "grant", id: made.id }, grantFacts(made)),
      ],
      home: TENANT,
      at: THEN,
      people: [ref("colin")],
      validUntil: HOUR,
    },
  });
});

test("an approval that is not the last one writes the request alone, and counts as a decision about nobody", () => {
  const from = contoso(manual(...TWO));
  const request = pending(from, TWO);
  const { value, change } = decided(decide(from, request));
  assert.deepEqual(value, { ...request, version: 4, approvals: [given("carol")] });
  assert.deepEqual(
    [change.requests, change.grants, change.people, change.validUntil],
    [[value], [], [], HOUR],
  );
  assert.deepEqual(
    change.events.map(({ type }) => type),
    ["request.approval_given"],
  );
});

test("two of three: the same person never twice, not even under another identity; two others do", () => {
  const tied = contoso(manual(...TWO), {}, [user("chris", { linkedTo: ref("carol") })]);
  const once = pending(tied, TWO, { approvals: [given("carol")] });
  assert.equal(code(decide(tied, once)), "already_decided");
  assert.equal(code(decide(tied, once, { who: "chris" })), "already_decided");
  const { value } = decided(decide(tied, once, { who: "casey" }));
  assert.equal(value.state.name, "approved");
});

test("a denial ends the request, whatever was approved before, and writes no grant", () => {
  const from = contoso(manual(...TWO));
  const request = pending(from, TWO, { approvals: [given("casey")] });
  const { value, change } = decided(
    decide(from, request, {}, { decision: "deny", justification: "not now" }),
  );
  const denied = given("carol", { decision: "deny", justification: "not now" });
  assert.deepEqual(value.state, {
    name: "denied",
    at: THEN,
    by: ref("carol"),
    justification: "not now",
    rules: [],
  });
  assert.deepEqual(value.approvals, [given("casey"), denied]);
  assert.deepEqual(
    [change.requests, change.grants, change.people, change.validUntil],
    [[value], [], [], HOUR],
  );
  assert.deepEqual(change.events, [
    stamp("request.denied", aboutRequest(value), caller("carol"), { justification: "not now" }),
  ]);
});

test("who may not decide is told why, and the refusal is noted", () => {
  const from = contoso(manual(...ONE), {}, [workload("pipeline"), user("chris", { deletedAt: NOW })]);
  const request = pending(from, ONE);
  const cases: readonly (readonly [Given, string])[] = [
    [{ who: "cora" }, "forbidden"],
    [{ who: "nobody" }, "forbidden"],
    [{ who: "chris" }, "forbidden"],
    [{ caller: caller("carol", { limited: true }) }, "forbidden"],
    [{ caller: workloadCaller("pipeline") }, "workload_cannot_decide"],
    [{ who: "colin" }, "own_request"],
    [{ now: HOUR }, "request_not_pending"],
  ];
  for (const [who, expected] of cases) {
    const refused = decide(from, request, who);
    assert.equal(code(refused), expected);
    assert.deepEqual(refused.ok ? null : refused.refused, {
      type: "decision.refused",
      about: aboutRequest(request),
      facts: { code: expected },
    });
  }
});

test("what is over stays over: whoever decided it is told so, everybody else that it is not pending", () => {
  const from = contoso(manual(...ONE));
  const state = { name: "denied", at: NOW, by: ref("carol"), justification: null, rules: [] } as const;
  const over = pending(from, ONE, { approvals: [given("carol", { decision: "deny" })], state });
  assert.equal(code(decide(from, over)), "already_decided");
  assert.equal(code(decide(from, over, { who: "casey" })), "request_not_pending");
  assert.equal(code(cancelRequest(deciding(from, over, { who: "colin" }))), "request_not_pending");
});

test("another version than was looked at, and another stage than is open, are refused", () => {
  const stages = [stage(["carol"]), stage(["casey"])];
  const from = contoso(manual(...stages));
  const request = pending(from, stages);
  assert.equal(code(decide(from, request, {}, { expectedVersion: [2] })), "version_conflict");
  assert.equal(code(decide(from, request, {}, { expectedVersion: [2, 3] })), "ok");
  assert.equal(code(decide(from, request, {}, { stage: 1 })), "stage_not_reached");
  assert.equal(code(decide(from, request, { who: "casey" })), "stage_not_reached");
  const { value } = decided(decide(from, request));
  assert.deepEqual(value.state, {
    name: "pending",
    stage: 1,
    stageStartedAt: THEN,
    decideBy: addMs(THEN, HOUR_MS),
    proposal: null,
  });
  assert.equal(code(decide(from, value, { who: "casey" }, { stage: 0 })), "already_decided");
  assert.equal(decided(decide(from, value, { who: "casey" })).value.state.name, "approved");
});

test("by escalation others decide as well, once the time has passed and not before", () => {
  const escalation = { afterMs: 30 * MINUTE_MS, to: [ref("cora")] };
  const stages = [stage(["carol"], { escalation })];
  const from = contoso(manual(...stages));
  const request = pending(from, stages);
  assert.equal(code(decide(from, request, { who: "cora", now: addMs(minutes(30), -1) })), "forbidden");
  assert.equal(code(decide(from, request, { who: "cora", now: minutes(30) })), "ok");
});

test("a justification is demanded where the settings or the surface ask for one", () => {
  const always = contoso({ ...manual(...ONE), approverJustification: "always" });
  const never = contoso({ ...manual(...ONE), approverJustification: "never" });
  const asked = contoso(manual(...ONE));
  const of = (from: Book, surfaceAsks: boolean, justification: string | null) =>
    code(decide(from, pending(from, ONE), {}, { surfaceAsks, justification }));
  assert.deepEqual([of(always, false, " "), of(always, false, "yes")], ["invalid_input", "ok"]);
  assert.deepEqual(
    [of(asked, true, null), of(asked, false, null), of(never, true, null)],
    ["invalid_input", "ok", "ok"],
  );
});

test("a counter-offer only narrows; less time counts at once and lapses what was approved for more", () => {
  const from = contoso(manual(...TWO));
  const request = pending(from, TWO, { approvals: [given("casey")] });
  const offer = (durationMs: number) => decide(from, request, {}, { terms: { durationMs } });
  assert.equal(code(offer(2 * HOUR_MS)), "terms_not_narrower");
  assert.equal(code(offer(MINUTE_MS)), "terms_not_narrower");
  const less = terms({ durationMs: 30 * MINUTE_MS });
  const { value } = decided(offer(less.durationMs));
  assert.deepEqual([value.state.name, value.terms, value.asked], ["pending", less, terms()]);
  assert.deepEqual(value.approvals, [given("casey"), given("carol", { terms: less })]);
  const { change } = decided(decide(from, value, { who: "casey" }));
  assert.equal(change.grants[0]?.grant.endsAt, addMs(THEN, less.durationMs));
});

test("fewer roles: one grant for each that is left", () => {
  const both = terms({ roleDefinitionIds: [roleId("contributor"), roleId("reader")] });
  const from = contoso(manual(...ONE));
  const request = pending(from, ONE, { asked: both, terms: both });
  assert.equal(decided(decide(from, request)).change.grants.length, 2);
  const { change } = decided(decide(from, request, {}, { terms: { roleDefinitionIds: [roleId("reader")] } }));
  assert.deepEqual(
    change.grants.map((row) => row.grant.roleDefinitionId),
    ["reader"],
  );
});

test("a later start waits for the requester, and counts from when they take it", () => {
  const from = contoso(manual(...ONE));
  const request = pending(from, ONE);
  const startAt = minutes(40);
  const offer = decided(decide(from, request, {}, { terms: { startAt }, justification: "after lunch" }));
  const later = terms({ startAt });
  const person = `${TENANT}/carol` as PersonKey;
  const proposal = { terms: later, by: ref("carol"), person, justification: "after lunch", at: THEN };
  const proposed: AccessRequest = { ...request, version: 4, state: { ...pendingRequest().state, proposal } };
  assert.deepEqual([offer.value, offer.change.grants, offer.change.people], [proposed, [], []]);
  assert.deepEqual(
    offer.change.events.map(({ type }) => type),
    ["request.terms_proposed"],
  );

  assert.equal(code(acceptTerms(deciding(from, request, { who: "colin" }))), "not_proposed");
  assert.equal(code(acceptTerms(deciding(from, proposed, { who: "carol" }))), "forbidden");
  assert.equal(
    code(acceptTerms(deciding(from, proposed, { who: "colin", now: HOUR }))),
    "request_not_pending",
  );
  const { value, change } = decided(
    acceptTerms(deciding(from, proposed, { who: "colin", now: minutes(20) })),
  );
  assert.deepEqual(value.approvals, [
    approval("carol", { terms: later, justification: "after lunch", at: minutes(20) }),
  ]);
  assert.deepEqual([value.version, value.state.name, value.terms], [5, "approved", later]);
  const [row] = change.grants;
  assert.deepEqual([row?.grant.state.name, row?.grant.startsAt, row?.dueAt], ["scheduled", startAt, startAt]);
  assert.deepEqual(
    change.events.map(({ type }) => type),
    ["request.terms_accepted", "request.approved", "grant.scheduled"],
  );
  assert.deepEqual([change.people, change.validUntil], [[ref("colin")], HOUR]);
});

test("I3: terms that are taken after their approver left are denied, not granted", () => {
  const from = contoso(manual(...ONE));
  const proposed = decided(decide(from, pending(from, ONE), {}, { terms: { startAt: minutes(40) } })).value;
  const left = contoso(manual(...ONE), { members: members({ approvers: ["casey", "chris"] }) });
  const { value, change } = decided(acceptTerms(deciding(left, proposed, { who: "colin" })));
  assert.deepEqual([value.state.name, change.grants, change.people], ["denied", [], []]);
});

test("I3: a last approval that fails the rules of today denies, and says which failed", () => {
  const from = contoso(manual(...ONE));
  const request = pending(from, ONE);
  const lost = contoso(manual(...ONE), { eligibility: eligible() });
  const { value, change } = decided(decide(lost, request));
  assert.ok(value.state.name === "denied");
  assert.deepEqual([value.state.by, value.state.justification, value.version], [null, null, 4]);
  assert.deepEqual(
    value.state.rules.map(({ rule }) => rule),
    ["EligibilityRule"],
  );
  assert.deepEqual([change.grants, change.people], [[], []]);
  assert.deepEqual(
    change.events.map(({ type }) => type),
    ["request.approval_given", "request.denied"],
  );
  assert.deepEqual(change.events.at(-1)?.facts, { failed: ["EligibilityRule"], justification: null });
});

test("I3: the settings of then and of today both hold: a shorter maximum since then denies", () => {
  const from = contoso(manual(...ONE));
  const shorter = contoso({ ...manual(...ONE), maximumDurationMs: 30 * MINUTE_MS });
  const { value } = decided(decide(shorter, pending(from, ONE)));
  assert.ok(value.state.name === "denied");
  assert.deepEqual(
    value.state.rules.map(({ rule }) => rule),
    ["ExpirationRule"],
  );
  // And the other way round: what was asked under the shorter one stays under it.
  const then = decided(decide(from, pending(shorter, ONE))).value;
  assert.equal(then.state.name, "denied");
});

test("I3: an approver who was counted and may not decide any more takes the approval with them", () => {
  const from = contoso(manual(...TWO));
  const request = pending(from, TWO, { approvals: [given("casey")] });
  const gone: readonly Book[] = [
    contoso(manual(...TWO), { members: members({ approvers: ["carol", "chris"] }) }),
    contoso(manual(...TWO), {}, [user("casey", { deletedAt: NOW })]),
    contoso(manual(...TWO), {}, [user("casey", { linkedTo: ref("colin") })]),
    contoso(manual(stage(["carol", "chris"], { required: 2 }))),
  ];
  for (const today of gone) {
    const { value, change } = decided(decide(today, request));
    assert.ok(value.state.name === "denied");
    assert.match(value.state.justification ?? "", /an approver who was counted/);
    assert.deepEqual([change.grants, value.state.rules], [[], []]);
  }
});

test("I2: two who turned out to be one person count once", () => {
  const tied = contoso(manual(...TWO), {}, [user("casey", { linkedTo: ref("carol") })]);
  const request = pending(contoso(manual(...TWO)), TWO, { approvals: [given("casey")] });
  assert.equal(code(decide(tied, request)), "already_decided");
  assert.equal(decided(decide(tied, request, { who: "chris" })).value.state.name, "approved");
});

/** From the beneficiary, step by step, to casey: each step is an owner or a member of what stands before it. */
const CHAIN = [
  workload("pipeline", ["team"]),
  group("team", ["robot"]),
  workload("robot", ["crew"]),
  group("crew"),
];

test("I2: nobody decides for what they stand behind, by a chain of owners and members of any length", () => {
  const ask = { requester: ref("pipeline"), beneficiary: ref("pipeline") };
  const eligibility = eligible({ principal: ref("pipeline") });
  for (const held of [["casey"], ["inner"]]) {
    const groups = members({
      approvers: ["carol", "casey"],
      crew: held,
      inner: ["innermost"],
      innermost: ["casey"],
    });
    const others = [...CHAIN, group("inner"), group("innermost")];
    const from = contoso(
      { ...manual(...ONE), workloadsAllowed: true },
      { members: groups, eligibility },
      others,
    );
    const request = pending(from, ONE, ask);
    assert.equal(code(decide(from, request, { who: "casey" })), "own_request");
    assert.equal(code(decide(from, request, { who: "carol" })), "ok");
  }
});

test("I2: nor by a chain that ends in another identity of theirs, of either tenant", () => {
  const twins = [
    user("casey", { linkedTo: ref("frank", OTHER_TENANT) }),
    user("chris", { linkedTo: ref("frank", OTHER_TENANT) }),
  ];
  // At home: the chain ends in chris, and casey is the same human.
  const eligibility = eligible({ principal: ref("pipeline") });
  const groups = members({ approvers: ["carol", "casey", "chris"], crew: ["chris"] });
  const home = contoso(manual(...ONE), { members: groups, eligibility }, [...CHAIN, ...twins]);
  const own = pending(home, ONE, { requester: ref("pipeline"), beneficiary: ref("pipeline") });
  for (const who of ["casey", "chris"]) assert.equal(code(decide(home, own, { who })), "own_request");
  assert.equal(code(decide(home, own)), "ok");

  // Across: the publisher's workload is asked for, its chain ends in frank, and casey decides at Contoso.
  const application = orders({ mode: "manual", approvers: [ref("approvers")] });
  const from = contoso(manual(...ONE), { application: new Map([[application.id, application]]) }, twins);
  const theirs = [user("frank"), workload("deployer", ["team"]), ...CHAIN.slice(1)];
  const fabrikam = book(
    theirs.map((one) => ({ ...one, tenantId: OTHER_TENANT })),
    { members: members({ crew: ["frank"] }) },
    OTHER_TENANT,
  );
  const deployer = ref("deployer", OTHER_TENANT);
  const across = { requester: deployer, beneficiary: deployer, otherTenantId: OTHER_TENANT, scope: ORDERS };
  const request = pending(from, ONE, { ...across, applicationId: application.id });
  for (const who of ["casey", "chris"])
    assert.equal(code(decide([from, fabrikam], request, { who })), "own_request");
  const frank = caller("frank", { ref: ref("frank", OTHER_TENANT) });
  assert.equal(code(decide([from, fabrikam], request, { caller: frank })), "own_request");
  assert.equal(decided(decide([from, fabrikam], request)).value.state.name, "approved");
});

test("I11: to the other party the approver is somebody of Contoso", () => {
  const application = orders({ mode: "manual", approvers: [ref("approvers")] });
  const from = contoso(manual(...ONE), { application: new Map([[application.id, application]]) });
  const fabrikam = book([user("frank", ref("frank", OTHER_TENANT))], {}, OTHER_TENANT);
  const frank = ref("frank", OTHER_TENANT);
  const ask = {
    requester: frank,
    beneficiary: frank,
    otherTenantId: OTHER_TENANT,
    scope: ORDERS,
    applicationId: application.id,
  };
  const { change } = decided(decide([from, fabrikam], pending(from, ONE, ask)));
  const [first] = change.events;
  assert.deepEqual(first?.actor, { kind: "party", tenantId: TENANT, via: SESSION.via });
  assert.deepEqual(first?.privateFacts, { tenantId: TENANT, facts: { actor: "carol" } });
  assert.deepEqual([change.home, change.people], [TENANT, [frank]]);
});

test("I4: a requested start that passed meanwhile starts with the last approval", () => {
  const from = contoso(manual(...ONE));
  const asked = terms({ startAt: minutes(5) });
  const { change } = decided(decide(from, pending(from, ONE, { asked, terms: asked })));
  assert.deepEqual(
    [change.grants[0]?.grant.startsAt, change.grants[0]?.grant.endsAt],
    [THEN, addMs(THEN, HOUR_MS)],
  );
});

test("I8: an approved extension moves the end of its grant, and cannot be stored after that end", () => {
  const from = contoso(manual(...ONE));
  const live = grant({ gatePassedAt: NOW, version: 6, endsAt: minutes(30) });
  const held = [
    {
      grantId: live.id,
      roleDefinitionId: live.roleDefinitionId,
      startsAt: live.startsAt,
      endsAt: live.endsAt,
    },
  ];
  const request = pending(from, ONE, { extendsGrantId: live.id, neededUntil: minutes(30) });
  const { value, change } = decided(decide(from, request, { extending: live, held }));
  assert.deepEqual(value.state, { name: "approved", at: THEN, automatically: false, grantIds: [live.id] });
  const endsAt = addMs(THEN, HOUR_MS);
  assert.deepEqual(change.grants, [{ grant: { ...live, version: 7, endsAt }, dueAt: endsAt }]);
  assert.deepEqual([change.validUntil, change.people], [minutes(30), [ref("colin")]]);
  assert.deepEqual(
    change.events.map(({ type }) => type),
    ["request.approval_given", "request.approved", "grant.extended"],
  );
  const ended = grant({ state: { name: "ended", cause: "revoked", at: NOW, by: null } });
  for (const extending of [ended, null])
    assert.equal(code(decide(from, request, { extending, held: [] })), "grant_not_active");
});

test("I8, I20: an extension approved while its grant is not confirmed moves the end, and makes nothing live", () => {
  const from = contoso(manual(...ONE));
  const lost = grant({
    ...{ state: { name: "provisioning" }, gatePassedAt: NOW, endsAt: minutes(30) },
    entitlements: [entitlement({ handle: { role: "curfew_x" }, generation: 1 })],
  });
  const request = pending(from, ONE, { extendsGrantId: lost.id, neededUntil: minutes(30) });
  const [extended] = decided(decide(from, request, { extending: lost, held: [] })).change.grants;
  const endsAt = addMs(THEN, HOUR_MS);
  assert.deepEqual([extended?.grant.state.name, extended?.grant.endsAt], ["provisioning", endsAt]);
  assert.deepEqual(extended?.grant.entitlements[0]?.wanted, { generation: 2, expiresAt: endsAt });
  const refusal = decide(from, request, { extending: { ...lost, endsAt: THEN }, held: [] });
  assert.equal(code(refusal), "grant_not_active");
});

test("an overlap that came about since the ask denies at the last approval", () => {
  const from = contoso(manual(...ONE));
  const held = [
    { grantId: "other" as GrantId, roleDefinitionId: roleId("contributor"), startsAt: NOW, endsAt: HOUR },
  ];
  const { value } = decided(decide(from, pending(from, ONE), { held }));
  assert.ok(value.state.name === "denied");
  assert.deepEqual(
    value.state.rules.map(({ rule }) => rule),
    ["RoleAssignmentExists"],
  );
});

test("a request is taken back by who asked or by an administrator, and by nobody else", () => {
  const from = contoso(manual(...ONE));
  const request = pending(from, ONE);
  const { value, change } = decided(cancelRequest(deciding(from, request, { who: "colin" })));
  assert.deepEqual(value, {
    ...request,
    version: 4,
    state: { name: "canceled", at: THEN, by: ref("colin") },
  });
  assert.deepEqual([change.requests, change.grants, change.people], [[value], [], []]);
  assert.equal(code(cancelRequest(deciding(from, request))), "forbidden");
  const administrator = caller("carol", { rights: ["administrator"] });
  assert.equal(code(cancelRequest(deciding(from, request, { caller: administrator }))), "ok");
  const limited = { ...administrator, limited: true };
  assert.equal(code(cancelRequest(deciding(from, request, { caller: limited }))), "forbidden");
  assert.equal(
    code(cancelRequest(deciding(from, request, { who: "colin", now: HOUR }))),
    "request_not_pending",
  );
});

test("settings that need nobody any more take no seat away, and those that name nobody take all", () => {
  const request = pending(contoso(manual(...ONE)), ONE);
  assert.equal(code(decide(contoso(AUTOMATIC), request)), "ok");
  assert.equal(code(decide(contoso(manual(stage([]))), request)), "forbidden");
  const none = contoso(manual(...ONE), { role: new Map() });
  assert.equal(code(decide(none, request)), "forbidden");
});

test("a counter-offer that the rules of today do not allow is refused, and denies nothing", () => {
  const from = contoso(manual(...ONE));
  const lost = contoso(manual(...ONE), { eligibility: eligible() });
  const refused = decide(lost, pending(from, ONE), {}, { terms: { durationMs: 30 * MINUTE_MS } });
  assert.equal(code(refused), "rules_not_satisfied");
});

test("what is granted for something else counts as a decision about both", () => {
  const eligibility = eligible({ principal: ref("pipeline") });
  const from = contoso(manual(...ONE), { eligibility }, [workload("pipeline", ["colin"])]);
  const { change } = decided(decide(from, pending(from, ONE, { beneficiary: ref("pipeline") })));
  assert.deepEqual(change.people, [ref("colin"), ref("pipeline")]);
});

test("I2: terms whose approver turned out to be who asked are denied when they are taken", () => {
  const from = contoso(manual(...ONE));
  const proposed = decided(decide(from, pending(from, ONE), {}, { terms: { startAt: minutes(40) } })).value;
  const tied = contoso(manual(...ONE), {}, [user("carol", { linkedTo: ref("colin") })]);
  const { value, change } = decided(acceptTerms(deciding(tied, proposed, { who: "colin" })));
  assert.deepEqual([value.state.name, change.grants], ["denied", []]);
});

test("I8: an extension that has no other limit still ends with its grant", () => {
  const from = contoso(manual(...ONE));
  const live = grant({ gatePassedAt: NOW, endsAt: minutes(30) });
  const request = pending(from, ONE, { extendsGrantId: live.id });
  assert.equal(decided(decide(from, request, { extending: live })).change.validUntil, minutes(30));
  assert.equal(code(decide(from, request, { extending: live, now: minutes(30) })), "grant_not_active");
});
