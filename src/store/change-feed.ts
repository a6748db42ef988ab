/** One reader for everybody who watches: what is new in the logs of watched tenants, asked of the database once for all. */
import { sql } from "kysely";
import { CHANGE_TOPICS, type ChangeTopic, topicsOf } from "../domain/change-topic.ts";
import type { EventType } from "../domain/event.ts";
import type { TenantId } from "../domain/ids.ts";
import { principalKey } from "../domain/principal.ts";
import { accept, reject } from "../domain/rejection.ts";
import type { ChangeFeed } from "../use-cases/ports.ts";
import type { Database } from "./database.ts";
import { withTenant } from "./within-tenant.ts";

const MOST_WATCHERS = 2_000;
const MOST_PER_CALLER = 8;
const MOST_ENTRIES = 1_000;
const IDLE_MS = 60_000;
const OWED_MS = 100;

type Tell = Parameters<ChangeFeed["watch"]>[1];

interface Watched {
  readonly tells: Set<Tell>;
  /** Resolves when `sequence` and `known` are where the first of its watchers began. */
  positioned: Promise<void>;
  sequence: number | null;
  /** Entries without a number that were told of. */
  known: ReadonlySet<string>;
  /** Notifications follow from what was told of, and are not there yet. */
  owed: boolean;
}

interface NewEntry {
  readonly tenant_id: TenantId;
  readonly entry_id: string;
  readonly sequence: number | null;
  readonly type: EventType;
}

export interface OpenChangeFeed extends ChangeFeed {
  /** Tells what is new since the last time. Resolves to how many milliseconds later to look again at the latest. */
  pass(): Promise<number>;
  /** How many watch. */
  watching(): number;
  /** The logs may not be what was read of them: everybody looks again, and what is in them now is not news. */
  restart(): Promise<void>;
}

export function createChangeFeed(db: Database): OpenChangeFeed {
  const watched = new Map<TenantId, Watched>();
  const perCaller = new Map<string, number>();
  let watchers = 0;

  const leave = (tenantId: TenantId, key: string, tell: Tell): void => {
    const one = watched.get(tenantId);
    one?.tells.delete(tell);
    if (one?.tells.size === 0) watched.delete(tenantId);
    watchers--;
    const left = (perCaller.get(key) ?? 1) - 1;
    if (left === 0) perCaller.delete(key);
    else perCaller.set(key, left);
  };

  return {
    async watch(watcher, tell) {
      const key = principalKey(watcher);
      const own = perCaller.get(key) ?? 0;
      // One tenant's administrator can make as many workloads as it takes: others have as many as they leave.
      const ofTenant = watched.get(watcher.tenantId)?.tells.size ?? 0;
      if (own >= MOST_PER_CALLER || watchers >= MOST_WATCHERS || ofTenant > MOST_WATCHERS - watchers)
        return reject("too_many_requests", "too many streams are open; close one, or ask from time to time");
      perCaller.set(key, own + 1);
      watchers++;
      const one = watched.get(watcher.tenantId) ?? startWatching(db, watched, watcher.tenantId);
      one.tells.add(tell);
      let gone = false;
      const stop = (): void => {
        if (!gone) leave(watcher.tenantId, key, tell);
        gone = true;
      };
      try {
        await one.positioned;
      } catch (error) {
        stop();
        throw error;
      }
      return accept(stop);
    },
    watching: () => watchers,
    pass: () => tellNews(db, watched),
    async restart() {
      for (const [tenantId, one] of watched) {
        await position(db, tenantId, one);
        for (const tell of one.tells) tell(CHANGE_TOPICS);
      }
    },
  };
}

function startWatching(db: Database, watched: Map<TenantId, Watched>, tenantId: TenantId): Watched {
  const one: Watched = {
    tells: new Set(),
    positioned: Promise.resolve(),
    sequence: null,
    known: new Set(),
    owed: false,
  };
  watched.set(tenantId, one);
  one.positioned = position(db, tenantId, one);
  return one;
}

/** What is in the log now is not news; everything after it is. */
function position(db: Database, tenantId: TenantId, one: Watched): Promise<void> {
  return withTenant(db, tenantId, async ({ trx }) => {
    const { rows } = await sql<{ head: number | null; tail: string[] | null }>`
      SELECT (SELECT sequence FROM audit_head) AS head,
        (SELECT array_agg(entry_id) FROM (SELECT entry_id FROM audit_waiting ORDER BY arrival LIMIT ${MOST_ENTRIES}) t) AS tail`.execute(
      trx,
    );
    one.sequence = rows[0]?.head ?? 0;
    one.known = new Set(rows[0]?.tail ?? []);
  });
}

async function tellNews(db: Database, watched: ReadonlyMap<TenantId, Watched>): Promise<number> {
  const ready = [...watched].filter(([, one]) => one.sequence !== null);
  if (ready.length === 0) return IDLE_MS;
  const ids = ready.map(([tenantId]) => tenantId);
  const seen = ready.map(([, one]) => one.sequence);
  const { rows } = await sql<NewEntry>`
    SELECT tenant_id, entry_id, sequence, type FROM entries_since(${ids}::uuid[], ${seen}::bigint[], ${MOST_ENTRIES})`.execute(
    db,
  );
  const topics = new Map<TenantId, Set<ChangeTopic>>();
  let more = false;
  for (const [tenantId, one] of ready) {
    const own = rows.filter((row) => row.tenant_id === tenantId);
    topics.set(tenantId, advance(one, own));
    more ||= own.length >= MOST_ENTRIES;
  }
  await addNotifications(db, ready, topics);
  for (const [tenantId, one] of ready) {
    const found = topics.get(tenantId) ?? new Set();
    const told = CHANGE_TOPICS.filter((topic) => found.has(topic));
    if (told.length > 0) for (const tell of one.tells) tell(told);
  }
  if (more) return 0;
  return ready.some(([, one]) => one.owed) ? OWED_MS : IDLE_MS;
}

/**
 * Entries commit in another order than they arrive in, but are numbered without gaps: past the last number, and those
 * without one, nothing can be missed.
 */
function advance(one: Watched, entries: readonly NewEntry[]): Set<ChangeTopic> {
  const fresh = entries.filter(({ entry_id: id }) => !one.known.has(id));
  const topics = new Set(fresh.flatMap(({ type }) => topicsOf(type)));
  one.known = new Set(entries.filter(({ sequence }) => sequence === null).map(({ entry_id: id }) => id));
  for (const { sequence } of entries) one.sequence = Math.max(one.sequence ?? 0, sequence ?? 0);
  one.owed ||= topics.has("access-requests") || topics.has("grants");
  return topics;
}

/** Looked at after the entries: what is gone from the outbox by now has become notifications that everyone can read. */
async function addNotifications(
  db: Database,
  ready: readonly (readonly [TenantId, Watched])[],
  topics: ReadonlyMap<TenantId, Set<ChangeTopic>>,
): Promise<void> {
  const owed = ready.filter(([, one]) => one.owed);
  if (owed.length === 0) return;
  const { rows } = await sql<{ id: TenantId }>`
    SELECT tenants_to_tell(${owed.map(([tenantId]) => tenantId)}::uuid[]) AS id`.execute(db);
  const waiting = new Set(rows.map(({ id }) => id));
  for (const [tenantId, one] of owed) {
    if (waiting.has(tenantId)) continue;
    one.owed = false;
    topics.get(tenantId)?.add("notifications");
  }
}
