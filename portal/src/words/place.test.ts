import assert from "node:assert/strict";
import { test } from "node:test";
import { stripWords } from "./home.ts";
import { kindLine, lockedOutWords, many } from "./people.ts";
import { decidersWords } from "./place.ts";

const stage = (names: string[], count = names.length, required = 1) => ({
  ...{ tenantName: "Contoso", names, count, required },
});

test("who decides: one's own people by name, another organisation's by number, stage after stage", () => {
  assert.equal(decidersWords([]), "Approved at once; nobody has to decide.");
  assert.equal(decidersWords([stage(["Carol", "Casey"])]), "Carol or Casey.");
  assert.equal(decidersWords([stage(["Carol", "Casey"], 2, 2)]), "2 of Carol and Casey.");
  assert.equal(decidersWords([stage([], 3, 2)]), "2 of 3 approvers at Contoso.");
  assert.equal(decidersWords([stage([], 0)]), "Nobody at Contoso could decide.");
  assert.equal(decidersWords([stage(["Carol"]), stage([], 2)]), "Carol, then 1 of 2 approvers at Contoso.");
});

test("what the picture of live access shows is said, and what came of a lock is counted", () => {
  assert.equal(stripWords(0, null), "Nobody holds temporary access now.");
  assert.equal(
    stripWords(1, "Frank, Reader on web"),
    "1 grant is live or scheduled. The next to end: Frank, Reader on web.",
  );
  assert.equal(stripWords(2, null), "2 grants are live or scheduled.");
  assert.equal(many(1, "grant"), "1 grant");
  assert.equal(lockedOutWords("Frank", 2, 1), "Frank is locked out: 2 grants ended, 1 request canceled.");
  assert.equal(kindLine("servicePrincipal", null, "Contoso"), "Workload · Contoso");
});
