/** PUT of an application definition: an offer with a next version where anything of it changed. */
import { z } from "zod";
import { type LifecycleEndpoint, lifecycleEndpointOf } from "../../../domain/lifecycle-webhook.ts";
import { accept, type Outcome, reject } from "../../../domain/rejection.ts";
import type { JsonObject } from "../../../domain/target-binding.ts";
import { JIT_CONTROL } from "../../../offer-package/ui-definition.ts";
import { keepingLifecycleWebhook } from "../../../use-cases/applications/lifecycle-webhook.ts";
import { type ApplyReport, applyConfiguration } from "../../../use-cases/apply/apply-configuration.ts";
import { digestOf } from "../../../use-cases/apply/digest.ts";
import { readConfiguration } from "../../../use-cases/apply/read-configuration.ts";
import { type Precondition, provided } from "../../../use-cases/precondition.ts";
import { keeping, resourcesBySubject, together } from "../../../use-cases/surface-resources.ts";
import { guid, line, text } from "../../../use-cases/values.ts";
import type { Definition } from "../../../use-cases/views/read-definitions.ts";
import { bodyOf } from "../../odata/body.ts";
import { nameIn } from "../../odata/operation.ts";
import type { Takes } from "../../odata/takes.ts";
import { roleReference } from "../arm-path.ts";
import { keptSchema, locationSchema, RESOURCE_READ_ONLY, tagsSchema } from "../resource-words.ts";
import type { ArmCall } from "../surface.ts";
import { KEPT_PROPERTIES } from "./definition-json.ts";

/** An object, or its JSON text. */
const fileSchema = z.union([text(262_144), z.record(z.string(), z.unknown())]);

/** Takes letters of any case. */
function oneOf(words: readonly string[], sentence: string) {
  const known = words.map((word) => word.toLowerCase());
  return text(64)
    .refine((word) => known.includes(word.toLowerCase()), sentence)
    .nullish();
}

export const DEFINITION_TAKES: Takes = {
  honoured: [
    "tags",
    "properties.displayName",
    "properties.isEnabled",
    "properties.authorizations.principalId",
    "properties.authorizations.roleDefinitionId",
    "properties.createUiDefinition",
    "properties.notificationPolicy.notificationEndpoints.uri",
  ],
  only: {
    "properties.lockLevel": "`None`",
    "properties.mainTemplate": "beside its `createUiDefinition`",
    "properties.managementPolicy.mode": "`Managed`, and `NotSpecified`, which means it",
  },
  inert: {
    location: "kept",
    sku: "kept",
    managedBy: "kept",
    "properties.description": "kept",
    "properties.storageAccountId": "kept; no package is stored there",
    "properties.deploymentPolicy": "kept; nothing is deployed",
  },
  readOnly: RESOURCE_READ_ONLY,
  refused: {
    "properties.lockingPolicy":
      "nothing is locked here, so there is nothing to except from a lock; leave it out",
    "properties.packageFileUri":
      "packages are not fetched: send what is in it as `createUiDefinition` and `mainTemplate`",
    "properties.artifacts":
      "files are not fetched: send what is in them as `createUiDefinition` and `mainTemplate`",
    "properties.policies": "policies on what is deployed are not enforced here; leave them out",
  },
};

/** Azure takes one endpoint. */
const notificationSchema = z.looseObject({
  notificationEndpoints: z
    .array(
      z.looseObject({
        uri: text(2_048).refine(
          (uri) => lifecycleEndpointOf(uri) !== null,
          "an endpoint is an address that begins with https://, at most 2,048 characters, without a fragment, user name or password",
        ),
      }),
    )
    .max(1, "a definition has one notification endpoint"),
});

const schema = z.looseObject({
  location: locationSchema.nullish(),
  tags: tagsSchema.nullish(),
  sku: keptSchema.nullish(),
  managedBy: text(1_024).nullish(),
  properties: keptSchema.and(
    z.looseObject({
      lockLevel: oneOf(["None"], "nothing is locked here: the lockLevel is `None`"),
      managementPolicy: z
        .looseObject({
          mode: oneOf(["Managed", "NotSpecified"], "its publisher manages what is deployed of it: `Managed`"),
        })
        .nullish(),
      displayName: line(256).nullish(),
      isEnabled: z.boolean().nullish(),
      createUiDefinition: fileSchema.nullish(),
      mainTemplate: fileSchema.nullish(),
      notificationPolicy: notificationSchema.nullish(),
      authorizations: z
        .array(z.looseObject({ principalId: guid, roleDefinitionId: roleReference }))
        .min(1)
        .max(100),
    }),
  ),
});
type DefinitionBody = z.output<typeof schema>;

export interface Putting {
  readonly id: string;
  readonly existing: Definition | null;
  readonly precondition: Precondition | null;
}

