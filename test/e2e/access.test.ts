/** What people hold, asked for and were told, and the log of it all: in a real browser, with the demo's people. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import type { Locator } from "playwright-core";
import { type Api, until } from "../fixtures/program.ts";
import { openPortal, type Person, PHONE, signIn } from "./browser.ts";

const CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c";

const { demo, browser } = await openPortal();
let frank: Api;
let casey: Api;
let carol: Api;

before(async () => {
  [frank, casey, carol] = await Promise.all(
    ["frank", "casey", "carol"].map((name) => demo.person(name)) as [
      Promise<Api>,
      Promise<Api>,
      Promise<Api>,
    ],
  );
});

async function ask(who: Api, place: string, body: object) {
  const { body: eligible } = await who.get("/me/eligibilities");
  const { scope } = eligible.items.find((one: { scopeName: string }) => one.scopeName === place);
  const answer = await who.post("/access-requests", { scope, roleDefinitionIds: [CONTRIBUTOR], ...body });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}

async function grantOf(requestId: string, who: Api = frank) {
  const { body } = await who.get(`/grants?requestId=${requestId}`);
  return body.items[0];
}

/** Opened once, and told by both tests that look at it. */
let orders: Promise<{ requestId: string; grantId: string }> | null = null;
function ordersOpened() {
  orders ??= (async () => {
    const { id } = await ask(frank, "orders", { duration: "PT30M", justification: "fix order 4711" });
    const decision = {
      decision: "approve",
      justification: "one row is enough",
      terms: { duration: "PT20M" },
    };
    assert.equal((await casey.post(`/access-requests/${id}/decisions`, decision)).status, 200);
    await until(async () => (await grantOf(id))?.liveness === "live", 20_000, "the target to open it");
    return { requestId: id, grantId: (await grantOf(id)).id };
  })();
  return orders;
}

const texts = async (items: Locator) => (await items.allInnerTexts()).map((text) => text.split("\n")[0]);
const noFaults = ({ faults }: Person) => assert.deepEqual(faults, []);

test("a live grant counts down, is extended by the rules it shows, and ends at once", async () => {
  const { id } = await ask(frank, "billing", { duration: "PT30M", justification: "look at invoices" });
  await until(async () => (await grantOf(id))?.liveness === "live", 20_000, "it to be live");
  const person = await signIn(browser, demo.ready, "frank", { to: "/access" });
  const { page } = person;
  const card = page.getByRole("article", { name: "Contributor on billing" });
  await card.getByText("Not enforced by a target: anyone who asks Curfew hears no from then.").waitFor();
  assert.match((await card.getByRole("timer").textContent()) ?? "", /^(30 min|29 min \d+ s)$/);

  const standing = page.getByRole("region", { name: "Standing access" });
  await standing.getByText("Nobody asked for this and it has no end.").waitFor();
  assert.deepEqual(
    (await standing.getByRole("article").evaluateAll((all) => all.map((one) => one.ariaLabel))).sort(),
    ["Contributor on legacy", "Reader on billing", "Reader on orders"],
  );

  await card.getByRole("button", { name: "Extend" }).click();
  const more = page.getByRole("dialog", { name: "Ask for more time" });
  await more.getByLabel("Extend by").fill("1 h 30 min");
  await more.getByLabel("Why you need longer").fill("the import is still running");
  await more.getByText(/\d\d:\d\d:\d\d → \d\d:\d\d:\d\d\. Nobody has to decide\./).waitFor();
  await more.getByText("Every rule is met.").waitFor();
  await more.getByRole("button", { name: "Ask for it" }).click();
  await page.getByText("Extended.", { exact: true }).waitFor();
  await card
    .getByRole("timer")
    .getByText(/^(2 h|1 h 59 min)$/)
    .waitFor();

  await card.getByRole("button", { name: "Hand back" }).click();
  const end = page.getByRole("dialog", { name: "Hand it back now?" });
  await end
    .getByText("Contributor on billing ends at once. Getting it back takes a new request.", { exact: true })
    .waitFor();
  await end.getByRole("button", { name: "Hand back" }).click();
  await page.getByText("Contributor on billing is over.", { exact: true }).waitFor();
  await card.waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Ended", exact: true }).click();
  const latest = page.getByRole("table", { name: "Ended access" }).getByRole("row").nth(1);
  await latest.getByText(/^Ended early after .+ of 2 h/).waitFor();
  assert.equal((await grantOf(id)).endedBecause, "deactivated");
  noFaults(person);
  await person.close();
});

