/** What apply refuses, and that it then stores nothing. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Caller } from "../../src/use-cases/ports.ts";
import {
  type ApplyWorld,
  changed,
  demoWorld,
  must,
  only,
  openApplyWorld,
  readDocuments,
  refusal,
} from "./apply-world.ts";

let world: ApplyWorld;
let carol: Caller;
let fiona: Caller;
const documents = demoWorld();
before(async () => {
  world = await openApplyWorld();
  must(await world.apply(world.operator, documents));
  carol = await world.as("contoso", "carol", ["administrator"]);
  fiona = await world.as("fabrikam", "fiona", ["administrator"]);
});
after(() => world.close());

const group = (name: string, members: string[], tenant = "contoso") => ({
  kind: "Group",
  tenant,
  name,
  spec: { displayName: name, members },
});

async function principals(name: string) {
  return world.deps.store.inTenant(await world.tenantId("contoso"), (tx) => tx.principals.named(name));
}

test("whoever administers nothing is refused, an auditor and the device flow too", async () => {
  const documents = [group("friends", ["casey"])];
  const casey = await world.as("contoso", "casey");
  assert.equal(refusal(await world.apply(casey, documents)).code, "forbidden");
  assert.equal(refusal(await world.apply({ ...casey, rights: ["auditor"] }, documents)).code, "forbidden");
  assert.equal(refusal(await world.apply({ ...carol, limited: true }, documents)).code, "forbidden");
  assert.deepEqual(await principals("friends"), []);
});

test("I12: another tenant does not exist, by its name and in what is visible", async () => {
  const { code, message } = refusal(await world.apply(carol, [group("spies", [], "fabrikam")]));
  assert.equal(code, "not_found");
  const unknown = refusal(await world.apply(carol, [group("spies", [], "nowhere")]));
  assert.equal(message.replace("fabrikam", "x"), unknown.message.replace("nowhere", "x"));
  const linked = changed(only(documents, "User", "colin"), { linkedTo: "fabrikam/frank" });
  assert.match(refusal(await world.apply(carol, [linked])).message, /there is no user `fabrikam\/frank`/);
});

test("a tenant is made by an operator only", async () => {
  const made = { kind: "Tenant", name: "litware", spec: { displayName: "Litware" } };
  assert.equal(refusal(await world.apply(carol, [made])).code, "not_found");
  const closing = { kind: "Tenant", name: "contoso", spec: { displayName: "Contoso", closed: true } };
  assert.equal(refusal(await world.apply(carol, [closing])).code, "forbidden");
});

test("one bad document stores nothing of the others", async () => {
  const bad = { kind: "User", tenant: "contoso", name: "dora", spec: { displayName: "Dora" } };
  const { code, path } = refusal(await world.apply(carol, [group("friends", ["casey"]), bad]));
  assert.deepEqual([code, path], ["invalid_input", "/documents/1/spec/email"]);
  assert.deepEqual(await principals("friends"), []);
});

test("every fault is told at once, each with file, line and path", async () => {
  const yaml = `
kind: Eligibility
tenant: contoso
name: broken
spec: {principal: nobody, role: Emperor, scope: /subscriptions/none/resourceGroups/web}
---
kind: Group
tenant: contoso
name: hollow
spec: {displayName: Hollow, members: [ghost]}
`;
  const { message, path } = refusal(await world.apply(carol, readDocuments("contoso.yaml", yaml)));
  assert.equal(path, "contoso.yaml:7:/spec/members/0");
  assert.match(message, /^4 faults/);
  assert.match(
    message,
    /contoso\.yaml:2:\/spec\/principal: there is no user or group or service principal `nobody`/,
  );
  assert.match(message, /contoso\.yaml:2:\/spec\/role: there is no role `Emperor`/);
  assert.match(message, /contoso\.yaml:2:\/spec\/scope: there is no subscription `none`/);
});

test("unknown fields, kinds and spellings of durations are refused with their path", async () => {
  const settings = only(documents, "RoleSettings", "contributor on web");
  const cases: [object, string][] = [
    [changed(settings, { maximumDurationn: "PT1H" }), "/spec/maximumDurationn"],
    [changed(settings, { maximumDuration: "P1M" }), "/spec/maximumDuration"],
    [changed(settings, { maximumDuration: "PT1,5H" }), "/spec/maximumDuration"],
    [changed(settings, { maximumDuration: "PT0.5H" }), "/spec/maximumDuration"],
    [changed(settings, { timeZone: "Berlin" }), "/spec/timeZone"],
    [changed(settings, { maximumDuration: 3600 }), "/spec/maximumDuration"],
    [changed(settings, { ticket: { required: true, patterns: ["(a+)+"] } }), "/spec/ticket/patterns/0"],
    [changed(settings, { conditions: ["permit everything"] }), "/spec/conditions/0"],
    [{ ...settings, kind: "Settings" }, "/kind"],
    [{ ...settings, colour: "red" }, "/colour"],
    [{ ...settings, name: "x".repeat(200) }, "/name"],
    [{ ...settings, name: "a/b" }, "/name"],
    [{ ...settings, id: "not-a-guid" }, "/id"],
  ];
  for (const [document, pointer] of cases) {
    const { source: _, ...bare } = document as (typeof documents)[number];
    const { code, path } = refusal(await world.apply(carol, [bare]));
    assert.deepEqual([code, path], ["invalid_input", `/documents/0${pointer}`]);
  }
});

test("a secret by reference is the command line's to resolve", async () => {
  const user = changed(only(documents, "User", "casey"), { password: { fromEnv: "CASEY" } });
  assert.match(refusal(await world.apply(carol, [user])).message, /resolved by `curfew apply` where it runs/);
  const clear = changed(only(documents, "User", "casey"), { password: "correct horse battery" });
  assert.match(refusal(await world.apply(carol, [clear])).message, /by reference/);
});

test("groups hold each other in no circle, whatever the order of the documents", async () => {
  const circle = [group("a", ["b"]), group("b", ["c"]), group("c", ["a"])];
  const { code, message } = refusal(await world.apply(carol, circle));
  assert.equal(code, "invalid_input");
  assert.match(message, /in a circle: (a > b > c > a|b > c > a > b|c > a > b > c);/);
  assert.match(refusal(await world.apply(carol, [group("self", ["self"])])).message, /self > self/);
  must(await world.apply(carol, [group("outer", ["inner"]), group("inner", ["colin"])], { dryRun: true }));
});

test("two documents of one name are refused, whatever its case", async () => {
  const { message } = refusal(await world.apply(carol, [group("twins", []), group("Twins", [])]));
  assert.match(message, /described twice/);
});

test("a name that two principals share is told apart by its kind", async () => {
  const namesake = group("casey", ["colin"]);
  const using = group("users", ["casey"]);
  assert.match(
    refusal(await world.apply(carol, [namesake, using])).message,
    /write `group:casey` or `user:casey`/,
  );
  must(await world.apply(carol, [namesake, group("users", ["user:casey", "group:casey"])], { dryRun: true }));
});

test("no tenant administrator makes, changes or becomes an operator", async () => {
  const colin = only(documents, "User", "colin");
  const raised = refusal(await world.apply(carol, [changed(colin, { rights: ["operator"] })]));
  assert.deepEqual([raised.code, raised.message], ["forbidden", "only an operator makes an operator"]);
  must(await world.apply(world.operator, [changed(colin, { rights: ["operator"] })]));
  const password = { value: "a new password for colin" };
  const taken = await world.apply(carol, [changed(colin, { rights: ["operator"], password })]);
  assert.equal(refusal(taken).code, "forbidden");
  must(await world.apply(world.operator, [colin]));
});

test("the last administrator keeps the right", async () => {
  const without = changed(only(documents, "User", "carol"), { rights: [] });
  assert.equal(refusal(await world.apply(carol, [without])).code, "last_administrator");
  const casey = changed(only(documents, "User", "casey"), { rights: ["administrator"] });
  must(await world.apply(carol, [without, casey], { dryRun: true }));
});

test("the operator's right is not taken from oneself", async () => {
  const self = {
    kind: "User",
    tenant: "operations",
    name: "olga",
    spec: { email: "olga@operations.example", displayName: "Olga" },
  };
  assert.equal(refusal(await world.apply(world.operator, [self])).code, "last_administrator");
});

test("I9: JIT access is never switched on or off after deployment", async () => {
  const orders = changed(only(documents, "Application", "orders"), {
    jit: { enabled: false, acknowledgePermanentAccess: "orders" },
  });
  assert.equal(refusal(await world.apply(carol, [orders])).code, "jit_access_is_fixed");
  const legacy = changed(only(documents, "Application", "legacy"), { jit: {} });
  assert.equal(refusal(await world.apply(world.operator, [legacy])).code, "jit_access_is_fixed");
});

test("I9: what makes an application the one it is stays as deployed", async () => {
  const moved = changed(only(documents, "Application", "orders"), { managedResourceGroup: "elsewhere" });
  const { code, path } = refusal(await world.apply(carol, [moved]));
  assert.equal(code, "invalid_input");
  assert.match(path ?? "", /managedResourceGroup$/);
});

test("declining JIT access is acknowledged by the application's name", async () => {
  const fresh = {
    ...only(documents, "Application", "legacy"),
    name: "archive",
  };
  const spec = { managedResourceGroup: "archive-managed" };
  for (const jit of [{ enabled: false }, { enabled: false, acknowledgePermanentAccess: "legacy" }]) {
    const outcome = await world.apply(carol, [changed(fresh, { ...spec, jit })]);
    assert.equal(refusal(outcome).code, "acknowledgement_required");
  }
  const jit = { enabled: false, acknowledgePermanentAccess: "archive" };
  const [change] = must(await world.apply(carol, [changed(fresh, { ...spec, jit })], { dryRun: true }));
  assert.match(change?.note ?? "", /Fabrikam holds Contributor permanently/);
});

test("manual approval that reaches nobody is refused when it is saved", async () => {
  const orders = only(documents, "Application", "orders");
  const empty = group("empty", []);
  const nobody = changed(orders, { owners: [], jit: { mode: "manual", approvers: ["empty"] } });
  assert.equal(refusal(await world.apply(carol, [empty, nobody])).code, "no_eligible_approver");
  const owned = changed(orders, { jit: { mode: "manual", approvers: ["empty"] } });
  must(await world.apply(carol, [empty, owned], { dryRun: true }));
  const many = changed(orders, { jit: { mode: "manual", approvers: ["platform-approvers"], required: 3 } });
  assert.match(refusal(await world.apply(carol, [many])).message, /3 must approve and only 2 could/);
  const settings = changed(only(documents, "RoleSettings", "contributor on web"), {
    approval: { mode: "manual", stages: [{ approvers: ["empty"] }] },
  });
  assert.equal(refusal(await world.apply(carol, [empty, settings])).code, "no_eligible_approver");
});

test("a workload is no approver", async () => {
  const robot = {
    kind: "ServicePrincipal",
    tenant: "contoso",
    name: "robot",
    spec: { displayName: "Robot" },
  };
  const orders = changed(only(documents, "Application", "orders"), {
    jit: { mode: "manual", approvers: ["robot"] },
  });
  assert.match(
    refusal(await world.apply(carol, [robot, orders])).message,
    /there is no user or group `robot`/,
  );
});

test("an offer that is not made to a tenant does not exist for it", async () => {
  const hidden = changed(only(documents, "ApplicationDefinition", "orders-platform"), {
    visibility: "nobody",
  });
  must(await world.apply(fiona, [hidden]));
  const another = {
    ...changed(only(documents, "Application", "billing"), { managedResourceGroup: "more" }),
    name: "more",
  };
  const { message } = refusal(await world.apply(carol, [another]));
  assert.match(message, /there is no offer `orders-platform` of `fabrikam` that you can see/);
  // What runs already is not disturbed.
  assert.equal(
    must(await world.apply(carol, [only(documents, "Application", "billing")]))[0]?.action,
    "unchanged",
  );
  must(await world.apply(fiona, [only(documents, "ApplicationDefinition", "orders-platform")]));
});

test("two applications do not share a place", async () => {
  const double = { ...only(documents, "Application", "billing"), name: "double" };
  assert.match(refusal(await world.apply(carol, [double])).message, /overlap with the application `billing`/);
});

test("an eligibility ends by when its settings say", async () => {
  const eligibility = only(documents, "Eligibility", "colin reads production");
  const never = refusal(await world.apply(carol, [changed(eligibility, { endsAt: null })]));
  assert.match(String(never.path), /\/spec\/endsAt$/);
  assert.match(never.message, /ExpirationRule: it needs an end, at most 365 d after its start/);
  const settings = changed(only(documents, "RoleSettings", "reader on production"), {
    maximumEligibility: null,
  });
  must(await world.apply(carol, [settings, changed(eligibility, { endsAt: null })], { dryRun: true }));
});

test("settings that contradict themselves are refused", async () => {
  const settings = only(documents, "RoleSettings", "reader on production");
  const cases = [
    { minimumDuration: "PT2H", maximumDuration: "PT1H" },
    { maximumDuration: "PT8H", maximumTotal: "PT1H" },
  ];
  for (const spec of cases) {
    assert.equal(refusal(await world.apply(carol, [changed(settings, spec)])).code, "invalid_input");
  }
  const onApplication = changed({ ...settings, name: "on orders" }, { scope: "orders" });
  assert.match(
    refusal(await world.apply(carol, [onApplication])).message,
    /the JIT policy of `orders` rules there/,
  );
  const twin = { ...settings, name: "reader on production again" };
  assert.equal(refusal(await world.apply(carol, [twin])).code, "name_taken");
});

test("a target says what is wrong with it, and takes its secrets apart", async () => {
  const target = only(documents, "Target", "orders-database");
  const config = { host: "localhost", database: "orders", user: "curfew_manager" };
  const inClear = changed(target, { config: { ...config, password: "x" } });
  assert.match(refusal(await world.apply(carol, [inClear])).message, /is a secret: put it under `secrets`/);
  const wrong = changed(target, { config: { ...config, port: 99_999 } });
  assert.match(refusal(await world.apply(carol, [wrong])).path ?? "", /\/spec\/config\/port$/);
  const kindless = changed(target, { kind: "oracle" });
  assert.match(refusal(await world.apply(carol, [kindless])).message, /known are postgres/);
  const binding = changed(only(documents, "Binding", "orders readers"), { entitlement: { rôle: "x" } });
  assert.match(refusal(await world.apply(carol, [binding])).path ?? "", /\/spec\/entitlement/);
});

test("an id once given is never given again, nor changed", async () => {
  const [casey] = await principals("casey");
  const id = casey?.objectId ?? "";
  const copied = refusal(await world.apply(carol, [{ ...group("copy", []), id }]));
  assert.match(copied.message, /not from this one; leave it out/);
  const other = "6f1c1d2e-0000-4000-8000-000000000000";
  assert.match(
    refusal(await world.apply(carol, [{ ...only(documents, "User", "casey"), id: other }])).message,
    /ids never change/,
  );
});

const named = (email: string) => ({
  kind: "User",
  name: "namesake",
  spec: { email, displayName: "F", password: { value: "correct horse battery" } },
});

test("an e-mail address belongs to one person of a tenant, and one of another tenant takes nothing from it", async () => {
  for (const email of ["Frank@fabrikam.example", "nobody@fabrikam.example"]) {
    const [told] = must(await world.apply(carol, [named(email)], { dryRun: true }));
    assert.deepEqual([told?.action, told?.note], ["create", undefined], email);
  }
  must(await world.apply(carol, [named("newceo@fabrikam.example")]));
  must(await world.apply(fiona, [named("NewCEO@fabrikam.example")]));
  const { code, message } = refusal(await world.apply(carol, [named("carol@contoso.example")]));
  assert.deepEqual(
    [code, message],
    [
      "name_taken",
      "`carol@contoso.example` belongs to the user `carol`; give this document that name if they are meant, another address if not",
    ],
    "one's own tenant's people are no secret",
  );
  const short = changed(only(documents, "User", "casey"), { password: { value: "short" } });
  assert.match(refusal(await world.apply(carol, [short])).message, /too short/);
});

test("nobody closes the tenant they belong to", async () => {
  const own = { kind: "Tenant", name: "operations", spec: { displayName: "Operations", closed: true } };
  assert.match(refusal(await world.apply(world.operator, [own])).message, /you belong to/);
});

test("a closed tenant is closed for good", async () => {
  const litware = { kind: "Tenant", name: "litware", spec: { displayName: "Litware" } };
  must(await world.apply(world.operator, [litware]));
  must(await world.apply(world.operator, [changed(litware, { closed: true })]));
  assert.match(refusal(await world.apply(world.operator, [litware])).message, /stays closed/);
  const late = group("late", [], "litware");
  assert.match(refusal(await world.apply(world.operator, [late])).message, /is closed/);
});
