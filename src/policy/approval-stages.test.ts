import assert from "node:assert/strict";
import { test } from "node:test";
import type { PendingRequest } from "../domain/access-request.ts";
import { withApproval } from "../domain/access-request.ts";
import type { ObjectId } from "../domain/ids.ts";
import {
  approval,
  group,
  minutes,
  NOW,
  OTHER_TENANT,
  pendingRequest,
  ref,
  stage,
  TENANT,
  terms,
  user,
  workload,
} from "../domain/life.fixture.ts";
import { type Identity, type PersonKey, type Principal, personOf } from "../domain/principal.ts";
import type { Approval, Stage } from "../domain/role-settings.ts";
import { HOUR_MS, instant, MINUTE_MS } from "../domain/time.ts";
import { canAllBeDecided, type DecisionFacts, keepsSeat, mayDecide } from "./approval-stages.ts";
import { leftApprovers } from "./decision-refusals.ts";

const request = pendingRequest({ stages: [stage(["carol", "casey", "approvers"], { required: 2 })] });

function identity(principal: Principal, ...groups: string[]): Identity {
  return { principal, groups: groups.map((name) => ({ objectId: name as ObjectId, displayName: name })) };
}

function decide(who: Identity | string, more: Partial<DecisionFacts> = {}, of: PendingRequest = request) {
  const approver = typeof who === "string" ? identity(user(who)) : who;
  const conflicted = new Set([`${TENANT}/colin` as PersonKey]);
  const current: Approval = { mode: "manual", stages: of.stages };
  const outcome = mayDecide(of, { approver, conflicted, current, asking: [], now: NOW, ...more });
  return outcome.ok ? outcome.value.stage : outcome.rejection.code;
}

test("an approver decides the open stage, directly or through a group", () => {
  assert.equal(decide("carol"), 0);
  assert.equal(decide(identity(user("chris"), "approvers")), 0);
  assert.equal(decide("zoe"), "forbidden");
});

test("I2: the requester never decides, though they sit among the approvers", () => {
  assert.equal(decide(identity(user("colin"), "approvers")), "own_request");
});

function sentence(who: Identity, asking: DecisionFacts["asking"], more: Partial<PendingRequest> = {}) {
  const facts = { approver: who, asking, conflicted: new Set([personOf(who.principal)]), now: NOW };
  const outcome = mayDecide(
    { ...request, ...more },
    { ...facts, current: { mode: "automatic", notified: [] } },
  );
  assert.ok(!outcome.ok && outcome.rejection.code === "own_request");
  return outcome.rejection.message;
}

test("I2: whoever decides for themselves is told how the request comes to be theirs", () => {
  const own = "This is your own request; someone else must decide.";
  const colin = user("colin");
  assert.equal(sentence(identity(colin), [colin, colin]), own);
  assert.equal(sentence(identity(colin), []), own);
  const deploy = workload("fabrikam-deploy", ["fiona", "support"]);
  const asks = { requester: deploy, beneficiary: deploy };
  const owned = "You own fabrikam-deploy, which is asking.";
  assert.equal(sentence(identity(user("fiona")), [deploy, deploy], asks), owned);
  assert.equal(sentence(identity(user("frank"), "support"), [deploy, deploy], asks), owned);
  const forIt = { beneficiary: deploy };
  assert.equal(sentence(identity(colin), [colin, deploy], forIt), own);
  assert.equal(
    sentence(identity(user("fiona")), [colin, deploy], forIt),
    "You own fabrikam-deploy, which this is for.",
  );
  const backend = group("backend", ["cora"]);
  const forGroup = { beneficiary: backend };
  assert.equal(
    sentence(identity(user("casey"), "backend"), [colin, backend], forGroup),
    "You belong to backend, which this is for.",
  );
  assert.equal(
    sentence(identity(user("guest", { linkedTo: ref("colin") })), [colin, colin]),
    "You are also colin, who is asking; someone else must decide.",
  );
  assert.equal(
    sentence(identity(user("casey")), [colin, backend], forGroup),
    "You answer for backend, which this is for, or for a part of it; someone else must decide.",
  );
});

test("who left an approver group is told its name and the day, in UTC", () => {
  const late = instant(Date.UTC(2026, 10, 12, 23, 59));
  assert.equal(leftApprovers("platform-approvers", late), "You left platform-approvers on 12 Nov.");
});

test("I2: nor under a linked identity", () => {
  const guest = user("colin-as-guest", { linkedTo: ref("colin") });
  assert.equal(decide(identity(guest, "approvers")), "own_request");
});

test("I2: a service principal never decides, though it sits among the approvers", () => {
  assert.equal(decide(identity(workload("carol"))), "workload_cannot_decide");
});

test("I2: somebody who is gone decides nothing", () => {
  assert.equal(decide(identity(user("carol", { deletedAt: NOW }))), "forbidden");
});

