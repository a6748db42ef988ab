/** Looks into every target from time to time; one that is away is tried again later and holds up no other. */
import type { TargetId } from "../domain/ids.ts";
import { faultOf } from "../domain/target-fault.ts";
import { MINUTE_MS } from "../domain/time.ts";
import { traced } from "../telemetry/trace.ts";
import { reconcileTarget } from "../use-cases/grants/reconcile-target.ts";
import type { WorkerOptions } from "./worker.ts";

const EVERY_MS = MINUTE_MS / 2;

interface Watched {
  nextAt: number;
  running: boolean;
  /** What the last look met and was said; null after one that met nothing. */
  said: string | null;
}

/** A run starts what is due and waits for none of it. */
export function targetReconciler({ deps, due, onError }: WorkerOptions): () => Promise<number> {
  const watched = new Map<TargetId, Watched>();
  const tell = (): void => {
    const all = [...watched.values()];
    deps.onLooked?.(all.length, all.filter(({ said }) => said !== null).length);
  };
  return async () => {
    const now = deps.clock.now();
    let nextAt = now + EVERY_MS;
    const targets = await due.targets();
    const known = new Set(targets.map(({ id }) => id));
    for (const id of watched.keys()) if (!known.has(id)) watched.delete(id);
    tell();
    for (const { tenantId, id } of targets) {
      const state = watched.get(id) ?? { nextAt: now, running: false, said: null };
      watched.set(id, state);
      if (!state.running && now < state.nextAt) nextAt = Math.min(nextAt, state.nextAt);
      if (state.running || now < state.nextAt) continue;
      state.running = true;
      state.nextAt = now + EVERY_MS;
      traced("target.look", {}, () => reconcileTarget(deps, tenantId, id))
        .then(
          () => {
            state.said = null;
          },
          (error: unknown) => {
            const { kind, message } = faultOf(error);
            // What does not pass by itself is said when it begins: it is not looked for again before its time.
            if (kind === "retryable" || message !== state.said) onError(`target ${id}`, error);
            state.said = message;
          },
        )
        .finally(() => {
          state.running = false;
          tell();
        });
    }
    return nextAt - now;
  };
}
