/** What an administrator does about an export beside configuring it: pause, resume, send again, a new secret. */

import type { EventType } from "../../domain/event.ts";
import { type ExportId, type ExportSink, SECRET_OVERLAP_MS } from "../../domain/export-sink.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { stamp } from "../../domain/stamp.ts";
import type { JsonObject } from "../../domain/target-binding.ts";
import { addMs, formatInstant, type Instant } from "../../domain/time.ts";
import { mayTendExports } from "../../policy/authority.ts";
import type { ApplyDeps } from "../apply/apply-deps.ts";
import { secretsAfter } from "../apply/kinds/export.ts";
import type { Caller, Tx } from "../ports.ts";

/** What is sent again: what was refused for good, all of it or one event, or everything from a number on. */
export type Replay = { readonly deadLetters: "all" | number } | { readonly from: number };

export function pauseExport(deps: ApplyDeps, caller: Caller, name: string): Promise<Outcome<void>> {
  return tend(deps, caller, name, async (tx, sink) => {
    if ((await tx.exports.position(sink.id)).paused === "person") return accept(null);
    await tx.exports.pause(sink.id, "person", null);
    return accept({ type: "export.paused", facts: {}, value: undefined });
  });
}

export function resumeExport(deps: ApplyDeps, caller: Caller, name: string): Promise<Outcome<void>> {
  return tend(deps, caller, name, async (tx, sink) => {
    const { paused, againAt } = await tx.exports.position(sink.id);
    const made = deps.exportKinds.madeSecretOf(sink.kind);
    if (made !== null && secretsOf(deps, sink, await tx.exports.sealedSecrets(sink.id))[made] === undefined)
      return reject(
        "invalid_input",
        `the export \`${sink.name}\` has no secret to sign with; have one made first`,
      );
    // Resumed where it is only put off: it is tried now.
    await tx.exports.pause(sink.id, null, null);
    if (paused === null && againAt === null) return accept(null);
    return accept({ type: "export.resumed", facts: {}, value: undefined });
  });
}

/** Resolves to how many events are sent again, as far as the log goes now. */
export async function replayExport(
  deps: ApplyDeps,
  caller: Caller,
  name: string,
  replay: Replay,
): Promise<Outcome<number>> {
  return tend(deps, caller, name, async (tx, sink) => {
    if ("deadLetters" in replay) {
      const count = await tx.exports.replay(
        sink.id,
        replay.deadLetters === "all" ? null : replay.deadLetters,
      );
      if (count === 0)
        return reject("not_found", `the export \`${sink.name}\` has no such event that was refused`);
      return accept({ type: "export.replayed", facts: { count }, value: count });
    }
    const { through } = await tx.exports.position(sink.id);
    if (replay.from > through)
      return reject(
        "invalid_input",
        `entry ${replay.from} was not sent yet; the export stands at ${through}`,
        { path: "/from" },
      );
    await tx.exports.goBack(sink.id, replay.from - 1);
    return accept({
      type: "export.replayed",
      facts: { from: replay.from },
      value: through - replay.from + 1,
    });
  });
}

/** A new secret, told this once; the one before signs beside it for a day. */
export function renewExportSecret(
  deps: ApplyDeps,
  caller: Caller,
  name: string,
): Promise<Outcome<{ readonly secret: string; readonly previousUntil: Instant | null }>> {
  return tend(deps, caller, name, async (tx, sink) => {
    const made = deps.exportKinds.madeSecretOf(sink.kind);
    const secret = deps.exportKinds.makeSecret(sink.kind);
    if (made === null || secret === null)
      return reject(
        "invalid_input",
        `no secret is made by Curfew for an export of kind \`${sink.kind}\`; give one in its configuration`,
      );
    const stored = secretsOf(deps, sink, await tx.exports.sealedSecrets(sink.id));
    const until = addMs(deps.clock.now(), SECRET_OVERLAP_MS);
    const secrets = secretsAfter(made, stored, { [made]: secret }, formatInstant(until));
    const sealed = deps.secrets.sealExport(sink.tenantId, sink.id, secrets);
    await tx.exports.save({ ...sink, version: sink.version + 1 }, sealed);
    if ((await tx.exports.position(sink.id)).paused === "secret") await tx.exports.pause(sink.id, null, null);
    const value = { secret, previousUntil: stored[made] === undefined ? null : until };
    return accept({ type: "export.secret_made", facts: {}, value });
  });
}

function secretsOf(
  { secrets }: ApplyDeps,
  { tenantId, id }: ExportSink,
  sealed: Buffer | null,
): Readonly<Record<string, string>> {
  return sealed === null ? {} : secrets.openExport(tenantId, id, sealed);
}

interface Tended<T> {
  readonly type: EventType;
  readonly facts: JsonObject;
  readonly value: T;
}

/** With its entry or not at all; null is what was so already. */
async function tend<T>(
  deps: ApplyDeps,
  caller: Caller,
  name: string,
  work: (tx: Tx, sink: ExportSink) => Promise<Outcome<Tended<T> | null>>,
): Promise<Outcome<T>> {
  const allowed = mayTendExports(caller);
  if (!allowed.ok) return allowed;
  const { tenantId } = caller.ref;
  const outcome = await deps.store.inTenant(tenantId, async (tx): Promise<Outcome<T>> => {
    // One change of it at a time, and none beside an apply.
    await tx.takeTurns([tenantId], []);
    const sink = await tx.exports.named(name);
    if (sink === null) return reject("not_found", `there is no export \`${name}\``);
    const done = await work(tx, sink);
    if (!done.ok) return done;
    if (done.value === null) return accept(undefined as T);
    const { type, facts, value } = done.value;
    await tx.record(
      [
        stamp(type, aboutExport(sink, deps.ids.next()), caller, {
          kind: "export",
          name: sink.name,
          ...facts,
        }),
      ],
      deps.clock.bounds().latest,
    );
    return accept(value);
  });
  deps.store.wake();
  return outcome;
}

function aboutExport(
  { id, tenantId }: { readonly id: ExportId; readonly tenantId: ExportSink["tenantId"] },
  correlationId: string,
) {
  return { kind: "export", id, tenantId, otherTenantId: null, correlationId };
}
