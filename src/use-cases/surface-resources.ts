/**
 * What a compatible surface keeps of an object and the domain does not know: its name as written, tags, properties that
 * mean nothing here, an etag, and who touched it. Written in the transaction that changes the object itself.
 */
import type { TenantId } from "../domain/ids.ts";
import type { PrincipalRef } from "../domain/principal.ts";
import { accept, type Outcome } from "../domain/rejection.ts";
import type { JsonObject } from "../domain/target-binding.ts";
import type { Instant } from "../domain/time.ts";
import type { Caller, Tx } from "./ports.ts";

export const RESOURCE_KINDS = [
  "application",
  "applicationDefinition",
  "jitRequest",
  "scheduleRequest",
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
  /** Takes turns with everybody who would give this id to something. */
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
