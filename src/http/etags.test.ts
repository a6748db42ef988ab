import assert from "node:assert/strict";
import { test } from "node:test";
import { etagsIn, isMatch, versionsIn } from "./etags.ts";

test("If-Match is `*` or a list of tags, as RFC 9110 has it", () => {
  const read: readonly [string, ReturnType<typeof etagsIn>][] = [
    ["*", "*"],
    [" * ", "*"],
    ['"3"', ['"3"']],
    ['""', ['""']],
    ['"1", "2"', ['"1"', '"2"']],
    ['"1","2"\t,\t"3"', ['"1"', '"2"', '"3"']],
    [',"1",, "2",', ['"1"', '"2"']],
    ['W/"1", "2"', ['W/"1"', '"2"']],
    ['"a,b", "c"', ['"a,b"', '"c"']],
    ['"\u00e9\u00ff"', ['"\u00e9\u00ff"']],
  ];
  for (const [header, etags] of read) assert.deepEqual(etagsIn(header), etags, header);
});

test("anything else is malformed", () => {
  for (const header of [
    "",
    " ",
    ",",
    "3",
    "'3'",
    '"3',
    '3"',
    '"1" "2"',
    '"1"; "2"',
    '*, "1"',
    '"1", *',
    'w/"1"',
    'W/ "1"',
    "W/*",
    '"a b"',
    '"a\u007fb"',
    '"a"b"',
    '"\u0101"',
    `"${"x".repeat(5_000)}"`,
    `${",".repeat(4_000)}`,
  ])
    assert.equal(etagsIn(header), null, JSON.stringify(header));
});

test("a weak tag never matches, and what is not there matches nothing", () => {
  assert.ok(isMatch("*", '"3"'));
  assert.ok(isMatch(['"2"', '"3"'], '"3"'));
  assert.ok(!isMatch(['W/"3"'], '"3"'));
  assert.ok(!isMatch(['"03"'], '"3"'));
  assert.ok(!isMatch("*", null));
  assert.ok(!isMatch(['"3"'], null));
});

test("tags stand for versions where they are written as ours are", () => {
  assert.equal(versionsIn(undefined), null);
  assert.equal(versionsIn("*"), null);
  assert.deepEqual(
    versionsIn(['"3"', '"0"', '"03"', 'W/"4"', '"x"', '"-1"', '"1e3"', '"12345678901"']),
    [3, 0],
  );
  assert.deepEqual(versionsIn(['W/"3"']), []);
});
