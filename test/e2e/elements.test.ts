/** The elements of real packages in a real browser: each has something to fill in, follows what is typed, and comes out right. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { crc32, deflateSync } from "node:zlib";
import type { Page } from "playwright-core";

import { openPortal, PHONE, signIn } from "./browser.ts";

const { demo, browser } = await openPortal();

const common = (name: string, type: string, more: object = {}) => ({
  name,
  type: `Microsoft.Common.${type}`,
  label: name,
  ...more,
});
const allowed = (...values: string[]) => values.map((value) => ({ label: value.toUpperCase(), value }));

const FORM = {
  handler: "Microsoft.Azure.CreateUIDef",
  version: "0.1.2-preview",
  parameters: {
    basics: [common("shop", "TextBox", { constraints: { required: true } })],
    steps: [
      {
        name: "machine",
        label: "Machine",
        elements: [
          common("own", "CheckBox", { label: "Own name" }),
          {
            name: "user",
            type: "Microsoft.Compute.UserNameTextBox",
            label: "User name",
            visible: "[steps('machine').own]",
            osPlatform: "Linux",
            constraints: { required: true },
          },
          { name: "login", type: "Microsoft.Compute.CredentialsCombo", label: {}, osPlatform: "Linux" },
          {
            name: "size",
            type: "Microsoft.Compute.SizeSelector",
            label: "Size",
            recommendedSizes: ["Standard_D2"],
          },
          {
            name: "net",
            type: "Microsoft.Network.VirtualNetworkCombo",
            label: { virtualNetwork: "Network", subnets: "Subnets" },
            defaultValue: { name: "app-vnet" },
            subnets: { one: { label: "First", defaultValue: { name: "one" } } },
          },
          {
            name: "ip",
            type: "Microsoft.Network.PublicIpAddressCombo",
            label: { publicIpAddress: "Public address", domainNameLabel: "DNS label" },
            defaultValue: { publicIpAddressName: "ip01" },
            constraints: { required: { domainNameLabel: true } },
          },
        ],
      },
      {
        name: "more",
        label: "More",
        elements: [
          common("licence", "FileUpload", {
            label: "Licence",
            constraints: { required: true, accept: ".txt" },
          }),
          common("people", "EditableGrid", {
            label: "People",
            constraints: {
              rows: { count: { min: 1, max: 3 } },
              columns: [
                {
                  id: "who",
                  header: "Who",
                  element: { type: "Microsoft.Common.TextBox", constraints: { required: true } },
                },
                {
                  id: "how",
                  header: "How",
                  element: {
                    type: "Microsoft.Common.DropDown",
                    constraints: { required: true, allowedValues: allowed("mail", "text") },
                  },
                },
              ],
            },
          }),
          common("tags", "TagsByResource", {
            label: "Tags",
            resources: ["Microsoft.Storage/storageAccounts"],
          }),
          {
            name: "regions",
            type: "Microsoft.Solutions.ArmApiControl",
            request: { method: "GET", path: "/x" },
          },
          common("region", "DropDown", {
            label: "Region",
            constraints: { required: true, allowedValues: "[steps('more').regions.value]" },
          }),
          common("checked", "TextBox", {
            label: "Checked",
            constraints: {
              validations: [
                {
                  isValid: "[startsWith(steps('more').checked, basics('shop'))]",
                  message: "Begins with the shop",
                },
              ],
            },
          }),
          { name: "odd", type: "Microsoft.Area.Thing", label: "Odd" },
        ],
      },
    ],
    outputs: {
      user: "[steps('machine').user]",
      login: "[steps('machine').login]",
      size: "[steps('machine').size]",
      net: "[steps('machine').net]",
      ip: "[steps('machine').ip]",
      licence: "[steps('more').licence]",
      people: "[steps('more').people]",
      tags: "[steps('more').tags]",
      region: "[steps('more').region]",
      odd: "[steps('more').odd]",
    },
  },
};

async function publish(name: string, createUiDefinition: string, more: object = {}): Promise<string> {
  const fiona = await demo.person("fiona");
  const spec = {
    displayName: name,
    jitOffered: false,
    authorizations: [{ principal: "support", role: "Contributor" }],
    visibility: { tenants: ["contoso"] },
    package: { createUiDefinition },
    ...more,
  };
  const made = await fiona.put(`/configuration/ApplicationDefinition/${name}`, { spec });
  assert.equal(made.status, 200, JSON.stringify(made.body));
  const offers = (await (await demo.person("carol")).get("/offers")).body.items as {
    id: string;
    name: string;
  }[];
  return offers.find((one) => one.name === name)?.id ?? "";
}

/** Where there is but one subscription it is chosen as soon as it is known. */
const CHOSEN = "[...document.querySelectorAll('input')].some((one) => one.value === 'contoso-production')";
const next = (page: Page) => page.getByRole("button", { name: "Next" }).click();
const fact = (page: Page, label: string) =>
  page
    .locator("dl > div")
    .filter({ has: page.getByText(label, { exact: true }) })
    .locator("dd");

