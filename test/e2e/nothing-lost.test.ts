/** Nothing that somebody typed, sent or was shown is lost: to a double click, a lost answer, a reload, an outage. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { openPortal, signIn } from "./browser.ts";

const { demo, browser } = await openPortal();

const ROUNDS = 3;

function asking(place: string, duration: string): string {
  const scope = demo.ready.applications[place] ?? "";
  const role = demo.ready.roles.Contributor ?? "";
  return `/request?${new URLSearchParams({ scope, role, for: duration })}`;
}

const sendButton = (page: Page) => page.getByRole("button", { name: "Send request" });

async function openRequests(name: string): Promise<{ id: string; justification: string }[]> {
  return (await (await demo.person(name)).get("/access-requests?view=mine&state=pending")).body.items;
}

async function cancelAll(name: string): Promise<void> {
  const person = await demo.person(name);
  for (const { id } of await openRequests(name))
    assert.equal((await person.post(`/access-requests/${id}/cancel`, {})).status, 200);
}

/** The server hears of it and answers, and the answer is lost on its way. */
async function loseAnswers(page: Page, address: string, most = Number.POSITIVE_INFINITY) {
  const seen = { calls: 0 };
  await page.route(address, async (route) => {
    seen.calls++;
    if (seen.calls > most) return route.continue();
    await route.fetch();
    await route.abort("connectionreset");
  });
  return seen;
}

test("a double click on Send request makes one request and ends on its page, each time", async () => {
  const { page, faults, close } = await signIn(browser, demo.ready, "frank");
  for (let round = 0; round < ROUNDS; round++) {
    await page.goto(asking("orders", "PT10M"));
    await page.getByLabel("Why you need it (optional)").fill(`twice, ${round}`);
    await sendButton(page).dblclick();
    await page.waitForURL(/\/requests\/[0-9a-f-]{36}$/);
    const found = await openRequests("frank");
    assert.deepEqual(
      found.map(({ id, justification }) => [new URL(page.url()).pathname, justification, id]),
      [[`/requests/${found[0]?.id}`, `twice, ${round}`, found[0]?.id]],
    );
    await cancelAll("frank");
  }
  assert.deepEqual(faults, []);
  await close();
});

test("a lost answer is asked for again by itself, and by whoever sends once more, also in a second tab", async () => {
  const { page, close } = await signIn(browser, demo.ready, "frank", { to: asking("orders", "PT10M") });
  const other = await page.context().newPage();
  await other.goto(asking("orders", "PT10M"));
  const seen = await loseAnswers(page, "**/api/v1/access-requests");
  for (const tab of [page, other])
    await tab.getByLabel("Why you need it (optional)").fill("the answer is lost");
  await sendButton(page).click();
  await page.getByText("Curfew does not answer.").first().waitFor();
  assert.equal(seen.calls, 2, "it asked once more by itself");
  const [made] = await openRequests("frank");
  await page.unroute("**/api/v1/access-requests");
  await page.reload();
  await page.getByText("Your draft is back.").waitFor();
  for (const tab of [page, other]) {
    await sendButton(tab).click();
    await tab.waitForURL(`**/requests/${made?.id}`);
  }
  assert.equal((await openRequests("frank")).length, 1);
  // Neither the key nor the draft is left: the next ask is another.
  await cancelAll("frank");
  await page.goto(asking("orders", "PT10M"));
  await page.getByLabel("Why you need it (optional)").fill("the answer is lost");
  await sendButton(page).click();
  await page.waitForURL(/\/requests\/[0-9a-f-]{36}$/);
  assert.notEqual(new URL(page.url()).pathname, `/requests/${made?.id}`);
  await cancelAll("frank");
  await close();
});

test("what was changed after a lost answer is another ask, and its key is another", async () => {
  const { page, close } = await signIn(browser, demo.ready, "frank", { to: asking("orders", "PT10M") });
  await loseAnswers(page, "**/api/v1/access-requests", 2);
  await page.getByLabel("Why you need it (optional)").fill("first words");
  await sendButton(page).click();
  await page.getByText("Curfew does not answer.").first().waitFor();
  await cancelAll("frank");
  await page.getByLabel("Why you need it (optional)").fill("other words");
  await sendButton(page).click();
  await page.waitForURL(/\/requests\/[0-9a-f-]{36}$/);
  assert.deepEqual(
    (await openRequests("frank")).map(({ justification }) => justification),
    ["other words"],
  );
  await cancelAll("frank");
  await close();
});
