import assert from "node:assert/strict";
import { test } from "node:test";
import { applicationWith, DECLINED } from "./application.fixture.ts";
import * as words from "./application.ts";

const orders = applicationWith();
const policy = (more: object) => applicationWith({ jitPolicy: { ...orders.jitPolicy, ...more } });

test("how a publisher gets in is one line: how long, and who decides", () => {
  assert.equal(words.jitWords(orders), "Asks each time, for up to 4 h; 2 approvers decide");
  assert.equal(
    words.jitWords(policy({ approvers: { count: 1, names: ["Casey Chen"] } })),
    "Asks each time, for up to 4 h; 1 approver decides",
  );
  assert.equal(
    words.jitWords(policy({ required: 2 })),
    "Asks each time, for up to 4 h; 2 of 2 approvers decide",
  );
  assert.equal(
    words.jitWords(policy({ approvers: { count: 0, names: [] } })),
    "Asks each time, for up to 4 h; the owners decide",
  );
  assert.equal(
    words.jitWords(policy({ mode: "automatic" })),
    "Asks each time, for up to 4 h; approved at once",
  );
  assert.equal(words.jitWords(applicationWith(DECLINED)), "Holds Contributor without asking");
});

test("what a publisher may do is told with who decides, and what is permanent as that", () => {
  assert.equal(
    words.mayDoWords(orders),
    "Fabrikam can always look at orders and change nothing. To do more, its people ask for Contributor each time, for 4 h at most; Carol Castillo or Casey Chen decides.",
  );
  assert.equal(
    words.mayDoWords(applicationWith(DECLINED)),
    "Fabrikam holds Contributor on everything in orders-managed for as long as this application exists. Nobody is asked and nothing ends it.",
  );
});

test("a newer version is told by what its publisher may ask for more and no longer", () => {
  const newer = { version: 2, roles: [{ id: "w", name: "Owner" }] };
  assert.equal(
    words.versionChanges(orders, newer),
    "Fabrikam may also ask for Owner; it can no longer ask for Contributor. Version 1 has Contributor.",
  );
  assert.equal(
    words.versionChanges(orders, { version: 2, roles: orders.roles }),
    "The roles stay as in version 1: Contributor.",
  );
});

test("places are said by their names, and an application's own are known", () => {
  assert.equal(
    words.leadWords(orders).endsWith("Its resources are in the resource group orders-managed."),
    true,
  );
  assert.equal(words.liesIn(`${orders.scope.toUpperCase()}/x`, orders), true);
  assert.equal(words.liesIn(`${orders.managedScope}-two`, orders), false);
  assert.equal(words.groupOf(orders.scope), "apps");
});

test("counts and durations are said in full where a choice is made", () => {
  assert.deepEqual(
    [0, 1, 2].map((count) => words.countWords(count, "approver")),
    ["no approvers", "1 approver", "2 approvers"],
  );
  assert.equal(words.longDurationWords("PT1H30M"), "1 hour 30 minutes");
  assert.equal(words.waitWords(1), "1 request waits for a decision");
});

test("who holds standing access is told with the sort of thing it is", () => {
  assert.equal(
    words.holderWords({ displayName: "support", tenantName: "Fabrikam", kind: "group" }),
    "support (Fabrikam, a group)",
  );
});
