/** Home by role, a person's page with the lock, and a place's page, in a real browser. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { Page } from "playwright-core";
import { type Api, until } from "../fixtures/program.ts";
import { openPortal, type Person, PHONE, signIn } from "./browser.ts";
import { axe } from "./sweep.ts";

const { demo, browser } = await openPortal();
const PASSWORD = "a password for ada 1";
const { personas, applications, resourceGroups } = demo.ready;
let carol: Person;
let fiona: Person;
let api: Api;

before(async () => {
  api = await demo.person("carol");
  const ada = {
    spec: {
      email: "ada@contoso.example",
      displayName: "Ada Abel",
      rights: ["auditor"],
      password: { value: PASSWORD },
      mustChangePassword: false,
    },
  };
  assert.equal((await api.put("/configuration/User/ada", ada)).status, 200);
  [carol, fiona] = await Promise.all([
    signIn(browser, demo.ready, "carol"),
    signIn(browser, demo.ready, "fiona"),
  ]);
});

const section = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const idOf = (name: string) => personas[name]?.objectId ?? "";
const placePage = (scope = "") => `/places?${new URLSearchParams({ scope })}`;

test("an administrator's Home: live access of everybody, permanent access of others with since when, few calls", async () => {
  const { page } = carol;
  const calls: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/api/v1/") && pathname !== "/api/v1/events") calls.push(pathname);
  });
  await page.goto("/");
  await page.getByRole("link", { name: /^\d+ live now$/ }).waitFor();
  const live = section(page, "Live now");
  await live.getByRole("link", { name: "Fiona Farrell (Fabrikam)" }).waitFor();
  await live
    .getByRole("list", { name: /^\d+ grants? (is|are) live or scheduled\. The next to end: Fiona/ })
    .waitFor();
  const permanent = section(page, "Permanent access of others");
  await permanent.getByText("support (Fabrikam)").waitFor();
  await permanent
    .getByText(/^since /)
    .first()
    .waitFor();
  await permanent.getByText("JIT access was declined when it was deployed").first().waitFor();
  await section(page, "Waiting for you").getByText("two orders were paid twice").waitFor();
  assert.ok(calls.length <= 4, calls.join(" "));
  assert.deepEqual(await axe(page), []);
});

test("an auditor reads the same and may do nothing; an engineer's Home is about their own; a publisher sees customers", async () => {
  const ada = {
    ...demo.ready,
    personas: { ada: { ...personas.carol, email: "ada@contoso.example", password: PASSWORD } },
  };
  const auditor = await signIn(browser, ada as unknown as typeof demo.ready, "ada");
  await section(auditor.page, "Live now").getByText("Fiona Farrell (Fabrikam)").waitFor();
  await auditor.page.goto(`/people/${idOf("colin")}`);
  await section(auditor.page, "Held before").waitFor();
  assert.equal(await auditor.page.getByRole("button", { name: "Lock out now" }).count(), 0);
  await auditor.close();
  const customers = section(fiona.page, "Customers");
  await customers.getByRole("article", { name: "Contoso, billing" }).getByText("1 live now").waitFor();
  await customers
    .getByRole("article", { name: "Contoso, legacy" })
    .getByText("permanent Contributor")
    .waitFor();
  assert.deepEqual(await axe(fiona.page), []);
  const frank = await signIn(browser, demo.ready, "frank", { viewport: PHONE });
  await section(frank.page, "Your requests").waitFor();
  assert.equal(await section(frank.page, "Customers").count(), 0);
  await frank.close();
});

test("a person locked out from their page loses sign-in and access at once, and is let in again", async () => {
  const colin = await signIn(browser, demo.ready, "colin", { to: "/access" });
  const { page } = carol;
  await page.goto(`/people/${idOf("colin")}`);
  await section(page, "Holds now").getByText("Scheduled").waitFor();
  await page.getByRole("button", { name: "Lock out now" }).click();
  const sheet = page.getByRole("dialog", { name: "Lock Colin Clarke out?" });
  const confirm = sheet.getByRole("button", { name: "Lock out now" });
  assert.equal(await confirm.isDisabled(), true, "not without a reason");
  await sheet.getByLabel("Reason").fill("a laptop was stolen");
  await confirm.click();
  await page.getByText(/^Colin Clarke is locked out: 1 grant ended, 0 requests canceled\./).waitFor();
  await page.getByText("“a laptop was stolen”").waitFor();
  await section(page, "Held before").getByText("ended: its holder was locked out").waitFor();
  assert.deepEqual(await axe(page), []);
  await colin.page.goto("/access");
  await colin.page
    .getByRole("link", { name: /Sign in/ })
    .or(colin.page.getByLabel("E-mail"))
    .first()
    .waitFor();
  await colin.close();
  await page.getByRole("button", { name: "Let in again" }).click();
  await page.getByLabel("Reason").fill("it was found");
  await page.getByRole("dialog").getByRole("button", { name: "Let in again" }).click();
  await page.getByText("Colin Clarke may sign in again.").waitFor();
  await page.getByRole("button", { name: "Lock out now" }).waitFor();
});

test("another organisation's person is there as far as they act here, and everything of theirs here ends", async () => {
  const { page } = carol;
  const { objectId, tenantId } = personas.fiona ?? { objectId: "", tenantId: "" };
  await page.goto("/");
  await section(page, "Live now").getByRole("link", { name: "Fiona Farrell (Fabrikam)" }).click();
  await page.waitForURL(new RegExp(`/people/${objectId}\\?tenant=${tenantId}`));
  await section(page, "Waits for a decision").getByText("Contributor on orders").waitFor();
  assert.equal(await page.getByRole("button", { name: "Lock out now" }).count(), 0);
  await page.getByRole("button", { name: "End everything" }).click();
  const sheet = page.getByRole("dialog", { name: "End everything Fiona Farrell holds?" });
  await sheet.getByText("Ends 1 grant and cancels 1 request at your places.").waitFor();
  await sheet.getByLabel("Reason").fill("the contract is over");
  await sheet.getByRole("button", { name: "End everything" }).click();
  await page.getByText("Fiona Farrell: 1 grant ended, 1 request canceled.").waitFor();
  await until(
    async () => (await api.get("/overview")).body.live.count <= 1,
    15_000,
    "nothing of Fiona's to be live",
  );
  await page.goto(`/people/${idOf("frank")}?tenant=${tenantId}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
});

test("a place: who holds, who may ask and who decides; nothing of it for a stranger's eyes", async () => {
  const { page } = carol;
  await page.goto(placePage(applications.orders));
  await section(page, "Who holds access here").getByText("support (Fabrikam)").waitFor();
  const role = page.getByRole("article", { name: "Contributor, Fabrikam" });
  await role.getByText("Carol Castillo or Casey Chen").waitFor();
  assert.deepEqual(await axe(page), []);
  await fiona.page.goto(placePage(applications.orders));
  await fiona.page.getByText("1 of 2 approvers at Contoso").waitFor();
  await fiona.page.goto(placePage(resourceGroups.web));
  await fiona.page.getByText(/Nothing here/).waitFor();
  for (const { faults } of [carol, fiona]) {
    const unexpected = faults.filter((fault) => !/40[134]/.test(fault));
    assert.deepEqual(unexpected, []);
  }
});