test("a grant says what its target confirmed, and its request tells the whole story", async () => {
  const { requestId, grantId } = await ordersOpened();
  const person = await signIn(browser, demo.ready, "frank", { to: `/access/${grantId}` });
  const { page } = person;
  await page.getByRole("heading", { name: "Contributor on orders", level: 1 }).waitFor();
  await page.waitForURL(`**/requests/${requestId}`);
  await page.getByRole("heading", { name: /^Live until \d\d:\d\d:\d\d$/ }).waitFor();
  await page
    .getByText(/PostgreSQL itself refuses new log-ins from then\. Curfew cuts open sessions/)
    .first()
    .waitFor();
  await page.getByText("PostgreSQL, for you").waitFor();
  await page.getByText("Confirmed in PostgreSQL").waitFor();
  await page.getByText(/^PostgreSQL itself refuses new log-ins from \d\d:\d\d:\d\d\.$/).waitFor();
  await page
    .getByText("Frank Fischer (Fabrikam) asked for Contributor on orders for 30 min.", { exact: true })
    .waitFor();
  await page.getByText("20 min, starting when approved", { exact: true }).waitFor();
  await page.getByText(/^Contoso, an approver, approved \d\d:\d\d:\d\d: “one row is enough”$/).waitFor();
  const story = page.getByRole("list", { name: "From ask to end" }).getByRole("listitem");
  await story.nth(4).waitFor();
  assert.deepEqual(await texts(story), [
    "Frank Fischer asked for Contributor on orders for 30 min.",
    "Contoso, an approver, approved Frank Fischer's request for Contributor on orders for 20 min.",
    "Frank Fischer's request for Contributor on orders for 20 min was approved.",
    "Frank Fischer's access as Contributor on orders is being opened in its target.",
    "Frank Fischer's access as Contributor on orders is live.",
  ]);
  assert.ok(!(await page.content()).includes("Casey"), "the other party's approver stays unnamed (I11)");
  noFaults(person);
  await person.close();
});

test("what is scheduled can be canceled before it begins", async () => {
  const startAt = new Date(Date.now() + 7_200_000).toISOString();
  const { id } = await ask(frank, "billing", { duration: "PT1H", startAt, justification: "tonight" });
  await until(async () => (await grantOf(id))?.state === "scheduled", 10_000, "it to be scheduled");
  const person = await signIn(browser, demo.ready, "frank", { to: "/access?tab=scheduled" });
  const { page } = person;
  await page.waitForURL("**/access/scheduled");
  await page.getByRole("button", { name: "Cancel Contributor on billing" }).click();
  const sheet = page.getByRole("dialog", { name: "Cancel what is scheduled?" });
  await sheet.getByText("Contributor on billing will not begin.", { exact: false }).waitFor();
  await sheet.getByRole("button", { name: "Cancel access" }).click();
  await page.getByText("Nothing is scheduled.", { exact: false }).waitFor();
  assert.equal((await grantOf(id)).endedBecause, "canceled");
  noFaults(person);
  await person.close();
});

