import assert from "node:assert/strict";
import { test } from "node:test";
import type { AccessRequest } from "../../domain/access-request.ts";
import type { Grant } from "../../domain/grant.ts";
import type { BindingId, TargetId } from "../../domain/ids.ts";
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
  roleId,
  SCOPE,
  stage,
  user,
  workload,
} from "../../domain/life.fixture.ts";
import type { Binding } from "../../domain/target-binding.ts";
import { MINUTE_MS } from "../../domain/time.ts";
import type { Book } from "../book/book.ts";
import { booksOf } from "../book/books.ts";
import {
  book,
  contoso,
  counted,
  eligible,
  HOUR,
  manual,
  members,
  ORDERS,
  orders,
} from "./decisions.fixture.ts";
import { causeNotToStart, causeToEnd, followMembers } from "./ground.ts";
import { entitlementsFor, settleRequest } from "./settle.ts";

const TENANT = ref("colin").tenantId;
const STAGES = [stage(["approvers"])];
const BOOK = contoso(manual(...STAGES));
const LIVE = grant({ gatePassedAt: NOW });
const THEN = minutes(10);

function requestUnder(from: Book, more: Partial<AccessRequest> = {}): AccessRequest {
  const role = from.role(roleId("contributor"));
  return {
    ...pendingRequest(),
    madeUnder: role === null ? [] : from.settingsFor(TENANT, SCOPE, [role]),
    ...more,
  };
}

const stands = (
  today: Book | readonly Book[],
  one: Grant = LIVE,
  request: AccessRequest | null = requestUnder(BOOK),
) => causeToEnd(booksOf([today].flat()), one, request, THEN);
const starts = (today: Book, request: AccessRequest = requestUnder(BOOK)) =>
  causeNotToStart(booksOf([today]), LIVE, request, THEN);

test("I3: a grant stands while its eligibility does, for the whole window", () => {
  assert.equal(stands(BOOK), null);
  assert.equal(stands(contoso(manual(...STAGES), { eligibility: eligible() })), "eligibility_lost");
  assert.equal(stands(contoso(manual(...STAGES), { eligibility: eligible({ endsAt: HOUR }) })), null);
  assert.equal(
    stands(contoso(manual(...STAGES), { eligibility: eligible({ endsAt: minutes(59) }) })),
    "eligibility_lost",
  );
  assert.equal(stands(contoso(manual(...STAGES), { role: new Map() })), "eligibility_lost");
});

test("I3: eligible through a group of groups, until somewhere between them somebody leaves", () => {
  const groups = [group("engineers"), group("backend"), group("night")];
  const eligibility = eligible({ principal: ref("engineers") });
  const through = (held: Record<string, string[]>) =>
    stands(contoso(manual(...STAGES), { eligibility, members: members(held) }, groups));
  assert.equal(through({ engineers: ["backend"], backend: ["night"], night: ["colin"] }), null);
  assert.equal(through({ engineers: ["backend"], backend: [], night: ["colin"] }), "eligibility_lost");
});

test("I3: a condition that forbids ends it; a shorter maximum, other approvers and new demands touch nothing live", () => {
  assert.equal(
    stands(contoso({ ...manual(...STAGES), conditions: ["forbid(principal, action, resource);"] })),
    "condition_lost",
  );
  const stricter = {
    ...manual(stage(["cora"])),
    maximumDurationMs: MINUTE_MS,
    mfaRequired: true,
    justificationRequired: true,
  };
  assert.equal(stands(contoso(stricter)), null);
});

test("I3: at a scheduled start the settings of then and of today are asked, rule by rule the stricter", () => {
  assert.equal(starts(BOOK), null);
  const shorter = contoso({ ...manual(...STAGES), maximumDurationMs: MINUTE_MS });
  assert.equal(starts(shorter), "condition_lost");
  assert.equal(starts(BOOK, requestUnder(shorter)), "condition_lost");
  assert.equal(starts(contoso({ ...manual(...STAGES), mfaRequired: true })), "condition_lost");
  assert.equal(starts(contoso(manual(stage(["cora"])))), null);
});

