/** What is heard and what leaves: an export made and tended, mail by one's own hours, notifications narrowed down. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { Page } from "playwright-core";
import { type Api, until } from "../fixtures/program.ts";
import { openPortal, type Person, PHONE, signIn } from "./browser.ts";
import { arrive, axe, settle, widthOf } from "./sweep.ts";

const { demo, browser } = await openPortal();
let carol: Person;
let api: Api;

before(async () => {
  carol = await signIn(browser, demo.ready, "carol", { to: "/manage/exports" });
  api = await demo.person("carol");
});

const shown = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
const box = (page: Page, name: string) => page.getByRole("textbox", { name, exact: true });
const choose = async (page: Page, label: string, typed: string | null, option: string) => {
  const field = page.getByRole("combobox", { name: label }).or(box(page, label)).first();
  await field.click();
  if (typed !== null) await field.fill(typed);
  await page.getByRole("option", { name: option, exact: true }).click();
};
const exportNamed = async (name: string) =>
  (await api.get("/exports")).body.items.find((one: { name: string }) => one.name === name);

/** In the window as it is, and on a phone: nothing for axe, nothing wider than the window. */
async function whole(page: Page): Promise<void> {
  const before = page.viewportSize();
  await settle(page);
  assert.deepEqual(await axe(page), []);
  await page.setViewportSize(PHONE);
  await settle(page);
  assert.ok((await widthOf(page)) <= PHONE.width, `${page.url()}: ${await widthOf(page)} px wide on a phone`);
  if (before !== null) await page.setViewportSize(before);
}

test("a webhook is made by its form, and its secret is shown once", async () => {
  const { page } = carol;
  await shown(page, /^Nothing is sent anywhere yet\./);
  await whole(page);
  await page.getByRole("link", { name: "New export" }).click();
  await page.getByRole("heading", { level: 1, name: "New export" }).waitFor();
  await choose(page, "Kind", null, "Webhook");
  await page.getByRole("button", { name: "Make this export" }).click();
  await shown(page, "Give it a name.");
  await box(page, "Name in documents").fill("Security team");
  await box(page, "Address").fill("https://somebody:secret@hooks.contoso.example/curfew");
  await page.getByRole("button", { name: "Make this export" }).click();
  await shown(page, /^An address holds no user name and no password/);
  await whole(page);
  await box(page, "Address").fill("https://hooks.contoso.example/curfew");
  await page.getByRole("button", { name: "Make this export" }).click();
  const secret = await taken(page);
  assert.match(secret, /^whsec_/);
  await page.getByRole("heading", { level: 1, name: "Exports" }).waitFor();
  assert.ok(!(await page.content()).includes(secret));
  const kept = () => page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]));
  assert.ok(!(await kept()).includes(secret), "nothing secret stays in the browser");
});

/** Takes what is shown once. */
async function taken(page: Page): Promise<string> {
  const dialog = page.getByRole("dialog", { name: "Signing secret of security-team" });
  await dialog.getByRole("button", { name: "Show secret" }).click();
  const secret = (await dialog.getByText(/^whsec_/).textContent()) ?? "";
  assert.deepEqual(await axe(page), []);
  await dialog.getByRole("button", { name: "Copy secret" }).click();
  await dialog.getByRole("button", { name: "I have it" }).click();
  await dialog.waitFor({ state: "detached" });
  return secret;
}

test("the list says where it stands and why; it is paused, resumed, and given another secret", async () => {
  const { page } = carol;
  const card = page.getByRole("article", { name: "security-team" });
  await card.getByText("Webhook · hooks.contoso.example").waitFor();
  await card.getByText("Cannot send").waitFor();
  await card.getByText(/does not resolve/).waitFor();
  await whole(page);
  await card.getByRole("button", { name: "Pause" }).click();
  await card.getByText("Paused").waitFor();
  assert.equal((await exportNamed("security-team")).paused, "person");
  await page.reload();
  await card.getByText("Paused").waitFor();
  await card.getByRole("button", { name: "Resume" }).click();
  await card.getByText("Cannot send").waitFor();
  assert.equal((await exportNamed("security-team")).paused, null);
  await card.getByRole("button", { name: "New secret" }).click();
  await page
    .getByRole("dialog", { name: "A new signing secret for security-team?" })
    .getByRole("button", { name: "Make a new secret" })
    .click();
  await shown(page, /The one before is valid beside it for a day\./);
  await taken(page);
});

