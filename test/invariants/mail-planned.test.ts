/** Who is planned which mail, and when it is due: the matrix row by row, and what becomes needless meanwhile. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import type { DomainEvent, EventType } from "../../src/domain/event.ts";
import type { Grant } from "../../src/domain/grant.ts";
import type { MailKind } from "../../src/domain/mail.ts";
import type { OwnPreferences } from "../../src/domain/notification-preferences.ts";
import type { SettingsOverride, Stage } from "../../src/domain/role-settings.ts";
import type { JsonObject } from "../../src/domain/target-binding.ts";
import { addMs, DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from "../../src/domain/time.ts";
import { assignRole } from "../../src/use-cases/grants/assign-role.ts";
import { revokeGrant } from "../../src/use-cases/grants/end-grant.ts";
import { extendGrant } from "../../src/use-cases/grants/extend-grant.ts";
import { MATRIX, type NewsName, type Row } from "../../src/use-cases/notifications/matrix.ts";
import { tellDigests, tellEndings } from "../../src/use-cases/notifications/tell-by-time.ts";
import { cancelRequest } from "../../src/use-cases/requests/decide-request.ts";
import { commentOnRequest, remindApprovers } from "../../src/use-cases/requests/write-about-request.ts";
import { mailOf, sendWhatIsDue, turnOnMail } from "../fixtures/planned-mail.ts";
import type { Ask, Name, Town } from "../fixtures/town.ts";
import { MONDAY, openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
  await turnOnMail(world);
});
after(() => world.close());

const kindsOf = async (town: Town, who: Name) => (await mailOf(world, town, who)).map(({ kind }) => kind);

async function prefer(town: Town, of: Name | "tenant", preferences: OwnPreferences): Promise<void> {
  const tenantId = of === "tenant" ? town.tenants.contoso : town.ref(of).tenantId;
  const whose = of === "tenant" ? of : town.ref(of).objectId;
  await world.deps.store.inTenant(tenantId, (tx) =>
    tx.notifications.savePreferences(whose, preferences, world.clock.now()),
  );
}

/** A fact as one that a target, or somebody's browser, makes is written. */
async function happened(
  town: Town,
  type: EventType,
  subject: DomainEvent["subject"],
  facts: JsonObject = {},
  who: Name | null = null,
): Promise<void> {
  const parties = [town.tenants.contoso];
  const actor: DomainEvent["actor"] =
    who === null ? { kind: "system", via: "test" } : { kind: "user", ref: town.ref(who), via: "test" };
  const event = { type, subject, actor, parties, facts, correlationId: randomUUID() };
  await world.deps.store.inTenant(town.tenants.contoso, (tx) => tx.record([event], world.clock.now()));
}

/** Live for an hour, by Carol's word or another's. */
async function live(town: Town, ask: Ask = {}, by: Name = "carol"): Promise<Grant> {
  const request = value(await town.ask("colin", ask));
  value(await town.approve(by, request));
  const [grant] = await town.grantsOf(request);
  assert.ok(grant);
  return grant;
}

/** What brings a row of the matrix about, and by whom it is read as which kind. */
type Case = (town: Town) => Promise<readonly (readonly [Name, MailKind])[]>;

const ADMINISTRATOR_HEARS_ALL = {
  notifications: {
    activated: { administrators: { level: "all", defaults: true, recipients: [] } },
    assigned: { administrators: { level: "all", defaults: true, recipients: [] } },
    eligible: { administrators: { level: "all", defaults: true, recipients: [] } },
  },
} as const;

