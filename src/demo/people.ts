/** The demo's people as callers of the use cases, for the days before anybody signed in. */
import type { ObjectId, TenantId } from "../domain/ids.ts";
import type { PrincipalRef } from "../domain/principal.ts";
import type { Right } from "../domain/tenant.ts";
import type { Instant } from "../domain/time.ts";
import type { ApplyReport } from "../use-cases/apply/apply-configuration.ts";
import type { Caller } from "../use-cases/ports.ts";

export interface World {
  tenant(name: string): TenantId;
  /** Of any other object: kind, tenant and name. */
  id(kind: string, tenant: string, name: string): string;
  ref(kind: "User" | "Group" | "ServicePrincipal", tenant: string, name: string): PrincipalRef;
}

export function worldOf(report: Pick<ApplyReport, "changes">): World {
  const ids = new Map(
    report.changes.map((change) => [keyOf(change.kind, change.tenant, change.name), change.id]),
  );
  const id = (kind: string, tenant: string | null, name: string): string => {
    const found = ids.get(keyOf(kind, tenant, name));
    if (found === undefined) throw new Error(`the demo's world has no ${kind} ${tenant}/${name}`);
    return found;
  };
  const tenant = (name: string) => id("Tenant", name, name) as TenantId;
  return {
    tenant,
    id,
    ref: (kind, of, name) => ({ tenantId: tenant(of), objectId: id(kind, of, name) as ObjectId }),
  };
}

export interface PersonThen {
  readonly tenant: string;
  readonly name: string;
  readonly now: Instant;
  readonly rights?: readonly Right[];
}

/** Signed in with a second factor, on a machine of their own. */
export function personAt(world: World, { tenant, name, now, rights = [] }: PersonThen): Caller {
  return {
    ref: world.ref("User", tenant, name),
    kind: "user",
    rights,
    session: {
      amr: ["pwd", "otp", "mfa"],
      acr: null,
      acrs: [],
      authTime: now,
      ip: "127.0.0.1",
      via: "curfew-cli",
    },
    limited: false,
  };
}

function keyOf(kind: string, tenant: string | null, name: string): string {
  return `${kind} ${kind === "Tenant" ? "" : (tenant ?? "")} ${name}`.toLowerCase();
}
