/** Every page, by somebody who uses it: it loads, says nothing to the console, and axe finds nothing. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { type Demo, startDemo } from "../fixtures/program.ts";
import { everyPage, type Visit } from "./addresses.ts";
import { DESKTOP, openBrowser, openWindow, type Person, PHONE, signIn } from "./browser.ts";

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

let demo: Demo;
let browser: Browser;
let pages: Visit[];

before(async () => {
  demo = await startDemo();
  browser = await openBrowser();
  pages = await everyPage(demo);
});
after(async () => {
  await browser?.close();
  await demo?.close();
});

const LOOKS = [
  { look: "light, wide", viewport: DESKTOP, colorScheme: "light" },
  { look: "dark, on a phone", viewport: PHONE, colorScheme: "dark" },
] as const;

for (const { look, ...options } of LOOKS) {
  test(`every page, ${look}: no fault in the console, none that axe finds, nothing wider than the window`, async (t) => {
    const people = new Map<string, Person>();
    for (const visit of pages) {
      const person = people.get(visit.who) ?? (await signIn(browser, demo.ready, visit.who, options));
      people.set(visit.who, person);
      await t.test(`${visit.name} (${visit.path.split("?")[0]?.split("/")[1] ?? ""})`, async () => {
        await arrive(person.page, visit);
        assert.deepEqual(await axe(person.page), [], visit.path);
        const width = await person.page.evaluate("document.documentElement.scrollWidth");
        assert.ok(Number(width) <= options.viewport.width, `${width} px wide`);
        assert.deepEqual(person.faults.splice(0), [], visit.path);
      });
    }
    for (const person of people.values()) await person.close();
  });
}

test("whoever is signed out sees the front door, and deep links bring them where they lead", async () => {
  const { page, faults, close } = await openWindow(browser, demo.ready);
  await page.goto("/approvals");
  await page.getByRole("heading", { name: "Access that ends on time" }).waitFor();
  assert.deepEqual(await axe(page), []);
  assert.equal(
    await page.getByRole("link", { name: "Sign in" }).getAttribute("href"),
    "/auth/sign-in?to=%2Fapprovals",
  );
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel("E-mail").waitFor();
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(faults, []);
  await close();
});

async function arrive(page: Page, { path, heading }: Visit): Promise<void> {
  await page.goto(path);
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
  await page.waitForLoadState("load");
  // Whatever the page reads at first has come.
  await page.locator('[aria-busy="true"]').first().waitFor({ state: "detached" });
}

async function axe(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help} at ${node.target.join(" ")}: ${node.html.slice(0, 160)}`),
  );
}
