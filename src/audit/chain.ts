/** A tenant's chain: entries numbered from 1 without a gap, each link covering everything before it. */
import type { TenantId } from "../domain/ids.ts";
import { HASH_BYTES, sha256 } from "./hash.ts";

/** Where a chain ends: whoever keeps a copy of it elsewhere can tell later whether the past was changed. */
export interface ChainHead {
  readonly tenantId: TenantId;
  /** The number of the last linked entry; 0 for a chain that holds nothing yet. */
  readonly sequence: number;
  /** base64url. */
  readonly linkHash: string;
  /** The last linked entry's time, RFC 3339 in UTC. Informative: it is not part of the link. */
  readonly at: string;
}

/** What stands before the first link. */
export const BEFORE_FIRST: Buffer = Buffer.alloc(HASH_BYTES);

// 0x00 is a leaf and 0x01 an inner node in RFC 6962: a link can be mistaken for neither.
const LINK_PREFIX = Uint8Array.of(0x02);
const MAX_SEQUENCE = 2n ** 64n - 1n;

/**
 * SHA-256(0x02 || previous || sequence || leafHash), with the sequence as uint64, big endian.
 * @param previous the link of entry `sequence - 1`; null (32 zero bytes) before the first only
 * @throws {RangeError} on a hash that is not 32 bytes, a sequence out of range, or a chain that would start anew
 */
export function linkHash(
  previous: Uint8Array | null,
  sequence: number | bigint,
  leafHash: Uint8Array,
): Buffer {
  const number = toUint64(sequence);
  if (previous === null && number !== 1n) {
    throw new RangeError(`entry ${number} needs the link before it, only entry 1 has none`);
  }
  const before = previous ?? BEFORE_FIRST;
  if (before.length !== HASH_BYTES) throw new RangeError(`the previous link is not ${HASH_BYTES} bytes`);
  if (leafHash.length !== HASH_BYTES) throw new RangeError(`the leaf hash is not ${HASH_BYTES} bytes`);
  const numberBytes = Buffer.alloc(8);
  numberBytes.writeBigUInt64BE(number);
  return sha256(LINK_PREFIX, before, numberBytes, leafHash);
}

function toUint64(sequence: number | bigint): bigint {
  if (typeof sequence === "number" && !Number.isSafeInteger(sequence)) {
    throw new RangeError(`not a sequence: \`${sequence}\``);
  }
  const number = BigInt(sequence);
  if (number < 1n || number > MAX_SEQUENCE)
    throw new RangeError(`a sequence starts at 1, not at \`${number}\``);
  return number;
}
