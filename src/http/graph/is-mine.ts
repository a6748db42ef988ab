/** Whether something is the caller's: their own, or that of a group which holds them. */
import { type Identity, identityIncludes, type PrincipalRef } from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { callersIdentity } from "../../pim/schedules.ts";
import type { GraphCall } from "./surface.ts";

export async function isMine(call: GraphCall): Promise<Outcome<(ref: PrincipalRef) => boolean>> {
  const identity: Identity | null = await callersIdentity(call);
  return identity === null
    ? reject("unknown_principal", "your identity is not known here any more")
    : accept((ref: PrincipalRef) => identityIncludes(identity, ref));
}