export async function putDefinition(
  call: ArmCall,
  { id, existing, precondition }: Putting,
): Promise<Outcome<unknown>> {
  const body = bodyOf(schema, call.body);
  if (!body.ok) return body;
  const { createUiDefinition, mainTemplate } = body.value.properties;
  if (mainTemplate != null && createUiDefinition == null)
    return reject("invalid_input", "a mainTemplate is read beside its createUiDefinition; send both", {
      path: "/properties/mainTemplate",
    });
  const name = existing?.offer.name ?? nameIn(call, "applicationDefinitionName");
  const before = await offerBefore(call, name, id);
  if (!before.ok) return before;
  const { spec: kept, isNew } = before.value;
  const document = {
    kind: "ApplicationDefinition",
    name,
    spec: { ...(isNew ? { jitOffered: false } : kept), ...specOf(body.value, name) },
  };
  const made = {
    kind: "applicationDefinition",
    tenantId: call.caller.ref.tenantId,
    otherTenantId: null,
    id: existing?.resource.id ?? id,
    tags: body.value.tags ?? existing?.resource.tags ?? {},
    kept: { ...formIn(existing), ...keptOf(body.value) },
  } as const;
  const also = keeping<ApplyReport>(
    call,
    made,
    (report) => ({ subjectId: report.changes[0]?.id ?? "" }),
    existing?.resource ?? null,
  );
  const webhook = keepingLifecycleWebhook(call.deps, call.caller, {
    offer: name,
    endpoint: endpointIn(body.value),
    path: "/properties/notificationPolicy/notificationEndpoints/0/uri",
  });
  const onlyIf = isNew ? undefined : [digestOf(kept)];
  const input = { documents: [document], dryRun: false, prune: false, remember: false, onlyIf };
  return call.queued(() =>
    applyConfiguration(call.deps, call.caller, input, provided(precondition, together(also, webhook))),
  );
}

function endpointIn({ properties }: DefinitionBody): LifecycleEndpoint | null {
  const [endpoint] = properties.notificationPolicy?.notificationEndpoints ?? [];
  return endpoint === undefined ? null : lifecycleEndpointOf(endpoint.uri);
}

interface OfferBefore {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly isNew: boolean;
}

/**
 * What Azure has no word for stays as it was: to whom it is offered above all. An offer that was made on another surface
 * is taken up by its name; one that has a resource elsewhere is another resource group's.
 */
async function offerBefore(call: ArmCall, name: string, id: string): Promise<Outcome<OfferBefore>> {
  const read = await readConfiguration(call.deps, call.caller, { kind: "ApplicationDefinition", name });
  if (!read.ok && read.rejection.code !== "not_found") return read;
  const [offer] = read.ok ? read.value : [];
  if (offer === undefined) return accept({ spec: {}, isNew: true });
  const { tenantId } = call.caller.ref;
  const kept = await resourcesBySubject(call.deps, tenantId, "applicationDefinition", [offer.id]);
  const resource = kept.get(offer.id);
  if (resource !== undefined && resource.id.toLowerCase() !== id.toLowerCase())
    return reject(
      "name_taken",
      `an offer has one name in an organisation, and \`${resource.id}\` has this one`,
    );
  return accept({ spec: offer.spec, isNew: false });
}

function specOf({ properties }: DefinitionBody, name: string): Record<string, unknown> {
  return {
    displayName: properties.displayName ?? name,
    // Switched off, it is offered to nobody any more; to whom it is offered is said on Curfew's own surface.
    ...(properties.isEnabled === false ? { visibility: "nobody" } : {}),
    ...packageIn(properties),
    authorizations: properties.authorizations.map(({ principalId, roleDefinitionId }) => ({
      principal: principalId,
      role: roleDefinitionId,
    })),
  };
}

/**
 * Azure's definitions have no setting for JIT access: it is offered where the form has its step. Without a form it is
 * offered as before, and of a new definition not at all.
 */
function packageIn({
  createUiDefinition,
  mainTemplate,
}: DefinitionBody["properties"]): Record<string, unknown> {
  if (createUiDefinition == null) return {};
  const text =
    typeof createUiDefinition === "string" ? createUiDefinition : JSON.stringify(createUiDefinition);
  return {
    jitOffered: text.includes(JIT_CONTROL),
    package: { createUiDefinition, ...(mainTemplate == null ? {} : { mainTemplate }) },
  };
}

/** A form that is not sent anew stays. */
function formIn(existing: Definition | null): JsonObject {
  const { createUiDefinition, mainTemplate } = existing?.resource.kept ?? {};
  return {
    ...(createUiDefinition == null ? {} : { createUiDefinition }),
    ...(mainTemplate == null ? {} : { mainTemplate }),
  };
}

function keptOf({ location, sku, managedBy, properties }: DefinitionBody): JsonObject {
  const given: Record<string, unknown> = { location, sku, managedBy };
  for (const property of KEPT_PROPERTIES) given[property] = Reflect.get(properties, property);
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined && value !== null),
  ) as JsonObject;
}
