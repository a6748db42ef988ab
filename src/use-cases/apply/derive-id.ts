/** Ids of objects that were given none: UUIDv5 (RFC 9562, section 5.5) of the tenant, the kind, the name and its generation. */
import { derivedUuid } from "../derived-uuid.ts";

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
  return derivedUuid(NAMESPACE, [tenantId, kind, name.toLowerCase(), String(generation)].join("\n"));
}
