import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Row } from "./chain.fixture.ts";
import {
  chain,
  chainOf,
  changed,
  edit,
  headAt,
  relink,
  swap,
  TENANT,
  verify,
  withLeaf,
} from "./chain.fixture.ts";
import type { ChainRow } from "./verify.ts";
import { verifyChain } from "./verify.ts";

test("whatever the rows hold, verification answers with faults and does not throw", async () => {
  const junk = fc.oneof(
    fc.anything({ withBigInt: true, withNullPrototype: true, maxDepth: 3 }),
    fc.constant(null),
  );
  const row = fc.record(
    { sequence: junk, entry: junk, leafHash: junk, linkHash: junk },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(row, junk), { minLength: 1 }), async (rows) => {
      const report = await verifyChain({ tenantId: TENANT, rows: rows as ChainRow[] });
      assert.equal(report.ok, false);
    }),
  );
});

const facts = fc.dictionary(fc.string({ maxLength: 8, minLength: 1 }), fc.integer(), { maxKeys: 3 });
const tampering = fc.record({
  kind: fc.constantFrom(
    "edit",
    "editWithLeaf",
    "leaf",
    "link",
    "remove",
    "renumber",
    "swap",
    "swapBare",
    "repeat",
  ),
  at: fc.nat(),
  other: fc.nat(),
});

test("any one tampering with a random chain is found, without any head", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(facts, { minLength: 2, maxLength: 12 }),
      tampering,
      async (all, { kind, at, other }) => {
        const rows = chainOf(all);
        assert.equal((await verify(rows)).ok, true);
        // The last row is left alone: taking it away is a cut tail, which only a head can show.
        const first = 1 + (at % (rows.length - 1));
        const second = first + 1 + (other % (rows.length - first));
        const report = await verify(tamper(rows, kind, first, second));
        assert.equal(report.ok, false, kind);
      },
    ),
    { numRuns: 300 },
  );
});

test("any rewriting before a saved head is found, however well it is linked anew", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 12 }),
      fc.nat(),
      fc.nat(),
      fc.boolean(),
      async (size, a, b, remove) => {
        const rows = chain(size);
        const saved = 1 + (a % size);
        const target = 1 + (b % saved);
        const altered = remove
          ? rows
              .filter((row) => row.sequence !== target)
              .map((row, index) => ({ ...row, sequence: index + 1 }))
          : edit(rows, target, (row) => withLeaf(row, changed(row.entry)));
        const rewritten = relink(altered);
        assert.equal((await verify(rewritten)).ok, true);
        assert.equal((await verify(rewritten, { savedHead: headAt(rows, saved) })).ok, false);
      },
    ),
  );
});

function tamper(rows: readonly Row[], kind: string, first: number, second: number): readonly Row[] {
  switch (kind) {
    case "edit":
      return edit(rows, first, (row) => ({ ...row, entry: changed(row.entry) }));
    case "editWithLeaf":
      return edit(rows, first, (row) => withLeaf(row, changed(row.entry)));
    case "leaf":
      return edit(rows, first, (row) => ({ ...row, leafHash: Buffer.alloc(32) }));
    case "link":
      return edit(rows, first, (row) => ({ ...row, linkHash: Buffer.alloc(32) }));
    case "remove":
      return rows.filter((row) => row.sequence !== first);
    case "renumber":
      return rows
        .filter((row) => row.sequence !== first)
        .map((row, index) => ({ ...row, sequence: index + 1 }));
    case "swap":
      return swap(rows, first, second, true);
    case "swapBare":
      return swap(rows, first, second, false);
    default:
      return rows.flatMap((row) => (row.sequence === first ? [row, row] : [row]));
  }
}
