/** When mail is due, what takes it back, whom the nine rules let hear, and what nobody may read: in moved time. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import type { DomainEvent, EventType } from "../../src/domain/event.ts";
import type { Grant } from "../../src/domain/grant.ts";
import type { MailKind } from "../../src/domain/mail.ts";
import { heldBack, type OwnPreferences, preferencesOf } from "../../src/domain/notification-preferences.ts";
import { type NotificationRule, OPERATIONS, SIDES } from "../../src/domain/notification-rules.ts";
import type { SettingsOverride } from "../../src/domain/role-settings.ts";
import {
  addMs,
  DAY_MS,
  formatInstant,
  HOUR_MS,
  type Instant,
  MINUTE_MS,
  parseInstant,
  SECOND_MS,
} from "../../src/domain/time.ts";
import { assignRole } from "../../src/use-cases/grants/assign-role.ts";
import { deactivateGrant } from "../../src/use-cases/grants/end-grant.ts";
import { extendGrant } from "../../src/use-cases/grants/extend-grant.ts";
import { endingSoonAt } from "../../src/use-cases/notifications/news-of-grant.ts";
import { MOST_RECIPIENTS } from "../../src/use-cases/notifications/plan-mail.ts";
import { tellDigests, tellEndings } from "../../src/use-cases/notifications/tell-by-time.ts";
import { commentOnRequest } from "../../src/use-cases/requests/write-about-request.ts";
import { type Mail, mailIn, mailOf, sendWhatIsDue, turnOnMail } from "../fixtures/planned-mail.ts";
import type { Ask, Name, Town } from "../fixtures/town.ts";
import { MONDAY, openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
  await turnOnMail(world);
});
after(() => world.close());

const at = (text: string): Instant => {
  const found = parseInstant(text);
  assert.ok(found);
  return found;
};
const only = async (town: Town, who: Name, kind: MailKind) =>
  (await mailOf(world, town, who)).filter((mail) => mail.kind === kind);
const waiting = (all: readonly Mail[]) => all.filter(({ state }) => state === "waiting");

async function prefer(town: Town, of: Name | "tenant", preferences: OwnPreferences): Promise<void> {
  const tenantId = of === "tenant" ? town.tenants.contoso : town.ref(of).tenantId;
  const whose = of === "tenant" ? of : town.ref(of).objectId;
  await world.deps.store.inTenant(tenantId, (tx) =>
    tx.notifications.savePreferences(whose, preferences, world.clock.now()),
  );
}

/** Somebody may ask for Contributor on web without being approved. */
async function open(more: SettingsOverride = {}): Promise<Town> {
  world.clock.set(MONDAY);
  const town = await world.newTown();
  await town.setRules("Contributor", town.scopes.web, { justificationRequired: false, ...more });
  return town;
}

async function got(town: Town, ask: Ask = {}): Promise<Grant> {
  const [grant] = await town.grantsOf(value(await town.ask("colin", ask)));
  assert.ok(grant);
  return grant;
}

test("ending soon: a quarter of the access before its end, 15 minutes at most, never for less than 5 minutes", () => {
  const soon = (durationMs: number | null) => {
    const due = endingSoonAt({
      startsAt: MONDAY,
      endsAt: durationMs === null ? null : addMs(MONDAY, durationMs),
    });
    return due === null || durationMs === null ? null : addMs(MONDAY, durationMs) - due;
  };
  assert.equal(soon(null), null);
  assert.equal(soon(5 * MINUTE_MS - 1), null);
  assert.equal(soon(5 * MINUTE_MS), 75 * SECOND_MS);
  assert.equal(soon(20 * MINUTE_MS), 5 * MINUTE_MS);
  assert.equal(soon(HOUR_MS), 15 * MINUTE_MS);
  assert.equal(soon(8 * HOUR_MS), 15 * MINUTE_MS);
});

test("ending soon moves with an extension and is withdrawn by an end", async () => {
  const town = await open();
  const grant = await got(town);
  const [first] = await only(town, "colin", "ending_soon");
  assert.equal(first?.notBefore, addMs(grant.endsAt as Instant, -15 * MINUTE_MS));
  world.clock.advance(10 * MINUTE_MS);
  const more = { grantId: grant.id, durationMs: HOUR_MS, justification: null, ticket: null };
  value(await extendGrant(world.deps, town.as("colin"), more));
  const extended = await town.grant(grant.id);
  assert.ok(extended.endsAt !== null && extended.endsAt > (grant.endsAt as Instant));
  const all = await only(town, "colin", "ending_soon");
  assert.deepEqual(
    all.map(({ state, notBefore }) => [state, notBefore]),
    [
      ["withdrawn", first?.notBefore],
      ["waiting", addMs(extended.endsAt, -15 * MINUTE_MS)],
    ],
  );
  value(await deactivateGrant(world.deps, town.as("colin"), grant.id));
  assert.deepEqual(waiting(await only(town, "colin", "ending_soon")), []);
});

