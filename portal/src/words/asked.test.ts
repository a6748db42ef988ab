import assert from "node:assert/strict";
import { test } from "node:test";
import { applicationWith } from "./application.fixture.ts";
import { askedFor, nothingAsked, nothingWaits } from "./asked.ts";

test("an empty list says why it is empty", () => {
  const orders = applicationWith();
  assert.equal(nothingWaits(orders), "Nobody at Fabrikam is waiting for a decision.");
  const automatic = applicationWith({ jitPolicy: { ...orders.jitPolicy, mode: "automatic" } });
  assert.match(nothingWaits(automatic), /is approved at once/);
  assert.equal(nothingAsked(orders, "mine"), "You have not asked for anything on orders yet.");
  assert.equal(nothingAsked(orders, "decided"), "You have not decided anything on orders yet.");
});

test("what was asked for is roles and for how long", () => {
  const request = { roles: [{ id: "r", name: "Contributor" }], terms: { duration: "PT2H" } };
  assert.equal(askedFor(request as unknown as Parameters<typeof askedFor>[0]), "Contributor for 2 h");
});
