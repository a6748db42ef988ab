import assert from "node:assert/strict";
import { test } from "node:test";
import { aboutRequest, grantFacts, requestFacts } from "../../domain/about.ts";
import type { AccessRequest } from "../../domain/access-request.ts";
import type { Grant } from "../../domain/grant.ts";
import type { AccessRequestId, GrantId } from "../../domain/ids.ts";
import {
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
import { stamp, stampSystem } from "../../domain/stamp.ts";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/time.ts";
import { SESSION } from "../activation.fixture.ts";
import type { Book } from "../book/book.ts";
import { booksOf } from "../book/books.ts";
import { extendGrant, submitRequest } from "./ask.ts";
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
  input,
  MANAGED,
  manual,
  members,
  NOTHING,
  ORDERS,
  orders,
  workloadCaller,
} from "./decisions.fixture.ts";
import type { AskFacts, SubmitInput } from "./prepare.ts";

const STAGES = [stage(["approvers"], { required: 2 })];
const TENANT = ref("colin").tenantId;

function ask(
  from: Book | readonly Book[],
  more: Partial<SubmitInput> = {},
  {
    who = caller("colin"),
    facts = NOTHING,
    now = NOW,
  }: { who?: typeof COLIN; facts?: AskFacts; now?: typeof NOW } = {},
) {
  const books = booksOf([from].flat());
  return submitRequest({ books, home: TENANT, caller: who, now }, input(more), facts, counted());
}
const COLIN = caller("colin");

function asked(from: Book, more: Partial<AccessRequest> = {}): AccessRequest {
  const roles = (more.asked ?? terms()).roleDefinitionIds
    .map((id) => from.role(id))
    .filter((one) => one !== null);
  const madeUnder = from.settingsFor(TENANT, SCOPE, roles);
  return pendingRequest({
    id: "id-1" as AccessRequestId,
    session: SESSION,
    madeUnder,
    stages: [],
    ...more,
  } as never);
}

test("an ask that somebody has to decide writes one request, says who asked, and counts as a decision about them", () => {
  const from = contoso(manual(...STAGES));
  const made = asked(from, { stages: STAGES });
  const event = stamp("request.submitted", aboutRequest(made), COLIN, requestFacts(made));
  assert.deepEqual(ask(from), {
    ok: true,
    value: made,
    change: {
      requests: [made],
      grants: [],
      events: [event],
      home: TENANT,
      at: NOW,
      people: [ref("colin")],
      validUntil: null,
    },
  });
});

test("an ask that nobody has to decide writes request and grants at once, events in the order of what happened", () => {
  const from = contoso(AUTOMATIC);
  const both = terms({ roleDefinitionIds: [roleId("contributor"), roleId("reader")] });
  const { value, change } = decided(ask(from, { roleDefinitionIds: both.roleDefinitionIds }));
  const grantIds = ["id-2", "id-3"] as GrantId[];
  const state = { name: "approved", at: NOW, automatically: true, grantIds } as const;
  const made = asked(from, { asked: both, terms: both, state });
  const grants = both.roleDefinitionIds.map((roleDefinitionId, at): Grant => {
    const id = grantIds[at] ?? ("" as GrantId);
    return grant({ id, requestId: made.id, roleDefinitionId, gatePassedAt: NOW });
  });
  assert.deepEqual(value, made);
  assert.deepEqual(change, {
    requests: [made],
    grants: grants.map((one) => ({ grant: one, dueAt: HOUR })),
    events: [
      stamp("request.submitted", aboutRequest(made), COLIN, requestFacts(made)),
      stampSystem("request.approved", aboutRequest(made), requestFacts(made)),
      ...grants.map((one) =>
        stampSystem("grant.live", { ...aboutRequest(made), kind: "grant", id: one.id }, grantFacts(one)),
      ),
    ],
    home: TENANT,
    at: NOW,
    people: [ref("colin")],
    validUntil: null,
  });
});

