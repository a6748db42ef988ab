/** Offers and managed applications: what a publisher wrote, and what a consumer runs under its own JIT policy. */

import type { Eligibility } from "./eligibility.ts";
import type { ApplicationId, EligibilityId, OfferId, RoleDefinitionId, TenantId } from "./ids.ts";
import type { PrincipalRef } from "./principal.ts";
import type { RoleDefinition } from "./role-definition.ts";
import {
  type Condition,
  DEFAULT_DECIDE_BY_MS,
  DEFAULT_MAXIMUM_MS,
  MINIMUM_DURATION_MS,
} from "./role-settings.ts";
import type { Scope } from "./scope.ts";
import type { Instant } from "./time.ts";

/** One principal of the publisher and a role it may ask for, or hold where JIT is declined. */
export interface Authorization {
  readonly principal: PrincipalRef;
  readonly roleDefinitionId: RoleDefinitionId;
}

export type Visibility =
  | { readonly to: "nobody" }
  | { readonly to: "everybody" }
  | { readonly to: "tenants"; readonly tenantIds: readonly TenantId[] };

export interface Offer {
  readonly id: OfferId;
  readonly tenantId: TenantId;
  readonly name: string;
  readonly displayName: string;
  /** What it is, in its publisher's words: text and line breaks. Undefined where it says nothing. */
  readonly description?: string | undefined;
  /** Where its consumers find help: an e-mail address, or an https address. */
  readonly support?: string | undefined;
  /** SHA-256 of its logo, in hex. */
  readonly logo?: string | undefined;
  readonly visibility: Visibility;
  readonly latestVersion: number;
}

export interface OfferVersion {
  readonly offerId: OfferId;
  readonly tenantId: TenantId;
  readonly version: number;
  readonly jitOffered: boolean;
  readonly authorizations: readonly Authorization[];
  /** What each authorized role allowed when published: wider permissions need a new acceptance. */
  readonly roles: readonly RoleDefinition[];
}

/** The rules of one managed application, chosen by its consumer (Azure: `jitAccessPolicy`). Inherits no tier. */
export interface JitPolicy {
  readonly mode: "automatic" | "manual";
  readonly approvers: readonly PrincipalRef[];
  readonly required: number;
  readonly decideByMs: number;
  readonly maximumDurationMs: number;
  readonly minimumDurationMs: number;
  readonly justificationRequired: boolean;
  readonly ticket: { readonly required: boolean; readonly patterns: readonly string[] };
  readonly mfaRequired: boolean;
  readonly conditions: readonly Condition[];
  /** That of its conditions, where it is not UTC. */
  readonly timeZone?: string;
  readonly approverJustification: "whereAsked" | "always" | "never";
  readonly emergencyAllowed: boolean;
}

export const DEFAULT_JIT_POLICY: JitPolicy = {
  mode: "automatic",
  approvers: [],
  required: 1,
  decideByMs: DEFAULT_DECIDE_BY_MS,
  maximumDurationMs: DEFAULT_MAXIMUM_MS,
  minimumDurationMs: MINIMUM_DURATION_MS,
  justificationRequired: false,
  ticket: { required: false, patterns: [] },
  mfaRequired: false,
  conditions: [],
  approverJustification: "whereAsked",
  emergencyAllowed: false,
};

// INVARIANT I9: whether JIT access is enabled is part of the deployment; only a policy that exists can change.
export type JitAccess =
  | { readonly enabled: true; readonly policy: JitPolicy; readonly policyVersion: number }
  | { readonly enabled: false; readonly acknowledgedBy: PrincipalRef; readonly acknowledgedAt: Instant };

export interface Application {
  readonly id: ApplicationId;
  /** The consumer, who owns the scope. */
  readonly tenantId: TenantId;
  readonly publisherTenantId: TenantId;
  readonly name: string;
  readonly scope: Scope;
  readonly managedScope: Scope;
  readonly offerId: OfferId;
  readonly offerVersion: number;
  /** What the consumer accepted, pinned: a later version of the offer changes nothing here. */
  readonly authorizations: readonly Authorization[];
  readonly roles: readonly RoleDefinition[];
  readonly owners: readonly PrincipalRef[];
  readonly jitAccess: JitAccess;
  readonly version: number;
  readonly deployedAt: Instant;
  readonly deletedAt: Instant | null;
}

/** Publisher's principals may ask for the accepted roles for as long as the application exists. */
export function eligibilitiesOf(application: Application): Eligibility[] {
  if (!application.jitAccess.enabled || application.deletedAt !== null) return [];
  return application.authorizations.flatMap((authorization) =>
    [application.scope, application.managedScope].map((scope) => ({
      id: application.id as string as EligibilityId,
      tenantId: application.tenantId,
      principal: authorization.principal,
      roleDefinitionId: authorization.roleDefinitionId,
      scope,
      source: "application" as const,
      startsAt: application.deployedAt,
      endsAt: null,
    })),
  );
}

export function isVisibleTo(offer: Offer, tenantId: TenantId): boolean {
  switch (offer.visibility.to) {
    case "nobody":
      return offer.tenantId === tenantId;
    case "everybody":
      return true;
    case "tenants":
      return offer.tenantId === tenantId || offer.visibility.tenantIds.includes(tenantId);
  }
}
