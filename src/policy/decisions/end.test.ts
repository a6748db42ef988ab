import assert from "node:assert/strict";
import { test } from "node:test";
import { aboutGrant, aboutRequest, grantFacts } from "../../domain/about.ts";
import type { AccessRequest } from "../../domain/access-request.ts";
import type { EndCause, Grant } from "../../domain/grant.ts";
import type { AccessRequestId, GrantId } from "../../domain/ids.ts";
import {
  entitlement,
  grant,
  group,
  minutes,
  NOW,
  OTHER_TENANT,
  pendingRequest,
  present,
  ref,
  stage,
  user,
  workload,
} from "../../domain/life.fixture.ts";
import { stamp, stampSystem } from "../../domain/stamp.ts";
import { booksOf } from "../book/books.ts";
import {
  caller,
  code,
  contoso,
  decided,
  HOUR,
  manual,
  members,
  orders,
  workloadCaller,
} from "./decisions.fixture.ts";
import { deactivateGrant, type Ending, type Hanging, reviewGrant, revokeGrant } from "./end.ts";

const TENANT = ref("colin").tenantId;
const STAGES = [stage(["approvers"])];
const BOOK = contoso(manual(...STAGES));
const REQUEST: AccessRequest = pendingRequest({ stages: STAGES });
const THEN = minutes(10);
const NOTHING: Hanging = { extension: null, under: [] };
const LIVE = grant({ version: 4, gatePassedAt: NOW });

function ending(more: Partial<Ending> & { who?: string } = {}): Ending {
  const { who = "colin", ...rest } = more;
  return {
    books: booksOf([BOOK]),
    caller: caller(who),
    now: THEN,
    grant: LIVE,
    request: REQUEST,
    hanging: NOTHING,
    ...rest,
  };
}

/** As it stands in the log, and as it is stored. */
function endedAs(one: Grant, cause: EndCause, by: string | null): Grant {
  const at = { cause, at: THEN, by: by === null ? null : ref(by) };
  return { ...one, version: one.version + 1, state: { name: "ended", ...at } };
}
const facts = (one: Grant, cause: EndCause, justification: string | null = null) => ({
  ...grantFacts(one),
  cause,
  justification,
});

test("a holder ends their access: one grant, one event, and nothing else", () => {
  const closed = endedAs(LIVE, "deactivated", "colin");
  assert.deepEqual(deactivateGrant(ending()), {
    ok: true,
    value: closed,
    change: {
      requests: [],
      grants: [{ grant: closed, dueAt: null }],
      events: [stamp("grant.ended", aboutGrant(closed), caller("colin"), facts(closed, "deactivated"))],
      home: TENANT,
      at: THEN,
      people: [],
      validUntil: null,
    },
  });
});

test("what has not started yet is canceled", () => {
  const scheduled = grant({ startsAt: minutes(20), state: { name: "scheduled" } });
  assert.deepEqual(
    decided(deactivateGrant(ending({ grant: scheduled }))).value,
    endedAs(scheduled, "canceled", "colin"),
  );
});

test("what a target holds is closed first, and due at once; what nothing was begun of is ended", () => {
  const held = grant({
    version: 2,
    gatePassedAt: NOW,
    entitlements: [present(), entitlement({ member: ref("cora") })],
  });
  const { value, change } = decided(deactivateGrant(ending({ grant: held })));
  assert.deepEqual(value.state, {
    name: "deprovisioning",
    cause: "deactivated",
    since: THEN,
    by: ref("colin"),
  });
  assert.deepEqual(
    value.entitlements.map(({ state }) => state),
    ["leaving", "absent"],
  );
  assert.deepEqual(change.grants, [{ grant: value, dueAt: THEN }]);
  assert.deepEqual(
    change.events.map(({ type }) => type),
    ["grant.closing"],
  );
});

test("nobody but its holder deactivates: the beneficiary, or an owner of what it was asked for", () => {
  const of = [workload("pipeline", ["team"]), group("team"), user("guest")];
  const books = booksOf([contoso(manual(...STAGES), { members: members({ team: ["cora"] }) }, of)]);
  const bots = grant({ beneficiary: ref("pipeline"), requester: ref("cora") });
  const by = (who: string, one: Grant) => code(deactivateGrant(ending({ books, who, grant: one })));
  assert.deepEqual(
    [by("cora", bots), by("carol", bots), by("colin", bots), by("carol", LIVE)],
    ["ok", "forbidden", "forbidden", "forbidden"],
  );
  assert.equal(
    code(deactivateGrant(ending({ books, caller: workloadCaller("pipeline"), grant: bots }))),
    "ok",
  );
  assert.equal(by("colin", grant({ kind: "standing", endsAt: null })), "grant_not_active");
});