test("approvers are of the tenant that owns the scope, whatever the settings name", () => {
  const foreign = { ...stage([]), approvers: [ref("frank", OTHER_TENANT)] };
  const misled = pendingRequest({ stages: [foreign] });
  assert.equal(decide(identity(user("frank", { tenantId: OTHER_TENANT })), {}, misled), "forbidden");
});

test("who has decided is told so; one person counts once under whichever identity", () => {
  const once = withApproval(request, approval("carol")) as PendingRequest;
  assert.equal(decide("carol", {}, once), "already_decided");
  assert.equal(
    decide(identity(user("guest", { linkedTo: ref("carol") }), "approvers"), {}, once),
    "already_decided",
  );
  assert.equal(decide("casey", {}, once), 0);
});

test("who approved terms that are off the table may decide again", () => {
  const once = withApproval(request, approval("carol")) as PendingRequest;
  const narrowed = approval("casey", { terms: terms({ durationMs: 30 * MINUTE_MS }) });
  assert.equal(decide("carol", {}, withApproval(once, narrowed) as PendingRequest), 0);
});

const twoStages = pendingRequest({ stages: [stage(["carol"]), stage(["casey"])] });

test("an approver of a later stage is told to wait, and is let in when it is reached", () => {
  assert.equal(decide("casey", {}, twoStages), "stage_not_reached");
  const outcome = mayDecide(
    pendingRequest({
      stages: [stage(["carol", "chris"], { required: 2 }), stage(["casey"])],
      approvals: [approval("carol")],
    }),
    {
      approver: identity(user("casey")),
      asking: [],
      conflicted: new Set(),
      current: { mode: "automatic", notified: [] },
      now: NOW,
    },
  );
  assert.equal(outcome.ok || outcome.rejection.message, "Stage 1 decides first; 1 of 2 have.");
  assert.equal(decide("casey", {}, withApproval(twoStages, approval("carol")) as PendingRequest), 1);
});

test("one person does not decide two stages", () => {
  const same = pendingRequest({ stages: [stage(["carol"]), stage(["carol", "casey"])] });
  assert.equal(
    decide("carol", {}, withApproval(same, approval("carol")) as PendingRequest),
    "already_decided",
  );
});

test("I3: today's settings may take a seat away, and cannot add one to a request made before", () => {
  const manual = (one: Stage): Partial<DecisionFacts> => ({ current: { mode: "manual", stages: [one] } });
  assert.equal(decide("carol", manual(stage(["casey"]))), "forbidden");
  assert.equal(decide("zoe", manual(stage(["zoe"]))), "forbidden");
  assert.equal(decide("carol", { current: { mode: "automatic", notified: [] } }), 0);
  assert.equal(decide("carol", { current: { mode: "manual", stages: [] } }), "forbidden");
});

const escalating = pendingRequest({
  stages: [stage(["carol"], { escalation: { afterMs: HOUR_MS, to: [ref("chris")] } }), stage(["casey"])],
});

test("escalation: others may decide once its time has passed, and not a millisecond before", () => {
  const at = (ms: number) => decide("chris", { now: (NOW + ms) as typeof NOW }, escalating);
  assert.equal(at(HOUR_MS - 1), "forbidden");
  assert.equal(at(HOUR_MS), 0);
  assert.equal(decide("carol", { now: minutes(90) }, escalating), 0);
});

test("escalation: who was let in by it still counts when the next stage has begun", () => {
  const given = approval("chris", { at: minutes(61) });
  const next = withApproval(escalating, given) as PendingRequest;
  const facts: Pick<DecisionFacts, "approver" | "current"> = {
    approver: identity(user("chris")),
    current: { mode: "manual", stages: escalating.stages },
  };
  assert.equal(next.state.stage, 1);
  assert.equal(keepsSeat(next, 0, facts), true);
  assert.equal(keepsSeat(next, 0, { ...facts, approver: identity(user("zoe")) }), false);
});

const seats = (required: number, ...names: string[]) => ({ required, people: new Set(names as PersonKey[]) });

test("canAllBeDecided: enough people for every stage at once, each of them in one stage only", () => {
  assert.equal(canAllBeDecided([]), true);
  assert.equal(canAllBeDecided([seats(1, "carol"), seats(1, "carol")]), false);
  assert.equal(canAllBeDecided([seats(1, "carol", "casey"), seats(1, "carol")]), true);
  assert.equal(canAllBeDecided([seats(2, "carol", "casey", "chris"), seats(1, "carol", "casey")]), true);
  assert.equal(canAllBeDecided([seats(2, "carol", "casey"), seats(1, "carol", "casey")]), false);
  assert.equal(canAllBeDecided([seats(1, "a", "b"), seats(1, "b", "c"), seats(1, "c", "a")]), true);
  assert.equal(canAllBeDecided([seats(1, "a", "b"), seats(1, "a", "b"), seats(1, "a", "b")]), false);
});