test("who is gone, whose tenant is closed, and what nobody knows holds nothing: standing access as well", () => {
  const closed = contoso(manual(...STAGES), {
    tenant: new Map([[TENANT, { ...BOOK.tenant, closedAt: NOW }]]),
  });
  const buried = contoso(manual(...STAGES), {}, [user("colin", { deletedAt: NOW })]);
  const standing = grant({ kind: "standing", requestId: null, endsAt: null });
  for (const today of [closed, buried]) {
    assert.equal(stands(today), "eligibility_lost");
    assert.equal(stands(today, standing, null), "eligibility_lost");
  }
  assert.equal(stands(BOOK, standing, null), null);
  assert.equal(stands(BOOK, grant({ beneficiary: ref("nobody") }), null), "eligibility_lost");
  assert.equal(stands(BOOK, grant({ beneficiary: ref("frank", OTHER_TENANT) }), null), "eligibility_lost");
});

test("a publisher's grant needs both tenants, and its application", () => {
  const frank = ref("frank", OTHER_TENANT);
  const fabrikam = book([user("frank", frank)], {}, OTHER_TENANT);
  const closed = book(
    [user("frank", frank)],
    { tenant: new Map([[OTHER_TENANT, { ...fabrikam.tenant, closedAt: NOW }]]) },
    OTHER_TENANT,
  );
  const application = orders({});
  const here = (more: object) =>
    contoso(manual(...STAGES), { application: new Map([[application.id, { ...application, ...more }]]) });
  const who = { requester: frank, beneficiary: frank, otherTenantId: OTHER_TENANT, scope: ORDERS };
  const one = grant({ ...who, applicationId: application.id });
  const request = pendingRequest(who);
  assert.equal(stands([here({}), fabrikam], one, request), null);
  assert.equal(stands([here({}), closed], one, request), "eligibility_lost");
  assert.equal(stands([here({ deletedAt: NOW }), fabrikam], one, request), "eligibility_lost");
  assert.equal(stands([here({ authorizations: [] }), fabrikam], one, request), "eligibility_lost");
});

test("I3: a workload that changed hands loses what its former owner asked for", () => {
  const eligibility = eligible({ principal: ref("pipeline") });
  const owned = (owner: string) =>
    contoso(manual(...STAGES), { eligibility }, [workload("pipeline", [owner])]);
  const request = requestUnder(BOOK, { beneficiary: ref("pipeline") });
  const one = grant({ beneficiary: ref("pipeline") });
  assert.equal(stands(owned("colin"), one, request), null);
  assert.equal(stands(owned("carol"), one, request), "eligibility_lost");
});

const BINDING: Binding = {
  id: "binding" as BindingId,
  tenantId: TENANT,
  name: "orders",
  targetId: "target" as TargetId,
  roleDefinitionId: roleId("contributor"),
  scope: SCOPE,
  entitlement: { role: "orders_rw" },
  required: true,
  standing: false,
};
const GROUPS = [group("team"), group("inner"), workload("pipeline"), user("gone", { deletedAt: NOW })];
const team = (held: Record<string, string[]>) =>
  booksOf([
    contoso(manual(...STAGES), { binding: new Map([[BINDING.id, BINDING]]), members: members(held) }, GROUPS),
  ]);
const OF_TEAM = grant({ beneficiary: ref("team"), requester: ref("cora") });

test("a grant to a group is an entitlement for everybody it holds, at any depth, workloads too; nobody twice or deleted", () => {
  const books = team({ team: ["colin", "inner", "gone"], inner: ["colin", "pipeline"] });
  assert.deepEqual(entitlementsFor(books, OF_TEAM), [
    entitlement(),
    entitlement({ member: ref("pipeline") }),
  ]);
  assert.deepEqual(entitlementsFor(team({}), OF_TEAM), []);
});

