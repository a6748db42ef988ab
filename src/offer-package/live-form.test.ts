import assert from "node:assert/strict";
import { test } from "node:test";
import { describeForm } from "./describe-form.ts";
import type { Json, JsonObject } from "./json.ts";
import { type LiveElement, liveForm } from "./live-form.ts";
import { definitionOf, given, samplePackage, textBox } from "./sample.fixture.ts";

const { subscription, resourceGroup, location, now } = given();
const PLACE = { subscription, resourceGroup, location, now };

function live(elements: readonly Json[], typed: JsonObject = {}): Record<string, LiveElement> {
  const form = describeForm(definitionOf({ steps: [{ name: "s", label: "S", elements }] }));
  const [, step] = liveForm(form.steps, { ...PLACE, values: { basics: {}, s: typed } });
  return Object.fromEntries((step?.elements ?? []).map((element) => [element.name, element]));
}

const API = { name: "api", type: "Microsoft.Solutions.ArmApiControl", request: {} };

test("what is shown, needed, said and chosen follows what is typed", () => {
  const elements = [
    { name: "own", type: "Microsoft.Common.CheckBox", label: "Own" },
    textBox("account", {
      visible: "[steps('s').own]",
      label: "[concat('Account of ', steps('s').who)]",
      defaultValue: "[concat(toLower(steps('s').who), 'backup')]",
      constraints: {
        required: "[equals(steps('s').who, 'Casey')]",
        validations: [
          { isValid: "[startsWith(steps('s').account, 'c')]", message: "Begins with c" },
          { regex: "^[a-z]{3,}$", message: "Letters" },
        ],
      },
    }),
    textBox("who"),
    {
      name: "size",
      type: "Microsoft.Common.DropDown",
      constraints: {
        allowedValues:
          "[map(split(steps('s').who, ' '), (item) => parse(concat('{\"label\":\"', item, '\",\"value\":\"', item, '\"}')))]",
      },
    },
    {
      name: "says",
      type: "Microsoft.Common.TextBlock",
      options: { text: "[concat('For ', steps('s').who)]" },
    },
  ];
  assert.equal(live(elements, { who: "Dana" }).account?.visible, false);
  const { account, size, says } = live(elements, { own: true, who: "Casey B", account: "xy" });
  assert.equal(account?.visible, true);
  assert.equal(account?.label, "Account of Casey B");
  assert.equal(account?.defaultValue, "casey bbackup");
  assert.equal(account?.required, false);
  assert.deepEqual(account?.broken, ["Begins with c"]);
  assert.deepEqual(account?.constraints.validations, [{ regex: "^[a-z]{3,}$", message: "Letters" }]);
  assert.deepEqual(
    size?.options?.map(({ value }) => value),
    ["Casey", "B"],
  );
  assert.deepEqual(size?.unsure, []);
  assert.deepEqual(says?.settings.options, { text: "For Casey B" });
  assert.equal(live(elements, { own: true, who: "Casey" }).account?.required, true);
});

test("what only Azure knows is shown and said, and decides nothing by being away", () => {
  const elements = [
    API,
    textBox("taken", { visible: "[not(steps('s').api.free)]" }),
    {
      name: "choice",
      type: "Microsoft.Common.DropDown",
      constraints: { allowedValues: "[steps('s').api.value]" },
    },
    textBox("needed", { constraints: { required: "[empty(steps('s').api.value)]" } }),
    textBox("ruled", {
      constraints: { validations: [{ isValid: "[steps('s').api.free]", message: "Taken" }] },
    }),
    textBox("other", { visible: "[or(true, steps('s').api.free)]", defaultValue: "[guid()]" }),
  ];
  const { taken, choice, needed, ruled, other } = live(elements, { ruled: "typed" });
  assert.deepEqual(live(elements).ruled?.unsure, [], "of what is empty nothing is looked at");
  assert.equal(taken?.visible, true);
  assert.match(String(taken?.unsure), /Curfew cannot tell\.$/);
  assert.equal(choice?.options, null);
  assert.match(String(choice?.unsure), /Type the value/);
  assert.equal(needed?.required, true, "in doubt it is asked for");
  assert.deepEqual(ruled?.broken, [], "a rule that nobody can try refuses nobody");
  assert.match(String(ruled?.unsure), /would look whether it is allowed/);
  assert.deepEqual(other?.unsure, [], "it is true whatever Azure says");
  assert.equal(other?.defaultValue, undefined, "another one each time is no promise");
});

test("a fault of one element is not the next one's, and circles and bombs end", () => {
  const bomb = `[${"concat(".repeat(20)}'a'${", 'a')".repeat(20)}]`;
  const found = live([
    textBox("wrong", { visible: "[add('a', 1)]" }),
    textBox("a", { visible: "[empty(steps('s').b)]" }),
    textBox("b", { visible: "[empty(steps('s').a)]" }),
    textBox("fine", { visible: "[equals(1, 2)]" }),
    ...Array.from({ length: 300 }, (_, at) =>
      textBox(`many${at}`, { visible: `[not(empty(map(range(0, 900), (item) => add(item, ${at}))))]` }),
    ),
    textBox("last", { label: bomb, visible: "[equals(1, 2)]" }),
  ]);
  assert.match(String(found.wrong?.unsure), /`add` takes a number/);
  assert.match(String(found.a?.unsure), /depends on itself/);
  assert.equal(found.fine?.visible, false);
  assert.equal(found.last?.visible, true, "past the bound everything is shown");
  assert.match(String(found.last?.unsure), /more than/);
});

test("the sample: a section comes with its box, and its choices from Azure are typed", () => {
  const { steps } = describeForm(samplePackage().uiDefinition);
  const at = (own: boolean) =>
    liveForm(steps, { ...PLACE, values: { basics: { ledgerName: "Shop" }, database: { ownBackup: own } } })[1]
      ?.elements ?? [];
  assert.equal(at(false).find(({ name }) => name === "backup")?.visible, false);
  const backup = at(true).find(({ name }) => name === "backup");
  assert.equal(backup?.visible, true);
  assert.equal(backup?.elements[0]?.defaultValue, "shopbackup");
  assert.equal(at(true).find(({ name }) => name === "secondRegion")?.options, null);
  assert.equal(at(true).find(({ name }) => name === "size")?.defaultValue, "m2", "by its label");
});