const CASES: { readonly [N in NewsName]: Readonly<Record<string, Case>> } = {
  submitted: {
    requester: async (town) => {
      value(await town.ask("colin"));
      return [["colin", "submitted"]];
    },
  },
  wanted: {
    approvers: async (town) => {
      value(await town.ask("colin"));
      return [
        ["carol", "decision_wanted"],
        ["casey", "decision_wanted"],
        ["chris", "decision_wanted"],
      ];
    },
  },
  automatic: {
    approvers: async (town) => {
      await prefer(town, "carol", { automatic: "each" });
      value(await town.ask("frank", { scope: town.scopes.billing }));
      return [["carol", "decided"]];
    },
  },
  emergency: {
    approvers: async (town) => {
      await emergency(town);
      return [
        ["casey", "emergency_used"],
        ["chris", "emergency_used"],
      ];
    },
    administrators: async (town) => {
      await emergency(town);
      return [["carol", "emergency_used"]];
    },
  },
  termsOffered: {
    requester: async (town) => {
      const request = value(await town.ask("colin"));
      value(await town.approve("carol", request, { startAt: addMs(world.clock.now(), HOUR_MS) }));
      return [["colin", "decision_wanted"]];
    },
  },
  reminded: {
    approvers: async (town) => {
      const { id } = value(await town.ask("colin"));
      value(await remindApprovers(world.deps, town.as("colin"), id));
      return [["casey", "reminder"]];
    },
  },
  escalated: {
    approvers: async (town) => {
      await staged(town, { escalation: { afterMs: HOUR_MS, to: [town.ref("cora")] } });
      value(await town.ask("colin"));
      return [["cora", "escalation"]];
    },
  },
  commented: {
    requester: async (town) => {
      const { id } = value(await town.ask("colin"));
      value(await commentOnRequest(world.deps, town.as("carol"), { requestId: id, text: "why now?" }));
      return [["colin", "comment"]];
    },
    approvers: async (town) => {
      const { id } = value(await town.ask("colin"));
      value(await commentOnRequest(world.deps, town.as("colin"), { requestId: id, text: "now" }));
      return [["casey", "comment"]];
    },
  },
  approved: {
    requester: async (town) => {
      value(await town.approve("carol", value(await town.ask("colin"))));
      return [["colin", "decided"]];
    },
  },
  denied: {
    requester: async (town) => {
      await denied(town);
      return [["colin", "decided"]];
    },
  },
  canceled: {
    requester: async (town) => {
      value(await cancelRequest(world.deps, town.as("carol"), value(await town.ask("colin")).id));
      return [["colin", "decided"]];
    },
  },
  timedOut: {
    requester: async (town) => {
      value(await town.ask("colin"));
      world.clock.advance(25 * HOUR_MS);
      return [["colin", "decided"]];
    },
  },
  nothingToDecide: {
    approvers: async (town) => {
      const request = value(await town.ask("colin"));
      world.clock.advance(2 * MINUTE_MS);
      await sendWhatIsDue(world, town, "contoso");
      value(await town.decide("carol", request, { decision: "deny", justification: "not today" }));
      return [["casey", "decided"]];
    },
  },
  stranded: {
    requester: async (town) => {
      await stranded(town);
      return [["colin", "nobody_left"]];
    },
    administrators: async (town) => {
      await stranded(town);
      return [["carol", "nobody_left"]];
    },
  },
  leftToNobody: {
    administrators: async (town) => {
      const subject = { kind: "tenant", id: town.tenants.contoso };
      await happened(town, "configuration.acknowledged", subject, { named: [], count: 1 }, "ada");
      return [["carol", "nobody_left"]];
    },
  },
  lockedOut: { administrators: (town) => locked(town, "principal.locked_out") },
  letIn: { administrators: (town) => locked(town, "principal.let_in") },
  scheduled: {
    requester: async (town) => {
      await live(town, { startAt: addMs(world.clock.now(), 2 * HOUR_MS) });
      return [["colin", "starting"]];
    },
  },
  live: {
    requester: async (town) => {
      await live(town);
      return [["colin", "live"]];
    },
    administrators: async (town) => {
      await staged(town, {}, ADMINISTRATOR_HEARS_ALL);
      await live(town, {}, "casey");
      return [["carol", "live"]];
    },
  },
  assigned: {
    requester: async (town) => {
      await assigned(town);
      return [["cora", "live"]];
    },
    approvers: async (town) => {
      await assigned(town);
      return [["casey", "live"]];
    },
    administrators: async (town) => {
      await town.setRules("Contributor", town.scopes.web, ADMINISTRATOR_HEARS_ALL);
      await assigned(town);
      await toldByAda(town);
      return [["carol", "live"]];
    },
  },
  endingSoon: {
    requester: async (town) => {
      await live(town);
      return [["colin", "ending_soon"]];
    },
  },
  ended: {
    requester: async (town) => {
      await live(town);
      world.clock.advance(2 * HOUR_MS);
      return [["colin", "ended"]];
    },
  },
  revoked: {
    requester: async (town) => {
      const { id } = await live(town);
      value(await revokeGrant(world.deps, town.as("carol"), id, "enough"));
      return [["colin", "revoked"]];
    },
  },
  extended: {
    requester: async (town) => {
      await town.setRules("Contributor", town.scopes.web, { justificationRequired: false });
      const [grant] = await town.grantsOf(value(await town.ask("colin")));
      assert.ok(grant);
      await more(town, grant);
      return [["colin", "extended"]];
    },
  },
  couldNotOpen: sidesOf("grant.provisioning_failed", "could_not_open"),
  neverLive: sidesOf("grant.closing", "could_not_open", { cause: "never_live", justification: null }),
  couldNotClose: sidesOf("grant.removal_failed", "could_not_close"),
  settingsChanged: {
    administrators: async (town) => {
      const facts = { name: "web", action: "update", fields: ["maximumDuration"] };
      await happened(town, "configuration.changed", { kind: "roleSettings", id: randomUUID() }, facts, "ada");
      return [["carol", "settings_changed"]];
    },
  },
  eligibilityGiven: {
    requester: async (town) => {
      await given(town);
      return [["cora", "eligibility_given"]];
    },
    approvers: async (town) => {
      await given(town);
      return [["casey", "eligibility_given"]];
    },
    administrators: async (town) => {
      await given(town, ADMINISTRATOR_HEARS_ALL);
      return [["carol", "eligibility_given"]];
    },
  },
  eligibilityEnding: {
    requester: async (town) => {
      await ending(town);
      return [["cora", "eligibility_ending"]];
    },
    approvers: async (town) => {
      await ending(town);
      return [["casey", "eligibility_ending"]];
    },
    administrators: async (town) => {
      await ending(town, ADMINISTRATOR_HEARS_ALL);
      return [["carol", "eligibility_ending"]];
    },
  },
  drift: {
    administrators: async (town) => {
      const facts = { target: "orders-db", drift: ["role `x` was dropped"] };
      await happened(town, "grant.drifted", { kind: "target", id: randomUUID() }, facts);
      return [["carol", "drift"]];
    },
  },
  newDevice: {
    self: async (town) => {
      const subject = { kind: "principal", id: town.ref("casey").objectId };
      await happened(town, "sign_in.succeeded", subject, { ip: "192.0.2.1", newDevice: true }, "casey");
      return [["casey", "new_device"]];
    },
  },
  weeklyDigest: {
    administrators: async (town) => {
      value(await town.ask("colin"));
      world.clock.advance(7 * DAY_MS);
      await tellDigests(world.deps, town.tenants.contoso);
      return [["carol", "weekly_digest"]];
    },
  },
  automaticDigest: {
    approvers: async (town) => {
      value(await town.ask("frank", { scope: town.scopes.billing }));
      await world.pass();
      world.clock.advance(DAY_MS);
      await tellDigests(world.deps, town.tenants.contoso);
      return [["carol", "automatic_digest"]];
    },
  },
};

