/** A managed application as Microsoft.Solutions knows it, to either of its two parties. */
import type { Application, JitPolicy } from "../../../domain/application.ts";
import { formatDuration, formatInstant } from "../../../domain/time.ts";
import type { Caller, Deps, SurfaceResource } from "../../../use-cases/ports.ts";
import type { NamedPrincipal } from "../../../use-cases/views/names.ts";
import { applicationWords, type DeployedOf } from "../../../use-cases/views/read-definitions.ts";
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
  readonly managedBy?: unknown;
}

export async function applicationJson(
  deps: Deps,
  caller: Caller,
  application: Application,
  resource: SurfaceResource | null,
) {
  const kept = (resource?.kept ?? {}) as KeptApplication;
  const words = await applicationWords(deps, caller, application);
  return {
    id: application.scope,
    name: application.name,
    type: APPLICATIONS,
    kind: kept.kind ?? "ServiceCatalog",
    location: kept.location ?? "global",
    tags: resource?.tags ?? {},
    systemData: resource === null ? deployedData(application) : systemData(resource, caller.ref.tenantId),
    plan: planOf(application, words.of),
    ...(kept.sku === undefined ? {} : { sku: kept.sku }),
    ...(kept.managedBy === undefined ? {} : { managedBy: kept.managedBy }),
    ...(kept.identity === undefined ? {} : { identity: kept.identity }),
    properties: {
      managedResourceGroupId: application.managedScope,
      applicationDefinitionId: definitionIdOf(words.of),
      parameters: kept.parameters ?? {},
      outputs: {},
      provisioningState: "Succeeded",
      jitAccessPolicy: policyJson(caller, application, words.approvers),
      publisherTenantId: application.publisherTenantId,
      authorizations: application.authorizations.map(({ principal, roleDefinitionId }) => ({
        principalId: principal.objectId,
        roleDefinitionId,
      })),
      managementMode: "Managed",
    },
  };
}

/** The accepted version of the offer, as listAllowedUpgradePlans names versions. */
export function planOf({ publisherTenantId, offerVersion }: Application, { offerName }: DeployedOf) {
  const version = String(offerVersion);
  return { name: offerName, product: offerName, publisher: publisherTenantId, version };
}

/** INVARIANT I11: who approves is the consumer's; the publisher learns the mode and the maximum. */
function policyJson(
  { ref }: Caller,
  { tenantId, jitAccess }: Application,
  approvers: readonly NamedPrincipal[],
) {
  if (!jitAccess.enabled) return { jitAccessEnabled: false };
  const { policy } = jitAccess;
  return {
    jitAccessEnabled: true,
    jitApprovalMode: modeWord(policy),
    maximumJitAccessDuration: formatDuration(policy.maximumDurationMs),
    ...(ref.tenantId === tenantId ? { jitApprovers: approvers.map(approverJson) } : {}),
  };
}

export function modeWord({ mode }: Pick<JitPolicy, "mode">): "AutoApprove" | "ManualApprove" {
  return mode === "automatic" ? "AutoApprove" : "ManualApprove";
}

function approverJson({ objectId, kind, displayName }: NamedPrincipal) {
  return { id: objectId, type: kind === "group" ? "group" : "user", displayName };
}

function deployedData({ deployedAt }: Application) {
  return { createdAt: formatInstant(deployedAt), lastModifiedAt: formatInstant(deployedAt) };
}
