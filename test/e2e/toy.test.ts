/** The portal with a kind of target that nobody ships: it offers what the kind can do, in the kind's words. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
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
  await card.getByRole("button", { name: "Connect" }).click();
  const sheet = ben.page.getByRole("dialog");
  await sheet.getByRole("button", { name: "Show the secret once" }).click();
  await sheet.getByText("Drawer", { exact: true }).waitFor();
  const [drawer, pin] = await sheet.locator("pre").allTextContents();
  assert.deepEqual([drawer, pin], ["7", "••••••••"]);
  await sheet.getByRole("button", { name: "Show pin" }).click();
  assert.match((await sheet.locator("pre").nth(1).textContent()) ?? "", /^\d{6}$/);
  await sheet.getByText("Run open").waitFor();
  await sheet.getByRole("button", { name: "I have it" }).click();
  assert.deepEqual(ben.faults, []);
  await ben.close();
});

test("where there is no secret none is offered", async () => {
  const cabinet = await world.cabinet("open", { issuesSecret: false });
  await opened(cabinet);
  const ben = await sit("ben", "/access");
  const card = cardOf(ben, cabinet);
  await card.getByRole("button", { name: "Extend" }).waitFor();
  assert.equal(await card.getByRole("button", { name: "Connect" }).count(), 0);
  await ben.close();
});

test("a fault that does not pass is shown as one, and an administrator has it tried again", async () => {
  const cabinet = await world.cabinet("broken", { canObserve: false });
  setTroubles(cabinet.folder, { grant: { kind: "permanent", message: "the drawer is jammed" } });
  await opened(cabinet);
  const ada = await sit("ada", "/manage/targets");
  const target = ada.page.getByRole("article", { name: "broken" });
  await target.getByText("It cannot be looked into").waitFor();
  setTroubles(cabinet.folder, {});
  await target.getByRole("button", { name: "Try again what failed" }).click();
  await target.getByText("1 tried again").waitFor();
  assert.deepEqual(ada.faults, []);
  await ada.close();
});
