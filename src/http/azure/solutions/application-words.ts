/** What a PUT or PATCH of a managed application says, and Azure's JIT policy in a document's words. */
import { z } from "zod";
import type { Json, JsonObject } from "../../../domain/target-binding.ts";
import { withoutSecrets } from "../../../offer-package/secure-parameters.ts";
import { durationText, text } from "../../../use-cases/values.ts";
import type { Takes } from "../../odata/takes.ts";
import { isResourceId } from "../arm-path.ts";
import { keptSchema, locationSchema, RESOURCE_READ_ONLY, tagsSchema } from "../resource-words.ts";
import type { KeptApplication } from "./application-json.ts";

const approverSchema = z.looseObject({
  id: text(320).min(1),
  type: z.preprocess(
    (value) => (typeof value === "string" ? value.toLowerCase() : value),
    z.enum(["user", "group"]).nullish(),
  ),
});

const MODES = { autoapprove: "automatic", manualapprove: "manual" } as const;

const policySchema = z.looseObject({
  jitAccessEnabled: z.boolean(),
  jitApprovalMode: text(32)
    .nullish()
    .transform((word, context) => {
      const key = word?.toLowerCase();
      if (key === undefined || key === "notspecified") return null;
      if (key === "autoapprove" || key === "manualapprove") return MODES[key];
      context.addIssue({ code: "custom", message: "the approval mode is `AutoApprove` or `ManualApprove`" });
      return z.NEVER;
    }),
  jitApprovers: z.array(approverSchema).max(100).nullish(),
  maximumJitAccessDuration: durationText.nullish(),
});
export type JitAccessPolicy = z.output<typeof policySchema>;

const resourceId = text(1_024).refine(
  isResourceId,
  "not a resource id such as /subscriptions/{id}/resourceGroups/{name}",
);

const planSchema = z.looseObject({
  name: text(128).nullish(),
  product: text(128).nullish(),
  publisher: text(128).nullish(),
  version: text(64)
    .regex(/^[1-9]\d{0,8}$/, "a version of an offer is a number; listAllowedUpgradePlans has those there are")
    .nullish(),
});

export const APPLICATION_TAKES: Takes = {
  honoured: [
    "tags",
    "properties.managedResourceGroupId",
    "properties.applicationDefinitionId",
    "properties.jitAccessPolicy.jitAccessEnabled",
    "properties.jitAccessPolicy.jitApprovalMode",
    "properties.jitAccessPolicy.jitApprovers.id",
    "properties.jitAccessPolicy.maximumJitAccessDuration",
  ],
  only: {
    "properties.jitAccessPolicy.jitApprovers.type": "what the approver is",
    "plan.name": "the offer's name",
    "plan.product": "the offer's name",
    "plan.publisher": "the publisher's tenant id",
    "plan.version": "a version of the offer, which it accepts",
  },
  inert: {
    location: "kept",
    kind: "kept",
    managedBy: "kept",
    sku: "kept",
    identity: "kept; managed applications have no identities of their own",
    "properties.parameters": "kept, less what the template calls secure; nothing is deployed with them",
  },
  readOnly: [
    ...RESOURCE_READ_ONLY,
    ...["outputs", "provisioningState", "billingDetails", "publisherTenantId", "authorizations"].map(own),
    ...["managementMode", "customerSupport", "supportUrls", "artifacts", "createdBy", "updatedBy"].map(own),
    "properties.jitAccessPolicy.jitApprovers.displayName",
  ],
  refused: { "plan.promotionCode": "nothing is sold here; leave it out" },
};

function own(name: string): string {
  return `properties.${name}`;
}

/** The same for PUT and PATCH: what is left out is the default of a new one and no change of an old one. */
export const applicationSchema = z.looseObject({
  location: locationSchema.nullish(),
  kind: text(64).nullish(),
  tags: tagsSchema.nullish(),
  sku: keptSchema.nullish(),
  identity: keptSchema.nullish(),
  managedBy: text(1_024).nullish(),
  plan: planSchema.nullish(),
  properties: z
    .looseObject({
      managedResourceGroupId: resourceId.nullish(),
      applicationDefinitionId: text(1_024).nullish(),
      parameters: keptSchema.nullish(),
      jitAccessPolicy: policySchema.nullish(),
    })
    .nullish(),
});
export type ApplicationBody = z.output<typeof applicationSchema>;

/** `jit` as a new application's document has it. The name in the path is the acknowledgement by name that I10 asks for. */
export function jitSpecOf(policy: JitAccessPolicy | null | undefined, name: string): Record<string, unknown> {
  if (policy === null || policy === undefined) return { enabled: true };
  if (!policy.jitAccessEnabled) return { enabled: false, acknowledgePermanentAccess: name };
  return { enabled: true, ...policyChanges(policy) };
}

/** Only what the body says; the rest stays. */
export function policyChanges(policy: JitAccessPolicy): Record<string, unknown> {
  const {
    jitApprovalMode: mode,
    jitApprovers: approvers,
    maximumJitAccessDuration: maximumDuration,
  } = policy;
  return {
    ...(mode === null ? {} : { mode }),
    ...(approvers == null ? {} : { approvers: approvers.map(({ id, type }) => referenceTo(id, type)) }),
    ...(maximumDuration == null ? {} : { maximumDuration }),
  };
}

/** An id stands for itself; by mail or name it is told apart by its type. */
function referenceTo(id: string, type: "user" | "group" | null | undefined): string {
  return /^[0-9a-f-]{36}$/i.test(id) || type == null ? id : `${type}:${id}`;
}

/** `declared` is what the template says of its parameters: the values of secure ones are not kept. */
export function keptApplication(
  body: ApplicationBody,
  before: KeptApplication,
  declared: JsonObject | null,
): JsonObject {
  const { location, kind, sku, identity, managedBy, properties } = body;
  const parameters = properties?.parameters;
  const given = {
    ...{ location, kind, sku, identity, managedBy },
    parameters: parameters == null ? parameters : withoutSecrets(parameters as Json, declared),
  };
  const changed = Object.entries(given).filter(([, value]) => value !== undefined && value !== null);
  return { ...before, ...Object.fromEntries(changed) } as JsonObject;
}
