/** Deciding in a browser: what one sees before, what others see at once, and what a link never does. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { Api } from "../fixtures/program.ts";
import { openPortal, type Person, PHONE, signIn } from "./browser.ts";

const { demo, browser } = await openPortal();
let frank: Api;

before(async () => {
  frank = await demo.person("frank");
});

/** What Frank held or waited for from before is over. */
async function askForNothing(): Promise<void> {
  for (const { id } of (await frank.get("/access-requests?view=mine&state=pending")).body.items)
    await frank.post(`/access-requests/${id}/cancel`);
  for (const { id, endsAt } of (await frank.get("/grants?view=mine&state=active")).body.items)
    if (endsAt !== null) await frank.post(`/grants/${id}/deactivate`, {});
}

async function ask(duration: string, justification: string): Promise<string> {
  await askForNothing();
  const { body } = await frank.get("/me/eligibilities");
  const orders = body.items.find(
    (one: { scopeName: string; roleName: string }) =>
      one.scopeName === "orders" && one.roleName === "Contributor",
  );
  assert.ok(orders);
  const asked = await frank.post(
    "/access-requests",
    { scope: orders.scope, roleDefinitionIds: [orders.roleDefinitionId], duration, justification },
    { "idempotency-key": crypto.randomUUID() },
  );
  assert.equal(asked.status, 201, JSON.stringify(asked.body));
  return asked.body.id;
}

async function stateOf(id: string): Promise<string> {
  return (await frank.get(`/access-requests/${id}`)).body.state;
}

async function decideInSheet(person: Person, verb: string, why: string, fields: Record<string, string> = {}) {
  const { page } = person;
  await page.getByRole("button", { name: `${verb}…`, exact: true }).click();
  const sheet = page.getByRole("dialog");
  for (const [label, value] of Object.entries(fields)) await sheet.getByLabel(label).fill(value);
  await sheet.getByLabel(/^Why/).fill(why);
  await sheet.getByRole("button", { name: verb, exact: true }).click();
}

test("a request says who asks for what, what it adds, what came before and how it ends; opening it decides nothing", async () => {
  const id = await ask("PT30S", "fix order 4711");
  const casey = await signIn(browser, demo.ready, "casey", { to: `/approvals/${id}` });
  const { page } = casey;
  const heading = page.getByRole("heading", { level: 1 });
  await page.getByRole("button", { name: "Approve…" }).waitFor();
  assert.equal(
    await heading.textContent(),
    "Frank Fischer (Fabrikam) asks for Contributor on orders for 30 s, starting when approved.",
  );
  const part = (name: string) => page.getByRole("region", { name }).textContent();
  assert.match((await part("Why")) ?? "", /fix order 4711/);
  assert.match((await part("What it adds")) ?? "", /can change and delete .*; already can read everything/);
  assert.match((await part("Before")) ?? "", /\d+ earlier: \d+ ended on time/);
  assert.match((await part("Who decides")) ?? "", /Carol Castillo or Casey Chen\. 0 of 1 have approved\./);
  assert.match(
    (await part("When it ends")) ?? "",
    /PostgreSQL itself refuses new log-ins from then\. Curfew cuts open sessions \(.+\)\. If Curfew is down: An open session could last until Curfew is back; nobody new can log in\./,
  );
  assert.equal(await stateOf(id), "pending");

  await page.getByRole("button", { name: "Deny…" }).click();
  await page.getByRole("dialog").getByLabel("Why not").fill("not today");
  await page.getByRole("dialog").getByRole("button", { name: "Deny", exact: true }).click();
  await page.waitForURL((url) => !url.pathname.endsWith(id));
  assert.equal(await stateOf(id), "denied");
  await page.getByText("You denied Frank Fischer's Contributor on orders.", { exact: true }).waitFor();
  assert.deepEqual(casey.faults, []);
  await casey.close();
});

test("of two windows one decides, and the other says at once who did and what", async () => {
  const id = await ask("PT30S", "restart the importer");
  const casey = await signIn(browser, demo.ready, "casey", { to: `/approvals/${id}` });
  const carol = await signIn(browser, demo.ready, "carol", { to: `/approvals/${id}` });
  // Casey is in the middle of it.
  await casey.page.getByRole("button", { name: "Approve…" }).click();
  await casey.page.getByRole("dialog").getByLabel(/^Why/).fill("looks right");

  await decideInSheet(carol, "Approve for less", "a third of a minute is enough", { "For how long": "20 s" });
  await carol.page.waitForURL((url) => !url.pathname.endsWith(id));

  const told = casey.page.getByRole("status").filter({ hasText: "decided this at" });
  await told.waitFor();
  const { body: request } = await (await demo.person("casey")).get(`/access-requests/${id}`);
  const at = new Intl.DateTimeFormat("en-GB", {
    timeZone: "Europe/Berlin",
    hour: "2-digit",
    minute: "2-digit",
  }).format(new Date(request.stateAt));
  // What its target has not confirmed yet is said behind it.
  assert.ok((await told.textContent())?.startsWith(`Carol decided this at ${at}: approved for 20 s.`));
  await casey.page.getByRole("button", { name: "Approve…" }).waitFor({ state: "detached" });
  assert.equal(request.decisions.length, 1);
  // Whoever decided, or came late, sees what became of it.
  await casey.page
    .getByRole("region", { name: "Access that came of it" })
    .getByRole("link", { name: "Contributor on orders" })
    .waitFor();
  assert.deepEqual([...casey.faults, ...carol.faults], []);
  await casey.close();
  await carol.close();
});

