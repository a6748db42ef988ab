/** Entries of one's own log with the names in them: one's own people by name, of the other party only which one it is. */
import type { AccessRequest } from "../../../domain/access-request.ts";
import type { Grant } from "../../../domain/grant.ts";
import {
  type AccessRequestId,
  asId,
  type GrantId,
  isGuid,
  type ObjectId,
  type RoleDefinitionId,
  type TenantId,
} from "../../../domain/ids.ts";
import type { PrincipalRef } from "../../../domain/principal.ts";
import type { Scope } from "../../../domain/scope.ts";
import type { Json, JsonObject } from "../../../domain/target-binding.ts";
import { describeDuration, parseDuration } from "../../../domain/time.ts";
import type { StoredEntry, Tx } from "../../ports.ts";
import { type Names, namesIn } from "../names.ts";
import { type EventWords, isObject, sentenceOf } from "./sentences.ts";

export interface ToldEntry extends StoredEntry {
  readonly sentence: string;
  /** Null where nobody did it: Curfew itself, by the clock or by a rule. */
  readonly actorName: string | null;
}

/** Whoever acts on these for the other party does it as an approver. */
const BY_APPROVERS = [
  "request.approval_given",
  "request.denied",
  "request.terms_proposed",
  "request.commented",
  "decision.refused",
  "grant.reviewed",
];

interface Telling {
  readonly tx: Tx;
  readonly names: Names;
  readonly requests: ReadonlyMap<string, AccessRequest>;
  readonly grants: ReadonlyMap<string, Grant>;
}

interface Subject {
  readonly who: PrincipalRef | null;
  readonly roles: readonly RoleDefinitionId[];
  readonly scope: Scope | null;
}

export async function tellEntries(tx: Tx, entries: readonly StoredEntry[]): Promise<ToldEntry[]> {
  const names = namesIn(tx);
  const requestIds = subjectIds(entries, "accessRequest") as AccessRequestId[];
  const grantIds = subjectIds(entries, "grant") as GrantId[];
  const telling: Telling = {
    tx,
    names,
    requests: new Map((await requestsOf(tx, requestIds)).map((one) => [one.id, one])),
    grants: new Map((await grantsOf(tx, grantIds)).map((one) => [one.id, one])),
  };
  const told: ToldEntry[] = [];
  for (const entry of entries) told.push(await tell(telling, entry));
  return told;
}

async function tell(telling: Telling, stored: StoredEntry): Promise<ToldEntry> {
  const type = textOf(stored.entry.type);
  const facts = objectOf(stored.entry.facts);
  const actorName = await actorNameOf(telling, stored);
  const actor = actorName?.includes(", ") ? `${actorName},` : (actorName ?? "Curfew");
  const words = { actor, ...(await wordsOf(telling, stored, facts)), why: whyOf(stored) };
  return { ...stored, actorName, sentence: sentenceOf(type, words, facts) };
}

/** INVARIANT I11: the other party's people are in its own log only; here stands that one of them acted. */
async function actorNameOf({ tx, names }: Telling, { entry, openings }: StoredEntry): Promise<string | null> {
  const actor = objectOf(entry.actor);
  if (actor.kind === "system") return null;
  const tenantId = asId<TenantId>(textOf(actor.tenantId));
  if (actor.kind !== "party") return personName(tx, names, refIn(actor));
  const own = tenantId === tx.tenantId ? openings.find(({ name }) => name === "actor")?.value : undefined;
  if (typeof own === "string") return personName(tx, names, { tenantId, objectId: asId<ObjectId>(own) });
  const party = await names.tenant(tenantId);
  return BY_APPROVERS.includes(textOf(entry.type)) ? `${party}, an approver` : `Somebody at ${party}`;
}

/** INVARIANT I11: what a target answered is opened to its owner's people only. */
function whyOf({ openings }: StoredEntry): string {
  const error = openings.find(({ name }) => name === "error")?.value;
  return typeof error === "string" && error !== "" ? `: ${error}` : "";
}

