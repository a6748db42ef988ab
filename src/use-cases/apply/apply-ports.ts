/** What applying configuration needs of a transaction beyond what every use case has. */
import type { Offer, OfferVersion } from "../../domain/application.ts";
import type { Eligibility } from "../../domain/eligibility.ts";
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
} from "../../domain/ids.ts";
import type { PrincipalKind, PrincipalRef } from "../../domain/principal.ts";
import type { RoleDefinition } from "../../domain/role-definition.ts";
import type { SettingsOverride } from "../../domain/role-settings.ts";
import type { Scope } from "../../domain/scope.ts";
import type { Binding, TargetDefinition } from "../../domain/target-binding.ts";
import type { Right, Subscription, Tenant } from "../../domain/tenant.ts";
import type { Instant } from "../../domain/time.ts";
import type { OfferPackage } from "../../offer-package/ui-definition.ts";
import type { Tier } from "../../policy/tiers.ts";
import type { PasswordHash } from "../identity-ports.ts";
import type { Kind } from "./documents.ts";

/** A principal as documents speak of it: by kind and name. */
export interface PrincipalRecord {
  readonly objectId: ObjectId;
  readonly kind: PrincipalKind;
  readonly name: string;
  readonly displayName: string;
  readonly email: string | null;
  readonly linkedTo: PrincipalRef | null;
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

/** Every method but the first five is about the transaction's own tenant only. `Whole` is the transaction itself. */
export interface ApplyTx<Whole> extends ApplyDirectoryTx, ApplyConfigurationTx {
  /**
   * The same transaction among another tenant's rows. For an operator who applies across tenants, and for the few
   * facts of a publisher that its consumer may read; callers authorize before they enter.
   */
  inside<T>(tenantId: TenantId, work: (tx: Whole) => Promise<T>): Promise<T>;
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
  tenantNamed(name: string): Promise<Tenant | null>;
  tenantOfSubscription(id: SubscriptionId): Promise<TenantId | null>;

  saveTenant(tenant: Tenant): Promise<void>;
  saveSubscription(subscription: Subscription): Promise<void>;
  removeSubscription(id: SubscriptionId): Promise<void>;

  /** What earlier applies made and still own. */
  appliedObjects(): Promise<AppliedObject[]>;
  rememberApplied(object: AppliedObject): Promise<void>;
  forgetApplied(kind: Kind, nameKey: string): Promise<void>;
  /** Ids that once belonged to objects of this name, the latest last. */
  tombstones(kind: Kind, nameKey: string): Promise<string[]>;
  bury(kind: Kind, nameKey: string, id: string, at: Instant): Promise<void>;
  /** Whether an object of any tenant, living or deleted, has or had this id. */
  isIdTaken(id: string): Promise<boolean>;
}

export interface ApplyDirectoryTx {
  /** Living principals of that name, at most one of each kind. */
  principalsNamed(name: string): Promise<PrincipalRecord[]>;
  principalRecord(objectId: ObjectId): Promise<PrincipalRecord | null>;
  principalRecords(kind: PrincipalKind, page: { after: string; limit: number }): Promise<PrincipalRecord[]>;
  userWithEmail(email: string): Promise<PrincipalRecord | null>;
  /** Whether an identity of any tenant is tied to this one. */
  isLinkedTo(ref: PrincipalRef): Promise<boolean>;
  savePrincipal(principal: PrincipalRecord): Promise<void>;
  /** Marks it deleted and takes it out of every group, ownership and right; its id is never used again. */
  buryPrincipal(objectId: ObjectId, at: Instant): Promise<void>;
  ownersOf(objectId: ObjectId): Promise<ObjectId[]>;
  setOwners(objectId: ObjectId, owners: readonly ObjectId[]): Promise<void>;
  /** All of them, or those that lead out of these members, or into these groups. */
  groupEdges(only?: EdgeFilter): Promise<GroupEdge[]>;
  /** What names this principal as an owner. */
  ownedBy(objectId: ObjectId): Promise<ObjectId[]>;
  setMembers(groupId: ObjectId, members: readonly ObjectId[]): Promise<void>;
  setRights(objectId: ObjectId, rights: readonly Right[]): Promise<void>;
  /** Living users who administer the tenant. */
  administrators(): Promise<ObjectId[]>;
  /** What a principal signs in with, as far as apply sets it. */
  credentialsOf(objectId: ObjectId): Promise<Credentials>;
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

export interface ApplyConfigurationTx {
  saveRole(role: RoleDefinition): Promise<void>;
  removeRole(id: RoleDefinitionId): Promise<void>;
  namedSettings(): Promise<Named<RoleSettingsBody>[]>;
  saveSettings(settings: Named<RoleSettingsBody>): Promise<void>;
  removeSettings(id: string): Promise<void>;
  saveTier(tier: Tier): Promise<void>;
  removeTier(name: string): Promise<void>;
  /** All of them, or those of one name, id or principal. */
  namedEligibilities(only?: EligibilityFilter): Promise<Named<Eligibility>[]>;
  saveEligibility(eligibility: Named<Eligibility>): Promise<void>;
  removeEligibility(id: EligibilityId): Promise<void>;
  /** The tenant's own offers that are not deleted. */
  ownOffers(): Promise<Offer[]>;
  saveOffer(offer: Offer): Promise<void>;
  addOfferVersion(version: OfferVersion, offerPackage: OfferPackage | null): Promise<void>;
  buryOffer(id: OfferId, at: Instant): Promise<void>;
  targets(): Promise<TargetDefinition[]>;
  /** A null `sealed` leaves the secrets as they are. */
  saveTarget(target: TargetDefinition, sealed: Buffer | null): Promise<void>;
  sealedSecrets(id: TargetId): Promise<Buffer | null>;
  removeTarget(id: TargetId): Promise<void>;
  /** Whether a grant that has not ended may hold something in the target, or is about to. */
  isTargetInUse(id: TargetId): Promise<boolean>;
  saveBinding(binding: Binding): Promise<void>;
  removeBinding(id: BindingId): Promise<void>;
  /** Whether a grant that has not ended is of this role, or at this scope or below it. */
  hasOpenGrants(on: { roleDefinitionId: RoleDefinitionId } | { scope: Scope }): Promise<boolean>;
  /** Applications of this tenant that were deleted, of that name; the latest last. */
  deletedApplications(name: string): Promise<{ id: ApplicationId; jitEnabled: boolean }[]>;
}
