/** Comments and reminders: entries of the request's log, told to the other side, bounded, and said by whom may be known. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { AccessRequest } from "../../src/domain/access-request.ts";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import { requestJson } from "../../src/http/api/shapes/access-request.ts";
import { deactivateGrant } from "../../src/use-cases/grants/end-grant.ts";
import { extendGrant } from "../../src/use-cases/grants/extend-grant.ts";
import { cancelRequest } from "../../src/use-cases/requests/decide-request.ts";
import {
  commentOnRequest,
  MOST_COMMENTS,
  REMIND_EVERY_MS,
  remindApprovers,
} from "../../src/use-cases/requests/write-about-request.ts";
import { readRequestTimeline } from "../../src/use-cases/views/read-request-timeline.ts";
import { listRequests, readRequest } from "../../src/use-cases/views/read-requests.ts";
import { readRequestContext } from "../../src/use-cases/views/request-context.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const comment = (town: Town, who: Name, { id }: AccessRequest, text: string) =>
  commentOnRequest(world.deps, town.as(who), { requestId: id, text });
const remind = (town: Town, who: Name, { id }: AccessRequest) =>
  remindApprovers(world.deps, town.as(who), id);
const contextOf = async (town: Town, who: Name, { id }: AccessRequest) =>
  value(await readRequestContext(world.deps, town.as(who), id));
const said = async (town: Town, who: Name, request: AccessRequest) =>
  (await contextOf(town, who, request)).talk.said.map(({ by, text }) => [by, text]);

async function told(town: Town, tenant: "contoso" | "fabrikam", who: Name, type: string): Promise<string[]> {
  await world.pass();
  const rows = await town.rows(tenant, (trx) =>
    trx
      .selectFrom("notification")
      .select("body")
      .where("recipient_id", "=", town.ref(who).objectId)
      .where("type", "=", type)
      .orderBy("at")
      .execute(),
  );
  return rows.map(({ body }) => body);
}

const ORDERS = "Frank's request for Contributor on Contoso/orders for 1 h";

test("I11: both parties read what was said, each by whom they may know, and are told of what the others wrote", async () => {
  const town = await world.newTown();
  await town.setPolicy({ required: 1 });
  const request = value(await town.ask("frank", { scope: town.scopes.orders }));
  value(await comment(town, "casey", request, " which order is it? "));
  world.clock.advance(MINUTE_MS);
  value(await comment(town, "frank", request, "4711"));
  assert.deepEqual(await said(town, "carol", request), [
    ["Casey", "which order is it?"],
    ["Frank (Fabrikam)", "4711"],
  ]);
  assert.deepEqual(await said(town, "frank", request), [
    ["Contoso, an approver", "which order is it?"],
    ["Frank", "4711"],
  ]);
  const asked = await told(town, "fabrikam", "frank", "request_comment");
  assert.equal(asked.length, 1);
  // Who of Contoso wrote it is Contoso's.
  assert.equal(asked[0], `Contoso, an approver, about ${ORDERS}: "which order is it?"`);
  const own = value(await town.ask("colin"));
  value(await comment(town, "casey", own, "and this?"));
  assert.match((await told(town, "contoso", "colin", "request_comment"))[0] ?? "", /^Casey about Colin's/);
  assert.deepEqual(await told(town, "contoso", "carol", "approval_comment"), [
    `Frank about ${ORDERS}: "4711"`,
  ]);
  const story = value(await readRequestTimeline(world.deps, town.as("frank"), request.id));
  assert.ok(story.some(({ sentence }) => sentence.includes("“which order is it?”")));
});

test("who neither asks nor may decide writes nothing; a stranger hears of no request; workloads that ask may", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  assert.equal(codeOf(await comment(town, "frank", request, "x")), "not_found");
  assert.equal(codeOf(await comment(town, "cora", request, "x")), "not_found");
  assert.equal(codeOf(await remind(town, "casey", request)), "forbidden");
  const auditor = { ...town.as("cora"), rights: ["auditor" as const] };
  const seen = { requestId: request.id, text: "x" };
  assert.equal(codeOf(await commentOnRequest(world.deps, auditor, seen)), "forbidden");
  const onDevice = { ...town.as("casey"), limited: true };
  assert.equal(codeOf(await commentOnRequest(world.deps, onDevice, seen)), "forbidden");
  value(await comment(town, "pipeline", value(await town.ask("pipeline")), "the nightly run"));
  assert.deepEqual(await said(town, "colin", request), []);
});

test("a reminder reaches those who have yet to decide, once in a quarter of an hour, of many at once as well", async () => {
  const town = await world.newTown();
  const approval = { mode: "manual", stages: [town.stage(["approvers"], { required: 2 })] } as const;
  await town.setRules("Contributor", town.scopes.web, { justificationRequired: false, approval });
  const request = value(await town.ask("colin"));
  value(await town.approve("carol", request));
  const sent = await Promise.all(Array.from({ length: 5 }, () => remind(town, "colin", request)));
  assert.deepEqual(sent.filter(({ ok }) => ok).length, 1);
  const { at, againAt } = value(sent.find(({ ok }) => ok) ?? (await remind(town, "colin", request)));
  assert.equal(againAt, addMs(at, REMIND_EVERY_MS));
  const refused = await remind(town, "colin", request);
  assert.equal(codeOf(refused), "too_many_requests");
  assert.ok(!refused.ok && refused.rejection.message.includes(new Date(againAt).toISOString().slice(0, 19)));
  const { talk } = await contextOf(town, "colin", request);
  assert.deepEqual([talk.canRemind, talk.remindFrom], [true, againAt]);
  const reminders = async (who: Name) =>
    (await told(town, "contoso", who, "approval_wanted")).filter((text) => text.startsWith("Reminder: "));
  assert.deepEqual(await reminders("casey"), ["Reminder: Colin asks for Contributor on Contoso/web for 1 h"]);
  assert.deepEqual(await reminders("carol"), []);
  world.clock.advance(REMIND_EVERY_MS);
  assert.equal((await contextOf(town, "colin", request)).talk.remindFrom, null);
  value(await remind(town, "colin", request));
  assert.equal((await reminders("casey")).length, 2);
  // The decision is told in place of every reminder.
  value(await town.decide("casey", request, { decision: "deny", justification: "no" }));
  assert.deepEqual(await reminders("chris"), []);
});

test("words sent twice are one comment, there are only so many, and after the decision there are none", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  const first = value(await comment(town, "colin", request, "please"));
  assert.deepEqual(value(await comment(town, "colin", request, "please ")), first);
  assert.equal(codeOf(await comment(town, "colin", request, "  ")), "invalid_input");
  for (let more = 1; more < MOST_COMMENTS; more++)
    value(await comment(town, "colin", request, `and ${more}`));
  assert.equal(codeOf(await comment(town, "casey", request, "enough")), "too_many_requests");
  assert.equal((await said(town, "casey", request)).length, MOST_COMMENTS);
  value(await cancelRequest(world.deps, town.as("colin"), request.id));
  assert.equal(codeOf(await comment(town, "casey", request, "late")), "request_not_pending");
  assert.equal(codeOf(await remind(town, "colin", request)), "request_not_pending");
  const { talk } = await contextOf(town, "casey", request);
  assert.deepEqual([talk.canComment, talk.canRemind], [false, false]);
});

test("an extension is to be decided by the end of what it extends; old end, new end and the furthest one are said", async () => {
  const town = await world.newTown();
  const approval = { mode: "manual", stages: [town.stage(["approvers"])] } as const;
  await town.setRules("Contributor", town.scopes.web, { justificationRequired: false, approval });
  const request = value(await town.ask("colin"));
  value(await town.approve("carol", request));
  const [grant] = await town.grantsOf(request);
  assert.ok(grant?.endsAt);
  world.clock.advance(MINUTE_MS);
  const input = { grantId: grant.id, durationMs: 2 * HOUR_MS, justification: null, ticket: null };
  const extension = value(await extendGrant(world.deps, town.as("colin"), input));
  const seen = value(await readRequest(world.deps, town.as("casey"), extension.id));
  assert.equal(requestJson(seen).decideBy, grant.endsAt);
  const { extending, window, minimumDurationMs } = await contextOf(town, "casey", extension);
  assert.ok(extending !== null && minimumDurationMs !== null);
  assert.deepEqual([extending.grantId, extending.endsAt], [grant.id, grant.endsAt]);
  assert.equal(window.endsAt, addMs(world.clock.now(), 2 * HOUR_MS));
  assert.ok(extending.latestEnd !== null && extending.latestEnd >= (window.endsAt ?? 0));
  // What was given back has ended: nothing is left to decide.
  value(await deactivateGrant(world.deps, town.as("colin"), grant.id));
  assert.notEqual((await town.request(extension.id)).state.name, "pending");
});

test("what somebody asked for in the last 30 days is shown as far as one may see it, with when it was live", async () => {
  const town = await world.newTown();
  const old = value(await town.ask("colin"));
  value(await town.decide("carol", old, { decision: "deny", justification: "no" }));
  world.clock.advance(31 * DAY_MS);
  const approved = value(await town.ask("colin"));
  value(await town.approve("carol", approved));
  const from = world.clock.now();
  world.clock.advance(2 * HOUR_MS);
  await world.pass();
  await town.setRules("Reader", town.scopes.db, { justificationRequired: false });
  await town.makeEligible("colin", "Reader", town.scopes.db);
  const elsewhere = value(await town.ask("colin", { roles: ["Reader"], scope: town.scopes.db }));
  const request = value(await town.ask("colin"));
  const lately = (await contextOf(town, "casey", request)).lately;
  assert.deepEqual(
    lately.map((one) => [one.requestId, one.outcome, one.here, one.live]),
    [[approved.id, "ended", true, [{ startsAt: from, endsAt: addMs(from, HOUR_MS) }]]],
  );
  const own = (await contextOf(town, "colin", request)).lately.map(({ requestId, here }) => [
    requestId,
    here,
  ]);
  assert.deepEqual(own, [
    [approved.id, true],
    [elsewhere.id, false],
  ]);
});

test("what waits is listed by when it must be decided", async () => {
  const town = await world.newTown();
  await town.makeEligible("colin", "Contributor", town.scopes.db);
  const approval = { mode: "manual", stages: [town.stage(["approvers"])] } as const;
  for (const scope of [town.scopes.web, town.scopes.db])
    await town.setRules("Contributor", scope, { justificationRequired: false, approval });
  const neededUntil = addMs(world.clock.now(), 3 * HOUR_MS);
  const soon = value(await town.ask("colin", { neededUntil }));
  world.clock.advance(MINUTE_MS);
  const later = value(await town.ask("colin", { scope: town.scopes.db }));
  world.clock.advance(MINUTE_MS);
  const soonest = value(await town.ask("pipeline", { neededUntil: addMs(world.clock.now(), HOUR_MS) }));
  const read = async (limit: number, after?: { at: number; id: string }) =>
    value(await listRequests(world.deps, town.as("casey"), "toDecide", { limit, ...(after && { after }) }));
  const all = await read(50);
  assert.deepEqual(
    all.map(({ request }) => request.id),
    [soonest.id, soon.id, later.id],
  );
  const [first] = await read(1);
  const { request } = first ?? assert.fail();
  assert.ok(request.state.name === "pending");
  const rest = await read(50, { at: Number(requestJson(first ?? assert.fail()).decideBy), id: request.id });
  assert.deepEqual(
    rest.map((one) => one.request.id),
    [soon.id, later.id],
  );
});
