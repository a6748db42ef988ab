/** Tenants, and Curfew's own rights in them. No grant of a role ever confers one of these rights. */
import type { SubscriptionId, TenantId } from "./ids.ts";
import type { Instant } from "./time.ts";

export interface Tenant {
  readonly id: TenantId;
  readonly name: string;
  readonly displayName: string;
  /** A closed tenant holds nothing and decides nothing; its log stays. */
  readonly closedAt: Instant | null;
}

export interface Subscription {
  readonly tenantId: TenantId;
  readonly id: SubscriptionId;
  readonly name: string;
}

/** `operator` belongs to the instance: it creates tenants and applies across them, never approves or activates. */
export const RIGHTS = ["operator", "administrator", "auditor"] as const;
export type Right = (typeof RIGHTS)[number];
