import assert from "node:assert/strict";
import { test } from "node:test";
import { approvalWords, BAR, originWords, valueWords } from "./rule.ts";

const STAGE = { approvers: ["carol", "group:leads"], required: 2, decideBy: "PT4H", escalation: null };

test("who decides is told stage by stage, and who is only told as well", () => {
  assert.equal(approvalWords({ mode: "automatic" }), "approved at once");
  assert.equal(approvalWords({ mode: "automatic", notified: ["carol"] }), "approved at once; carol is told");
  assert.equal(
    approvalWords({ mode: "automatic", notified: ["carol", "casey"] }),
    "approved at once; carol and casey are told",
  );
  const later = { ...STAGE, approvers: [], required: 1, escalation: { after: "PT1H", to: ["olga"] } };
  assert.equal(
    approvalWords({ mode: "manual", stages: [STAGE, later] }),
    "2 of carol or group:leads within 4 h, then nobody named yet within 4 h, after 1 h also olga",
  );
});

test("what administrators are asked for reads as one sentence", () => {
  const asks = { justificationRequired: true, mfaRequired: true, maximumDuration: "P90D" };
  assert.equal(valueWords("assigning", asks), "for up to 90 d, with a justification and a second factor");
  const none = { justificationRequired: false, mfaRequired: false, maximumDuration: null };
  assert.equal(valueWords("assigning", none), "with or without an end, nothing else is asked");
  assert.equal(valueWords("administrators", none), "nothing");
  assert.equal(valueWords("longest", null), "may have no end");
  assert.equal(
    valueWords("ticket", { required: true, patterns: ["INC-\\d+", "CHG-\\d+"] }),
    "required, like INC-\\d+ or CHG-\\d+",
  );
});

test("where a rule comes from, and how many are wrong", () => {
  assert.equal(originWords({ kind: "builtIn", name: "critical" }), "built into tier critical");
  assert.equal(BAR.notRight(1), "One rule is not written as it should be.");
  assert.equal(BAR.notRight(2), "2 rules are not written as they should be.");
});
