/** How a page is arrived at, and what is looked at there: what axe finds, how wide it is, how much moved meanwhile. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import type { Visit } from "./addresses.ts";

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const ABOUT_COLOURS = ["color-contrast", "link-in-text-block"];

/** Which of axe's rules are asked: the whole of them costs as much as loading the page. */
export type Rules = "all" | "colours" | "all but colours";

const ASKED: Readonly<Record<Rules, object>> = {
  all: { runOnly: WCAG },
  colours: { runOnly: { type: "rule", values: ABOUT_COLOURS } },
  "all but colours": {
    runOnly: WCAG,
    rules: Object.fromEntries(ABOUT_COLOURS.map((rule) => [rule, { enabled: false }])),
  },
};

// The package's own way in puts all of axe into the page before each question, and opens another page for the answer.
const AXE = readFileSync(
  createRequire(import.meta.resolve("@axe-core/playwright")).resolve("axe-core/axe.min.js"),
  "utf8",
);

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly html: string }[];
}

/** Each violation in a line; none: an empty list. */
export async function axe(page: Page, rules: Rules = "all"): Promise<string[]> {
  if ((await page.evaluate("typeof axe")) === "undefined") await page.evaluate(AXE);
  const options = JSON.stringify({ ...ASKED[rules], resultTypes: ["violations"] });
  const found = (await page.evaluate(
    `axe.run(${options}).then(({ violations }) => violations)`,
  )) as Violation[];
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help} at ${node.target.join(" ")}: ${node.html.slice(0, 160)}`),
  );
}

/** Until whatever the page reads at first has come. */
export async function arrive(page: Page, { path, heading }: Pick<Visit, "path" | "heading">): Promise<void> {
  // What the browser fetches is waited for below, by what is to be seen of it.
  await page.goto(path, { waitUntil: "commit" });
  await page.getByRole("heading", { level: 1, name: heading }).first().waitFor();
  const waiting = page.locator('[aria-busy="true"]');
  while ((await waiting.count()) > 0) await waiting.first().waitFor({ state: "detached" });
}

export const WATCH_LAYOUT = `
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) window.shifted += value;
  }).observe({ type: "layout-shift", buffered: true });`;

/** How much the layout has moved by itself since the page was loaded; needs `WATCH_LAYOUT` in it. */
export const shiftOf = async (page: Page): Promise<number> => Number(await page.evaluate("window.shifted"));

/** What the page has asked the server for since it was loaded, in the order of asking; the stream of changes left out. */
export async function callsOf(page: Page): Promise<string[]> {
  const came = (await page.evaluate(
    "performance.getEntriesByType('resource').map(({ name }) => name.slice(location.origin.length))",
  )) as string[];
  return came.filter((address) => /^\/(api|auth)\//.test(address) && address !== "/api/v1/events");
}

/** Everything that follows a window or a look that changed has followed, and no colour is on its way to another. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
    for (const one of document.getAnimations()) if (one instanceof CSSTransition) one.finish();
    done();
  })))`);
}

/** In pixels, what may have to be scrolled sideways included. */
export const widthOf = async (page: Page): Promise<number> =>
  Number(await page.evaluate("document.documentElement.scrollWidth"));
