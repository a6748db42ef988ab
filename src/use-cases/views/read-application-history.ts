import { type ApplicationId, asId, type ObjectId } from "../../domain/ids.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { Json, JsonObject } from "../../domain/target-binding.ts";
import type { Instant } from "../../domain/time.ts";
import { mayReadHistory } from "../../policy/authority.ts";
import type { Caller, Deps, Tx } from "../ports.ts";
import { type Names, namesIn } from "./names.ts";
import { inOrder } from "./telling/in-order.ts";
import { policyWords } from "./telling/policy-words.ts";
import { isObject } from "./telling/sentences.ts";
import { type ToldEntry, tellEntries } from "./telling/tell-entries.ts";

export interface HistoryItem {
  readonly at: Instant;
  readonly byName: string;
  readonly changes: readonly HistoryChange[];
  readonly sentence: string;
}

/** Null on both sides where the log says only that it changed. */
export interface HistoryChange {
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
}

const MOST_ITEMS = 500;
const TYPES = [
  "application.deployed",
  "application.policy_changed",
  "application.deleted",
  "configuration.changed",
];

export async function readApplicationHistory(
  deps: Deps,
  caller: Caller,
  id: ApplicationId,
): Promise<Outcome<readonly HistoryItem[]>> {
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const application = await tx.applications.find(id);
    // INVARIANT I11: what its consumer decided, and who did, is the consumer's.
    if (application === null || application.tenantId !== caller.ref.tenantId)
      return reject("not_found", `there is no application \`${id}\` of your organisation`);
    const allowed = mayReadHistory(await tx.books([]), caller, application);
    if (!allowed.ok) return allowed;
    const entries = await tx.log.entries({ subjectId: id, types: TYPES, limit: MOST_ITEMS });
    return accept(await itemsOf(tx, await tellEntries(tx, inOrder(entries))));
  });
}

async function itemsOf(tx: Tx, told: readonly ToldEntry[]): Promise<HistoryItem[]> {
  const names = namesIn(tx);
  const items: HistoryItem[] = [];
  let version: string | null = null;
  for (const one of told) {
    const changes = await changesOf(tx, names, one, version);
    version = changes.find(({ field }) => field === "version")?.to ?? version;
    items.push({ at: one.at, byName: one.actorName ?? "Curfew", changes, sentence: one.sentence });
  }
  return items;
}

async function changesOf(
  tx: Tx,
  names: Names,
  { entry, openings }: ToldEntry,
  versionBefore: string | null,
): Promise<HistoryChange[]> {
  const facts = isObject(entry.facts) ? entry.facts : {};
  const offered = isObject(facts.offer) ? facts.offer.version : undefined;
  const version: HistoryChange[] =
    offered === undefined ? [] : [{ field: "version", from: versionBefore, to: String(offered) }];
  const kept = openings.find(({ name }) => name === "changes")?.value;
  if (Array.isArray(kept)) return [...version, ...(await toldChanges(tx, names, kept.filter(isObject)))];
  const fields: readonly Json[] = Array.isArray(facts.fields) ? facts.fields : [];
  const others = fields.filter((field) => field !== "version").map(String);
  return [...version, ...others.map((field) => ({ field, from: null, to: null }))];
}

async function toldChanges(tx: Tx, names: Names, kept: readonly JsonObject[]): Promise<HistoryChange[]> {
  const people = new Map<string, string>();
  for (const id of kept.flatMap(({ from, to }) => [...idsIn(from), ...idsIn(to)])) {
    const ref = { tenantId: tx.tenantId, objectId: asId<ObjectId>(id) };
    people.set(id, (await names.principal(ref)).displayName);
  }
  const nameOf = (id: string) => people.get(id) ?? id;
  return kept.map(({ field, from, to }) => ({
    field: String(field),
    from: policyWords(String(field), from, nameOf),
    to: policyWords(String(field), to, nameOf),
  }));
}

function idsIn(value: Json | undefined): string[] {
  return isObject(value) && Array.isArray(value.ids) ? value.ids.map(String) : [];
}