test("several roles are all or nothing, and what is refused is noted without anything to write", () => {
  const from = contoso(AUTOMATIC, { eligibility: eligible({}) });
  const refused = ask(from, { roleDefinitionIds: [roleId("contributor"), roleId("reader")] });
  assert.equal(code(refused), "rules_not_satisfied");
  assert.deepEqual(refused.ok ? null : refused.refused, {
    type: "request.refused",
    about: {
      kind: "accessRequest",
      id: "id-1",
      tenantId: TENANT,
      otherTenantId: null,
      correlationId: "id-1",
    },
    facts: { requester: ref("colin"), scope: SCOPE, failed: ["EligibilityRule"] },
  });
});

test("a scheduled ask holds until its window is over, and becomes a grant that waits", () => {
  const startAt = addMs(NOW, DAY_MS);
  const { value, change } = decided(ask(contoso(AUTOMATIC), { startAt }));
  assert.equal(value.neededUntil, addMs(startAt, HOUR_MS));
  assert.equal(change.validUntil, addMs(startAt, HOUR_MS));
  const [row] = change.grants;
  assert.deepEqual(
    [row?.grant.state.name, row?.grant.startsAt, row?.grant.endsAt, row?.grant.gatePassedAt, row?.dueAt],
    ["scheduled", startAt, addMs(startAt, HOUR_MS), null, startAt],
  );
  assert.deepEqual(change.events.map(({ type }) => type).at(-1), "grant.scheduled");
});

test("I4: a start that has just passed starts at the decision, for as long as was asked", () => {
  const { change } = decided(ask(contoso(AUTOMATIC), { startAt: addMs(NOW, -30_000) }));
  assert.deepEqual([change.grants[0]?.grant.startsAt, change.grants[0]?.grant.endsAt], [NOW, HOUR]);
});

test("an ask for something else counts as a decision about both", () => {
  const from = contoso(manual(...STAGES), { eligibility: eligible({ principal: ref("pipeline") }) }, [
    workload("pipeline", ["colin"]),
  ]);
  const { value, change } = decided(ask(from, { beneficiary: ref("pipeline") }));
  assert.deepEqual([value.requester, value.beneficiary], [ref("colin"), ref("pipeline")]);
  assert.deepEqual(change.people, [ref("colin"), ref("pipeline")]);
});

test("an ask that could only be decided by whoever asks is refused: there is nobody left", () => {
  const from = contoso(manual(stage(["colin"])));
  assert.equal(code(ask(from)), "no_eligible_approver");
  assert.equal(code(ask(contoso(manual(stage(["approvers"], { required: 4 }))))), "no_eligible_approver");
  // One person under two identities has one seat.
  const tied = [user("casey", { linkedTo: ref("carol") }), user("chris", { linkedTo: ref("carol") })];
  assert.equal(code(ask(contoso(manual(...STAGES), {}, tied))), "no_eligible_approver");
});

test("a device sign-in asks, and never breaks glass; nobody does where it is not allowed", () => {
  const emergency = { allowed: true, maximumDurationMs: HOUR_MS };
  const from = contoso({ ...manual(...STAGES), emergency });
  const limited = caller("colin", { limited: true });
  assert.equal(code(ask(from, {}, { who: limited })), "ok");
  assert.equal(code(ask(from, { emergency: true }, { who: limited })), "forbidden");
  assert.equal(code(ask(contoso(manual(...STAGES)), { emergency: true })), "rules_not_satisfied");
  const { value, change } = decided(ask(from, { emergency: true }));
  assert.deepEqual([value.state.name, change.grants[0]?.grant.emergency], ["approved", true]);
  const due = { held: [], past: { ...NOTHING.past, emergencyReviewDue: true } };
  assert.equal(code(ask(from, { emergency: true }, { facts: due })), "rules_not_satisfied");
});

