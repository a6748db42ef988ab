import assert from "node:assert/strict";
import { test } from "node:test";
import { fateOf, NOTHING, type Takes, takenFrom } from "./takes.ts";

const takes: Takes = {
  honoured: ["tags", "properties.rules.id", "properties.maximum"],
  only: { "properties.lockLevel": "`None`" },
  inert: { location: "kept", "properties.rules.level": "kept" },
  readOnly: ["id", "properties.state"],
  refused: { "properties.condition": "it is not held" },
};

function refusal(body: unknown, list = takes): string {
  const outcome = takenFrom(body, list);
  assert.ok(!outcome.ok, JSON.stringify(body));
  return `${outcome.rejection.message} at ${outcome.rejection.path}`;
}

function inertIn(body: unknown): readonly string[] {
  const outcome = takenFrom(body, takes);
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.value;
}

test("what is listed passes, whole where its object is listed, and what changes nothing is named once", () => {
  assert.deepEqual(inertIn(undefined), []);
  assert.deepEqual(
    inertIn({ id: 1, tags: { any: { thing: true } }, properties: { state: {}, maximum: 1 } }),
    [],
  );
  const rules = [
    { id: "a", level: 1 },
    { id: "b", level: 2 },
  ];
  assert.deepEqual(inertIn({ location: "here", properties: { rules } }), [
    "location",
    "properties.rules.level",
  ]);
});

test("what is not listed is refused where it stands, in whatever letters and however deep", () => {
  assert.match(refusal({ colour: 1 }), /`colour` .* at \/colour$/);
  assert.match(refusal({ Tags: {} }), /at \/Tags$/);
  assert.match(
    refusal({ properties: { rules: [{ id: "a" }, { id: "b", hidden: 1 }] } }),
    /at \/properties\/rules\/1\/hidden$/,
  );
  assert.match(
    refusal({ properties: [{ rules: [[{ hidden: 1 }]] }] }),
    /at \/properties\/0\/rules\/0\/0\/hidden$/,
  );
  assert.match(refusal(JSON.parse('{"__proto__": 1}')), /__proto__/);
  assert.match(refusal({ "a/b~c": 1 }), /at \/a~1b~0c$/);
  assert.match(refusal([{ tags: {} }]), /send an object/);
});

test("what is refused by name says why; null says nothing, and there an empty text or list does not either", () => {
  assert.match(
    refusal({ properties: { condition: "x" } }),
    /`condition` is refused: it is not held at \/properties\/condition/,
  );
  for (const empty of [null, "", [], {}]) assert.deepEqual(inertIn({ properties: { condition: empty } }), []);
  assert.deepEqual(inertIn({ colour: null, location: null, "@odata.type": "#thing" }), []);
  assert.match(refusal({ colour: [] }), /colour/);
});

test("an operation without a body takes none, and one property has one fate", () => {
  assert.ok(takenFrom({}, NOTHING).ok);
  assert.match(refusal({ reason: "no" }, NOTHING), /reason/);
  assert.match(refusal("text", NOTHING), /takes no body/);
  assert.throws(() => takenFrom({ a: 1 }, { honoured: ["a"], readOnly: ["a"] }), /two lists/);
  assert.deepEqual(
    ["properties", "tags.any", "properties.rules", "properties.lockLevel", "colour"].map((name) =>
      fateOf(takes, name),
    ),
    ["object", "honoured", "object", "only", null],
  );
});
