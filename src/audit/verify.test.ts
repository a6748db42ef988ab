import assert from "node:assert/strict";
import { test } from "node:test";
import {
  chain,
  changed,
  codes,
  edit,
  headAt,
  OTHER,
  placed,
  relink,
  swap,
  TENANT,
  verify,
  withLeaf,
} from "./chain.fixture.ts";
import type { ChainHead } from "./chain.ts";
import type { ChainRow } from "./verify.ts";
import { verifyChain } from "./verify.ts";

test("a whole chain is ok, and the report tells what each step looked at", async () => {
  const rows = chain(5, 2);
  const report = await verify(rows, { storedHead: headAt(rows, 5), savedHead: headAt(rows, 3) });
  assert.deepEqual(report, {
    ok: true,
    entries: 5,
    unsequenced: 2,
    head: headAt(rows, 5),
    steps: [
      { step: "tenant", checked: 7, faults: 0 },
      { step: "leaves", checked: 7, faults: 0 },
      { step: "numbering", checked: 5, faults: 0 },
      { step: "links", checked: 5, faults: 0 },
      { step: "storedHead", checked: 1, faults: 0 },
      { step: "savedHead", checked: 1, faults: 0 },
    ],
    faultCount: 0,
    faults: [],
  });
});

test("an empty chain is ok without a head, or with a head at 0, and cut when a head says otherwise", async () => {
  const start: ChainHead = { tenantId: TENANT, sequence: 0, linkHash: "A".repeat(43), at: "" };
  assert.equal((await verify([], { storedHead: null })).ok, true);
  assert.equal((await verify([], { storedHead: start, savedHead: start })).ok, true);
  assert.deepEqual(codes(await verify([], { savedHead: headAt(chain(1), 1) })), ["cut_tail"]);
});

test("rows as an export or PostgreSQL gives them verify too: text for numbers and hashes", async () => {
  const rows = chain(3).map((row) => ({
    sequence: String(row.sequence),
    entry: JSON.parse(JSON.stringify(row.entry)),
    leafHash: row.leafHash.toString("base64url"),
    linkHash: row.linkHash?.toString("base64url") ?? null,
  }));
  async function* stream(): AsyncGenerator<ChainRow> {
    yield* rows;
  }
  assert.equal((await verifyChain({ tenantId: TENANT, rows: stream() })).ok, true);
});

test("an edited entry is found where it stands, and nowhere else", async () => {
  const report = await verify(edit(chain(9), 4, (row) => ({ ...row, entry: changed(row.entry) })));
  assert.deepEqual(placed(report), ["edited_entry 4"]);
});

test("an edited entry with its leaf hash made anew breaks its link", async () => {
  const report = await verify(edit(chain(9), 4, (row) => withLeaf(row, changed(row.entry))));
  assert.deepEqual(placed(report), ["broken_link 4"]);
});

test("a removed entry is found by its missing number", async () => {
  const rows = chain(9).filter((row) => row.sequence !== 4 && row.sequence !== 5);
  const report = await verify(rows);
  assert.deepEqual(placed(report), ["removed_entry 4"]);
  assert.match(report.faults[0]?.message ?? "", /2 missing before entry 6/);
});

test("an entry without its leaf hash is one fault, the links are checked on", async () => {
  const rows = chain(5).map((row) => (row.sequence === 3 ? { ...row, leafHash: "" } : row));
  assert.deepEqual(placed(await verify(rows)), ["edited_entry 3"]);
});

test("one single removed entry is named as removed", async () => {
  for (const gone of [1, 4, 8]) {
    const rows = chain(9).filter((row) => row.sequence !== gone);
    assert.deepEqual(placed(await verify(rows)), [`removed_entry ${gone}`]);
  }
});

test("a removed entry is found when those after it are numbered anew", async () => {
  const rows = chain(9).filter((row) => row.sequence !== 4);
  const renumbered = rows.map((row, index) => ({ ...row, sequence: index + 1 }));
  assert.equal(placed(await verify(renumbered))[0], "broken_link 4");
});

