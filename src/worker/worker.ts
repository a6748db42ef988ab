/** Makes the rest of the world agree with the clock: starts and ends grants, marks time-outs, tells people, links the log. */
import { setTimeout as delay } from "node:timers/promises";
import type { GrantState } from "../domain/grant.ts";
import type { AccessRequestId, GrantId, TargetId, TenantId } from "../domain/ids.ts";
import { addMs, type Instant, MINUTE_MS } from "../domain/time.ts";
import { traced } from "../telemetry/trace.ts";
import { tellLeftOut } from "../use-cases/left-out.ts";
import type { MailDeps } from "../use-cases/mail/send-due-mail.ts";
import { deliverNotifications, TOLD_AT_ONCE } from "../use-cases/notifications/deliver-notifications.ts";
import { LOOKED_AT_EVERY_MS, tellByTime } from "../use-cases/notifications/tell-by-time.ts";
import type { EffectDeps } from "../use-cases/ports.ts";
import type { Due, Pulse } from "../use-cases/pulse.ts";
import { expireRequest, expireRequests } from "../use-cases/requests/expire-request.ts";
import { AHEAD_MS, startGrantsLoop } from "./grants-loop.ts";
import { lookAgain } from "./look-again.ts";
import { IDLE_MS, type Loop, startLoop } from "./loop.ts";
import { targetReconciler } from "./reconcile-targets.ts";
import { type Forgotten, forgetter } from "./retention.ts";
import { mailSender } from "./send-mail.ts";
import { tenantByTenant } from "./tenant-by-tenant.ts";

/** Where work is due, across tenants: ids and instants, never content. */
export interface DueWork {
  grants(until: Instant, limit: number): Promise<readonly DueGrant[]>;
  /** Of those, what takes access away. */
  ends(until: Instant, limit: number): Promise<readonly DueGrant[]>;
  requests(until: Instant, limit: number): Promise<readonly { tenantId: TenantId; id: AccessRequestId }[]>;
  /** Tenants whose policy moved past what was looked at again, and the version they are at. */
  tenantsToLookAtAgain(): Promise<readonly { tenantId: TenantId; version: number }[]>;
  /** Every open grant was looked at under this version or a later one. */
  lookedAtAgain(tenantId: TenantId, version: number): Promise<void>;
  targets(): Promise<readonly { tenantId: TenantId; id: TargetId }[]>;
  tenantsWithOutbox(): Promise<readonly TenantId[]>;
  /** The next instant after `after` at which something is due. */
  next(after: Instant): Promise<Instant | null>;
  /** Numbers and links new audit entries; resolves to how many. */
  sequence(): Promise<number>;
  /** Takes away what is kept for a time only, the oldest of each kind; resolves to the most that were gone of one. */
  forget(olderThan: Partial<Record<Forgotten, Instant>>, most: number): Promise<number>;
}

export interface DueGrant {
  readonly tenantId: TenantId;
  readonly id: GrantId;
  readonly at: Instant;
  /** Whether a target holds something of it. */
  readonly held: boolean;
  readonly state: GrantState["name"];
  /** Null where it has no end of its own. */
  readonly endsAt: Instant | null;
}

export interface WorkerOptions {
  readonly deps: EffectDeps;
  readonly due: DueWork;
  /** Calls back once a second and whenever somebody says that something may be due; without a pulse, anything may be. */
  readonly onWake: (callback: (pulse?: Pulse) => void) => Promise<() => Promise<void>>;
  readonly onError: (what: string, error: unknown) => void;
  /** Null, or left out: the operator has configured no mail. */
  readonly mail?: Omit<MailDeps, "store" | "clock" | "ids"> | null;
}

export interface Worker {
  stop(): Promise<void>;
}

const BATCH = 500;
const LINK_PAUSE_MS = 100;
const LATE_LINK_PAUSE_MS = 1_000;
// Asks the database only when there is something to tell.
const COUNTS_EVERY_MS = 10_000;
// So long a batch of words waits at the most.
const WAIT_MS = 100;
const MOST_WAITS = 10;
// What could not be looked at again is looked at as a whole the next time.
const FAILED_LOOK_MS = 10_000;

