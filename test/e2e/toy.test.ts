/** The portal with a kind of target that nobody ships: it offers what the kind can do, in the kind's words. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { buildPortal } from "../../src/build-portal.ts";
import type { ReadyFile } from "../../src/demo/ready-file.ts";
import { until } from "../fixtures/program.ts";
import { setTroubles } from "../fixtures/toy-target.ts";
import { type Cabinet, openToyWorld, PASSWORD, type ToyWorld } from "../fixtures/toy-world.ts";
import { openBrowser, type Person, signIn } from "./browser.ts";

let world: ToyWorld;
let browser: Browser;
before(async () => {
  world = await openToyWorld(await buildPortal(() => {}));
  browser = await openBrowser();
});
after(async () => {
  await browser.close();
  await world.close();
});

/** As much of a demo's as signing in takes. */
function sit(name: "ada" | "ben", to: string): Promise<Person> {
  const persona = { email: world.email(name), password: PASSWORD };
  return signIn(browser, { http: world.url, personas: { [name]: persona } } as unknown as ReadyFile, name, {
    to,
  });
}

async function opened(cabinet: Cabinet): Promise<void> {
  const ben = await world.person("ben");
  const { body } = await ben.post("/access-requests", cabinet.ask("PT1H"));
  const isThere = async () => {
    const { items } = (await ben.get(`/grants?requestId=${body.id}`)).body;
    return items[0].liveness === "live" || items[0].entitlements[0].fault !== null;
  };
  await until(isThere, 15_000, `the cabinet ${cabinet.name}`);
}

const cardOf = ({ page }: Person, { name }: Cabinet) =>
  page.getByRole("article", { name: `Contributor on ${name}` });

test("a secret in the kind's fields: masked until it is asked for, with a line to run", async () => {
  const cabinet = await world.cabinet("worded", { canExtend: false });
  await opened(cabinet);
  const ben = await sit("ben", "/access");
  const card = cardOf(ben, cabinet);
  await card
    .getByText(/Cabinet itself refuses new log-ins from then\. It cuts open sessions as well/)
    .waitFor();
  assert.equal(await card.getByRole("button", { name: "Extend" }).count(), 0, "no end is moved there");
  await card.getByRole("link", { name: "Connect" }).click();
  await ben.page.getByRole("button", { name: "Show the log-in once" }).click();
  const sheet = ben.page.getByRole("dialog", { name: "Connect to worded" });
  await sheet.getByText("Drawer", { exact: true }).waitFor();
  const [, drawer, pin] = await sheet.locator("pre").allTextContents();
  assert.deepEqual([drawer, pin], ["7", "••••••••"]);
  await sheet.getByRole("button", { name: "Show pin" }).click();
  assert.match((await sheet.locator("pre").nth(2).textContent()) ?? "", /^\d{6}$/);
  await sheet.getByText("Run open").waitFor();
  await sheet.getByRole("button", { name: "I have it" }).click();
  const sessions = ben.page.getByRole("region", { name: "Sessions open now" });
  await sessions.getByText("Not known: Cabinet cannot tell who is logged in.").waitFor();
  assert.deepEqual(ben.faults, []);
  await ben.close();
});

test("where there is no secret none is offered", async () => {
  const cabinet = await world.cabinet("open", { issuesSecret: false });
  await opened(cabinet);
  const ben = await sit("ben", "/access");
  const card = cardOf(ben, cabinet);
  await card.getByRole("button", { name: "Extend" }).waitFor();
  assert.equal(await card.getByRole("link", { name: "Connect" }).count(), 0);
  await card.getByRole("link", { name: "Contributor" }).click();
  await ben.page
    .getByText("There is no log-in to fetch: Cabinet lets you in as yourself until the end.")
    .waitFor();
  await ben.close();
});