test("what the input says wrongly is told with its place", () => {
  const from = contoso(AUTOMATIC);
  const role = roleId("contributor");
  const wrong: readonly (readonly [Partial<SubmitInput>, string, string | undefined])[] = [
    [{ roleDefinitionIds: [role, role] }, "invalid_input", "/roleDefinitionIds"],
    [{ roleDefinitionIds: [] }, "invalid_input", "/roleDefinitionIds"],
    [{ neededUntil: NOW }, "invalid_input", "/neededUntil"],
    [{ roleDefinitionIds: [roleId("nothing")] }, "unknown_role", "/roleDefinitionIds"],
    [{ beneficiary: ref("nobody") }, "unknown_principal", "/beneficiaryId"],
    [{ beneficiary: ref("frank", OTHER_TENANT) }, "unknown_principal", "/beneficiaryId"],
    [{ scope: SCOPE.replace("0001", "0002") as typeof SCOPE }, "not_found", "/scope"],
    [{ scope: "/groups/0a1b2c3d-0000-4000-8000-00000000000a" as typeof SCOPE }, "not_found", "/scope"],
  ];
  for (const [more, expected, path] of wrong) {
    const refused = ask(from, more);
    assert.deepEqual([code(refused), refused.ok ? null : refused.rejection.path], [expected, path]);
  }
});

const FABRIKAM = book(
  [
    user("frank", ref("frank", OTHER_TENANT)),
    { ...workload("deployer", ["keepers"]), tenantId: OTHER_TENANT },
    { ...group("keepers", ["robot"]), tenantId: OTHER_TENANT },
    { ...workload("robot", ["crew"]), tenantId: OTHER_TENANT },
    { ...group("crew"), tenantId: OTHER_TENANT },
  ],
  { members: members({ crew: ["frank"] }) },
  OTHER_TENANT,
);
const FRANK = caller("frank", { ref: ref("frank", OTHER_TENANT) });

function withOrders(
  policy: Parameters<typeof orders>[0],
  more: Parameters<typeof orders>[1] = {},
  others = {},
): Book {
  const application = orders(policy, more);
  return contoso(manual(...STAGES), { application: new Map([[application.id, application]]), ...others });
}

test("a publisher asks under the JIT policy alone, at the application's own scope, as the other party", () => {
  const from = withOrders({ mode: "manual", approvers: [ref("carol")] });
  const { value } = decided(ask([from, FABRIKAM], { scope: MANAGED }, { who: FRANK }));
  assert.deepEqual(
    [value.tenantId, value.otherTenantId, value.scope, value.managedScope, value.applicationId],
    [TENANT, OTHER_TENANT, ORDERS, MANAGED, "orders"],
  );
  assert.deepEqual(
    value.madeUnder.map(({ source }) => source.kind),
    ["application"],
  );
  assert.deepEqual(
    value.stages.map(({ approvers }) => approvers),
    [[ref("carol")]],
  );
});

test("I12: to a publisher there is nothing but its living applications, and to a third party nothing at all", () => {
  const from = withOrders({}, {});
  assert.equal(code(ask([from, FABRIKAM], { scope: SCOPE }, { who: FRANK })), "not_found");
  const gone = withOrders({}, { deletedAt: NOW });
  assert.equal(code(ask([gone, FABRIKAM], { scope: ORDERS }, { who: FRANK })), "not_found");
  const closed = book([], {
    tenant: new Map([[TENANT, { ...from.tenant, closedAt: NOW }]]),
    application: from.contents.application,
  });
  assert.equal(code(ask([closed, FABRIKAM], { scope: ORDERS }, { who: FRANK })), "not_found");
});

test("where JIT access was declined there is nothing to ask for", () => {
  const refused = ask([withOrders(null), FABRIKAM], { scope: ORDERS }, { who: FRANK });
  assert.equal(code(refused), "jit_access_is_fixed");
  assert.match(
    refused.ok ? "" : refused.rejection.message,
    /Contoso declined JIT when deploying, so you hold contributor/,
  );
});

