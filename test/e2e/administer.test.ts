/** Administration by forms: each says what it does before it is saved, and as a file it does the same elsewhere. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import type { Page } from "playwright-core";
import { readConfiguration as readFiles } from "../../src/cli/configuration/read-documents.ts";
import { applyConfiguration } from "../../src/use-cases/apply/apply-configuration.ts";
import type { Kind } from "../../src/use-cases/apply/documents.ts";
import { readConfiguration } from "../../src/use-cases/apply/read-configuration.ts";
import { type Api, until } from "../fixtures/program.ts";
import { must, OPERATOR, openTestSystem } from "../fixtures/system.ts";
import { openPortal, openWindow, type Person, PHONE, signIn } from "./browser.ts";
import { axe } from "./sweep.ts";

const { demo, browser } = await openPortal();
let carol: Person;
let api: Api;
let web: string;
/** What forms showed as YAML, to be applied elsewhere at the end. */
const texts: string[] = [];

before(async () => {
  carol = await signIn(browser, demo.ready, "carol", { to: "/manage/people" });
  api = await demo.person("carol");
  web = demo.ready.resourceGroups.web ?? "";
});

const shown = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
const box = (page: Page, name: string) => page.getByRole("textbox", { name, exact: true });
const pick = async (page: Page, label: string, typed: string, option: string) => {
  await page.getByLabel(label).first().fill(typed);
  await page.getByRole("option", { name: option, exact: true }).click();
};
const specOf = async (kind: string, name: string) =>
  (await api.get(`/configuration/${kind}/${encodeURIComponent(name)}`)).body.spec;

async function keepText(page: Page): Promise<string> {
  await page.getByRole("button", { name: "As YAML" }).click();
  const text = (await page.getByLabel("As YAML").textContent()) ?? "";
  texts.push(text);
  return text;
}

test("a person is made with a password that is shown once, and signs in with it", async () => {
  const { page } = carol;
  await page.getByRole("button", { name: "New", exact: true }).click();
  await page.getByRole("menuitem", { name: "New person" }).click();
  await page.getByRole("button", { name: "Make this person" }).click();
  await shown(page, "They need an address to sign in with.");
  await box(page, "Name").fill("Ada Lovelace");
  await box(page, "E-mail").fill("casey@contoso.example");
  await page.getByLabel("Auditor: reads everything, changes nothing").check();
  await page.getByRole("button", { name: "Make this person" }).click();
  await shown(page, /^casey@contoso.example belongs to the user casey/i);
  assert.deepEqual(await axe(page), []);
  await page.reload();
  assert.equal(await box(page, "Name").inputValue(), "Ada Lovelace", "what was typed is kept");
  await box(page, "E-mail").fill("ada@contoso.example");
  const text = await keepText(page);
  assert.match(text, /fromEnv: ADA_LOVELACE_PASSWORD/);
  await page.getByRole("button", { name: "Make this person" }).click();
  const secret = page.getByRole("dialog", { name: "For Ada Lovelace" });
  await secret.getByRole("button", { name: "Show password" }).click();
  const password = (await secret.getByText(/^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/).textContent()) ?? "";
  assert.ok(!text.includes(password));
  await secret.getByRole("button", { name: "Copy password" }).click();
  await secret.getByRole("button", { name: "I have it" }).click();
  await page.getByRole("heading", { level: 1, name: "Ada Lovelace" }).waitFor();
  assert.deepEqual(await specOf("User", "ada-lovelace"), {
    email: "ada@contoso.example",
    displayName: "Ada Lovelace",
    rights: ["auditor"],
  });
  const ada = await openWindow(browser, demo.ready);
  await ada.page.goto(`/auth/sign-in?${new URLSearchParams({ to: "/audit" })}`);
  await ada.page.getByLabel("E-mail").fill("ada@contoso.example");
  await ada.page.getByLabel("Password").fill(password);
  await ada.page.getByRole("button", { name: "Sign in" }).click();
  await ada.page.getByRole("heading", { name: "Choose your own password" }).waitFor();
  assert.deepEqual(await axe(ada.page), []);
  await ada.page.getByLabel("A password that only you know").fill("Ada's own, and long");
  await ada.page.getByRole("button", { name: "Save and go on" }).click();
  await ada.page.getByRole("heading", { level: 1, name: "Audit" }).waitFor();
  await ada.close();
  assert.ok(!(await stored(page)).includes(password), "nothing secret stays in the browser");
});

const stored = (page: Page) =>
  page.evaluate(() => JSON.stringify([Object.entries(sessionStorage), Object.entries(localStorage)]));

