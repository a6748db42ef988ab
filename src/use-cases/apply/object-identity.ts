/** Which object a document means: the living one of its name, or a new one with an id that was never used. */
import { BrokenInvariant } from "../../domain/rejection.ts";
import type { Tx } from "../ports.ts";
import { deriveId } from "./derive-id.ts";
import { type Kind, nameKey } from "./documents.ts";
import type { DocumentContext, KindHandler, ObjectIdentity } from "./kind.ts";

const MAX_GENERATIONS = 10_000;

/** Null: the document names an id that is not its object's, or that is taken. */
export async function identityOf(
  context: DocumentContext,
  handler: KindHandler,
  wantedId: string | null,
): Promise<ObjectIdentity | null> {
  const { tx, name } = context;
  const object = await handler.find(tx, name);
  if (object !== null) {
    if (wantedId === null || wantedId === object.id) return { id: object.id, isNew: false };
    return context.fault(
      "/id",
      `\`${name}\` has the id \`${object.id}\`, and ids never change; correct it or leave it out`,
    );
  }
  if (wantedId === null) return { id: await freshId(tx, handler.kind, name), isNew: true };
  if (!(await tx.applied.isIdTaken(wantedId))) return { id: wantedId, isNew: true };
  return context.fault(
    "/id",
    `the id \`${wantedId}\` belongs to another object, or did; ids are never used again`,
  );
}

/** A name that was made before and deleted gets the id of its next generation. */
export async function freshId(tx: Tx, kind: Kind, name: string): Promise<string> {
  const first = (await tx.applied.tombstones(kind, nameKey(name))).length;
  for (let generation = first; generation < first + MAX_GENERATIONS; generation++) {
    const id = deriveId(tx.tenantId, kind, name, generation);
    if (!(await tx.applied.isIdTaken(id))) return id;
  }
  throw new BrokenInvariant(`no id is free for ${kind} ${name}`);
}
