/** What each of Microsoft's elements is asked by, and what it comes to in the shape of Microsoft's reference. */
import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { describeForm } from "./describe-form.ts";
import { ELEMENT_TYPES } from "./elements.ts";
import { evaluateOutputs } from "./evaluate-outputs.ts";
import type { FormElement, FormOption } from "./form-element.ts";
import type { Json, JsonObject } from "./json.ts";
import { readPackage } from "./read-package.ts";
import { definitionOf, given, mustRead } from "./sample.fixture.ts";

function field(type: string, more: JsonObject = {}): FormElement {
  const elements = [{ name: "e", type, label: "E", ...more }];
  const found = describeForm(definitionOf({ basics: elements })).steps[0]?.elements[0];
  assert.ok(found);
  return found;
}

function output(type: string, more: JsonObject, typed: Json): Json {
  const definition = definitionOf({
    basics: [{ name: "e", type, label: "E", ...more }],
    outputs: { out: "[basics('e')]" },
  });
  const found = evaluateOutputs(definition, given({ basics: { e: typed } }));
  assert.ok(found.ok, JSON.stringify(found));
  return found.outputs.out ?? null;
}

const names = ({ elements }: FormElement) => elements.map(({ name }) => name);
const ID = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/A.B/cs/one";

test("every documented element has a field, and what is missing of it is said; so has what nobody documents", () => {
  for (const type of ELEMENT_TYPES) {
    const { kind, note, elements } = field(type, { resources: ["A.B/c"], constraints: { columns: [] } });
    assert.notEqual(kind, "plain", type);
    if (kind === "parts") assert.ok(elements.length > 0, `${type} asks nothing`);
    if (kind === "unseen") assert.ok(note, type);
  }
  const unknown = field("Microsoft.Area.Thing");
  assert.equal(unknown.kind, "plain");
  assert.match(unknown.note ?? "", /does not know Microsoft.Area.Thing/);
});

test("CredentialsCombo: a password on Windows, either on Linux, and only what was chosen comes out", () => {
  const type = "Microsoft.Compute.CredentialsCombo";
  assert.deepEqual(names(field(type, { osPlatform: "Windows" })), ["password"]);
  assert.deepEqual(output(type, { osPlatform: "Windows" }, { password: "p" }), {
    authenticationType: "password",
    password: "p",
  });
  const linux = { osPlatform: "Linux", label: { sshPublicKey: "Key" } };
  assert.deepEqual(names(field(type, linux)), ["authenticationType", "password", "sshPublicKey"]);
  assert.equal(field(type, linux).elements[2]?.label, "Key");
  assert.deepEqual(
    output(type, linux, { authenticationType: "sshPublicKey", sshPublicKey: "ssh-rsa A", password: "left" }),
    { authenticationType: "sshPublicKey", sshPublicKey: "ssh-rsa A" },
  );
  const keys = { ...linux, options: { hidePassword: true } };
  assert.deepEqual(names(field(type, keys)), ["authenticationType", "sshPublicKey"]);
});

test("SizeSelector: a choice where sizes are named, else a text with those recommended", () => {
  const type = "Microsoft.Compute.SizeSelector";
  const named = field(type, { constraints: { allowedSizes: ["S1", "S2"] }, recommendedSizes: ["S2"] });
  assert.equal(named.kind, "dropDown");
  assert.deepEqual(
    (named.options as readonly FormOption[]).map(({ value }) => value),
    ["S1", "S2"],
  );
  assert.equal(named.defaultValue, "S2");
  const free = field(type, { recommendedSizes: ["S2"] });
  assert.equal(free.kind, "text");
  assert.match(free.note ?? "", /would list the sizes/);
  assert.equal(output(type, {}, "Standard_D1"), "Standard_D1");
});

test("VirtualNetworkCombo: addresses that do not overlap, and everything that a template reads", () => {
  const type = "Microsoft.Network.VirtualNetworkCombo";
  const more = {
    defaultValue: { name: "[concat('net-', location())]", addressPrefixSize: "/22" },
    constraints: { minAddressPrefixSize: "/23" },
    subnets: {
      first: { label: "First", defaultValue: { name: "one", addressPrefixSize: "/27" } },
      second: { label: "Second", defaultValue: { name: "two", addressPrefixSize: "/24" } },
    },
  };
  const { elements } = field(type, more);
  const space = new RegExp(String(elements.find(({ name }) => name === "addressPrefix")?.constraints.regex));
  assert.deepEqual(
    ["10.0.0.0/23", "10.0.0.0/24", "10.0.0.256/23", "x"].map((one) => space.test(one)),
    [true, false, false, false],
  );
  assert.deepEqual(output(type, more, { subnets: { second: { name: "mine" } } }), {
    name: "net-westeurope",
    resourceGroup: "ledger",
    addressPrefixes: ["10.0.0.0/22"],
    addressPrefix: "10.0.0.0/22",
    newOrExisting: "new",
    subnets: {
      first: { name: "one", addressPrefix: "10.0.0.0/27", startAddress: "10.0.0.4" },
      second: { name: "mine", addressPrefix: "10.0.1.0/24", startAddress: "10.0.1.4" },
    },
  });
});

test("an element with several captions is called by its own, whatever order they are kept in", () => {
  const of = (type: string, label: object) => field(type, { label: label as JsonObject }).label;
  assert.equal(of("Microsoft.Network.VirtualNetworkCombo", { subnets: "S", virtualNetwork: "Net" }), "Net");
  assert.equal(
    of("Microsoft.Network.PublicIpAddressCombo", { domainNameLabel: "D", publicIpAddress: "IP" }),
    "IP",
  );
  assert.equal(of("Microsoft.Compute.CredentialsCombo", { password: "P" }), "Credentials");
});

