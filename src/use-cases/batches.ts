/**
 * What the worker decides by time and by policy, many at once: one statement reads them with their versions, a pure
 * function decides, one call stores all of it or nothing. What moved meanwhile is read and decided again.
 */
import type { AccessRequest } from "../domain/access-request.ts";
import type { DomainEvent } from "../domain/event.ts";
import type { Grant } from "../domain/grant.ts";
import type { AccessRequestId, EntryId, GrantId, TenantId } from "../domain/ids.ts";
import type { PlannedMail } from "../domain/mail.ts";
import type { PrincipalRef } from "../domain/principal.ts";
import type { Instant } from "../domain/time.ts";
import type { Books } from "../policy/book/books.ts";
import type { Rows } from "../policy/decisions/change.ts";
import type { Hanging } from "../policy/decisions/end.ts";
import type { Asked } from "../policy/decisions/ground.ts";
import type { MovedMail, NewNotification } from "./ports.ts";

export interface Batches {
  /** Of these, the rows that were stored; null where they moved at each try. */
  onRequests(
    home: TenantId,
    ids: readonly AccessRequestId[],
    decide: (found: readonly AccessRequest[], now: Instant) => Rows,
  ): Promise<Rows | null>;
  /** Pending ones, on the books of all who are concerned: what is stored is stored under these versions. */
  onPending(
    home: TenantId,
    ids: readonly AccessRequestId[],
    decide: (books: Books, found: readonly AccessRequest[], now: Instant) => Rows,
  ): Promise<Rows | null>;
  /** A page, by id, of what is pending in a tenant or asked by its people. Nothing is stored. */
  pendingRequests(of: TenantId, after: AccessRequestId | null, most: number): Promise<PendingRequests>;
  /** For what only the clock decides. */
  onGrants(
    home: TenantId,
    ids: readonly GrantId[],
    decide: (found: readonly HungGrant[], now: Instant) => Rows,
  ): Promise<Rows | null>;
  /** With their requests, on the books of all who are concerned: what is stored is stored under these versions. */
  onGround(
    home: TenantId,
    ids: readonly GrantId[],
    decide: (books: Books, found: readonly GroundedGrant[], now: Instant) => Rows,
  ): Promise<Rows | null>;
  /** A page, by id, of a tenant's open grants and of those that it is the other party of. Nothing is stored. */
  openGrants(of: TenantId, after: GrantId | null, most: number): Promise<OpenGrants>;
  /** Puts the oldest facts of a tenant's outbox into words. Resolves to how many were taken. */
  tell(home: TenantId, most: number, telling: Telling): Promise<number>;
}

export interface HungGrant {
  readonly grant: Grant;
  readonly hanging: Hanging;
}

export interface GroundedGrant extends HungGrant {
  /** The request that led to it. */
  readonly request: AccessRequest | null;
}

export interface OpenGrants {
  /** At the versions of the page's own snapshot, or later ones. */
  readonly books: Books;
  readonly found: readonly { readonly grant: Grant; readonly request: Asked | null }[];
}

export interface PendingRequests {
  /** At the versions of the page's own snapshot, or later ones. */
  readonly books: Books;
  readonly found: readonly AccessRequest[];
}

/** An entry that somebody may be told of, and what it is about as that is now. */
export interface Fact {
  /** Of its entry. */
  readonly id: EntryId;
  readonly event: DomainEvent;
  readonly at: Instant;
  readonly request: AccessRequest | null;
  readonly grant: Grant | null;
}

export interface Telling {
  /** Beside the parties of the facts: whose people may have to be told. */
  readonly tenantsIn: (facts: readonly Fact[]) => readonly TenantId[];
  readonly words: (books: Books, facts: readonly Fact[]) => Promise<Told>;
}

export interface Told {
  readonly notifications: readonly NewNotification[];
  /** What approvers were told before, that they are wanted, becomes this. */
  readonly retold: readonly Retold[];
  /** Planned first, then withdrawn and moved by their topics, with the notifications in one transaction. */
  readonly mails?: readonly PlannedMail[];
  readonly withdrawn?: readonly string[];
  readonly moved?: readonly MovedMail[];
}

export interface Retold {
  readonly requestId: AccessRequestId;
  readonly recipient: PrincipalRef;
  readonly text: string;
}
