/** Removes what earlier applies made and is gone from the documents; nothing that somebody made by other means. */

import type { JsonObject } from "../../domain/target-binding.ts";
import type { AppliedObject } from "../configuration-ports.ts";
import { type ApplyRun, type Concerned, noteChange, withContext } from "./apply-run.ts";
import { KINDS, type Kind, nameKey } from "./documents.ts";
import type { KindHandler, NamedObject } from "./kind.ts";
import { handlerOf } from "./kinds/index.ts";
import type { OpenDocument } from "./open-documents.ts";

// Nothing refers to these, and a renamed one must give up its place before the new one takes it.
const LEAVES: readonly Kind[] = ["Binding", "Eligibility", "RoleSettings"];
const IN_REVERSE = KINDS.filter((kind) => kind !== "Tenant").reverse();

export async function pruneLeaves(
  run: ApplyRun,
  tenants: readonly Concerned[],
  kept: readonly OpenDocument[],
): Promise<void> {
  await prune(run, tenants, kept, LEAVES);
}

/** Last made, first removed. */
export async function pruneRest(
  run: ApplyRun,
  tenants: readonly Concerned[],
  kept: readonly OpenDocument[],
): Promise<void> {
  const rest = IN_REVERSE.filter((kind) => !LEAVES.includes(kind));
  await prune(run, tenants, kept, rest);
}

export interface Removal {
  readonly tenant: Concerned;
  readonly handler: KindHandler;
  readonly object: NamedObject;
  readonly facts?: JsonObject;
}

/** Removes one object and leaves its tombstone. */
export async function removeObject(
  run: ApplyRun,
  { tenant, handler, object, facts = {} }: Removal,
): Promise<void> {
  const placed = { source: null, index: 0 };
  await withContext(run, tenant, { name: object.name, placed }, async (context) => {
    const faultsBefore = run.faults.length;
    const recorded = await handler.remove(context, object);
    if (run.faults.length > faultsBefore) return;
    const key = nameKey(object.name);
    await context.tx.applied.bury(handler.kind, key, object.id, run.now);
    await context.tx.applied.forget(handler.kind, key);
    const result = { fields: [], facts, ...(recorded === undefined ? {} : { recorded: true as const }) };
    await noteChange(run, context, { action: "delete", kind: handler.kind, id: object.id, result });
  });
}

/** Marks what will be removed, so that no document can name it any more. */
export async function markLeaving(
  run: ApplyRun,
  tenants: readonly Concerned[],
  kept: readonly OpenDocument[],
): Promise<void> {
  for (const tenant of tenants) {
    for (const { id } of await goneFrom(run, tenant, kept)) run.leaving.add(id);
  }
}

async function prune(
  run: ApplyRun,
  tenants: readonly Concerned[],
  kept: readonly OpenDocument[],
  kinds: readonly Kind[],
): Promise<void> {
  for (const tenant of tenants) {
    const gone = await goneFrom(run, tenant, kept);
    for (const kind of kinds) {
      for (const object of gone.filter((one) => one.kind === kind)) await pruneOne(run, tenant, object);
    }
  }
}

async function goneFrom(
  run: ApplyRun,
  tenant: Concerned,
  kept: readonly OpenDocument[],
): Promise<AppliedObject[]> {
  const applied = await run.root.inside(tenant.id, (tx) => tx.applied.list());
  const mine = kept.filter(({ tenant: of }) => of === tenant.name);
  const names = new Set(mine.map(({ document }) => `${document.kind} ${nameKey(document.name)}`));
  return applied.filter(({ kind, nameKey: key }) => !names.has(`${kind} ${key}`));
}

async function pruneOne(run: ApplyRun, tenant: Concerned, applied: AppliedObject): Promise<void> {
  const handler = handlerOf(applied.kind);
  const living = await run.root.inside(tenant.id, (tx) => handler.find(tx, applied.nameKey));
  if (living !== null && living.id === applied.id)
    return removeObject(run, { tenant, handler, object: living });
  // It was removed since, or removed and made again by other means: not ours any more.
  await run.root.inside(tenant.id, (tx) => tx.applied.forget(applied.kind, applied.nameKey));
}
