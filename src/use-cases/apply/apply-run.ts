/** One transaction that changes configuration: whose turn it is, what went wrong, what changed, and what is written of it. */
import type { TenantId } from "../../domain/ids.ts";
import type { Outcome } from "../../domain/rejection.ts";
import { accept } from "../../domain/rejection.ts";
import { stamp } from "../../domain/stamp.ts";
import type { Instant } from "../../domain/time.ts";
import { mustStillAct } from "../../policy/authority.ts";
import { rulesRejection } from "../../policy/rules-rejection.ts";
import type { Caller, Tx } from "../ports.ts";
import { type Alongside, nothingAlongside } from "../surface-resources.ts";
import type { ApplyDeps } from "./apply-deps.ts";
import { digestOf } from "./digest.ts";
import type { ApplyReport, Change, Kind, OnlyIf } from "./documents.ts";
import { type Fault, faultPath, type Placed, rejectAll } from "./faults.ts";
import type { DocumentContext, KindHandler, PutResult } from "./kind.ts";
import { type BooksBefore, booksBefore, recordAcknowledged, refusalOf, touchedIn } from "./touched.ts";

/** A tenant whose configuration the run may change. */
export interface Concerned {
  readonly id: TenantId;
  readonly name: string;
}

export interface ApplyRun {
  readonly deps: ApplyDeps;
  readonly caller: Caller;
  readonly now: Instant;
  readonly correlationId: string;
  /** The transaction, among the rows of the caller's tenant. */
  readonly root: Tx;
  readonly faults: Fault[];
  readonly changes: Change[];
  readonly promised: DocumentContext["promised"];
  /** Ids of what this run is about to remove. */
  readonly leaving: Set<string>;
  readonly also: Alongside<ApplyReport>;
}

export interface RunOptions {
  readonly deps: ApplyDeps;
  readonly caller: Caller;
  readonly dryRun: boolean;
  /** As in earnest, with everything that may be refused, and nothing stored. */
  readonly trial?: boolean;
  readonly promised: DocumentContext["promised"];
  /** Ids of what may be left to nobody by it. */
  readonly acknowledge?: readonly string[] | undefined;
  /** What a surface keeps of it, in the same transaction. */
  readonly also?: Alongside<ApplyReport>;
}

/** Carries an outcome out of a transaction that must not be kept. */
class RolledBack extends Error {
  override readonly name = "RolledBack";
  readonly outcome: Outcome<ApplyReport>;
  constructor(outcome: Outcome<ApplyReport>) {
    super("rolled back");
    this.outcome = outcome;
  }
}

/** All or nothing: any fault, and a dry run, leave no trace. `work` resolves to the books as they were before it. */
export async function runInOneTransaction(
  { deps, caller, dryRun, trial = false, promised, acknowledge = [], also = nothingAlongside }: RunOptions,
  work: (run: ApplyRun) => Promise<BooksBefore>,
): Promise<Outcome<ApplyReport>> {
  try {
    const report = await deps.store.inTenant(caller.ref.tenantId, async (root) => {
      const now = deps.clock.now();
      const correlationId = deps.ids.next();
      const run: ApplyRun = {
        deps,
        caller,
        now,
        correlationId,
        root,
        faults: [],
        changes: [],
        promised,
        leaving: new Set(),
        also,
      };
      const before = await work(run);
      if (run.faults.length > 0) throw new RolledBack(rejectAll(run.faults));
      const found = await touchedIn(root, before, { now, dryRun });
      const report = { changes: run.changes, touched: found.touched };
      if (dryRun) throw new RolledBack(accept({ ...report, applied: false }));
      const rejection = refusalOf(found.touched, acknowledge);
      if (rejection !== null) throw new RolledBack({ ok: false, rejection });
      if (trial) throw new RolledBack(accept({ ...report, applied: false }));
      await recordAcknowledged(root, found, run);
      const made = { ...report, applied: true };
      await also.write(root, made);
      return made;
    });
    if (report.changes.some(({ action }) => action !== "unchanged")) deps.store.wake();
    return accept(report);
  } catch (error) {
    if (error instanceof RolledBack) return error.outcome;
    throw error;
  }
}

/**
 * Waits until it is their turn. Publishers are only read, and must not change their offers meanwhile. From here on nobody
 * else changes what a surface looks at before the change.
 */
export async function takeTurns(
  run: ApplyRun,
  tenants: readonly Concerned[],
  publishers: readonly TenantId[] = [],
): Promise<BooksBefore> {
  await run.root.takeTurns(
    tenants.map(({ id }) => id),
    publishers,
  );
  // INVARIANT I19: who was locked out while they waited for their turn has none.
  const there = mustStillAct(await run.root.directory.identity(run.caller.ref));
  if (!there.ok) throw new RolledBack(there);
  const free = await run.also.check(run.root);
  if (!free.ok) throw new RolledBack(free);
  return booksBefore(run.root, tenants);
}

