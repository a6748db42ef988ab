/** An offer as Microsoft.Solutions knows it: an application definition. */
import type { JsonObject } from "../../../domain/target-binding.ts";
import type { Caller } from "../../../use-cases/ports.ts";
import type { Definition } from "../../../use-cases/views/read-definitions.ts";
import { systemData } from "../resource-words.ts";
import { DEFINITIONS } from "./definition-ids.ts";

/** Properties of a definition that mean nothing here and are given back as they came. */
export const KEPT_PROPERTIES = [
  "lockLevel",
  "isEnabled",
  "artifacts",
  "description",
  "packageFileUri",
  "storageAccountId",
  "notificationPolicy",
  "lockingPolicy",
  "deploymentPolicy",
  "managementPolicy",
  "policies",
  "mainTemplate",
  "createUiDefinition",
] as const;

export function definitionJson({ offer, version, resource }: Definition, { ref }: Caller) {
  const { location, sku, managedBy, ...kept } = resource.kept;
  return {
    id: resource.id,
    name: resource.id.split("/").at(-1),
    type: DEFINITIONS,
    location: location ?? "global",
    tags: resource.tags,
    systemData: systemData(resource, ref.tenantId),
    ...(sku == null ? {} : { sku }),
    ...(managedBy == null ? {} : { managedBy }),
    properties: {
      lockLevel: "None",
      isEnabled: true,
      ...(kept as JsonObject),
      displayName: offer.displayName,
      authorizations: version.authorizations.map(({ principal, roleDefinitionId }) => ({
        principalId: principal.objectId,
        roleDefinitionId,
      })),
    },
  };
}
