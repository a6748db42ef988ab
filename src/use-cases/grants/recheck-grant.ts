/** After a change of eligibility, group, settings or binding: a grant that has lost its ground is revoked (I3). */
import { type EndCause, type Grant, isOpen } from "../../domain/grant.ts";
import { dueAt } from "../../domain/grant-progress.ts";
import type { GrantId, TenantId } from "../../domain/ids.ts";
import type { Instant } from "../../domain/time.ts";
import * as ground from "../../policy/decisions/ground.ts";
import type { Deps, Tx } from "../ports.ts";
import { closeGrant, systemEvent } from "./end-grant.ts";

/** Nothing is written for a grant that keeps its ground. */
export async function recheckGrant(deps: Deps, tenantId: TenantId, id: GrantId): Promise<void> {
  await deps.store.inTenant(tenantId, async (tx) => {
    const parties = partiesOf(await tx.grant(id));
    await tx.holdPolicy(parties);
    const grant = await tx.grant(id, "lock");
    if (grant === null || !isOpen(grant)) return;
    const now = deps.clock.now();
    const over = grant.endsAt !== null && now >= grant.endsAt;
    const books = await tx.books(parties);
    const cause = over ? "expired" : ground.causeToEnd(books, grant, await requestOf(tx, grant), now);
    if (cause !== null) {
      await closeGrant(tx, grant, cause, now, systemEvent, null);
      return;
    }
    const followed = ground.followMembers(books, grant);
    if (followed !== grant) await tx.updateGrant(followed, dueAt(followed, now));
  });
}

/** At a scheduled start, in the transaction that would open it. */
export async function causeNotToStart(tx: Tx, grant: Grant, now: Instant): Promise<EndCause | null> {
  const parties = partiesOf(grant);
  await tx.holdPolicy(parties);
  const books = await tx.books(parties);
  return ground.causeNotToStart(books, grant, await requestOf(tx, grant), now);
}

function partiesOf(grant: Grant | null): readonly TenantId[] {
  if (grant === null) return [];
  return [...new Set([grant.tenantId, grant.otherTenantId ?? grant.tenantId, grant.beneficiary.tenantId])];
}

async function requestOf(tx: Tx, grant: Grant) {
  return grant.requestId === null ? null : tx.request(grant.requestId);
}
