/** What the beneficiary of a request asked for before, and holds beside it; looked at among the rows of the scope's owner. */
import type { AccessRequest } from "../../domain/access-request.ts";
import { effectiveEnd, type Grant, OPEN_STATES, wasLive } from "../../domain/grant.ts";
import type { AccessRequestId } from "../../domain/ids.ts";
import { type PrincipalRef, samePrincipal } from "../../domain/principal.ts";
import { historyOf, type RequestHistory } from "../../domain/request-history.ts";
import { outcomeOf, type RequestOutcome } from "../../domain/request-outcome.ts";
import { type Scope, scopeKey, scopeLineage } from "../../domain/scope.ts";
import { addMs, DAY_MS, earliest, type Instant, isOver, latest } from "../../domain/time.ts";
import type { Caller, Tx } from "../ports.ts";
import { grantsLedTo } from "./grants-led-to.ts";
import { namesOf } from "./names.ts";
import { sightOf } from "./read-requests.ts";
import { partiesOf } from "./request-view.ts";

const MAX_EARLIER = 100;
const MAX_NEAR = 50;
// Of each request there is one for every role.
const MAX_GRANTS_LOOKED_AT = 1_000;

/** Earlier requests for the same beneficiary, a role of these and the scope. An extension is no ask of its own. */
export async function earlierAsks(tx: Tx, request: AccessRequest, now: Instant): Promise<RequestHistory> {
  const earlier = new Map<AccessRequestId, AccessRequest>();
  for (const roleDefinitionId of request.asked.roleDefinitionIds) {
    const found = await tx.requests.list({
      requester: request.beneficiary,
      scopeKey: scopeKey(request.scope),
      roleDefinitionId,
      to: request.createdAt,
      limit: MAX_EARLIER,
    });
    for (const one of found) if (isEarlier(one, request)) earlier.set(one.id, one);
  }
  const looked = [...earlier.values()].slice(0, MAX_EARLIER);
  const requestIds = looked.map(({ id }) => id);
  const grants = await tx.grants.list({ requestIds, limit: MAX_GRANTS_LOOKED_AT });
  const outcomes = looked.map((one) =>
    outcomeOf(
      one,
      grants.filter(({ requestId }) => requestId === one.id),
      now,
    ),
  );
  return historyOf(outcomes, MAX_EARLIER);
}

/** One ask of the last days, and when what came of it was live. */
export interface LatelyAsked {
  readonly requestId: AccessRequestId;
  readonly at: Instant;
  readonly outcome: RequestOutcome["name"];
  /** Of the same scope, or of the grant that is to be extended. */
  readonly here: boolean;
  readonly roleNames: readonly string[];
  readonly scopeName: string;
  readonly live: readonly { readonly startsAt: Instant; readonly endsAt: Instant }[];
}

export const LATELY_MS = 30 * DAY_MS;

/**
 * What the beneficiary asked for in the `LATELY_MS` before, oldest first, as far as the caller may see it; this ask is not
 * among it. `tx`: in the caller's own tenant.
 */
export async function latelyAsked(
  tx: Tx,
  caller: Caller,
  request: AccessRequest,
  now: Instant,
): Promise<LatelyAsked[]> {
  const sight = await sightOf(tx, caller);
  const found = await tx.requests.list({
    requester: request.beneficiary,
    from: addMs(now, -LATELY_MS),
    ...(sight === null ? {} : { seenBy: sight }),
    limit: MAX_EARLIER,
  });
  const asked = found.filter(
    ({ id, beneficiary }) => id !== request.id && samePrincipal(beneficiary, request.beneficiary),
  );
  const names = namesOf(await tx.books(partiesOf(asked)), tx.tenantId);
  const grantsOf = await grantsLedTo(tx, asked);
  return asked.toReversed().map((one) => ({
    requestId: one.id,
    at: one.createdAt,
    outcome: outcomeOf(one, grantsOf(one), now).name,
    here: scopeKey(one.scope) === scopeKey(request.scope),
    roleNames: one.terms.roleDefinitionIds.map(names.role),
    scopeName: names.scope(one.scope),
    // What an extension adds is part of what it extends.
    live: one.extendsGrantId === null ? grantsOf(one).flatMap((grant) => liveSpan(grant, now)) : [],
  }));
}

function liveSpan(grant: Grant, now: Instant): LatelyAsked["live"] {
  const startsAt = latest(grant.startsAt, grant.gatePassedAt ?? grant.startsAt);
  const endsAt = earliest(now, effectiveEnd(grant) ?? now);
  return wasLive(grant) && startsAt < endsAt ? [{ startsAt, endsAt }] : [];
}

function isEarlier(one: AccessRequest, request: AccessRequest): boolean {
  return (
    one.id !== request.id &&
    one.tenantId === request.tenantId &&
    one.extendsGrantId === null &&
    samePrincipal(one.beneficiary, request.beneficiary)
  );
}

export interface Near {
  /** What reaches the scope: held there or above. */
  readonly covering: readonly Grant[];
  /** Open, at the scope, above or below it, and not of this request. */
  readonly other: readonly Grant[];
}

/** `holders`: the beneficiary and the groups that hold it. */
export async function grantsNear(
  tx: Tx,
  request: AccessRequest,
  holders: readonly PrincipalRef[],
  now: Instant,
): Promise<Near> {
  const places = placesOf(request);
  const keys = [...new Set(places.flatMap(scopeLineage))];
  const covering = (await tx.grants.covering(holders, keys)).filter(
    (grant) => !isOf(grant, request) && !isOver(grant, now),
  );
  const below: Grant[] = [];
  for (const place of places) {
    const found = await tx.grants.list({
      under: scopeKey(place),
      states: { anyOf: OPEN_STATES, at: now },
      beneficiaries: holders,
      limit: MAX_GRANTS_LOOKED_AT,
    });
    below.push(...found.filter((grant) => isHeldBy(grant, holders) && grant.tenantId === tx.tenantId));
  }
  const all = new Map([...covering, ...below].map((grant) => [grant.id, grant]));
  const other = [...all.values()].filter((grant) => !isOf(grant, request));
  return { covering, other: other.sort((a, b) => a.startsAt - b.startsAt).slice(0, MAX_NEAR) };
}

function placesOf({ scope, managedScope }: AccessRequest): Scope[] {
  return managedScope === null ? [scope] : [scope, managedScope];
}

function isHeldBy(grant: Grant, holders: readonly PrincipalRef[]): boolean {
  return holders.some((ref) => samePrincipal(ref, grant.beneficiary));
}

function isOf(grant: Grant, request: AccessRequest): boolean {
  return grant.requestId === request.id || grant.id === request.extendsGrantId;
}
