/** Ends all that somebody holds, and takes back all that waits for a decision: of one's own people, or at one's own places. */
import type { AccessRequest } from "../domain/access-request.ts";
import { followsFromDeployment, type Grant, isOpen } from "../domain/grant.ts";
import type { AccessRequestId, GrantId, ObjectId, TenantId } from "../domain/ids.ts";
import { holdersOf, type PrincipalRef, samePrincipal } from "../domain/principal.ts";
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import type { Instant } from "../domain/time.ts";
import { mayEndEverything } from "../policy/authority.ts";
import { isBlank } from "../policy/rules/words.ts";
import { revokeGrant } from "./grants/end-grant.ts";
import type { Caller, Deps, Tx } from "./ports.ts";
import { cancelRequest } from "./requests/decide-request.ts";
import { everyPage, positionOfGrant, positionOfRequest } from "./views/pages.ts";

export interface Ended {
  /** Not live any more; whether their targets were seen without them each of them says. */
  readonly endedGrants: readonly GrantId[];
  /** What was chosen when an application was deployed: it ends with that. While somebody is locked out it holds nothing. */
  readonly keptGrants: readonly GrantId[];
  readonly canceledRequests: number;
}

/** What somebody holds or asked for that is not over. */
export interface Holding {
  readonly grants: readonly Grant[];
  readonly pending: readonly AccessRequest[];
}

/** `of`: null for the caller's own tenant. Of another tenant's people only what is at the caller's places is known, and ended. */
export async function endEverything(
  deps: Deps,
  caller: Caller,
  { objectId, of, justification }: EndInput,
): Promise<Outcome<Ended>> {
  const { tenantId } = caller.ref;
  const allowed = mayEndEverything(caller);
  if (!allowed.ok) return allowed;
  if (isBlank(justification)) return UNSAID;
  const who = { tenantId: of ?? tenantId, objectId };
  const holding = await deps.store.inTenant(tenantId, async (tx) => {
    const found = await heldBy(tx, who, deps.clock.now());
    const isKnown = who.tenantId === tenantId ? (await tx.principals.find(objectId)) !== null : isAny(found);
    return isKnown ? found : null;
  });
  // INVARIANT I12: of another tenant's people nothing is told but what they do here.
  if (holding === null) return reject("not_found", `there is no principal \`${objectId}\` that you can see`);
  const canceledRequests = await takeBackPending(deps, caller, holding.pending);
  // Of a group that holds them, the others keep what they have.
  const own = holding.grants.filter((one) => isAbout(one, who) && isOpen(one));
  const refused = new Map<GrantId, Outcome<never>>();
  for (const { id } of own.filter((one) => !followsFromDeployment(one))) {
    const revoked = await revokeGrant(deps, caller, id, justification);
    if (!revoked.ok) refused.set(id, revoked);
  }
  const ids = own.map(({ id }) => id);
  const now = await deps.store.inTenant(tenantId, (tx) => grantsOf(tx, ids));
  // INVARIANT I16: what is left open is said; asked again, it goes on with that.
  const [left] = now.filter(isOpen).flatMap(({ id }) => refused.get(id) ?? []);
  if (left !== undefined) return left;
  return accept({ canceledRequests, ...endedIn(now) });
}

export const UNSAID = reject("invalid_input", "say why; it stands in the log", { path: "/justification" });

export interface EndInput {
  readonly objectId: ObjectId;
  readonly of: TenantId | null;
  readonly justification: string;
}

function isAny({ grants, pending }: Holding): boolean {
  return grants.length + pending.length > 0;
}

export function endedIn(grants: readonly Grant[]): Pick<Ended, "endedGrants" | "keptGrants"> {
  const ids = (some: readonly Grant[]) => some.map(({ id }) => id);
  return {
    endedGrants: ids(grants.filter((one) => !isOpen(one))),
    keptGrants: ids(grants.filter((one) => isOpen(one) && followsFromDeployment(one))),
  };
}

export function isAbout({ requester, beneficiary }: Grant, who: PrincipalRef): boolean {
  return samePrincipal(beneficiary, who) || samePrincipal(requester, who);
}

const AT_ONCE = 500;

/** Theirs, of the groups that hold them, and what they asked for on behalf of what they own; in every tenant. */
export async function heldBy(tx: Tx, who: PrincipalRef, now: Instant): Promise<Holding> {
  const identity = await tx.directory.identity(who);
  const isOwn = who.tenantId === tx.tenantId;
  const owned = isOwn ? await tx.principals.ownedBy(who.objectId) : [];
  const held = isOwn && identity !== null ? holdersOf(identity) : [who];
  const beneficiaries = [...held, ...owned.map((objectId) => ({ tenantId: who.tenantId, objectId }))];
  const grants: Grant[] = [];
  const open = { beneficiaries, unclosed: true, limit: AT_ONCE } as const;
  for await (const some of everyPage(open, tx.grants.list, positionOfGrant)) grants.push(...some);
  const pending: AccessRequest[] = [];
  const waiting = { requester: who, states: { anyOf: ["pending"], at: now }, limit: AT_ONCE } as const;
  for await (const some of everyPage(waiting, tx.requests.list, positionOfRequest)) pending.push(...some);
  return { grants, pending };
}

export async function grantsOf(tx: Tx, ids: readonly GrantId[]): Promise<Grant[]> {
  const found: Grant[] = [];
  for (let at = 0; at < ids.length; at += AT_ONCE)
    found.push(...(await tx.grants.list({ ids: ids.slice(at, at + AT_ONCE), limit: AT_ONCE })));
  return found;
}

/** Resolves to how many; what somebody decided meanwhile is decided. */
export async function takeBackPending(
  deps: Deps,
  caller: Caller,
  pending: readonly { readonly id: AccessRequestId }[],
): Promise<number> {
  let canceled = 0;
  for (const { id } of pending) if ((await cancelRequest(deps, caller, id)).ok) canceled += 1;
  return canceled;
}
