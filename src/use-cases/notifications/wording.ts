/** Names and short sentences about requests and grants, for the people who may read them. */
import type { AccessRequest } from "../../domain/access-request.ts";
import type { Grant } from "../../domain/grant.ts";
import type { RoleDefinitionId } from "../../domain/ids.ts";
import type { PrincipalRef } from "../../domain/principal.ts";
import { scopeName } from "../../domain/scope.ts";
import { describeDuration, formatInstant } from "../../domain/time.ts";
import type { Tx } from "../ports.ts";

/** One request as each side reads it: who asks for what, what they asked for themselves, and whose request it is. */
export interface RequestWords {
  /** "Frank asks for Contributor on orders for 1 h". */
  readonly ask: string;
  /** "Contributor on orders for 1 h", for those who asked. */
  readonly own: string;
  /** "Frank's request for Contributor on orders for 1 h". */
  readonly whose: string;
}

export async function describeRequest(tx: Tx, request: AccessRequest): Promise<RequestWords> {
  const who = await nameOf(tx, request.requester);
  const roles = await roleNames(tx, request.terms.roleDefinitionIds);
  const extending = request.extendsGrantId !== null;
  const urgency = request.emergency ? " (emergency)" : "";
  const what = `${roles} on ${scopeName(request.scope)} for ${describeDuration(request.terms.durationMs)}${urgency}`;
  return {
    ask: `${who} ${extending ? "asks to extend" : "asks for"} ${what}`,
    own: extending ? `extension of ${what}` : what,
    whose: `${who}'s request ${extending ? "to extend" : "for"} ${what}`,
  };
}

/** "Contributor on orders until …"; once it has ended, when it did, which may be earlier. */
export async function describeGrant(tx: Tx, grant: Grant): Promise<string> {
  const roles = await roleNames(tx, [grant.roleDefinitionId]);
  return `${roles} on ${scopeName(grant.scope)}${endOf(grant)}`;
}

function endOf({ state, endsAt }: Grant): string {
  if (state.name === "ended") return ` at ${formatInstant(state.at)}`;
  if (state.name === "deprovisioning") return ` at ${formatInstant(state.since)}`;
  return endsAt === null ? "" : ` until ${formatInstant(endsAt)}`;
}

export async function nameOf(tx: Tx, ref: PrincipalRef): Promise<string> {
  return (await tx.identity(ref))?.principal.displayName ?? "somebody who is gone";
}

export async function roleNames(tx: Tx, ids: readonly RoleDefinitionId[]): Promise<string> {
  const roles = await tx.roles(ids);
  return ids.map((id) => roles.find((role) => role.id === id)?.name ?? id).join(", ");
}