async function wordsOf(
  telling: Telling,
  { entry }: StoredEntry,
  facts: JsonObject,
): Promise<Omit<EventWords, "actor" | "why">> {
  const { tx, names } = telling;
  const { kind, id } = objectOf(entry.subject);
  if (kind === "accessRequest" || kind === "grant") {
    const { who, roles, scope } = subjectOf(telling, textOf(kind), textOf(id), facts);
    const roleNames = await Promise.all(roles.map((role) => names.role(role)));
    const place = scope === null ? "something that is gone" : await names.scope(scope);
    return {
      who: who === null ? "somebody" : await personName(tx, names, who),
      what: roles.length === 0 ? place : `${roleNames.join(", ")} on ${place}`,
      length: lengthOf(facts),
    };
  }
  const isAccount = kind === "principal" && isGuid(textOf(id));
  const account = { tenantId: tx.tenantId, objectId: asId<ObjectId>(textOf(id)) };
  // Of the other party's people the entry itself says the name.
  const foreign =
    kind === "principal" && typeof facts.tenantId === "string" && facts.tenantId !== tx.tenantId;
  if (foreign) return { who: textOf(facts.name), what: "", length: "" };
  return {
    who: isAccount ? await personName(tx, names, account) : "somebody",
    what: `${kindWords(textOf(facts.kind) || textOf(kind))} \`${textOf(facts.name) || textOf(facts.id) || textOf(id)}\``,
    length: "",
  };
}

function subjectOf(telling: Telling, kind: string, id: string, facts: JsonObject): Subject {
  const request = telling.requests.get(id);
  if (kind === "accessRequest" && request !== undefined) {
    const narrowed = objectOf(facts.terms).roleDefinitionIds;
    const roles = Array.isArray(narrowed)
      ? (narrowed as RoleDefinitionId[])
      : request.asked.roleDefinitionIds;
    return { who: request.requester, roles, scope: request.scope };
  }
  const grant = telling.grants.get(id);
  if (kind === "grant" && grant !== undefined)
    return { who: grant.beneficiary, roles: [grant.roleDefinitionId], scope: grant.scope };
  const who = isObject(facts.requester) ? refIn(facts.requester) : null;
  const scope = typeof facts.scope === "string" ? (facts.scope as Scope) : null;
  return { who, roles: [], scope };
}

async function personName(tx: Tx, names: Names, ref: PrincipalRef): Promise<string> {
  const { kind, displayName, tenantName } = await names.principal(ref);
  return kind === "unknown" || ref.tenantId === tx.tenantId ? displayName : `${displayName} (${tenantName})`;
}

function subjectIds(entries: readonly StoredEntry[], kind: string): string[] {
  const ids = entries
    .map(({ entry }) => objectOf(entry.subject))
    .filter((subject) => subject.kind === kind)
    .map(({ id }) => textOf(id))
    .filter(isGuid);
  return [...new Set(ids)];
}

async function requestsOf(tx: Tx, ids: readonly AccessRequestId[]): Promise<AccessRequest[]> {
  return ids.length === 0 ? [] : tx.requests.list({ ids, limit: ids.length });
}

async function grantsOf(tx: Tx, ids: readonly GrantId[]): Promise<Grant[]> {
  return ids.length === 0 ? [] : tx.grants.list({ ids, limit: ids.length });
}

function lengthOf(facts: JsonObject): string {
  const ms = parseDuration(textOf(objectOf(facts.terms).duration));
  return ms === null ? "" : ` for ${describeDuration(ms)}`;
}

/** `RoleDefinition` as people write it: `role definition`. */
function kindWords(kind: string): string {
  return kind.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}

function refIn(value: JsonObject): PrincipalRef {
  return {
    tenantId: asId<TenantId>(textOf(value.tenantId)),
    objectId: asId<ObjectId>(textOf(value.objectId)),
  };
}

function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
