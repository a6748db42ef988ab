import assert from "node:assert/strict";
import { test } from "node:test";
import { answersOf } from "./answers.ts";
import type { FormElement, FormStep } from "./form.ts";

function element(kind: string, name: string, label: string, more: Partial<FormElement> = {}): FormElement {
  return {
    ...{ kind, name, label, type: kind, toolTip: null, required: false, defaultValue: null, options: null },
    ...{ constraints: {}, visible: true, settings: {}, elements: [] },
    ...more,
  };
}

const STEPS: readonly FormStep[] = [
  {
    name: "database",
    label: "Database",
    elements: [
      element("checkBox", "replica", "Keep a replica"),
      element("dropDown", "size", "Size", {
        options: [{ label: "Small", value: { sku: "s1" }, description: null }],
      }),
      element("slider", "days", "Days to keep", { settings: { subLabel: "days" } }),
      element("password", "pass", "Password"),
      element("text", "hidden", "Never asked", { visible: false }),
      element("text", "empty", "Left empty"),
      element("section", "backup", "Backup", { elements: [element("text", "account", "Storage account")] }),
    ],
  },
];

test("what was filled in is told by the form's labels, and a password never", () => {
  const values = {
    database: {
      ...{ replica: false, size: { sku: "s1" }, days: 7, pass: "a-long-password", hidden: "x" },
      backup: { account: "ledgerbackup" },
    },
  };
  assert.deepEqual(answersOf(STEPS, values), [
    ["Keep a replica", "No"],
    ["Size", "Small"],
    ["Days to keep", "7 days"],
    ["Password", "Kept secret"],
    ["Storage account", "ledgerbackup"],
  ]);
});
