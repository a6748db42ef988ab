/** A managed application as Microsoft.Solutions knows it, to either of its two parties. */
import type { Application, JitPolicy } from "../../../domain/application.ts";
import type { PrincipalRef } from "../../../domain/principal.ts";
import { formatDuration, formatInstant } from "../../../domain/time.ts";
import type { Caller, Deps, SurfaceResource, Tx } from "../../../use-cases/ports.ts";
import { namesIn } from "../../../use-cases/views/names.ts";
import { systemData } from "../resource-words.ts";
import { definitionIdOf } from "./definition-ids.ts";

export const APPLICATIONS = "Microsoft.Solutions/applications";

/** What an application's maker wrote and the domain has no use for. */
export interface KeptApplication {
  readonly location?: string | null;
  readonly kind?: string;
  readonly parameters?: unknown;
  readonly sku?: unknown;
  readonly identity?: unknown;
}

export async function applicationJson(
  deps: Deps,
  caller: Caller,
  application: Application,
  resource: SurfaceResource | null,
) {
  const kept = (resource?.kept ?? {}) as KeptApplication;
  const words = await deps.store.inTenant(application.tenantId, async (tx) => ({
    policy: await policyJson(tx, caller, application),
    definitionId: await definitionIdOf(tx, application.publisherTenantId, application.offerId),
  }));
  return {
    id: application.scope,
    name: application.name,
    type: APPLICATIONS,
    kind: kept.kind ?? "ServiceCatalog",
    location: kept.location ?? "global",
    tags: resource?.tags ?? {},
    systemData: resource === null ? deployedData(application) : systemData(resource, caller.ref.tenantId),
    ...(kept.sku === undefined ? {} : { sku: kept.sku }),
    ...(kept.identity === undefined ? {} : { identity: kept.identity }),
    properties: {
      managedResourceGroupId: application.managedScope,
      applicationDefinitionId: words.definitionId,
      parameters: kept.parameters ?? {},
      outputs: {},
      provisioningState: "Succeeded",
      jitAccessPolicy: words.policy,
      publisherTenantId: application.publisherTenantId,
      authorizations: application.authorizations.map(({ principal, roleDefinitionId }) => ({
        principalId: principal.objectId,
        roleDefinitionId,
      })),
      managementMode: "Managed",
    },
  };
}

/** INVARIANT I11: who approves is the consumer's; the publisher learns the mode and the maximum. */
async function policyJson(tx: Tx, { ref }: Caller, { tenantId, jitAccess }: Application) {
  if (!jitAccess.enabled) return { jitAccessEnabled: false };
  const { policy } = jitAccess;
  return {
    jitAccessEnabled: true,
    jitApprovalMode: modeWord(policy),
    maximumJitAccessDuration: formatDuration(policy.maximumDurationMs),
    ...(ref.tenantId === tenantId ? { jitApprovers: await approversJson(tx, policy.approvers) } : {}),
  };
}

export function modeWord({ mode }: Pick<JitPolicy, "mode">): "AutoApprove" | "ManualApprove" {
  return mode === "automatic" ? "AutoApprove" : "ManualApprove";
}

async function approversJson(tx: Tx, refs: readonly PrincipalRef[]) {
  const names = namesIn(tx);
  const approvers = [];
  for (const ref of refs) {
    const { kind, displayName } = await names.principal(ref);
    approvers.push({ id: ref.objectId, type: kind === "group" ? "group" : "user", displayName });
  }
  return approvers;
}

function deployedData({ deployedAt }: Application) {
  return { createdAt: formatInstant(deployedAt), lastModifiedAt: formatInstant(deployedAt) };
}
