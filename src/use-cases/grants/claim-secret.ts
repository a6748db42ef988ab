/**
 * Opens the log-in of a live grant and hands its secret over, once, to the one who holds it.
 *
 * A claim is committed before the effect, so that two calls never both get one; a failed call releases it. The secret
 * itself is stored nowhere. Standing access gets a log-in of at most 8 hours, made when it is asked for.
 */

import { aboutGrant } from "../../domain/about.ts";
import { type Entitlement, type Grant, isOpen, livenessOf } from "../../domain/grant.ts";
import { dueAt, isBehind, sameEntitlement, wantUntil, withEntitlement } from "../../domain/grant-progress.ts";
import type { BindingId, GrantId } from "../../domain/ids.ts";
import { samePrincipal } from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { requireConfirmed } from "../../domain/restored.ts";
import { isBlocked } from "../../domain/retrying.ts";
import { stamp } from "../../domain/stamp.ts";
import type { Fault } from "../../domain/target-fault.ts";
import type { TargetTraits } from "../../domain/target-traits.ts";
import { addMs, earliest, HOUR_MS, type Instant, instant } from "../../domain/time.ts";
import { isParty } from "../../policy/authority.ts";
import { entitlementsFor } from "../../policy/decisions/settle.ts";
import { noSuchGrant } from "../find-request.ts";
import type { Caller, EffectDeps, IssuedSecret, Lease, Tx } from "../ports.ts";
import { UNTOLD_ERROR } from "../views/grant-view.ts";
import { current, provisionEntitlement } from "./effects.ts";
import { attempt } from "./look-for.ts";

const STANDING_LOGIN_MS = 8 * HOUR_MS;
const LEASE_WAIT_MS = 5_000;

export interface ClaimInput {
  readonly grantId: GrantId;
  /** Which binding's secret, where a grant has several. */
  readonly bindingId: BindingId | null;
  /** Voids a secret whose answer was lost, and cuts its sessions. */
  readonly reissue: boolean;
}

interface Claim {
  readonly grant: Grant;
  readonly entitlement: Entitlement;
}

export async function claimSecret(
  deps: EffectDeps,
  caller: Caller,
  input: ClaimInput,
): Promise<Outcome<IssuedSecret>> {
  const { grantId } = input;
  requireConfirmed(deps.store.restoration);
  const tenantId = await deps.store.routes.tenantOfGrant(grantId);
  if (tenantId === null) return noSuchGrant(grantId);
  const answer = await deps.leases.withLease(grantId, LEASE_WAIT_MS, async (lease) => {
    const inTenant = <T>(work: (tx: Tx) => Promise<T>) => deps.store.inTenant(tenantId, work);
    const wanted = await inTenant((tx) => wantLogin(tx, deps, caller, input));
    if (!wanted.ok) return wanted;
    const { entitlement } = wanted.value;
    if (isBehind(entitlement) && !isBlocked(entitlement))
      await provisionEntitlement(deps, lease, wanted.value.grant, entitlement);
    const claim = await inTenant((tx) => commitClaim(tx, deps, caller, input));
    if (!claim.ok) return claim;
    return hand(deps, caller, lease, claim.value);
  });
  return (
    answer ?? reject("provisioning", "the target is being worked on for this grant; try again in a moment")
  );
}

