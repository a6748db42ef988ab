/**
 * Visits every page in one look: it loads, nothing jumps while it does, it says nothing to the console, axe finds
 * nothing, nothing is wider than the window.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { everyPage, type Visit } from "./addresses.ts";
import { openPortal, type Person, signIn } from "./browser.ts";

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** web.dev/cls: up to this, a page counts as steady. */
const MOST_LAYOUT_SHIFT = 0.1;
const WATCH_LAYOUT = `
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) window.shifted += value;
  }).observe({ type: "layout-shift", buffered: true });`;

export interface Look {
  readonly viewport: { readonly width: number; readonly height: number };
  readonly colorScheme: "light" | "dark";
}

/** With little time, as on a new machine, each page is seen in one of the two looks: `half` says which. */
const HALVES = process.env.CURFEW_SWEEP === "halves";

export async function sweepEveryPage(what: string, look: Look, half: 0 | 1): Promise<void> {
  const { demo, browser } = await openPortal();
  const watched = async (who: string): Promise<Person> => {
    const person = await signIn(browser, demo.ready, who, look);
    await person.page.addInitScript(WATCH_LAYOUT);
    return person;
  };

  test(`every page, ${what}`, async (t) => {
    const people = new Map<string, Person>();
    const visits = (await everyPage(demo)).filter((_, at) => !HALVES || at % 2 === half);
    for (const visit of visits) {
      const person = people.get(visit.who) ?? (await watched(visit.who));
      people.set(visit.who, person);
      await t.test(visit.name, async () => {
        await arrive(person.page, visit);
        assert.deepEqual(await axe(person.page), [], visit.path);
        const shifted = Number(await person.page.evaluate("window.shifted"));
        assert.ok(shifted < MOST_LAYOUT_SHIFT, `the layout shifted by ${shifted}`);
        const width = await person.page.evaluate("document.documentElement.scrollWidth");
        assert.ok(Number(width) <= look.viewport.width, `${width} px wide`);
        assert.deepEqual(person.faults.splice(0), [], visit.path);
      });
    }
    for (const person of people.values()) await person.close();
  });
}

/** Until whatever the page reads at first has come. */
export async function arrive(page: Page, { path, heading }: Visit): Promise<void> {
  await page.goto(path);
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
  const waiting = page.locator('[aria-busy="true"]');
  while ((await waiting.count()) > 0) await waiting.first().waitFor({ state: "detached" });
}

export async function axe(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help} at ${node.target.join(" ")}: ${node.html.slice(0, 160)}`),
  );
}
