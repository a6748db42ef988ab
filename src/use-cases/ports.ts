/** What the use cases need of the world. Effects implement these; nothing else crosses the wall. */
import type { AccessRequest } from "../domain/access-request.ts";
import type { EndLateness } from "../domain/ending.ts";
import type { DomainEvent } from "../domain/event.ts";
import type { Grant } from "../domain/grant.ts";
import type {
  AccessRequestId,
  EligibilityId,
  GrantId,
  IdSource,
  ObjectId,
  RoleDefinitionId,
  SubscriptionId,
  TargetId,
  TenantId,
} from "../domain/ids.ts";
import type { OwnPreferences } from "../domain/notification-preferences.ts";
import type { PrincipalRef } from "../domain/principal.ts";
import type { Outcome } from "../domain/rejection.ts";
import type { Restoration } from "../domain/restored.ts";
import type { Scope } from "../domain/scope.ts";
import type { JsonObject } from "../domain/target-binding.ts";
import type { BoundedClock, Instant } from "../domain/time.ts";
import type { Book } from "../policy/book/book.ts";
import type { Books } from "../policy/book/books.ts";
import type { Rows } from "../policy/decisions/change.ts";
import type { ChangedRow, Dependents, HangingGrant } from "../policy/dependents.ts";
import type {
  ApplicationRepository,
  AppliedRepository,
  DirectoryRepository,
  ExportRepository,
  PolicyRepository,
  PrincipalRepository,
  TargetRepository,
  TenantRepository,
} from "./configuration-ports.ts";
import type { Decisions, Repeatable, StoredAnswer } from "./decisions.ts";
import type { AccountRepository } from "./identity-ports.ts";
import type { GrantFilter, PageAsk, RequestFilter } from "./list-filters.ts";
import type { MailLink, MailRepository } from "./mail-ports.ts";
import type { ResourceRepository } from "./surface-resources.ts";

export type { Caller } from "../domain/caller.ts";
export type { OfferPackage } from "../offer-package/ui-definition.ts";
export type * from "./configuration-ports.ts";
export type * from "./effect-ports.ts";
export type * from "./list-filters.ts";
export type * from "./mail-ports.ts";
export type { ResourceRepository, SurfaceResource } from "./surface-resources.ts";

export interface Deps {
  readonly store: Store;
  readonly clock: BoundedClock;
  readonly ids: IdSource;
  /** Decisions by this clock. */
  readonly decisions: (clock: BoundedClock) => Decisions;
  /** Without it, what the log has no room for is not counted. */
  readonly leftOut?: LeftOut;
}

/** Counts of entries that were not written, because somebody had too many of them in a minute. */
export interface LeftOut {
  /** One more, or `by` more, of the kind and the actor of this event. */
  add(logOf: TenantId, event: DomainEvent, at: Instant, by?: number): void;
  /** Those whose first was left out by then, or all; they are forgotten here. */
  take(before: Instant | null): readonly {
    readonly logOf: TenantId;
    readonly first: DomainEvent;
    readonly since: Instant;
    readonly until: Instant;
    readonly count: number;
  }[];
}

