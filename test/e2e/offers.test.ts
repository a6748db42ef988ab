/** A publisher's pages in a real browser: an offer from its package to a catalogue, and what one may do at customers'. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { openPortal, type Person, PHONE, signIn } from "./browser.ts";

const FOLDER = new URL("../fixtures/offer-package/", import.meta.url).pathname;
const FILES = ["createUiDefinition.json", "viewDefinition.json", "mainTemplate.json"];

const { demo, browser } = await openPortal();

test("an administrator uploads a package, mends a fault where it stands, and publishes for one tenant", async () => {
  const fiona = await signIn(browser, demo.ready, "fiona", { to: "/offers" });
  const { page } = fiona;
  await page.getByRole("button", { name: "New offer" }).click();
  await page.getByLabel("Name").fill("Ledger");
  await page.getByText("Documents and the command line call it ledger; that stays.").waitFor();
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("heading", { name: "Ledger", level: 1 }).waitFor();

  await page.getByRole("link", { name: "Package" }).click();
  await page.getByText("There is no package. Consumers deploy it with no questions asked.").waitFor();
  await page.locator("input[type=file]").setInputFiles(FILES.map((name) => `${FOLDER}${name}`));
  await page.getByText("Nothing is wrong with it.").waitFor();
  const form = page.getByRole("region", { name: "The consumer's form" });
  await form.getByRole("heading", { name: "2. Database" }).waitFor();
  await form.getByText("Name of the ledger (required)").waitFor();
  await form.getByText("Small, Medium.").waitFor();

  await page.getByText("viewDefinition", { exact: true }).click();
  await page.getByLabel("viewDefinition.json").waitFor();
  await breakAndMend(fiona);

  await page.getByRole("link", { name: "Technical configuration" }).click();
  const jit = page.getByRole("checkbox", { name: "Offer just-in-time access" });
  assert.equal(await jit.isChecked(), true, "JIT access is what a new offer begins with");
  await jit.uncheck();
  await page
    .getByText("Consumers have no choice: whoever deploys it gives you the roles below permanently.")
    .waitFor();
  await page.getByText("The package does not fit this yet").waitFor();
  await jit.check();
  await page.getByText("The package does not fit this yet").waitFor({ state: "detached" });

  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByText("Say for each authorization which role it is about and who may ask for it.").waitFor();
  await page.getByRole("combobox", { name: "Role" }).click();
  await page.getByRole("option", { name: "Contributor" }).click();
  await choose(fiona, "supp", "support (group)");

  await page.getByRole("link", { name: "Availability" }).click();
  await page.getByRole("radio", { name: "Named tenants" }).check();
  await page.getByRole("combobox", { name: "Tenants" }).fill("contoso");
  await page.keyboard.press("Enter");
  await page.getByText("Publishes version 1. Nobody runs it yet.").waitFor();
  await page.getByRole("button", { name: "Publish" }).click();
  const sheet = page.getByRole("dialog", { name: "Publish Ledger?" });
  await sheet.getByText("It stands in the catalogue of contoso from then.").waitFor();
  await sheet.getByRole("button", { name: "Publish now" }).click();
  await page.getByText("Version 1 is the newest.").waitFor();
  assert.equal(new URL(page.url()).search, "", "it is no new offer any more");

  const carol = await demo.person("carol");
  const [offer] = (await carol.get("/offers")).body.items.filter(
    (one: { name: string }) => one.name === "ledger",
  );
  assert.deepEqual(
    {
      displayName: offer.displayName,
      version: offer.version,
      jitOffered: offer.jitOffered,
      roles: offer.roles.map((role: { name: string }) => role.name),
    },
    { displayName: "Ledger", version: 1, jitOffered: true, roles: ["Contributor"] },
  );
  const { form: asked } = (await carol.get(`/offers/${offer.id}/form`)).body;
  assert.deepEqual(
    asked.steps.map((step: { name: string }) => step.name),
    ["basics", "database", "credentials", "jitConfiguration"],
  );
  assert.deepEqual(fiona.faults, []);
  await fiona.close();
});

test("a changed offer is said to be a new version, and to wait for its customers, before it is published", async () => {
  const fiona = await signIn(browser, demo.ready, "fiona", {
    to: "/offers/orders-platform/technical",
  });
  const { page } = fiona;
  await page.getByText("Version 1 is the newest.").waitFor();
  assert.equal(await page.getByRole("button", { name: "Publish" }).count(), 0, "nothing is changed");
  await choose(fiona, "fra", "Frank Fischer");
  await page.getByText("Contributor for Frank Fischer takes effect when a consumer accepts it.").waitFor();
  await page.getByText("Publishes version 2. Contoso stays on version 1 until it accepts.").waitFor();

  await page.getByRole("link", { name: "Customers" }).click();
  await page.getByRole("heading", { name: "Customers", level: 1 }).waitFor();
  await page.goBack();
  await page.getByText("Your draft is back.").waitFor();
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByRole("button", { name: "Publish now" }).click();
  await page.getByText("Version 2 is the newest.").waitFor();
  await page.getByText("takes effect when a consumer accepts it").waitFor({ state: "detached" });

  await page.getByRole("link", { name: "Properties" }).click();
  const versions = page.getByRole("region", { name: "Versions" });
  await versions.getByText("Newest, no deployment yet").waitFor();
  await versions.getByText("Runs 3 at Contoso").waitFor();
  await page
    .getByRole("region", { name: "Changes" })
    .getByText("Fiona Farrell changed application definition orders-platform: authorizations.")
    .waitFor();
  const name = page.getByLabel("Name", { exact: true });
  await name.fill("Orders and more");
  await page
    .getByText("No new version: how it presents itself and who may deploy it change at once, for everyone.")
    .waitFor();
  await page.getByRole("button", { name: "Discard" }).click();
  assert.equal(await name.inputValue(), "Orders platform");

  const carol = await demo.person("carol");
  const running = (await carol.get("/applications")).body.items.map(
    (one: { offerVersion: number }) => one.offerVersion,
  );
  assert.deepEqual(running, [1, 1, 1], "customers keep what they accepted");
  assert.deepEqual(fiona.faults, []);
  await fiona.close();

  const consumer = await signIn(browser, demo.ready, "carol", { to: "/applications" });
  await consumer.page.getByRole("link", { name: "orders", exact: true }).click();
  await consumer.page
    .getByText("Fabrikam published version 2. This stays on version 1 until you accept another.")
    .waitFor();
  await consumer.page.getByRole("button", { name: "Accept version 2" }).click();
  const accepting = consumer.page.getByRole("dialog", { name: "Accept version 2 for orders?" });
  await accepting.getByText("The roles stay as in version 1: Contributor.").waitFor();
  await accepting.getByRole("button", { name: "Accept", exact: true }).click();
  await consumer.page.getByText("Orders platform of Fabrikam, version 2", { exact: true }).waitFor();
  assert.equal(await consumer.page.getByRole("button", { name: "Accept version 2" }).count(), 0);
  assert.deepEqual(consumer.faults, []);
  await consumer.close();
});

test("what the server refuses is said at its field, and what somebody else published is not written over", async () => {
  const fiona = await signIn(browser, demo.ready, "fiona", { to: "/offers/orders-platform/availability" });
  const { page } = fiona;
  const tenants = page.getByRole("combobox", { name: "Tenants" });
  await tenants.fill("nobody-knows");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Properties" }).click();
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByRole("button", { name: "Publish now" }).click();
  await page.getByText("There is no tenant nobody-knows that you can see.").waitFor();
  assert.equal(new URL(page.url()).pathname, "/offers/orders-platform/availability");
  assert.deepEqual(
    fiona.faults.splice(0).map((fault) => /status of (\d+)/.exec(fault)?.[1]),
    ["400"],
    "the browser notes the refusal, and nothing else",
  );

  const path = "/configuration/ApplicationDefinition/orders-platform";
  const api = await demo.person("fiona");
  const { spec } = (await api.get(path)).body;
  assert.equal((await api.put(path, { spec: { ...spec, displayName: "Orders, theirs" } })).status, 200);
  await page.getByText("Somebody else changed this offer meanwhile").waitFor();
  await page.getByRole("button", { name: "Start again from the current version" }).click();
  await page.getByRole("heading", { name: "Orders, theirs", level: 1 }).waitFor();
  assert.equal(await page.getByText("nobody-knows").count(), 0);
  assert.deepEqual(fiona.faults, []);
  await fiona.close();
});

test("a publisher sees at each customer's what may be asked for, who decides by number, and what came of it", async () => {
  const frank = await signIn(browser, demo.ready, "frank", { to: "/customers" });
  const { page } = frank;
  const rows = page.getByRole("table", { name: "Customers" });
  await rows.getByText("Ask for Contributor, for up to 4 h; Contoso decides").waitFor();
  await rows.getByText("Ask for Contributor, for up to 8 h; approved at once").waitFor();
  await rows.getByText("You hold Contributor permanently: Contoso declined JIT").waitFor();

  await page.getByRole("link", { name: "Contoso orders" }).click();
  await page.getByText("You always hold Reader on orders:", { exact: false }).waitFor();
  await page.getByText("Contoso, 2 approvers", { exact: true }).waitFor();
  assert.equal(
    /Carol|Casey/.test((await page.textContent("body")) ?? ""),
    false,
    "approvers are not named (I11)",
  );
  await page.getByRole("link", { name: "JIT access" }).click();
  const activate = page.getByRole("link", { name: "Activate Contributor on orders" });
  const address = new URL((await activate.getAttribute("href")) ?? "", "http://localhost");
  assert.equal(address.pathname, "/request");
  assert.match(address.searchParams.get("scope") ?? "", /\/applications\/orders$/);
  assert.equal(address.searchParams.get("role"), "b24988ac-6180-42a0-ab88-20f7382dd24c");
  assert.equal(address.searchParams.get("for"), "PT1H");

  await page.getByRole("link", { name: "Request history" }).click();
  const history = page.getByRole("table", { name: "Request history" });
  const asked = history.getByRole("row").filter({ hasText: "order 4402 shipped twice" }).first();
  await asked.getByText("Approved").waitFor();
  assert.match((await asked.getByRole("link").getAttribute("href")) ?? "", /^\/requests\/[0-9a-f-]{36}$/);
  assert.deepEqual(frank.faults, []);
  await frank.close();
});

test("where JIT was declined there is nothing to activate, and the page says why", async () => {
  const fiona = await signIn(browser, demo.ready, "fiona", {
    to: "/customers",
    viewport: PHONE,
    hasTouch: true,
  });
  const { page } = fiona;
  await page.getByRole("link", { name: "Contoso legacy" }).click();
  await page.getByRole("link", { name: "JIT access" }).click();
  await page
    .getByText(
      "Nothing to activate: Contoso declined JIT when deploying, so you hold Contributor permanently.",
      { exact: true },
    )
    .waitFor();
  await page.goto(`/customers/${await idOf("billing")}/jit-access/live`);
  const held = page
    .getByRole("table", { name: "Live now" })
    .getByRole("row")
    .filter({ hasText: "Fiona Farrell" });
  await held.getByText("reconcile this week").waitFor();
  assert.match((await held.getByRole("timer").textContent()) ?? "", /^5 h/);
  await page.goto("/offers/orders-platform/package");
  await page.getByLabel("createUiDefinition.json").waitFor();
  assert.equal(
    await page.evaluate("document.documentElement.scrollWidth"),
    PHONE.width,
    "nothing sticks out",
  );
  assert.deepEqual(fiona.faults, []);
  await fiona.close();
});

/** A comma too many, seen with its place; choosing the fault puts the cursor there. */
async function breakAndMend({ page }: Person): Promise<void> {
  const whole = readFileSync(`${FOLDER}viewDefinition.json`, "utf8");
  const field = page.getByLabel("viewDefinition.json");
  await field.fill(whole.replace('"contentVersion": "0.0.0.1",', '"contentVersion": "0.0.0.1",,'));
  const fault = page.getByRole("button", { name: "viewDefinition.json:3:31" });
  await page.getByText("One fault. Choose it to go there.").waitFor();
  // From another file, as somebody would who had looked elsewhere meanwhile.
  await page.getByText("mainTemplate", { exact: true }).click();
  await page.getByLabel("mainTemplate.json").waitFor();
  await fault.click();
  const cursor = await field.evaluate((area) => {
    const { value, selectionStart } = area as unknown as { value: string; selectionStart: number };
    return [area === area.ownerDocument.activeElement, value.slice(selectionStart - 10, selectionStart + 1)];
  });
  assert.deepEqual(cursor, [true, '"0.0.0.1",,']);
  await field.fill(whole);
  await page.getByText("Nothing is wrong with it.").waitFor();
}

async function choose({ page }: Person, typed: string, option: string): Promise<void> {
  await page.getByRole("combobox", { name: "Who may ask for it" }).fill(typed);
  await page.getByRole("option", { name: option }).click();
  await page.keyboard.press("Escape");
}

async function idOf(name: string): Promise<string> {
  const fiona = await demo.person("fiona");
  return (await fiona.get("/applications")).body.items.find((one: { name: string }) => one.name === name).id;
}