test("what is over cannot be ended again, whether or not anybody has marked it", () => {
  assert.equal(code(deactivateGrant(ending({ now: HOUR }))), "grant_not_active");
  for (const name of ["ended", "deprovisioning"] as const) {
    const one = grant({ state: { name, cause: "revoked", at: NOW, since: NOW, by: null } as Grant["state"] });
    assert.equal(code(deactivateGrant(ending({ grant: one }))), "grant_not_active");
    assert.equal(code(revokeGrant(ending({ who: "carol", grant: one }), null)), "grant_not_active");
  }
});

test("revoking is for approvers of the request, owners of the application and administrators of the owner", () => {
  const application = orders({});
  const books = booksOf([
    contoso(manual(...STAGES), { application: new Map([[application.id, application]]) }, [
      workload("pipeline"),
    ]),
  ]);
  const by = (who: string, more: Partial<Ending> = {}) =>
    code(revokeGrant(ending({ books, who, ...more }), null));
  assert.deepEqual(
    [by("carol"), by("chris"), by("colin"), by("cora"), by("nobody")],
    ["ok", "ok", "forbidden", "forbidden", "forbidden"],
  );
  assert.equal(by("cora", { grant: grant({ applicationId: application.id }) }), "ok");
  assert.equal(by("carol", { request: null }), "forbidden");
  const administrator = caller("cora", { rights: ["administrator"] });
  assert.equal(by("cora", { caller: administrator, request: null }), "ok");
  assert.equal(by("cora", { caller: { ...administrator, limited: true }, request: null }), "forbidden");
  assert.equal(
    by("cora", { caller: { ...administrator, ref: ref("cora", OTHER_TENANT) }, request: null }),
    "forbidden",
  );
  assert.equal(by("carol", { caller: { ...caller("carol"), kind: "servicePrincipal" } }), "forbidden");
  const auditor = caller("cora", { rights: ["auditor", "operator"] });
  assert.equal(by("cora", { caller: auditor }), "forbidden");
});

test("I9: what was chosen at deployment is revoked by nobody; an assignment is", () => {
  const administrator = caller("carol", { rights: ["administrator"] });
  const standing = grant({ kind: "standing", endsAt: null, requestId: null, applicationId: orders(null).id });
  const revoke = (one: Grant) =>
    code(revokeGrant(ending({ caller: administrator, grant: one, request: null }), null));
  assert.equal(revoke(standing), "jit_access_is_fixed");
  assert.equal(revoke({ ...standing, applicationId: null }), "ok");
  assert.equal(revoke({ ...standing, underGrantId: "grant" as GrantId }), "ok");
});

const extension = (id: string, of: string): AccessRequest =>
  pendingRequest({ id: id as AccessRequestId, extendsGrantId: of as GrantId, version: 2 });
const below = (id: string, under: string, more: Partial<Grant> = {}): Grant =>
  grant({
    id: id as GrantId,
    underGrantId: under as GrantId,
    requestId: null,
    version: 3,
    beneficiary: ref("cora"),
    ...more,
  });

test("I17: what hangs on a grant ends with it: its extension, assignments under it, those under these, and theirs", () => {
  const [child, grandchild] = [below("child", "grant"), below("grandchild", "child", { version: 8 })];
  const hanging: Hanging = {
    extension: extension("more", "grant"),
    under: [
      { grant: child, extension: null },
      { grant: grandchild, extension: extension("yet more", "grandchild") },
    ],
  };
  const { value, change } = decided(revokeGrant(ending({ who: "carol", hanging }), "a mistake"));
  const closed = endedAs(LIVE, "revoked", "carol");
  const under = [child, grandchild].map((one) => endedAs(one, "revoked", null));
  const over = [extension("more", "grant"), extension("yet more", "grandchild")].map(
    (one): AccessRequest => ({
      ...one,
      version: 3,
      state: { name: "timedOut", at: THEN, because: "grantEnded" },
    }),
  );
  assert.deepEqual(value, closed);
  assert.deepEqual(
    change.grants,
    [closed, ...under].map((one) => ({ grant: one, dueAt: null })),
  );
  assert.deepEqual(change.requests, over);
  const [first, second] = over;
  assert.ok(first !== undefined && second !== undefined);
  const timedOut = (one: AccessRequest) =>
    stampSystem("request.timed_out", aboutRequest(one), { because: "grantEnded" });
  const ended = under.map((one) => stampSystem("grant.ended", aboutGrant(one), facts(one, "revoked")));
  assert.deepEqual(change.events, [
    stamp("grant.ended", aboutGrant(closed), caller("carol"), facts(closed, "revoked", "a mistake")),
    timedOut(first),
    ...ended,
    timedOut(second),
  ]);
});

