import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { EntryId, TenantId } from "../domain/ids.ts";
import { asId } from "../domain/ids.ts";
import { formatInstant, instant } from "../domain/time.ts";
import type { JsonObject } from "./canonical-json.ts";
import type { ChainHead } from "./chain.ts";
import { linkHash } from "./chain.ts";
import type { AuditEntry } from "./entry.ts";
import { leafHash, sealEntry } from "./entry.ts";
import type { ChainRow, VerifyReport } from "./verify.ts";
import { verifyChain } from "./verify.ts";

const TENANT = asId<TenantId>("11111111-1111-4111-8111-111111111111");
const OTHER = asId<TenantId>("22222222-2222-4222-8222-222222222222");

interface Row extends ChainRow {
  readonly sequence: number | null;
  readonly entry: AuditEntry;
  readonly leafHash: Buffer;
  readonly linkHash: Buffer | null;
}

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

function chain(linked: number, tail = 0): readonly Row[] {
  return chainOf(
    Array.from({ length: linked }, (_, index) => ({ number: index })),
    tail,
  );
}

function chainOf(all: readonly JsonObject[], tail = 0): readonly Row[] {
  const linked = relink(all.map((fact, index) => ({ ...row(fact, index), sequence: index + 1 })));
  const rest = Array.from({ length: tail }, (_, index) => row({}, all.length + index));
  return [...linked, ...rest];
}

function row(fact: JsonObject, index: number): Row {
  const draft = {
    id: asId<EntryId>(`aaaaaaaa-0000-4000-8000-${String(index).padStart(12, "0")}`),
    tenantId: TENANT,
    at: formatInstant(instant(1_767_322_800_000 + index)),
    type: "grant.ended",
    actor: { kind: "system", via: "worker" },
    subject: { kind: "grant", id: String(index) },
    parties: [TENANT],
    correlationId: "c",
    facts: fact,
  } as const;
  const { entry, leafHash: leaf } = sealEntry(draft, {}, { next: () => Buffer.alloc(32) });
  return { sequence: null, entry, leafHash: leaf, linkHash: null };
}

/** Links rows anew in the order they stand, as somebody who owns the database could. */
function relink(rows: readonly Row[]): readonly Row[] {
  let previous: Buffer | null = null;
  return rows.map((row, index) => {
    previous = linkHash(previous, index + 1, row.leafHash);
    return { ...row, linkHash: previous };
  });
}

function changed(entry: AuditEntry): AuditEntry {
  return { ...entry, facts: { ...entry.facts, tampered: true } };
}

function withLeaf(row: Row, entry: AuditEntry): Row {
  return { ...row, entry, leafHash: leafHash(entry) };
}

function edit(rows: readonly Row[], sequence: number, change: (row: Row) => Row): readonly Row[] {
  return rows.map((row) => (row.sequence === sequence ? change(row) : row));
}

function swap(rows: readonly Row[], first: number, second: number, withLinks: boolean): readonly Row[] {
  const a = at(rows, first);
  const b = at(rows, second);
  const put = (place: Row, from: Row): Row => ({
    ...from,
    sequence: place.sequence,
    linkHash: withLinks ? from.linkHash : place.linkHash,
  });
  return rows.map((row) => (row === a ? put(a, b) : row === b ? put(b, a) : row));
}

function at(rows: readonly Row[], sequence: number): Row {
  const found = rows.find((row) => row.sequence === sequence);
  assert.ok(found, `no row ${sequence}`);
  return found;
}

function headAt(rows: readonly Row[], sequence: number): ChainHead {
  const { linkHash: link, entry } = at(rows, sequence);
  return { tenantId: TENANT, sequence, linkHash: link?.toString("base64url") ?? "", at: entry.at };
}

function verify(
  rows: readonly ChainRow[],
  heads: { storedHead?: ChainHead | null; savedHead?: ChainHead } = {},
): Promise<VerifyReport> {
  return verifyChain({ tenantId: TENANT, rows, ...heads });
}

function codes(report: VerifyReport): readonly string[] {
  return report.faults.map(({ code }) => code);
}

function placed(report: VerifyReport): readonly string[] {
  return report.faults.map(({ code, sequence }) => `${code} ${sequence}`);
}
