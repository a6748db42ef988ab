/** Makes the rest of the world agree with the clock: starts and ends grants, marks time-outs, tells people, links the log. */
import { setTimeout as delay } from "node:timers/promises";
import type { AccessRequestId, GrantId, TargetId, TenantId } from "../domain/ids.ts";
import type { Instant } from "../domain/time.ts";
import { deliverNotifications } from "../use-cases/notifications/deliver-notifications.ts";
import type { EffectDeps } from "../use-cases/ports.ts";
import { expireRequest } from "../use-cases/requests/expire-request.ts";
import { startGrantsLoop, untilNext } from "./grants-loop.ts";
import { lookAgain } from "./look-again.ts";
import { IDLE_MS, type Loop, startLoop } from "./loop.ts";
import { targetReconciler } from "./reconcile-targets.ts";
import { type Forgotten, forgetter } from "./retention.ts";

/** Where work is due, across tenants: ids and instants, never content. */
export interface DueWork {
  grants(until: Instant, limit: number): Promise<readonly DueGrant[]>;
  requests(until: Instant, limit: number): Promise<readonly { tenantId: TenantId; id: AccessRequestId }[]>;
  /** Tenants whose policy moved past what was looked at again, and the version they are at. */
  tenantsToLookAtAgain(): Promise<readonly { tenantId: TenantId; version: number }[]>;
  /** Open grants of a tenant, and those of others that it is a party of; by id. */
  openGrantsConcerning(
    tenantId: TenantId,
    after: GrantId | null,
    limit: number,
  ): Promise<readonly { tenantId: TenantId; id: GrantId }[]>;
  /** Every open grant was looked at under this version or a later one. */
  lookedAtAgain(tenantId: TenantId, version: number): Promise<void>;
  targets(): Promise<readonly { tenantId: TenantId; id: TargetId }[]>;
  tenantsWithOutbox(): Promise<readonly TenantId[]>;
  /** The next instant after `after` at which something is due. */
  next(after: Instant): Promise<Instant | null>;
  /** Numbers and links new audit entries; resolves to how many. */
  sequence(): Promise<number>;
  /** Takes away the oldest of a kind of rows that are kept for a time only; resolves to how many. */
  forget(what: Forgotten, olderThan: Instant, most: number): Promise<number>;
}

export interface DueGrant {
  readonly tenantId: TenantId;
  readonly id: GrantId;
  readonly at: Instant;
  /** Whether a target holds something of it. */
  readonly held: boolean;
}

export interface WorkerOptions {
  readonly deps: EffectDeps;
  readonly due: DueWork;
  readonly onWake: (callback: () => void) => Promise<() => Promise<void>>;
  readonly onError: (what: string, error: unknown) => void;
}

export interface Worker {
  stop(): Promise<void>;
}

const BATCH = 500;
const LINK_PAUSE_MS = 100;

export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { deps, onError } = options;
  const loops: Loop[] = [
    startGrantsLoop(options),
    startLoop({ name: "requests", run: () => expireDue(options), onError }),
    startLoop({ name: "re-checks", run: () => recheckStale(options), onError }),
    startLoop({ name: "notifications", run: () => deliver(options), onError }),
    startLoop({ name: "audit", run: () => link(options), onError }),
    startLoop({ name: "targets", run: targetReconciler(options), onError }),
    startLoop({ name: "retention", run: forgetter(options), onError }),
  ];
  const unlisten = await options.onWake(() => {
    for (const loop of loops) loop.wake();
  });
  deps.store.wake();
  return {
    async stop() {
      await unlisten();
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}

async function expireDue(options: WorkerOptions): Promise<number> {
  const { deps, due } = options;
  const now = deps.clock.now();
  const requests = await due.requests(now, BATCH);
  const done = await eachOf(options, requests, "request", ({ tenantId, id }) =>
    expireRequest(deps, tenantId, id),
  );
  return requests.length === BATCH && done > 0 ? 0 : untilNext(options, now);
}

async function recheckStale(options: WorkerOptions): Promise<number> {
  for (const { tenantId, version } of await options.due.tenantsToLookAtAgain())
    await lookAgain(options, tenantId, version);
  return IDLE_MS;
}

/** One that fails never keeps the others waiting. Resolves to how many were done. */
async function eachOf<T extends { readonly id: string }>(
  { onError }: WorkerOptions,
  all: readonly T[],
  what: string,
  work: (one: T) => Promise<void>,
): Promise<number> {
  let done = 0;
  for (const one of all) {
    try {
      await work(one);
      done++;
    } catch (error) {
      onError(`${what} ${one.id}`, error);
    }
  }
  return done;
}

async function deliver({ deps, due }: WorkerOptions): Promise<number> {
  let delivered = 0;
  for (const tenantId of await due.tenantsWithOutbox())
    delivered += await deliverNotifications(deps, tenantId);
  return delivered > 0 ? 0 : IDLE_MS;
}

/** Woken by whoever wrote; while much is written, a pause lets one pass take all of it. */
async function link({ due }: WorkerOptions): Promise<number> {
  if ((await due.sequence()) === 0) return IDLE_MS;
  await delay(LINK_PAUSE_MS);
  return 0;
}
