/** Which object a document means: the living one of its name, or a new one with an id that was never used. */
import { BrokenInvariant } from "../../domain/rejection.ts";
import type { Tx } from "../ports.ts";
import { deriveId, isDerivedForAnother } from "./derive-id.ts";
import { type Kind, nameKey } from "./documents.ts";
import type { DocumentContext, KindHandler, ObjectIdentity } from "./kind.ts";

const MAX_GENERATIONS = 10_000;

/** Azure's templates derive the ids of roles by themselves (`guid()`), in the same form as ours. */
const CHOSEN_BY_CLIENTS: readonly Kind[] = ["RoleDefinition"];

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
  if (
    !CHOSEN_BY_CLIENTS.includes(handler.kind) &&
    isDerivedForAnother(wantedId, tx.tenantId, handler.kind, name)
  ) {
    return context.fault(
      "/id",
      `\`${wantedId}\` is an id of the kind that is derived from names, and not from this one; leave it out, or choose one at random`,
    );
  }
  if (!(await tx.applied.isIdTaken(wantedId))) return { id: wantedId, isNew: true };
  // Whose it is, and whether it is still there, is said to nobody.
  return context.fault("/id", idNotFree(wantedId), "name_taken");
}

export function idNotFree(id: string): string {
  return `the id \`${id}\` is not free; leave it out to get a new one`;
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
