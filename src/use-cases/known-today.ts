/** INVARIANT I2: who approved, as they are known today. A tie between two identities that was made meanwhile counts. */
import type { ApprovalRecord, PendingRequest, Proposal } from "../domain/access-request.ts";
import { type PersonKey, type PrincipalRef, personOf } from "../domain/principal.ts";
import type { Tx } from "./ports.ts";

export async function knownToday(tx: Tx, request: PendingRequest): Promise<PendingRequest> {
  // Held first, so that nobody ties identities between this look and the decision.
  await tx.holdPolicy([request.tenantId, request.otherTenantId ?? request.tenantId]);
  const approvals: ApprovalRecord[] = [];
  for (const given of request.approvals) {
    approvals.push({ ...given, person: await personNow(tx, given.approver, given.person) });
  }
  const { proposal } = request.state;
  return { ...request, approvals, state: { ...request.state, proposal: await proposalNow(tx, proposal) } };
}

async function proposalNow(tx: Tx, proposal: Proposal | null): Promise<Proposal | null> {
  return proposal && { ...proposal, person: await personNow(tx, proposal.by, proposal.person) };
}

async function personNow(tx: Tx, ref: PrincipalRef, then: PersonKey): Promise<PersonKey> {
  const identity = await tx.identity(ref);
  return identity === null ? then : personOf(identity.principal);
}
