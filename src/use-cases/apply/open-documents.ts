/** Looks at documents by themselves: their form, their specs, their names. Everything wrong is noted. */
import { NOT_PLAIN } from "../../domain/plain-text.ts";
import type { ApplyDeps } from "./apply-deps.ts";
import { type Document, envelopeSchema, type GivenDocument, nameKey } from "./documents.ts";
import { escapePointer, type Fault, faultPath, type Placed, schemaFaults } from "./faults.ts";
import type { DocumentSteps, KindHandler } from "./kind.ts";
import { handlerOf } from "./kinds/index.ts";
import { notPlainIn, UNSTORABLE, unstorableIn } from "./storable-text.ts";

/** A document whose form is right, and what it asks for. */
export interface OpenDocument {
  readonly document: Document;
  readonly handler: KindHandler;
  readonly steps: DocumentSteps;
  /** The tenant by name or id, as far as the document alone can say. */
  readonly tenant: string;
}

/** Every document that is sound by itself; `faults` holds what is wrong with the others. */
export function openDocuments(
  given: readonly GivenDocument[],
  home: string | null,
): { readonly open: readonly OpenDocument[]; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const open: OpenDocument[] = [];
  const seen = new Map<string, Document>();
  for (const [index, one] of given.entries()) {
    const opened = openOne(one, index, home, faults);
    if (opened === null) continue;
    const key = [opened.tenant, opened.document.kind, nameKey(opened.document.name)].join("\n");
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, opened.document);
      open.push(opened);
    } else {
      const message = `${first.kind} \`${first.name}\` is described twice, first at ${faultPath(first, "")}; keep one of them`;
      faults.push({ code: "invalid_input", path: faultPath(opened.document, "/name"), message });
    }
  }
  return { open, faults };
}

/** Does what takes long, such as hashing, before the transaction that stores it. */
export async function prepareAll(
  deps: ApplyDeps,
  open: readonly OpenDocument[],
  tenantIdOf: (tenant: string) => Promise<string | null>,
): Promise<void> {
  for (const { document, handler, steps, tenant } of open) {
    if (steps.prepare === undefined) continue;
    await steps.prepare(deps, async () => {
      const tenantId = await tenantIdOf(tenant);
      if (tenantId === null) return null;
      return deps.store.inTenant(tenantId as Parameters<typeof deps.store.inTenant>[0], async (tx) => {
        const object = await handler.find(tx, document.name);
        return object === null
          ? null
          : tx.principals.credentialsOf(object.id as Parameters<typeof tx.principals.credentialsOf>[0]);
      });
    });
  }
}

function openOne(
  given: GivenDocument,
  index: number,
  home: string | null,
  faults: Fault[],
): OpenDocument | null {
  const parsed = envelopeSchema.safeParse(given);
  if (!parsed.success) {
    const placed = { source: sourceOf(given), index };
    noteAll(faults, placed, schemaFaults(parsed.error, ""));
    return null;
  }
  const { kind, name, id = null, spec, source = null, tenant: named = null } = parsed.data;
  const document: Document = { kind, tenant: named, name, id, spec, source, index };
  const unstorable = unstorableIn(spec);
  if (unstorable !== null) {
    const pointer = ["/spec", ...unstorable.map(escapePointer)].join("/");
    noteAll(faults, document, [{ pointer, message: UNSTORABLE }]);
    return null;
  }
  const hidden = notPlainIn(spec);
  if (hidden !== null) {
    const pointer = ["/spec", ...hidden.map(escapePointer)].join("/");
    noteAll(faults, document, [{ pointer, message: NOT_PLAIN }]);
    return null;
  }
  const handler = handlerOf(kind);
  const opened = handler.open(spec);
  if ("error" in opened) {
    noteAll(faults, document, schemaFaults(opened.error, "/spec"));
    return null;
  }
  const tenant = kind === "Tenant" ? nameKey(name) : (named ?? home);
  if (kind === "Tenant" && named !== null && named !== tenant) {
    const message = "a tenant belongs to no other; leave `tenant` out";
    faults.push({ code: "invalid_input", path: faultPath(document, "/tenant"), message });
    return null;
  }
  if (tenant === null) {
    const message = "say which tenant this belongs to: you have none of your own here";
    faults.push({ code: "invalid_input", path: faultPath(document, "/tenant"), message });
    return null;
  }
  return { document, handler, steps: opened.steps, tenant };
}

function noteAll(
  faults: Fault[],
  placed: Placed,
  found: readonly { pointer: string; message: string }[],
): void {
  for (const { pointer, message } of found) {
    faults.push({ code: "invalid_input", path: faultPath(placed, pointer), message });
  }
}

/** A document that is wrong elsewhere may still say where it stands. */
function sourceOf(given: GivenDocument): Placed["source"] {
  const source: unknown = typeof given === "object" && given !== null ? given.source : null;
  if (typeof source !== "object" || source === null || !("file" in source) || !("line" in source))
    return null;
  const { file, line } = source;
  return typeof file === "string" && typeof line === "number" ? { file: file.slice(0, 1_024), line } : null;
}
