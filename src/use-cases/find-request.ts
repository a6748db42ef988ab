import type { AccessRequestId, GrantId } from "../domain/ids.ts";
import { reject } from "../domain/rejection.ts";

export function noSuchRequest(id: AccessRequestId): ReturnType<typeof reject> {
  return reject("not_found", `there is no access request \`${id}\` that you can see`);
}

export function noSuchGrant(id: GrantId): ReturnType<typeof reject> {
  return reject("not_found", `there is no grant \`${id}\` that you can see`);
}