test("every element is filled in, what is hidden asks nothing, and the review has what Azure would have", async () => {
  const id = await publish("elements", JSON.stringify(FORM));
  const carol = await signIn(browser, demo.ready, "carol", { to: `/catalogue/${id}` });
  const { page } = carol;
  await page.getByLabel("Application name").fill("elements-app");
  await page.getByLabel("shop").fill("shop");
  await page.waitForFunction(CHOSEN);
  await next(page);

  await page.getByRole("heading", { name: "Machine" }).waitFor();
  assert.equal(await page.getByLabel("User name").count(), 0);
  await page.getByLabel("Own name").check();
  await page.getByLabel("User name").fill("root");
  await page.getByRole("radio", { name: "SSH public key" }).check();
  assert.equal(await page.locator("input[type=password]").count(), 0, "one of two");
  await page.getByRole("radio", { name: "Password" }).check();
  await page.locator("input[type=password]").first().fill("correct-horse");
  await page.getByLabel("Its address space").fill("10.0.0.0/33");
  await next(page);
  await page.getByText("Azure takes this name for itself").waitFor();
  await page.getByText("The two passwords are not the same").waitFor();
  await page.getByText("An address space of /29 or larger, such as 10.0.0.0/16").waitFor();
  await page.getByText("DNS label is needed").waitFor();
  await page.getByLabel("User name").fill("casey");
  await page.getByLabel("Password, once more").fill("correct-horse");
  await page.getByLabel("Its address space").fill("10.0.0.0/16");
  await page.getByLabel("DNS label").fill("shop-eu");
  await next(page);

  await page.getByRole("heading", { name: "More" }).waitFor();
  await page.getByText("Azure's portal would list what may be chosen.", { exact: false }).waitFor();
  await page.getByText("Curfew does not know Microsoft.Area.Thing.", { exact: false }).waitFor();
  const file = page.locator("input[type=file]");
  await file.setInputFiles({ name: "big.txt", mimeType: "text/plain", buffer: Buffer.alloc(40_000, 65) });
  await page.getByText("big.txt is larger than 32 KiB").waitFor();
  await file.setInputFiles({ name: "l.txt", mimeType: "text/plain", buffer: Buffer.from("LICENCE-0001") });
  await page.getByText("Taken: 12 characters").waitFor();
  await page.getByLabel("Who").fill("Casey");
  await page.getByRole("combobox", { name: "How" }).click();
  await page.getByRole("option", { name: "MAIL" }).click();
  await page.getByRole("combobox", { name: "Microsoft.Storage/storageAccounts" }).fill("Dept=Finance");
  await page.keyboard.press("Enter");
  await page.getByLabel("Region").fill("westeurope");
  await page.getByLabel("Checked").fill("other");
  await page.getByLabel("Odd").fill('{"a": [1]}');
  await next(page);
  await page.getByText("Begins with the shop").waitFor();
  await page.getByLabel("Checked").fill("shop one");
  await next(page);

  await page.getByRole("heading", { name: "Publisher's access" }).waitFor();
  await page.getByLabel("Type elements-app to choose permanent access").fill("elements-app");
  await next(page);
  await page.getByText("What the publisher's template is given").click();
  await fact(page, "size").waitFor();
  assert.equal(await fact(page, "user").textContent(), "casey");
  assert.equal(await fact(page, "size").textContent(), "Standard_D2");
  assert.equal(await fact(page, "region").textContent(), "westeurope");
  assert.equal(await fact(page, "login").textContent(), "Kept secret");
  assert.equal(await fact(page, "licence").textContent(), "Kept secret");
  const json = async (label: string) => JSON.parse((await fact(page, label).textContent()) ?? "");
  assert.deepEqual(await json("people"), [{ who: "Casey", how: "mail" }]);
  assert.deepEqual(await json("tags"), { "Microsoft.Storage/storageAccounts": { Dept: "Finance" } });
  assert.deepEqual(await json("odd"), { a: [1] });
  assert.deepEqual(await json("ip"), {
    publicIPAllocationMethod: "Dynamic",
    sku: "Basic",
    newOrExistingOrNone: "new",
    name: "ip01",
    domainNameLabel: "shop-eu",
    resourceGroup: "applications",
  });
  const net = await json("net");
  assert.deepEqual(net.addressPrefixes, ["10.0.0.0/16"]);
  assert.deepEqual(net.subnets.one, { name: "one", addressPrefix: "10.0.0.0/24", startAddress: "10.0.0.4" });
  assert.equal((await page.textContent("body"))?.includes("correct-horse"), false, "no secret is shown");
  await page.getByRole("button", { name: "Create elements-app" }).click();
  await page.getByRole("heading", { name: "elements-app", level: 1 }).waitFor();
  assert.deepEqual(carol.faults, []);
  await carol.close();
});

