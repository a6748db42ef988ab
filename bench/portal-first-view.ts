/**
 * What the first view of a page costs far away: `npx node bench/portal-first-view.ts [name …]`. A new browser window with
 * nothing kept, 300 ms to the server and 1.6 Mbit/s, as Chromium's own tools slow it down; a page is usable once its
 * heading is there and nothing on it is busy. Times are this machine's; calls, requests and bytes are the same anywhere.
 */
import type { Page } from "playwright-core";
import { everyPage, type Visit } from "../test/e2e/addresses.ts";
import { openBrowser, signIn, slowDown } from "../test/e2e/browser.ts";
import { arrive, callsOf } from "../test/e2e/sweep.ts";
import { startDemo } from "../test/fixtures/program.ts";

const USUAL = ["home", "home-approver", "request", "access-live", "decide", "applications"];

/** Runs in the browser: when the first words stood there, and what came for it. */
const SEEN = `(() => {
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  const came = performance.getEntriesByType("resource");
  return {
    first: paint?.startTime ?? 0,
    requests: came.length + 1,
    bytes: came.reduce((sum, one) => sum + one.encodedBodySize, 0),
  };
})()`;

interface Seen {
  readonly first: number;
  readonly usable: number;
  readonly calls: readonly string[];
  readonly requests: number;
  readonly bytes: number;
}

const demo = await startDemo();
const browser = await openBrowser();
try {
  const wanted = process.argv.length > 2 ? process.argv.slice(2) : USUAL;
  const visits = (await everyPage(demo)).filter(({ name }) => wanted.includes(name));
  process.stdout.write("page                 first words  usable   calls requests   bytes\n");
  for (const visit of visits) {
    const { page, close } = await signIn(browser, demo.ready, visit.who);
    const seen = await firstView(page, visit);
    await close();
    const columns = [seen.first, seen.usable].map((ms) => `${(ms / 1_000).toFixed(1)} s`.padStart(11));
    const counts = [seen.calls.length, seen.requests, seen.bytes].map((count) => String(count).padStart(8));
    process.stdout.write(`${visit.name.padEnd(20)} ${columns.join("")}${counts.join("")}\n`);
    for (const call of seen.calls) process.stdout.write(`    ${call}\n`);
  }
} finally {
  await browser.close();
  await demo.close();
}

async function firstView(page: Page, visit: Visit): Promise<Seen> {
  await page.goto("about:blank");
  await slowDown(page);
  const before = performance.now();
  await arrive(page, visit);
  const usable = performance.now() - before;
  const seen = (await page.evaluate(SEEN)) as Omit<Seen, "usable" | "calls">;
  return { ...seen, usable, calls: await callsOf(page) };
}