/** Standing access: asks the target for a log-in with an end of its own. */
async function wantLogin(
  tx: Tx,
  deps: EffectDeps,
  caller: Caller,
  input: ClaimInput,
): Promise<Outcome<Claim>> {
  const now = deps.clock.now();
  const found = await findClaim(tx, deps, caller, input);
  if (!found.ok || found.value.grant.kind !== "standing") return found;
  const { grant, entitlement } = found.value;
  if (entitlement.state === "leaving") return stillLeaving(entitlement);
  const target = await tx.targets.find(entitlement.targetId);
  const traits = target === null ? null : deps.gateway.traitsOf(target);
  if (target === null || traits === null)
    return reject("secret_not_offered", "the target of this grant is gone");
  // Where an end cannot be moved the log-in that there is is the one to have, until it ends.
  if (entitlement.state === "present" && !traits.canExtend) return found;
  const until = loginEnd(traits, grant, now);
  if (until === null)
    return reject("secret_not_offered", `${traits.label} holds no access that is as short as what is left`);
  const renewed = { ...wantUntil(entitlement, until), secretClaimedAt: null };
  const planned = await attempt(
    async () => renewed.handle ?? deps.gateway.plan(target.kind, grant, entitlement),
  );
  if (!planned.ok) return notIssued(grant, planned.fault, caller);
  const next = withEntitlement(grant, { ...renewed, handle: planned.value });
  const stored = await tx.grants.update(next, dueAt(next, now));
  return accept({ grant: stored, entitlement: current(stored, entitlement) ?? renewed });
}

/** At most eight hours, no longer than the access itself, and as its target can hold it; null where it cannot. */
function loginEnd(
  { minTtlMs, maxTtlMs, granularityMs }: TargetTraits,
  { endsAt }: Grant,
  now: Instant,
): Instant | null {
  const longest = addMs(now, Math.min(STANDING_LOGIN_MS, maxTtlMs ?? STANDING_LOGIN_MS));
  const last = earliest(longest, ...(endsAt === null ? [] : [endsAt]));
  const until = instant(last - (last % granularityMs));
  return until - now < minTtlMs || until <= now ? null : until;
}

async function commitClaim(
  tx: Tx,
  deps: EffectDeps,
  caller: Caller,
  input: ClaimInput,
): Promise<Outcome<Claim>> {
  const now = deps.clock.now();
  const found = await findClaim(tx, deps, caller, input);
  if (!found.ok) return found;
  const { grant, entitlement } = found.value;
  if (entitlement.state !== "present") return notConfirmed(caller, grant, entitlement);
  if (entitlement.secretClaimedAt !== null && !input.reissue) {
    return reject(
      "secret_already_issued",
      "the secret was given once; if its answer was lost, ask to reissue it, which voids the old one",
    );
  }
  const claimed = { ...entitlement, secretClaimedAt: now, everClaimed: true };
  const next = withEntitlement(grant, claimed);
  const stored = await tx.grants.update(next, dueAt(next, now));
  const facts = { bindingId: entitlement.bindingId, reissue: input.reissue };
  await tx.record([stamp("grant.secret_issued", aboutGrant(stored), caller, facts)], now);
  return accept({ grant: stored, entitlement: claimed });
}

async function hand(
  deps: EffectDeps,
  caller: Caller,
  lease: Lease,
  { grant, entitlement }: Claim,
): Promise<Outcome<IssuedSecret>> {
  const inTenant = <T>(work: (tx: Tx) => Promise<T>) => deps.store.inTenant(grant.tenantId, work);
  const stillOurs = async () => {
    if (!lease.isHeld()) return false;
    const fresh = await inTenant((tx) => tx.grants.find(grant.id));
    return fresh !== null && isOpen(fresh);
  };
  const issued = await attempt(() =>
    deps.gateway.issueSecret(grant, entitlement, deps.ids.next(), stillOurs),
  );
  if (issued.ok) return accept(issued.value);
  await inTenant(async (tx) => {
    const fresh = await tx.grants.find(grant.id, "lock");
    const held = fresh === null ? null : current(fresh, entitlement);
    if (fresh === null || held === null) return;
    const released = withEntitlement(fresh, { ...held, secretClaimedAt: null });
    await tx.grants.update(released, dueAt(released, deps.clock.now()));
  });
  return notIssued(grant, issued.fault, caller);
}

/** Another try is promised only of what passes by itself. What the target said is its owner's to read (INVARIANT I11). */
function notIssued(
  grant: Grant,
  { kind, ambiguous, message }: Fault,
  caller: Caller,
): ReturnType<typeof reject> {
  const said = caller.ref.tenantId === grant.tenantId ? `: ${message}` : "; its owner can look why";
  if (ambiguous)
    return reject(
      "provisioning",
      `it is not known whether a secret was made, and nobody knows it if it was${said}; ask again, which voids it`,
    );
  if (kind === "retryable")
    return reject("provisioning", `the target did not make a secret${said}; try again in a moment`);
  return reject("secret_not_offered", `the target makes no secret for this access${said}`);
}

