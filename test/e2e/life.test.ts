/** One life in three windows: asked for, approved for less, live in PostgreSQL, ended on time. */
import assert from "node:assert/strict";
import { test } from "node:test";
import pg from "pg";
import type { Page } from "playwright-core";
import { until } from "../fixtures/program.ts";
import { openPortal, signIn } from "./browser.ts";

const END_WITHIN_MS = 40_000;

const { demo, browser } = await openPortal();

const liveNow = (page: Page) => page.getByRole("region", { name: "Live now" });

test("a publisher asks, an approver gives less, the log-in works, and at the end PostgreSQL itself refuses", async () => {
  const query = new URLSearchParams({
    scope: demo.ready.applications.orders ?? "",
    role: demo.ready.roles.Contributor ?? "",
    for: "PT30S",
  });
  const frank = await signIn(browser, demo.ready, "frank", { to: `/request?${query}` });
  await frank.page.getByLabel(/^Why you need it/).fill("fix order 4711");
  await frank.page.getByRole("button", { name: "Send request" }).click();
  await frank.page.waitForURL(/\/requests\//);
  const id = frank.page.url().split("/").at(-1) ?? "";
  await frank.page.getByText("Waiting for Contoso, 2 approvers").first().waitFor();

  const casey = await signIn(browser, demo.ready, "casey");
  const waiting = casey.page.getByRole("region", { name: "Waiting for you" });
  await waiting
    .getByRole("article")
    .filter({ hasText: "fix order 4711" })
    .getByRole("link", { name: "Review" })
    .click();
  await casey.page.waitForURL(`**/approvals/${id}`);
  const panel = casey.page.getByRole("region", { name: "Your decision" });
  await panel.getByRole("radio", { name: "Other" }).focus();
  await casey.page.keyboard.press("Space");
  await panel.getByLabel("For how long, typed").fill("20 s");
  await panel.getByLabel("Your reason").fill("one row is enough");
  await panel.getByRole("button", { name: /^Approve for 20 s, until \d\d:\d\d$/ }).click();
  await casey.page.waitForURL((url) => !url.pathname.endsWith(id));

  // Nobody loads Frank's page again.
  await frank.page.getByRole("link", { name: /^Curfew .*, home$/ }).click();
  const card = liveNow(frank.page).getByRole("article", { name: "Contributor on orders" });
  await card.getByText("Live", { exact: true }).waitFor();
  await card.getByRole("timer").waitFor();
  await card
    .getByText(/PostgreSQL itself refuses new log-ins from then\. Curfew cuts open sessions/)
    .waitFor();
  await card.getByRole("link", { name: "Connect" }).click();
  await frank.page.getByRole("button", { name: "Show the log-in once" }).click();
  const secret = frank.page.getByRole("dialog", { name: "Connect to orders" });
  await secret.getByRole("button", { name: "Show connection" }).click();
  const connectionString = (await secret.locator("pre").nth(1).textContent()) ?? "";
  assert.match(connectionString, /^postgresql:\/\//);
  const client = new pg.Client({ connectionString });
  client.on("error", () => {});
  await client.connect();
  assert.equal((await client.query("SELECT count(*)::int > 0 AS some FROM orders")).rows[0].some, true);
  await secret.getByRole("button", { name: "I have it" }).click();
  await frank.page.getByRole("link", { name: /^Curfew .*, home$/ }).click();
  assert.equal((await frank.page.content()).includes(connectionString), false, "shown once");

  await card.waitFor({ state: "detached", timeout: END_WITHIN_MS });
  await liveNow(frank.page)
    .getByText("You hold no temporary access. Ask for what you need, for as long as you need it.")
    .waitFor();
  await until(async () => isRefused(connectionString), 5_000, "PostgreSQL to refuse");
  await frank.page.goto(`/requests/${id}`);
  await frank.page
    .getByText(/ended on time/i)
    .first()
    .waitFor();
  assert.deepEqual([...frank.faults, ...casey.faults], []);
  await frank.close();
  await casey.close();
});

test("offline the page says so, and looks again when it is back", async () => {
  const { page, close } = await signIn(browser, demo.ready, "casey", { to: "/approvals" });
  await page.getByRole("heading", { level: 1, name: "Approvals" }).waitFor();
  await page.context().setOffline(true);
  const said = page.getByText(/^You have been offline since [\d:]+\. This page shows what was true before/);
  await said.waitFor();
  await page.context().setOffline(false);
  await said.waitFor({ state: "detached" });
  await close();
});

async function isRefused(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.end();
    return false;
  } catch (error) {
    return (error as { code?: string }).code === "28P01";
  }
}
