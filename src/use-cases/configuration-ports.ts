/** What is configured, as the use cases ask for it and change it. */
import type { Application, Offer, OfferVersion } from "../domain/application.ts";
import type { Eligibility } from "../domain/eligibility.ts";
import type { DeadLetter, ExportId, ExportPosition, ExportSink, Paused } from "../domain/export-sink.ts";
import type {
  ApplicationId,
  BindingId,
  EligibilityId,
  ObjectId,
  OfferId,
  RoleDefinitionId,
  SubscriptionId,
  TargetId,
  TenantId,
} from "../domain/ids.ts";
import type { Identity, Lock, Principal, PrincipalKind, PrincipalRef } from "../domain/principal.ts";
import type { RoleDefinition } from "../domain/role-definition.ts";
import type { SettingsOverride } from "../domain/role-settings.ts";
import type { Scope } from "../domain/scope.ts";
import type { Binding, TargetDefinition, TargetObservation } from "../domain/target-binding.ts";
import type { Right, Subscription, Tenant } from "../domain/tenant.ts";
import type { Instant } from "../domain/time.ts";
import type { OfferPackage } from "../offer-package/ui-definition.ts";
import type { StoredSettings, Tier } from "../policy/tiers.ts";
import type { Kind } from "./apply/documents.ts";
import type { PasswordHash } from "./identity-ports.ts";

/** A principal as documents speak of it: by kind and name. */
export interface OtherIdentity {
  readonly objectId: ObjectId;
  readonly displayName: string;
}

export interface PrincipalRecord {
  readonly objectId: ObjectId;
  readonly kind: PrincipalKind;
  readonly name: string;
  readonly displayName: string;
  readonly email: string | null;
  readonly linkedTo: PrincipalRef | null;
  /** Null where it was never locked out. */
  readonly lock: StoredLock | null;
}

/** With what only the principal's own tenant reads of it. */
export interface StoredLock extends Lock {
  readonly by: PrincipalRef;
  readonly justification: string;
  /** The other parties that were told, and are told of its end. */
  readonly told: readonly TenantId[];
}

/** Any other object by its name. */
export interface Named<T> {
  readonly id: string;
  readonly name: string;
  readonly body: T;
}

export interface RoleSettingsBody {
  readonly roleDefinitionId: RoleDefinitionId;
  readonly scope: Scope;
  readonly tier: string | null;
  readonly override: SettingsOverride;
  readonly version: number;
}

export interface AppliedObject {
  readonly kind: Kind;
  /** In lower case: names are compared without regard to case. */
  readonly nameKey: string;
  readonly id: string;
}

export interface GroupEdge {
  readonly groupId: ObjectId;
  readonly memberId: ObjectId;
}

export type EdgeFilter = { readonly members: readonly ObjectId[] } | { readonly groups: readonly ObjectId[] };

export interface Credentials {
  readonly passwordHash: PasswordHash | null;
  /** The address of the local account; null without one. */
  readonly email: string | null;
  readonly totpSealed: Buffer | null;
  readonly clientId: string | null;
  readonly clientSecretHash: Buffer | null;
}

export type EligibilityFilter =
  | { readonly name: string }
  | { readonly id: string }
  | { readonly principal: PrincipalRef };

export interface TenantRepository {
  find(id: TenantId): Promise<Tenant | null>;
  named(name: string): Promise<Tenant | null>;
  ofSubscription(id: SubscriptionId): Promise<TenantId | null>;
  save(tenant: Tenant): Promise<void>;
  subscriptions(): Promise<Subscription[]>;
  saveSubscription(subscription: Subscription): Promise<void>;
  removeSubscription(id: SubscriptionId): Promise<void>;
}

export interface DirectoryRepository {
  /** A principal of any tenant with every group that holds it; null when unknown. Deleted ones carry `deletedAt`. */
  identity(ref: PrincipalRef): Promise<Identity | null>;
  /** Users reached by these refs, through groups of any nesting; deleted ones left out. */
  usersReachedBy(refs: readonly PrincipalRef[]): Promise<readonly Principal[]>;
  /** The principal itself, or every user and service principal that a group holds, at any depth. */
  membersOf(ref: PrincipalRef): Promise<readonly Principal[]>;
  /** `query`: part of the display name or the name, or the beginning of the e-mail address; in any case. */
  list(filter: {
    query?: string;
    ids?: readonly ObjectId[];
    kind?: PrincipalKind;
    limit: number;
    after?: string;
  }): Promise<(Principal & { readonly name: string })[]>;
  rightsOf(objectId: ObjectId): Promise<Right[]>;
}