/** Why a log-in cannot be opened yet, and whether it ever will be by itself. */
function notConfirmed(caller: Caller, grant: Grant, held: Entitlement): ReturnType<typeof reject> {
  if (!isBlocked(held))
    return reject("provisioning", "the target has not confirmed this access yet; try again in a moment");
  const why = caller.ref.tenantId === grant.tenantId ? (held.lastError ?? UNTOLD_ERROR) : UNTOLD_ERROR;
  return reject(
    "secret_not_offered",
    `the target does not open this access, and not before it is put right: ${why}`,
  );
}

async function findClaim(
  tx: Tx,
  deps: EffectDeps,
  caller: Caller,
  input: ClaimInput,
): Promise<Outcome<Claim>> {
  const grant = await tx.grants.find(input.grantId, "lock");
  if (grant === null || !isParty(caller, grant)) return noSuchGrant(input.grantId);
  const liveness = livenessOf(grant, deps.clock.now());
  if (liveness !== "live" && liveness !== "provisioning")
    return reject("grant_not_active", `this access is not live: ${liveness}`);
  const mine = grant.entitlements.filter(
    (one) =>
      samePrincipal(one.member, caller.ref) &&
      (input.bindingId === null || one.bindingId === input.bindingId),
  );
  const open = await openable(tx, grant, mine);
  const given = await withSecrets(tx, deps, open);
  const [entitlement, ...others] = given;
  if (entitlement === undefined) return notOffered(mine, open);
  if (others.length > 0)
    return reject("invalid_input", "this grant opens several targets; name a bindingId", {
      path: "/bindingId",
    });
  // Another target that stays shut keeps all of it from being live.
  const shut = grant.entitlements.find((one) => one.required && isBlocked(one));
  if (liveness === "provisioning") return notConfirmed(caller, grant, shut ?? entitlement);
  return accept({ grant, entitlement });
}

/**
 * What is over in its target does not count. A log-in of standing access is made anew whenever it is asked for, as long
 * as its binding is there and its holder still holds it.
 */
async function openable(tx: Tx, grant: Grant, held: readonly Entitlement[]): Promise<readonly Entitlement[]> {
  if (grant.kind !== "standing")
    return held.filter(({ state }) => state === "planned" || state === "present");
  const books = await tx.books([grant.tenantId, grant.beneficiary.tenantId]);
  const today = entitlementsFor(books, grant);
  return held.filter((one) => today.some((bound) => sameEntitlement(bound, one)));
}

function stillLeaving({ fault }: Entitlement): ReturnType<typeof reject> {
  if (fault == null || fault.kind === "retryable")
    return reject("provisioning", "the last log-in is being taken away; try again in a moment");
  return reject(
    "secret_not_offered",
    "the last log-in cannot be taken away, and there is no other one before its target is put right",
  );
}

/** Of kinds that give their holder something to get in with. */
async function withSecrets(
  tx: Tx,
  { gateway }: EffectDeps,
  held: readonly Entitlement[],
): Promise<readonly Entitlement[]> {
  const giving: Entitlement[] = [];
  for (const one of held) {
    const target = await tx.targets.find(one.targetId);
    if (target !== null && gateway.traitsOf(target)?.issuesSecret === true) giving.push(one);
  }
  return giving;
}

function notOffered(mine: readonly Entitlement[], open: readonly Entitlement[]) {
  if (open.length > 0)
    return reject(
      "secret_not_offered",
      "there is no secret to fetch: its target lets its holder in without one",
    );
  if (mine.some(({ state }) => state === "leaving"))
    return reject(
      "secret_not_offered",
      "the log-in of this access is being taken away and does not come back",
    );
  return reject(
    "secret_not_offered",
    "no target holds a log-in of yours for this grant; only its beneficiary gets a secret",
  );
}
