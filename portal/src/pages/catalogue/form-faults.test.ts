/** What a form demands while it is filled in, what of it is nobody's to keep, and what files come to. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { describeForm } from "../../../../src/offer-package/describe-form.ts";
import { liveForm } from "../../../../src/offer-package/live-form.ts";
import { definitionOf, given, textBox } from "../../../../src/offer-package/sample.fixture.ts";
import { type FormStep, type Json, type LiveStep, stepsOf } from "./form.ts";
import { faultsIn } from "./form-faults.ts";
import {
  firstValues,
  SECRET_KINDS,
  type Values,
  valuesOfKind,
  withoutSecrets,
  withValue,
} from "./form-values.ts";
import { readUpload } from "./read-upload.ts";

function formOf(...elements: readonly Json[]): readonly FormStep[] {
  return stepsOf(
    describeForm(definitionOf({ basics: elements })) as unknown as Parameters<typeof stepsOf>[0],
  );
}

function faults(steps: readonly FormStep[], basics: Values, confirmed = {}): Record<string, string> {
  const { subscription, resourceGroup, location, now } = given();
  const values = { basics };
  const [live] = liveForm(steps, { subscription, resourceGroup, location, now, values });
  return faultsIn(live as LiveStep, values, confirmed);
}

const CREDENTIALS = { name: "login", type: "Microsoft.Compute.CredentialsCombo", osPlatform: "Linux" };

test("what is hidden demands nothing, and what is not asked of two neither", () => {
  const steps = formOf(
    { name: "own", type: "Microsoft.Common.CheckBox", label: "Own" },
    textBox("name", { visible: "[basics('own')]", constraints: { required: true } }),
    CREDENTIALS,
  );
  const first = firstValues(steps).basics as Values;
  assert.deepEqual(Object.keys(faults(steps, first)), ["basics/login/password"]);
  assert.deepEqual(Object.keys(faults(steps, { ...first, own: true })), [
    "basics/name",
    "basics/login/password",
  ]);
  const key = { authenticationType: "sshPublicKey", sshPublicKey: "ssh-rsa AAAA" };
  assert.deepEqual(faults(steps, { ...first, login: key }), {});
});

test("rules by pattern, by expression, by range; a list's each, and a row's each", () => {
  const steps = formOf(
    textBox("a", {
      constraints: {
        regex: "^[a-z]+$",
        validationMessage: "Letters",
        validations: [{ isValid: "[less(length(basics('a')), 4)]", message: "Short" }],
      },
    }),
    { name: "ids", type: "Microsoft.ManagedIdentity.IdentitySelector" },
    {
      name: "rows",
      type: "Microsoft.Common.EditableGrid",
      constraints: {
        rows: { count: { min: 2 } },
        columns: [
          { id: "c", element: { type: "Microsoft.Common.TextBox", constraints: { required: true } } },
        ],
      },
    },
  );
  const found = faults(steps, {
    a: "UPPER",
    ids: { userAssignedIdentities: ["/subscriptions/x"] },
    rows: [{ c: "one" }, {}],
  });
  assert.deepEqual(found, {
    "basics/a": "Letters",
    "basics/ids/userAssignedIdentities": "A resource id begins with /subscriptions/",
    "basics/rows/1/c": "c is needed",
  });
  const more = faults(steps, { a: "lower", rows: [{ c: "one" }] });
  assert.deepEqual(more, { "basics/a": "Short", "basics/rows": "At least 2 rows are needed" });
  assert.deepEqual((firstValues(steps).basics as Values).rows, [{}, {}]);
});

test("a choice that only Azure could offer is still asked for, and one that is gone is chosen again", () => {
  const steps = formOf(
    { name: "api", type: "Microsoft.Solutions.ArmApiControl" },
    {
      name: "region",
      type: "Microsoft.Common.DropDown",
      label: "Region",
      constraints: { required: true, allowedValues: "[basics('api').value]" },
    },
    textBox("sizes"),
    {
      name: "size",
      type: "Microsoft.Common.DropDown",
      label: "Size",
      constraints: {
        allowedValues:
          "[map(split(basics('sizes'), ','), (item) => parse(concat('{\"label\":\"', item, '\",\"value\":\"', item, '\"}')))]",
      },
    },
  );
  assert.deepEqual(faults(steps, { sizes: "a,b", size: "b" }), { "basics/region": "Region is needed" });
  assert.deepEqual(faults(steps, { region: "westeurope", sizes: "a,c", size: "b" }), {
    "basics/size": "This can be chosen no more. Choose again",
  });
});

test("secrets are found wherever they stand, and left out of what is kept", () => {
  const steps = formOf(
    { name: "p", type: "Microsoft.Common.PasswordBox", label: "P" },
    { name: "s", type: "Microsoft.Common.Section", label: "S", elements: [CREDENTIALS] },
    { name: "f", type: "Microsoft.Common.FileUpload", label: "F" },
    { name: "b", type: "Microsoft.Storage.StorageBlobSelector", label: "B" },
    textBox("open"),
  );
  const values = {
    basics: {
      p: "one",
      s: { login: { authenticationType: "password", password: "two" } },
      f: "three",
      b: { sasUri: "four" },
      open: "kept",
    },
  };
  assert.deepEqual(valuesOfKind(steps, values, SECRET_KINDS), ["one", "two", "three", "four"]);
  assert.deepEqual(withoutSecrets(steps, values), {
    basics: { s: { login: { authenticationType: "password" } }, b: {}, open: "kept" },
  });
});

test("rows stay rows when one of their cells is typed", () => {
  assert.deepEqual(withValue({ s: { g: [{ a: "1" }, {}] } }, ["s", "g", "1", "a"], "2"), {
    s: { g: [{ a: "1" }, { a: "2" }] },
  });
});

const file = (name: string, bytes: Uint8Array<ArrayBuffer>) => ({
  name,
  size: bytes.length,
  arrayBuffer: async () => bytes.buffer,
});
const BOUNDS = { binary: false, mostFiles: 2, mostBytes: 8, mostWords: "8 bytes" };

test("files come to texts or base64, all of them or none, within bounds", async () => {
  const text = file("a.txt", new TextEncoder().encode("grüß"));
  const raw = file("b.bin", new Uint8Array([0xff, 0]));
  assert.deepEqual((await readUpload([text], BOUNDS)).contents, ["grüß"]);
  assert.deepEqual((await readUpload([text, raw], { ...BOUNDS, binary: true })).contents, [
    "Z3LDvMOf",
    "/wA=",
  ]);
  assert.equal((await readUpload([text, raw], BOUNDS)).problem, "b.bin is no text in UTF-8");
  assert.match(
    String((await readUpload([file("c", new Uint8Array(9))], BOUNDS)).problem),
    /larger than 8 bytes/,
  );
  assert.match(String((await readUpload([text, text, text], BOUNDS)).problem), /Up to 2 files/);
});