/** At `web` Casey and Chris decide, and Carol, the administrator, does not. */
async function staged(town: Town, stage: Partial<Stage> = {}, more: SettingsOverride = {}): Promise<void> {
  await town.setRules("Contributor", town.scopes.web, {
    justificationRequired: false,
    approval: { mode: "manual", stages: [town.stage(["casey", "onCall"], stage)] },
    ...more,
  });
}

async function emergency(town: Town): Promise<void> {
  await staged(town, {}, { emergency: { allowed: true, maximumDurationMs: HOUR_MS } });
  value(await town.ask("colin", { emergency: true }));
}

async function denied(town: Town): Promise<void> {
  const request = value(await town.ask("colin"));
  value(await town.decide("carol", request, { decision: "deny", justification: "not today" }));
}

async function stranded(town: Town): Promise<void> {
  await staged(town);
  value(await town.ask("colin"));
  await town.bury("casey");
  await town.bury("chris");
}

async function locked(town: Town, type: "principal.locked_out" | "principal.let_in") {
  const facts = { name: "Cora", justification: "a lost laptop" };
  await happened(town, type, { kind: "principal", id: town.ref("cora").objectId }, facts, "ada");
  return [["carol", "settings_changed"]] as const;
}

async function assigned(town: Town): Promise<Grant> {
  return value(
    await assignRole(world.deps, town.as("carol"), {
      ...{
        scope: town.scopes.web,
        roleDefinitionId: town.role("Contributor"),
        beneficiary: town.ref("cora"),
      },
      ...{ startsAt: null, endsAt: addMs(world.clock.now(), DAY_MS), justification: "she is on duty" },
    }),
  );
}

