/** An administrator's pages: eligibilities, rules and their replay, tiers, people and targets, in a real browser. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { Page } from "playwright-core";
import { type Api, until } from "../fixtures/program.ts";
import { openPortal, type Person, PHONE, signIn } from "./browser.ts";
import { axe } from "./sweep.ts";

const { demo, browser } = await openPortal();
let carol: Person;
let api: Api;
let web: string;
const CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c";

before(async () => {
  carol = await signIn(browser, demo.ready, "carol", { to: "/manage/eligibilities" });
  api = await demo.person("carol");
  web = demo.ready.resourceGroups.web ?? "";
});

const shown = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
const pick = async (page: Page, label: string, typed: string, option: string) => {
  await page.getByLabel(label, { exact: true }).first().fill(typed);
  await page.getByRole("option", { name: option }).click();
};
const settingsOf = (scope: string) =>
  `/manage/role-settings/edit?${new URLSearchParams({ role: CONTRIBUTOR, scope })}`;

test("a group is made eligible until a day, found by the filter, and ended again", async () => {
  const { page } = carol;
  await page.getByRole("link", { name: "Make eligible" }).click();
  await page.getByRole("button", { name: "Make eligible" }).click();
  await shown(page, "Choose who.");
  await pick(page, "Who", "Platform", "Platform approvers (group)");
  await pick(page, "Role", "Read", "Reader");
  await pick(page, "Where", "web", "contoso-production / web");
  await page.getByText("30 d", { exact: true }).click();
  await page.getByLabel("Why").fill("the on-call rota");
  await shown(page, /^Platform approvers may ask for Reader until \d+ \w+/);
  await page.getByRole("button", { name: "Make eligible" }).click();
  await shown(page, "Platform approvers may ask for Reader on web.");
  const { body } = await api.get(`/eligibilities?scope=${web}`);
  const made = body.items.find((one: { roleName: string }) => one.roleName === "Reader");
  assert.equal(made.source.name, "Carol Castillo");
  assert.equal(made.members, 2);
  const lastsMs = Date.parse(made.endsAt) - Date.parse(made.startsAt);
  assert.ok(Math.abs(lastsMs - 30 * 86_400_000) < 60_000, `it lasts ${lastsMs} ms`);
  await pick(page, "Person or group", "Platform", "Platform approvers (group)");
  await page.waitForURL(/principal=/);
  const rows = page.getByRole("table", { name: "Eligibilities" });
  await rows.getByText("Contributor on web").waitFor({ state: "detached" });
  await rows.getByText("group, 2 members").waitFor();
  await rows.getByRole("button", { name: "End Reader on web for Platform approvers" }).click();
  // Told in the same words before and after: first in the dialog, and once it is gone, of what was done.
  const told = "Platform approvers can no longer ask for Reader on web.";
  const sheet = page.getByRole("dialog", { name: "End the eligibility of Platform approvers?" });
  await sheet.getByText(told).waitFor();
  await sheet.getByRole("button", { name: "End eligibility" }).click();
  await sheet.waitFor({ state: "detached" });
  await shown(page, told);
  await shown(page, "Nobody is eligible in this way.");
});

test("ending an eligibility says what is live on it, and that ends too", async () => {
  const { page } = carol;
  const casey = await demo.person("casey");
  const scope = web.split("/").slice(0, 3).join("/");
  const roleDefinitionId = demo.ready.roles.Reader ?? "";
  const principalId = demo.ready.personas.casey?.objectId ?? "";
  assert.equal((await api.post("/eligibilities", { principalId, roleDefinitionId, scope })).status, 201);
  const asked = { scope, roleDefinitionIds: [roleDefinitionId], duration: "PT1H" };
  const { body: request } = await casey.post("/access-requests", asked);
  const grant = async () => (await casey.get(`/grants/${request.grantIds[0]}`)).body;
  await until(async () => (await grant()).liveness === "live", 15_000, "the grant to be live");
  await page.goto(`/manage/eligibilities?principal=${principalId}`);
  await page.getByRole("button", { name: "End Reader on contoso-production for Casey Chen" }).click();
  const ends = page.getByRole("list", { name: "This ends access that is open now:" });
  await ends
    .getByText(/^Casey Chen loses Reader on Contoso\/contoso-production until .*: the right to it is gone\.$/)
    .waitFor();
  assert.equal((await grant()).liveness, "live");
  await page.getByRole("button", { name: "End eligibility" }).click();
  await until(async () => (await grant()).endedBecause === "eligibility_lost", 15_000, "it to end");
});

test("rules say where they come from, and what a lower maximum would have changed before it is saved", async () => {
  const { page } = carol;
  await page.goto("/manage/role-settings");
  const rows = page.getByRole("table", { name: "Role settings" });
  await rows.getByText("the JIT policy of billing").waitFor();
  await rows.getByRole("link", { name: "Contributor on web" }).click();
  const maximum = page.getByRole("group", { name: "Maximum", exact: true });
  await maximum.getByText("1 h · built into tier critical").waitFor();
  const approval = page.getByRole("group", { name: "Approval", exact: true });
  await approval.getByText("platform-approvers within 1 d · from tier critical").waitFor();
  await maximum.getByRole("button", { name: "Set here: Maximum" }).click();
  await maximum.getByLabel("Maximum", { exact: true }).fill("soon");
  await page.getByRole("button", { name: "Try and save" }).click();
  await shown(page, "Write it as 45 min, 1 h 30 min or 30 d.");
  await maximum.getByLabel("Maximum", { exact: true }).fill("45 min");
  await page
    .getByRole("group", { name: "Longest chain of extensions" })
    .getByText("1 h 30 min · twice the maximum")
    .waitFor();
  await page.getByRole("button", { name: "Try and save" }).click();
  const sheet = page.getByRole("dialog", { name: "What would this have changed?" });
  await sheet
    .getByText("8 requests in the last 30 days: 4 as before, 4 would be refused (longer than 45 min).")
    .waitFor();
  const listed = sheet.getByRole("list", { name: "Requests that would have gone another way" });
  await listed
    .getByText(/^Colin Clarke asked for Contributor on web for/)
    .first()
    .waitFor();
  assert.equal(await listed.getByRole("listitem").count(), 4);
  await sheet.getByRole("button", { name: "Save for web" }).click();
  await shown(page, "Saved. The rules hold from now on; what is live keeps its end.");
  const preview = await api.post("/access-requests/preview", {
    scope: web,
    roleDefinitionIds: [CONTRIBUTOR],
    duration: "PT30M",
  });
  assert.equal(preview.body.limits.maximumDuration, "PT45M");
});

test("a condition that is none is told with its line and column", async () => {
  const { page } = carol;
  await page.goto(settingsOf(web));
  await page.getByRole("button", { name: "Set here: Conditions" }).click();
  await page.getByRole("button", { name: "Add a condition" }).click();
  await page.getByLabel("Condition 1").fill("permit (principal, action, resource)\nwhen { oops ;");
  await page.getByRole("button", { name: "Try and save" }).click();
  await page
    .getByRole("group", { name: "Conditions" })
    .getByText(/line 2, column \d+/)
    .waitFor();
});

test("what another administrator saved meanwhile is not overwritten", async () => {
  const { page } = carol;
  await page.goto(settingsOf(web));
  // The condition that was none is kept as a draft, and is not wanted.
  await page.getByText("Your draft is back.").waitFor();
  await page.getByRole("button", { name: "Start afresh" }).click();
  await page.getByText("Your draft is back.").waitFor({ state: "detached" });
  const minimum = page.getByRole("group", { name: "Minimum", exact: true });
  await minimum.getByRole("button", { name: "Set here: Minimum" }).click();
  await minimum.getByLabel("Minimum", { exact: true }).fill("10 min");
  const spec = { role: "Contributor", scope: web, tier: "critical", maximumDuration: "PT15M" };
  assert.equal((await api.put("/configuration/RoleSettings/contributor on web", { spec })).status, 200);
  await page.getByRole("button", { name: "Try and save" }).click();
  await page.getByRole("button", { name: "Save for web" }).click();
  await page.getByRole("dialog").getByRole("alert").waitFor();
  const kept = await api.get("/configuration/RoleSettings/contributor on web");
  assert.equal(kept.body.spec.maximumDuration, "PT15M");
  assert.equal(kept.body.spec.minimumDuration, undefined);
});

test("rules where nothing is set begin as a copy of those above; an application's policy is only read", async () => {
  const { page } = carol;
  const reader = demo.ready.roles.Reader ?? "";
  await page.goto(`/manage/role-settings/edit?${new URLSearchParams({ role: reader, scope: web })}`);
  await shown(page, /^The settings “reader on production” at contoso-production rule here\./);
  await page
    .getByRole("group", { name: "Maximum", exact: true })
    .getByText("1 d · built into tier low")
    .waitFor();
  await page.goto(settingsOf(demo.ready.applications.billing ?? ""));
  await shown(page, /^Whoever asks from the publisher meets the JIT policy of billing alone\./);
  await page
    .getByRole("group", { name: "Maximum", exact: true })
    .getByText("8 h · from the JIT policy of billing")
    .waitFor();
  assert.equal(await page.getByRole("button", { name: "Try and save" }).count(), 0);
  await page.getByRole("link", { name: "application", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "billing" }).waitFor();
});

test("a dialog that is open is a place of its own: its head, its name, what there is to choose from", async () => {
  const { page } = carol;
  await page.goto("/manage/role-settings");
  await page.getByRole("button", { name: "Set rules for a role" }).click();
  const sheet = page.getByRole("dialog", { name: "Rules for which role, where?" });
  await sheet.getByRole("option", { name: "Reader" }).waitFor();
  assert.deepEqual(await axe(page), []);
  await sheet.getByRole("option", { name: "Reader" }).click();
  await sheet.getByRole("button", { name: "Back" }).click();
  await page.keyboard.press("Control+K");
  await page.getByRole("dialog", { name: "Find or do" }).waitFor();
  assert.deepEqual(await axe(page), []);
  await page.keyboard.press("Escape");
});

test("without a target the page says how to add one, on a phone too", async () => {
  const look = { to: "/manage/tiers", viewport: PHONE };
  const phone = await signIn(browser, demo.ready, "carol", look);
  const { page } = phone;
  await page.getByRole("button", { name: "Everything" }).first().click();
  await page.getByRole("dialog", { name: "Everything" }).getByRole("button", { name: "Close" }).waitFor();
  assert.deepEqual(await axe(page), []);
  const none = JSON.stringify({ items: [], nextCursor: null });
  await page.route(/\/api\/v1\/targets\?/, (route) =>
    route.fulfill({ status: 200, contentType: "application/json", body: none }),
  );
  await page.goto("/manage/targets");
  await page.getByText("To add one of PostgreSQL, prepare it as").waitFor();
  await page.getByText("kind: Target").waitFor();
  assert.deepEqual(await axe(page), []);
  await phone.close();
});

test("a tier of one's own is made from the same rules", async () => {
  const { page } = carol;
  await page.goto("/manage/tiers");
  const rows = page.getByRole("table", { name: "Tiers" });
  await rows.getByText("changed by you").waitFor();
  await page.getByRole("button", { name: "New tier" }).click();
  await page.getByLabel("Name", { exact: true }).fill("vaults");
  await page.getByRole("button", { name: "Set its rules" }).click();
  const maximum = page.getByRole("group", { name: "Maximum", exact: true });
  await maximum.getByText("8 h · built into tier standard").waitFor();
  await maximum.getByRole("button", { name: "Set here: Maximum" }).click();
  await maximum.getByLabel("Maximum", { exact: true }).fill("2 h");
  await page.getByRole("button", { name: "Try and save" }).click();
  await shown(page, "0 requests in the last 30 days: nothing to compare.");
  await page.getByRole("button", { name: "Save tier vaults" }).click();
  await shown(page, "Saved. Tier vaults holds from now on.");
  await rows
    .getByRole("row", { name: /vaults/ })
    .getByText("your own")
    .waitFor();
  const { body } = await api.get("/configuration/Tier/vaults");
  assert.deepEqual(body.spec, { maximumDuration: "PT2H", rolesPermitting: [] });
});

test("a group in a group: put in on its page, opened in the tree, and named as the way in", async () => {
  const { page } = carol;
  const leads = { displayName: "Shift leads", members: ["colin"] };
  assert.equal((await api.put("/configuration/Group/shift-leads", { spec: leads })).status, 200);
  await page.goto("/manage/people?kind=group");
  const rows = page.getByRole("table", { name: "People and groups" });
  await rows.getByText("Shift leads").waitFor();
  assert.equal(await rows.getByText("Casey Chen").count(), 0);
  await rows.getByRole("link", { name: "Platform approvers" }).click();
  await page.getByRole("button", { name: "Add a member" }).click();
  await pick(page, "Person, group or workload", "Shift", "Shift leads (group)");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await shown(page, "Shift leads: now in Platform approvers.");
  await page.getByRole("button", { name: "Members of Shift leads" }).click();
  await page.getByRole("link", { name: "Colin Clarke" }).click();
  await page.getByRole("heading", { level: 1, name: "Colin Clarke" }).waitFor();
  const member = page.getByRole("region", { name: "Member of" });
  await member.getByText("through Shift leads").waitFor();
  await member.getByRole("link", { name: "Platform approvers" }).click();
  await page.getByRole("button", { name: "Take Shift leads out" }).click();
  await page.getByRole("button", { name: "Take out", exact: true }).last().click();
  await shown(page, "Shift leads is not in Platform approvers any more.");
  await page.getByRole("link", { name: "Shift leads" }).waitFor({ state: "detached" });
});

test("what a change ends is said before it is saved, and not knowing it is no reason to wait", async () => {
  const { page } = carol;
  const casey = await demo.person("casey");
  const roleDefinitionId = demo.ready.roles.Reader ?? "";
  const objectId = demo.ready.personas.casey?.objectId;
  const shift = { displayName: "Night shift", members: [objectId] };
  assert.equal((await api.put("/configuration/Group/night-shift", { spec: shift })).status, 200);
  const eligible = { principal: "group:night-shift", role: "Reader", scope: web };
  assert.equal((await api.put("/configuration/Eligibility/night", { spec: eligible })).status, 200);
  const asked = { scope: web, roleDefinitionIds: [roleDefinitionId], duration: "PT1H" };
  const { body: request } = await casey.post("/access-requests", asked);
  const grant = async () => (await casey.get(`/grants/${request.grantIds[0]}`)).body;
  await until(async () => (await grant()).liveness === "live", 15_000, "the grant to be live");
  const ends = page.getByRole("list", { name: "This ends access that is open now:" });

  await page.goto(
    `/manage/role-settings/edit?${new URLSearchParams({ role: roleDefinitionId, scope: web })}`,
  );
  await page.getByRole("button", { name: "Set here: Conditions" }).click();
  await page.getByRole("button", { name: "Add a condition" }).click();
  await page.getByLabel("Condition 1").fill("forbid (principal, action, resource);");
  await page.getByRole("button", { name: "Try and save" }).click();
  await ends
    .getByText(/^Casey Chen loses Reader on Contoso\/web until .*: its conditions are no longer met\.$/)
    .waitFor();

  const { body: found } = await api.get("/principals?q=night&kind=group");
  await page.goto(`/manage/people/${found.items[0].objectId}`);
  const unplanned = { code: "invalid_input", title: "Bad request", status: 400, detail: "not today" };
  await page.route(/dryRun=true/, (route) =>
    route.fulfill({ status: 400, contentType: "application/problem+json", body: JSON.stringify(unplanned) }),
  );
  await page.getByRole("button", { name: "Take Casey Chen out" }).click();
  await shown(page, "Whether this ends access that is open now could not be found out: Not today.");
  const sheet = page.getByRole("dialog");
  assert.equal(await sheet.getByRole("button", { name: "Take out" }).isEnabled(), true);
  await page.unroute(/dryRun=true/);
  await sheet.getByRole("button", { name: "Back" }).click();
  await page.getByRole("button", { name: "Take Casey Chen out" }).click();
  await ends
    .getByText(/^Casey Chen loses Reader on Contoso\/web until .*: the right to it is gone\.$/)
    .waitFor();
  assert.equal((await grant()).liveness, "live");
  await sheet.getByRole("button", { name: "Take out" }).click();
  await until(async () => (await grant()).endedBecause === "eligibility_lost", 15_000, "it to end");
});

test("who takes the last approver away says that they know, by a box for each thing", async () => {
  const { page } = carol;
  const last = { displayName: "Last call", members: [demo.ready.personas.casey?.objectId] };
  assert.equal((await api.put("/configuration/Group/last-call", { spec: last })).status, 200);
  const approval = { mode: "manual", stages: [{ approvers: ["last-call"] }] };
  const rules = { role: "Reader", scope: web.replace("/web", "/night"), approval };
  assert.equal((await api.put("/configuration/RoleSettings/night", { spec: rules })).status, 200);
  const { body: found } = await api.get("/principals?q=Last%20call&kind=group");
  await page.goto(`/manage/people/${found.items[0].objectId}`);
  await page.getByRole("button", { name: "Take Casey Chen out" }).click();
  const sheet = page.getByRole("dialog");
  const box = sheet.getByRole("checkbox", { name: "Nobody could approve by RoleSettings night any more." });
  await box.waitFor();
  await sheet.getByRole("button", { name: "Take out" }).click();
  await sheet.getByRole("alert").getByText("This leaves nobody to decide").waitFor();
  await box.check();
  await sheet.getByRole("button", { name: "Take out" }).click();
  await shown(page, "Casey Chen is not in Last call any more.");
});

test("the demo's database is healthy, and says how it holds an end", async () => {
  const { page } = carol;
  await page.goto("/manage/targets");
  const card = page.getByRole("article", { name: "orders-database" });
  await card.getByText("Healthy").waitFor();
  await card.getByText(/^version 18\.\d+ · asked just now$/).waitFor();
  await card.getByText("Curfew may do there what it needs, and no more.").waitFor();
  await card.getByText("PostgreSQL itself refuses new log-ins at the end, at most 2 s late").waitFor();
  await card.getByText("Contributor on orders becomes role orders_writer").waitFor();
});

test("who is no administrator sees no menu of it, and a sentence at its address", async () => {
  const casey = await signIn(browser, demo.ready, "casey", { to: "/manage/targets", viewport: PHONE });
  await casey.page
    .getByText("Only administrators of Contoso manage roles, people and targets here.")
    .waitFor();
  await casey.page.getByRole("button", { name: "Everything" }).first().click();
  await casey.page.getByRole("link", { name: "My access" }).last().waitFor();
  assert.equal(await casey.page.getByRole("link", { name: "Targets" }).count(), 0);
  assert.deepEqual(casey.faults, []);
  await casey.close();
});

test("on a phone the rules fit, and nothing was said in the console all the while", async () => {
  const phone = await signIn(browser, demo.ready, "carol", {
    to: settingsOf(web),
    viewport: PHONE,
    hasTouch: true,
  });
  await phone.page.getByRole("group", { name: "Maximum", exact: true }).waitFor();
  const wide = await phone.page.evaluate<number>("document.documentElement.scrollWidth");
  assert.ok(wide <= PHONE.width, `the page is ${wide} px wide`);
  await phone.page.getByRole("button", { name: "Try and save" }).click();
  await phone.page.getByRole("dialog", { name: "What would this have changed?" }).waitFor();
  assert.deepEqual(phone.faults, []);
  await phone.close();
  // What the server refused on purpose: a condition that is none, a change of what had changed, nobody left to decide.
  const unmeant = carol.faults.filter((fault) => !/status of (400|409|412)/.test(fault));
  assert.deepEqual(unmeant, []);
});
