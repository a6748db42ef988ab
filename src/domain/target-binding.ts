/** Targets are real systems; a binding says what a role at a scope becomes in one of them. */
import type { BindingId, RoleDefinitionId, TargetId, TenantId } from "./ids.ts";
import { type Scope, scopeCovers } from "./scope.ts";
import type { Instant } from "./time.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export interface TargetDefinition {
  readonly id: TargetId;
  readonly tenantId: TenantId;
  readonly name: string;
  readonly kind: string;
  /** Without secrets: those are sealed beside it. */
  readonly config: JsonObject;
  readonly version: number;
}

/** What the last look at a target found that another hand did to it. */
export interface TargetObservation {
  readonly targetId: TargetId;
  readonly at: Instant;
  /** In words, each with when it was first seen. */
  readonly drift: readonly { readonly at: Instant; readonly what: string }[];
}

export interface Binding {
  readonly id: BindingId;
  readonly tenantId: TenantId;
  readonly name: string;
  readonly targetId: TargetId;
  readonly roleDefinitionId: RoleDefinitionId;
  readonly scope: Scope;
  readonly entitlement: JsonObject;
  /** Whether the grant waits for this entitlement before it is live. */
  readonly required: boolean;
  /** Whether standing access is made real too, each secret a login of at most eight hours. */
  readonly standing: boolean;
}

/** A binding serves whoever holds its role at its scope: a grant there or above, never one on a part of it. */
export function bindingServes(
  binding: Binding,
  grant: { roleDefinitionId: RoleDefinitionId; scope: Scope; managedScope: Scope | null; standing: boolean },
): boolean {
  if (binding.roleDefinitionId !== grant.roleDefinitionId) return false;
  if (grant.standing && !binding.standing) return false;
  const held = grant.managedScope === null ? [grant.scope] : [grant.scope, grant.managedScope];
  return held.some((scope) => scopeCovers(scope, binding.scope));
}
