/** Puts the house together: store, targets, identity, HTTP and worker, each knowing only its ports. */
import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { EXPORT_KINDS, type Exports, type ExportsOptions, exportsOf } from "./compose-exports.ts";
import type { TenantId } from "./domain/ids.ts";
import type { PrincipalRef } from "./domain/principal.ts";
import { requireConfirmed } from "./domain/restored.ts";
import { exportKinds } from "./exports/kinds.ts";
import { meJson } from "./http/api/me.ts";
import { createServer, type ServerOptions } from "./http/server.ts";
import { createIdentity, type Identity } from "./identity/create-identity.ts";
import { createSecretKeeper } from "./identity/credentials/secret-keeper.ts";
import { failurePage } from "./identity/pages/failure-page.ts";
import { createMailer, type MailerOptions } from "./mail/smtp-mailer.ts";
import { createOutbound, type Permitted } from "./outbound/places.ts";
import { createChangeFeed, type OpenChangeFeed } from "./store/change-feed.ts";
import { call } from "./store/database.ts";
import { dueWork, turnMail } from "./store/due-work.ts";
import { exportSecrets } from "./store/exports.ts";
import { identityStore } from "./store/identity/identity-store.ts";
import { createKeyRotation, type KeyRotation, type RotationStep } from "./store/key-rotation.ts";
import { createLeases, type OpenLeases } from "./store/leases.ts";
import { type OpenStore, openStore, type StoreOptions } from "./store/open-store.ts";
import { loadTarget, targetSecrets } from "./store/targets.ts";
import { createTargetGateway } from "./targets/gateway.ts";
import { describeWith, targetKinds } from "./targets/kinds.ts";
import { postgresTarget } from "./targets/postgres/postgres-target.ts";
import type { Outbound, Target } from "./targets/target.ts";
import type { Log } from "./telemetry/log.ts";
import type { Process } from "./telemetry/measures.ts";
import { createMeters, type Meters } from "./telemetry/meters.ts";
import { createScrape, type Scrape } from "./telemetry/scrape.ts";
import type { ApplyDeps } from "./use-cases/apply/apply-deps.ts";
import { createLeftOut } from "./use-cases/left-out.ts";
import { followMailLink, readMailLink } from "./use-cases/mail/confirm-address.ts";
import type { EffectDeps } from "./use-cases/ports.ts";
import { startLoop } from "./worker/loop.ts";
import { startWorker, type Worker } from "./worker/worker.ts";

export const TARGET_KINDS: readonly Target[] = [postgresTarget];

/** By then what was decided is linked into the log, mostly. */
const LINKED_AFTER_MS = 200;

export interface System {
  readonly opened: OpenStore;
  readonly deps: EffectDeps & ApplyDeps;
  readonly meters: Meters;
  readonly metrics: Scrape;
  readonly leases: OpenLeases;
  readonly changes: OpenChangeFeed;
  readonly keys: KeyRotation;
  readonly exports: Exports;
  readonly secretKeeper: ReturnType<typeof createSecretKeeper>;
  close(): Promise<void>;
}

export interface SystemOptions extends StoreOptions, ExportsOptions {
  /** What the operator lets targets be, beside public addresses. */
  readonly outboundAllow: readonly Permitted[];
  /** Other kinds of targets than those that come with Curfew. */
  readonly kinds?: readonly Target[];
  /** How seldom a scrape asks the database; for tests that do not want to wait. */
  readonly metricsEveryMs?: number;
  /** For tests that end the process in the midst of a rotation of its key. */
  readonly afterKeyStep?: (step: RotationStep) => Promise<void>;
}

