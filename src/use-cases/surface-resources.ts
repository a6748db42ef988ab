/**
 * What a compatible surface keeps of an object and the domain does not know: its name as written, tags, properties that
 * mean nothing here, an etag, and who touched it. Written in the transaction that changes the object itself.
 */
import { type AccessRequestId, asId, type GrantId, isGuid, type TenantId } from "../domain/ids.ts";
import type { PrincipalRef } from "../domain/principal.ts";
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import type { JsonObject } from "../domain/target-binding.ts";
import type { Instant } from "../domain/time.ts";
import type { Caller, Deps, Tx } from "./ports.ts";

export const RESOURCE_KINDS = [
  "application",
  "applicationDefinition",
  "jitRequest",
  "scheduleRequest",
  "roleAssignment",
  "roleManagementPolicy",
] as const;
export type ResourceKind = (typeof RESOURCE_KINDS)[number];

export interface Touch {
  readonly by: PrincipalRef;
  readonly kind: Caller["kind"];
  readonly at: Instant;
}

export interface SurfaceResource {
  readonly kind: ResourceKind;
  readonly tenantId: TenantId;
  /** May read it as well. */
  readonly otherTenantId: TenantId | null;
  /** The domain's object: an application, an offer, an access request; or the record of a request itself. */
  readonly subjectId: string;
  /** As it was written; compared without regard to case. */
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly kept: JsonObject;
  readonly version: number;
  readonly created: Touch;
  readonly changed: Touch;
}

export interface ResourceRepository {
  /** Of this tenant, or where it is the other party; what was deleted is not found. */
  find(kind: ResourceKind, id: string): Promise<SurfaceResource | null>;
  of(kind: ResourceKind, subjectIds: readonly string[]): Promise<SurfaceResource[]>;
  /** Of this tenant, by id, under a prefix of ids. */
  list(filter: {
    kind: ResourceKind;
    under: string;
    after?: string;
    limit: number;
  }): Promise<SurfaceResource[]>;
  /** Waits for everybody else who would give this id to something. */
  claim(kind: ResourceKind, id: string): Promise<void>;
  save(resource: SurfaceResource): Promise<void>;
  /** Its id is free again; the row stays. */
  bury(kind: ResourceKind, subjectId: string, at: Instant): Promise<void>;
}

/** What a surface does in a use case's own transaction. */
export interface Alongside<T> {
  /** Before anything is decided: whether the surface can keep what it is about to. */
  check(tx: Tx): Promise<Outcome<void>>;
  write(tx: Tx, made: T): Promise<void>;
}

export const nothingAlongside: Alongside<unknown> = {
  check: async () => accept(undefined),
  write: async () => {},
};

/** Asks something more, before everything else. */
export function asking<T>(first: Alongside<T>["check"], { check, write }: Alongside<T>): Alongside<T> {
  return {
    async check(tx) {
      const free = await first(tx);
      return free.ok ? check(tx) : free;
    },
    write,
  };
}

/** One after the other, as one. */
export function together<T>(first: Alongside<T>, second: Alongside<T>): Alongside<T> {
  return {
    ...asking(first.check, second),
    async write(tx, made) {
      await first.write(tx, made);
      await second.write(tx, made);
    },
  };
}

export async function findResource(
  { store }: Deps,
  tenantId: TenantId,
  kind: ResourceKind,
  id: string,
): Promise<SurfaceResource | null> {
  return store.inTenant(tenantId, (tx) => tx.resources.find(kind, id));
}

/** What is kept of these objects, by the object's own id. */
export async function resourcesBySubject(
  { store }: Deps,
  tenantId: TenantId,
  kind: ResourceKind,
  subjectIds: readonly string[],
): Promise<ReadonlyMap<string, SurfaceResource>> {
  if (subjectIds.length === 0) return new Map();
  return store.inTenant(tenantId, (tx) => bySubject(tx, kind, subjectIds));
}

export async function bySubject(
  tx: Tx,
  kind: ResourceKind,
  subjectIds: readonly string[],
): Promise<ReadonlyMap<string, SurfaceResource>> {
  const found = await tx.resources.of(kind, subjectIds);
  return new Map(found.map((resource) => [resource.subjectId, resource]));
}

export async function listResources(
  { store }: Deps,
  tenantId: TenantId,
  filter: Parameters<ResourceRepository["list"]>[0],
): Promise<readonly SurfaceResource[]> {
  return store.inTenant(tenantId, (tx) => tx.resources.list(filter));
}

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

/** What is said of what was made, in the transaction that made it. */
export type FromMade<T, R> = (value: T, tx: Tx) => R | Promise<R>;

/** Refuses when the id was taken, or the resource changed, since `current` was looked at. */
export function keeping<T>(
  { deps, caller }: { readonly deps: Deps; readonly caller: Caller },
  made: NewResource,
  of: FromMade<T, KeptOf>,
  current: SurfaceResource | null = null,
): Alongside<T> {
  return {
    async check(tx) {
      await tx.resources.claim(made.kind, made.id);
      const there = await tx.resources.find(made.kind, made.id);
      if ((there?.version ?? 0) !== (current?.version ?? 0))
        return reject("name_taken", `another call made or changed \`${made.id}\` meanwhile`);
      return current === null ? free(tx, made) : accept(undefined);
    },
    async write(tx, value) {
      const touch: Touch = { by: caller.ref, kind: caller.kind, at: deps.clock.now() };
      const { subjectId, kept = made.kept } = await of(value, tx);
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

/** What was made on another surface is found by its own id, so nothing else is ever named by it. */
async function free(tx: Tx, { kind, id }: NewResource): Promise<Outcome<void>> {
  const name = id.split("/").at(-1) ?? "";
  if (!isGuid(name)) return accept(undefined);
  const [what, there] =
    kind === "roleAssignment"
      ? ["an assignment", await tx.grants.find(asId<GrantId>(name))]
      : ["a request", await tx.requests.find(asId<AccessRequestId>(name))];
  if (there === null) return accept(undefined);
  return reject("name_taken", `there is ${what} of the id \`${name}\`; choose another name`);
}
