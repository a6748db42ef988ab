/** Names and short sentences about requests and grants, for the people who may read them. */
import type { AccessRequest } from "../../domain/access-request.ts";
import type { Grant } from "../../domain/grant.ts";
import type { RoleDefinitionId } from "../../domain/ids.ts";
import type { PrincipalRef } from "../../domain/principal.ts";
import { scopeName } from "../../domain/scope.ts";
import { describeDuration, formatInstant } from "../../domain/time.ts";
import type { Tx } from "../ports.ts";

export async function describeRequest(tx: Tx, request: AccessRequest): Promise<string> {
  const who = await nameOf(tx, request.requester);
  const roles = await roleNames(tx, request.terms.roleDefinitionIds);
  const verb = request.extendsGrantId === null ? "asks for" : "asks to extend";
  const urgency = request.emergency ? " (emergency)" : "";
  return `${who} ${verb} ${roles} on ${scopeName(request.scope)} for ${describeDuration(request.terms.durationMs)}${urgency}`;
}

export async function describeGrant(tx: Tx, grant: Grant): Promise<string> {
  const roles = await roleNames(tx, [grant.roleDefinitionId]);
  const until = grant.endsAt === null ? "" : ` until ${formatInstant(grant.endsAt)}`;
  return `${roles} on ${scopeName(grant.scope)}${until}`;
}

export async function nameOf(tx: Tx, ref: PrincipalRef): Promise<string> {
  return (await tx.identity(ref))?.principal.displayName ?? "somebody who is gone";
}

export async function roleNames(tx: Tx, ids: readonly RoleDefinitionId[]): Promise<string> {
  const roles = await tx.roles(ids);
  return ids.map((id) => roles.find((role) => role.id === id)?.name ?? id).join(", ");
}