export interface PrincipalRepository {
  /** Living principals of that name, at most one of each kind. */
  named(name: string): Promise<PrincipalRecord[]>;
  find(objectId: ObjectId): Promise<PrincipalRecord | null>;
  list(kind: PrincipalKind, page: { after: string; limit: number }): Promise<PrincipalRecord[]>;
  withEmail(email: string): Promise<PrincipalRecord | null>;
  /** Whether an identity of any tenant is tied to this one. */
  isLinkedTo(ref: PrincipalRef): Promise<boolean>;
  /** Whether it is locked out is not its to say: `setLock` is the one way in and out. */
  save(principal: Omit<PrincipalRecord, "lock">): Promise<void>;
  setLock(objectId: ObjectId, lock: StoredLock): Promise<void>;
  /** Marks it deleted and takes it out of every group, ownership and right; its id is never used again. */
  bury(objectId: ObjectId, at: Instant): Promise<void>;
  ownersOf(objectId: ObjectId): Promise<ObjectId[]>;
  setOwners(objectId: ObjectId, owners: readonly ObjectId[]): Promise<void>;
  /** All of them, or those that lead out of these members, or into these groups. */
  groupEdges(only?: EdgeFilter): Promise<GroupEdge[]>;
  /** Other identities of the same human in this tenant; whom an operator tied to another tenant's is not told. */
  othersOfHuman(principal: Pick<PrincipalRecord, "objectId" | "linkedTo">): Promise<OtherIdentity[]>;
  /** What names this principal as an owner. */
  ownedBy(objectId: ObjectId): Promise<ObjectId[]>;
  setMembers(groupId: ObjectId, members: readonly ObjectId[]): Promise<void>;
  setRights(objectId: ObjectId, rights: readonly Right[]): Promise<void>;
  /** Users who administer the tenant: those who are there, and not locked out. */
  administrators(): Promise<ObjectId[]>;
  /** What a principal signs in with, as far as apply sets it. */
  credentialsOf(objectId: ObjectId): Promise<Credentials>;
}

export interface PolicyRepository {
  roles(ids?: readonly RoleDefinitionId[]): Promise<RoleDefinition[]>;
  saveRole(role: RoleDefinition): Promise<void>;
  removeRole(id: RoleDefinitionId): Promise<void>;
  storedSettings(roleDefinitionId: RoleDefinitionId, scopeKeys: readonly string[]): Promise<StoredSettings[]>;
  namedSettings(): Promise<Named<RoleSettingsBody>[]>;
  saveSettings(settings: Named<RoleSettingsBody>): Promise<void>;
  removeSettings(id: string): Promise<void>;
  tiers(): Promise<Tier[]>;
  saveTier(tier: Tier): Promise<void>;
  removeTier(name: string): Promise<void>;
  /** Whether role settings or tiers name any of these for approval: as approvers, by escalation, or to be notified. */
  rulesName(approvers: readonly PrincipalRef[]): Promise<boolean>;
  eligibilities(filter: {
    principals?: readonly PrincipalRef[];
    scopeKeys?: readonly string[];
  }): Promise<Eligibility[]>;
  /** All of them, or those of one name, id or principal. */
  namedEligibilities(only?: EligibilityFilter): Promise<Named<Eligibility>[]>;
  saveEligibility(eligibility: Named<Eligibility>): Promise<void>;
  removeEligibility(id: EligibilityId): Promise<void>;
}

export interface ApplicationRepository {
  /** The application whose resource id, or whose managed resource group, is the scope or lies above it. */
  at(scope: Scope): Promise<Application | null>;
  find(id: ApplicationId): Promise<Application | null>;
  /** Of this tenant as consumer, and those it operates as publisher. */
  list(): Promise<Application[]>;
  /** Of this tenant as consumer. */
  own(): Promise<Application[]>;
  /** Those that were deleted, too. */
  all(): Promise<Application[]>;
  save(application: Application): Promise<void>;
  /** Applications of this tenant that were deleted, of that name; the latest last. */
  deleted(name: string): Promise<{ id: ApplicationId; jitEnabled: boolean }[]>;
  offer(
    publisher: TenantId,
    id: OfferId,
    version?: number,
  ): Promise<{ offer: Offer; version: OfferVersion } | null>;
  /** What a version of an offer came with; the latest when none is named, null where there was no package. */
  offerPackage(publisher: TenantId, id: OfferId, version?: number): Promise<OfferPackage | null>;
  /** The latest version of every offer that this tenant may deploy, its own included. */
  visibleOffers(): Promise<{ offer: Offer; version: OfferVersion }[]>;
  /** The tenant's own offers that are not deleted. */
  ownOffers(): Promise<Offer[]>;
  saveOffer(offer: Offer): Promise<void>;
  /** The picture whose hash the offer says; null takes it away. */
  saveLogo(id: OfferId, png: Buffer | null): Promise<void>;
  logo(publisher: TenantId, id: OfferId): Promise<Buffer | null>;
  addOfferVersion(version: OfferVersion, offerPackage: OfferPackage | null): Promise<void>;
  buryOffer(id: OfferId, at: Instant): Promise<void>;
}

