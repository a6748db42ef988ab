import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { linkHash } from "./chain.ts";

const leaf = Buffer.alloc(32, 7);
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });

test("linkHash: SHA-256(0x02 || previous || uint64 big endian || leaf), with 32 zero bytes before the first", () => {
  const first = createHash("sha256")
    .update(Buffer.from(`02${"00".repeat(32)}0000000000000001${"07".repeat(32)}`, "hex"))
    .digest();
  assert.deepEqual(linkHash(null, 1, leaf), first);
  const later = createHash("sha256")
    .update(Buffer.concat([Buffer.of(2), first, Buffer.from("0102030405060708", "hex"), leaf]))
    .digest();
  assert.deepEqual(linkHash(first, 0x01_02_03_04_05_06_07_08n, leaf), later);
});

test("linkHash: a number and a bigint give one link, any change gives another", () => {
  fc.assert(
    fc.property(
      hash,
      fc.integer({ min: 1, max: 2 ** 31 }),
      hash,
      fc.nat(31),
      (previous, sequence, over, at) => {
        const link = linkHash(previous, sequence, over);
        assert.deepEqual(linkHash(previous, BigInt(sequence), over), link);
        assert.notDeepEqual(linkHash(previous, sequence + 1, over), link);
        assert.notDeepEqual(linkHash(flip(previous, at), sequence, over), link);
        assert.notDeepEqual(linkHash(previous, sequence, flip(over, at)), link);
      },
    ),
  );
});

test("linkHash: a chain cannot start anew, and what is out of range is refused", () => {
  assert.throws(() => linkHash(null, 2, leaf), /needs the link before it/);
  for (const sequence of [0, -1, 1.5, 2 ** 53, Number.NaN, 0n, 2n ** 64n]) {
    assert.throws(() => linkHash(leaf, sequence, leaf), RangeError, String(sequence));
  }
  assert.throws(() => linkHash(Buffer.alloc(31), 2, leaf), /previous link is not 32 bytes/);
  assert.throws(() => linkHash(leaf, 2, Buffer.alloc(33)), /leaf hash is not 32 bytes/);
});

function flip(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
}