test("a fault that does not pass is shown as one, and an administrator has it tried again", async () => {
  const cabinet = await world.cabinet("broken", { canObserve: false });
  setTroubles(cabinet.folder, { grant: { kind: "permanent", message: "the drawer is jammed" } });
  await opened(cabinet);
  const ada = await sit("ada", "/manage/targets");
  const target = ada.page.getByRole("article", { name: "broken" });
  await target.getByText("Curfew cannot look into it").waitFor();
  setTroubles(cabinet.folder, {});
  await target.getByRole("button", { name: "Try again what failed" }).click();
  await target.getByText("1 tried again").waitFor();
  assert.deepEqual(ada.faults, []);
  await ada.close();
});

test("what never opened says why, and is asked for again in a form that is filled in", async () => {
  const cabinet = await world.cabinet("never");
  setTroubles(cabinet.folder, { grant: { kind: "retryable", message: "nobody answers at the cabinet" } });
  const api = await world.person("ben");
  const said = { justification: "fix order 4711", ticket: { system: "jira", number: "OPS-1" } };
  const { body: request } = await api.post("/access-requests", { ...cabinet.ask("PT4S"), ...said });
  const grantOf = async () => (await api.get(`/grants?requestId=${request.id}`)).body.items[0];
  await until(async () => (await grantOf()).unconfirmed?.reason != null, 15_000, "it to fail");
  const ben = await sit("ben", "/access");
  const { page } = ben;
  await until(async () => (await grantOf()).liveness === "never_live", 15_000, "its time to pass");
  await page.goto(`${world.url}/access/${(await grantOf()).id}`);
  const standing = page.getByRole("region", { name: "Where it stands" });
  await standing
    .getByText(/Cabinet did not confirm it before its end \(nobody answers at the cabinet\)/)
    .waitFor();
  await shown(page, "never-live");
  await standing.getByRole("link", { name: "Ask again" }).click();
  await page.getByRole("heading", { name: "Request access" }).waitFor();
  assert.equal(await page.getByLabel("Why you need it").inputValue(), said.justification);
  assert.equal(await page.getByLabel("Ticket number").inputValue(), "OPS-1");
  assert.match(await page.getByRole("textbox", { name: "How long" }).inputValue(), /^4 s$/);
  setTroubles(cabinet.folder, {});
  await page.getByRole("button", { name: "Activate now" }).click();
  const asked = async () => (await api.get("/access-requests?view=mine")).body.items;
  const isSent = async () =>
    (await asked()).filter((one: { scope: string }) => one.scope === cabinet.scope).length === 2;
  await until(isSent, 15_000, "it to be sent");
  assert.deepEqual(ben.faults, []);
  await ben.close();
});

test("what was taken away and not seen to be gone is said so where it was ended, with the reason", async () => {
  const cabinet = await world.cabinet("left");
  await opened(cabinet);
  setTroubles(cabinet.folder, { revoke: { kind: "forbidden", message: "the key was changed" } });
  const ben = await sit("ben", "/access");
  const card = cardOf(ben, cabinet);
  await card.getByRole("button", { name: "Hand back" }).click();
  await ben.page.getByRole("dialog").getByRole("button", { name: "Hand back" }).click();
  await ben.page
    .getByText(/^Contributor on left is not live any more\. Not confirmed gone from Cabinet/)
    .waitFor();
  await ben.page.getByRole("region", { name: "Not confirmed gone yet" }).waitFor();
  await card.getByText("Not confirmed gone", { exact: true }).waitFor();
  await card
    .getByText(/Not confirmed gone from Cabinet: the key was changed; its owner has to let Curfew in/)
    .waitFor();
  await shown(ben.page, "not-confirmed-gone");
  setTroubles(cabinet.folder, {});
  await ben.close();
});

/** For whoever wants to see it: `CURFEW_PICTURES=folder`. */
async function shown(page: Page, name: string): Promise<void> {
  const folder = process.env.CURFEW_PICTURES;
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` });
}