/** What other loops have to know. */
interface Heard {
  /** By the last pulse, until it is taken up. */
  toTell: Pulse["toTell"] | null;
  /** More has to end than was ended at once: words and links wait for it, within bounds. */
  readonly moreEnds: () => boolean;
  /** The worker is being stopped: what waits is taken up at the next start. */
  isOver: boolean;
}

export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { deps, onError } = options;
  const loop = (name: string, run: () => Promise<number>): Loop => startLoop({ name, run, onError });
  const grants = startGrantsLoop(options);
  const expiring = expirer(options, () => requests.wake());
  const requests = loop("requests", expiring.run);
  const heard: Heard = { toTell: null, moreEnds: grants.hasMore, isOver: false };
  const looking = looker(options, () => rechecks.wake());
  const rechecks = loop("re-checks", onceConfirmed(options, looking.run));
  const telling = teller(options, heard, () => notifications.wake());
  const notifications = loop("notifications", telling.run);
  const audit = loop("audit", () => link(options, heard));
  const targets = loop("targets", onceConfirmed(options, targetReconciler(options)));
  const retention = loop("retention", forgetter(options));
  const counts = loop("counts", async () => {
    await tellLeftOut(deps, addMs(deps.clock.bounds().earliest, -MINUTE_MS)).catch((error: unknown) =>
      onError("counts", error),
    );
    return COUNTS_EVERY_MS;
  });
  const byTime = loop("what time brings", onceConfirmed(options, timeTeller(options)));
  const mail = mailSender(options);
  // What a restored database would send again waits until somebody confirms it.
  const mails = mail === null ? [] : [loop("mail", onceConfirmed(options, mail.run))];
  const loops = [
    grants,
    requests,
    rechecks,
    notifications,
    audit,
    targets,
    retention,
    counts,
    byTime,
    ...mails,
  ];
  let targetsSeen: string | null = null;
  let waits = false;

  /** A loop runs when there is something for it to do, and sleeps no longer than until there will be. */
  const follow = (pulse: Pulse): void => {
    const waited = waits;
    waits = deps.store.restoration.pending() !== null;
    // Confirmed: what was held back is done, and every target is looked into.
    if (waited && !waits) for (const one of loops) one.wake();
    // The way to a target is made ready before an end.
    keepUp(grants, pulse.grants, options, AHEAD_MS);
    keepUp(requests, pulse.requests, options, 0);
    heard.toTell = pulse.toTell;
    if (pulse.toLookAtAgain.length > 0) rechecks.wake();
    if (pulse.toTell.length > 0) notifications.wake();
    if (pulse.toLink) audit.wake();
    if (targetsSeen !== pulse.targets) targets.wake();
    targetsSeen = pulse.targets;
  };
  const unlisten = await options.onWake((pulse) => {
    if (pulse === undefined) for (const one of loops) one.wake();
    else follow(pulse);
  });
  deps.store.wake();
  return {
    async stop() {
      heard.isOver = true;
      await unlisten();
      await Promise.all(loops.map((one) => one.stop()));
      mail?.rest();
      await Promise.all([expiring, looking, telling].map((one) => one.settled()));
      // Nobody counts on.
      await tellLeftOut(deps, null).catch((error: unknown) => onError("counts", error));
    },
  };
}

/** Each hour, one tenant after the other: none of it is in a hurry. */
function timeTeller({ deps, onError }: WorkerOptions): () => Promise<number> {
  let nextAt = 0;
  return async () => {
    const now = deps.clock.now();
    if (now < nextAt) return nextAt - now;
    nextAt = now + LOOKED_AT_EVERY_MS;
    const { tenants } = await deps.store.mark.read();
    for (const tenantId of tenants)
      await tellByTime(deps, tenantId).catch((error: unknown) =>
        onError(`what time brings to tenant ${tenantId}`, error),
      );
    return LOOKED_AT_EVERY_MS;
  };
}

/** What a loop runs, and what may go on when it has run. */
interface Working {
  run(): Promise<number>;
  settled(): Promise<void>;
}

/** A restored database that nobody confirmed is no measure of what targets should hold, nor of who has lost their ground. */
function onceConfirmed({ deps }: WorkerOptions, run: () => Promise<number>): () => Promise<number> {
  return async () => (deps.store.restoration.pending() === null ? run() : IDLE_MS);
}