test("stages that nobody could decide fall to the application's owners, and to nobody where there are none", () => {
  const empty = withOrders({ mode: "manual", approvers: [] });
  const { value } = decided(ask([empty, FABRIKAM], { scope: ORDERS }, { who: FRANK }));
  assert.deepEqual(
    value.stages.map(({ approvers }) => approvers),
    [[ref("cora")]],
  );
  const none = withOrders({ mode: "manual", approvers: [] }, { owners: [] });
  assert.equal(code(ask([none, FABRIKAM], { scope: ORDERS }, { who: FRANK })), "no_eligible_approver");
});

test("approvers of another tenant are nobody, even where that tenant is a party", () => {
  const other = withOrders({ mode: "manual", approvers: [ref("frank", OTHER_TENANT)] }, { owners: [] });
  const who = workloadCaller("deployer", OTHER_TENANT);
  const strangers = [
    user("frank", ref("frank", OTHER_TENANT)),
    { ...workload("deployer"), tenantId: OTHER_TENANT },
  ];
  const apart = book(strangers, {}, OTHER_TENANT);
  assert.equal(code(ask([other, apart], { scope: ORDERS }, { who })), "no_eligible_approver");
});

test("I2: nobody is left where the one approver stands behind who asks by a chain of owners, members and a link", () => {
  // deployer is owned by keepers, they by robot, it by crew, which holds frank; at Contoso frank is known as casey.
  const casey = user("casey", { linkedTo: ref("frank", OTHER_TENANT) });
  const application = orders({ mode: "manual", approvers: [ref("casey")] }, { owners: [] });
  const from = contoso(manual(...STAGES), { application: new Map([[application.id, application]]) }, [casey]);
  const who = workloadCaller("deployer", OTHER_TENANT);
  assert.equal(code(ask([from, FABRIKAM], { scope: ORDERS }, { who })), "no_eligible_approver");
  // One link less, and casey is somebody else.
  const apart = contoso(manual(...STAGES), { application: new Map([[application.id, application]]) });
  assert.equal(code(ask([apart, FABRIKAM], { scope: ORDERS }, { who })), "ok");
});

const LIVE = grant({ gatePassedAt: NOW, version: 4 });
const AT_HALF = minutes(30);

function extend(
  from: Book,
  of: Grant = LIVE,
  { who = COLIN, now = AT_HALF, durationMs = HOUR_MS as number | null } = {},
) {
  const held = [
    { grantId: of.id, roleDefinitionId: of.roleDefinitionId, startsAt: of.startsAt, endsAt: of.endsAt },
  ];
  const extension = { durationMs, justification: "not yet done", ticket: null };
  const asking = { books: booksOf([from]), home: TENANT, caller: who, now };
  return extendGrant(asking, { grant: of, input: extension, facts: { held, past: NOTHING.past } }, counted());
}

test("an extension that somebody has to decide moves its grant's version and nothing else of it", () => {
  const { value, change } = decided(extend(contoso(manual(...STAGES))));
  assert.deepEqual([value.extendsGrantId, value.neededUntil, value.version], [LIVE.id, HOUR, 1]);
  assert.deepEqual(change.grants, [{ grant: { ...LIVE, version: 5 }, dueAt: HOUR }]);
  assert.deepEqual([change.requests, change.people, change.validUntil], [[value], [ref("colin")], HOUR]);
  assert.deepEqual(
    change.events.map(({ type }) => type),
    ["request.submitted"],
  );
});

test("I8: an extension that nobody has to decide moves the end, to the decision and as long as was asked", () => {
  const { value, change } = decided(extend(contoso(AUTOMATIC)));
  const extended = { ...LIVE, version: 5, endsAt: minutes(90) };
  assert.deepEqual(change.grants, [{ grant: extended, dueAt: minutes(90) }]);
  assert.deepEqual(value.state, { name: "approved", at: AT_HALF, automatically: true, grantIds: [LIVE.id] });
  assert.deepEqual([change.people, change.validUntil], [[ref("colin")], HOUR]);
  assert.deepEqual(
    change.events.map(({ type }) => type),
    ["request.submitted", "request.approved", "grant.extended"],
  );
  assert.deepEqual(change.events.at(-1)?.facts, {
    ...grantFacts(extended),
    endedBefore: "2026-03-02T10:00:00.000Z",
  });
});

