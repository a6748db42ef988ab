/** The consumer's side in a browser: deploying with JIT access and without, changing its terms, and reading them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import type { Page } from "playwright-core";
import type { Api } from "../fixtures/program.ts";
import { openPortal, type Person, PHONE, signIn } from "./browser.ts";

const FORM = new URL("../fixtures/offer-package/createUiDefinition.json", import.meta.url);

const { demo, browser } = await openPortal();
let carol: Api;

before(async () => {
  carol = await demo.person("carol");
  const publisher = await demo.person("fiona");
  const common = {
    authorizations: [{ principal: "support", role: "Contributor" }],
    visibility: { tenants: ["contoso"] },
  };
  const offers = {
    ledger: { displayName: "Ledger", package: { createUiDefinition: readFileSync(FORM, "utf8") } },
    reports: { displayName: "Reports", jitOffered: false },
  };
  for (const [name, spec] of Object.entries(offers)) {
    const answer = await publisher.put(`/configuration/ApplicationDefinition/${name}`, {
      spec: { ...common, ...spec },
    });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
  }
});

interface Application {
  readonly id: string;
  readonly name: string;
  readonly jitEnabled: boolean;
  readonly jitPolicy: { mode: string; maximumDuration: string; approvers: { names: string[] } } | null;
}

async function application(name: string): Promise<Application> {
  const { body } = await carol.get("/applications");
  const found = (body.items as Application[]).find((one) => one.name === name);
  assert.ok(found, `there is an application ${name}`);
  return found;
}

const next = (page: Page) => page.getByRole("button", { name: "Next" }).click();
const step = (page: Page, name: string) =>
  page.getByRole("heading", { level: 2, name, exact: true }).waitFor();

async function create(offer: string, options: Parameters<typeof signIn>[3] = {}): Promise<Person> {
  const person = await signIn(browser, demo.ready, "carol", { ...options, to: "/catalogue" });
  await person.page.getByRole("link", { name: `Create ${offer}` }).click();
  await step(person.page, "Basics");
  return person;
}

async function deployed(page: Page, name: string, toast: string): Promise<void> {
  await page.getByRole("button", { name: `Create ${name}` }).click();
  await page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
  await page.getByText(toast).waitFor();
  assert.ok(page.url().endsWith(`/applications/${(await application(name)).id}`));
}

test("an offer's form is filled in step by step, its demands told once one tries to go on, and JIT access customised", async () => {
  const { page, faults, close } = await create("Ledger");
  await page.getByLabel("Name of the ledger").fill("no spaces please");
  assert.equal(
    await page.getByText("3 to 20 letters and digits.").count(),
    0,
    "never red before it was tried",
  );
  await next(page);
  await page.getByText("A name is needed.").waitFor();
  await page.getByText("3 to 20 letters and digits.").waitFor();
  await page.getByLabel("Application name").fill("shop");
  assert.equal(await page.getByLabel("Managed resource group").inputValue(), "shop-managed");
  await page.getByLabel("Name of the ledger").fill("Ledger1");
  await next(page);
  await step(page, "Database");
  await page.getByText("Azure's portal would list what may be chosen. Type the value.").waitFor();
  await next(page);
  await step(page, "Credentials");
  await page.getByLabel(/^Password( \*)?$/).fill("a-long-password");
  await page.getByLabel("Password, once more").fill("another-password");
  await next(page);
  await page.getByText("The two passwords are not the same.").waitFor();
  await page.getByLabel("Password, once more").fill("a-long-password");
  await page.getByRole("button", { name: "Back" }).click();
  await step(page, "Database");
  await page.getByRole("button", { name: "Back" }).click();
  await step(page, "Basics");
  assert.equal(await page.getByLabel("Name of the ledger").inputValue(), "Ledger1", "kept when going back");
  await next(page);
  await step(page, "Database");
  await next(page);
  await step(page, "Credentials");
  await next(page);

  await step(page, "JIT configuration");
  await page.getByText("Automatic approval · up to 8 hours · no approvers").waitFor();
  await page.getByRole("button", { name: "Customize" }).click();
  await page.getByRole("radio", { name: "Manual" }).check();
  await page.getByLabel("Maximum duration").fill("4 h");
  await page.getByRole("combobox", { name: "Approvers" }).fill("platform");
  await page.getByRole("option", { name: "Platform approvers (group)" }).click();
  await page.getByText("Manual approval · up to 4 hours · Platform approvers").waitFor();
  await next(page);

  await step(page, "Review and create");
  await page
    .getByText(
      "Yes. Fabrikam can always look, and asks for Contributor for up to 4 hours, decided by Platform approvers.",
    )
    .waitFor();
  await page.getByText("Kept secret").first().waitFor();
  assert.equal(await page.getByText("a-long-password").count(), 0);
  await deployed(
    page,
    "shop",
    "shop is deployed. Fabrikam can look at it any time, and asks each time for Contributor.",
  );
  const { jitEnabled, jitPolicy } = await application("shop");
  assert.deepEqual(
    [jitEnabled, jitPolicy?.mode, jitPolicy?.maximumDuration, jitPolicy?.approvers.names.sort()],
    [true, "manual", "PT4H", ["Carol Castillo", "Casey Chen"]],
  );
  assert.deepEqual(faults, []);
  await close();
});

test("declining JIT access says what it means for good, and takes the name, on a phone as well", async () => {
  const { page, faults, close } = await create("Orders platform", { viewport: PHONE, hasTouch: true });
  await page.getByLabel("Application name").fill("archive");
  await next(page);
  await step(page, "Database");
  await next(page);
  await step(page, "JIT access");
  await page.getByRole("radio", { name: "No", exact: true }).check();
  await page
    .getByText(
      "If you choose No, Fabrikam gets Contributor on everything in archive-managed now and for as long as this application exists. Nobody will be asked and nothing will end it. You cannot switch JIT on later; you would have to delete and deploy again. Type archive to choose permanent access.",
      { exact: true },
    )
    .waitFor();
  const typed = page.getByLabel("Type archive to choose permanent access");
  await typed.fill("Archive");
  await next(page);
  await page.getByText("Type archive as it is written, or choose JIT access.").waitFor();
  assert.equal(await page.locator(":focus").inputValue(), "Archive", "one is put at what is wrong");
  await typed.fill("archive");
  await next(page);
  await step(page, "Review and create");
  await page
    .getByText(
      "No. Fabrikam gets Contributor on everything in archive-managed for as long as archive exists.",
    )
    .waitFor();
  assert.ok(Number(await page.evaluate("document.documentElement.scrollWidth")) <= PHONE.width);
  await deployed(page, "archive", "archive is deployed. Fabrikam holds Contributor permanently.");
  const made = await application("archive");
  assert.deepEqual([made.jitEnabled, made.jitPolicy], [false, null]);

  await page.goto(`/applications/${made.id}/standing`);
  await page
    .getByText(
      "Fabrikam holds Contributor on everything in archive-managed for as long as this application exists. Nobody is asked and nothing ends it.",
    )
    .waitFor();
  await page.getByText("support (Fabrikam, a group)").waitFor();
  await page.getByText("by Carol Castillo").waitFor();
  assert.deepEqual(faults, []);
  await close();
});

test("an offer without JIT access is said to be one, and what the server finds stands at its field", async () => {
  const { page, faults, close } = await create("Reports");
  await page.getByLabel("Application name").fill("orders");
  await next(page);
  await page.getByText("There is an application orders already; take another name.").waitFor();
  await page.getByLabel("Application name").fill("reports");
  await page.getByLabel("Managed resource group").fill("orders-managed");
  await next(page);
  await step(page, "Publisher's access");
  await page
    .getByText(
      "Fabrikam does not offer JIT for this application. Deploying gives it permanent Contributor.",
      { exact: true },
    )
    .waitFor();
  await page.getByLabel("Type reports to choose permanent access").fill("reports");
  await next(page);
  await step(page, "Review and create");
  const overlap = "It would overlap with the application orders; give each its own resource groups.";
  await page.getByText(overlap).waitFor();
  assert.equal(await page.getByRole("button", { name: "Create reports" }).isDisabled(), true);
  await page.getByRole("button", { name: "Go to Basics" }).click();
  await step(page, "Basics");
  await page.getByText(overlap).waitFor();
  await page.getByLabel("Managed resource group").fill("reports-managed");
  assert.equal(await page.getByText(overlap).count(), 0);
  await next(page);
  await next(page);
  await deployed(page, "reports", "reports is deployed. Fabrikam holds Contributor permanently.");
  assert.equal((await application("reports")).jitEnabled, false);
  // A dry run that was refused is an answer that the console notes.
  assert.deepEqual(
    faults.filter((fault) => !/\/api\/v1\/configuration\)$/.test(fault)),
    [],
  );
  await close();
});

test("the terms are changed by an administrator over the version they saw, and it stands who changed what", async () => {
  const { id } = await application("billing");
  const { page, faults, close } = await signIn(browser, demo.ready, "carol", {
    to: `/applications/${id}/jit-configuration`,
  });
  const save = page.getByRole("button", { name: "Save terms" });
  await page.getByRole("radio", { name: "Manual" }).check();
  await page.getByLabel("Maximum duration").fill("soon");
  await save.click();
  await page.getByText("Write a duration, such as 45 min, 4 h or 1 d.").waitFor();
  await page.getByLabel("Maximum duration").fill("2 h");
  await page.getByRole("combobox", { name: "Approvers" }).fill("casey");
  await page.getByRole("option", { name: "Casey Chen" }).click();
  await save.click();
  await page
    .getByText("Saved. These terms count for what Fabrikam asks for on billing from now on.")
    .waitFor();
  const history = page.getByRole("list", { name: "What was changed" }).getByRole("listitem");
  const latest = history.filter({ hasText: "Maximum duration: 2 h, before 8 h" });
  await latest.getByText("Approval: manual, before automatic").waitFor();
  await latest.getByText("Approvers: Casey Chen, before nobody").waitFor();
  await latest.getByText("Carol Castillo", { exact: false }).first().waitFor();
  await page.getByText("Asks each time, for up to 2 h; 1 approver decides", { exact: true }).waitFor();

  // Somebody else is faster: what was begun is kept, and is not saved over theirs.
  await page.getByLabel("Maximum duration").fill("3 h");
  const { body } = await carol.get(`/applications/${id}`);
  await carol.put(`/applications/${id}/jit-policy`, { ...body.own.policy, justificationRequired: true });
  await page.getByText("Somebody else changed the terms meanwhile").waitFor();
  assert.equal(await page.getByLabel("Maximum duration").inputValue(), "3 h");
  await page.getByRole("button", { name: "Start again from the current version" }).click();
  await page.getByRole("switch", { name: "Justification required", checked: true }).waitFor();
  assert.equal(await page.getByLabel("Maximum duration").inputValue(), "2 h");
  assert.equal((await application("billing")).jitPolicy?.maximumDuration, "PT2H");
  assert.deepEqual(faults, []);
  await close();
});

test("an approver sees the applications she decides about, reads their terms, and is sent to decide", async () => {
  const { id } = await application("orders");
  const { page, faults, close } = await signIn(browser, demo.ready, "casey", { to: "/applications" });
  const table = page.getByRole("table", { name: "Applications" });
  await table.getByText("Asks each time, for up to 4 h; 2 approvers decide").first().waitFor();
  assert.equal(await table.getByText("legacy").count(), 0, "she has no part in it");
  await table.getByRole("link", { name: "orders" }).click();
  await page
    .getByText(
      "Fabrikam can always look at orders and change nothing. To do more, its people ask for Contributor each time, for 4 h at most; Carol Castillo or Casey Chen decides.",
    )
    .waitFor();
  await page.getByRole("link", { name: "JIT configuration" }).click();
  await page.getByText("Changed by Carol Castillo and by Contoso's administrators.").waitFor();
  assert.equal(await page.getByRole("button", { name: "Save terms" }).count(), 0);
  await page.getByRole("link", { name: "JIT access" }).click();
  const waiting = page.getByRole("table", { name: "Requests to decide" });
  await waiting.getByRole("link").first().click();
  await page.waitForURL(/\/approvals\/[0-9a-f-]{36}$/);
  await page.goto(`/applications/${id}/jit-access/history`);
  await page.getByRole("table", { name: "Request history" }).getByText("Approved").first().waitFor();
  await page.goto("/catalogue");
  await page.getByRole("heading", { name: "Catalogue" }).waitFor();
  assert.deepEqual(faults, []);
  await page.goto(`/applications/${(await application("legacy")).id}`);
  await page.getByText("Nothing here that casey@contoso.example may see.").waitFor();
  await close();
});
