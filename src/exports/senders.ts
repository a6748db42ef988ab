/** Ways to far sides, kept open between two turns: opened when they are first needed, and given back when they fail or rest. */
import type { ExportId } from "../domain/export-sink.ts";
import { asId, type TenantId } from "../domain/ids.ts";
import type { OperatorSink, Sender } from "./sink.ts";

export interface OpenedSender {
  readonly kind: string;
  readonly sender: Sender;
}

/** A tenant's own sink as it is configured now, with its secrets opened when it is. */
export interface LoadedSink {
  readonly kind: string;
  /** Another one where anything of it was changed: what was opened before is not used any more. */
  readonly version: string;
  open(): Promise<Sender>;
}

export interface SendersOptions {
  readonly operators: readonly OperatorSink[];
  readonly loadOwn: (tenantId: TenantId, id: ExportId) => Promise<LoadedSink | null>;
  readonly onError: (what: string, error: unknown) => void;
}

export interface Senders {
  /** Null where there is no such sink any more. */
  open(sink: string, own: boolean, tenantId: TenantId): Promise<OpenedSender | null>;
  close(sink: string): Promise<void>;
  /** Gives back what was not used for a while. */
  rest(): Promise<void>;
  closeAll(): Promise<void>;
}

const MOST_KEPT = 200;
const REST_AFTER_MS = 300_000;

export function createSenders({ operators, loadOwn, onError }: SendersOptions): Senders {
  const kept = new Map<string, OpenedSender & { readonly version: string; usedAtMs: number }>();
  const close = async (sink: string): Promise<void> => {
    const one = kept.get(sink);
    kept.delete(sink);
    await one?.sender.close().catch((error: unknown) => onError(`closing the export to ${sink}`, error));
  };
  const load = async (sink: string, own: boolean, tenantId: TenantId): Promise<LoadedSink | null> => {
    if (own) return loadOwn(tenantId, asId<ExportId>(sink));
    const operator = operators.find(({ kind }) => kind === sink);
    return operator === undefined ? null : { kind: operator.kind, version: "", open: () => operator.open() };
  };
  return {
    async open(sink, own, tenantId) {
      const loaded = await load(sink, own, tenantId);
      const before = kept.get(sink);
      if (before !== undefined && before.version === loaded?.version) {
        before.usedAtMs = performance.now();
        return before;
      }
      await close(sink);
      if (loaded === null) return null;
      const { kind, version } = loaded;
      const opened = { kind, version, sender: await loaded.open(), usedAtMs: performance.now() };
      kept.set(sink, opened);
      return opened;
    },
    close,
    async rest() {
      const now = performance.now();
      const oldest = [...kept].sort(([, a], [, b]) => a.usedAtMs - b.usedAtMs);
      const tooMany = oldest.slice(0, Math.max(0, kept.size - MOST_KEPT));
      const rested = oldest.filter(([, { usedAtMs }]) => now - usedAtMs > REST_AFTER_MS);
      for (const [sink] of new Set([...tooMany, ...rested])) await close(sink);
    },
    async closeAll() {
      for (const sink of [...kept.keys()]) await close(sink);
    },
  };
}