test("an operator also sees where the installation's own exports stand", async () => {
  const person = await signIn(browser, demo.ready, "carol");
  const { page } = person;
  // Nobody of the demo runs its installation.
  const asOperator = async (address: string) =>
    page.route(address, async (route) => {
      const answer = await route.fetch();
      const body = await answer.json();
      const me = body.me ?? body;
      await route.fulfill({ response: answer, json: withOperator(body, me) });
    });
  await asOperator("**/auth/session");
  await asOperator("**/api/v1/me");
  const at = new Date().toISOString();
  const one = {
    ...{ kind: "syslog", kindLabel: "Syslog", place: "siem.contoso.example:6514", streams: 3, behind: 12 },
    ...{ waitingSince: at, failing: 1, deadLetters: 2, acceptedAt: at },
    ...{ lastError: "`siem.contoso.example` does not answer", lastErrorAt: at },
  };
  await page.route("**/api/v1/installation/exports", (route) => route.fulfill({ json: { items: [one] } }));
  await arrive(page, { path: "/manage/exports", heading: "Exports" });
  const card = page.getByRole("article", { name: "Syslog" });
  await card.getByText("3, of which 1 cannot be sent").waitFor();
  await card.getByText(/^Siem\.contoso\.example does not answer\./i).waitFor();
  await card.getByRole("button", { name: "Send again what was refused" }).waitFor();
  await whole(page);
  await person.close();
});

function withOperator(body: { readonly me?: object }, me: { readonly rights: readonly string[] }): object {
  const operator = { ...me, rights: [...me.rights, "operator"] };
  return body.me === undefined ? operator : { ...body, me: operator };
}

test("quiet hours and a time zone are one's own, and nothing else is said with them", async () => {
  const casey = await signIn(browser, demo.ready, "casey", { to: "/preferences" });
  const { page } = casey;
  const mail = page.getByRole("region", { name: "Mail" });
  await mail.getByText(/^It goes to casey@contoso\.example\./).waitFor();
  await mail.getByLabel("Quiet hours").click();
  await mail.getByLabel("From", { exact: true }).fill("21:30");
  await mail.getByLabel("To", { exact: true }).fill("06:15");
  await choose(page, "Time zone", "Lisb", "Europe/Lisbon");
  await page.reload();
  await mail.getByText("Your draft is back.").waitFor();
  await mail.getByRole("button", { name: "Save", exact: true }).click();
  await shown(page, "Saved.");
  await page.reload();
  await mail.getByLabel("From", { exact: true }).waitFor();
  assert.equal(await mail.getByLabel("From", { exact: true }).inputValue(), "21:30");
  assert.equal(await mail.getByLabel("To", { exact: true }).inputValue(), "06:15");
  assert.equal(await mail.getByLabel("Time zone").first().inputValue(), "Europe/Lisbon");
  const me = await demo.person("casey");
  const { said } = (await me.get("/me/notification-preferences")).body;
  assert.deepEqual(said, { quietHours: { from: "21:30", to: "06:15" }, timeZone: "Europe/Lisbon" });
  await whole(page);
  await mail.getByRole("button", { name: "As the organisation has it" }).click();
  await mail.getByLabel("From", { exact: true }).waitFor({ state: "detached" });
  assert.deepEqual((await me.get("/me/notification-preferences")).body.said, {});
  assert.deepEqual(casey.faults, []);
  await casey.close();
});

test("notifications are narrowed down to what asks for something, and to a kind", async () => {
  const casey = await signIn(browser, demo.ready, "casey", { to: "/notifications" });
  const { page } = casey;
  const me = await demo.person("casey");
  const count = async (query: string) =>
    (await me.get(`/me/notifications?limit=100&${query}`)).body.items.length as number;
  const rows = page.getByRole("table", { name: "Notifications" }).getByRole("row");
  const become = (many: number) =>
    until(
      async () => (await rows.count()) === (many === 0 ? 0 : many + 1),
      10_000,
      `${many} notifications to be listed`,
    );
  const [all, asks] = [await count(""), await count("asks=true")];
  assert.ok(0 < asks && asks < all, `${asks} of ${all} ask for something`);
  await become(all);
  await page.getByText("Asks something of you", { exact: true }).click();
  await page.waitForURL(/show=asks/);
  await become(asks);
  await whole(page);
  await choose(page, "About", "wait", "Requests that wait for you");
  await page.waitForURL(/type=approval_wanted/);
  await become(await count("asks=true&type=approval_wanted"));
  await page.reload();
  await become(await count("asks=true&type=approval_wanted"));
  await page.goto("/notifications?show=asks&type=new_device");
  await shown(page, "There is nothing of this kind.");
  assert.deepEqual(casey.faults, []);
  await casey.close();
});

