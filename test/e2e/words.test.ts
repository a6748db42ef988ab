/**
 * Names as people have them, in a real browser: unbroken, read from the right, or turned around before that was
 * refused. Then what is shown to be found, printed, reached by keyboard and never overlooked.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { until } from "../fixtures/program.ts";
import { everyPage } from "./addresses.ts";
import { DESKTOP, openPortal, PHONE, signIn } from "./browser.ts";
import { arrive, axe } from "./sweep.ts";

const { demo, browser } = await openPortal();

const UNBROKEN = "Fabrikam".repeat(25);
const TURNED = "\u202eollitsaC loraC";
const FROM_THE_RIGHT = "דוד כהן";

/** Every answer as if people and houses were called so: what is stored cannot be turned around any more. */
async function rename(page: Page): Promise<void> {
  await page.route("**/api/v1/**", async (route) => {
    if (!(route.request().headers().accept ?? "").includes("json")) return route.continue();
    const response = await route.fetch();
    const body = (await response.text())
      .replaceAll("Fabrikam", UNBROKEN)
      .replaceAll("Carol Castillo", TURNED)
      .replaceAll("Casey Chen", FROM_THE_RIGHT);
    return route.fulfill({ response, body });
  });
}

const NAMED =
  /^(home-approver|access-live|approvals$|decide$|application|customer|audit|eligibilities|notifications)/;

test("no name widens a page, on a desk or on a phone, and none turns what stands around it", async () => {
  const visits = (await everyPage(demo)).filter(({ name }) => NAMED.test(name));
  const people = new Map<string, Page>();
  for (const visit of visits) {
    if (!people.has(visit.who)) {
      const { page } = await signIn(browser, demo.ready, visit.who);
      await rename(page);
      people.set(visit.who, page);
    }
    const page = people.get(visit.who) as Page;
    await page.setViewportSize(DESKTOP);
    await arrive(page, visit);
    for (const { width, height } of [DESKTOP, PHONE]) {
      await page.setViewportSize({ width, height });
      // What is drawn anew for a phone is so a moment later.
      const fits = async () => Number(await page.evaluate("document.documentElement.scrollWidth")) <= width;
      await until(fits, 2_000, `${visit.name} to be no wider than ${width} px`);
    }
    const said = (await page.textContent("body")) ?? "";
    assert.equal(said.includes("\u202e"), false, `${visit.name} turns around`);
    const bare = said.replaceAll(/\u2068[^\u2069]*\u2069/g, "");
    assert.equal(bare.includes(FROM_THE_RIGHT), false, `${visit.name} has a name outside of an isolate`);
  }
  const audit = people.get("carol") as Page;
  await audit.setViewportSize(DESKTOP);
  await audit.goto("/audit?type=request.approval_given");
  const row = audit
    .getByRole("table", { name: "Audit entries" })
    .getByRole("link")
    .filter({ hasText: "דוד" });
  // How far to the right the parts of the sentence begin.
  const order: number[] = await row.first().evaluate((link) => {
    const { ownerDocument: sheet } = link;
    const text = sheet.createTreeWalker(link, sheet.defaultView.NodeFilter.SHOW_TEXT).nextNode();
    return ["דוד כהן", "approved", "for"].map((part) => {
      const range = sheet.createRange();
      range.setStart(text, text.data.indexOf(part));
      range.setEnd(text, text.data.indexOf(part) + part.length);
      return range.getBoundingClientRect().left;
    });
  });
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
    "the sentence is read from the left",
  );
  for (const page of people.values()) {
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await page.context().close();
  }
});

test("every row that was read is in the page and on paper, and all of them when asked for", async () => {
  const { page, faults, close } = await signIn(browser, demo.ready, "carol", { to: "/audit" });
  const rows = page.locator("tbody tr");
  await rows.first().waitFor();
  assert.equal(await rows.count(), 200);
  const high = await rows.evaluateAll((all) => all.filter((row) => row.clientHeight > 0).length);
  assert.equal(high, 200);
  const sheets =
    (await page.pdf({ format: "A4" })).toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  assert.ok(sheets >= 5, `200 rows on ${sheets} sheets`);
  await page.getByText("200 are shown, and there are more.").waitFor();
  await page.getByRole("button", { name: "Show all, to print or to search in them" }).click();
  await page.getByText("are shown, and there are more.").waitFor({ state: "detached" });
  assert.ok((await rows.count()) > 200);
  assert.deepEqual(faults, []);
  await close();
});

test("From and To chosen within one moment both count", async () => {
  const { page, close } = await signIn(browser, demo.ready, "carol", { to: "/audit" });
  await page.getByLabel("From").waitFor();
  await page.evaluate(`{
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
    for (const field of document.querySelectorAll('input[type="date"]')) {
      set.call(field, "2026-11-24");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }`);
  await page.waitForURL("**/audit?from=2026-11-24&to=2026-11-24");
  await close();
});

