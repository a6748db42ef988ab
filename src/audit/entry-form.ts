/** What an audit entry holds, and the bounds that every entry keeps. */
import type { EntryId, ObjectId, TenantId } from "../domain/ids.ts";
import { isGuid } from "../domain/ids.ts";
import { formatInstant, parseInstant } from "../domain/time.ts";
import type { JsonObject } from "./canonical-json.ts";

/** One fact about one change, as one party's log holds it. The other party's entry differs in `tenantId` only. */
export interface AuditEntry {
  readonly v: 1;
  readonly id: EntryId;
  /** Whose log this entry stands in. */
  readonly tenantId: TenantId;
  /** RFC 3339 in UTC with milliseconds. */
  readonly at: string;
  /** A past-tense event name, such as `request.approved`. */
  readonly type: string;
  readonly actor: AuditActor;
  readonly subject: { readonly kind: string; readonly id: string };
  /** Every tenant whose log holds this entry; includes `tenantId`. */
  readonly parties: readonly TenantId[];
  /** The access request that the entry belongs to, else the HTTP request. */
  readonly correlationId: string;
  /** The agreed fields, which every party may read. */
  readonly facts: JsonObject;
  /** Name of a private fact -> base64url(SHA-256(salt || JCS(value))). */
  readonly commitments: Readonly<Record<string, string>>;
}

export type AuditActor =
  | {
      readonly kind: "user" | "servicePrincipal";
      readonly tenantId: TenantId;
      readonly objectId: ObjectId;
      /** The surface or client id that the actor came through. */
      readonly via: string;
    }
  /** Somebody of that tenant, whose name is a private fact of it. */
  | { readonly kind: "party"; readonly tenantId: TenantId; readonly via: string }
  | { readonly kind: "system"; readonly via: string };

export const MAX_ENTRY_BYTES = 65_536;
export const MAX_FACT_NAME_CHARS = 128;
export const MAX_PRIVATE_FACTS = 32;
const MAX_PARTIES = 8;

/** Thrown for an entry that must not enter the log: a fault of the code that made it, not of a user. */
export class AuditEntryError extends Error {
  override readonly name = "AuditEntryError";
}

/** @throws {AuditEntryError} naming the first field that is out of form or out of bounds */
export function assertEntryForm(entry: AuditEntry): void {
  expectGuid("id", entry.id);
  expectGuid("tenantId", entry.tenantId);
  expectInstant(entry.at);
  expectMatch("type", entry.type, /^(?=.{1,64}$)[a-z][A-Za-z0-9_-]*(\.[a-z][A-Za-z0-9_-]*)+$/);
  expectActor(entry.actor);
  expectMatch("subject.kind", entry.subject.kind, /^[A-Za-z][A-Za-z0-9_-]{0,63}$/);
  expectText("subject.id", entry.subject.id, 1_024);
  expectParties(entry.parties, entry.tenantId);
  expectText("correlationId", entry.correlationId, 128);
  for (const name of Object.keys(entry.facts)) expectText("name of a fact", name, MAX_FACT_NAME_CHARS);
  for (const name of Object.keys(entry.commitments)) expectPrivateName(name);
}

/** @throws {AuditEntryError} when `name` cannot name a private fact */
export function expectPrivateName(name: string): void {
  expectMatch("name of a private fact", name, /^[A-Za-z][A-Za-z0-9_.-]{0,127}$/);
}

function expectActor(actor: AuditActor): void {
  expectText("actor.via", actor.via, 256);
  switch (actor.kind) {
    case "system":
      return;
    case "party":
      expectGuid("actor.tenantId", actor.tenantId);
      return;
    case "user":
    case "servicePrincipal":
      expectGuid("actor.tenantId", actor.tenantId);
      expectText("actor.objectId", actor.objectId, 256);
      return;
    default: {
      const unknown: never = actor;
      throw new AuditEntryError(`unknown kind of actor in \`${JSON.stringify(unknown).slice(0, 200)}\``);
    }
  }
}

function expectParties(parties: readonly TenantId[], tenantId: TenantId): void {
  if (parties.length > MAX_PARTIES)
    throw new AuditEntryError(`more than ${MAX_PARTIES} parties to one entry`);
  for (const party of parties) expectGuid("parties", party);
  if (new Set(parties).size !== parties.length)
    throw new AuditEntryError("a party is named twice, name it once");
  if (!parties.includes(tenantId)) {
    throw new AuditEntryError(`tenant \`${tenantId}\` is not among the parties, add it or log elsewhere`);
  }
}

function expectInstant(text: string): void {
  const at = parseInstant(text);
  if (at === null || formatInstant(at) !== text) {
    throw new AuditEntryError(`\`at\` must be RFC 3339 in UTC with milliseconds, not ${shown(text)}`);
  }
}

function expectGuid(field: string, text: string): void {
  // Lower case, because an id that has two spellings would have two hashes.
  if (!isGuid(text) || text !== text.toLowerCase()) {
    throw new AuditEntryError(`\`${field}\` must be a GUID in lower case, not ${shown(text)}`);
  }
}

function expectText(field: string, text: string, maxChars: number): void {
  if (typeof text !== "string" || text.length === 0 || text.length > maxChars) {
    throw new AuditEntryError(`\`${field}\` must be 1 to ${maxChars} characters, not ${shown(text)}`);
  }
}

function expectMatch(field: string, text: string, form: RegExp): void {
  if (!form.test(text))
    throw new AuditEntryError(`\`${field}\` must match ${form.source}, not ${shown(text)}`);
}

function shown(text: string): string {
  return `\`${String(text).slice(0, 80)}\``;
}