test("two entries that changed places are named as reordered, with or without their links", async () => {
  for (const [first, second] of [
    [3, 4],
    [2, 7],
    [1, 2],
    [8, 9],
  ] as const) {
    for (const withLinks of [true, false]) {
      const found = placed(await verify(swap(chain(9), first, second, withLinks)));
      assert.ok(found.includes(`reordered_entry ${first}`), `${found} for ${first}, ${second}`);
      assert.ok(found.includes(`reordered_entry ${second}`), `${found} for ${first}, ${second}`);
    }
  }
});

test("a row that comes twice or too late is reordered", async () => {
  const [a, b, c] = chain(3);
  assert.ok(a && b && c);
  assert.deepEqual(placed(await verify([a, b, b, c])), ["reordered_entry 2"]);
  assert.ok(codes(await verify([b, a, c])).includes("reordered_entry"));
});

test("a changed link is found", async () => {
  const rows = edit(chain(5), 3, (row) => ({ ...row, linkHash: Buffer.alloc(32, 9) }));
  assert.deepEqual(placed(await verify(rows)), ["broken_link 3", "broken_link 4"]);
});

test("another tenant's entry is foreign, even when it is linked in order", async () => {
  const rows = relink(edit(chain(4), 2, (row) => withLeaf(row, { ...row.entry, tenantId: OTHER })));
  assert.deepEqual(placed(await verify(rows)), ["foreign_entry 2"]);
});

test("a cut tail shows against the stored head; with that rewound too, against the saved head", async () => {
  const rows = chain(9);
  const cut = rows.slice(0, 6);
  assert.deepEqual(placed(await verify(cut, { storedHead: headAt(rows, 9) })), ["cut_tail 9"]);
  const rewound = { storedHead: headAt(cut, 6) };
  assert.equal((await verify(cut, rewound)).ok, true);
  assert.deepEqual(placed(await verify(cut, { ...rewound, savedHead: headAt(rows, 8) })), ["cut_tail 8"]);
});

test("a chain rewritten from the start passes alone and fails against the saved head", async () => {
  const rows = chain(6);
  const rewritten = relink(edit(rows, 2, (row) => withLeaf(row, changed(row.entry))));
  assert.equal((await verify(rewritten, { storedHead: headAt(rewritten, 6) })).ok, true);
  const report = await verify(rewritten, { savedHead: headAt(rows, 4) });
  assert.deepEqual(placed(report), ["head_mismatch 4"]);
});

test("a head that is missing, behind, another tenant's or not a hash does not match", async () => {
  const rows = chain(4);
  const head = headAt(rows, 4);
  assert.deepEqual(codes(await verify(rows, { storedHead: null })), ["head_mismatch"]);
  assert.deepEqual(codes(await verify(rows, { storedHead: headAt(rows, 3) })), ["head_mismatch"]);
  for (const bad of [
    { ...head, tenantId: OTHER },
    { ...head, linkHash: "" },
    { ...head, sequence: Number.NaN },
  ]) {
    assert.deepEqual(codes(await verify(rows, { storedHead: bad })), ["head_mismatch"]);
    assert.deepEqual(codes(await verify(rows, { savedHead: bad })), ["head_mismatch"]);
  }
});

test("the tail not linked yet is checked: an edit, and a link that lost its number", async () => {
  const edited = chain(3, 2).map((row, index) => (index === 4 ? { ...row, entry: changed(row.entry) } : row));
  const report = await verify(edited);
  assert.deepEqual(placed(report), ["edited_entry null"]);
  assert.equal(report.faults[0]?.id, edited[4]?.entry.id);
  const unnumbered = chain(3).map((row, index) => (index === 2 ? { ...row, sequence: null } : row));
  assert.deepEqual(codes(await verify(unnumbered)), ["broken_link"]);
});

test("at most 100 faults are listed, all are counted", async () => {
  const rows = chain(130).map((row) => ({ ...row, entry: changed(row.entry) }));
  const report = await verify(rows);
  assert.equal(report.faultCount, 130);
  assert.equal(report.faults.length, 100);
});
