/** Principals: who may ask, hold and decide. Keyed by (tenantId, objectId); deleted ids are never reused. */
import type { ObjectId, TenantId } from "./ids.ts";
import type { Instant } from "./time.ts";

export interface PrincipalRef {
  readonly tenantId: TenantId;
  readonly objectId: ObjectId;
}

interface PrincipalBase extends PrincipalRef {
  readonly displayName: string;
  readonly deletedAt: Instant | null;
  /** The last time that it was locked out; null where it never was. */
  readonly lock: Lock | null;
}

/** Somebody was locked out, by an administrator of their own tenant. */
export interface Lock {
  readonly at: Instant;
  /** When they were let in again; null while they are not. */
  readonly until: Instant | null;
}

export interface User extends PrincipalBase {
  readonly kind: "user";
  readonly email: string;
  /** The principal that stands for the same human; the tie is one step, never a chain. */
  readonly linkedTo: PrincipalRef | null;
}

export interface Group extends PrincipalBase {
  readonly kind: "group";
  readonly owners: readonly ObjectId[];
}

/** A workload or an AI agent; its owners answer for it. */
export interface ServicePrincipal extends PrincipalBase {
  readonly kind: "servicePrincipal";
  readonly owners: readonly ObjectId[];
}

export type Principal = User | Group | ServicePrincipal;
export type PrincipalKind = Principal["kind"];

declare const personBrand: unique symbol;
/** One human, under whichever of their linked identities. */
export type PersonKey = string & { readonly [personBrand]: true };

export function isLockedOut({ lock }: Pick<Principal, "lock">): boolean {
  return lock !== null && lock.until === null;
}

/** Who may ask, hold, decide and sign in: whoever is still there, and not locked out. */
export function isActive(principal: Pick<Principal, "lock" | "deletedAt">): boolean {
  return principal.deletedAt === null && !isLockedOut(principal);
}

/** Whether what was decided then still counts: nothing does that was decided before a lock-out was over. */
export function vouchesSince({ lock }: Pick<Principal, "lock">, at: Instant): boolean {
  return lock === null || (lock.until !== null && at > lock.until);
}

export function principalKey(ref: PrincipalRef): string {
  return `${ref.tenantId}/${ref.objectId}`;
}

export function samePrincipal(a: PrincipalRef, b: PrincipalRef): boolean {
  return a.tenantId === b.tenantId && a.objectId === b.objectId;
}

export function refOf(principal: PrincipalRef): PrincipalRef {
  return { tenantId: principal.tenantId, objectId: principal.objectId };
}

export function personOf(principal: Principal): PersonKey {
  const identity = principal.kind === "user" && principal.linkedTo !== null ? principal.linkedTo : principal;
  return principalKey(identity) as PersonKey;
}

/** A principal as a rule sees it: itself, and every group that holds it, at any depth. */
export interface Identity {
  readonly principal: Principal;
  readonly groups: readonly { readonly objectId: ObjectId; readonly displayName: string }[];
}

export function identityIncludes(identity: Identity, ref: PrincipalRef): boolean {
  if (identity.principal.tenantId !== ref.tenantId) return false;
  return (
    identity.principal.objectId === ref.objectId ||
    identity.groups.some((group) => group.objectId === ref.objectId)
  );
}

/** The principal and every group that holds it. */
export function holdersOf(identity: Identity): PrincipalRef[] {
  const { tenantId } = identity.principal;
  return [refOf(identity.principal), ...identity.groups.map(({ objectId }) => ({ tenantId, objectId }))];
}

/** Directly, or through a group that owns it; nobody owns a person. */
export function owns(owner: Identity, { principal }: Identity): boolean {
  if (principal.kind === "user" || principal.tenantId !== owner.principal.tenantId) return false;
  const mine = new Set(holdersOf(owner).map((ref) => ref.objectId));
  return principal.owners.some((one) => mine.has(one));
}