const SAMPLE = new URL(
  "../../../shared/reference/packages/201-managed-sql-iaas/createUiDefinition.json",
  import.meta.url,
);
const away = existsSync(SAMPLE)
  ? false
  : "Microsoft's sample forms are not beside this repository (../shared/reference/packages)";

test("a form of Microsoft's own is deployed from its first step to its last", { skip: away }, async () => {
  const id = await publish("managed-sql", readFileSync(SAMPLE, "utf8"));
  const carol = await signIn(browser, demo.ready, "carol", {
    to: `/catalogue/${id}`,
    viewport: PHONE,
    hasTouch: true,
  });
  const { page } = carol;
  await page.getByLabel("Application name").fill("sql");
  await page.waitForFunction(CHOSEN);
  // Whatever a step asks for is typed where it says so, until it lets one on.
  const typed: Readonly<Record<string, string>> = {
    password: "correct-horse",
    dns: "managed-sql",
    user: "casey",
    default: "sqlvm1",
  };
  const asked = page.locator("main input:visible[aria-invalid=true]");
  const { parameters } = JSON.parse(readFileSync(SAMPLE, "utf8").replace("\ufeff", ""));
  const labels = parameters.steps.map((step: { label: string }) => step.label) as string[];
  for (const label of ["Basics", ...labels, "Publisher's access"]) {
    const heading = page.getByRole("heading", { name: label, exact: true, level: 2 });
    await heading.waitFor();
    for (let tries = 0; tries < 4 && (await heading.isVisible()); tries++) {
      // What is right now is asked for no more: the first is always another one.
      for (let filled = 0; filled < 8 && (await asked.count()) > 0; filled++) {
        const field = asked.first();
        const name = String(
          await field.evaluate(
            (one) => (one as never as { labels: { textContent: string }[] }).labels[0]?.textContent,
          ),
        ).toLowerCase();
        const key = Object.keys(typed).find((word) => name.includes(word)) ?? "default";
        await field.fill((name.startsWith("type ") ? "sql" : typed[key]) ?? "");
        const again = page.getByLabel(", once more");
        if ((await again.count()) > 0) await again.first().fill("correct-horse");
      }
      await next(page);
      await Promise.race([heading.waitFor({ state: "detached" }), asked.first().waitFor()]);
    }
  }
  assert.deepEqual(
    await page.locator("main [role=alert], main .mantine-InputWrapper-error").allTextContents(),
    [],
  );
  await page.getByText("What the publisher's template is given").click();
  await fact(page, "subnetPrefix").waitFor();
  assert.equal(await fact(page, "virtualNetworkName").textContent(), "sql-vnet");
  assert.equal(await fact(page, "addressPrefix").textContent(), "10.0.0.0/22");
  assert.equal(await fact(page, "dnsName").textContent(), "managed-sql");
  assert.equal(await fact(page, "adminPassword").textContent(), "Kept secret");
  assert.equal(
    await page.evaluate("document.documentElement.scrollWidth"),
    PHONE.width,
    "nothing sticks out",
  );
  await page.getByRole("button", { name: "Create sql" }).click();
  await page.getByRole("heading", { name: "sql", level: 1 }).waitFor();
  assert.deepEqual(carol.faults, []);
  await carol.close();
});

