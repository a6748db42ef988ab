/** The way in and through: the front door, what Home costs, what stays in the browser, one search, the keys, and what is read again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page, Request } from "playwright-core";

import { until } from "../fixtures/program.ts";
import { openPortal, openWindow, signIn, typeCredentials } from "./browser.ts";
import { axe, callsOf } from "./sweep.ts";

const MOST_SCRIPT_BYTES = 250_000;

const { demo, browser } = await openPortal();

test("the first view of Home takes under 250 kB of script, compressed", async () => {
  const { page, close } = await signIn(browser, demo.ready, "casey");
  await page.getByRole("heading", { name: "Ask again" }).waitFor();
  const sizes = (await page.evaluate(
    "performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.js')).map(({ encodedBodySize }) => encodedBodySize)",
  )) as number[];
  const total = sizes.reduce((sum, size) => sum + size, 0);
  assert.ok(sizes.length > 0 && total > 0, "no script was seen");
  assert.ok(total < MOST_SCRIPT_BYTES, `${total} bytes in ${sizes.length} files`);
  await close();
});

test("nothing is kept in the browser that opens anything", async () => {
  const { page, close } = await signIn(browser, demo.ready, "frank");
  await page.getByRole("heading", { name: "Ask again" }).waitFor();
  const kept = (await page.evaluate(
    "JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }])",
  )) as string;
  assert.doesNotMatch(kept, /eyJ|token|password|postgres(ql)?:\/\//i);
  assert.match(kept, /^\["",/, "scripts see no cookie");
  await close();
});

test("who signs in as somebody else in another tab leaves nothing of the one before on the first", async () => {
  const { page, faults, close } = await signIn(browser, demo.ready, "casey", { to: "/applications" });
  await page.getByRole("button", { name: "Casey Chen, your menu" }).waitFor();
  await page.evaluate("window.ofCasey = true");
  const other = await page.context().newPage();
  await other.goto("/auth/sign-in?to=/&other=1");
  await typeCredentials(other, demo.ready, "frank");
  await other.getByRole("button", { name: "Frank Fischer, your menu" }).waitFor();
  // The first tab hears of it as soon as it reads anything about whoever is signed in.
  const ask = { scope: demo.ready.applications.orders, roleDefinitionIds: [demo.ready.roles.Contributor] };
  const asked = await (await demo.person("frank")).post("/access-requests", { ...ask, duration: "PT5M" });
  assert.equal(asked.status, 201);
  await page.getByRole("button", { name: "Frank Fischer, your menu" }).waitFor();
  assert.equal(await page.evaluate("window.ofCasey === undefined"), true, "the page began anew");
  assert.equal(new URL(page.url()).pathname, "/applications");
  assert.deepEqual(faults, []);
  await close();
});

test("a person who pages fast is never held up", async () => {
  const { page, faults, close } = await signIn(browser, demo.ready, "casey");
  for (let round = 0; round < 15; round++) {
    for (const label of ["Request access", "My access", "Approvals", "Applications", "Home"]) {
      await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: label }).click();
      await page.getByRole("heading", { level: 1, name: label }).waitFor();
    }
  }
  assert.deepEqual(faults, []);
  await close();
});

test("one search finds people, places, requests and what one may do, by keyboard, and leads there", async () => {
  const { page, faults, close } = await signIn(browser, demo.ready, "carol");
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
  const chosen = page.locator("[data-action][data-selected]");
  const find = async (key: string, words: string): Promise<void> => {
    await page.keyboard.press(key);
    await page.getByRole("textbox", { name: "Find or do" }).fill(words);
  };
  await find("/", "casey ch");
  await chosen.getByText("casey@contoso.example").waitFor();
  assert.deepEqual(await axe(page), []);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: /Casey Chen/ }).waitFor();
  await find("Control+k", "frank contributor orders");
  await chosen.getByText("Contributor on orders").waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/(approvals|requests)\/[0-9a-f-]{36}$/);
  await find("Control+k", "critical");
  await chosen.getByText("critical", { exact: true }).waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL("**/manage/tiers/critical");
  await find("Control+k", "no such thing anywhere");
  await page.getByText("Nothing that you may see is called that.").waitFor();
  assert.deepEqual(faults, []);
  await close();
});

test("of another tenant nobody finds a name", async () => {
  const { page, close } = await signIn(browser, demo.ready, "frank");
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("textbox", { name: "Find or do" }).fill("carol");
  await page.getByText("Nothing that you may see is called that.").waitFor();
  await page.getByRole("textbox", { name: "Find or do" }).fill("contributor orders");
  await page.locator("[data-action][data-selected]").getByText("Request Contributor on orders").waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/request\?role=/);
  await close();
});

test("? lists the keys that act, and none acts while one types or where they are switched off", async () => {
  const { page, close } = await signIn(browser, demo.ready, "carol");
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keys" });
  await sheet.getByText("Role settings").waitFor();
  assert.deepEqual(await axe(page), []);
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  assert.equal(new URL(page.url()).pathname, "/", "beneath a dialog nothing moves");
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "detached" });
  await page.keyboard.press("g");
  await page.keyboard.press("p");
  await page.waitForURL("**/manage/people");
  const field = page.getByRole("textbox").first();
  await field.fill("");
  await field.pressSequentially("g h?/");
  assert.equal(await field.inputValue(), "g h?/");
  assert.equal(new URL(page.url()).pathname, "/manage/people");
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("?");
  await sheet.getByRole("switch", { name: "Single keys act in this browser" }).press("Space");
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "detached" });
  for (const key of ["g", "h", "/", "?"]) await page.keyboard.press(key);
  assert.equal(new URL(page.url()).pathname, "/manage/people");
  assert.equal(await page.getByRole("dialog").count(), 0);
  await close();
});

