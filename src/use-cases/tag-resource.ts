/** Changes what a surface keeps of an object and nothing else: its tags, and properties that mean nothing here. */
import type { PrincipalRef } from "../domain/principal.ts";
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import { stamp } from "../domain/stamp.ts";
import type { JsonObject } from "../domain/target-binding.ts";
import { mayTag } from "../policy/authority.ts";
import type { Caller, Deps, SurfaceResource } from "./ports.ts";
import { type Precondition, requireMet } from "./precondition.ts";

export interface TagInput {
  /** As the caller sees it; where it has no row yet, one at version 0 that is about to be made. */
  readonly resource: SurfaceResource;
  /** Who made the object itself, and may tag it; null where that is nobody but the administrators. */
  readonly maker: PrincipalRef | null;
  readonly tags: SurfaceResource["tags"];
  readonly kept?: JsonObject;
  readonly precondition?: Precondition | null;
}

/** Whoever made it, and the administrators of the tenant that owns it. */
export async function tagResource(
  deps: Deps,
  caller: Caller,
  input: TagInput,
): Promise<Outcome<SurfaceResource>> {
  const { resource } = input;
  const allowed = mayTag(caller, resource.tenantId, input.maker);
  if (!allowed.ok) return allowed;
  return deps.store.inTenant(resource.tenantId, async (tx) => {
    const { precondition = null } = input;
    const met = precondition === null ? accept(undefined) : await requireMet(tx, precondition, "lock");
    if (!met.ok) return met;
    await tx.resources.claim(resource.kind, resource.id);
    const [current] = await tx.resources.of(resource.kind, [resource.subjectId]);
    if ((current?.version ?? 0) !== resource.version) {
      return reject("version_conflict", "this changed since you looked; look again before changing it");
    }
    const now = deps.clock.now();
    const next: SurfaceResource = {
      ...resource,
      tags: input.tags,
      kept: input.kept ?? resource.kept,
      version: resource.version + 1,
      changed: { by: caller.ref, kind: caller.kind, at: now },
    };
    await tx.resources.save(next);
    const about = {
      kind: resource.kind,
      id: resource.subjectId,
      tenantId: resource.tenantId,
      otherTenantId: resource.otherTenantId,
      correlationId: resource.subjectId,
    };
    await tx.record(
      [stamp("configuration.changed", about, caller, { id: resource.id, fields: ["tags"] })],
      now,
    );
    return accept(next);
  });
}