test("the queue fills and empties by itself, and the badge with it", async () => {
  const casey = await signIn(browser, demo.ready, "casey", { to: "/approvals" });
  const { page } = casey;
  await page.getByRole("table", { name: "Requests to decide" }).waitFor();
  const id = await ask("PT45S", "look into the queue");
  const row = page.getByRole("row").filter({ hasText: "look into the queue" });
  await row.waitFor();
  assert.equal((await frank.post(`/access-requests/${id}/cancel`)).status, 200);
  await row.waitFor({ state: "detached" });
  assert.deepEqual(casey.faults, []);
  await casey.close();
});

test("whoever cannot decide is told why", async () => {
  const id = await ask("PT30S", "my own");
  const own = await signIn(browser, demo.ready, "frank", { to: `/approvals/${id}` });
  await own.page.getByText("This is your own request; someone else must decide.").waitFor();
  assert.equal(await own.page.getByRole("button", { name: "Approve…" }).count(), 0);
  await own.close();
  const stranger = await signIn(browser, demo.ready, "casey", {
    to: `/approvals/${crypto.randomUUID()}`,
  });
  await stranger.page.getByText("Nothing here that casey@contoso.example may see.").waitFor();
  await stranger.page.getByRole("link", { name: "Switch account?" }).waitFor();
  await stranger.close();
});

test("on a phone the three ways stay in sight, and a decision comes from the bottom", async () => {
  const id = await ask("PT30S", "from the train");
  const casey = await signIn(browser, demo.ready, "casey", {
    to: `/approvals/${id}`,
    viewport: PHONE,
    hasTouch: true,
    isMobile: true,
  });
  const { page } = casey;
  for (const name of ["Deny…", "Approve for less…", "Approve…"]) {
    const box = await page.getByRole("button", { name, exact: true }).boundingBox();
    assert.ok(box !== null && box.y + box.height <= PHONE.height && box.x >= 0, name);
    assert.ok(box.x + box.width <= PHONE.width, `${name} is cut off`);
  }
  await page.getByRole("button", { name: "Approve…", exact: true }).tap();
  const sheet = await page.getByRole("dialog").boundingBox();
  assert.ok(sheet !== null && sheet.y > 200 && Math.round(sheet.y + sheet.height) >= PHONE.height - 2);
  assert.equal(await page.evaluate("document.documentElement.scrollWidth"), PHONE.width);
  assert.deepEqual(casey.faults, []);
  await casey.close();
});

test("an emergency is reviewed under Approvals, once, by somebody else", async () => {
  const carol = await demo.person("carol");
  const orders = (await carol.get("/applications")).body.items.find(
    (one: { name: string }) => one.name === "orders",
  );
  const { body: inFull } = await carol.get(`/applications/${orders.id}`);
  const changed = await carol.put(`/applications/${orders.id}/jit-policy`, {
    ...inFull.own.policy,
    emergencyAllowed: true,
  });
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
  await askForNothing();
  const taken = await frank.post("/access-requests", {
    scope: orders.scope,
    roleDefinitionIds: [demo.ready.roles.Contributor],
    duration: "PT10M",
    justification: "the shop is down",
    emergency: true,
  });
  assert.equal(taken.body.state, "approved", JSON.stringify(taken.body));

  const casey = await signIn(browser, demo.ready, "casey", { to: "/approvals" });
  const waiting = casey.page.getByRole("region", { name: "Emergencies to review" });
  await waiting.getByText(/^Frank Fischer took Contributor on orders without approval/).waitFor();
  await waiting.getByText("the shop is down").waitFor();
  await waiting.getByRole("button", { name: "Review" }).click();
  const sheet = casey.page.getByRole("dialog", { name: "Was it right that Frank Fischer took this?" });
  await sheet.getByLabel(/^Why/).fill("it was down");
  await sheet.getByRole("button", { name: "Record the review" }).click();
  await waiting.waitFor({ state: "detached" });
  const { body: grant } = await carol.get(`/grants/${taken.body.grantIds[0]}`);
  assert.deepEqual([grant.review.outcome, grant.review.justification], ["justified", "it was down"]);
  assert.deepEqual(casey.faults, []);
  await casey.close();
});
