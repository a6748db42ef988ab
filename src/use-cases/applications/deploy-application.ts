/** A managed application comes and goes: its record, the publisher's standing access, and what both logs say of it. */
import type { Application } from "../../domain/application.ts";
import type { EventType } from "../../domain/event.ts";
import type { Grant } from "../../domain/grant.ts";
import type { ApplicationId } from "../../domain/ids.ts";
import { type About, stamp } from "../../domain/stamp.ts";
import type { JsonObject } from "../../domain/target-binding.ts";
import { formatDuration } from "../../domain/time.ts";
import { closeGrant, systemEvent } from "../grants/end-grant.ts";
import { cancelPending } from "../requests/cancel-pending.ts";
import { defaultDefinitionId, deployedOfIn } from "../views/read-definitions.ts";
import { policyChanges } from "./policy-changes.ts";
import { type Deploying, otherParty, reconcileStanding } from "./standing-access.ts";

const BATCH = 500;

/** An application of the same name that is gone: both logs say so, because a choice made at deployment was made anew. */
export interface Earlier {
  readonly id: ApplicationId;
  readonly jitEnabled: boolean;
}

/** Stores a new application and gives its publisher what follows from the consumer's choice. */
export async function deployApplication(
  at: Deploying,
  application: Application,
  earlier: Earlier | null,
): Promise<void> {
  await at.tx.applications.save(application);
  const standing = await reconcileStanding(at, application);
  const facts = {
    ...(await deploymentFacts(at, application, standing)),
    replaces: earlier === null ? null : { id: earlier.id, jitEnabled: earlier.jitEnabled },
  };
  const { jitAccess } = application;
  const own = jitAccess.enabled ? { changes: policyChanges(null, jitAccess.policy) } : {};
  await recordApplication(at, application, { type: "application.deployed", facts, own });
}

/** The consumer accepts another version of the offer: other principals, other roles, wider or narrower permissions. */
export async function acceptVersion(at: Deploying, application: Application): Promise<void> {
  await at.tx.applications.save(application);
  const standing = await reconcileStanding(at, application);
  await recordApplication(at, application, {
    type: "configuration.changed",
    facts: {
      kind: "Application",
      action: "update",
      fields: ["version"],
      ...(await deploymentFacts(at, application, standing)),
    },
  });
}

/** Ends everything that stood on it: pending requests are canceled, every grant closes, standing access included. */
export async function withdrawApplication(at: Deploying, application: Application): Promise<void> {
  const { tx, caller, now } = at;
  const gone: Application = { ...application, version: application.version + 1, deletedAt: now };
  await tx.applications.save(gone);
  await cancelPending(at, "the application was deleted", { applicationIds: [application.id] });
  await reconcileStanding(at, gone);
  for (let left = true; left; ) {
    const open = await tx.grants.list({ applicationId: application.id, unclosed: true, limit: BATCH });
    for (const grant of open)
      await closeGrant(tx, grant, {
        cause: "eligibility_lost",
        now,
        by: { event: systemEvent, ref: caller.ref },
      });
    left = open.length === BATCH;
  }
  await recordApplication(at, gone, {
    type: "application.deleted",
    facts: { name: gone.name, scope: gone.scope, offer: await offerFacts(at, gone) },
  });
}

/** The policy's own terms, without the approvers' names: those are the consumer's (I11). */
export function policyFacts(application: Application): JsonObject {
  const { jitAccess } = application;
  if (!jitAccess.enabled) return { enabled: false };
  const { policy, policyVersion } = jitAccess;
  return {
    enabled: true,
    policyVersion,
    mode: policy.mode,
    approvers: policy.approvers.length,
    required: policy.required,
    maximumDuration: formatDuration(policy.maximumDurationMs),
    minimumDuration: formatDuration(policy.minimumDurationMs),
  };
}

export interface ApplicationEvent {
  readonly type: EventType;
  readonly facts: JsonObject;
  readonly own?: JsonObject;
}

/** `own` is the consumer's: the publisher's log holds a commitment to it. */
export async function recordApplication(
  at: Deploying,
  application: Application,
  { type, facts, own = {} }: ApplicationEvent,
): Promise<void> {
  const { tx, caller, now, correlationId } = at;
  const about: About = {
    kind: "application",
    id: application.id,
    tenantId: application.tenantId,
    otherTenantId: otherParty(application),
    correlationId,
  };
  const event = stamp(type, about, caller, facts);
  const privateFacts = { ...event.privateFacts?.facts, ...own };
  const { tenantId } = application;
  await tx.record([{ ...event, privateFacts: { tenantId, facts: privateFacts } }], now);
}

/**
 * Which offer it is of, as both parties may name it: its publisher's webhook tells of it by these (exports). Its version is
 * said beside it where that is what changed.
 */
export async function offerFacts({ tx }: Deploying, application: Application): Promise<JsonObject> {
  const { publisher, resourceId, offerName } = await deployedOfIn(tx, application);
  return {
    id: application.offerId,
    publisher,
    name: offerName,
    definition: resourceId ?? defaultDefinitionId(publisher, offerName),
  };
}

async function deploymentFacts(
  at: Deploying,
  application: Application,
  standing: readonly Grant[],
): Promise<JsonObject> {
  return {
    name: application.name,
    scope: application.scope,
    managedScope: application.managedScope,
    offer: { ...(await offerFacts(at, application)), version: application.offerVersion },
    jit: policyFacts(application),
    standing: standing.map(({ id, beneficiary, roleDefinitionId }) => ({
      grantId: id,
      principal: { ...beneficiary },
      roleDefinitionId,
    })),
  };
}
