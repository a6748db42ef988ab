/** Reads one stored row of a chain, believing nothing about it: what cannot be read becomes null. */
import { CanonicalFormError } from "./canonical-json.ts";
import type { AuditEntry } from "./entry.ts";
import { leafHash } from "./entry.ts";
import { read32Bytes } from "./hash.ts";

/** A row as a store or an export hands it over; hashes as bytes or as base64url. */
export interface ChainRow {
  /** Null until the sequencer has numbered the entry; PostgreSQL's bigint may come as text. */
  readonly sequence: number | bigint | string | null;
  /** An AuditEntry, if nobody touched it. */
  readonly entry: unknown;
  readonly leafHash: Uint8Array | string;
  readonly linkHash: Uint8Array | string | null;
}

export interface ReadRow {
  readonly place: { kind: "chain"; sequence: number } | { kind: "tail" } | { kind: "unreadable" };
  readonly id: string | null;
  readonly tenantId: string | null;
  readonly at: string;
  /** From the entry as it stands now; null when it has no canonical form. */
  readonly recomputedLeaf: Buffer | null;
  readonly storedLeaf: Buffer | null;
  readonly link: Buffer | null;
  /** Whether the row holds anything as its link, readable or not. */
  readonly hasLink: boolean;
}

export function readRow(row: ChainRow): ReadRow {
  // The type is what a store promises; the null is what a damaged export may hold.
  const fields: Partial<ChainRow> = (row as ChainRow | null | undefined) ?? {};
  const { sequence, entry, leafHash: storedLeaf, linkHash: link } = fields;
  return {
    place: readPlace(sequence),
    id: readText(entry, "id"),
    tenantId: readText(entry, "tenantId"),
    at: readText(entry, "at") ?? "",
    recomputedLeaf: recomputeLeaf(entry),
    storedLeaf: read32Bytes(storedLeaf),
    link: read32Bytes(link),
    hasLink: link !== null && link !== undefined,
  };
}

function readPlace(sequence: unknown): ReadRow["place"] {
  if (sequence === null) return { kind: "tail" };
  const number = typeof sequence === "bigint" || isDecimal(sequence) ? Number(sequence) : sequence;
  const readable = typeof number === "number" && Number.isSafeInteger(number) && number >= 1;
  return readable ? { kind: "chain", sequence: number } : { kind: "unreadable" };
}

function isDecimal(sequence: unknown): sequence is string {
  return typeof sequence === "string" && /^[1-9][0-9]{0,15}$/.test(sequence);
}

function readText(entry: unknown, field: string): string | null {
  if (typeof entry !== "object" || entry === null || !Object.hasOwn(entry, field)) return null;
  const value = (entry as Readonly<Record<string, unknown>>)[field];
  return typeof value === "string" ? value.slice(0, 64) : null;
}

function recomputeLeaf(entry: unknown): Buffer | null {
  try {
    // Hashed as found: a field that somebody added or took away must change the leaf.
    return leafHash(entry as AuditEntry);
  } catch (error) {
    if (error instanceof CanonicalFormError) return null;
    throw error;
  }
}
