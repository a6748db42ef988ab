/** What the beneficiary of a request asked for before, and holds beside it; looked at among the rows of the scope's owner. */
import type { AccessRequest } from "../../domain/access-request.ts";
import { type Grant, OPEN_STATES } from "../../domain/grant.ts";
import type { AccessRequestId } from "../../domain/ids.ts";
import { type PrincipalRef, samePrincipal } from "../../domain/principal.ts";
import { historyOf, type RequestHistory } from "../../domain/request-history.ts";
import { outcomeOf } from "../../domain/request-outcome.ts";
import { type Scope, scopeKey, scopeLineage } from "../../domain/scope.ts";
import { type Instant, isOver } from "../../domain/time.ts";
import type { Tx } from "../ports.ts";

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
