/** Puts the house together: store, targets, identity, HTTP and worker, each knowing only its ports. */
import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { ExportId } from "./domain/export-sink.ts";
import type { TenantId } from "./domain/ids.ts";
import type { PrincipalRef } from "./domain/principal.ts";
import { requireConfirmed } from "./domain/restored.ts";
import { addMs, type Instant } from "./domain/time.ts";
import { azureMonitorSink } from "./exports/azure-monitor.ts";
import { type JsonLinesOptions, jsonLinesSink } from "./exports/json-lines.ts";
import { exportKinds } from "./exports/kinds.ts";
import { createExportMeter, type ExportMeter, type ExportStanding } from "./exports/measures.ts";
import { type OtlpSettings, otlpSink } from "./exports/otlp.ts";
import type { OperatorSink, TenantSinkKind } from "./exports/sink.ts";
import { createStream, type Stream, type StreamOptions } from "./exports/stream.ts";
import { type SyslogSettings, syslogSink } from "./exports/syslog.ts";
import { webhookSink } from "./exports/webhook.ts";
import { meJson } from "./http/api/me.ts";
import { createMetrics, type Metrics } from "./http/metrics.ts";
import { createServer, type ServerOptions } from "./http/server.ts";
import { createIdentity, type Identity } from "./identity/create-identity.ts";
import { createSecretKeeper } from "./identity/credentials/secret-keeper.ts";
import { failurePage } from "./identity/pages/failure-page.ts";
import { createOutboundHttp, type OutboundHttp } from "./outbound/http.ts";
import { createOutbound, type Permitted } from "./outbound/places.ts";
import { createChangeFeed, type OpenChangeFeed } from "./store/change-feed.ts";
import { dueWork } from "./store/due-work.ts";
import { exportSecrets, exportsAcross, loadExport } from "./store/exports.ts";
import { identityStore } from "./store/identity/identity-store.ts";
import { createKeyRotation, type KeyRotation, type RotationStep } from "./store/key-rotation.ts";
import { createLeases, type OpenLeases } from "./store/leases.ts";
import { type OpenStore, openStore, type StoreOptions } from "./store/open-store.ts";
import { loadTarget, targetSecrets } from "./store/targets.ts";
import { createTargetGateway } from "./targets/gateway.ts";
import { describeWith, targetKinds } from "./targets/kinds.ts";
import { postgresTarget } from "./targets/postgres/postgres-target.ts";
import type { Outbound, Target } from "./targets/target.ts";
import type { ApplyDeps } from "./use-cases/apply/apply-deps.ts";
import { createLeftOut } from "./use-cases/left-out.ts";
import type { EffectDeps, InstallationExports } from "./use-cases/ports.ts";
import { startLoop } from "./worker/loop.ts";
import { startWorker, type Worker } from "./worker/worker.ts";

export const TARGET_KINDS: readonly Target[] = [postgresTarget];

export const EXPORT_KINDS: readonly TenantSinkKind[] = [webhookSink, azureMonitorSink];

/** What the operator has the events of every tenant sent to. */
export interface ExportSettings {
  readonly jsonLines: Omit<JsonLinesOptions, "now"> | null;
  readonly syslog?: SyslogSettings | null;
  readonly otlp?: OtlpSettings | null;
}

/** The export of the logs: how far each stands, and what is measured of it. */
export interface Exports {
  readonly installation: InstallationExports;
  readonly meter: ExportMeter;
  /** By kind, as the database knows it now. */
  standing(): Promise<readonly ExportStanding[]>;
  stream(onError: StreamOptions["onError"], wake: () => void): Stream;
  close(): Promise<void>;
}

export interface System {
  readonly opened: OpenStore;
  readonly deps: EffectDeps & ApplyDeps;
  readonly metrics: Metrics;
  readonly leases: OpenLeases;
  readonly changes: OpenChangeFeed;
  readonly keys: KeyRotation;
  readonly exports: Exports;
  readonly secretKeeper: ReturnType<typeof createSecretKeeper>;
  close(): Promise<void>;
}

export interface SystemOptions extends StoreOptions {
  /** What the operator lets targets be, beside public addresses. */
  readonly outboundAllow: readonly Permitted[];
  readonly exports?: ExportSettings;
  /** For tests: what an export does at each of its steps, and certificate authorities that its webhooks believe. */
  readonly onExportStep?: NonNullable<StreamOptions["onStep"]>;
  readonly outboundCa?: string;
  /** Other kinds of targets than those that come with Curfew. */
  readonly kinds?: readonly Target[];
  /** For tests that end the process in the midst of a rotation of its key. */
  readonly afterKeyStep?: (step: RotationStep) => Promise<void>;
}