test("a notification arrives as a toast, survives a reload until it is seen, and leads to its request", async () => {
  const person = await signIn(browser, demo.ready, "casey", { to: "/notifications" });
  const { page } = person;
  await page.getByText(/^\d+ unread\.$/).waitFor();
  const startAt = new Date(Date.now() + 86_400_000).toISOString();
  const { id } = await ask(frank, "orders", { duration: "PT45M", startAt, justification: "a patch" });
  const sentence = "Frank Fischer asks for Contributor on Contoso/orders for 45 min";
  const toast = page.getByRole("alert").filter({ hasText: sentence });
  await toast.waitFor();
  await page.reload();
  await toast.waitFor();
  const row = page.getByRole("row").filter({ hasText: sentence });
  await row.getByText("New", { exact: true }).waitFor();
  await toast.getByRole("link").click();
  await page.waitForURL(`**/approvals/${id}`);
  const newest = async () => (await casey.get("/me/notifications?limit=1")).body.items[0];
  await until(async () => (await newest()).readAt !== null, 5_000, "it to be read");
  await page.goto("/notifications");
  await row.waitFor();
  assert.equal(await row.getByText("New", { exact: true }).count(), 0, "opened is read");
  assert.equal(await toast.count(), 0);
  await page.getByRole("button", { name: "Mark all as read" }).click();
  await page.getByText("You have read everything.").waitFor();
  await page.getByRole("link", { name: "Notifications", exact: true }).waitFor();

  await casey.post(`/access-requests/${id}/decisions`, { decision: "deny", justification: "not tomorrow" });
  const requester = await signIn(browser, demo.ready, "frank", { to: `/requests/${id}` });
  await requester.page.getByText(/^Denied \d\d:\d\d:\d\d: “not tomorrow”$/).waitFor();
  await requester.page.getByRole("link", { name: "Ask again" }).waitFor();
  const news = async () =>
    (await frank.get("/me/notifications?limit=5")).body.items.find(
      (one: { type: string }) => one.type === "request_denied",
    );
  await until(async () => (await news()).readAt !== null, 5_000, "what the page says to count as read");
  assert.equal((await news()).text, 'Denied: Contributor on Contoso/orders for 45 min: "not tomorrow"');
  for (const one of [person, requester]) {
    noFaults(one);
    await one.close();
  }
});

test("an auditor filters by address, reads an entry with its hashes, and takes a safe file along", async () => {
  await ordersOpened();
  // Names are today's: this one would run in a spreadsheet.
  const { body: user } = await carol.get("/configuration/User/casey");
  const renamed = { spec: { ...user.spec, displayName: "=2+5 Casey" } };
  assert.equal((await carol.put("/configuration/User/casey", renamed)).status, 200);
  const person = await signIn(browser, demo.ready, "carol", { to: "/audit" });
  const { page } = person;
  await page.getByRole("combobox", { name: "What happened" }).click();
  await page.getByRole("option", { name: "Approved by one" }).click();
  await page.waitForURL("**/audit?type=request.approval_given");
  // The address changes before the page is drawn anew; until then its links keep the old filter.
  await page.getByRole("button", { name: "Show everything" }).waitFor();
  const entry = page.getByRole("link", {
    name: "=2+5 Casey approved Frank Fischer (Fabrikam)'s request for Contributor on orders for 20 min.",
  });
  // The newest; the demo's past has another that reads the same.
  await entry.first().click();
  const sheet = page.getByRole("dialog", { name: "Audit entry" });
  await sheet.getByText('"type": "request.approval_given"', { exact: false }).waitFor();
  const { body } = await carol.get("/audit-entries?type=request.approval_given&limit=1");
  await sheet.getByText(body.items[0].leafHash, { exact: true }).waitFor();
  await page.reload();
  await sheet.getByText(body.items[0].leafHash, { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "detached" });
  await page.getByText("npx curfew audit verify").waitFor();

  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "CSV" }).click();
  const download = await downloading;
  assert.match(download.suggestedFilename(), /^curfew-audit-\d{4}-\d\d-\d\d\.csv$/);
  const lines = readFileSync(await download.path(), "utf8").split("\r\n");
  assert.equal(
    lines[0],
    "at,sequence,type,sentence,actor,actorId,actorTenantId,via,subjectKind,subjectId,correlationId,facts,id",
  );
  assert.match(
    lines[1] ?? "",
    /,request\.approval_given,'=2\+5 Casey approved Frank Fischer \(Fabrikam\)'s request for Contributor on orders for 20 min,'=2\+5 Casey,/,
  );

  await page.getByRole("combobox", { name: "Person" }).fill("col");
  await page.getByRole("option", { name: "Colin Clarke" }).click();
  await page.waitForURL("**/audit?type=request.approval_given&person=*");
  const rows = page.getByRole("table", { name: "Audit entries" });
  await rows.getByText("Frank Fischer").first().waitFor({ state: "detached" });
  await rows.getByText("=2+5 Casey approved Colin Clarke's request").first().waitFor();
  assert.equal(await rows.getByText("Frank Fischer").count(), 0);
  noFaults(person);
  await person.close();
});

