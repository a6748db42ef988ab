/** What a document is told that names a tenant which is not the caller's. */
import { isAdministratorOf, isOperator } from "../../policy/authority.ts";
import type { Caller } from "../ports.ts";
import type { Fault, Placed } from "./faults.ts";
import { faultPath } from "./faults.ts";

/** INVARIANT I12: to whoever is not an operator, other tenants do not exist. */
export function foreignTenantFault(
  caller: Caller,
  home: string | null,
  tenant: string,
  placed: Placed,
): Fault | null {
  if (isOperator(caller) || (tenant === home && isAdministratorOf(caller, caller.ref.tenantId))) return null;
  return { code: "not_found", path: faultPath(placed, "/tenant"), message: unseenTenant(tenant) };
}

export function unseenTenant(tenant: string): string {
  return `there is no tenant \`${tenant}\` that you can see`;
}
