/** What the use cases need of the world. Effects implement these; nothing else crosses the wall. */
import type { AccessRequest } from "../domain/access-request.ts";
import type { Application, Offer, OfferVersion } from "../domain/application.ts";
import type { Eligibility } from "../domain/eligibility.ts";
import type { EndLateness } from "../domain/ending.ts";
import type { DomainEvent } from "../domain/event.ts";
import type { Grant } from "../domain/grant.ts";
import type {
  AccessRequestId,
  ApplicationId,
  GrantId,
  IdSource,
  ObjectId,
  OfferId,
  RoleDefinitionId,
  SubscriptionId,
  TargetId,
  TenantId,
} from "../domain/ids.ts";
import type { Identity, PersonKey, Principal, PrincipalKind, PrincipalRef } from "../domain/principal.ts";
import type { RoleDefinition } from "../domain/role-definition.ts";
import type { Scope } from "../domain/scope.ts";
import type { Binding, JsonObject, TargetDefinition, TargetObservation } from "../domain/target-binding.ts";
import type { Right, Subscription, Tenant } from "../domain/tenant.ts";
import type { BoundedClock, Instant } from "../domain/time.ts";
import type { OfferPackage } from "../offer-package/ui-definition.ts";
import type { Books } from "../policy/book/books.ts";
import type { Rows } from "../policy/decisions/change.ts";
import type { StoredSettings, Tier } from "../policy/tiers.ts";
import type { ApplyTx } from "./apply/apply-ports.ts";
import type { Decisions, Repeatable, StoredAnswer } from "./decisions.ts";
import type { IdentityTx } from "./identity-ports.ts";
import type { GrantFilter, Page, RequestFilter } from "./list-filters.ts";
import type { SurfaceResourceTx } from "./surface-resources.ts";

export type { Caller } from "../domain/caller.ts";
export type { OfferPackage } from "../offer-package/ui-definition.ts";
export type * from "./effect-ports.ts";
export type * from "./list-filters.ts";
export type { SurfaceResource, SurfaceResourceTx } from "./surface-resources.ts";

export interface Deps {
  readonly store: Store;
  readonly clock: BoundedClock;
  readonly ids: IdSource;
  /** Decisions by this clock. */
  readonly decisions: (clock: BoundedClock) => Decisions;
}

