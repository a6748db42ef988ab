/** What an administrator's pages say and understand, without a browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { placeLabel, placeOf } from "../../portal/src/pages/manage/parts/place-words.ts";
import { inheritedFrom } from "../../portal/src/pages/manage/rules/rule-values.ts";

const ID = "3c114708-c3f8-501e-b0bd-8acdefb8a270";
const subscriptions = [{ id: ID, name: "contoso-production" }];
const web = `/subscriptions/${ID}/resourceGroups/web`;

test("a place is known by its label, and by what people type for it", () => {
  const label = placeLabel(web, "web", subscriptions);
  assert.equal(label, "contoso-production / web");
  const deep = `${web}/providers/Microsoft.Solutions/applications/orders`;
  assert.equal(placeLabel(deep, "orders", subscriptions), "contoso-production / … / orders");
  const known = [{ scope: web, label }];
  for (const typed of ["contoso-production / web", " Contoso-Production / WEB "])
    assert.equal(placeOf(typed, known, subscriptions), web);
  assert.equal(
    placeOf("contoso-production/db", known, subscriptions),
    `/subscriptions/${ID}/resourceGroups/db`,
  );
  assert.equal(placeOf("/subscriptions/contoso-production", known, subscriptions), `/subscriptions/${ID}`);
  for (const none of [
    "",
    "web",
    "fabrikam / web",
    "contoso-production / a b",
    "/groups/leads",
    "/subscriptions/x",
  ])
    assert.equal(placeOf(none, known, subscriptions), null, none);
});

test("what follows from a rule set here is said as the server will fill it", () => {
  const from = { kind: "builtIn", name: "critical" } as const;
  const fields = [
    { field: "maximumDuration", value: "PT1H", from },
    { field: "defaultDuration", value: "PT1H", from },
    { field: "minimumDuration", value: "PT5M", from },
    { field: "maximumTotal", value: "PT2H", from },
  ];
  assert.deepEqual(inheritedFrom(fields, {}).get("maximumTotal"), {
    value: "PT2H",
    from: "built into tier critical",
  });
  const lower = inheritedFrom(fields, { maximumDuration: "PT20M" });
  assert.deepEqual(lower.get("maximumTotal"), { value: "PT40M", from: "twice the maximum" });
  assert.deepEqual(lower.get("defaultDuration"), { value: "PT20M", from: "as far as the limits allow" });
});
