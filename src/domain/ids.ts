/** Branded GUIDs, so that a grant's id is never handed over where a request's is meant. */
declare const idBrand: unique symbol;
export type Id<Name extends string> = string & { readonly [idBrand]: Name };

export type TenantId = Id<"Tenant">;
export type ObjectId = Id<"Object">;
export type SubscriptionId = Id<"Subscription">;
export type RoleDefinitionId = Id<"RoleDefinition">;
export type EligibilityId = Id<"Eligibility">;
export type OfferId = Id<"Offer">;
export type ApplicationId = Id<"Application">;
export type AccessRequestId = Id<"AccessRequest">;
export type GrantId = Id<"Grant">;
export type TargetId = Id<"Target">;
export type BindingId = Id<"Binding">;
export type EntryId = Id<"Entry">;

/** Ids come from outside the pure rooms: an effect makes them, a rule receives them. */
export interface IdSource {
  next(): string;
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isGuid(text: string): boolean {
  return GUID.test(text.toLowerCase());
}

/** Casts a GUID from a trusted or validated source, in lower case. */
export function asId<T extends Id<string>>(text: string): T {
  return text.toLowerCase() as T;
}