export interface Store {
  /**
   * One transaction whose rows are those of `tenantId`. Runs again, at most 5 times, on a version conflict or a
   * serialisation failure (I5); state, audit entries and outbox rows commit together or not at all (I6).
   */
  inTenant<T>(tenantId: TenantId, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Exact look-ups that tell where something lives; they list nothing. */
  readonly routes: Routes;
  /** Tells the worker that something may be due. */
  wake(): void;
}

export interface Routes {
  tenantOfSubscription(id: SubscriptionId): Promise<TenantId | null>;
  tenantByName(name: string): Promise<TenantId | null>;
  tenantOfRequest(id: AccessRequestId): Promise<TenantId | null>;
  tenantOfGrant(id: GrantId): Promise<TenantId | null>;
}

export interface Tx
  extends DirectoryTx,
    ConfigurationTx,
    RequestTx,
    GrantTx,
    NotificationTx,
    AuditTx,
    RepeatTx,
    IdentityTx,
    SurfaceResourceTx,
    ApplyTx<Tx> {
  readonly tenantId: TenantId;
  /** The books of this tenant and of these, as of this transaction. */
  books(tenantIds: readonly TenantId[]): Promise<Books>;
  /** Stores what a decision would write; each row must still be at the version before. */
  write(rows: Rows, at: Instant): Promise<void>;
  /** Audit entries for every party, and the outbox row, from one list of facts. */
  record(events: readonly DomainEvent[], at: Instant): Promise<void>;
}

export interface DirectoryTx {
  tenant(id: TenantId): Promise<Tenant | null>;
  /** No policy of these tenants moves until the transaction is over: what is decided on is what is committed on. */
  holdPolicy(tenantIds: readonly TenantId[]): Promise<void>;
  /** A principal of any tenant with every group that holds it; null when unknown. Deleted ones carry `deletedAt`. */
  identity(ref: PrincipalRef): Promise<Identity | null>;
  /** The humans behind these principals: themselves, owners, members, linked identities (I2). */
  peopleBehind(refs: readonly PrincipalRef[]): Promise<ReadonlySet<PersonKey>>;
  /** Users reached by these refs, through groups of any nesting; deleted ones left out. */
  usersReachedBy(refs: readonly PrincipalRef[]): Promise<readonly Principal[]>;
  /** The principal itself, or every user and service principal that a group holds, at any depth. */
  membersOf(ref: PrincipalRef): Promise<readonly Principal[]>;
  /** `query`: part of the display name or the name, or the beginning of the e-mail address; in any case. */
  principals(filter: {
    query?: string;
    ids?: readonly ObjectId[];
    kind?: PrincipalKind;
    limit: number;
    after?: string;
  }): Promise<(Principal & { readonly name: string })[]>;
  rightsOf(objectId: ObjectId): Promise<Right[]>;
  subscriptions(): Promise<Subscription[]>;
}

export interface ConfigurationTx {
  roles(ids?: readonly RoleDefinitionId[]): Promise<RoleDefinition[]>;
  eligibilities(filter: {
    principals?: readonly PrincipalRef[];
    scopeKeys?: readonly string[];
  }): Promise<Eligibility[]>;
  storedSettings(roleDefinitionId: RoleDefinitionId, scopeKeys: readonly string[]): Promise<StoredSettings[]>;
  tiers(): Promise<Tier[]>;
  /** Whether role settings or tiers name any of these for approval: as approvers, by escalation, or to be notified. */
  rulesName(approvers: readonly PrincipalRef[]): Promise<boolean>;
  /** The application whose resource id, or whose managed resource group, is the scope or lies above it. */
  applicationAt(scope: Scope): Promise<Application | null>;
  application(id: ApplicationId): Promise<Application | null>;
  /** Of this tenant as consumer, and those it operates as publisher. */
  applications(): Promise<Application[]>;
  saveApplication(application: Application): Promise<void>;
  offer(
    publisher: TenantId,
    id: OfferId,
    version?: number,
  ): Promise<{ offer: Offer; version: OfferVersion } | null>;
  /** What a version of an offer came with; the latest when none is named, null where there was no package. */
  offerPackage(publisher: TenantId, id: OfferId, version?: number): Promise<OfferPackage | null>;
  /** The latest version of every offer that this tenant may deploy, its own included. */
  visibleOffers(): Promise<{ offer: Offer; version: OfferVersion }[]>;
  bindings(): Promise<Binding[]>;
  targetNamed(name: string): Promise<TargetDefinition | null>;
  /** Open grants with an entitlement in this target. */
  grantsIn(target: TargetId): Promise<Grant[]>;
  target(id: TargetId): Promise<TargetDefinition | null>;
  /** The last look into a target; null where nobody looked yet. */
  observation(id: TargetId): Promise<TargetObservation | null>;
  saveObservation(observation: TargetObservation): Promise<void>;
}

export interface RepeatTx {
  /** What was answered under a caller's own key, and the call that it was the answer to. */
  keptAnswer(
    caller: PrincipalRef,
    key: string,
    now: Instant,
  ): Promise<(StoredAnswer & Pick<Repeatable, "fingerprint">) | null>;
  keepAnswer(caller: PrincipalRef, repeat: Repeatable, answer: StoredAnswer, at: Instant): Promise<void>;
}

export interface RequestTx {
  /** Visible to both parties. `lock` takes the row for a change and works in the owning tenant only. */
  request(id: AccessRequestId, lock?: "lock"): Promise<AccessRequest | null>;
  requests(filter: RequestFilter): Promise<AccessRequest[]>;
  insertRequest(request: AccessRequest): Promise<void>;
  updateRequest(request: AccessRequest): Promise<AccessRequest>;
  pendingExtension(grantId: GrantId): Promise<AccessRequest | null>;
}

export interface GrantTx {
  grant(id: GrantId, lock?: "lock"): Promise<Grant | null>;
  grants(filter: GrantFilter): Promise<Grant[]>;
  /** Of these, those that nobody else works on, locked. `alone`: nothing hangs on it. */
  lockFreeGrants(ids: readonly GrantId[]): Promise<{ grant: Grant; alone: boolean }[]>;
  /** Stores many at once; each must still be at its version. */
  updateGrants(changed: readonly { readonly grant: Grant; readonly dueAt: Instant | null }[]): Promise<void>;
  /** `dueAt` is when the worker must look. */
  insertGrant(grant: Grant, dueAt: Instant | null): Promise<void>;
  updateGrant(grant: Grant, dueAt: Instant | null): Promise<Grant>;
  /** Open grants of any of these principals at any of these scopes: what a check needs. */
  grantsCovering(principals: readonly PrincipalRef[], scopeKeys: readonly string[]): Promise<Grant[]>;
  /** How long after their end grants that expired since then left this target: the newest, of the other party if one is named. */
  endLateness(target: TargetId, since: Instant, party: TenantId | null): Promise<EndLateness>;
}

export interface NotificationTx {
  notifications(
    recipient: PrincipalRef,
    filter: Page & { readonly unread?: boolean },
  ): Promise<StoredNotification[]>;
  markRead(recipient: PrincipalRef, ids: readonly string[] | "all", at: Instant): Promise<number>;
}

export interface AuditFilter extends Page {
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

export interface AuditTx {
  auditEntries(filter: AuditFilter): Promise<StoredEntry[]>;
  /** How many there are, counted up to the limit. */
  countEntries(filter: AuditFilter): Promise<number>;
  /** How many entries of these types this actor caused since then, counted up to `most`. */
  entriesBy(actor: PrincipalRef, types: readonly string[], since: Instant, most: number): Promise<number>;
  auditHead(): Promise<{ sequence: number; linkHash: string; at: Instant } | null>;
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
