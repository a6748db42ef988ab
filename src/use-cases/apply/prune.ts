/** Removes what earlier applies made and is gone from the documents; nothing that somebody made by other means. */

import type { JsonObject } from "../../domain/target-binding.ts";
import type { AppliedObject } from "../configuration-ports.ts";
import { type Concerned, noteChange, type Run, workOn } from "./apply-run.ts";
import { KINDS, type Kind, nameKey } from "./documents.ts";
import type { Found, KindHandler } from "./kind.ts";
import { handlerOf } from "./kinds/index.ts";
import type { OpenDocument } from "./open-documents.ts";

// Nothing refers to these, and a renamed one must give up its place before the new one takes it.
const LEAVES: readonly Kind[] = ["Binding", "Eligibility", "RoleSettings"];
const IN_REVERSE = KINDS.filter((kind) => kind !== "Tenant").reverse();

export async function pruneLeaves(
  run: Run,
  tenants: readonly Concerned[],
  kept: readonly OpenDocument[],
): Promise<void> {
  await prune(run, tenants, kept, LEAVES);
}

/** Last made, first removed. */
export async function pruneRest(
  run: Run,
  tenants: readonly Concerned[],
  kept: readonly OpenDocument[],
): Promise<void> {
  const rest = IN_REVERSE.filter((kind) => !LEAVES.includes(kind));
  await prune(run, tenants, kept, rest);
}

/** Removes one object and leaves its tombstone. */
export async function removeObject(
  run: Run,
  tenant: Concerned,
  handler: KindHandler,
  found: Found,
  facts: JsonObject = {},
): Promise<void> {
  const placed = { source: null, index: 0 };
  await workOn(run, tenant, { name: found.name, placed }, async (work) => {
    const faultsBefore = run.faults.length;
    const recorded = await handler.remove(work, found);
    if (run.faults.length > faultsBefore) return;
    const key = nameKey(found.name);
    await work.tx.applied.bury(handler.kind, key, found.id, run.now);
    await work.tx.applied.forget(handler.kind, key);
    const put = { fields: [], facts, ...(recorded ? { recorded: true as const } : {}) };
    await noteChange(run, work, { action: "delete", kind: handler.kind, id: found.id, put });
  });
}

/** Marks what will be removed, so that no document can name it any more. */
export async function markLeaving(
  run: Run,
  tenants: readonly Concerned[],
  kept: readonly OpenDocument[],
): Promise<void> {
  for (const tenant of tenants) {
    for (const { id } of await goneFrom(run, tenant, kept)) run.leaving.add(id);
  }
}

async function prune(
  run: Run,
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
  run: Run,
  tenant: Concerned,
  kept: readonly OpenDocument[],
): Promise<AppliedObject[]> {
  const applied = await run.root.inside(tenant.id, (tx) => tx.applied.list());
  const mine = kept.filter(({ tenant: of }) => of === tenant.name);
  const names = new Set(mine.map(({ document }) => `${document.kind} ${nameKey(document.name)}`));
  return applied.filter(({ kind, nameKey: key }) => !names.has(`${kind} ${key}`));
}

async function pruneOne(run: Run, tenant: Concerned, object: AppliedObject): Promise<void> {
  const handler = handlerOf(object.kind);
  const found = await run.root.inside(tenant.id, (tx) => handler.find(tx, object.nameKey));
  if (found !== null && found.id === object.id) return removeObject(run, tenant, handler, found);
  // It was removed since, or removed and made again by other means: not ours any more.
  await run.root.inside(tenant.id, (tx) => tx.applied.forget(object.kind, object.nameKey));
}