export interface Store {
  /**
   * One transaction whose rows are those of `tenantId`. Runs again, at most 5 times, on a version conflict or a
   * serialisation failure (I5); state, audit entries and outbox rows commit together or not at all (I6).
   */
  inTenant<T>(tenantId: TenantId, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Exact look-ups that tell where something lives; they list nothing. */
  readonly routes: Routes;
  readonly mark: ClockMark;
  readonly restoration: Restoration & {
    /** False, and nothing changed, where there is nothing to confirm any more. Each process hears of it with its next pulse. */
    confirm(): Promise<boolean>;
  };
  /** Tells the worker that something may be due. */
  wake(): void;
}

export interface Routes {
  tenantOfSubscription(id: SubscriptionId): Promise<TenantId | null>;
  tenantByName(name: string): Promise<TenantId | null>;
  /** A tenant keeps its name for as long as it lives. */
  nameOfTenant(id: TenantId): Promise<string | null>;
  tenantOfGrant(id: GrantId): Promise<TenantId | null>;
  /** By the SHA-256 of what was in a mail; null where it is over, or was never one. */
  mailLink(tokenHash: Buffer, now: Instant): Promise<(MailLink & { readonly tenantId: TenantId }) | null>;
}

/** The installation's key, and another that takes its place. */
export interface InstallationKeys {
  read(): Promise<KeyState>;
  /** The key file holds a next key, one that was put there or one that is made now. */
  prepare(): Promise<Outcome<void>>;
  /** From here on it goes by itself; of one that is under way only `leaveBehind` is taken. */
  announce(rotation: RotationOrder): Promise<Outcome<void>>;
}

export interface RotationOrder {
  readonly correlationId: string;
  /** The new key comes into use although there are processes that do not hold it. */
  readonly leaveBehind: boolean;
}

export interface KeyState {
  /** Of the current key: how many there were, with it. */
  readonly generation: number;
  readonly since: Instant | null;
  readonly rotation: {
    /** Each process takes the new key in; it is the current one and the rest is sealed with it; the one before is accepted. */
    readonly phase: "announced" | "sealing" | "bothAccepted";
    /** Processes that the phase does not end without. */
    readonly waitingFor: readonly string[];
    readonly leavesBehind: boolean;
    readonly acceptedUntil: Instant | null;
  } | null;
}

/** The operator's own exports, in the logs of all tenants together: counts and instants, never content. */
export interface InstallationExports {
  list(): Promise<readonly OperatorExport[]>;
  /** How many events that were refused are sent again; null where there is no such export. */
  replay(kind: string): Promise<number | null>;
}

export interface OperatorExport {
  readonly kind: string;
  readonly kindLabel: string;
  readonly place: string;
  /** Logs that are sent to it. */
  readonly streams: number;
  readonly behind: number;
  readonly waitingSince: Instant | null;
  readonly failing: number;
  readonly deadLetters: number;
  readonly lastError: string | null;
  readonly lastErrorAt: Instant | null;
  readonly acceptedAt: Instant | null;
}

/** The mark is the latest time that was told: what has ended by it stays ended. */
export interface ClockMark {
  read(): Promise<{
    readonly mark: Instant;
    /** Of the newest entry in any log; null where there is none. */
    readonly newestEntry: Instant | null;
    readonly tenants: readonly TenantId[];
  }>;
  /** With what `tell` writes of it, in one transaction: both, or neither. */
  accept(home: TenantId, tell: (tx: Tx) => Promise<void>): Promise<void>;
  /** As above. False, and nothing stored, where that is not before the mark, or before the newest entry. */
  lower(to: Instant, home: TenantId, tell: (tx: Tx) => Promise<void>): Promise<boolean>;
}

/**
 * One transaction: what is configured, what moves by it, and what is kept of both, each asked of one repository. All of
 * them are about the transaction's own tenant, but where a method names another.
 */
/** For whoever changes configuration: what that does to what stands on it. */
export interface DependentsRepository {
  /** This tenant's book with what the transaction has changed laid over it; null where that is nothing. */
  changed(before: Book): Promise<{ readonly after: Book; readonly rows: readonly ChangedRow[] } | null>;
  /** Open grants that may depend on these, at most so many. */
  hangingOn(dependents: Dependents, most: number): Promise<readonly HangingGrant[]>;
  /** Pending requests that may depend on these, at most so many; of other tenants', those of people named here. */
  waitingOn(dependents: Dependents, most: number): Promise<readonly AccessRequest[]>;
  /** A page, by id, of what is pending in this tenant. */
  pending(after: AccessRequestId | null, most: number): Promise<readonly AccessRequest[]>;
}

export interface Tx {
  readonly tenantId: TenantId;
  readonly tenants: TenantRepository;
  readonly directory: DirectoryRepository;
  readonly principals: PrincipalRepository;
  readonly policy: PolicyRepository;
  readonly applications: ApplicationRepository;
  readonly targets: TargetRepository;
  readonly exports: ExportRepository;
  readonly applied: AppliedRepository;
  readonly requests: RequestRepository;
  readonly grants: GrantRepository;
  readonly notifications: NotificationRepository;
  readonly mail: MailRepository;
  readonly log: LogRepository;
  readonly answers: AnswerRepository;
  readonly resources: ResourceRepository;
  readonly accounts: AccountRepository;
  readonly dependents: DependentsRepository;
  /** The books of this tenant and of these, as of this transaction. */
  books(tenantIds: readonly TenantId[]): Promise<Books>;
  /** No policy of these tenants moves until the transaction is over: what is decided on is what is committed on. */
  holdPolicy(tenantIds: readonly TenantId[]): Promise<void>;
  /** Stores what a decision would write; each row must still be at the version before. */
  write(rows: Rows, at: Instant): Promise<void>;
  /** Audit entries for every party, and the outbox row, from one list of facts. */
  record(events: readonly DomainEvent[], at: Instant): Promise<void>;
  /**
   * The same transaction among another tenant's rows. For an operator who applies across tenants, and for the few
   * facts of a publisher that its consumer may read; callers authorize before they enter.
   */
  inside<T>(tenantId: TenantId, work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Waits until no other configuration change is under way in the tenants to change, and none in those that are only
   * read; always in one order, so that two never wait for each other. Decisions do not wait for it.
   */
  takeTurns(change: readonly TenantId[], read: readonly TenantId[]): Promise<void>;
  /**
   * Waits until no decision is under way in the tenants whose turn was taken, and lets none be committed until this is:
   * before requests and grants are looked at, whatever is decided about them would have moved when it is committed.
   */
  stopDecisions(): Promise<void>;
}

export interface RequestRepository {
  /** Visible to both parties. `lock` takes the row for a change and works in the owning tenant only. */
  find(id: AccessRequestId, lock?: "lock"): Promise<AccessRequest | null>;
  list(filter: RequestFilter): Promise<AccessRequest[]>;
  insert(request: AccessRequest): Promise<void>;
  update(request: AccessRequest): Promise<AccessRequest>;
  pendingExtension(grantId: GrantId): Promise<AccessRequest | null>;
  /** Those that extend one of these; visible to both parties, nothing locked. */
  pendingExtensions(grantIds: readonly GrantId[]): Promise<AccessRequest[]>;
}

export interface GrantRepository {
  find(id: GrantId, lock?: "lock"): Promise<Grant | null>;
  list(filter: GrantFilter): Promise<Grant[]>;
  /** Open grants with an entitlement in this target. */
  inTarget(target: TargetId): Promise<Grant[]>;
  /** Whether a grant that has not ended is of this role, or at this scope or below it. */
  isAnyOpen(on: { roleDefinitionId: RoleDefinitionId } | { scope: Scope }): Promise<boolean>;
  /** Of these, those that nobody else works on, locked. `alone`: nothing hangs on it. */
  lockFree(ids: readonly GrantId[]): Promise<{ grant: Grant; alone: boolean }[]>;
  /** Stores many at once; each must still be at its version. */
  updateAll(changed: readonly { readonly grant: Grant; readonly dueAt: Instant | null }[]): Promise<void>;
  /** `dueAt` is when the worker must look. */
  insert(grant: Grant, dueAt: Instant | null): Promise<void>;
  update(grant: Grant, dueAt: Instant | null): Promise<Grant>;
  /** Open grants of any of these principals at any of these scopes: what a check needs. */
  covering(principals: readonly PrincipalRef[], scopeKeys: readonly string[]): Promise<Grant[]>;
  /** How long after their end grants that expired since then left this target: the newest, of the other party if one is named. */
  endLateness(target: TargetId, since: Instant, party: TenantId | null): Promise<EndLateness>;
}

export interface NotificationRepository {
  list(
    recipient: PrincipalRef,
    filter: PageAsk & {
      readonly unread?: boolean;
      readonly types?: readonly string[];
      /** Only what is not done: a request that waits, and of everything else what was not read yet. */
      readonly open?: boolean;
    },
  ): Promise<StoredNotification[]>;
  /** Counted up to `most`. */
  unread(
    recipient: PrincipalRef,
    most: number,
  ): Promise<{ readonly count: number; readonly newestAt: Instant | null }>;
  markRead(recipient: PrincipalRef, ids: readonly string[] | "all", at: Instant): Promise<number>;
  /** What was said for the tenant, and by those of these people who said anything. */
  preferences(people: readonly ObjectId[]): Promise<StoredPreferences>;
  /** Of a person, or of the tenant; what is left out is as the tenant, or everybody, has it. */
  savePreferences(of: ObjectId | "tenant", preferences: OwnPreferences, at: Instant): Promise<void>;
  /** Since then, the newest at most: who was told of what nobody had to decide, emergencies left out. */
  noticed(
    since: Instant,
    most: number,
  ): Promise<readonly { readonly recipient: ObjectId; readonly text: string; readonly at: Instant }[]>;
  /** Of these, those whose end was not told this many days before, marked as told. */
  takeEnding(ending: readonly EndingEligibility[], at: Instant): Promise<readonly EndingEligibility[]>;
}

export interface StoredPreferences {
  readonly tenant: OwnPreferences;
  readonly own: ReadonlyMap<ObjectId, OwnPreferences>;
}

export interface EndingEligibility {
  readonly id: EligibilityId;
  readonly endsAt: Instant;
  readonly days: number;
}

export interface AnswerRepository {
  /** What was answered under a caller's own key, and the call that it was the answer to. */
  find(
    caller: PrincipalRef,
    key: string,
    now: Instant,
  ): Promise<(StoredAnswer & Pick<Repeatable, "fingerprint">) | null>;
  keep(caller: PrincipalRef, repeat: Repeatable, answer: StoredAnswer, at: Instant): Promise<void>;
}

export interface AuditFilter extends PageAsk {
  readonly type?: string;
  readonly types?: readonly string[];
  readonly subjectId?: string;
  readonly correlationId?: string;
  readonly actorId?: string;
  readonly requestId?: string;
  /** Of the application itself, and of the requests and grants that are about it. */
  readonly applicationId?: string;
  readonly roleDefinitionId?: string;
  /** Who acted, was acted on, asked, or had it. */
  readonly personId?: string;
  readonly from?: Instant;
  readonly to?: Instant;
  /** Oldest first and by sequence, as verification reads them. */
  readonly inSequence?: boolean;
}

/** One entry of this tenant's log as it is stored: canonical text, hashes in base64url, its own openings. */
export interface StoredEntry {
  readonly id: string;
  readonly sequence: number | null;
  readonly entry: JsonObject;
  readonly leafHash: string;
  readonly linkHash: string | null;
  readonly openings: readonly JsonObject[];
  readonly at: Instant;
}

export interface StoredNotification {
  readonly id: string;
  readonly type: string;
  readonly requestId: string | null;
  readonly grantId: string | null;
  readonly text: string;
  readonly at: Instant;
  readonly readAt: Instant | null;
}

export interface NewNotification {
  readonly recipient: PrincipalRef;
  readonly type: string;
  readonly requestId: AccessRequestId | null;
  readonly grantId: GrantId | null;
  readonly text: string;
  readonly at: Instant;
}

/** The last entry that was linked; its hash in base64url. */
export interface LogHead {
  readonly sequence: number;
  readonly linkHash: string;
  readonly at: Instant;
}

export interface LogRepository {
  entries(filter: AuditFilter): Promise<StoredEntry[]>;
  /** How many there are, counted up to the limit. */
  count(filter: AuditFilter): Promise<number>;
  /** How many entries of these types this actor caused since then, counted up to `most`. */
  entriesBy(actor: PrincipalRef, types: readonly string[], since: Instant, most: number): Promise<number>;
  head(): Promise<LogHead | null>;
  /** In the order of their numbers and without a gap, never past the head. */
  linked(after: number, limit: number): Promise<StoredEntry[]>;
}
