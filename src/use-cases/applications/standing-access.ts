/** The publisher's standing access to a managed application: what it should be, and how it is brought there. */
import type { Application, Authorization } from "../../domain/application.ts";
import type { Grant } from "../../domain/grant.ts";
import { begin, dueAt, passGate } from "../../domain/grant-progress.ts";
import { asId, type GrantId, type IdSource, type TenantId } from "../../domain/ids.ts";
import { planEntitlements } from "../../domain/plan-entitlements.ts";
import { principalKey } from "../../domain/principal.ts";
import { BrokenInvariant } from "../../domain/rejection.ts";
import { BUILT_IN_ROLES, isReadOnly, READER_ID } from "../../domain/role-definition.ts";
import type { Instant } from "../../domain/time.ts";
import { closeGrant, systemEvent } from "../grants/end-grant.ts";
import type { Caller, Tx } from "../ports.ts";

const MAX_STANDING = 1_000;

/** Who changes an application, when, and with which ids. */
export interface Deploying {
  readonly tx: Tx;
  readonly caller: Caller;
  readonly now: Instant;
  readonly ids: IdSource;
  readonly correlationId: string;
}

/**
 * INVARIANT I10: with JIT access enabled every authorized principal may read and nothing else; declined, it holds the
 * pinned roles for as long as the application exists.
 */
export function standingAccessOf(application: Application): Authorization[] {
  if (application.deletedAt !== null) return [];
  const { enabled } = application.jitAccess;
  if (enabled) requireReadOnlyReader();
  const wanted = application.authorizations.map(({ principal, roleDefinitionId }) => ({
    principal,
    roleDefinitionId: enabled ? READER_ID : roleDefinitionId,
  }));
  return [...new Map(wanted.map((one) => [keyOf(one), one])).values()];
}

/** Level-triggered: adds what is missing, ends what should not be there. Returns what stands now. */
export async function reconcileStanding(at: Deploying, application: Application): Promise<Grant[]> {
  const { tx, now, caller } = at;
  const wanted = new Map(standingAccessOf(application).map((one) => [keyOf(one), one]));
  const held = await tx.grants.list({
    applicationId: application.id,
    kind: "standing",
    unclosed: true,
    limit: MAX_STANDING,
  });
  const kept: Grant[] = [];
  for (const grant of held.filter(({ underGrantId }) => underGrantId === null)) {
    const key = keyOf({ principal: grant.beneficiary, roleDefinitionId: grant.roleDefinitionId });
    if (wanted.delete(key)) kept.push(grant);
    else await closeGrant(tx, grant, { cause: "revoked", now, by: { event: systemEvent, ref: caller.ref } });
  }
  for (const one of wanted.values()) kept.push(await giveStanding(at, application, one));
  return kept;
}

async function giveStanding(at: Deploying, application: Application, given: Authorization): Promise<Grant> {
  const { tx, now, ids } = at;
  const { tenantId } = application;
  const bare: Grant = {
    id: asId<GrantId>(ids.next()),
    tenantId,
    otherTenantId: otherParty(application),
    version: 1,
    kind: "standing",
    requestId: null,
    underGrantId: null,
    // Nobody asked for it: it follows from the deployment.
    requester: given.principal,
    beneficiary: given.principal,
    roleDefinitionId: given.roleDefinitionId,
    scope: application.scope,
    managedScope: application.managedScope,
    applicationId: application.id,
    emergency: false,
    why: application.jitAccess.enabled ? "publisher's read-only" : "JIT declined at deployment",
    entitlements: [],
    gatePassedAt: null,
    review: null,
    startsAt: now,
    endsAt: null,
    state: { name: "scheduled" },
  };
  const members = await tx.directory.membersOf(given.principal);
  const planned = { ...bare, entitlements: planEntitlements(bare, await tx.targets.bindings(), members) };
  // It stands from the deployment on, whether or not somebody has asked a target for a log-in yet.
  const begun = begin(planned);
  const grant = begun.state.name === "active" ? begun : passGate(begun, now);
  await tx.grants.insert(grant, dueAt(grant, now));
  return grant;
}

export function otherParty(application: Application): TenantId | null {
  return application.publisherTenantId === application.tenantId ? null : application.publisherTenantId;
}

function keyOf({ principal, roleDefinitionId }: Authorization): string {
  return `${principalKey(principal)} ${roleDefinitionId}`;
}

function requireReadOnlyReader(): void {
  const reader = BUILT_IN_ROLES.find(({ id }) => id === READER_ID);
  if (reader === undefined || !isReadOnly(reader))
    throw new BrokenInvariant("standing access would not be read-only");
}
