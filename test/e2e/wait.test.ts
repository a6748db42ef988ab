/** One page from the ask to the end: it waits, becomes the access with the line to run, and says what was had of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import pg from "pg";
import { until } from "../fixtures/program.ts";
import { openPortal, type Person, signIn } from "./browser.ts";

const { demo, browser } = await openPortal();
const [frank, casey] = await Promise.all([demo.person("frank"), demo.person("casey")]);

/** The form, filled in, as "ask again" and favourites lead to it. */
function address(place: string, duration: string): string {
  const scope = demo.ready.applications[place] ?? "";
  return `/request?${new URLSearchParams({ scope, role: demo.ready.roles.Contributor ?? "", for: duration })}`;
}

async function approved(id: string): Promise<void> {
  const decision = { decision: "approve", justification: "one row is enough", terms: { duration: "PT20M" } };
  assert.equal((await casey.post(`/access-requests/${id}/decisions`, decision)).status, 200);
}

const grantOf = async (requestId: string) =>
  (await frank.get(`/grants?requestId=${requestId}`)).body.items[0];
const idOn = ({ page }: Person) => page.url().split("/").at(-1) ?? "";
const noFaults = ({ faults }: Person) => assert.deepEqual(faults, []);

test("three clicks from the ask to the prompt, on one page that nobody loads again", async () => {
  const person = await signIn(browser, demo.ready, "frank", { to: address("orders", "PT30M") });
  const { page } = person;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByLabel(/^Why you need it/).fill("fix order 4711");
  let clicks = 0;
  const click = async (name: string | RegExp) => {
    clicks += 1;
    await page.getByRole("button", { name }).click();
  };
  await click("Send request");
  await page.waitForURL(/\/requests\/[0-9a-f-]{36}$/);
  const id = idOn(person);
  await page.evaluate("window.never = 'loaded again'");
  await page.getByRole("heading", { name: "Waiting for Contoso, 2 approvers" }).waitFor();
  await page.getByText(/^Asked .+\. It times out .+ if nobody decides\.$/).waitFor();
  assert.equal(await page.title(), "Waiting: Contributor on orders · Curfew");
  // The button that has the focus is gone once it is decided.
  await page.getByRole("button", { name: "Cancel request" }).focus();

  await approved(id);
  const status = page.getByRole("status").filter({ hasText: "Contributor on orders" });
  await status.getByText("Contributor on orders is live.").waitFor({ state: "attached" });
  const opened = page.getByRole("heading", { name: /^Live until \d\d:\d\d:\d\d$/ });
  await opened.waitFor();
  await until(() => opened.evaluate((one) => one.matches(":focus")), 5_000, "the focus to go on");
  assert.equal(await page.title(), "Live: Contributor on orders · Curfew");
  await page.locator('[aria-current="step"]', { hasText: "Access" }).waitFor();
  assert.match((await page.getByRole("timer").textContent()) ?? "", /^(20 min|19 min \d+ s)$/);
  const sessions = page.getByRole("region", { name: "Sessions open now" });
  await sessions.getByText("Nobody is logged in: the log-in was not fetched.").waitFor();

  await click("Show the log-in once");
  await click("Copy run psql");
  assert.ok(clicks <= 3);
  const line = await page.evaluate<string>("navigator.clipboard.readText()");
  const connectionString = /^psql '(postgresql:\/\/[^']+)'$/.exec(line)?.[1];
  assert.ok(connectionString, line.slice(0, 20));
  assert.ok(!(await page.content()).includes(connectionString), "it is masked");
  const secret = page.getByRole("dialog", { name: "Connect to orders" });
  await secret.getByRole("button", { name: "I have it" }).click();
  const client = new pg.Client({ connectionString, application_name: "psql" });
  const cut = new Promise((resolve) => client.on("error", resolve));
  await client.connect();
  assert.equal((await client.query("SELECT count(*)::int > 0 AS some FROM orders")).rows[0].some, true);
  await sessions.getByText(/^Since \d\d:\d\d:\d\d, from .+, with psql\.$/).waitFor();

  await page.getByRole("button", { name: "Extend" }).click();
  const more = page.getByRole("dialog", { name: "Ask for more time" });
  await more.getByLabel("Extend by").fill("30 min");
  await more.getByText(/\d\d:\d\d:\d\d → \d\d:\d\d:\d\d/).waitFor();
  await more.getByLabel("Why you need longer").fill("one more row");
  await more.getByRole("button", { name: "Ask for it" }).click();
  const waiting = page.getByRole("region", { name: "More time" });
  await waiting.getByText(/^Approved now, its end would move: \d\d:\d\d:\d\d → \d\d:\d\d:\d\d$/).waitFor();
  await waiting.getByText(/^It is decided by \d\d:\d\d:\d\d, or the end stays\./).waitFor();
  const { endsAt, extension } = await grantOf(id);
  assert.ok(extension.decideBy <= endsAt);

  await page.getByRole("button", { name: "Hand back" }).click();
  const end = page.getByRole("dialog", { name: "Hand it back now?" });
  await end.getByRole("button", { name: "Hand back" }).click();
  await page.getByText(/^You got (\d+ s|\d+ min \d+ s) of 20 min: ended early\.$/).waitFor();
  await cut;
  await page.getByRole("heading", { name: "Ended early" }).waitFor();
  assert.equal(await page.title(), "Over: Contributor on orders · Curfew");
  assert.equal(await waiting.count(), 0, "nothing is decided about what is over");
  assert.ok(!(await page.content()).includes(connectionString));
  assert.equal(await page.evaluate("window.never"), "loaded again");
  await page.getByRole("link", { name: "Ask again" }).waitFor();

  await page.goto("/access/requests");
  const row = page.getByRole("table", { name: "Your requests" }).getByRole("row");
  await row.getByText(/^Approved, ended early after .+ of 20 min$/).waitFor();
  await row.getByText("Timed out: the access was over first", { exact: true }).waitFor();
  noFaults(person);
  await person.close();
});

