/** Everything that the port says of a target counts, whatever the kind: asked for, held, fetched and ended over HTTP. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { reconcileTarget } from "../../src/use-cases/grants/reconcile-target.ts";
import type { Api } from "../fixtures/program.ts";
import { until } from "../fixtures/program.ts";
import { CONTRIBUTOR } from "../fixtures/system.ts";
import { callsIn, drawersIn, removeDrawers, setTroubles } from "../fixtures/toy-target.ts";
import { type Cabinet, openToyWorld, type ToyWorld } from "../fixtures/toy-world.ts";

let world: ToyWorld;
let ben: Api;
let ada: Api;
before(async () => {
  world = await openToyWorld();
  [ben, ada] = [await world.person("ben"), await world.person("ada")];
});
after(() => world.close());

const WITHIN_MS = 15_000;

async function asked(cabinet: Cabinet, duration = "PT1H"): Promise<string> {
  const { status, body } = await ben.post("/access-requests", cabinet.ask(duration));
  assert.equal(status, 201, JSON.stringify(body));
  const { items } = (await ben.get(`/grants?requestId=${body.id}`)).body;
  return items[0].id;
}

const grantOf = async (id: string, as = ben) => (await as.get(`/grants/${id}`)).body;
const heldOf = async (id: string) => (await grantOf(id, ada)).entitlements[0];

async function becomes(
  id: string,
  what: string,
  so: (grant: Awaited<ReturnType<typeof grantOf>>) => boolean,
) {
  let last: unknown;
  await until(
    async () => {
      last = await grantOf(id, ada);
      return so(last as never);
    },
    WITHIN_MS,
    what,
    () => JSON.stringify(last),
  );
}
const live = (id: string) => becomes(id, "it to be live", ({ liveness }) => liveness === "live");
const failed = (id: string) =>
  becomes(id, "it to have failed", ({ entitlements }) => entitlements[0].fault !== null);

async function entriesOf(type: string, id: string): Promise<unknown[]> {
  const { body } = await ada.get(`/audit-entries?type=${type}&limit=100`);
  return body.items.filter((item: unknown) => JSON.stringify(item).includes(id));
}

const ruleIn = (rules: { rule: string; outcome: string; message: string }[]) =>
  rules.find(({ rule }) => rule === "TargetRule");

test("limits: too short and too long is refused at preview and when asking, with what the kind allows", async () => {
  const cabinet = await world.cabinet("narrow", { minTtlMs: 60_000, maxTtlMs: 3_600_000 });
  for (const [duration, sentence] of [
    ["PT59S", "Cabinet holds access for at least 1 min"],
    ["PT1H1S", "Cabinet holds access for at most 1 h at a time"],
  ] as const) {
    const preview = (await ben.post("/access-requests/preview", cabinet.ask(duration))).body;
    assert.equal(preview.allowed, false);
    assert.deepEqual(ruleIn(preview.rules), {
      rule: "TargetRule",
      outcome: "unsatisfied",
      message: sentence,
      missing: "duration",
    });
    const refused = await ben.post("/access-requests", cabinet.ask(duration));
    assert.equal(refused.status, 422);
    assert.deepEqual([refused.body.code, refused.body.path], ["rules_not_satisfied", "/duration"]);
    assert.doesNotMatch(JSON.stringify(refused.body.rules), /narrow/, "its name is its owner's");
  }
  assert.equal((await ben.post("/access-requests/preview", cabinet.ask("PT1M"))).body.allowed, true);
});

test("limits: an administrator assigns nothing that is shorter either", async () => {
  const cabinet = await world.cabinet("assigned", { minTtlMs: 60_000 }, { standing: true });
  const me = (await ben.get("/me")).body.principal;
  const assign = (seconds: number) =>
    ada.post("/assignments", {
      scope: cabinet.scope,
      roleDefinitionId: CONTRIBUTOR,
      principalId: me.objectId,
      endsAt: new Date(Date.now() + seconds * 1_000).toISOString(),
      justification: "for a moment",
    });
  const refused = await assign(20);
  assert.equal(refused.body.code, "rules_not_satisfied", JSON.stringify(refused.body));
  assert.match(refused.body.detail, /TargetRule: Cabinet holds access for at least 1 min/);
  assert.equal((await assign(120)).status, 201);
});

test("granularity: an end falls where the target ends it, in preview, in the grant and in the target", async () => {
  const cabinet = await world.cabinet("coarse", { granularityMs: 60_000 });
  const { window } = (await ben.post("/access-requests/preview", cabinet.ask("PT10M"))).body;
  assert.equal(Date.parse(window.endsAt) % 60_000, 0);
  const id = await asked(cabinet, "PT10M");
  await live(id);
  const { endsAt, entitlements } = await grantOf(id);
  assert.equal(Date.parse(endsAt) % 60_000, 0);
  assert.equal(entitlements[0].enforcedUntil, endsAt);
  assert.equal(drawersIn(cabinet.folder)[0]?.until, Date.parse(endsAt));
});

test("canExtend: where no end is moved, an extension is refused at preview, with the reason", async () => {
  const cabinet = await world.cabinet("fixed", { canExtend: false });
  const id = await asked(cabinet);
  await live(id);
  const preview = (await ben.post(`/grants/${id}/extend/preview`, { duration: "PT2H" })).body;
  assert.equal(preview.allowed, false);
  assert.match(String(ruleIn(preview.rules)?.message), /^Cabinet cannot move the end of access/);
  assert.equal(
    (await ben.post(`/grants/${id}/extend`, { duration: "PT2H" })).body.code,
    "rules_not_satisfied",
  );
  assert.equal((await grantOf(id)).entitlements[0].target.canExtend, false);
});

test("canObserve: what cannot be looked into is never asked, and nothing follows from what is gone", async () => {
  const cabinet = await world.cabinet("blind", { canObserve: false });
  const id = await asked(cabinet);
  await live(id);
  removeDrawers(cabinet.folder);
  const { targetId } = (await grantOf(id)).entitlements[0];
  const tenantId = (await ada.get("/me")).body.principal.tenantId;
  const done = await reconcileTarget(world.system.deps, tenantId, targetId);
  assert.deepEqual(done, { removed: 0, lost: 0, drift: [] });
  assert.equal(callsIn(cabinet.folder).observe, undefined);
  assert.equal((await grantOf(id)).liveness, "live");
});

test("issuesSecret: where there is none to fetch, that is said at once, and shown beforehand", async () => {
  const cabinet = await world.cabinet("open", { issuesSecret: false });
  const id = await asked(cabinet);
  await live(id);
  assert.equal((await grantOf(id)).entitlements[0].target.issuesSecret, false);
  const refused = await ben.post(`/grants/${id}/secret`, {});
  assert.deepEqual([refused.status, refused.body.code], [409, "secret_not_offered"]);
  assert.match(refused.body.detail, /lets its holder in without one/);
  assert.equal(callsIn(cabinet.folder).issueSecret, undefined);
});

test("a secret is answered in the kind's own words, in its order, with lines to run", async () => {
  const cabinet = await world.cabinet("worded");
  const id = await asked(cabinet);
  await live(id);
  const { body } = await ben.post(`/grants/${id}/secret`, {});
  assert.deepEqual([body.targetKind, body.targetLabel, body.drawer], ["toy", "Cabinet", "7"]);
  assert.deepEqual(body.fields, [
    { name: "drawer", label: "Drawer", value: "7", masked: false, copyable: true },
    { name: "pin", label: "PIN", value: body.pin, masked: true, copyable: true },
  ]);
  assert.deepEqual(body.commands, [{ label: "open", line: `open-drawer '7' --pin ${body.pin}` }]);
  const [target] = (await ada.get("/targets?limit=100")).body.items.filter(
    ({ name }: { name: string }) => name === "worded",
  );
  assert.deepEqual([target.kindLabel, target.label], ["Cabinet", `the cabinet in ${cabinet.folder}`]);
  assert.deepEqual(
    (await ada.get("/target-kinds")).body.items.map(({ kind }: { kind: string }) => kind),
    ["postgres", "toy"],
  );
});

test("permanent: told to both, tried no more, and at once when the configuration changes", async () => {
  const cabinet = await world.cabinet("broken");
  setTroubles(cabinet.folder, { grant: { kind: "permanent", message: "drawer 7 is jammed; oil it" } });
  const id = await asked(cabinet);
  await failed(id);
  const held = await heldOf(id);
  assert.deepEqual(held.fault, { kind: "permanent", outcomeUnknown: false, triedAgain: false });
  assert.match(held.lastError, /oil it/);
  assert.equal(callsIn(cabinet.folder).grant, 1);
  const refused = await ben.post(`/grants/${id}/secret`, {});
  assert.equal(refused.body.code, "secret_not_offered");
  assert.doesNotMatch(refused.body.detail, /in a moment/);
  await until(
    async () => {
      const { items } = (await ben.get("/me/notifications")).body;
      return items.some(({ text }: { text: string }) =>
        /^Not opened: its target has to be put right first/.test(text),
      );
    },
    WITHIN_MS,
    "ben to be told",
  );
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  assert.equal(callsIn(cabinet.folder).grant, 1, "not tried again by itself");
  setTroubles(cabinet.folder, {});
  await cabinet.change({ maxTtlMs: 36_000_000 });
  await live(id);
});

test("permanent: an administrator who looks has it tried again; nobody else has", async () => {
  const cabinet = await world.cabinet("jammed");
  setTroubles(cabinet.folder, { grant: { kind: "permanent", message: "drawer 7 is jammed; oil it" } });
  const id = await asked(cabinet);
  await failed(id);
  assert.equal((await ben.post("/targets/jammed/check")).body.code, "forbidden");
  setTroubles(cabinet.folder, {});
  const { body } = await ada.post("/targets/jammed/check");
  assert.deepEqual([body.health.ok, body.retried], [true, 1]);
  await live(id);
});

test("ambiguous: what happened without a word is found, and nothing is said to have failed", async () => {
  const cabinet = await world.cabinet("mute");
  const trouble = { kind: "retryable", message: "the line went dead", ambiguous: true, after: true } as const;
  setTroubles(cabinet.folder, { grant: trouble });
  const id = await asked(cabinet);
  await live(id);
  assert.equal(callsIn(cabinet.folder).grant, 1);
  assert.ok((callsIn(cabinet.folder).observe ?? 0) >= 1);
  assert.deepEqual(await entriesOf("grant.provisioning_failed", id), []);
});

test("ambiguous: where nobody can look it is not called failed, nor live, until it is known", async () => {
  const cabinet = await world.cabinet("dark", { canObserve: false });
  const trouble = { kind: "permanent", message: "the line went dead", ambiguous: true, after: true } as const;
  setTroubles(cabinet.folder, { grant: trouble });
  const id = await asked(cabinet);
  await failed(id);
  const held = await heldOf(id);
  assert.deepEqual(held.fault, { kind: "permanent", outcomeUnknown: true, triedAgain: true });
  assert.match(held.lastError, /^it is not known whether it was made/);
  assert.notEqual((await grantOf(id)).liveness, "live");
  const [entry] = await entriesOf("grant.provisioning_failed", id);
  assert.match(JSON.stringify(entry), /It is not known yet whether/);
  setTroubles(cabinet.folder, {});
  await live(id);
});

test("ambiguous: a secret that may have been made is known to nobody, and the next one voids it", async () => {
  const cabinet = await world.cabinet("whisper");
  const id = await asked(cabinet);
  await live(id);
  const trouble = { kind: "retryable", message: "the line went dead", ambiguous: true, after: true } as const;
  setTroubles(cabinet.folder, { issueSecret: trouble });
  const lost = await ben.post(`/grants/${id}/secret`, {});
  assert.equal(lost.body.code, "provisioning");
  assert.match(lost.body.detail, /not known whether a secret was made/);
  const [before] = drawersIn(cabinet.folder);
  setTroubles(cabinet.folder, {});
  const { status, body } = await ben.post(`/grants/${id}/secret`, {});
  assert.equal(status, 200);
  assert.notEqual(body.pin, before?.pin);
});

test("a fault that does not pass by itself promises no other try when a secret is asked for", async () => {
  const cabinet = await world.cabinet("mislaid");
  const id = await asked(cabinet);
  await live(id);
  for (const kind of ["permanent", "forbidden", "conflict"] as const) {
    setTroubles(cabinet.folder, { issueSecret: { kind, message: "no" } });
    const { status, body } = await ben.post(`/grants/${id}/secret`, {});
    assert.deepEqual([status, body.code], [409, "secret_not_offered"], kind);
    assert.doesNotMatch(body.detail, /in a moment/);
  }
});

test("taking away: a permanent fault is told and never given up, and tried at once when the configuration changes", async () => {
  const cabinet = await world.cabinet("stuck");
  const id = await asked(cabinet);
  await live(id);
  setTroubles(cabinet.folder, { revoke: { kind: "permanent", message: "the key broke off" } });
  await ben.post(`/grants/${id}/deactivate`);
  await failed(id);
  const stuck = await grantOf(id, ada);
  assert.deepEqual([stuck.state, stuck.liveness], ["deprovisioning", "deactivated"]);
  assert.deepEqual(stuck.entitlements[0].fault, {
    kind: "permanent",
    outcomeUnknown: false,
    triedAgain: true,
  });
  assert.equal((await entriesOf("grant.removal_failed", id)).length, 1);
  assert.equal((await ben.post(`/grants/${id}/secret`, {})).body.code, "grant_not_active");
  setTroubles(cabinet.folder, {});
  await cabinet.change({ maxTtlMs: 36_000_000 });
  await becomes(id, "it to have ended", ({ state }) => state === "ended");
  assert.deepEqual(drawersIn(cabinet.folder), []);
});

test("taking away: what may have happened is not called gone before it was seen to be", async () => {
  const cabinet = await world.cabinet("fading");
  const id = await asked(cabinet);
  await live(id);
  const trouble = { kind: "retryable", message: "the line went dead", ambiguous: true, after: true } as const;
  setTroubles(cabinet.folder, { revoke: trouble });
  await ben.post(`/grants/${id}/deactivate`);
  await failed(id);
  assert.equal((await grantOf(id)).state, "deprovisioning");
  setTroubles(cabinet.folder, {});
  await becomes(id, "it to have ended", ({ state }) => state === "ended");
});

test("several: a log-in that is over in one target does not count beside another", async () => {
  const cabinet = await world.cabinet("first");
  const other = { role: "Contributor", scope: "/subscriptions/production/resourceGroups/first" };
  const second = { ...other, target: "first", entitlement: { drawer: "8" } };
  const binding = (spec: object | null) =>
    ({ apiVersion: "curfew/v1", kind: "Binding", tenant: "contoso", name: "second of first", spec }) as never;
  await world.apply([binding(second)]);
  const id = await asked(cabinet);
  await live(id);
  assert.match((await ben.post(`/grants/${id}/secret`, {})).body.detail, /opens several targets/);
  assert.equal((await ada.delete("/configuration/Binding/second%20of%20first")).status < 300, true);
  await becomes(id, "the second to be gone", ({ entitlements }) =>
    entitlements.some(({ state }: { state: string }) => state === "absent"),
  );
  assert.equal((await ben.post(`/grants/${id}/secret`, {})).status, 200);
});

test("standing access whose binding is gone gives no log-in any more, and makes none", async () => {
  const cabinet = await world.cabinet("standing", {}, { standing: true });
  const me = (await ben.get("/me")).body.principal;
  const made = await ada.post("/assignments", {
    scope: cabinet.scope,
    roleDefinitionId: CONTRIBUTOR,
    principalId: me.objectId,
    justification: "always there",
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const { id } = made.body;
  assert.equal((await ben.post(`/grants/${id}/secret`, {})).status, 200);
  await ada.delete("/configuration/Binding/binding%20of%20standing");
  await becomes(id, "it to be gone", ({ entitlements }) => entitlements[0]?.state === "absent");
  const refused = await ben.post(`/grants/${id}/secret`, {});
  assert.equal(refused.body.code, "secret_not_offered");
  assert.deepEqual(drawersIn(cabinet.folder), []);
});

test("a binding that its kind cannot read any more is a fault like another, and not tried for ever", async () => {
  const cabinet = await world.cabinet("unread");
  // As an earlier version of the kind may have left it.
  const tenantId = (await ada.get("/me")).body.principal.tenantId;
  await world.system.deps.store.inTenant(tenantId, async (tx) => {
    await tx.takeTurns([tenantId], []);
    const binding = (await tx.targets.bindings()).find(({ name }) => name === "binding of unread");
    assert.ok(binding);
    await tx.targets.saveBinding({ ...binding, entitlement: { shelf: "7" } });
  });
  const id = await asked(cabinet);
  await failed(id);
  const held = await heldOf(id);
  assert.deepEqual(held.fault, { kind: "permanent", outcomeUnknown: false, triedAgain: false });
  assert.equal(held.attempts, 1);
  assert.equal(callsIn(cabinet.folder).grant, undefined);
});

test("limits: an approver offers nothing that is shorter", async () => {
  const cabinet = await world.cabinet("approved", { minTtlMs: 60_000 });
  await world.apply([
    {
      apiVersion: "curfew/v1",
      kind: "RoleSettings",
      tenant: "contoso",
      name: "rules of approved",
      spec: {
        role: "Contributor",
        scope: "/subscriptions/production/resourceGroups/approved",
        justificationRequired: false,
        minimumDuration: "PT1S",
        approval: { mode: "manual", stages: [{ approvers: ["ada"], required: 1, decideBy: "P1D" }] },
      },
    } as never,
  ]);
  const { body } = await ben.post("/access-requests", cabinet.ask("PT10M"));
  const decide = (duration: string) =>
    ada.post(`/access-requests/${body.id}/decisions`, {
      decision: "approve",
      justification: "less will do",
      terms: { duration },
    });
  const refused = await decide("PT30S");
  assert.equal(refused.body.code, "rules_not_satisfied", JSON.stringify(refused.body));
  assert.match(refused.body.detail, /TargetRule: Cabinet holds access for at least 1 min/);
  assert.ok((await decide("PT5M")).status < 300);
});