test("I8: never to an earlier end than is set, nor past what a chain may last", () => {
  const endOf = (...given: Parameters<typeof extend>) =>
    decided(extend(...given)).change.grants[0]?.grant.endsAt;
  assert.equal(endOf(contoso(AUTOMATIC), LIVE, { durationMs: 10 * MINUTE_MS }), HOUR);
  const from = contoso({ ...AUTOMATIC, maximumTotalMs: 70 * MINUTE_MS });
  assert.equal(endOf(from), minutes(70));
  assert.equal(code(extend(contoso({ ...AUTOMATIC, maximumTotalMs: HOUR_MS }))), "rules_not_satisfied");
});

test("only its holder extends a grant, only while it is live, and neither emergency nor standing access", () => {
  const from = contoso(AUTOMATIC);
  assert.equal(code(extend(from, LIVE, { who: caller("carol") })), "forbidden");
  assert.equal(code(extend(from, LIVE, { now: HOUR })), "grant_not_active");
  assert.equal(
    code(extend(from, grant({ state: { name: "ended", cause: "revoked", at: NOW, by: null } }))),
    "grant_not_active",
  );
  assert.equal(
    code(extend(from, grant({ startsAt: minutes(31), state: { name: "scheduled" } }))),
    "grant_not_active",
  );
  assert.equal(code(extend(from, grant({ emergency: true }))), "not_extendable");
  assert.equal(
    code(extend(from, grant({ kind: "standing", endsAt: null, requestId: null }))),
    "not_extendable",
  );
});

test("an eligibility that is gone, and one that ends too early, extends nothing", () => {
  assert.equal(code(extend(contoso(AUTOMATIC, { eligibility: eligible() }))), "rules_not_satisfied");
  assert.equal(
    code(extend(contoso(AUTOMATIC, { eligibility: eligible({ endsAt: HOUR }) }))),
    "rules_not_satisfied",
  );
  assert.equal(code(extend(contoso(AUTOMATIC, { eligibility: eligible({ endsAt: minutes(90) }) }))), "ok");
});

test("I2: nobody is left where the one approver owns what is asked for", () => {
  const owned = (...owners: string[]) =>
    contoso(manual(stage(["casey"])), { eligibility: eligible({ principal: ref("pipeline") }) }, [
      workload("pipeline", owners),
    ]);
  assert.equal(code(ask(owned("colin", "casey"), { beneficiary: ref("pipeline") })), "no_eligible_approver");
  assert.equal(code(ask(owned("colin"), { beneficiary: ref("pipeline") })), "ok");
});

test("a part of an application is asked for by its own path, and the whole by either of its scopes", () => {
  const from = withOrders({});
  const part = `${MANAGED}/providers/Curfew.Test/databases/one` as typeof SCOPE;
  const of = (scope: typeof SCOPE) => {
    const { value } = decided(ask([from, FABRIKAM], { scope }, { who: FRANK }));
    return [value.scope, value.managedScope];
  };
  assert.deepEqual(
    [of(part), of(MANAGED), of(ORDERS)],
    [
      [part, null],
      [ORDERS, MANAGED],
      [ORDERS, MANAGED],
    ],
  );
});

test("a group's own scope is there for as long as the group is", () => {
  const id = "0a1b2c3d-0000-4000-8000-00000000000a";
  const scope = `/groups/${id}` as typeof SCOPE;
  const eligibility = eligible({ scope });
  const of = (more: object) =>
    code(
      ask(contoso(AUTOMATIC, { eligibility }, [{ ...group(id), ...more }]), {
        scope,
        justification: "on call",
      }),
    );
  assert.equal(of({}), "ok");
  assert.equal(of({ deletedAt: NOW }), "not_found");
});
