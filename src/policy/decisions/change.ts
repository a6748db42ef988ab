/** What a decision would write, as a value: nothing of it is stored until everything it was decided on still holds. */
import type { AccessRequest } from "../../domain/access-request.ts";
import type { DomainEvent } from "../../domain/event.ts";
import type { Grant } from "../../domain/grant.ts";
import { dueAt } from "../../domain/grant-progress.ts";
import type { TenantId } from "../../domain/ids.ts";
import type { PrincipalRef } from "../../domain/principal.ts";
import type { Rejection } from "../../domain/rejection.ts";
import type { About } from "../../domain/stamp.ts";
import type { JsonObject } from "../../domain/target-binding.ts";
import type { Instant } from "../../domain/time.ts";

/** A grant as it will be stored, and when the worker must look at it. */
export interface GrantRow {
  readonly grant: Grant;
  readonly dueAt: Instant | null;
}

/** Rows carry the version that they will have: 1 inserts, anything else takes the place of the version before it. */
export interface Rows {
  readonly requests: readonly AccessRequest[];
  readonly grants: readonly GrantRow[];
  /** They are the audit entries, and the outbox is derived from them. */
  readonly events: readonly DomainEvent[];
}

export interface Change extends Rows {
  /** The tenant that owns every row. */
  readonly home: TenantId;
  readonly at: Instant;
  /** Whom it counts as a decision about: of two about one person the second looks again. */
  readonly people: readonly PrincipalRef[];
  /** The earliest instant that would change the decision: from then on it must not be stored any more. */
  readonly validUntil: Instant | null;
}

/** A refusal that is an entry as well. */
export interface Refused {
  readonly type: "request.refused" | "decision.refused";
  readonly about: About;
  readonly facts: JsonObject;
}

export type Decided<T> =
  | { readonly ok: true; readonly value: T; readonly change: Change }
  | { readonly ok: false; readonly rejection: Rejection; readonly refused?: Refused };

export const NO_ROWS: Rows = { requests: [], grants: [], events: [] };

export function joined(...all: readonly Rows[]): Rows {
  return {
    requests: all.flatMap(({ requests }) => requests),
    grants: all.flatMap(({ grants }) => grants),
    events: all.flatMap(({ events }) => events),
  };
}

export function nextRequest(request: AccessRequest): AccessRequest {
  return { ...request, version: request.version + 1 };
}

export function nextGrant(changed: Grant): Grant {
  return { ...changed, version: changed.version + 1 };
}

export function rowOf(grant: Grant, now: Instant): GrantRow {
  return { grant, dueAt: dueAt(grant, now) };
}
