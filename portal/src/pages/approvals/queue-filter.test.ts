import assert from "node:assert/strict";
import { test } from "node:test";
import type { AccessRequest } from "../../words/request.ts";
import { choicesIn, type Filter, fits } from "./queue-filter.ts";

const NOW = Date.parse("2026-11-30T12:00:00Z");
const ANY: Filter = { text: "", person: "", place: "", role: "", waits: "" };
const ago = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();

const request = (more: object = {}) =>
  ({
    requester: { objectId: "frank", displayName: "Frank Fischer", tenantName: "Fabrikam" },
    beneficiary: { objectId: "frank", displayName: "Frank Fischer", tenantName: "Fabrikam" },
    roles: [{ id: "c", name: "Contributor" }],
    scopeName: "orders",
    ownerName: "Contoso",
    justification: "order 4711 was paid twice",
    ticket: { system: "jira", number: "OPS-7" },
    createdAt: ago(90),
    decideBy: ago(-600),
    ...more,
  }) as unknown as AccessRequest;

test("every word is found, in names, places, roles, reasons and tickets, in any order and case", () => {
  const finds = (text: string) => fits(request(), { ...ANY, text }, NOW);
  for (const text of ["", "frank", "FABRIKAM contrib", "twice 4711", "ops-7", "orders contoso"])
    assert.ok(finds(text), text);
  for (const text of ["fiona", "frank billing"]) assert.ok(!finds(text), text);
});

test("person, place, role and age each leave out what they do not mean", () => {
  const finds = (part: Partial<Filter>, more: object = {}) => fits(request(more), { ...ANY, ...part }, NOW);
  assert.ok(finds({ person: "frank", place: "orders · Contoso", role: "c" }));
  for (const part of [{ person: "fiona" }, { place: "orders · Northwind" }, { role: "r" }])
    assert.ok(!finds(part));
  assert.ok(finds({ waits: "1h" }) && !finds({ waits: "4h" }));
  assert.ok(!finds({ waits: "urgent" }) && finds({ waits: "urgent" }, { decideBy: ago(-59) }));
  assert.ok(!finds({ waits: "urgent" }, { decideBy: null }));
});

test("what there is to choose from comes once, by name", () => {
  const fiona = { objectId: "fiona", displayName: "Fiona", tenantName: "Fabrikam" };
  const found = choicesIn([request(), request({ requester: fiona }), request()]);
  assert.deepEqual(
    found.people.map(({ label }) => label),
    ["Fiona (Fabrikam)", "Frank Fischer (Fabrikam)"],
  );
  assert.deepEqual([found.places.length, found.roles.length], [1, 1]);
});
