/** Asking for access in a real browser: by keyboard, with what follows said beside it, and nothing lost on the way. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Locator, Page } from "playwright-core";
import type { Api } from "../fixtures/program.ts";
import { openPortal, type Person, PHONE, signIn, typeCredentials } from "./browser.ts";

const MOST_TABS = 80;

const { demo, browser } = await openPortal();

/** A prefilled form, as "ask again" and favourites lead to it. */
function address(place: string, duration?: string): string {
  const scope = demo.ready.applications[place] ?? demo.ready.resourceGroups[place] ?? "";
  const role = demo.ready.roles.Contributor ?? "";
  return `/request?${new URLSearchParams({ scope, role, ...(duration === undefined ? {} : { for: duration }) })}`;
}

const summaryOf = (page: Page) => page.getByRole("complementary", { name: "What would happen" });
const saysIn = (within: Page | Locator, text: string | RegExp) => within.getByText(text).first().waitFor();

const hasFocus = (element: Locator) => element.evaluate((one) => one.matches(":focus"));

async function tabTo(page: Page, wanted: Locator): Promise<void> {
  for (let tabs = 0; tabs < MOST_TABS; tabs++) {
    if (await hasFocus(wanted)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the keyboard does not reach ${wanted}`);
}

/** What is marked as wrong, in whatever way. */
const marked = (page: Page) => page.locator('main [aria-invalid="true"], main [data-error]').count();

async function draftOf(page: Page): Promise<string | null> {
  return page.evaluate(() => {
    const kept = Object.keys(sessionStorage).find((key) => key.startsWith("curfew-draft:"));
    return kept === undefined ? null : sessionStorage.getItem(kept);
  });
}

test("on a phone the button stays within reach, and the summary comes from the bar", async () => {
  const person = await signIn(browser, demo.ready, "frank", { to: address("billing"), viewport: PHONE });
  const { page, faults, close } = person;
  const button = page.getByRole("button", { name: "Activate now" });
  await button.waitFor();
  for (const at of ["top", "bottom"]) {
    if (at === "bottom") await page.getByLabel("How long").last().scrollIntoViewIfNeeded();
    await insideWindow(person, button);
  }
  const bar = page.getByRole("button", { name: /^What would happen/ });
  await saysIn(bar, /^Ends \d\d:\d\d:\d\d$|^Ends \d+ \w+ \d\d:\d\d$/);
  await bar.click();
  const sheet = page.getByRole("dialog", { name: "What would happen" });
  await saysIn(sheet, "Nobody has to; Contoso's approvers are told.");
  await saysIn(sheet, "Rules: all satisfied");
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "hidden" });
  assert.deepEqual(faults, []);
  await close();
});

test("Frank asks for Contributor on orders for 30 s with the keyboard alone", async () => {
  const { page, faults, close } = await signIn(browser, demo.ready, "frank", { to: "/request" });
  const orders = page.getByRole("group", { name: "orders, Contoso" });
  await saysIn(orders, "Eligible through support · up to 4 h · decided by Contoso, 2 approvers");
  await tabTo(page, orders.getByRole("checkbox", { name: "Contributor" }));
  await page.keyboard.press("Space");
  const summary = summaryOf(page);
  await saysIn(summary, "Contributor on orders");
  assert.ok(await hasFocus(orders.getByRole("checkbox")), "the focus stays on what was chosen");

  await tabTo(page, page.getByLabel("Why you need it (optional)"));
  await page.keyboard.type("fix order 4711");
  // The settings' default, not their maximum.
  const hour = page.getByRole("radio", { name: "1 h", exact: true });
  assert.ok(await hour.isChecked());
  await tabTo(page, hour);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await tabTo(page, page.getByLabel("How long, typed"));
  await page.keyboard.press("Control+A");
  await page.keyboard.type("30 s");

  await saysIn(summary, "Contoso, 2 approvers.");
  await saysIn(summary, "Rules: all satisfied");
  await saysIn(summary, "At least 10 s.");
  await endsInSeconds(summary, 30);
  assert.equal(await marked(page), 0);
  await tabTo(page, page.getByRole("button", { name: "Send request" }));
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/requests\/[0-9a-f-]{36}$/);

  const asked = await requestAt(await demo.person("frank"), page);
  assert.deepEqual(
    [asked.state, asked.asked.duration, asked.justification, asked.scopeName],
    ["pending", "PT30S", "fix order 4711", "orders"],
  );
  assert.equal(await draftOf(page), null, "what was sent is no draft any more");
  assert.deepEqual(faults, []);
  await close();
});

test("nothing is red before it is sent; then what fails has the focus, and one click mends it", async () => {
  const { page, faults, close } = await signIn(browser, demo.ready, "frank", {
    to: address("billing", "PT9H"),
  });
  const summary = summaryOf(page);
  await saysIn(summary, "Nobody has to; Contoso's approvers are told.");
  await saysIn(summary, "9 h is more than the maximum of 8 h.");
  await saysIn(summary, "Rules: 1 thing still needed");
  assert.equal(await marked(page), 0);

  await page.getByRole("button", { name: "Activate now" }).click();
  const typed = page.getByLabel("How long, typed");
  await page.locator("#how-long:focus").waitFor();
  assert.equal(await typed.getAttribute("aria-invalid"), "true");
  await typed.fill("a while");
  await saysIn(summary, "Such as 45 min, 1 h 30 min or 1:30.");
  await typed.fill("9 h");
  await summary.getByRole("button", { name: "Ask for 8 h" }).click();
  assert.equal(await typed.inputValue(), "8 h");
  await saysIn(summary, "Rules: all satisfied");
  assert.equal(await marked(page), 0);

  await page.getByRole("button", { name: "Activate now" }).click();
  await saysIn(
    page,
    /^Contributor on billing is yours until \d\d:\d\d:\d\d|^Contributor on billing is yours until \d+ \w+ \d\d:\d\d/,
  );
  await page.waitForURL(/\/requests\/[0-9a-f-]{36}$/);
  const grants = (await (await demo.person("frank")).get("/grants?view=mine&state=active")).body.items;
  assert.deepEqual(
    grants
      .filter((grant: { kind: string }) => grant.kind !== "standing")
      .map((grant: { scopeName: string }) => grant.scopeName),
    ["billing"],
  );

  await page.goto(address("billing"));
  await saysIn(summary, /^Access you hold\. The role is already held until [\d :\w]+\.$/);
  assert.deepEqual(faults, []);
  await close();
});

test("a half-written form outlives a lost sign-in, and is its writer's alone", async () => {
  const { page, faults, close } = await signIn(browser, demo.ready, "fiona", { to: address("billing") });
  const why = page.getByLabel("Why you need it (optional)");
  await why.fill("half a sen");
  await page.context().clearCookies();
  await why.pressSequentially("tence");
  await page.getByRole("link", { name: "Sign in again" }).click();
  await typeCredentials(page, demo.ready, "fiona");
  await saysIn(page, "Your draft is back.");
  assert.equal(await why.inputValue(), "half a sentence");
  assert.ok(
    faults.every((fault) => fault.includes("401")),
    faults.join("\n"),
  );
  faults.length = 0;

  await page.getByRole("button", { name: "Start afresh" }).click();
  assert.equal(await why.inputValue(), "");
  assert.equal(await draftOf(page), null);
  await why.fill("Fiona's own words");
  await page.context().clearCookies();
  await page.goto(`/auth/sign-in?${new URLSearchParams({ to: address("billing") })}`);
  await typeCredentials(page, demo.ready, "frank");
  await saysIn(page, "Contributor on billing");
  assert.equal(await why.inputValue(), "");
  assert.equal(await draftOf(page), null);
  assert.deepEqual(faults, []);
  await close();
});

test("several roles of one place: the strictest rules, one's own people by name, and what is still needed", async () => {
  const { page, faults, close } = await signIn(browser, demo.ready, "colin", { to: "/request" });
  const web = page.getByRole("group", { name: "web, Contoso" });
  await web.getByRole("checkbox", { name: "Reader" }).check();
  await saysIn(
    web,
    /^Eligible directly at contoso-production until \d+ \w+ \d{4} \d\d:\d\d · up to (1 d|24 h) · nobody has to decide$/,
  );
  const summary = summaryOf(page);
  await saysIn(summary, "Reader on web");
  await page.getByRole("button", { name: "Activate now" }).waitFor();
  await web.getByRole("checkbox", { name: "Contributor" }).check();
  await saysIn(summary, "Contributor and Reader on web");
  await saysIn(summary, /^(Carol Castillo or Casey Chen|Casey Chen or Carol Castillo)\.$/);
  await saysIn(page, "up to 1 h");
  await saysIn(summary, "Rules: 2 things still needed");
  await saysIn(summary, "Signed in with a second factor.");
  await saysIn(summary, "Not enforced by a target: anyone who asks Curfew hears no from then.");
  assert.equal(await marked(page), 0);

  await page.getByRole("button", { name: "Send request" }).click();
  await page.locator("#justification:focus").waitFor();
  assert.equal(await page.locator("#justification-error").textContent(), "Say why you need it.");
  await page.getByLabel("Why you need it").fill("the shop is down");
  await page.getByLabel("Ticket number").fill("OPS-12");
  await saysIn(summary, "Say which system it is in.");
  await page.getByLabel("Ticket system").fill("jira");
  await page.getByText("Maintenance").click();
  await page.getByLabel("Plan (optional)").fill("restart it");
  await page.getByRole("radio", { name: "Later" }).check();
  await saysIn(page, "Your own clock: Europe/Berlin, UTC+");
  await page.getByLabel("Start at").fill(localTomorrow());
  await saysIn(summary, /^Starts \d+ \w+ 09:30, ends .* Approved after its start, it starts then/);
  await page.getByRole("button", { name: "Keep as a favourite" }).click();
  await page.getByRole("button", { name: "Send request" }).click();
  await page.waitForURL(/\/requests\/[0-9a-f-]{36}$/);

  const asked = (await requestBySelf(page)) as Record<string, unknown>;
  assert.deepEqual(asked.ticket, { system: "jira", number: "OPS-12" });
  assert.deepEqual(asked.operation, { purpose: "maintenance", plan: "restart it" });
  assert.equal((asked.roles as unknown[]).length, 2);
  await page.goto("/");
  await page.getByRole("button", { name: "Take from favourites: web" }).waitFor();
  assert.deepEqual(faults, []);
  await close();
});

test("where JIT was declined there is nothing to send", async () => {
  const { page, faults, close } = await signIn(browser, demo.ready, "frank", { to: address("legacy") });
  await saysIn(
    page,
    "Nothing to activate: Contoso declined JIT when deploying, so you hold Contributor permanently.",
  );
  assert.equal(await page.getByRole("button", { name: /Send request|Activate now|Schedule/ }).count(), 0);
  assert.deepEqual(faults, []);
  await close();
});

test("an emergency where the limits allow it, and the way to a second factor that loses nothing", async () => {
  const carol = await demo.person("carol");
  const { items } = (await carol.get("/applications")).body;
  const { id } = items.find(({ name }: { name: string }) => name === "billing");
  const policy = { mode: "manual", approvers: ["casey"], emergencyAllowed: true, mfaRequired: true };
  assert.equal((await carol.put(`/applications/${id}/jit-policy`, policy)).status, 200);

  const { page, faults, close } = await signIn(browser, demo.ready, "fiona", {
    to: address("billing", "PT2H"),
  });
  const summary = summaryOf(page);
  await saysIn(summary, "Contoso, 1 approver.");
  await saysIn(
    page,
    /^Skips approval, lasts at most 1 h, cannot be extended\. Every approver hears of it at once/,
  );
  await page.getByRole("switch", { name: "This is an emergency" }).check();
  await saysIn(summary, "Nobody has to. Every approver hears of it at once.");
  assert.ok(await page.getByRole("radio", { name: "1 h", exact: true }).isChecked());
  await page.getByRole("button", { name: "Activate now" }).click();
  await saysIn(summary, "Sign in again with your second factor.");
  const way = summary.getByRole("link", { name: "Confirm with your second factor" });
  const to = new URLSearchParams((await way.getAttribute("href"))?.split("?")[1]);
  assert.deepEqual([to.get("mfa"), to.get("to")], ["1", address("billing", "PT2H").replaceAll("+", "%20")]);
  await page.reload();
  await saysIn(page, "Your draft is back.");
  assert.ok(await page.getByRole("switch", { name: "This is an emergency" }).isChecked());
  assert.deepEqual(faults, []);
  await close();
});

/** The end that the summary promises, by UTC, is that long from now. */
async function endsInSeconds(summary: Locator, seconds: number): Promise<void> {
  const said = summary.getByText(
    /Approved now, it would end \d\d:\d\d:\d\d \(\d\d:\d\d:\d\d UTC\)\. Its time starts with the approval\. PostgreSQL itself refuses new log-ins from then\. Curfew cuts open sessions \(/,
  );
  const [, utc] = /\((\d\d:\d\d:\d\d) UTC\)/.exec((await said.textContent()) ?? "") ?? [];
  const now = Date.now();
  const day = new Date(now).toISOString().slice(0, 10);
  const offMs = Math.abs(Date.parse(`${day}T${utc}Z`) - now - seconds * 1_000) % 86_400_000;
  assert.ok(offMs < 5_000 || offMs > 86_395_000, `${utc} is ${offMs} ms off`);
}

async function requestAt(api: Api, page: Page) {
  const id = new URL(page.url()).pathname.split("/").at(-1);
  return (await api.get(`/access-requests/${id}`)).body;
}

/** As the browser's own session reads it. */
async function requestBySelf(page: Page): Promise<unknown> {
  const id = new URL(page.url()).pathname.split("/").at(-1);
  return page.evaluate(async (of) => (await fetch(`/api/v1/access-requests/${of}`)).json(), id);
}

async function insideWindow({ page }: Person, element: Locator): Promise<void> {
  const box = await element.boundingBox();
  assert.ok(box !== null && box.y >= 0 && box.y + box.height <= PHONE.height, JSON.stringify(box));
  assert.equal(await page.locator("html").evaluate((root) => root.scrollWidth), PHONE.width);
}

/** Tomorrow at half past nine, as a field for a local time takes it. */
function localTomorrow(): string {
  const day = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Berlin" });
  return `${day.format(Date.now() + 86_400_000)}T09:30`;
}