test("asked and ended before anybody was told: nothing of it is planned", async () => {
  const town = await open();
  const grant = await got(town);
  value(await deactivateGrant(world.deps, town.as("colin"), grant.id));
  assert.deepEqual(await only(town, "colin", "ending_soon"), []);
});

test("mail that asks for a decision waits 60 s, and is never sent when somebody decided meanwhile", async () => {
  world.clock.set(MONDAY);
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  const [asked] = await only(town, "casey", "decision_wanted");
  assert.equal(asked?.notBefore, addMs(MONDAY, 60 * SECOND_MS));
  assert.equal(asked?.urgent, false);
  world.clock.advance(30 * SECOND_MS);
  value(await town.approve("carol", request));
  const all = await mailOf(world, town, "casey");
  assert.deepEqual(
    all.map(({ kind, state }) => [kind, state]),
    [["decision_wanted", "withdrawn"]],
    "nobody who was not asked is told that it is done",
  );
});

test("whoever was asked by mail is told by mail, in the same thread, that it is done", async () => {
  world.clock.set(MONDAY);
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  world.clock.advance(2 * MINUTE_MS);
  await sendWhatIsDue(world, town, "contoso");
  value(await town.approve("carol", request));
  const all = await mailOf(world, town, "casey");
  assert.deepEqual(
    all.map(({ kind, state, thread }) => [kind, state, thread]),
    [
      ["decision_wanted", "sent", request.id],
      ["decided", "waiting", request.id],
    ],
  );
  assert.match(all[1]?.message.headline ?? "", /^Approved: Colin's request/);
});

test("nothing is waited for where a decision is due, or access begins, within ten minutes", async () => {
  world.clock.set(MONDAY);
  const town = await world.newTown();
  const soon = { startAt: addMs(MONDAY, 9 * MINUTE_MS) };
  value(await town.ask("colin", soon));
  const [begins] = await only(town, "casey", "decision_wanted");
  assert.deepEqual([begins?.notBefore, begins?.urgent], [MONDAY, true]);
  const other = await world.newTown();
  const stage = other.stage(["casey"], { decideByMs: 10 * MINUTE_MS });
  const approval = { mode: "manual", stages: [stage] } as const;
  await other.setRules("Contributor", other.scopes.web, { justificationRequired: false, approval });
  value(await other.ask("colin"));
  const [due] = await only(other, "casey", "decision_wanted");
  assert.deepEqual([due?.notBefore, due?.urgent], [MONDAY, true]);
});

test("a later stage is asked when it begins, and an escalation when it is reached", async () => {
  world.clock.set(MONDAY);
  const town = await world.newTown();
  const escalation = { afterMs: HOUR_MS, to: [town.ref("cora")] };
  const stages = [town.stage(["casey"]), town.stage(["carol"], { escalation })];
  await town.setRules("Contributor", town.scopes.web, {
    justificationRequired: false,
    approval: { mode: "manual", stages },
  });
  const request = value(await town.ask("colin"));
  assert.deepEqual(await only(town, "carol", "decision_wanted"), []);
  world.clock.advance(5 * MINUTE_MS);
  value(await town.approve("casey", request));
  const [second] = await only(town, "carol", "decision_wanted");
  assert.equal(second?.notBefore, addMs(MONDAY, 6 * MINUTE_MS));
  const [escalated] = await only(town, "cora", "escalation");
  assert.equal(escalated?.notBefore, addMs(MONDAY, HOUR_MS + 5 * MINUTE_MS));
  value(await town.approve("carol", request));
  assert.deepEqual(
    waiting([...(await only(town, "carol", "decision_wanted")), ...(await only(town, "cora", "escalation"))]),
    [],
  );
});

test("emergencies, what could not be closed and what nobody can decide are never waited for", async () => {
  world.clock.set(MONDAY);
  const town = await world.newTown();
  await prefer(town, "tenant", { quietHours: { from: 0, to: 23 * 60 + 59 } });
  const approval = { mode: "manual", stages: [town.stage(["casey"])] } as const;
  const emergency = { allowed: true, maximumDurationMs: HOUR_MS };
  await town.setRules("Contributor", town.scopes.web, { justificationRequired: false, approval, emergency });
  value(await town.ask("colin", { emergency: true }));
  const [used] = await only(town, "casey", "emergency_used");
  assert.deepEqual([used?.notBefore, used?.urgent], [MONDAY, true]);
});

const NIGHT = { quietHours: { from: 22 * 60, to: 7 * 60 }, timeZone: "Europe/Berlin" };

test("quiet hours hold back what needs nothing, never what asks for an action", async () => {
  const town = await open();
  await prefer(town, "colin", NIGHT);
  await prefer(town, "casey", NIGHT);
  world.clock.set(at("2026-03-02T22:00:00Z"));
  await got(town);
  const [live] = await only(town, "colin", "live");
  assert.equal(live?.notBefore, at("2026-03-03T06:00:00Z"));
  const [soon] = await only(town, "colin", "ending_soon");
  assert.equal(soon?.notBefore, at("2026-03-02T22:45:00Z"));
  world.clock.set(at("2026-03-03T22:00:00Z"));
  const manual = { mode: "manual", stages: [town.stage(["casey"])] } as const;
  await town.setRules("Contributor", town.scopes.web, { justificationRequired: false, approval: manual });
  value(await town.ask("colin"));
  const [asked] = await only(town, "casey", "decision_wanted");
  assert.equal(asked?.notBefore, at("2026-03-03T22:01:00Z"));
});

test("quiet hours end by the clock on the wall, on the days that it is changed too", () => {
  const night = preferencesOf({}, NIGHT);
  const until = (text: string) => formatInstant(heldBack(at(text), night));
  // 22:00 in Berlin is 21:00Z in winter and 20:00Z in summer.
  assert.equal(until("2026-03-28T20:59:00Z"), "2026-03-28T20:59:00.000Z");
  assert.equal(until("2026-03-28T21:00:00Z"), "2026-03-29T05:00:00.000Z");
  assert.equal(until("2026-03-29T04:59:00Z"), "2026-03-29T05:00:00.000Z");
  assert.equal(until("2026-03-29T05:00:00Z"), "2026-03-29T05:00:00.000Z");
  assert.equal(until("2026-10-24T20:00:00Z"), "2026-10-25T06:00:00.000Z");
  // 02:30 does not happen on that night: it is half past three that follows.
  const gap = preferencesOf({}, { quietHours: { from: 60, to: 150 }, timeZone: "Europe/Berlin" });
  assert.equal(formatInstant(heldBack(at("2026-03-29T00:30:00Z"), gap)), "2026-03-29T01:30:00.000Z");
  const never = preferencesOf({}, { quietHours: { from: 60, to: 60 } });
  assert.equal(heldBack(MONDAY, never), MONDAY);
});

test("a person's own preferences are over the tenant's, and what asks for an action is not switched off", async () => {
  const town = await open();
  await prefer(town, "tenant", { off: ["live", "ending_soon" as never] });
  await prefer(town, "cora", { off: [] });
  await got(town);
  const kinds = (await mailOf(world, town, "colin")).map(({ kind }) => kind);
  assert.ok(!kinds.includes("live"));
  assert.ok(kinds.includes("ending_soon"));
});

test("reminders and escalations are mailed to whoever wants them", async () => {
  world.clock.set(MONDAY);
  const town = await world.newTown();
  await prefer(town, "cora", { escalation: false });
  const escalation = { afterMs: HOUR_MS, to: [town.ref("cora")] };
  const approval = { mode: "manual", stages: [town.stage(["casey"], { escalation })] } as const;
  await town.setRules("Contributor", town.scopes.web, { justificationRequired: false, approval });
  value(await town.ask("colin"));
  assert.deepEqual(await mailOf(world, town, "cora"), []);
});

test("nothing goes to whoever is locked out or gone, nor to workloads, nor for themselves", async () => {
  world.clock.set(MONDAY);
  const town = await world.newTown();
  await town.change("contoso", (trx) =>
    trx
      .updateTable("principal")
      .set({ lock: JSON.stringify({ at: MONDAY, until: null }) } as never)
      .where("object_id", "=", town.ref("chris").objectId)
      .execute(),
  );
  await town.bury("casey");
  value(await town.ask("pipeline"));
  const told = (await mailIn(world, town, "contoso")).map(({ to }) => to);
  for (const who of ["chris", "casey", "pipeline", "colin"] as const)
    assert.ok(!told.includes(town.ref(who).objectId), who);
  assert.ok(told.includes(town.ref("carol").objectId));
});

test("I11: the other party is never told who decided, or who could", async () => {
  world.clock.set(MONDAY);
  const town = await world.newTown();
  await town.setPolicy({ required: 1 });
  const request = value(await town.ask("frank", { scope: town.scopes.orders }));
  value(
    await commentOnRequest(world.deps, town.as("casey"), { requestId: request.id, text: "which order?" }),
  );
  value(await town.approve("carol", request));
  const read = JSON.stringify(await mailIn(world, town, "fabrikam"));
  assert.match(read, /an approver/);
  assert.doesNotMatch(read, /Carol|Casey|Chris/);
});

const ADDRESS = "ops@contoso.example";
type Operation = (typeof OPERATIONS)[number];
type Side = (typeof SIDES)[number];

/** What each of the nine rules is about, and which of it asks its reader for an action. */
const NEWS: Readonly<Record<Operation, Readonly<Record<Side, readonly MailKind[]>>>> = {
  eligible: {
    administrators: ["eligibility_given"],
    requester: ["eligibility_given"],
    approvers: ["eligibility_given"],
  },
  assigned: { administrators: ["live"], requester: ["live", "ending_soon"], approvers: ["live"] },
  activated: {
    administrators: ["live", "emergency_used"],
    requester: ["live", "ending_soon"],
    approvers: ["comment", "decision_wanted"],
  },
};
const CRITICAL: readonly MailKind[] = ["ending_soon", "decision_wanted", "emergency_used"];

for (const operation of OPERATIONS)
  for (const side of SIDES)
    test(`${operation}, ${side}: default recipients, others, both, critical only, none`, async () => {
      const all = NEWS[operation][side];
      const critical = all.filter((kind) => CRITICAL.includes(kind));
      const heard = (rule: Partial<NotificationRule>) =>
        hearing(operation, side, { level: "all", defaults: true, recipients: [ADDRESS], ...rule });
      assert.deepEqual(await heard({ recipients: [] }), { people: all, address: [] });
      assert.deepEqual(await heard({ defaults: false }), { people: [], address: all });
      assert.deepEqual(await heard({}), { people: all, address: all });
      assert.deepEqual(await heard({ level: "critical" }), { people: critical, address: critical });
      assert.deepEqual(await heard({ level: "none" }), { people: [], address: [] });
    });

/** Of everything that an operation brings about, what a person of the side was planned, and what an address. */
async function hearing(operation: Operation, side: Side, rule: NotificationRule) {
  world.clock.set(MONDAY);
  const town = await world.newTown();
  await town.setRules("Contributor", town.scopes.web, {
    justificationRequired: false,
    approval: { mode: "manual", stages: [town.stage(["casey"])] },
    emergency: { allowed: true, maximumDurationMs: HOUR_MS },
    notifications: { [operation]: { [side]: rule } },
  });
  await bringAbout(town, operation);
  const all = await mailIn(world, town, "contoso");
  const whose = { administrators: "carol", requester: "cora", approvers: "casey" } as const;
  const kinds = (to: string) =>
    NEWS[operation][side].filter((kind) => all.some((mail) => mail.to === to && mail.kind === kind));
  for (const { to, message } of all) if (to === ADDRESS) assert.equal(message.link, null);
  return { people: kinds(town.ref(whose[side]).objectId), address: kinds(ADDRESS) };
}

async function bringAbout(town: Town, operation: Operation): Promise<void> {
  const role = { scope: town.scopes.web, roleDefinitionId: town.role("Contributor") };
  if (operation === "assigned") {
    const until = { startsAt: null, endsAt: addMs(MONDAY, DAY_MS), justification: null };
    const given = await assignRole(world.deps, town.as("carol"), {
      ...{ ...role, ...until, beneficiary: town.ref("cora") },
    });
    // By somebody else as well: nobody is told of what they did themselves.
    await byAda(town, "assignment.made", { kind: "grant", id: value(given).id });
    return;
  }
  await town.makeEligible("cora", "Contributor", role.scope, addMs(MONDAY, 90 * DAY_MS));
  if (operation === "eligible") {
    const { id } = await town.rows("contoso", (trx) =>
      trx
        .selectFrom("eligibility")
        .select("id")
        .where("principal_id", "=", town.ref("cora").objectId)
        .executeTakeFirstOrThrow(),
    );
    await byAda(town, "configuration.changed", { kind: "eligibility", id });
    return;
  }
  const asked = value(await town.ask("cora"));
  value(await commentOnRequest(world.deps, town.as("cora"), { requestId: asked.id, text: "soon, please" }));
  await world.pass();
  value(await town.approve("casey", asked));
  await world.pass();
  world.clock.advance(2 * HOUR_MS);
  await world.pass();
  value(await town.ask("cora", { emergency: true }));
}

async function byAda(town: Town, type: EventType, subject: DomainEvent["subject"]): Promise<void> {
  const event: DomainEvent = {
    ...{
      type,
      subject,
      parties: [town.tenants.contoso],
      facts: { action: "create" },
      correlationId: subject.id,
    },
    actor: { kind: "user", ref: town.ref("ada"), via: "test" },
  };
  await world.deps.store.inTenant(town.tenants.contoso, (tx) => tx.record([event], world.clock.now()));
}

test("more than a thousand people: a thousand are told, and an entry counts the rest", async () => {
  world.clock.set(MONDAY);
  const town = await world.newTown();
  const crowd = MOST_RECIPIENTS + 7;
  await town.change("contoso", async (trx) => {
    const people = Array.from({ length: crowd }, (_, n) => ({ objectId: randomUUID(), n }));
    for (const { objectId, n } of people) {
      await trx
        .insertInto("principal")
        .values({
          ...{ tenant_id: town.tenants.contoso, object_id: objectId, kind: "user", name: `crowd-${n}` },
          ...{ display_name: `Crowd ${n}`, email: `crowd-${n}-${objectId}@contoso.example` },
        } as never)
        .execute();
    }
    const group = town.ref("onCall").objectId;
    await trx
      .insertInto("group_member")
      .values(
        people.map(({ objectId }) => ({
          tenant_id: town.tenants.contoso,
          group_id: group,
          member_id: objectId,
        })) as never,
      )
      .execute();
  });
  value(await town.ask("colin"));
  const told = (await mailIn(world, town, "contoso")).filter(({ kind }) => kind !== "submitted");
  assert.ok(told.length <= MOST_RECIPIENTS && told.length >= MOST_RECIPIENTS - 1, String(told.length));
  const [entry] = await world.deps.store.inTenant(town.tenants.contoso, (tx) =>
    tx.log.entries({ limit: 10, type: "mail.left_out" }),
  );
  // Carol, Casey, Chris and Colin beside the crowd.
  assert.match(JSON.stringify(entry?.entry.facts), new RegExp(`"count":${crowd + 4 - MOST_RECIPIENTS}\\b`));
});

test("the end of an eligibility is told 14 days and 1 day before, once each, and never of what was given for less", async () => {
  world.clock.set(MONDAY);
  const town = await world.newTown();
  await town.makeEligible("cora", "Contributor", town.scopes.db, addMs(MONDAY, 30 * DAY_MS));
  const told = async () => {
    for (let again = 0; again < 2; again++) await tellEndings(world.deps, town.tenants.contoso);
    return (await only(town, "cora", "eligibility_ending")).length;
  };
  assert.equal(await told(), 0);
  world.clock.advance(15 * DAY_MS);
  assert.equal(await told(), 0);
  world.clock.advance(2 * DAY_MS);
  assert.equal(await told(), 1);
  world.clock.advance(12 * DAY_MS);
  assert.equal(await told(), 2);
  await town.makeEligible("guest", "Contributor", town.scopes.db, addMs(world.clock.now(), DAY_MS / 2));
  await tellEndings(world.deps, town.tenants.contoso);
  const [last] = await only(town, "cora", "eligibility_ending");
  assert.match(last?.message.headline ?? "", /^You may not ask for Contributor on Contoso\/db any more/);
});

test("a digest is due in the morning of its reader's own day, and comes once", async () => {
  world.clock.set(MONDAY);
  const town = await world.newTown();
  await prefer(town, "carol", { timeZone: "Asia/Tokyo" });
  value(await town.ask("frank", { scope: town.scopes.billing }));
  await world.pass();
  world.clock.set(at("2026-03-02T22:59:00Z"));
  const told = async () => {
    for (let again = 0; again < 2; again++) await tellDigests(world.deps, town.tenants.contoso);
    return only(town, "carol", "automatic_digest");
  };
  assert.deepEqual(await told(), []);
  world.clock.set(at("2026-03-02T23:01:00Z"));
  const [digest, ...others] = await told();
  assert.equal(digest?.notBefore, at("2026-03-02T23:00:00Z"));
  assert.deepEqual(others, []);
  assert.match(JSON.stringify(digest?.message.facts), /Frank asks for Contributor on Contoso\/billing/);
});

test("with mail off nothing is planned, and the portal tells as ever", async () => {
  world.clock.set(MONDAY);
  const town = await world.newTown();
  await sql`SELECT turn_mail(false)`.execute(world.opened.db);
  try {
    value(await town.ask("colin"));
    assert.deepEqual(await mailIn(world, town, "contoso"), []);
  } finally {
    await turnOnMail(world);
  }
});
