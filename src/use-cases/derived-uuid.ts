/** UUIDv5 (RFC 9562, section 5.5) of a text within a namespace of 16 bytes: derived again, it is the same one. */
import { createHash } from "node:crypto";

export function derivedUuid(namespace: Buffer, text: string): string {
  const hash = createHash("sha1").update(namespace).update(text, "utf8").digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
