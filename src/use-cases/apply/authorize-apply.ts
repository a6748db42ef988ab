/** Who may change configuration: a tenant's administrator in it, an operator across tenants, nobody else. */
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { Caller } from "../ports.ts";
import type { Fault, Placed } from "./faults.ts";
import { faultPath } from "./faults.ts";

export function requireConfigurator(caller: Caller): Outcome<void> {
  if (caller.limited) {
    return reject(
      "forbidden",
      "a token of the device flow does not administer; sign in with a browser and try again",
    );
  }
  if (caller.rights.includes("operator") || caller.rights.includes("administrator")) return accept(undefined);
  return reject(
    "forbidden",
    "only a tenant's administrators, and operators, change configuration; ask one of them",
  );
}

/** Auditors read what administrators change. */
export function requireReader(caller: Caller): Outcome<void> {
  if (!caller.limited && caller.rights.length > 0) return accept(undefined);
  return reject(
    "forbidden",
    "only administrators and auditors of a tenant, and operators, read its configuration",
  );
}

/** INVARIANT I12: to whoever is not an operator, other tenants do not exist. */
export function foreignTenantFault(
  caller: Caller,
  home: string | null,
  tenant: string,
  placed: Placed,
): Fault | null {
  if (tenant === home && (caller.rights.includes("administrator") || caller.rights.includes("operator")))
    return null;
  if (caller.rights.includes("operator")) return null;
  return { code: "not_found", path: faultPath(placed, "/tenant"), message: unseenTenant(tenant) };
}

export function unseenTenant(tenant: string): string {
  return `there is no tenant \`${tenant}\` that you can see`;
}