test("what needs no decision is open at once; what no target enforces and what nobody used says so", async () => {
  const person = await signIn(browser, demo.ready, "frank", { to: address("billing", "PT10M") });
  const { page } = person;
  await page.getByLabel(/^Why you need it/).fill("look at invoices");
  await page.getByRole("button", { name: "Activate now" }).click();
  await page.waitForURL(/\/requests\/[0-9a-f-]{36}$/);
  await page
    .getByText(/Not enforced by a target: anyone who asks Curfew hears no from then\./)
    .first()
    .waitFor();
  await page
    .getByText(/^There is no log-in to fetch: whatever asks Curfew about billing hears yes/)
    .waitFor();
  const { id: grantId } = await grantOf(idOn(person));
  await page.goto(`/access/${grantId}`);
  await page.waitForURL(/\/requests\//);
  await page.getByRole("button", { name: "Hand back" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Hand back" }).click();
  await page.getByText(/^You got .+ of 10 min: ended early\.$/).waitFor();

  const scope = demo.ready.applications.orders;
  const ask = {
    scope,
    roleDefinitionIds: [demo.ready.roles.Contributor],
    duration: "PT30M",
    justification: "again",
  };
  const { body } = await frank.post("/access-requests", ask);
  await approved(body.id);
  await until(async () => (await grantOf(body.id))?.liveness === "live", 20_000, "the target to open it");
  await page.goto(`/requests/${body.id}`);
  await page.getByRole("button", { name: "Hand back" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Hand back" }).click();
  await page
    .getByText(/^You got .+ of 20 min: ended early\. Nobody fetched its log-in, so nobody used it\.$/)
    .waitFor();
  await page.goto("/access/ended");
  const latest = page.getByRole("table", { name: "Ended access" }).getByRole("row").nth(1);
  await latest
    .getByText(/^Ended early after .+ of 20 min, never used: its log-in was not fetched$/)
    .waitFor();
  noFaults(person);
  await person.close();
});
