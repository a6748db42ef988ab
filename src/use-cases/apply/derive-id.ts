/** Ids of objects that were given none: UUIDv5 (RFC 9562, section 5.5) of the tenant, the kind, the name and its generation. */
import { createHash } from "node:crypto";

// Curfew's own namespace: fixed for ever, because every derived id follows from it.
const NAMESPACE = Buffer.from("8a1c0f4e53d94b7e9d0a6c7735f2be41", "hex");

// An id that is written down may come from an installation where its name was made and deleted a few times.
const GENERATIONS_KNOWN = 20;

/**
 * Whether an id is of the kind that is derived and cannot be this name's. Anybody can derive what another tenant's
 * object of some name has for an id; whether it is taken would tell them that there is such a name.
 */
export function isDerivedForAnother(id: string, tenantId: string, kind: string, name: string): boolean {
  if (id.charAt(14) !== "5") return false;
  for (let generation = 0; generation < GENERATIONS_KNOWN; generation++)
    if (deriveId(tenantId, kind, name, generation) === id) return false;
  return true;
}

/** `generation` counts the objects of that name that were deleted: a name made again gets a new id. */
export function deriveId(tenantId: string, kind: string, name: string, generation: number): string {
  const text = [tenantId, kind, name.toLowerCase(), String(generation)].join("\n");
  const hash = createHash("sha1").update(NAMESPACE).update(text, "utf8").digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
