/** Keeps what a surface knows of an object beside it, in the transaction of the use case that makes or changes it. */
import { type AccessRequestId, asId, isGuid, type TenantId } from "../../domain/ids.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { JsonObject } from "../../domain/target-binding.ts";
import type { Caller, Deps, SurfaceResource, Tx } from "../../use-cases/ports.ts";
import type { Alongside, ResourceKind, Touch } from "../../use-cases/surface-resources.ts";

export interface NewResource {
  readonly kind: ResourceKind;
  readonly tenantId: TenantId;
  readonly otherTenantId: TenantId | null;
  readonly id: string;
  readonly tags: SurfaceResource["tags"];
  readonly kept: JsonObject;
}

/** What is known only once the object is there. */
export interface KeptOf {
  readonly subjectId: string;
  readonly kept?: JsonObject;
}

/** Refuses when the id was taken, or the resource changed, since `current` was looked at. */
export function keeping<T>(
  { deps, caller }: { readonly deps: Deps; readonly caller: Caller },
  made: NewResource,
  of: (value: T) => KeptOf,
  current: SurfaceResource | null = null,
): Alongside<T> {
  return {
    async check(tx) {
      await tx.resources.claim(made.kind, made.id);
      const there = await tx.resources.find(made.kind, made.id);
      if ((there?.version ?? 0) !== (current?.version ?? 0))
        return reject("name_taken", `\`${made.id}\` was made or changed by another call meanwhile`);
      return current === null ? freeOfRequests(tx, made.id) : accept(undefined);
    },
    async write(tx, value) {
      const touch: Touch = { by: caller.ref, kind: caller.kind, at: deps.clock.now() };
      const { subjectId, kept = made.kept } = of(value);
      await tx.resources.save({
        ...made,
        subjectId,
        kept,
        version: (current?.version ?? 0) + 1,
        created: current?.created ?? touch,
        changed: touch,
      });
    },
  };
}

/** A request made on another surface is found by its own id, so nothing else is ever named by it. */
async function freeOfRequests(tx: Tx, id: string): Promise<Outcome<void>> {
  const name = id.split("/").at(-1) ?? "";
  if (!isGuid(name) || (await tx.requests.find(asId<AccessRequestId>(name))) === null)
    return accept(undefined);
  return reject("name_taken", `\`${name}\` is the id of a request; choose another name`);
}