test("a publisher gives an offer words, help and a logo, looks at it as its consumers will, and they see it", async () => {
  const fiona = await signIn(browser, demo.ready, "fiona", { to: "/offers/elements" });
  const { page } = fiona;
  await page.getByLabel("Description").fill("Runs one machine.\nWith everything in it.");
  await page.getByLabel("Support contact").fill("javascript:alert(1)");
  const file = page.locator("input[type=file]");
  await file.setInputFiles({ name: "x.svg", mimeType: "image/svg+xml", buffer: Buffer.from("<svg/>") });
  await page.getByText("SVG can hold scripts and is not taken.", { exact: false }).waitFor();
  await file.setInputFiles({ name: "logo.png", mimeType: "image/png", buffer: picture(900) });
  await page.getByRole("button", { name: "Remove", exact: true }).waitFor();
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByRole("button", { name: "Publish now" }).click();
  await page.getByText("Write an e-mail address, or an address that begins with https://.").waitFor();
  fiona.faults.splice(0);
  await page.getByLabel("Support contact").fill("help@fabrikam.example");

  await page.getByRole("link", { name: "Preview" }).click();
  const card = page.getByRole("article", { name: "elements" });
  await card.getByText("Runs one machine.").waitFor();
  const form = page.getByRole("region", { name: "The consumer's form" });
  assert.equal(await form.getByLabel("User name").count(), 0);
  await form.getByLabel("Own name").check();
  await form.getByLabel("User name").waitFor();
  const scheme = () => page.evaluate("document.documentElement.getAttribute('data-mantine-color-scheme')");
  await page.getByText("Dark", { exact: true }).click();
  assert.equal(await scheme(), "dark");
  await page.getByText("Phone", { exact: true }).click();
  assert.ok(((await card.boundingBox())?.width ?? 999) < 390);
  await page.getByRole("link", { name: "Package" }).click();
  await page.getByText("Several fields").first().waitFor();
  assert.equal(await scheme(), "light", "as it was");

  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByRole("button", { name: "Publish now" }).click();
  await page.getByText("elements is published.").waitFor();
  assert.deepEqual(fiona.faults, []);
  await fiona.close();

  const carol = await signIn(browser, demo.ready, "carol", { to: "/catalogue" });
  const seen = carol.page.getByRole("article", { name: "elements" });
  await seen.getByText("With everything in it.").waitFor();
  assert.equal(
    await seen.getByRole("link", { name: "help@fabrikam.example" }).getAttribute("href"),
    "mailto:help@fabrikam.example",
  );
  const logo = seen.locator("img");
  await carol.page.waitForFunction("[...document.images].every((one) => one.complete)");
  const px = await logo.evaluate((one) => (one as never as { naturalWidth: number }).naturalWidth);
  assert.equal(px, 512, "drawn anew, as large as a logo may be");
  assert.match((await logo.getAttribute("src")) ?? "", /^\/api\/v1\/offers\/.*\/logo\/[0-9a-f]{64}$/);
  await carol.page.goto("/applications");
  await carol.page.getByRole("link", { name: "elements-app" }).click();
  await carol.page.getByRole("link", { name: "help@fabrikam.example" }).waitFor();
  assert.deepEqual(carol.faults, []);
  await carol.close();
});

/** A square of one colour. */
function picture(side: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.alloc(side * (side + 1)))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}
