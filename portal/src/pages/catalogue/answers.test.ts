import assert from "node:assert/strict";
import { test } from "node:test";
import { answersOf } from "./answers.ts";
import type { LiveElement, LiveStep } from "./form.ts";
import type { Values } from "./form-values.ts";

function element(
  kind: LiveElement["kind"],
  name: string,
  label: string,
  more: Partial<LiveElement> = {},
): LiveElement {
  return {
    ...{ kind, name, label, type: kind, toolTip: null, required: false, defaultValue: null, options: null },
    ...{ constraints: {}, visible: true, settings: {}, elements: [] },
    ...{ note: null, when: null, broken: [], unsure: [] },
    ...more,
  };
}

const STEPS: readonly LiveStep[] = [
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
      element("file", "key", "Key file"),
      element("tags", "tags", "Tags"),
      element("parts", "net", "Network", {
        elements: [
          element("options", "how", "Which"),
          element("text", "name", "Its name", { when: { part: "how", is: ["old"] } }),
          element("section", "subnets", "Subnets", { elements: [element("text", "one", "First")] }),
        ],
      }),
      element("grid", "people", "People", { elements: [element("text", "who", "Who")] }),
      element("section", "backup", "Backup", { elements: [element("text", "account", "Storage account")] }),
    ],
  },
];

test("what was filled in is told by the form's labels, and a password never", () => {
  const values: Values = {
    database: {
      ...{ replica: false, size: { sku: "s1" }, days: 7, pass: "a-long-password", hidden: "x" },
      ...{ key: "private", tags: { Dept: "Finance" }, people: [{ who: "Casey" }, {}] },
      net: { how: "new", name: "not asked", subnets: { one: "10.0.0.0/24" } },
      backup: { account: "ledgerbackup" },
    },
  };
  assert.deepEqual(answersOf(STEPS, values), [
    ["Keep a replica", "No"],
    ["Size", "Small"],
    ["Days to keep", "7 days"],
    ["Password", "Kept secret"],
    ["Key file", "Kept secret"],
    ["Tags", "Dept=Finance"],
    ["Network: Which", "new"],
    ["Subnets: First", "10.0.0.0/24"],
    ["People, Row 1: Who", "Casey"],
    ["Storage account", "ledgerbackup"],
  ]);
});
