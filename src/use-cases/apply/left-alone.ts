/**
 * Documents that say what stands, word for word, as an export writes them. Such a one asks for nothing, so it is not
 * refused for what was so before: an approver who left, a limit that was lowered since, a tenant that is closed.
 */
import type { ApplyRun, Concerned } from "./apply-run.ts";
import { withContext } from "./apply-run.ts";
import { changedFields } from "./changed-fields.ts";
import type { OpenDocument } from "./open-documents.ts";

/** The object's id where it stands as the document says; null otherwise. */
export async function standsAs(
  run: ApplyRun,
  tenant: Concerned,
  { document, handler }: OpenDocument,
): Promise<string | null> {
  const page = { name: document.name, after: "", limit: 1 };
  const [told] = await run.root.inside(tenant.id, (tx) => handler.read(tx, page));
  if (told === undefined || (document.id !== null && document.id !== told.id)) return null;
  const kept = Object.fromEntries((handler.keeps ?? []).map((member) => [member, told.spec[member]]));
  return changedFields(told.spec, { ...kept, ...document.spec }).length === 0 ? told.id : null;
}

/** Whether it would be refused as things stand, before anything else of the run is changed; nothing of that is kept. */
export async function isRefusedAnyway(
  run: ApplyRun,
  tenant: Concerned,
  { document, steps }: OpenDocument,
  id: string,
): Promise<boolean> {
  const alone: ApplyRun = { ...run, faults: [], changes: [], leaving: new Set() };
  const object = { name: document.name, placed: document };
  await withContext(alone, tenant, object, (context) => steps.put(context, { id, isNew: false }));
  return alone.faults.length > 0;
}
