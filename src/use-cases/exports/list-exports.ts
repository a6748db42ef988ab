/** Where the exports of a tenant stand, and, for the operator, those of the installation. */
import type { DeadLetter, ExportPosition, ExportSink } from "../../domain/export-sink.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { Instant } from "../../domain/time.ts";
import { mayOperate, mayReadConfiguration } from "../../policy/authority.ts";
import type { ApplyDeps, DescribedExportKind } from "../apply/apply-deps.ts";
import type { Caller, InstallationExports, OperatorExport, Position, Tx } from "../ports.ts";

export interface ExportView {
  readonly name: string;
  readonly kind: string;
  readonly kindLabel: string;
  /** Where it sends to. */
  readonly place: string;
  readonly position: ExportPosition;
  /** Events of the log that it has not accepted yet. */
  readonly behind: number;
  /** When the oldest of them happened. */
  readonly waitingSince: Instant | null;
  readonly deadLetters: number;
}

export async function listExports(deps: ApplyDeps, caller: Caller): Promise<Outcome<readonly ExportView[]>> {
  const allowed = mayReadConfiguration(caller);
  if (!allowed.ok) return allowed;
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const head = (await tx.log.head())?.sequence ?? 0;
    const views: ExportView[] = [];
    for (const sink of await tx.exports.list()) views.push(await viewOf(deps, tx, sink, head));
    return accept(views);
  });
}

export function listExportKinds(deps: ApplyDeps, caller: Caller): Outcome<readonly DescribedExportKind[]> {
  const allowed = mayReadConfiguration(caller);
  return allowed.ok ? accept(deps.exportKinds.described) : allowed;
}

export async function listDeadLetters(
  deps: ApplyDeps,
  caller: Caller,
  name: string,
  page: { readonly after: number; readonly limit: number },
): Promise<Outcome<readonly DeadLetter[]>> {
  const allowed = mayReadConfiguration(caller);
  if (!allowed.ok) return allowed;
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const sink = await tx.exports.named(name);
    if (sink === null) return reject("not_found", `there is no export \`${name}\``);
    return accept(await tx.exports.deadLetters(sink.id, { after: page.after, most: page.limit }));
  });
}

/** Where a list of them goes on. */
export function positionOfLetter({ number }: DeadLetter): Position {
  return { at: number as Instant, id: "" };
}

export async function listInstallationExports(
  exports: InstallationExports,
  caller: Caller,
): Promise<Outcome<readonly OperatorExport[]>> {
  const allowed = mayOperate(caller, "only an operator of the installation sees where its own exports stand");
  return allowed.ok ? accept(await exports.list()) : allowed;
}

/** Resolves to how many events that were refused are sent again. */
export async function replayInstallationExport(
  exports: InstallationExports,
  caller: Caller,
  kind: string,
): Promise<Outcome<number>> {
  const allowed = mayOperate(caller, "only an operator of the installation has its exports sent again");
  if (!allowed.ok) return allowed;
  const count = await exports.replay(kind);
  return count === null ? reject("not_found", `the installation has no export \`${kind}\``) : accept(count);
}

async function viewOf(deps: ApplyDeps, tx: Tx, sink: ExportSink, head: number): Promise<ExportView> {
  const position = await tx.exports.position(sink.id);
  const behind = Math.max(0, head - position.through);
  const [oldest] = behind === 0 ? [] : await tx.log.linked(position.through, 1);
  return {
    ...{ name: sink.name, kind: sink.kind, kindLabel: deps.exportKinds.labelOf(sink.kind) },
    place: deps.exportKinds.placeOf(sink.kind, sink.config),
    ...{ position, behind, waitingSince: oldest?.at ?? null },
    deadLetters: await tx.exports.countDeadLetters(sink.id),
  };
}
