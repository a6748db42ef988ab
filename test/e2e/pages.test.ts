/**
 * Every page is visited once, and looked at light, dark, on a phone and at 200 %: it loads, nothing jumps while it does,
 * it says nothing to the console, axe finds nothing, nothing is wider than the window. Then everybody's menu.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { everyPage, type Visit } from "./addresses.ts";
import { DESKTOP, openPortal, type Person, PHONE, signIn } from "./browser.ts";
import { arrive, axe, callsOf, type Rules, settle, shiftOf, WATCH_LAYOUT, widthOf } from "./sweep.ts";

interface Look {
  readonly name: string;
  readonly viewport: { readonly width: number; readonly height: number };
  readonly colorScheme: "light" | "dark";
  /** What of axe's rules may answer otherwise than in the looks before. */
  readonly rules: Rules | null;
}

/** web.dev/cls: up to this, a page counts as steady. */
const MOST_LAYOUT_SHIFT = 0.1;
const LOOKS: readonly Look[] = [
  { name: "light", viewport: DESKTOP, colorScheme: "light", rules: "all" },
  { name: "dark", viewport: DESKTOP, colorScheme: "dark", rules: "colours" },
  { name: "at 200 %", viewport: { width: 640, height: 430 }, colorScheme: "light", rules: null },
  { name: "on a phone", viewport: PHONE, colorScheme: "dark", rules: "all but colours" },
];
/** What somebody's menu leads to is made of the same parts: it is looked at in less detail. */
const IN_PASSING: readonly Look[] = LOOKS.map((look) => ({
  ...look,
  rules: look.rules === "all" ? "all" : null,
}));
const MOST_CALLS = { home: 4, median: 3 };
/** With little time, as on a new machine, each page has two of the looks, and most pages of the menus are left. */
const HALVES = process.env.CURFEW_SWEEP === "halves";
const HALF: readonly (readonly Look[])[] = [
  LOOKS.filter(({ name }) => name === "light" || name === "on a phone"),
  LOOKS.filter(({ name }) => name === "dark" || name === "at 200 %").map((look) => ({
    ...look,
    rules: look.rules === null ? null : "all",
  })),
];
const MENUS_EACH = HALVES ? 4 : 1;

const { demo, browser } = await openPortal();
const people = new Map<string, Person>();
const calls = new Map<string, readonly string[]>();

test("every page, in every look", async (t) => {
  const visits = await everyPage(demo);
  // Half of them are loaded in a wide window, half on a phone, and then change.
  for (const [at, visit] of visits.entries()) await t.test(visit.name, () => look(visit, looksOf(at)));
});

test("a page asks little of the server before it can be used", () => {
  for (const [name, asked] of calls)
    if (name.startsWith("home")) assert.ok(asked.length <= MOST_CALLS.home, `${name}: ${asked.join(" ")}`);
  const counts = [...calls.values()].map(({ length }) => length).sort((a, b) => a - b);
  const median = counts[Math.floor(counts.length / 2)] ?? Number.POSITIVE_INFINITY;
  const most = [...calls].filter(([, { length }]) => length > MOST_CALLS.median);
  assert.ok(
    median <= MOST_CALLS.median,
    most.map(([name, asked]) => `${name}: ${asked.join(" ")}`).join("\n"),
  );
});

test("everybody's own menu leads to pages that are whole", async (t) => {
  const seen = new Set((await everyPage(demo)).map(({ who, path }) => `${who} ${path}`));
  let count = 0;
  for (const who of Object.keys(demo.ready.personas)) {
    const { page } = await personCalled(who);
    await arrive(page, { path: "/", heading: "Home" });
    const links = await page.getByRole("navigation", { name: "Main" }).getByRole("link").all();
    const paths = await Promise.all(links.map((link) => link.getAttribute("href")));
    for (const path of paths) {
      if (path === null || seen.has(`${who} ${path}`) || count++ % MENUS_EACH !== 0) continue;
      await t.test(`${who} at ${path}`, () => look({ name: path, who, path, heading: /./ }, IN_PASSING));
    }
  }
  assert.ok(count > 10, "nobody has a menu");
});

function looksOf(at: number): readonly Look[] {
  if (HALVES) return HALF[at % 2] ?? LOOKS;
  return at % 2 === 0 ? LOOKS : LOOKS.toReversed();
}

async function look(visit: Visit, looks: readonly Look[]): Promise<void> {
  const { page, faults } = await personCalled(visit.who);
  for (const [at, { name, viewport, colorScheme, rules }] of looks.entries()) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    if (at === 0) {
      await arrive(page, visit);
      calls.set(visit.name, await callsOf(page));
      const shifted = await shiftOf(page);
      assert.ok(shifted < MOST_LAYOUT_SHIFT, `${name}, the layout shifted by ${shifted}`);
    }
    await settle(page);
    const width = await widthOf(page);
    assert.ok(width <= viewport.width, `${name}: ${width} px wide`);
    if (rules !== null) assert.deepEqual(await axe(page, rules), [], `${name}: ${visit.path}`);
  }
  assert.deepEqual(faults.splice(0), [], visit.path);
}

async function personCalled(who: string): Promise<Person> {
  const known = people.get(who);
  if (known !== undefined) return known;
  const person = await signIn(browser, demo.ready, who);
  await person.page.addInitScript(WATCH_LAYOUT);
  people.set(who, person);
  return person;
}