/** The same by somebody else: nobody is told of what they did themselves. */
async function toldByAda(town: Town): Promise<void> {
  const rows = await town.rows("contoso", (trx) => trx.selectFrom("access_grant").select("id").execute());
  for (const { id } of rows) await happened(town, "assignment.made", { kind: "grant", id }, {}, "ada");
}

async function more(town: Town, { id }: Grant, durationMs = HOUR_MS): Promise<void> {
  const input = { grantId: id, durationMs, justification: null, ticket: null };
  value(await extendGrant(world.deps, town.as("colin"), input));
}

/** What a target says of access that Casey approved: told to all three sides. */
function sidesOf(type: EventType, kind: MailKind, facts: JsonObject = {}): Readonly<Record<string, Case>> {
  const about = (who: Name): Case => {
    return async (town) => {
      await staged(town);
      const request = value(await town.ask("colin"));
      value(await town.approve("casey", request));
      const [grant] = await town.grantsOf(request);
      assert.ok(grant);
      await happened(town, type, { kind: "grant", id: grant.id }, { fault: "permanent", ...facts });
      return [[who, kind]];
    };
  };
  return { requester: about("colin"), approvers: about("casey"), administrators: about("carol") };
}

async function givenUntil(town: Town, until: Instant, more: SettingsOverride): Promise<string> {
  const approval = { mode: "manual", stages: [town.stage(["casey"])] } as const;
  await town.setRules("Contributor", town.scopes.db, { approval, ...more });
  await town.makeEligible("cora", "Contributor", town.scopes.db, until);
  const found = await town.rows("contoso", (trx) =>
    trx
      .selectFrom("eligibility")
      .select("id")
      .where("principal_id", "=", town.ref("cora").objectId)
      .executeTakeFirstOrThrow(),
  );
  return found.id;
}

async function given(town: Town, more: SettingsOverride = {}): Promise<void> {
  const id = await givenUntil(town, addMs(world.clock.now(), 90 * DAY_MS), more);
  const facts = { name: "cora", action: "create" };
  await happened(town, "configuration.changed", { kind: "eligibility", id }, facts, "ada");
}

async function ending(town: Town, more: SettingsOverride = {}): Promise<void> {
  await givenUntil(town, addMs(world.clock.now(), 90 * DAY_MS), more);
  world.clock.advance(80 * DAY_MS);
  await tellEndings(world.deps, town.tenants.contoso);
}

for (const [name, sides] of Object.entries(MATRIX) as [NewsName, Record<string, Row>][])
  for (const side of Object.keys(sides))
    test(`${name}: ${side}`, async () => {
      world.clock.set(MONDAY);
      const bring = CASES[name][side];
      assert.ok(bring, "a row that nobody tried");
      const town = await world.newTown();
      for (const [who, kind] of await bring(town))
        assert.ok(
          (await kindsOf(town, who)).includes(kind),
          `${who} is told ${kind}: ${await kindsOf(town, who)}`,
        );
    });
