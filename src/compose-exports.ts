/** Puts the export of the logs together: the kinds of sinks, the stream that feeds them, and what is known of both. */
import { randomUUID } from "node:crypto";
import type { ExportId } from "./domain/export-sink.ts";
import type { TenantId } from "./domain/ids.ts";
import { addMs, type Instant } from "./domain/time.ts";
import { azureMonitorSink } from "./exports/azure-monitor.ts";
import { type JsonLinesOptions, jsonLinesSink } from "./exports/json-lines.ts";
import { managedApplicationsSink } from "./exports/managed-applications.ts";
import { createExportMeter, type ExportMeter, type ExportStanding } from "./exports/measures.ts";
import { type OtlpSettings, otlpSink } from "./exports/otlp.ts";
import type { OperatorSink, TenantSinkKind } from "./exports/sink.ts";
import { createStream, type Stream, type StreamOptions } from "./exports/stream.ts";
import { type SyslogSettings, syslogSink } from "./exports/syslog.ts";
import { webhookSink } from "./exports/webhook.ts";
import { createOutboundHttp, type OutboundHttp } from "./outbound/http.ts";
import { exportSecrets, exportsAcross, loadExport } from "./store/exports.ts";
import { createLeases } from "./store/leases.ts";
import type { OpenStore } from "./store/open-store.ts";
import type { Outbound } from "./targets/target.ts";
import type { InstallationExports } from "./use-cases/ports.ts";

export const EXPORT_KINDS: readonly TenantSinkKind[] = [
  webhookSink,
  azureMonitorSink,
  managedApplicationsSink,
];

/** What the operator has the events of every tenant sent to. */
export interface ExportSettings {
  readonly jsonLines: Omit<JsonLinesOptions, "now"> | null;
  readonly syslog?: SyslogSettings | null;
  readonly otlp?: OtlpSettings | null;
}

export interface ExportsOptions {
  readonly exports?: ExportSettings;
  /** For tests: what an export does at each of its steps, and certificate authorities that its webhooks believe. */
  readonly onExportStep?: NonNullable<StreamOptions["onStep"]>;
  readonly outboundCa?: string;
}

/** The export of the logs: how far each stands, and what is measured of it. */
export interface Exports {
  readonly installation: InstallationExports;
  readonly meter: ExportMeter;
  /** The kinds of the operator's, which get the events of every tenant. */
  readonly operatorSinks: readonly string[];
  /** By kind, as the database knows it now. */
  standing(): Promise<readonly ExportStanding[]>;
  stream(onError: StreamOptions["onError"], wake: () => void): Stream;
  close(): Promise<void>;
}

/** The export of the logs on its ports: a connection of its own for its leases, a client of its own for each tenant. */
export function exportsOf(
  opened: OpenStore,
  { exports: settings, onExportStep, outboundCa }: ExportsOptions,
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
    operatorSinks: kinds,
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
