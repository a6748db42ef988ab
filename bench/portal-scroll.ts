/**
 * How smoothly ten thousand requests scroll, in the portal's own page in a real browser: `npx node bench/portal-scroll.ts`.
 * The list is answered in the browser, page by page, so that only the page is measured. A frame is the time from one
 * call of requestAnimationFrame to the next.
 */
import { randomUUID } from "node:crypto";
import type { Page, Route } from "playwright-core";
import type { Answer } from "../src/client/client.ts";
import { openBrowser, PHONE, signIn } from "../test/e2e/browser.ts";
import { startDemo } from "../test/fixtures/program.ts";
import { median, quantile } from "./scenario.ts";

const ROWS = Number(process.env.CURFEW_SCROLL_ROWS ?? 10_000);
const STEP_PX = 400;
const MOST_FRAMES = 20_000;
const ROW = "tbody tr[aria-rowindex]";

/** One step a frame, down to the last row; waits where the next page has yet to come. Runs in the browser. */
const SCROLL = `(async () => {
  const nextFrame = () => new Promise(requestAnimationFrame);
  const frames = [];
  let mostRows = 0;
  let reached = 0;
  let last = await nextFrame();
  while (reached < ${ROWS} && frames.length < ${MOST_FRAMES}) {
    window.scrollBy(0, ${STEP_PX});
    const now = await nextFrame();
    frames.push(now - last);
    last = now;
    const shown = [...document.querySelectorAll('${ROW}')];
    mostRows = Math.max(mostRows, shown.length);
    reached = Math.max(...shown.map((row) => Number(row.getAttribute("aria-rowindex")) - 1));
  }
  return { frames, mostRows, reached };
})()`;

type Requests = Answer<"listAccessRequests">;

const demo = await startDemo();
const browser = await openBrowser();
try {
  const frank = await demo.person("frank");
  const { body } = await frank.get("/access-requests?limit=1");
  const [model] = (body as Requests).items;
  if (model === undefined) throw new Error("the demo has no request to take as a model");
  const requests = Array.from({ length: ROWS }, (_, index) => ({
    ...model,
    id: randomUUID(),
    scopeName: `orders ${index + 1}`,
  }));
  for (const [name, viewport] of [
    ["wide", { width: 1280, height: 860 }],
    ["phone", PHONE],
  ] as const) {
    const person = await signIn(browser, demo.ready, "frank", { viewport });
    await person.page.route(/\/api\/v1\/access-requests\?/, (route) => answerPage(route, requests));
    await person.page.goto("/access/requests");
    const found = await scrollThrough(person.page);
    process.stdout.write(
      `${name}: ${found.frames.length} frames, median ${median(found.frames).toFixed(1)} ms, p99 ${quantile(found.frames, 0.99).toFixed(1)} ms, ` +
        `at most ${found.mostRows} rows in the document, ${found.reached} of ${ROWS} reached\n`,
    );
    await person.close();
  }
} finally {
  await browser.close();
  await demo.close();
}

async function answerPage(route: Route, all: Requests["items"]): Promise<void> {
  const query = new URL(route.request().url()).searchParams;
  const from = Number(query.get("cursor") ?? 0);
  const to = from + Number(query.get("limit") ?? 50);
  await route.fulfill({
    json: { items: all.slice(from, to), nextCursor: to < all.length ? String(to) : null } satisfies Requests,
  });
}

interface Scrolled {
  readonly frames: readonly number[];
  readonly mostRows: number;
  readonly reached: number;
}

async function scrollThrough(page: Page): Promise<Scrolled> {
  await page.locator(ROW).first().waitFor();
  return page.evaluate<Scrolled>(SCROLL);
}