/** A change that was made on a version of an object: refused when the object is another by now, or gone. */
export async function requireUnchanged(
  run: ApplyRun,
  { tenant, handler, name, path }: Told,
  onlyIf: OnlyIf | undefined,
): Promise<void> {
  if (onlyIf === undefined) return;
  const page = { name, after: "", limit: 1 };
  const [current] = await run.root.inside(tenant.id, (tx) => handler.read(tx, page));
  if (onlyIf === "absent") {
    if (current === undefined) return;
    const message = `there is a ${handler.kind} \`${current.name}\` already; give this one another name, or change that one`;
    run.faults.push({ code: "name_taken", path: path === "" ? "/name" : `${path}/name`, message });
    return;
  }
  if (current !== undefined && (onlyIf === "*" || onlyIf.includes(digestOf(current.spec)))) return;
  const message = "the object changed since you looked; look again before changing it";
  run.faults.push({ code: "version_conflict", path, message });
}

interface Told {
  readonly tenant: Concerned;
  readonly handler: KindHandler;
  readonly name: string;
  /** Where a person finds what is said of it. */
  readonly path: string;
}

/** Runs `work` on one object of one tenant, with its faults placed where a person finds them. */
export async function withContext<T>(
  run: ApplyRun,
  tenant: Concerned,
  object: { readonly name: string; readonly placed: Placed },
  work: (context: DocumentContext) => Promise<T>,
): Promise<T> {
  const { deps, caller, now, correlationId, promised, faults } = run;
  return run.root.inside(tenant.id, (tx) =>
    work({
      deps,
      caller,
      now,
      correlationId,
      tx,
      tenant,
      name: object.name,
      promised,
      isLeaving: (objectId) => run.leaving.has(objectId),
      fault(pointer, message, code = "invalid_input") {
        faults.push({ code, path: faultPath(object.placed, pointer), message });
        return null;
      },
      unmet(pointer, rule) {
        const { code, message } = rulesRejection([rule]).rejection;
        faults.push({ code, path: faultPath(object.placed, pointer), message, rule });
      },
    }),
  );
}

export interface Changed {
  readonly action: Change["action"];
  readonly kind: Kind;
  readonly id: string;
  readonly result: Pick<PutResult, "fields" | "note" | "facts" | "recorded">;
}

/** Reports a change and, unless its kind did so itself, writes the one entry that tells of it. */
export async function noteChange(
  run: ApplyRun,
  context: DocumentContext,
  { action, kind, id, result }: Changed,
): Promise<void> {
  const { name, tenant } = context;
  const fields = action === "update" ? { fields: result.fields } : {};
  const note = result.note === undefined ? {} : { note: result.note };
  run.changes.push({ action, kind, tenant: tenant.name, name, id, ...fields, ...note });
  if (action === "unchanged" || result.recorded === true) return;
  const about = {
    kind: kind.charAt(0).toLowerCase() + kind.slice(1),
    id,
    tenantId: tenant.id,
    otherTenantId: null,
    correlationId: run.correlationId,
  };
  const changed = action === "update" ? { fields: [...result.fields] } : {};
  const facts = { kind, name, action, ...changed, ...result.facts };
  await context.tx.record([stamp("configuration.changed", about, run.caller, facts)], run.now);
}

/** Only these documents say who holds rights, or end who does. */
export function mayMoveAdministrators(kinds: readonly Kind[]): boolean {
  return kinds.some((kind) => kind === "Tenant" || kind === "User" || kind === "ServicePrincipal");
}

/** How many administrators each tenant has now. */
export async function countAdministrators(
  run: ApplyRun,
  tenants: readonly Concerned[],
): Promise<Map<TenantId, number>> {
  const counts = new Map<TenantId, number>();
  for (const { id } of tenants) {
    counts.set(id, await run.root.inside(id, async (tx) => (await tx.principals.administrators()).length));
  }
  return counts;
}

/** No change leaves a tenant that had an administrator without one. */
export async function keepAdministrators(
  run: ApplyRun,
  tenants: readonly Concerned[],
  before: ReadonlyMap<TenantId, number>,
): Promise<void> {
  const after = await countAdministrators(run, tenants);
  for (const { id, name } of tenants) {
    if ((before.get(id) ?? 0) === 0 || (after.get(id) ?? 0) > 0) continue;
    const message = `\`${name}\` would be left without an administrator; give somebody else that right first`;
    run.faults.push({ code: "last_administrator", path: "/documents", message });
  }
}