test("a change of configuration has lists read again, and no target asked for its health", async () => {
  const { page, close } = await signIn(browser, demo.ready, "carol", { to: "/manage/targets" });
  await page.getByRole("heading", { level: 1, name: "Targets" }).waitFor();
  const waiting = page.locator('[aria-busy="true"]');
  while ((await waiting.count()) > 0) await waiting.first().waitFor({ state: "detached" });
  const before = (await callsOf(page)).length;
  const carol = await demo.person("carol");
  const spec = { displayName: "Readers of this test", members: [] };
  const put = await carol.put("/configuration/Group/readers-of-this-test", { spec });
  assert.ok(put.status < 300, JSON.stringify(put.body));
  const since = async () => (await callsOf(page)).slice(before);
  await until(
    async () => (await since()).some((call) => call.startsWith("/api/v1/targets?")),
    10_000,
    "the list",
  );
  assert.deepEqual(
    (await since()).filter((call) => /\/targets\/.+\/check|audit/.test(call)),
    [],
  );
  await close();
});

test("after a change only what it could have changed is read again, and once", async () => {
  const frank = await demo.person("frank");
  for (const { id } of (await frank.get("/access-requests?view=mine&state=pending")).body.items)
    await frank.post(`/access-requests/${id}/cancel`, {});
  const ask = async () => {
    const wanted = {
      scope: demo.ready.applications.orders,
      roleDefinitionIds: [demo.ready.roles.Contributor],
    };
    const asked = await frank.post("/access-requests", { ...wanted, duration: "PT5M" });
    assert.equal(asked.status, 201, JSON.stringify(asked.body));
    return asked.body.id as string;
  };
  // Whoever cancels stays on the page, and its notice comes back to it.
  const canceling = async () => {
    const own = await signIn(browser, demo.ready, "frank", { to: `/requests/${await ask()}` });
    await own.page.getByRole("heading", { level: 1 }).waitFor();
    const reads = await readTwice(own.page, async () => {
      await own.page.getByRole("button", { name: "Cancel" }).first().click();
      const sure = own.page.getByRole("dialog").getByRole("button", { name: /^Cancel/ });
      if ((await sure.count()) > 0) await sure.click();
      await own.page.getByText("Canceled. Nobody is asked any more.").first().waitFor();
    });
    await own.close();
    return reads;
  };
  assert.deepEqual(await atBest(canceling), {});
  // Whoever denies goes on to the next, which is read as any page is.
  const denying = async () => {
    const denied = await ask();
    const casey = await signIn(browser, demo.ready, "casey", { to: `/approvals/${denied}` });
    const panel = casey.page.getByRole("region", { name: "Your decision" });
    await panel.getByLabel("Your reason").fill("not now");
    const reads = await readTwice(casey.page, async () => {
      await panel.getByRole("button", { name: "Deny", exact: true }).click();
      await casey.page.waitForURL((url) => !url.pathname.endsWith(denied));
    });
    await casey.close();
    return reads;
  };
  assert.deepEqual(await atBest(denying), {});
});

/** On a busy machine the notice of a change comes when the page has read already, and is as good as another change. */
async function atBest(measure: () => Promise<Readonly<Record<string, number>>>) {
  for (let tries = 1; ; tries++) {
    const reads = await measure();
    if (Object.keys(reads).length === 0 || tries === 3) return reads;
  }
}

/** Messages about a change are written a moment after it, and counted with whoever is signed in. */
const TOLD_LATER = /^\/api\/v1\/me(\/notifications.*)?$/;

/** What was read more than once from the beginning of `work` until all was quiet, and how often. */
async function readTwice(page: Page, work: () => Promise<void>): Promise<Readonly<Record<string, number>>> {
  await page.waitForTimeout(1_500);
  const reads: string[] = [];
  const note = (request: Request) => {
    const address = request.url().slice(demo.ready.http.length);
    if (request.method() === "GET" && /^\/api\//.test(address) && !TOLD_LATER.test(address))
      reads.push(address);
  };
  page.on("request", note);
  await work();
  await page.waitForTimeout(1_500);
  page.off("request", note);
  const often = [...Map.groupBy(reads, (one) => one)].map(([one, all]) => [one, all.length] as const);
  return Object.fromEntries(often.filter(([, times]) => times > 1));
}

test("whoever is signed out sees the front door, and deep links bring them where they lead", async () => {
  const { page, faults, close } = await openWindow(browser, demo.ready);
  await page.goto("/approvals");
  await page.getByRole("heading", { name: "Access that ends on time" }).waitFor();
  assert.deepEqual(await axe(page), []);
  const signInLink = page.getByRole("link", { name: "Sign in" });
  assert.equal(await signInLink.getAttribute("href"), "/auth/sign-in?to=%2Fapprovals");
  await signInLink.click();
  await page.getByLabel("E-mail").waitFor();
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(faults, []);
  await close();
});