test("the steps of a deployment are reached by keyboard, as far as what was filled in is right", async () => {
  const { page, faults, close } = await signIn(browser, demo.ready, "carol", { to: "/catalogue" });
  await page.getByRole("link", { name: "Create Orders platform" }).click();
  await page.getByLabel("Application name").waitFor();
  const goBy = async (step: string) => {
    const focused = () => page.evaluate<string>('document.querySelector(":focus")?.textContent ?? ""');
    for (let tabs = 0; tabs < 80 && !(await focused()).includes(step); tabs++)
      await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
  };
  await goBy("Database");
  await page.getByText("A name is needed.").waitFor();
  await page.getByLabel("Application name").fill("by-keyboard");
  await page.getByRole("link", { name: /^Curfew/ }).focus();
  await goBy("Database");
  await page.getByRole("heading", { level: 2, name: "Database" }).waitFor();
  assert.equal(await page.locator('[aria-current="step"]').textContent(), "2Database");
  await page.getByRole("link", { name: /^Curfew/ }).focus();
  await goBy("Basics");
  await page.getByRole("heading", { level: 2, name: "Basics" }).waitFor();
  assert.deepEqual(faults, []);
  await close();
});

test("what arrives stands at the foot of the menu, which gives way to it", async () => {
  const { page, close } = await signIn(browser, demo.ready, "casey", {
    viewport: { width: 1280, height: 520 },
  });
  await page.getByRole("heading", { level: 1 }).waitFor();
  const frank = await demo.person("frank");
  const { status } = await frank.post("/access-requests", {
    scope: demo.ready.applications.orders,
    roleDefinitionIds: [demo.ready.roles.Contributor],
    duration: "PT20M",
    justification: "stands at the foot of the menu",
  });
  assert.equal(status, 201);
  const toast = page.locator(".mantine-Notification-root");
  await toast.waitFor();
  const places = page.locator("nav .mantine-NavLink-root");
  await places.last().scrollIntoViewIfNeeded();
  await until(
    async () => {
      const box = await toast.boundingBox();
      const menu = await page.locator("nav .mantine-ScrollArea-root").boundingBox();
      return box !== null && menu !== null && box.y >= menu.y + menu.height;
    },
    5_000,
    "the menu to end above what arrived",
  );
  await places.last().click();
  await close();
});

test("two people with the same letters are told apart, and the house is named", async () => {
  const colours = new Set<string>();
  for (const who of ["carol", "casey"]) {
    const { page, close } = await signIn(browser, demo.ready, who);
    const menu = page.getByRole("button", { name: /, your menu$/ });
    await page.getByRole("banner").getByText("Contoso", { exact: true }).waitFor();
    assert.match((await menu.textContent()) ?? "", /^CC(Carol Castillo|Casey Chen)$/);
    colours.add(
      await menu
        .locator(".mantine-Avatar-placeholder")
        .evaluate((mark) => mark.ownerDocument.defaultView.getComputedStyle(mark).backgroundColor),
    );
    await close();
  }
  assert.equal(colours.size, 2);
});

test("permanent access is counted and dated in every list, and whoever was just made eligible stands on top", async () => {
  const { page, faults, close } = await signIn(browser, demo.ready, "carol", { to: "/applications" });
  await page.getByText("Permanent access: 1 of 3 applications.").waitFor();
  const legacy = page.getByRole("row").filter({ hasText: "legacy" });
  await legacy.getByText("Permanent", { exact: true }).waitFor();
  await legacy.getByText(/^since /).waitFor();
  const carol = await demo.person("carol");
  const colin = (await carol.get("/principals?q=Colin")).body.items[0];
  const { body } = await carol.get("/eligibilities?limit=1");
  const { status } = await carol.post("/eligibilities", {
    principalId: colin.objectId,
    roleDefinitionId: demo.ready.roles.Owner,
    scope: body.items[0].scope.split("/").slice(0, 5).join("/"),
  });
  assert.equal(status, 201);
  await page.goto("/manage/eligibilities");
  const first = page.getByRole("table", { name: "Eligibilities" }).locator("tbody tr").first();
  await first.getByText("Colin Clarke").waitFor();
  await first.getByText(/^Owner on /).waitFor();
  assert.deepEqual(faults, []);
  await close();
});

test("a link within a sentence is more than a colour, and what is yet to come is named as that", async () => {
  const fiona = await signIn(browser, demo.ready, "fiona", { to: "/applications" });
  await fiona.page.getByText("No publisher's application runs here.").waitFor();
  assert.deepEqual(await axe(fiona.page), []);
  await fiona.close();
  const carol = await signIn(browser, demo.ready, "carol");
  await carol.page.route("**/api/v1/access-requests*", () => undefined);
  await carol.page.goto("/approvals/decided");
  await carol.page.getByRole("status", { name: "Loading" }).first().waitFor();
  assert.deepEqual(await axe(carol.page), []);
  await carol.close();
});