/** Everything but sign-in and the listeners: enough to apply configuration and to run the use cases. */
export async function openSystem(options: SystemOptions): Promise<System> {
  const kinds = options.kinds ?? TARGET_KINDS;
  const meters = createMeters();
  const opened = await openStore({ ...options, meters, describeTarget: describeWith(kinds) });
  const leases = createLeases(opened.app);
  const outbound = outboundOf(opened, createOutbound({ allow: options.outboundAllow }));
  const exports = exportsOf(opened, options, outbound);
  const gateway = createTargetGateway({
    kinds,
    clock: opened.clock,
    outbound,
    installationId: opened.installationId,
    forbiddenSystemIdentifiers: opened.systemIdentifiers,
    load: (tenantId, id) =>
      loadTarget(opened.worker.db, tenantId, id, (sealed) =>
        targetSecrets(opened.key).openTarget(tenantId, id, sealed),
      ),
    display: (ref) => displayName(opened, ref),
  });
  const secretKeeper = createSecretKeeper(opened.key);
  const changes = createChangeFeed(opened.worker.db);
  const metrics = createScrape({
    process: { ...processOf(opened, meters, changes), exported: exports.meter.counts },
    configured: { operatorSinks: exports.operatorSinks },
    ask: async (question) =>
      (await call<Record<string, number | null>>(opened.pools.metrics, question)).rows[0] ?? {},
    ready: () => ready(opened),
    askEveryMs: options.metricsEveryMs,
  });
  return {
    opened,
    meters,
    metrics,
    leases,
    changes,
    exports,
    keys: createKeyRotation({
      ...opened,
      pool: opened.pools.worker,
      store: opened.worker.store,
      ...(options.afterKeyStep === undefined ? {} : { after: options.afterKeyStep }),
    }),
    secretKeeper,
    deps: {
      store: opened.store,
      decisions: opened.decisions,
      clock: opened.clock,
      ids: { next: randomUUID },
      gateway,
      leases,
      leftOut: createLeftOut(meters.leftOut),
      onExpired: meters.expired,
      onLooked: meters.looked,
      secrets: { ...secretKeeper, ...targetSecrets(opened.key), ...exportSecrets(opened.key) },
      targetKinds: targetKinds(kinds),
      exportKinds: exportKinds(EXPORT_KINDS),
    },
    async close() {
      metrics.close();
      await leases.close();
      await exports.close();
      await opened.close();
    },
  };
}

export interface ServiceOptions {
  readonly issuer: string;
  readonly origins: readonly string[];
  readonly deviceFlow: boolean;
  readonly trustedProxy: string | null;
  readonly connections?: ServerOptions["connections"];
  /** The folder of the built portal; null where there is none. */
  readonly portal: string | null;
  readonly log: Log;
  /** Lets a scraper elsewhere in to the metrics; left out: nobody elsewhere is. */
  readonly metricsToken?: string | null;
  /** Whether the trace that a caller says it is in goes on here. */
  readonly joinsTraces?: boolean;
  /** The operator's mail server; null, or left out: nothing is mailed. */
  readonly mail?: Omit<MailerOptions, "origin"> | null;
}

export interface Service {
  readonly identity: Identity;
  readonly worker: Worker;
  /** A server of its own for each listener; all of them serve everything. */
  listen(host: string, port: number, tls: { cert: string; key: string } | null): Promise<FastifyInstance>;
  /** Once, however often it is called. */
  close(): Promise<void>;
}