test("one of the nine rules is changed: approvers hear only what asks for an action", async () => {
  const { page } = carol;
  const where = { role: demo.ready.roles.Contributor ?? "", scope: demo.ready.resourceGroups.web ?? "" };
  await page.goto(`/manage/role-settings/edit?${new URLSearchParams(where)}`);
  await page.getByRole("button", { name: "Set here: Mail" }).click();
  const activated = page.getByRole("group", { name: "When somebody activates the role" });
  await activated.getByLabel("Approvers", { exact: true }).first().click();
  await page.getByRole("option", { name: "Only what asks for an action" }).click();
  const further = activated.getByLabel("Administrators: further addresses").first();
  await further.fill("soc@contoso.example");
  await further.press("Enter");
  await whole(page);
  await page.getByRole("button", { name: "Try and save" }).click();
  await page.getByRole("button", { name: "Save for web" }).click();
  await shown(page, "Saved. The rules hold from now on; what is live keeps its end.");
  const { spec } = (await api.get("/configuration/RoleSettings/contributor on web")).body;
  assert.equal(spec.notifications.activated.approvers.level, "critical");
  assert.deepEqual(spec.notifications.activated.administrators.recipients, ["soc@contoso.example"]);
});

test("an administrator says what every mail begins with, and what people hear unless they choose", async () => {
  const { page } = carol;
  await arrive(page, { path: "/manage/mail", heading: "Mail" });
  await whole(page);
  await box(page, "Beginning of every subject").fill("[Contoso access]");
  await box(page, "Answers go to").fill("nobody");
  await page.getByRole("region", { name: "In every mail" }).getByRole("button", { name: "Save" }).click();
  await shown(page, /^Nobody is no address/);
  await box(page, "Answers go to").fill("help@contoso.example");
  await page.getByRole("region", { name: "In every mail" }).getByRole("button", { name: "Save" }).click();
  await shown(page, "Saved. The next mail is sent so.");
  const settings = (await api.get("/mail-settings")).body;
  assert.deepEqual(
    [settings.subjectPrefix, settings.replyTo],
    ["[Contoso access]", "help@contoso.example"],
    "what is stored",
  );
  const defaults = page.getByRole("region", { name: "What people hear" });
  await defaults.getByLabel("A digest a week").click();
  await defaults.getByRole("button", { name: "Save" }).click();
  await until(
    async () =>
      (await (await demo.person("casey")).get("/me/notification-preferences")).body.inForce.automatic ===
      "weekly",
    10_000,
    "it to hold for everybody",
  );
  await page.getByText("All", { exact: true }).click();
  await page.getByRole("table", { name: "Addresses" }).getByText("casey@contoso.example").waitFor();
  await whole(page);
  assert.deepEqual(
    carol.faults.filter((fault) => !/status of 4\d\d/.test(fault)),
    [],
  );
});

test("an address that was switched off is seen where its owner looks, and switched on where administrators do", async () => {
  const at = new Date().toISOString();
  const off = { at, why: "550 5.1.1 no such user here" };
  const casey = await signIn(browser, demo.ready, "casey");
  await casey.page.route(/\/api\/v1\/people\//, async (route) => {
    const answer = await route.fetch();
    const mail = { state: "switchedOff", addressId: crypto.randomUUID(), switchedOff: off };
    await route.fulfill({ response: answer, json: { ...(await answer.json()), mail } });
  });
  await arrive(casey.page, { path: "/preferences", heading: "Preferences" });
  await shown(casey.page, /^Nothing is mailed there any more/);
  await whole(casey.page);
  await casey.close();
  const { page } = carol;
  const person = { objectId: demo.ready.personas.casey?.objectId, displayName: "Casey Chen" };
  const address = {
    ...{ id: crypto.randomUUID(), address: "casey@contoso.example", person, ruleOf: null, refused: 3 },
    ...{ state: "switchedOff", switchedOffAt: at, switchedOffWhy: off.why, digestsStoppedAt: null },
  };
  const asked: string[] = [];
  await page.route(/\/api\/v1\/mail-addresses\?/, (route) =>
    route.fulfill({ json: { items: asked.length === 0 ? [address] : [], nextCursor: null } }),
  );
  await page.route(/\/switch-on$/, (route) => {
    asked.push(route.request().url());
    return route.fulfill({ json: { ...address, state: "confirmed", switchedOffAt: null } });
  });
  await arrive(page, { path: "/manage/mail", heading: "Mail" });
  await shown(page, /550 5\.1\.1 no such user here/);
  await whole(page);
  await page.getByRole("button", { name: "Send mail to casey@contoso.example again" }).click();
  await shown(page, "Mail goes to every address that was confirmed.");
  assert.equal(asked.length, 1);
});
