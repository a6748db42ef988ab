import assert from "node:assert/strict";
import { test } from "node:test";
import { describeForm } from "./describe-form.ts";
import { definitionOf, samplePackage, textBox } from "./sample.fixture.ts";

test("the sample is described in order, the basics first", () => {
  const form = describeForm(samplePackage().uiDefinition);
  assert.deepEqual(
    form.steps.map(({ name, label, elements }) => [name, label, elements.map(({ kind }) => kind).join(" ")]),
    [
      ["basics", "Basics", "text"],
      ["database", "Database", "textBlock dropDown checkBox section unseen dropDown"],
      ["credentials", "Credentials", "password"],
      ["jitConfiguration", "JIT configuration", "jitConfigurator"],
    ],
  );
  assert.equal(form.outputs.at(-1), "jitAccessPolicy");
});

test("an element has what a portal needs to draw it, and a pattern is only text", () => {
  const [basics, database] = describeForm(samplePackage().uiDefinition).steps;
  assert.deepEqual(basics?.elements[0], {
    name: "ledgerName",
    type: "Microsoft.Common.TextBox",
    kind: "text",
    label: "Name of the ledger",
    toolTip: "Letters and digits",
    required: true,
    defaultValue: "Ledger",
    options: null,
    constraints: {
      required: true,
      regex: "^[A-Za-z0-9]{3,20}$",
      validationMessage: "3 to 20 letters and digits",
    },
    visible: true,
    settings: {},
    elements: [],
    note: null,
    when: null,
  });
  const [about, size, , backup, , second] = database?.elements ?? [];
  assert.deepEqual(about?.settings, { options: { text: "Orders are kept in PostgreSQL." } });
  assert.deepEqual(size?.options, [
    { label: "Small", value: "s1", description: "up to 1000 orders a day" },
    { label: "Medium", value: "m2", description: null },
  ]);
  assert.deepEqual(size?.constraints, { required: true });
  assert.equal(backup?.visible, "[steps('database').ownBackup]");
  assert.deepEqual(
    backup?.elements.map(({ name, kind, settings }) => [name, kind, settings]),
    [
      ["account", "text", {}],
      ["days", "slider", { min: 1, max: 35 }],
    ],
  );
  assert.match(String(second?.options), /^\[map\(/);
});

test("an element with several labels is called by the first; one without by its name", () => {
  const { steps } = describeForm(
    definitionOf({
      basics: [
        textBox("a", { label: { password: "Password", confirmPassword: "Again" } }),
        textBox("b", { label: 1, visible: false, constraints: { required: "[equals(1, 1)]" } }),
        { name: "c", type: "toString" },
      ],
    }),
  );
  assert.deepEqual(
    steps[0]?.elements.map(({ label, visible, required, kind }) => [label, visible, required, kind]),
    [
      ["Password", true, false, "text"],
      ["b", false, "[equals(1, 1)]", "text"],
      ["c", true, false, "plain"],
    ],
  );
});