export interface TargetRepository {
  find(id: TargetId): Promise<TargetDefinition | null>;
  named(name: string): Promise<TargetDefinition | null>;
  list(): Promise<TargetDefinition[]>;
  /** A null `sealed` leaves the secrets as they are. */
  save(target: TargetDefinition, sealed: Buffer | null): Promise<void>;
  sealedSecrets(id: TargetId): Promise<Buffer | null>;
  remove(id: TargetId): Promise<void>;
  /** Whether a grant that has not ended may hold something in the target, or is about to. */
  isInUse(id: TargetId): Promise<boolean>;
  /** The last look into a target; null where nobody looked yet. */
  observation(id: TargetId): Promise<TargetObservation | null>;
  saveObservation(observation: TargetObservation): Promise<void>;
  bindings(): Promise<Binding[]>;
  saveBinding(binding: Binding): Promise<void>;
  removeBinding(id: BindingId): Promise<void>;
}

/** A tenant's own sinks, and where any sink stands in its log: `sink` is an id, or the kind of an operator's. */
export interface ExportRepository {
  find(id: ExportId): Promise<ExportSink | null>;
  named(name: string): Promise<ExportSink | null>;
  list(): Promise<ExportSink[]>;
  /** A null `sealed` leaves the secrets as they are. */
  save(sink: ExportSink, sealed: Buffer | null): Promise<void>;
  sealedSecrets(id: ExportId): Promise<Buffer | null>;
  /** With its position and its dead letters. */
  remove(id: ExportId): Promise<void>;
  /** Makes it where there is none: an operator's begins at the first entry. */
  position(sink: string): Promise<ExportPosition>;
  begin(id: ExportId, through: number, paused: Paused | null): Promise<void>;
  /** False, and nothing is stored, where the sink does not stand at `from` any more. What is refused becomes a dead letter. */
  advance(
    sink: string,
    from: number,
    to: { readonly through: number; readonly refused: string | null; readonly at: Instant },
  ): Promise<boolean>;
  /** What was tried and not accepted; it stays where it stands. */
  failed(
    sink: string,
    failure: { readonly reason: string; readonly againAt: Instant; readonly at: Instant },
  ): Promise<void>;
  pause(
    sink: string,
    paused: Paused | null,
    reason: { readonly text: string; readonly at: Instant } | null,
  ): Promise<void>;
  /** Everything after this number is sent again, with the same ids. */
  goBack(sink: string, through: number): Promise<void>;
  deadLetters(
    sink: string,
    page: { readonly after: number; readonly most: number; readonly replay?: true },
  ): Promise<DeadLetter[]>;
  countDeadLetters(sink: string): Promise<number>;
  /** All of them, or one; resolves to how many. */
  replay(sink: string, number: number | null): Promise<number>;
  /** It was accepted after all. */
  forget(sink: string, number: number): Promise<void>;
  /** It was refused again. */
  keep(sink: string, letter: Omit<DeadLetter, "replay">): Promise<void>;
}

export interface AppliedRepository {
  /** What earlier applies made and still own. */
  list(): Promise<AppliedObject[]>;
  remember(object: AppliedObject): Promise<void>;
  forget(kind: Kind, nameKey: string): Promise<void>;
  /** Ids that once belonged to objects of this name, the latest last. */
  tombstones(kind: Kind, nameKey: string): Promise<string[]>;
  bury(kind: Kind, nameKey: string, id: string, at: Instant): Promise<void>;
  /** Whether an object of any tenant, living or deleted, has or had this id. */
  isIdTaken(id: string): Promise<boolean>;
}