function keepUp(loop: Loop, { first, next }: Due, { deps }: WorkerOptions, aheadMs: number): void {
  if (first === null) return;
  const now = deps.clock.now();
  if (first <= now + aheadMs) loop.wake();
  const ahead = first <= now ? next : first;
  if (ahead !== null) loop.within(Math.max(1, ahead - now));
}

function expirer(options: WorkerOptions, wake: () => void): Working {
  const { deps, due, onError } = options;
  const timingOut = tenantByTenant<{ readonly tenantId: TenantId; readonly id: AccessRequestId }>({
    async run(tenantId, some) {
      const together = await expireRequests(
        deps,
        tenantId,
        some.map(({ id }) => id),
      ).catch((error: unknown) => {
        onError("a batch of requests", error);
        return false;
      });
      if (together) return [];
      const failed: (typeof some)[number][] = [];
      for (const one of some) {
        await expireRequest(deps, tenantId, one.id).catch((error: unknown) => {
          onError(`request ${one.id}`, error);
          failed.push(one);
        });
      }
      return failed;
    },
    onLate: wake,
    onError: (error) => onError("requests", error),
  });
  return {
    async run() {
      const found = await due.requests(deps.clock.now(), BATCH + timingOut.size);
      const some = found.filter(({ id }) => !timingOut.has(id));
      await timingOut.take(some);
      return some.length >= BATCH ? 0 : IDLE_MS;
    },
    settled: timingOut.settled,
  };
}

/** What is done for a tenant as a whole. */
interface OfTenant {
  readonly tenantId: TenantId;
  readonly id: TenantId;
}

function looker(options: WorkerOptions, wake: () => void): Working {
  const { due, onError } = options;
  const failed = new Map<TenantId, { readonly version: number; readonly againAt: number }>();
  const looking = tenantByTenant<OfTenant & { readonly version: number }>({
    async run(tenantId, some) {
      for (const { version } of some) {
        if (await lookAgain(options, tenantId, version)) failed.delete(tenantId);
        else failed.set(tenantId, { version, againAt: performance.now() + FAILED_LOOK_MS });
      }
      return [];
    },
    onLate: wake,
    onError: (error) => onError("re-checks", error),
  });
  return {
    async run() {
      // Asked anew: what a pulse said during the last look may have been looked at in it.
      const moved = (await due.tenantsToLookAtAgain()).filter(({ tenantId, version }) => {
        const last = failed.get(tenantId);
        const isSoon = last?.version === version && performance.now() < last.againAt;
        return !isSoon && !looking.has(tenantId);
      });
      await looking.take(moved.map((one) => ({ ...one, id: one.tenantId })));
      return IDLE_MS;
    },
    settled: looking.settled,
  };
}

/** One batch of each tenant, and round again, for as long as there is more. */
function teller(options: WorkerOptions, heard: Heard, wake: () => void): Working {
  const { deps, due, onError } = options;
  const left = new Set<TenantId>();
  const telling = tenantByTenant<OfTenant>({
    async run(tenantId) {
      try {
        for (let waits = 0; heard.moreEnds() && !heard.isOver && waits < MOST_WAITS; waits++)
          await delay(WAIT_MS);
        const told = await traced("notifications.deliver", {}, () => deliverNotifications(deps, tenantId));
        if (told === TOLD_AT_ONCE) left.add(tenantId);
      } catch (error) {
        onError(`notifications of tenant ${tenantId}`, error);
      }
      return [];
    },
    onLate: wake,
    onError: (error) => onError("notifications", error),
  });
  return {
    async run() {
      let tenants = heard.toTell ?? (await due.tenantsWithOutbox());
      heard.toTell = null;
      while (tenants.length > 0 && !heard.isOver) {
        left.clear();
        await telling.take(tenants.flatMap((id) => (telling.has(id) ? [] : [{ tenantId: id, id }])));
        tenants = [...left];
      }
      return IDLE_MS;
    },
    settled: telling.settled,
  };
}

/** While much is written, a pause lets one pass take all of it. */
async function link({ due }: WorkerOptions, heard: Heard): Promise<number> {
  if ((await due.sequence()) > 0) await delay(heard.moreEnds() ? LATE_LINK_PAUSE_MS : LINK_PAUSE_MS);
  return IDLE_MS;
}