/** Everything but sign-in and the listeners: enough to apply configuration and to run the use cases. */
export async function openSystem(options: SystemOptions): Promise<System> {
  const kinds = options.kinds ?? TARGET_KINDS;
  const opened = await openStore({ ...options, describeTarget: describeWith(kinds) });
  const metrics = createMetrics();
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
  return {
    opened,
    metrics,
    leases,
    exports,
    changes: createChangeFeed(opened.worker.db),
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
      leftOut: createLeftOut(),
      onExpired: metrics.expired,
      secrets: { ...secretKeeper, ...targetSecrets(opened.key), ...exportSecrets(opened.key) },
      targetKinds: targetKinds(kinds),
      exportKinds: exportKinds(EXPORT_KINDS),
    },
    async close() {
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
  readonly log: (line: string) => void;
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
  const { opened, deps, metrics, secretKeeper } = system;
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
    time: opened.clock,
    describe: (caller) => meJson(deps, caller),
  });
  const onError = (what: string, error: unknown): void =>
    options.log(`${what}: ${error instanceof Error ? error.message : "unknown error"}`);
  opened.clock.onTrust(options.log);
  opened.incarnation.onLine(options.log);
  const changes = startLoop({ name: "changes", run: system.changes.pass, onError });
  const keys = startLoop({ name: "key", run: () => system.keys.pass(options.log), onError });
  const stopKeys = opened.onKeys(keys.wake);
  let owed = false;
  const stream = system.exports.stream(onError, () => sending.wake());
  const sending = startLoop({ name: "exports", run: stream.pass, onError });
  opened.onMoved(() => system.changes.restart().catch((error: unknown) => onError("changes", error)));
  const worker = await startWorker({
    deps: { ...deps, store: opened.worker.store, decisions: opened.worker.decisions },
    due: dueWork(opened.worker.db, () => opened.clock.now()),
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
        health: { ready: () => ready(opened), metrics: metrics.text },
        failurePage,
        trustedProxy: options.trustedProxy,
        ...(options.connections === undefined ? {} : { connections: options.connections }),
        tls,
        logger: true,
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

/** The export of the logs on its ports: a connection of its own for its leases, a client of its own for each tenant. */
function exportsOf(
  opened: OpenStore,
  { exports: settings, onExportStep, outboundCa }: SystemOptions,
  outbound: (tenantId: TenantId) => Promise<Outbound>,
): Exports {
  const { store, db } = opened.worker;
  const now = () => opened.clock.now();
  const operators = operatorSinks(settings, now);
  const kinds = operators.map(({ kind }) => kind);
  const across = exportsAcross(db);
  const meter = createExportMeter();
  const leases = createLeases<string>(opened.app, "export");
  const clients = new Map<TenantId, OutboundHttp>();
  const clientOf = async (tenantId: TenantId): Promise<OutboundHttp> => {
    const known = clients.get(tenantId);
    if (known !== undefined) return known;
    const ca = outboundCa === undefined ? {} : { ca: outboundCa };
    const made = createOutboundHttp({ outbound: await outbound(tenantId), ...ca });
    clients.set(tenantId, made);
    return made;
  };
  const loadOwn = async (tenantId: TenantId, id: ExportId) => {
    const open = (sealed: Buffer) => exportSecrets(opened.key).openExport(tenantId, id, sealed);
    const loaded = await loadExport(db, tenantId, id, open);
    const kind = EXPORT_KINDS.find((one) => one.kind === loaded?.sink.kind);
    if (loaded === null || kind === undefined) return null;
    const { sink, config } = loaded;
    return {
      kind: kind.kind,
      version: String(sink.version),
      open: async () => kind.open(config, { http: await clientOf(tenantId), now }),
    };
  };
  return {
    meter,
    standing: () => across.standing(kinds, now()),
    installation: {
      async list() {
        const standing = await across.standing(kinds, now());
        return Promise.all(
          operators.map(async ({ kind, label, place }) => {
            const { lagMs, ...found } = standing.find((one) => one.kind === kind && !one.own) ?? NOTHING_SENT;
            const waitingSince = found.behind === 0 ? null : addMs(now(), -lagMs);
            return {
              ...found,
              kind,
              kindLabel: label,
              place,
              waitingSince,
              ...(await across.operatorsError(kind)),
            };
          }),
        );
      },
      async replay(kind) {
        if (!kinds.includes(kind)) return null;
        const count = await across.replayOperators(kind);
        store.wake();
        return count;
      },
    },
    stream: (onError, wake) =>
      createStream(
        {
          ...{ store, clock: opened.clock, due: across, leases, operators, loadOwn, meter, onError },
          draw: Math.random,
          nextId: randomUUID,
          ...(onExportStep === undefined ? {} : { onStep: onExportStep }),
        },
        wake,
      ),
    async close() {
      await leases.close();
      for (const client of clients.values()) await client.close();
    },
  };
}

const LINKED_AFTER_MS = 200;
const NOTHING_SENT = { streams: 0, behind: 0, lagMs: 0, failing: 0, paused: 0, deadLetters: 0 };

function operatorSinks(settings: ExportSettings | undefined, now: () => Instant): readonly OperatorSink[] {
  if (settings === undefined) return [];
  const { jsonLines, syslog = null, otlp = null } = settings;
  return [
    ...(jsonLines === null ? [] : [jsonLinesSink({ ...jsonLines, now })]),
    ...(syslog === null ? [] : [syslogSink(syslog)]),
    ...(otlp === null ? [] : [otlpSink(otlp)]),
  ];
}

/** Throws with the reason when nothing could be decided just now. */
async function ready(opened: OpenStore): Promise<void> {
  await opened.requireRoom();
  opened.clock.now();
  if (opened.key.isBehind)
    throw new Error("the installation's key was rotated, and this process does not hold it");
  requireConfirmed(opened.incarnation);
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
