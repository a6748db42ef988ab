/** SHA-256 and its text form, as every hash of the audit log is made and written. */
import { createHash } from "node:crypto";

export const HASH_BYTES = 32;

export function sha256(...parts: readonly (string | Uint8Array)[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** RFC 4648 base64url without padding: 43 characters for a hash. */
export function toBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64url");
}

/** The 32 bytes of a hash or salt that came from outside, as bytes or as base64url; null when it is neither. */
export function read32Bytes(value: unknown): Buffer | null {
  const bytes = value instanceof Uint8Array ? Buffer.from(value) : fromBase64url(value);
  return bytes?.length === HASH_BYTES ? bytes : null;
}

function fromBase64url(value: unknown): Buffer | null {
  if (typeof value !== "string" || value.length > 64) return null;
  const bytes = Buffer.from(value, "base64url");
  // Node skips what it cannot decode; only the one exact spelling of these bytes is accepted.
  return bytes.toString("base64url") === value ? bytes : null;
}
