import type { AccessRequestId, GrantId, TenantId } from "../domain/ids.ts";
import { reject } from "../domain/rejection.ts";
import type { Caller } from "./ports.ts";

export function isAdministratorOf(caller: Caller, tenantId: TenantId): boolean {
  return caller.ref.tenantId === tenantId && caller.rights.includes("administrator") && !caller.limited;
}

export function noSuchRequest(id: AccessRequestId): ReturnType<typeof reject> {
  return reject("not_found", `there is no access request \`${id}\` that you can see`);
}

export function noSuchGrant(id: GrantId): ReturnType<typeof reject> {
  return reject("not_found", `there is no grant \`${id}\` that you can see`);
}