export async function startService(system: System, options: ServiceOptions): Promise<Service> {
  const { opened, deps, meters, metrics, secretKeeper } = system;
  const { log } = options;
  const identity = await createIdentity({
    ...options,
    store: opened.store,
    // A check begins with who asks: neither waits for other calls.
    identities: { ...identityStore(opened.db), standing: identityStore(opened.checks.db).standing },
    key: opened.key,
    // One queue of passwords being hashed for the whole process.
    secrets: secretKeeper,
    clock: opened.clock,
    leftOut: deps.leftOut,
    meters,
    time: opened.clock,
    describe: (caller) => meJson(deps, caller),
    mailLinks: {
      read: (tokenHash) => readMailLink(deps, tokenHash),
      follow: (tokenHash) => followMailLink(deps, tokenHash),
    },
  });
  const onError = (what: string, error: unknown): void => {
    // What one thing of a loop is called holds its id.
    meters.loopFailed(what.includes(" ") ? "other" : what);
    log(what, { error });
  };
  const warn = (line: string): void => log(line, { level: "warn" });
  opened.clock.onTrust(warn);
  opened.incarnation.onLine(warn);
  const changes = startLoop({ name: "changes", run: system.changes.pass, onError });
  const keys = startLoop({ name: "key", run: () => system.keys.pass(log), onError });
  const stopKeys = opened.onKeys(keys.wake);
  let owed = false;
  const stream = system.exports.stream(onError, () => sending.wake());
  const sending = startLoop({ name: "exports", run: stream.pass, onError });
  opened.onMoved(() => system.changes.restart().catch((error: unknown) => onError("changes", error)));
  const due = dueWork(opened.worker.db, () => opened.clock.now());
  const { mail = null } = options;
  await turnMail(opened.worker.db, mail !== null);
  const worker = await startWorker({
    deps: { ...deps, store: opened.worker.store, decisions: opened.worker.decisions },
    due,
    mail: mail === null ? null : { due, mailer: createMailer({ ...mail, origin: options.issuer }) },
    onWake: (wake) =>
      opened.onWake((pulse) => {
        wake(pulse);
        if (pulse.moved) changes.wake();
        // There is more to send once it is linked, which the pulse after this one is late enough for.
        if (pulse.toLink || owed) sending.within(LINKED_AFTER_MS);
        owed = pulse.toLink;
      }),
    onError,
  });
  const servers: FastifyInstance[] = [];
  let closing: Promise<void> | null = null;
  const closeAll = async (): Promise<void> => {
    for (const server of servers) await server.close();
    await identity.close();
    await worker.stop();
    await sending.stop();
    await stream.stop();
    await changes.stop();
    stopKeys();
    await keys.stop();
  };
  return {
    identity,
    worker,
    async listen(host, port, tls) {
      const server = await createServer({
        context: {
          ...{ deps, checks: opened.checks, changes: system.changes, keys: system.keys },
          exports: system.exports.installation,
        },
        origins: [options.issuer, ...options.origins],
        authenticate: identity.authenticate.present,
        authenticateSession: identity.authenticateSession,
        portal: options.portal,
        health: {
          ready: () => ready(opened),
          mail: mail !== null,
          metrics: metrics.text,
          metricsToken: options.metricsToken ?? null,
        },
        failurePage,
        trustedProxy: options.trustedProxy,
        ...(options.connections === undefined ? {} : { connections: options.connections }),
        tls,
        log,
        calls: { meters, joinsTraces: options.joinsTraces === true, closedEarly: meters.closedEarly },
        identity: (app) => identity.register(app),
      });
      servers.push(server);
      await server.listen({ host, port });
      return server;
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}

/** Throws with the reason when nothing could be decided just now. */
async function ready(opened: OpenStore): Promise<void> {
  await opened.requireRoom();
  opened.clock.now();
  if (opened.key.isBehind)
    throw new Error("the installation's key was rotated, and this process does not hold it");
  requireConfirmed(opened.incarnation);
}

/** What this process tells of itself when it is scraped. */
function processOf(opened: OpenStore, meters: Meters, changes: OpenChangeFeed): Omit<Process, "exported"> {
  return {
    meters,
    clock: opened.clock.standing,
    pools: opened.standings,
    books: opened.books.size,
    watchers: changes.watching,
    isRestored: () => opened.incarnation.pending() !== null,
  };
}

/** What the operator permits to a tenant goes by its name, too. */
function outboundOf(opened: OpenStore, permitted: ReturnType<typeof createOutbound>) {
  return async (id: TenantId): Promise<Outbound> =>
    permitted({ id, name: (await opened.worker.store.routes.nameOfTenant(id)) ?? "" });
}

async function displayName(opened: OpenStore, ref: PrincipalRef): Promise<string> {
  const identity = await opened.worker.store.inTenant(ref.tenantId, (tx) => tx.directory.identity(ref));
  return identity?.principal.displayName ?? ref.objectId;
}