test("I17: an assignment under a grant that a target holds is closed as the grant is", () => {
  const child = below("child", "grant", { entitlements: [present({ member: ref("cora") })] });
  const { change } = decided(
    deactivateGrant(ending({ hanging: { extension: null, under: [{ grant: child, extension: null }] } })),
  );
  assert.deepEqual(
    change.grants.map(({ grant: one, dueAt }) => [one.id, one.state.name, dueAt]),
    [
      ["grant", "ended", null],
      ["child", "deprovisioning", THEN],
    ],
  );
});

const GLASS = grant({ emergency: true, gatePassedAt: NOW, version: 2, requester: ref("colin") });
const REVIEW = { outcome: "justified", justification: "the site was down" } as const;

test("an emergency is reviewed once, by an approver other than its user, and the user's next request waits for it", () => {
  const reviewed: Grant = { ...GLASS, version: 3, review: { by: ref("carol"), at: THEN, ...REVIEW } };
  assert.deepEqual(reviewGrant(ending({ who: "carol", grant: GLASS }), REVIEW), {
    ok: true,
    value: reviewed,
    change: {
      requests: [],
      grants: [{ grant: reviewed, dueAt: HOUR }],
      events: [stamp("grant.reviewed", aboutGrant(reviewed), caller("carol"), REVIEW)],
      home: TENANT,
      at: THEN,
      people: [ref("colin")],
      validUntil: null,
    },
  });
  assert.equal(code(reviewGrant(ending({ who: "carol", grant: reviewed }), REVIEW)), "already_reviewed");
  assert.equal(code(reviewGrant(ending({ who: "carol" }), REVIEW)), "review_not_needed");
  assert.equal(code(reviewGrant(ending({ who: "cora", grant: GLASS }), REVIEW)), "forbidden");
});

test("I2: nobody reviews their own emergency, nor one that they stand behind, by whatever chain or identity", () => {
  const administrator = caller("colin", { rights: ["administrator"] });
  assert.equal(code(reviewGrant(ending({ caller: administrator, grant: GLASS }), REVIEW)), "own_request");
  const twin = booksOf([contoso(manual(...STAGES), {}, [user("casey", { linkedTo: ref("colin") })])]);
  assert.equal(code(reviewGrant(ending({ books: twin, who: "casey", grant: GLASS }), REVIEW)), "own_request");
  const chain = [
    workload("pipeline", ["team"]),
    group("team", ["robot"]),
    workload("robot", ["crew"]),
    group("crew"),
  ];
  const held = members({ approvers: ["carol", "casey"], crew: ["casey"] });
  const books = booksOf([contoso(manual(...STAGES), { members: held }, chain)]);
  const bots = { ...GLASS, beneficiary: ref("pipeline"), requester: ref("pipeline") };
  assert.equal(code(reviewGrant(ending({ books, who: "casey", grant: bots }), REVIEW)), "own_request");
  assert.equal(code(reviewGrant(ending({ books, who: "carol", grant: bots }), REVIEW)), "ok");
});

test("an approver who is gone revokes nothing", () => {
  const buried = booksOf([contoso(manual(...STAGES), {}, [user("carol", { deletedAt: NOW })])]);
  assert.equal(code(revokeGrant(ending({ books: buried, who: "carol" }), null)), "forbidden");
});

test("whatever ends access, what was past its end by then has expired, and only the rest ends of that", () => {
  const child = (id: string, endsAt = minutes(60)) => ({
    grant: grant({ id: id as GrantId, endsAt, gatePassedAt: NOW }),
    extension: null,
  });
  const under = [child("over", THEN), child("open")];
  const outcome = decided(revokeGrant(ending({ who: "carol", hanging: { extension: null, under } }), null));
  const causes = outcome.change.grants.map(({ grant: { id, state } }) => [
    id,
    "cause" in state && state.cause,
  ]);
  assert.deepEqual(causes, [
    ["grant", "revoked"],
    ["over", "expired"],
    ["open", "revoked"],
  ]);
});
