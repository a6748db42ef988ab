/** Decisions on a stored request: an approver's, its requester's, an administrator's. */
import type { AccessRequest } from "../../domain/access-request.ts";
import type { AccessRequestId } from "../../domain/ids.ts";
import type { Outcome } from "../../domain/rejection.ts";
import { isParty } from "../../policy/authority.ts";
import type { Decided } from "../../policy/decisions/change.ts";
import {
  type Deciding,
  type DecideInput as Decision,
  cancelRequest as decideCancel,
  decideRequest as decideOn,
  acceptTerms as decideTerms,
  type ExpectedVersion,
} from "../../policy/decisions/decide.ts";
import { concluded, onlyMade } from "../conclude.ts";
import type { Made, Options, RequestMoment, Result, Who } from "../decisions.ts";
import { noSuchRequest } from "../find-request.ts";
import type { Deps } from "../ports.ts";
import { isUnseated, leftSeat } from "./left-seat.ts";

export type { DecideInput as Decision } from "../../policy/decisions/decide.ts";
export interface DecideInput extends Decision {
  readonly requestId: AccessRequestId;
}

type Outcomes = Outcome<Made<AccessRequest, RequestMoment>>;

/** With what it was decided on. */
export async function decideAt(deps: Deps, who: Who, input: DecideInput): Promise<Outcomes> {
  const result = await onRequest(deps, who, { id: input.requestId }, (deciding) => decideOn(deciding, input));
  const outcome = await concluded(deps, result);
  if (outcome.ok || !isUnseated(outcome.rejection)) return outcome;
  return (await leftSeat(deps, who.ref, input.requestId)) ?? outcome;
}

export interface RequestOptions extends Options<AccessRequest> {
  readonly expectedVersion?: ExpectedVersion;
}

/** The requester takes a counter-offer with a later start. */
export async function acceptAt(
  deps: Deps,
  who: Who,
  id: AccessRequestId,
  options: RequestOptions = {},
): Promise<Outcomes> {
  const work = (deciding: Deciding) => decideTerms(deciding, options.expectedVersion);
  return concluded(deps, await onRequest(deps, who, { id, options }, work));
}

/** The requester, or an administrator of the tenant that owns the scope, takes a request back. */
export async function cancelAt(
  deps: Deps,
  who: Who,
  id: AccessRequestId,
  options: RequestOptions = {},
): Promise<Outcomes> {
  const work = (deciding: Deciding) => decideCancel(deciding, options.expectedVersion);
  return concluded(deps, await onRequest(deps, who, { id, options }, work));
}

export const decideRequest = onlyMade(decideAt);
export const acceptTerms = onlyMade(acceptAt);
export const cancelRequest = onlyMade(cancelAt);

function onRequest(
  deps: Deps,
  who: Who,
  { id, options = {} }: { readonly id: AccessRequestId; readonly options?: Options<AccessRequest> },
  work: (deciding: Deciding) => Decided<AccessRequest>,
): Promise<Result<Made<AccessRequest, RequestMoment>>> {
  const decide = (at: RequestMoment): Decided<AccessRequest> => {
    const { request } = at;
    // INVARIANT I12: of the two parties' own people only.
    if (request === null || !isParty(at.caller, request)) return noSuchRequest(id);
    return work({ ...at, request, ids: deps.ids });
  };
  return deps.decisions(deps.clock).onRequest(who, id, decide, options);
}