test("another tenant's request is nothing that one may see, and looks like one that never was", async () => {
  const { body } = await carol.get("/access-requests?view=all&limit=200");
  const internal = body.items.find(
    ({ requester }: { requester: { displayName: string } }) => requester.displayName === "Colin Clarke",
  );
  const person = await signIn(browser, demo.ready, "frank", { to: `/requests/${internal.id}` });
  const { page } = person;
  for (const address of [`/requests/${internal.id}`, "/requests/00000000-0000-4000-8000-000000000000"]) {
    await page.goto(address);
    await page.getByText("Nothing here that frank@fabrikam.example may see.", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Switch account?" }).waitFor();
  }
  assert.ok(
    person.faults.every((fault) => fault.includes("status of 404")),
    person.faults.join("\n"),
  );
  await person.close();
});

test("whoever says activate, elevate, PIM or checkout finds Request access first, by keyboard alone", async () => {
  const person = await signIn(browser, demo.ready, "fiona");
  const { page } = person;
  await page.getByRole("heading", { name: "Home", level: 1 }).waitFor();
  for (const word of ["activate", "elevate", "PIM", "checkout", "activate role"]) {
    await page.keyboard.press("Control+k");
    const field = page.getByRole("textbox", { name: "Find or do" });
    await field.fill(word);
    await page.locator("[data-selected]").getByText("Request access", { exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await field.waitFor({ state: "detached" });
  }
  await page.keyboard.press("Control+k");
  await page.getByRole("textbox", { name: "Find or do" }).fill("elevate");
  await page.locator("[data-selected]").getByText("Request access", { exact: true }).waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL("**/request");
  noFaults(person);
  await person.close();
});

test("on a phone lists are cards, nothing is wider than the screen, and a decision comes from the bottom", async () => {
  const { grantId } = await ordersOpened();
  const person = await signIn(browser, demo.ready, "frank", { viewport: PHONE, hasTouch: true });
  const { page } = person;
  for (const address of [
    "/access",
    "/access/requests",
    "/access/ended",
    `/access/${grantId}`,
    "/notifications",
  ]) {
    await page.goto(address);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.locator("[aria-busy]").first().waitFor({ state: "detached" });
    const width = await page.evaluate("document.documentElement.scrollWidth");
    assert.equal(width, PHONE.width, address);
  }
  await page.goto(`/access/${grantId}`);
  await page.getByRole("button", { name: "Hand back" }).tap();
  const sheet = page.getByRole("dialog", { name: "Hand it back now?" });
  await sheet.getByRole("button", { name: "Hand back" }).waitFor();
  const box = await sheet.boundingBox();
  assert.equal(Math.round((box?.y ?? 0) + (box?.height ?? 0)), PHONE.height);
  await sheet.getByRole("button", { name: "Back", exact: true }).tap();
  await sheet.waitFor({ state: "detached" });
  noFaults(person);
  await person.close();
});