test("PublicIpAddressCombo: new, existing or none", () => {
  const type = "Microsoft.Network.PublicIpAddressCombo";
  const more = {
    defaultValue: { publicIpAddressName: "ip01" },
    constraints: { required: { domainNameLabel: true } },
  };
  assert.equal(field(type, more).elements.at(-1)?.required, true);
  assert.deepEqual(output(type, more, { domainNameLabel: "shop" }), {
    name: "ip01",
    resourceGroup: "ledger",
    domainNameLabel: "shop",
    publicIPAllocationMethod: "Dynamic",
    sku: "Basic",
    newOrExistingOrNone: "new",
  });
  assert.deepEqual(output(type, more, { newOrExistingOrNone: "none", name: "left" }), {
    newOrExistingOrNone: "none",
  });
  assert.deepEqual(names(field(type, { options: { hideDomainNameLabel: true } })), [
    "newOrExistingOrNone",
    "name",
    "resourceGroup",
  ]);
});

test("the selectors come to what Microsoft's reference shows", () => {
  assert.deepEqual(output("Microsoft.Solutions.ResourceSelector", {}, { id: ID, location: "westeurope" }), {
    id: ID,
    location: "westeurope",
    name: "one",
  });
  assert.deepEqual(
    output("Microsoft.KeyVault.KeyVaultCertificateSelector", {}, { keyVaultId: ID, certificateName: "c" }),
    { keyVaultName: "one", keyVaultId: ID, certificateName: "c" },
  );
  assert.deepEqual(
    output(
      "Microsoft.ManagedIdentity.IdentitySelector",
      {},
      {
        systemAssignedIdentity: true,
        userAssignedIdentities: [ID],
      },
    ),
    { type: "SystemAssigned,UserAssigned", userAssignedIdentities: { [ID]: {} } },
  );
  assert.deepEqual(output("Microsoft.ManagedIdentity.IdentitySelector", {}, {}), { type: "None" });
  assert.deepEqual(
    output("Microsoft.Common.ServicePrincipalSelector", {}, { appId: "a", objectId: "o", password: "p" }),
    {
      appId: "a",
      objectId: ["o"],
      password: "p",
      certificateThumbprint: "",
      newOrExisting: "existing",
      authenticationType: "password",
    },
  );
  assert.deepEqual(output("Microsoft.Storage.MultiStorageAccountCombo", { count: 2 }, { prefix: "sa" }), {
    prefix: "sa",
    type: "Standard_LRS",
    count: 2,
    resourceGroup: "ledger",
  });
  assert.deepEqual(output("Microsoft.Storage.StorageAccountSelector", {}, { name: "data" }), {
    name: "data",
    type: "Standard_LRS",
    newOrExisting: "new",
    kind: "StorageV2",
    resourceGroup: "ledger",
  });
  const sasUri = "https://a.blob.core.windows.net/c/test.zip?sig=x";
  assert.deepEqual(output("Microsoft.Storage.StorageBlobSelector", {}, { sasUri }), {
    sasUri,
    blobName: "test.zip",
  });
});

test("grids, files and tags", () => {
  const grid = field("Microsoft.Common.EditableGrid", {
    constraints: {
      columns: [
        {
          id: "who",
          header: "Name",
          element: { type: "Microsoft.Common.TextBox", constraints: { required: true } },
        },
        {
          id: "how",
          element: {
            type: "Microsoft.Common.DropDown",
            constraints: { allowedValues: [{ label: "Mail", value: "m" }] },
          },
        },
      ],
    },
  });
  assert.deepEqual(
    grid.elements.map(({ name, label, kind, required }) => [name, label, kind, required]),
    [
      ["who", "Name", "text", true],
      ["how", "how", "dropDown", false],
    ],
  );
  const file = "Microsoft.Common.FileUpload";
  assert.equal(field(file).kind, "file");
  assert.equal(field(file, { options: { uploadMode: "url" } }).kind, "text");
  assert.equal(field(file, { options: { uploadMode: "url", multiple: true } }).kind, "list");
  const tags = field("Microsoft.Common.TagsByResource", { resources: ["A.B/c"] });
  assert.deepEqual(
    tags.elements.map(({ name, kind }) => [name, kind]),
    [["A.B/c", "tags"]],
  );
});

test("user names that every machine has are refused by their rules", () => {
  const { constraints } = field("Microsoft.Compute.UserNameTextBox", { osPlatform: "Windows" });
  const rules = (constraints.validations as JsonObject[]).map(({ regex }) => new RegExp(String(regex)));
  const fits = (name: string) => rules.every((rule) => rule.test(name));
  assert.deepEqual(["casey", "admin", "a/b", "administrators"].map(fits), [true, false, false, true]);
});

const SAMPLES = new URL("../../../shared/reference/packages/", import.meta.url).pathname;
const away = existsSync(SAMPLES)
  ? false
  : "Microsoft's sample forms are not beside this repository (../shared/reference/packages)";

test("Microsoft's own samples are read, and none of their elements is a dead end", { skip: away }, () => {
  const files = globSync(`${SAMPLES}*/createUiDefinition.json`);
  assert.ok(files.length >= 9);
  for (const file of files) {
    const read = readPackage({ createUiDefinition: readFileSync(file, "utf8") });
    // An empty object says nothing.
    if (file.includes("101-managed-storage-account")) {
      assert.equal(read.ok, false);
      continue;
    }
    const { steps } = describeForm(mustRead(read).uiDefinition);
    const kinds = steps.flatMap(({ elements }) => elements.map(({ kind }) => kind));
    assert.equal(kinds.includes("unseen") || kinds.includes("plain"), false, file);
  }
});
