/**
 * Locks somebody out now, and lets them in again. The lock is a row of policy: from its commit on nobody signs in by it,
 * no token counts, no seat, and every decision that was under way is decided again without them (ADR 0035).
 */
import { isOpen } from "../domain/grant.ts";
import type { ObjectId, TenantId } from "../domain/ids.ts";
import { isLockedOut, type PrincipalRef, refOf, samePrincipal } from "../domain/principal.ts";
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import { type About, stamp, stampForParty } from "../domain/stamp.ts";
import type { Right } from "../domain/tenant.ts";
import type { Instant } from "../domain/time.ts";
import { mayGoWithout, mayLetIn, mayLockOut, mustStillAct } from "../policy/authority.ts";
import { isBlank } from "../policy/rules/words.ts";
import type { OtherIdentity, PrincipalRecord, StoredLock } from "./configuration-ports.ts";
import {
  type Ended,
  endedIn,
  grantsOf,
  type Holding,
  heldBy,
  isAbout,
  takeBackPending,
  UNSAID,
} from "./end-everything.ts";
import { recheckGrants } from "./grants/recheck-grant.ts";
import type { Caller, Deps, Tx } from "./ports.ts";

export interface LockedOut extends Ended {
  readonly at: Instant;
  /** Workloads and groups that they own: a lock-out of a person leaves these as they are. */
  readonly owns: readonly ObjectId[];
  /** Other identities of the same human here, which are not locked out by this: each has a lock of its own. */
  readonly alsoIs: readonly OtherIdentity[];
}

/**
 * Again, of somebody who is locked out already, it goes on with what is left. Grants end by losing their ground, as the
 * worker would have ended them: what is opened while this commits loses it as well.
 */
export async function lockOut(
  deps: Deps,
  caller: Caller,
  objectId: ObjectId,
  justification: string,
): Promise<Outcome<LockedOut>> {
  if (isBlank(justification)) return UNSAID;
  const done = await deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const found = await inTurn(tx, caller, objectId);
    if (!found.ok) return found;
    const { record, rights } = found.value;
    const who = { tenantId: tx.tenantId, objectId };
    const holding = await heldBy(tx, who, deps.clock.now());
    const left = {
      owns: await tx.principals.ownedBy(objectId),
      alsoIs: await tx.principals.othersOfHuman(record),
    };
    if (record.lock !== null && isLockedOut({ lock: record.lock }))
      return accept({ who, at: record.lock.at, holding, left });
    const others = (await tx.principals.administrators()).filter((one) => one !== objectId);
    const allowed = mayGoWithout(caller, { objectId, rights }, others);
    if (!allowed.ok) return allowed;
    const at = deps.clock.now();
    const told = partiesIn(who, holding);
    await tx.principals.setLock(objectId, { at, until: null, by: refOf(caller.ref), justification, told });
    await tx.accounts.endSessions(who);
    await tell(tx, caller, { type: "principal.locked_out", record, justification, told, at });
    return accept({ who, at, holding, left });
  });
  if (!done.ok) return done;
  deps.store.wake();
  const { who, at, holding, left } = done.value;
  const canceledRequests = await takeBackPending(deps, caller, holding.pending);
  for (const [home, grants] of Map.groupBy(holding.grants, ({ tenantId }) => tenantId))
    await recheckGrants(
      deps,
      home,
      grants.map(({ id }) => id),
    );
  const before = holding.grants.filter(isOpen).map(({ id }) => id);
  const now = await deps.store.inTenant(who.tenantId, (tx) => grantsOf(tx, before));
  return accept({ at, ...left, canceledRequests, ...endedIn(now) });
}

/** What ended stays ended, and what was approved before does not count again: they sign in, and ask anew. */
export async function letIn(
  deps: Deps,
  caller: Caller,
  objectId: ObjectId,
  justification: string,
): Promise<Outcome<{ readonly at: Instant }>> {
  if (isBlank(justification)) return UNSAID;
  const done = await deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const found = await inTurn(tx, caller, objectId);
    if (!found.ok) return found;
    const { record, rights } = found.value;
    const allowed = mayLetIn(caller, rights);
    if (!allowed.ok) return allowed;
    const { lock } = record;
    if (lock === null || !isLockedOut({ lock }))
      return reject("invalid_input", `${record.displayName} is not locked out`);
    const at = deps.clock.now();
    await tx.principals.setLock(objectId, { ...lock, until: at });
    const { told } = lock;
    await tell(tx, caller, { type: "principal.let_in", record, justification, told, at });
    return accept({ at });
  });
  if (done.ok) deps.store.wake();
  return done;
}

/** One change of who may what at a time: two administrators who lock each other out leave one of them. */
async function inTurn(
  tx: Tx,
  caller: Caller,
  objectId: ObjectId,
): Promise<Outcome<{ readonly record: PrincipalRecord; readonly rights: readonly Right[] }>> {
  await tx.takeTurns([tx.tenantId], []);
  const there = mustStillAct(await tx.directory.identity(caller.ref));
  if (!there.ok) return there;
  const record = await tx.principals.find(objectId);
  // INVARIANT I12: of another tenant's people nothing is told, not even that they are there.
  if (record === null) return reject("not_found", `there is no principal \`${objectId}\` that you can see`);
  const allowed = mayLockOut(caller, { tenantId: tx.tenantId, objectId });
  if (!allowed.ok) return allowed;
  if (record.kind === "group")
    return reject("invalid_input", "only people and workloads sign in; take members out of a group", {
      path: "/objectId",
    });
  return accept({ record, rights: await tx.directory.rightsOf(objectId) });
}

interface Telling {
  readonly type: "principal.locked_out" | "principal.let_in";
  readonly record: PrincipalRecord;
  readonly justification: string;
  readonly told: StoredLock["told"];
  readonly at: Instant;
}

/** Why stays with the tenant whose person it is; each other party has an entry of its own that says so much and no more. */
async function tell(tx: Tx, caller: Caller, telling: Telling): Promise<void> {
  const { type, record, justification, told, at } = telling;
  const { objectId, displayName: name } = record;
  const about: About = {
    ...{ kind: "principal", id: objectId, tenantId: tx.tenantId },
    ...{ otherTenantId: null, correlationId: objectId },
  };
  await tx.record([stamp(type, about, caller, { name, justification })], at);
  for (const to of told) {
    const facts = { name, tenantId: tx.tenantId };
    await tx.inside(to, (there) => there.record([stampForParty(type, about, caller, { to, facts })], at));
  }
}

/**
 * Whose places know them: they hold or asked for something there, or are named as a member of what does. INVARIANT I11:
 * where only a workload does that they own, nobody learns that they are behind it.
 */
function partiesIn(who: PrincipalRef, { grants, pending }: Holding): TenantId[] {
  const theirs = grants.filter(
    (one) => isAbout(one, who) || one.entitlements.some(({ member }) => samePrincipal(member, who)),
  );
  const all = [...theirs, ...pending].flatMap(({ tenantId, otherTenantId }) => [tenantId, otherTenantId]);
  return [...new Set(all)].filter((one) => one !== null && one !== who.tenantId) as TenantId[];
}
