/** An offer as Microsoft.Solutions knows it: an application definition. */
import type { Caller } from "../../../use-cases/ports.ts";
import type { Definition } from "../../../use-cases/views/read-definitions.ts";
import { systemData } from "../resource-words.ts";
import { DEFINITIONS } from "./definition-ids.ts";

/** Properties of a definition that are given back as they came. */
export const KEPT_PROPERTIES = [
  "isEnabled",
  "description",
  "storageAccountId",
  "deploymentPolicy",
  "managementPolicy",
  "mainTemplate",
  "createUiDefinition",
] as const;

export function definitionJson({ offer, version, resource, notified }: Definition, { ref }: Caller) {
  const { location, sku, managedBy } = resource.kept;
  // What an older version kept of a definition, though it locked and read nothing, is not said any more.
  const kept = KEPT_PROPERTIES.filter((name) => resource.kept[name] != null);
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
      ...Object.fromEntries(kept.map((name) => [name, resource.kept[name]])),
      // Its query is a secret, and is not read: written back without it, the endpoint keeps the one that it has.
      ...(notified === null ? {} : { notificationPolicy: { notificationEndpoints: [{ uri: notified }] } }),
      displayName: offer.displayName,
      authorizations: version.authorizations.map(({ principal, roleDefinitionId }) => ({
        principalId: principal.objectId,
        roleDefinitionId,
      })),
    },
  };
}
