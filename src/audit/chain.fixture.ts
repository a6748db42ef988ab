/** Chains for tests: made as the product makes them, then tampered with as somebody with the database could. */
import assert from "node:assert/strict";
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

export const TENANT = asId<TenantId>("11111111-1111-4111-8111-111111111111");
export const OTHER = asId<TenantId>("22222222-2222-4222-8222-222222222222");

export interface Row extends ChainRow {
  readonly sequence: number | null;
  readonly entry: AuditEntry;
  readonly leafHash: Buffer;
  readonly linkHash: Buffer | null;
}

export function chain(linked: number, tail = 0): readonly Row[] {
  return chainOf(
    Array.from({ length: linked }, (_, index) => ({ number: index })),
    tail,
  );
}

export function chainOf(all: readonly JsonObject[], tail = 0): readonly Row[] {
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
export function relink(rows: readonly Row[]): readonly Row[] {
  let previous: Buffer | null = null;
  return rows.map((row, index) => {
    previous = linkHash(previous, index + 1, row.leafHash);
    return { ...row, linkHash: previous };
  });
}

export function changed(entry: AuditEntry): AuditEntry {
  return { ...entry, facts: { ...entry.facts, tampered: true } };
}

export function withLeaf(row: Row, entry: AuditEntry): Row {
  return { ...row, entry, leafHash: leafHash(entry) };
}

export function edit(rows: readonly Row[], sequence: number, change: (row: Row) => Row): readonly Row[] {
  return rows.map((row) => (row.sequence === sequence ? change(row) : row));
}

export function swap(
  rows: readonly Row[],
  first: number,
  second: number,
  withLinks: boolean,
): readonly Row[] {
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

export function headAt(rows: readonly Row[], sequence: number): ChainHead {
  const { linkHash: link, entry } = at(rows, sequence);
  return { tenantId: TENANT, sequence, linkHash: link?.toString("base64url") ?? "", at: entry.at };
}

export function verify(
  rows: readonly ChainRow[],
  heads: { storedHead?: ChainHead | null; savedHead?: ChainHead } = {},
): Promise<VerifyReport> {
  return verifyChain({ tenantId: TENANT, rows, ...heads });
}

export function codes(report: VerifyReport): readonly string[] {
  return report.faults.map(({ code }) => code);
}

export function placed(report: VerifyReport): readonly string[] {
  return report.faults.map(({ code, sequence }) => `${code} ${sequence}`);
}
