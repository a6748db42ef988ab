import assert from "node:assert/strict";
import { test } from "node:test";
import { asId } from "../domain/ids.ts";
import type { Position } from "../use-cases/ports.ts";
import { byCount, byGuid, byInstant, byName, byNumber, cursorTo, type Fits, positionAt } from "./cursor.ts";

const id = asId("0b5a7b1e-6c6f-4d57-9f55-0c5a3c1f2a10");
const POSITIONS: readonly [Fits, Position][] = [
  [byInstant, { at: 1_795_255_376_932, id }],
  [byInstant, { at: 0, id }],
  [byInstant, { at: -62_167_219_200_000, id }],
  [byInstant, { at: 253_402_300_799_999, id }],
  [byGuid, { at: null, id }],
  [byNumber, { at: 7, id }],
  [byNumber, { at: null, id }],
  [byCount, { at: 50, id: "" }],
  [byName, { at: null, id: "/subscriptions/a~b/resourceGroups/Grün 💥" }],
  [byName, { at: null, id: "💥".repeat(550) }],
];

test("a cursor leads back to the position it was made of", () => {
  for (const [fits, position] of POSITIONS) {
    const list = { name: "things", fits };
    assert.deepEqual(positionAt(list, cursorTo(list, position), "/cursor"), { ok: true, value: position });
  }
});

test("nothing else is a cursor: random text, another list's, broken Unicode, what is out of range or too long", () => {
  const raw = (text: string | Buffer) => Buffer.from(text).toString("base64url");
  const made = (name: string, at: string, last: string) => raw(`${name}~${at}~${last}`);
  const good = cursorTo({ name: "things" }, { at: 5, id });
  const wrong = [
    "",
    "nonsense",
    "%00",
    "💥",
    `${good}=`,
    `${good}A`,
    ` ${good}`,
    good.slice(0, -1),
    raw(id),
    made("others", "5", id),
    made("things", "05", id),
    made("things", "5e0", id),
    made("things", "0x5", id),
    made("things", "-0", id),
    made("things", "Infinity", id),
    made("things", "5.5", id),
    made("things", "9".repeat(22), id),
    made("things", "-8640000000000000", id),
    made("things", "5", `${id} or true`),
    made("things", "5", "-".repeat(36)),
    raw(Buffer.concat([Buffer.from(`things~5~${id}`), Buffer.from([0xff, 0xc0])])),
    made("things", "", `a\u0000b`),
    made("things", "", "x".repeat(1_101)),
    "A".repeat(100_000),
  ];
  for (const cursor of wrong) {
    for (const fits of [byInstant, byGuid, byName, byNumber, byCount]) {
      const found = positionAt({ name: "things", fits }, cursor, "/cursor");
      assert.ok(!found.ok, `${fits.name}: ${cursor.slice(0, 80)}`);
      assert.deepEqual([found.rejection.code, found.rejection.path], ["invalid_input", "/cursor"]);
    }
  }
});

test("instants that no answer could write are refused", () => {
  const list = { name: "things", fits: byInstant };
  for (const at of [253_402_300_800_000, -62_167_219_200_001, 8_640_000_000_000_000])
    assert.equal(positionAt(list, cursorTo(list, { at, id }), "/cursor").ok, false);
});

test("a position of another form than its list's is refused", () => {
  for (const [fits, position] of POSITIONS)
    for (const other of [byInstant, byGuid, byName, byNumber, byCount]) {
      const list = { name: "things", fits: other };
      assert.equal(positionAt(list, cursorTo(list, position), "/cursor").ok, other(position), fits.name);
    }
});
