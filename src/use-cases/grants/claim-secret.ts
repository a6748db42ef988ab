/**
 * Opens the log-in of a live grant and hands its secret over, once, to the one who holds it.
 *
 * A claim is committed before the effect, so that two calls never both get one; a failed call releases it. The secret
 * itself is stored nowhere. Standing access gets a log-in of at most 8 hours, made when it is asked for.
 */

import { aboutGrant } from "../../domain/about.ts";
import { type Entitlement, type Grant, isOpen, livenessOf } from "../../domain/grant.ts";
import { dueAt, isBehind, wantUntil, withEntitlement } from "../../domain/grant-progress.ts";
import type { BindingId, GrantId } from "../../domain/ids.ts";
import { samePrincipal } from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { stamp } from "../../domain/stamp.ts";
import { addMs, earliest, HOUR_MS, type Instant } from "../../domain/time.ts";
import { isParty } from "../../policy/authority.ts";
import { noSuchGrant } from "../find-request.ts";
import type { Caller, EffectDeps, IssuedSecret, Lease, Tx } from "../ports.ts";
import { current, provisionEntitlement } from "./advance-grant.ts";

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
  const tenantId = await deps.store.routes.tenantOfGrant(grantId);
  if (tenantId === null) return noSuchGrant(grantId);
  const answer = await deps.leases.withLease(grantId, LEASE_WAIT_MS, async (lease) => {
    const inTenant = <T>(work: (tx: Tx) => Promise<T>) => deps.store.inTenant(tenantId, work);
    const wanted = await inTenant((tx) => wantLogin(tx, deps, caller, input));
    if (!wanted.ok) return wanted;
    if (isBehind(wanted.value.entitlement))
      await provisionEntitlement(deps, lease, wanted.value.grant, wanted.value.entitlement);
    const claim = await inTenant((tx) => commitClaim(tx, deps, caller, input));
    if (!claim.ok) return claim;
    return hand(deps, lease, claim.value, inTenant);
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
  const found = await findClaim(tx, caller, input, now);
  if (!found.ok || found.value.grant.kind !== "standing") return found;
  const { grant, entitlement } = found.value;
  if (entitlement.state === "leaving")
    return reject("provisioning", "the last log-in is being taken away; try again in a moment");
  const until = earliest(addMs(now, STANDING_LOGIN_MS), ...(grant.endsAt === null ? [] : [grant.endsAt]));
  const renewed = { ...wantUntil(entitlement, until), secretClaimedAt: null };
  const target = await tx.targets.find(entitlement.targetId);
  if (target === null) return reject("secret_not_offered", "the target of this grant is gone");
  const handle = renewed.handle ?? deps.gateway.plan(target.kind, grant, entitlement);
  const next = withEntitlement(grant, { ...renewed, handle });
  const stored = await tx.grants.update(next, dueAt(next, now));
  return accept({ grant: stored, entitlement: current(stored, entitlement) ?? renewed });
}

async function commitClaim(
  tx: Tx,
  deps: EffectDeps,
  caller: Caller,
  input: ClaimInput,
): Promise<Outcome<Claim>> {
  const now = deps.clock.now();
  const found = await findClaim(tx, caller, input, now);
  if (!found.ok) return found;
  const { grant, entitlement } = found.value;
  if (entitlement.state !== "present") {
    return reject("provisioning", "the target has not confirmed this access yet; try again in a moment");
  }
  if (entitlement.secretClaimedAt !== null && !input.reissue) {
    return reject(
      "secret_already_issued",
      "the secret was given once; if its answer was lost, ask to reissue it, which voids the old one",
    );
  }
  const claimed = { ...entitlement, secretClaimedAt: now };
  const next = withEntitlement(grant, claimed);
  const stored = await tx.grants.update(next, dueAt(next, now));
  const facts = { bindingId: entitlement.bindingId, reissue: input.reissue };
  await tx.record([stamp("grant.secret_issued", aboutGrant(stored), caller, facts)], now);
  return accept({ grant: stored, entitlement: claimed });
}

async function hand(
  deps: EffectDeps,
  lease: Lease,
  { grant, entitlement }: Claim,
  inTenant: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
): Promise<Outcome<IssuedSecret>> {
  const stillOurs = async () => {
    if (!lease.isHeld()) return false;
    const fresh = await inTenant((tx) => tx.grants.find(grant.id));
    return fresh !== null && isOpen(fresh);
  };
  try {
    return accept(await deps.gateway.issueSecret(grant, entitlement, deps.ids.next(), stillOurs));
  } catch (error) {
    await inTenant(async (tx) => {
      const fresh = await tx.grants.find(grant.id, "lock");
      const held = fresh === null ? null : current(fresh, entitlement);
      if (fresh === null || held === null) return;
      const released = withEntitlement(fresh, { ...held, secretClaimedAt: null });
      await tx.grants.update(released, dueAt(released, deps.clock.now()));
    });
    throw error;
  }
}

async function findClaim(tx: Tx, caller: Caller, input: ClaimInput, now: Instant): Promise<Outcome<Claim>> {
  const grant = await tx.grants.find(input.grantId, "lock");
  if (grant === null || !isParty(caller, grant)) return noSuchGrant(input.grantId);
  const mine = grant.entitlements.filter((one) => samePrincipal(one.member, caller.ref));
  const [entitlement, ...others] = mine.filter(
    (one) => input.bindingId === null || one.bindingId === input.bindingId,
  );
  if (entitlement === undefined) {
    return reject(
      "secret_not_offered",
      "no target holds a log-in of yours for this grant; only its beneficiary gets a secret",
    );
  }
  if (others.length > 0)
    return reject("invalid_input", "this grant opens several targets; name a bindingId", {
      path: "/bindingId",
    });
  const liveness = livenessOf(grant, now);
  if (liveness === "provisioning")
    return reject("provisioning", "the target has not confirmed this access yet; try again in a moment");
  if (liveness !== "live") return reject("grant_not_active", `this access is not live: ${liveness}`);
  return accept({ grant, entitlement });
}