test("members are followed: who joined is planned, who left leaves, and where nothing changed it is the same grant", () => {
  const held = {
    ...OF_TEAM,
    gatePassedAt: NOW,
    entitlements: [present(), entitlement({ member: ref("cora") })],
  };
  assert.equal(followMembers(team({ team: ["colin", "cora"] }), held), held);
  const next = followMembers(team({ team: ["inner"], inner: ["casey"] }), held);
  assert.deepEqual(next, {
    ...held,
    entitlements: [
      { ...present(), state: "leaving" },
      entitlement({ member: ref("cora"), state: "absent" }),
      entitlement({ member: ref("casey") }),
    ],
  });
  assert.equal(followMembers(team({ team: ["casey"] }), next), next);
});

test("whoever is locked out loses what they hold and asked for; what was chosen at deployment stays, and holds nothing", () => {
  const lock = { at: NOW, until: null };
  const locked = contoso(manual(...STAGES), {}, [user("colin", { lock })]);
  assert.equal(stands(locked), "locked_out");
  const chosen = grant({ kind: "standing", endsAt: null, requestId: null, applicationId: orders(null).id });
  assert.equal(stands(locked, chosen, null), null);
  assert.equal(stands(locked, { ...chosen, applicationId: null }, null), "locked_out");
  const held = { ...chosen, entitlements: [present({ bindingId: "gone" as BindingId })] };
  const states = followMembers(booksOf([locked]), held).entitlements.map(({ state }) => state);
  assert.deepEqual(states, ["leaving"]);
  const back = contoso(manual(...STAGES), {}, [user("colin", { lock: { ...lock, until: NOW } })]);
  assert.equal(stands(back), null);
});

test("who comes back while still leaving waits until they were seen gone, and is planned anew then", () => {
  const leaving = { ...OF_TEAM, entitlements: [present({ state: "leaving" })] };
  assert.equal(followMembers(team({ team: ["colin"] }), leaving), leaving);
  const gone = { ...OF_TEAM, entitlements: [present({ state: "absent" })] };
  assert.deepEqual(followMembers(team({ team: ["colin"] }), gone).entitlements, [entitlement()]);
});

const settling = (books: ReturnType<typeof team>, more = {}) => ({
  books,
  ids: counted(),
  now: NOW,
  automatically: false,
  maximumTotalMs: 24 * 60 * MINUTE_MS,
  held: [],
  extending: null,
  ...more,
});

test("a grant with something to make ready opens, is due at once, and is not live yet", () => {
  const settled = settleRequest(requestUnder(BOOK), settling(team({})));
  assert.ok(settled.ok);
  const [row] = settled.value.rows.grants;
  assert.deepEqual([row?.grant.state.name, row?.grant.gatePassedAt, row?.dueAt], ["provisioning", null, NOW]);
  assert.deepEqual(row?.grant.entitlements, [entitlement()]);
  assert.deepEqual(
    settled.value.rows.events.map(({ type }) => type),
    ["grant.opening"],
  );
  assert.equal(settled.value.request.version, 1, "its version is moved by whoever stores it");
});

test("I8: windows that touch each other count together when an extension is settled", () => {
  const live = grant({ gatePassedAt: NOW });
  const before = {
    grantId: "before" as typeof live.id,
    roleDefinitionId: live.roleDefinitionId,
    startsAt: minutes(-60),
    endsAt: NOW,
  };
  const request = requestUnder(BOOK, {
    extendsGrantId: live.id,
    terms: { ...pendingRequest().terms, durationMs: 90 * MINUTE_MS },
  });
  const endOf = (held: readonly unknown[]) => {
    const settled = settleRequest(
      request,
      settling(team({}), { extending: live, held, now: THEN, maximumTotalMs: 130 * MINUTE_MS }),
    );
    assert.ok(settled.ok);
    return settled.value.rows.grants[0]?.grant.endsAt;
  };
  assert.equal(endOf([]), minutes(100));
  assert.equal(endOf([before]), minutes(70));
  assert.equal(endOf([{ ...before, roleDefinitionId: roleId("reader") }]), minutes(100));
  assert.equal(endOf([{ ...before, endsAt: minutes(-1) }]), minutes(100));
});
