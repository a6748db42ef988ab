/** The way in: the front door, what Home costs at first, what stays in the browser, and paging fast. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { openPortal, openWindow, signIn, typeCredentials } from "./browser.ts";
import { axe } from "./sweep.ts";

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
