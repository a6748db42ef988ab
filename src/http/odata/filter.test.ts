import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseFilter } from "./filter.ts";
import { callsOf, type Filterable, predicateOf, requiredValue } from "./matches.ts";

interface Thing {
  readonly name: string;
  readonly status: string;
  readonly at: string | null;
}
const able: Filterable<Thing> = {
  properties: { name: ({ name }) => name, status: ({ status }) => status, at: ({ at }) => at },
  functions: { asTarget: ({ name }) => name === "me", assignedTo: ({ name }, [who]) => name === who },
};
const things: readonly Thing[] = [
  { name: "me", status: "Provisioned", at: "2026-01-01T00:00:00Z" },
  { name: "O'Brien", status: "Granted", at: "2026-06-01T00:00:00Z" },
  { name: "other", status: "Revoked", at: null },
];

function namesFor(text: string): string[] {
  const filter = parseFilter(text);
  assert.ok(filter.ok, text);
  const keep = predicateOf(filter.value, able);
  assert.ok(keep.ok, text);
  return things.filter(keep.value).map(({ name }) => name);
}

function refusal(text: string): string {
  const filter = parseFilter(text);
  const outcome = filter.ok ? predicateOf(filter.value, able) : filter;
  assert.ok(!outcome.ok, text);
  return outcome.rejection.message;
}

test("comparisons, `and` before `or`, `not` and parentheses", () => {
  assert.deepEqual(namesFor("name eq 'me'"), ["me"]);
  assert.deepEqual(namesFor("name ne 'me'"), ["O'Brien", "other"]);
  assert.deepEqual(namesFor("name eq 'me' or name eq 'other' and status eq 'Granted'"), ["me"]);
  assert.deepEqual(namesFor("(name eq 'me' or name eq 'other') and status eq 'Revoked'"), ["other"]);
  assert.deepEqual(namesFor("not (status eq 'Revoked')"), ["me", "O'Brien"]);
});

test("names, words and texts are compared without regard to case; a quote inside is doubled", () => {
  assert.deepEqual(namesFor("STATUS EQ 'provisioned'"), ["me"]);
  assert.deepEqual(namesFor("name eq 'O''Brien'"), ["O'Brien"]);
  assert.deepEqual(namesFor("ASTARGET()"), ["me"]);
});

test("instants are compared by their moment, and what has none is neither before nor after", () => {
  assert.deepEqual(namesFor("at gt 2026-03-01T00:00:00+00:00"), ["O'Brien"]);
  assert.deepEqual(namesFor("at le '2026-01-01T01:00:00+01:00'"), ["me"]);
  assert.deepEqual(namesFor("at eq null"), ["other"]);
});

test("functions of the surface take values, those of OData a property and a value", () => {
  assert.deepEqual(namesFor("assignedTo('other')"), ["other"]);
  assert.deepEqual(namesFor("startswith(name, 'o')"), ["O'Brien", "other"]);
  assert.deepEqual(namesFor("contains(name,'ri')"), ["O'Brien"]);
});

test("what is not understood is refused, with what would be", () => {
  assert.match(refusal("size eq 'x'"), /no property `size`.*name, status, at/);
  assert.match(refusal("asApprover()"), /no function `asApprover`/);
  assert.match(refusal("assignedTo(name)"), /takes values/);
  for (const text of [
    "name eq",
    "name 'me'",
    "(name eq 'me'",
    "name eq 'me",
    "name eq 'me' name",
    "eq",
    "name eq name",
    ";",
  ])
    assert.match(refusal(text), /cannot be read/);
});

test("what every object inherits is neither a function nor a property", () => {
  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"]) {
    assert.match(refusal(`${name}(name,'me')`), /no function/);
    assert.match(refusal(`${name}('me')`), /no function/);
    assert.match(refusal(`startswith(${name},'me')`), /no function/);
    assert.match(refusal(`${name} eq 'me'`), /no property/);
  }
});

test("a filter that is too long, too deep or has too many terms is refused", () => {
  refusal(`name eq '${"x".repeat(3_000)}'`);
  refusal(`${"not ".repeat(30)}asTarget()`);
  refusal(`${"(".repeat(30)}asTarget()${")".repeat(30)}`);
});

test("a value that must be met is found through `and` only, and calls through everything", () => {
  const filter = (text: string) => {
    const parsed = parseFilter(text);
    assert.ok(parsed.ok);
    return parsed.value;
  };
  assert.equal(requiredValue(filter("status eq 'a' and name eq 'me'"), "NAME"), "me");
  assert.equal(requiredValue(filter("status eq 'a' or name eq 'me'"), "name"), null);
  assert.equal(requiredValue(filter("not (name eq 'me')"), "name"), null);
  assert.deepEqual(callsOf(filter("not (asTarget() or name eq 'x')")), ["astarget"]);
});

test("nothing that is written makes it throw", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      const parsed = parseFilter(text);
      if (parsed.ok) predicateOf(parsed.value, able);
    }),
  );
});
