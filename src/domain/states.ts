/**
 * The states of requests, grants and entitlements: which may follow which, and which go together. A wrong step is never
 * taken and never passed over in silence: whoever asks for it has looked at something that is not so any more.
 */
import type { RequestState } from "./access-request.ts";
import type { Entitlement, GrantState } from "./grant.ts";
import { BrokenInvariant } from "./rejection.ts";

type Moves<S extends string> = { readonly [From in S]: readonly S[] };

/** Stage by stage it stays pending; every other state is the last. */
export const REQUEST_MOVES: Moves<RequestState["name"]> = {
  pending: ["pending", "approved", "denied", "canceled", "timedOut"],
  approved: [],
  denied: [],
  canceled: [],
  timedOut: [],
};

/** Back to provisioning where a target lost what the grant requires; what closes before it began was never in a target. */
export const GRANT_MOVES: Moves<GrantState["name"]> = {
  scheduled: ["provisioning", "active", "deprovisioning"],
  provisioning: ["active", "deprovisioning"],
  active: ["provisioning", "deprovisioning"],
  deprovisioning: ["ended"],
  ended: [],
};

/** Present again only through planned: what another hand took away is made again. */
export const ENTITLEMENT_MOVES: Moves<Entitlement["state"]> = {
  planned: ["planned", "present", "leaving", "absent"],
  present: ["present", "planned", "leaving", "absent"],
  leaving: ["leaving", "absent"],
  absent: ["absent", "planned"],
};

/** What the entitlements of a grant can be: before its start nothing was made, after its end nothing stays. */
export const TOGETHER: { readonly [G in GrantState["name"]]: readonly Entitlement["state"][] } = {
  scheduled: ["planned", "absent"],
  provisioning: ["planned", "present", "leaving", "absent"],
  active: ["planned", "present", "leaving", "absent"],
  deprovisioning: ["leaving", "absent"],
  ended: ["absent"],
};

/** A step that no rule allows, by the states it would lead from and to. */
export class WrongStep extends BrokenInvariant {
  constructor(what: string, from: string, to: string) {
    super(`${what} that is ${from} cannot become ${to}`);
  }
}

export function requireMove<S extends string>(what: string, moves: Moves<S>, from: S, to: S): void {
  if (!moves[from].includes(to)) throw new WrongStep(what, from, to);
}

export function requireTogether(
  grant: GrantState["name"],
  held: readonly Pick<Entitlement, "state">[],
): void {
  const odd = held.find(({ state }) => !TOGETHER[grant].includes(state));
  if (odd !== undefined) throw new WrongStep(`a grant with an entitlement ${odd.state}`, odd.state, grant);
}