test("a group in a group, never in a circle; who loses what is said before it is saved", async () => {
  const { page } = carol;
  await page.goto("/manage/people/new/group");
  await box(page, "Name").fill("Night watch");
  await pick(page, "Members", "Ada", "Ada Lovelace");
  await pick(page, "Members", "Casey", "Casey Chen");
  await keepText(page);
  await page.getByRole("button", { name: "Make this group" }).click();
  await page.getByRole("heading", { level: 1, name: "Night watch" }).waitFor();
  await page.goto("/manage/people/new/group");
  await box(page, "Name").fill("All watches");
  await pick(page, "Members", "Night", "Night watch (group)");
  await keepText(page);
  await page.getByRole("button", { name: "Make this group" }).click();
  await page.getByRole("heading", { level: 1, name: "All watches" }).waitFor();
  await page.getByRole("button", { name: "Members of Night watch" }).click();
  await page.getByRole("link", { name: "Ada Lovelace" }).waitFor();

  await page.getByRole("link", { name: "Night watch" }).click();
  await page.getByRole("heading", { level: 1, name: "Night watch" }).waitFor();
  await page.getByRole("link", { name: "Change", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Change Night watch" }).waitFor();
  await pick(page, "Members", "All w", "All watches (group)");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await shown(page, /^Groups must not hold each other in a circle: .*night-watch > all-watches/);

  const eligible = { principal: "group:all-watches", role: "Reader", scope: web };
  assert.equal((await api.put("/configuration/Eligibility/watches", { spec: eligible })).status, 200);
  await page.getByLabel("Members").first().press("Backspace");
  await page.getByLabel("Members").first().press("Backspace");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const sheet = page.getByRole("dialog", { name: "What this does" });
  const loses = sheet.getByRole("list", { name: "This takes away what they may ask for:" });
  await loses.getByText("Casey Chen may no longer ask for Reader on Contoso/web.").waitFor();
  assert.deepEqual(await axe(page), []);
  await sheet.getByRole("button", { name: "Back" }).click();
  assert.deepEqual((await specOf("Group", "night-watch")).members, ["ada-lovelace", "casey"]);
});

test("a workload's secret is made anew: the one before is nothing, and the new one gets in", async () => {
  const { page } = carol;
  await page.goto("/manage/people/new/workload");
  await box(page, "Name").fill("Deploy robot");
  await pick(page, "Owners", "Casey", "Casey Chen");
  await keepText(page);
  await page.getByRole("button", { name: "Make this workload" }).click();
  const dialog = page.getByRole("dialog", { name: "For Deploy robot" });
  const read = async () => {
    await dialog.getByRole("button", { name: "Show client secret" }).click();
    const secret = (await dialog.getByText(/^[\w-]{43}$/).textContent()) ?? "";
    await dialog.getByRole("button", { name: "Copy client secret" }).click();
    await dialog.getByRole("button", { name: "I have it" }).click();
    await dialog.waitFor({ state: "detached" });
    return secret;
  };
  const first = await read();
  const { clientId } = await specOf("ServicePrincipal", "deploy-robot");
  assert.equal(await tokenOf(clientId, first), 200);
  await shown(page, `It signs in with the client id ${clientId}.`);
  await page.getByRole("button", { name: "New client secret" }).click();
  await page.getByRole("button", { name: "Make a new secret" }).click();
  const second = await read();
  assert.deepEqual([await tokenOf(clientId, first), await tokenOf(clientId, second)], [401, 200]);
});

async function tokenOf(clientId: string, secret: string): Promise<number> {
  const response = await fetch(`${demo.ready.http}/oauth/token`, {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString("base64")}`,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  await response.arrayBuffer();
  return response.status;
}

test("a target's form is its kind's; it is looked into before it is saved, and its faults stand at their fields", async () => {
  const { page } = carol;
  const { config } = await specOf("Target", "orders-database");
  await page.goto("/manage/targets/new");
  await box(page, "Name in documents").fill("Reports database");
  await box(page, "Host").fill(config.host);
  await box(page, "Database").fill(config.database);
  await box(page, "User").fill("nobody there");
  await page.getByLabel("Password", { exact: false }).first().fill("and no password of anybody");
  await page.getByRole("button", { name: "More settings" }).click();
  await box(page, "Port").fill("70000");
  await page.getByRole("button", { name: "Check", exact: true }).click();
  await shown(page, /^Too big: expected number to be <=65535/);
  await box(page, "Port").fill(String(config.port));
  await page.getByRole("button", { name: "Check", exact: true }).click();
  await shown(page, "It cannot work like this");
  assert.equal((await api.get("/configuration/Target/reports-database")).status, 404);
  assert.deepEqual(await axe(page), []);
  await page.getByRole("button", { name: "Make this target" }).click();
  const sheet = page.getByRole("dialog", { name: "What this does" });
  await sheet.getByText("It cannot work like this").waitFor();
  await sheet.getByRole("button", { name: "Back" }).click();
  assert.ok(!(await stored(page)).includes("and no password of anybody"));
  assert.match(await keepText(page), /password:\s+fromEnv: REPORTS_DATABASE_PASSWORD/);
  await page.getByRole("button", { name: "Make this target" }).click();
  await sheet.getByRole("button", { name: "Save all the same" }).click();
  await page.waitForURL(/\/manage\/targets$/);
  assert.deepEqual((await specOf("Target", "reports-database")).config, {
    ...{ host: config.host, port: config.port, database: config.database, user: "nobody there" },
  });
  await page
    .getByRole("article", { name: "reports-database" })
    .getByRole("button", { name: "Remove" })
    .click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await shown(page, "reports-database is gone.");
});

test("a role is bound to what it becomes; taken away, whoever holds it is named", async () => {
  const { page } = carol;
  await page.goto("/manage/targets");
  await page.getByRole("link", { name: "Bind a role" }).click();
  await pick(page, "Role", "Read", "Reader");
  await pick(page, "Where", "web", "contoso-production / web");
  const entitlement = page.getByRole("group", { name: "Becomes there" });
  await entitlement.getByRole("textbox", { name: "Role" }).fill("no_such_role");
  await page.getByRole("button", { name: "Check", exact: true }).click();
  await shown(page, /no_such_role/);
  await entitlement.getByRole("textbox", { name: "Role" }).fill("orders_reader");
  await page.getByRole("button", { name: "Check", exact: true }).click();
  await shown(page, "Curfew may do there what it needs, and no more.");
  await shown(
    page,
    /^Whoever holds Reader on contoso-production \/ web from then on gets it in orders-database/,
  );
  await keepText(page);
  await page.getByRole("button", { name: "Bind a role" }).click();
  const rows = page.getByRole("table", { name: "Bindings" });
  await rows.getByText("Reader on web").waitFor();
  assert.deepEqual(await axe(page), []);
  assert.deepEqual((await specOf("Binding", "reader-contoso-production-web-orders-database")).entitlement, {
    role: "orders_reader",
  });
  const frank = await demo.person("frank");
  const { body: asked } = await frank.post("/access-requests", {
    scope: demo.ready.applications.orders,
    roleDefinitionIds: [demo.ready.roles.Contributor],
    duration: "PT20M",
    justification: "a stuck order",
  });
  const decision = { decision: "approve", justification: "go on" };
  assert.equal((await api.post(`/access-requests/${asked.id}/decisions`, decision)).status, 200);
  const grant = async () => (await frank.get(`/access-requests/${asked.id}`)).body.grantIds[0];
  const liveness = async () => (await frank.get(`/grants/${await grant()}`)).body.liveness;
  await until(async () => (await liveness()) === "live", 20_000, "the grant to be live");
  await rows.getByRole("link", { name: "Contributor on orders" }).click();
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await shown(page, "Whoever holds the role there loses what it became in the target.");
  await page
    .getByRole("list", { name: "This ends access that is open now:" })
    .getByText(/^Frank Fischer loses Contributor on Contoso\/orders until /)
    .first()
    .waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Back" }).click();
});

test("a second factor is taken away and a password set anew: whoever was signed in is so no more", async () => {
  const { page } = carol;
  const persona = demo.ready.personas.casey;
  const casey = await signIn(browser, demo.ready, "casey", { to: "/access" });
  await page.goto(`/manage/people/${persona?.objectId}`);
  await page.getByRole("button", { name: "Sign out everywhere" }).click();
  await shown(page, /session/);
  await page.getByRole("dialog").getByRole("button", { name: "Sign out", exact: true }).click();
  await shown(page, "Casey Chen is signed out everywhere.");
  await until(
    async () => (await casey.page.request.get("/api/v1/me")).status() === 401,
    10_000,
    "the end of it",
  );
  await page.getByRole("button", { name: "Take away the second factor" }).click();
  assert.match(await keepTextOnly(page), /totpSecret: null/);
  await page.getByRole("dialog").getByRole("button", { name: "Take it away" }).click();
  await shown(page, "Casey Chen signs in without a second factor.");
  await page.getByRole("button", { name: "New password" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Set a new password" }).click();
  const dialog = page.getByRole("dialog", { name: "For Casey Chen" });
  await dialog.getByRole("button", { name: "Show password" }).click();
  const password = (await dialog.getByText(/^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/).textContent()) ?? "";
  await dialog.getByRole("button", { name: "Copy password" }).click();
  await dialog.getByRole("button", { name: "I have it" }).click();
  await casey.page.goto(`/auth/sign-in?${new URLSearchParams({ to: "/access" })}`);
  await casey.page.getByLabel("E-mail").fill(persona?.email ?? "");
  await casey.page.getByLabel("Password").fill(password);
  await casey.page.getByRole("button", { name: "Sign in" }).click();
  await casey.page.getByLabel("A password that only you know").fill("Casey's own, and long");
  await casey.page.getByRole("button", { name: "Save and go on" }).click();
  await casey.page.getByRole("heading", { level: 1, name: "My access" }).waitFor();
  await casey.close();
});

async function keepTextOnly(page: Page): Promise<string> {
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "As YAML" }).click();
  return (await dialog.getByLabel("As YAML").textContent()) ?? "";
}

test("other terms are replayed on what the publisher asked for, before they are saved", async () => {
  const { page } = carol;
  const { body } = await api.get("/applications");
  const { id } = body.items.find((one: { name: string }) => one.name === "billing");
  await page.goto(`/applications/${id}/jit-configuration`);
  await box(page, "Maximum duration").fill("5 min");
  await page.getByRole("button", { name: "What would this have changed?" }).click();
  const sheet = page.getByRole("dialog", { name: "What would this have changed?" });
  await sheet
    .getByText(/requests? in the last 30 days: .* would be refused \(longer than 5 min\)\.$/)
    .waitFor();
  await sheet.getByRole("button", { name: "Save terms" }).click();
  await shown(page, /^Saved\./);
  await sheet.waitFor({ state: "detached" });
});

test("on a phone each form stays within its width, and nobody but administrators comes to it", async () => {
  const phone = await signIn(browser, demo.ready, "carol", {
    to: "/manage/people/new/person",
    viewport: PHONE,
  });
  for (const to of [
    "/manage/people/new/person",
    "/manage/targets/new",
    "/manage/bindings/new",
    "/manage/bindings",
  ]) {
    await phone.page.goto(to);
    await phone.page
      .getByRole("button", { name: "As YAML" })
      .or(phone.page.getByRole("table"))
      .first()
      .waitFor();
    const beyond = await phone.page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
    assert.ok(beyond <= 0, `${to} is ${beyond} px too wide`);
  }
  await phone.close();
  const cora = await signIn(browser, demo.ready, "colin", { to: "/manage/targets/new" });
  await cora.page.getByRole("heading", { level: 1, name: "Not open to you: Targets" }).waitFor();
  await cora.close();
});

test("what the forms showed, applied elsewhere as a file, says the same there", async () => {
  const folder = mkdtempSync(join(tmpdir(), "curfew-forms-"));
  const system = await openTestSystem(null);
  try {
    const file = join(folder, "forms.yaml");
    const mine = texts.filter((text) => !/kind: (?:Target|Binding)/.test(text));
    // What the test's own installation reaches is nothing: a target and its binding go together.
    const [target = "", binding = ""] = texts.filter((text) => /kind: (?:Target|Binding)/.test(text));
    const bound = binding.replace("target: orders-database", "target: reports-database");
    writeFileSync(file, [...mine, target, bound].join("---\n"));
    const env = new Proxy({} as Record<string, string>, {
      get: (_, name) => `long-enough-for-everybody-and-${String(name)}`,
      has: () => true,
      getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: "" }),
    });
    const { documents } = readFiles([file], env);
    const mineToo = documents.map((one) => ({ ...one, tenant: "contoso" }));
    must(
      await applyConfiguration(system.deps, OPERATOR, { documents: mineToo, dryRun: false, prune: false }),
    );
    for (const { kind, name } of documents) {
      const there = must(
        await readConfiguration(system.deps, OPERATOR, { kind: kind as Kind, name, tenant: "contoso" }),
      );
      const { clientId: _, ...spec } = there[0]?.spec ?? {};
      if (kind === "Target") {
        assert.deepEqual(Object.keys(spec), ["kind", "config"]);
        continue;
      }
      const { clientId: __, ...here } = await specOf(kind, name);
      assert.deepEqual(
        spec,
        kind === "Binding" ? { ...here, target: "reports-database" } : here,
        `${kind} ${name}`,
      );
    }
    assert.deepEqual(
      documents.map(({ kind }) => kind),
      ["User", "Group", "Group", "ServicePrincipal", "Target", "Binding"],
    );
  } finally {
    await system.remove();
    rmSync(folder, { recursive: true, force: true });
  }
});
