/** Canonical audit entries: sealed once, hashed as leaves, with private facts as commitments. */
import type { TenantId } from "../domain/ids.ts";
import type { JsonObject, JsonValue } from "./canonical-json.ts";
import { CanonicalFormError, canonicalJson } from "./canonical-json.ts";
import type { AuditEntry } from "./entry-form.ts";
import {
  AuditEntryError,
  assertEntryForm,
  expectPrivateName,
  MAX_ENTRY_BYTES,
  MAX_PRIVATE_FACTS,
} from "./entry-form.ts";
import { HASH_BYTES, read32Bytes, sha256, toBase64url } from "./hash.ts";

export type { AuditActor, AuditEntry } from "./entry-form.ts";
export { AuditEntryError } from "./entry-form.ts";

/** What a use case states. `commitments` are those that another party made already. */
export type AuditEntryDraft = Omit<AuditEntry, "v" | "commitments"> & {
  readonly commitments?: AuditEntry["commitments"];
};

/** A private fact in clear: kept beside the entry by the party it belongs to, never within the hashed form. */
export interface Opening {
  readonly name: string;
  /** base64url of 32 random bytes, so that nobody can guess the value from its commitment. */
  readonly salt: string;
  readonly value: JsonValue;
}

export interface SealedEntry {
  readonly entry: AuditEntry;
  readonly leafHash: Buffer;
  readonly openings: readonly Opening[];
}

/** Salts come from outside the pure rooms: 32 bytes from a cryptographic source, new at each call. */
export interface SaltSource {
  next(): Uint8Array;
}

/**
 * The one way to a storable entry. What is returned is a copy: exactly what was hashed.
 * @throws {AuditEntryError | CanonicalFormError} when a field or the whole is out of bounds
 */
export function sealEntry(draft: AuditEntryDraft, privateFacts: JsonObject, salts: SaltSource): SealedEntry {
  const openings = makeOpenings(privateFacts, salts);
  return seal(draft, mergeCommitments([draft.commitments ?? {}, commitAll(openings)]), openings);
}

/**
 * One entry for each of `draft.parties`, in that order. All hold the same facts and the same commitments, and
 * differ in `tenantId` alone; each party is handed the openings of its own private facts only.
 * @throws {AuditEntryError | CanonicalFormError} as sealEntry, and when two parties use one name
 */
export function sealForParties(
  draft: Omit<AuditEntryDraft, "tenantId" | "commitments">,
  privateFacts: ReadonlyMap<TenantId, JsonObject>,
  salts: SaltSource,
): readonly SealedEntry[] {
  for (const owner of privateFacts.keys()) {
    if (!draft.parties.includes(owner))
      throw new AuditEntryError(`private facts of \`${owner}\`, which is no party`);
  }
  const owned = draft.parties.map((tenantId) => ({
    tenantId,
    openings: makeOpenings(privateFacts.get(tenantId) ?? {}, salts),
  }));
  const commitments = mergeCommitments(owned.map(({ openings }) => commitAll(openings)));
  return owned.map(({ tenantId, openings }) => seal({ ...draft, tenantId }, commitments, openings));
}

/** SHA-256(0x00 || JCS(entry)): a leaf as in RFC 6962 section 2.1, so that a Merkle tree can stand on it. */
export function leafHash(entry: AuditEntry): Buffer {
  return hashLeafText(canonicalJson(entry, MAX_ENTRY_BYTES));
}

/** Whether `opening` is what the entry committed to. False, never an error, for an opening out of form. */
export function openCommitment(entry: AuditEntry, opening: Opening): boolean {
  if (!Object.hasOwn(entry.commitments, opening.name)) return false;
  try {
    return entry.commitments[opening.name] === commit(opening);
  } catch (error) {
    if (error instanceof CanonicalFormError || error instanceof AuditEntryError) return false;
    throw error;
  }
}

function seal(draft: AuditEntryDraft, commitments: AuditEntry["commitments"], openings: readonly Opening[]) {
  const stated = pickEntry(draft, commitments);
  assertEntryForm(stated);
  const text = canonicalJson(stated, MAX_ENTRY_BYTES);
  return { entry: JSON.parse(text) as AuditEntry, leafHash: hashLeafText(text), openings };
}

/** Field by field: whatever else the draft carried at run time must not reach the other party's log. */
function pickEntry(draft: AuditEntryDraft, commitments: AuditEntry["commitments"]): AuditEntry {
  const { id, tenantId, at, type, actor, subject, parties, correlationId, facts } = draft;
  return {
    v: 1,
    id,
    tenantId,
    at,
    type,
    actor: pickActor(actor),
    subject: { kind: subject.kind, id: subject.id },
    parties,
    correlationId,
    facts,
    commitments,
  };
}

function pickActor(actor: AuditEntry["actor"]): AuditEntry["actor"] {
  const { kind, via } = actor;
  if (kind === "system") return { kind, via };
  if (kind === "party") return { kind, via, tenantId: actor.tenantId };
  return { kind, via, tenantId: actor.tenantId, objectId: actor.objectId };
}

function makeOpenings(privateFacts: JsonObject, salts: SaltSource): readonly Opening[] {
  return Object.entries(privateFacts).map(([name, value]) => {
    expectPrivateName(name);
    const copy: JsonValue = JSON.parse(canonicalJson(value, MAX_ENTRY_BYTES));
    return { name, salt: toBase64url(salts.next()), value: copy };
  });
}

function commitAll(openings: readonly Opening[]): AuditEntry["commitments"] {
  return Object.fromEntries(openings.map((opening) => [opening.name, commit(opening)]));
}

function commit(opening: Opening): string {
  const salt = read32Bytes(opening.salt);
  // The fixed length keeps salt and value apart without a separator.
  if (salt === null)
    throw new AuditEntryError(`a salt must be ${HASH_BYTES} bytes, take them from a secure source`);
  return toBase64url(sha256(salt, canonicalJson(opening.value, MAX_ENTRY_BYTES)));
}

function mergeCommitments(groups: readonly AuditEntry["commitments"][]): AuditEntry["commitments"] {
  const pairs = groups.flatMap((group) => Object.entries(group));
  const names = new Set(pairs.map(([name]) => name));
  if (names.size < pairs.length) throw new AuditEntryError("two private facts share a name, name them apart");
  if (names.size > MAX_PRIVATE_FACTS)
    throw new AuditEntryError(`more than ${MAX_PRIVATE_FACTS} private facts`);
  return Object.fromEntries(pairs);
}

function hashLeafText(text: string): Buffer {
  return sha256(LEAF_PREFIX, text);
}

const LEAF_PREFIX = Uint8Array.of(0x00);
