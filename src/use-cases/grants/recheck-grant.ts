/** After a change of eligibility, group, settings or binding: a grant that has lost its ground is revoked (I3). */
import type { AccessRequest } from "../../domain/access-request.ts";
import { type EndCause, type Grant, isOpen } from "../../domain/grant.ts";
import { dueAt, leaving, sameEntitlement } from "../../domain/grant-progress.ts";
import type { GrantId, TenantId } from "../../domain/ids.ts";
import { planEntitlements } from "../../domain/plan-entitlements.ts";
import type { Instant } from "../../domain/time.ts";
import type { ActivationFacts } from "../../policy/activation.ts";
import { lostAtStart, lostGround } from "../../policy/lost-ground.ts";
import { strictest } from "../../policy/strictest.ts";
import type { Deps, Tx } from "../ports.ts";
import { askOf, loadActivation } from "../requests/load-activation.ts";
import { closeGrant, systemEvent } from "./end-grant.ts";

export async function recheckGrant(deps: Deps, tenantId: TenantId, id: GrantId): Promise<void> {
  await deps.store.inTenant(tenantId, async (tx) => {
    const policySeen = await policyOf(tx, id);
    const grant = await tx.grant(id, "lock");
    if (grant === null || !isOpen(grant)) return;
    const now = deps.clock.now();
    const over = grant.endsAt !== null && now >= grant.endsAt;
    const cause = over ? "expired" : await causeToEnd(tx, grant, now);
    if (cause !== null) {
      await closeGrant(tx, grant, cause, now, systemEvent, null);
      return;
    }
    const followed = await followMembers(tx, grant);
    await tx.updateGrant(followed, dueAt(followed, now), policySeen);
  });
}

/** At a scheduled start the settings are looked at as well: those of then and of now, rule by rule the stricter (I3). */
export async function causeNotToStart(tx: Tx, grant: Grant, now: Instant): Promise<EndCause | null> {
  return causeToEnd(tx, grant, now, lostAtStart);
}

async function policyOf(tx: Tx, id: GrantId): Promise<number> {
  const grant = await tx.grant(id);
  if (grant === null) return 0;
  return tx.holdPolicy([grant.tenantId, grant.otherTenantId ?? grant.tenantId]);
}

async function causeToEnd(
  tx: Tx,
  grant: Grant,
  now: Instant,
  lost: typeof lostGround = lostGround,
): Promise<EndCause | null> {
  const beneficiary = await tx.identity(grant.beneficiary);
  if (beneficiary === null || beneficiary.principal.deletedAt !== null) return "eligibility_lost";
  for (const id of [grant.tenantId, grant.beneficiary.tenantId]) {
    const tenant = await tx.tenant(id);
    if (tenant === null || tenant.closedAt !== null) return "eligibility_lost";
  }
  const request = grant.requestId === null ? null : await tx.request(grant.requestId);
  // Standing access stands on the deployment or on an administrator's word, not on an eligibility.
  if (request === null) return null;
  return causeFor(tx, grant, request, now, lost);
}

async function causeFor(
  tx: Tx,
  grant: Grant,
  request: AccessRequest,
  now: Instant,
  lost: typeof lostGround,
): Promise<EndCause | null> {
  const loaded = await loadActivation(
    tx,
    { ...request, roleDefinitionIds: [grant.roleDefinitionId], asking: false },
    now,
  );
  if (!loaded.ok) return "eligibility_lost";
  const { facts, inForce } = loaded.value;
  const settings = (lost === lostAtStart ? [...request.madeUnder, ...inForce] : inForce).map(
    (one) => one.settings,
  );
  const terms = { ...request.terms, roleDefinitionIds: [grant.roleDefinitionId] };
  const others: ActivationFacts = { ...facts, held: [] };
  const ask = { ...askOf(request, terms), extending: null };
  const window = { startsAt: grant.startsAt, endsAt: grant.endsAt ?? now };
  return lost(ask, strictest(settings), others, window, now);
}

/** A grant to a group is an entitlement per current member: who joined gets one, who left loses it. */
async function followMembers(tx: Tx, grant: Grant): Promise<Grant> {
  const members = await tx.membersOf(grant.beneficiary);
  const wanted = planEntitlements(grant, await tx.bindings(), members);
  const kept = grant.entitlements.map((held) =>
    wanted.some((one) => sameEntitlement(one, held)) ? held : leaving(held),
  );
  const added = wanted.filter(
    (one) => !grant.entitlements.some((held) => sameEntitlement(one, held) && held.state !== "absent"),
  );
  const rest = kept.filter((held) => !added.some((one) => sameEntitlement(one, held)));
  // What is added after the start does not close the gate again: once passed it stays passed.
  return { ...grant, entitlements: [...rest, ...added] };
}
