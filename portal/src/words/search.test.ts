import assert from "node:assert/strict";
import { test } from "node:test";
import { type Found, foundWords, moreWords, startsLocking, withoutVerb } from "./search.ts";

const NOW = Date.parse("2026-12-01T12:00:00Z");
const found = (said: Partial<Found>): Found => ({
  ...{
    kind: "request",
    id: "1",
    name: "Contributor",
    who: "Frank Fischer",
    where: "orders",
    scope: "/x",
    tenantId: null,
  },
  ...{ state: "pending", own: false, at: "2026-11-30T10:00:00Z" },
  ...said,
});

test("what is found says what it is called, where, whose and how it stands", () => {
  assert.equal(foundWords(found({})), "Contributor on orders");
  assert.match(moreWords(found({}), NOW), /^Frank Fischer · asked 30 Nov .* · waits for a decision$/);
  assert.match(moreWords(found({ kind: "grant", state: "active" }), NOW), /^Frank Fischer · from .* · live$/);
  const application = found({ kind: "application", name: "orders", who: "Fabrikam", state: "consumer" });
  assert.equal(foundWords(application), "orders");
  assert.equal(moreWords(application, NOW), "published by Fabrikam");
  assert.equal(moreWords({ ...application, state: "publisher", who: "Contoso" }, NOW), "runs at Contoso");
  const group = found({ kind: "principal", name: "Platform", where: null, state: "group" });
  assert.equal(moreWords(group, NOW), "group");
});

test("a verb before a name is none of what is looked for", () => {
  assert.equal(withoutVerb(" Lock out casey chen"), "casey chen");
  assert.equal(withoutVerb("end contributor"), "contributor");
  assert.equal(withoutVerb("endpoint"), "endpoint");
  assert.equal(startsLocking("lock out casey"), true);
  assert.equal(startsLocking("locksmith"), false);
});
