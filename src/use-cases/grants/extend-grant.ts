/** Asks for more time on a live grant: a new access request, decided by the same rules. */
import type { AccessRequest } from "../../domain/access-request.ts";
import { type Grant, isLive } from "../../domain/grant.ts";
import type { GrantId } from "../../domain/ids.ts";
import { samePrincipal } from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { Instant, Window } from "../../domain/time.ts";
import { withGrant } from "../find-request.ts";
import type { Caller, Deps, Tx } from "../ports.ts";
import { owns } from "../requests/load-activation.ts";
import { type Prepared, prepareRequest, type SubmitInput } from "../requests/prepare-request.ts";
import { storeRequest } from "../requests/submit-request.ts";
import type { Alongside } from "../surface-resources.ts";

export interface ExtendInput {
  readonly grantId: GrantId;
  readonly durationMs: number | null;
  readonly justification: string | null;
  readonly ticket: SubmitInput["ticket"];
}

export interface PreparedExtension extends Prepared {
  readonly ask: SubmitInput;
  readonly current: Window & { readonly endsAt: Instant };
}

export async function extendGrant(
  deps: Deps,
  caller: Caller,
  input: ExtendInput,
  also?: Alongside<AccessRequest>,
): Promise<Outcome<AccessRequest>> {
  const work = async (tx: Tx, grant: Grant) => {
    await tx.serializeAsks([caller.ref, grant.beneficiary]);
    const now = deps.clock.now();
    const prepared = await prepareExtension(tx, caller, grant, input, now);
    if (!prepared.ok) return prepared;
    return storeRequest(tx, deps, caller, prepared.value.ask, prepared.value, now, grant.id);
  };
  return withGrant(deps, caller, input.grantId, work, also);
}

/** Shared with its preview: what would be asked, and what the rules say. */
export async function prepareExtension(
  tx: Tx,
  caller: Caller,
  grant: Grant,
  input: Omit<ExtendInput, "grantId">,
  now: Instant,
): Promise<Outcome<PreparedExtension>> {
  if (!(await isHolder(tx, caller, grant)))
    return reject("forbidden", "only its holder can ask to extend a grant");
  if (grant.kind === "standing" || grant.endsAt === null) {
    return reject("not_extendable", "standing access has no end to extend");
  }
  if (grant.emergency)
    return reject("not_extendable", "emergency access is not extended; ask for access anew");
  if (!isLive(grant, now))
    return reject("grant_not_active", "only live access can be extended; ask for it anew");
  const ask: SubmitInput = {
    scope: grant.scope,
    roleDefinitionIds: [grant.roleDefinitionId],
    durationMs: input.durationMs,
    startAt: null,
    // Undecided at the end it times out: the grant ends regardless.
    neededUntil: grant.endsAt,
    justification: input.justification,
    ticket: input.ticket,
    purpose: null,
    plan: null,
    beneficiary: grant.beneficiary,
    emergency: false,
  };
  const prepared = await prepareRequest(tx, caller, ask, now, grant);
  if (!prepared.ok) return prepared;
  const { startsAt, endsAt } = grant;
  return accept({ ...prepared.value, ask, current: { startsAt, endsAt } });
}

/** The beneficiary, or the owner who asked on behalf of a workload or a group. */
export async function isHolder(tx: Tx, caller: Caller, grant: Grant): Promise<boolean> {
  if (samePrincipal(caller.ref, grant.beneficiary)) return true;
  const identity = await tx.identity(caller.ref);
  const beneficiary = await tx.identity(grant.beneficiary);
  return identity !== null && beneficiary !== null && owns(identity, beneficiary);
}
