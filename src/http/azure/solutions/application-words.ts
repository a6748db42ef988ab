/** What a PUT or PATCH of a managed application says, and Azure's JIT policy in a document's words. */
import { z } from "zod";
import type { Json, JsonObject } from "../../../domain/target-binding.ts";
import { withoutSecrets } from "../../../offer-package/secure-parameters.ts";
import { durationText, text } from "../../../use-cases/values.ts";
import { isResourceId } from "../arm-path.ts";
import { keptSchema, locationSchema, tagsSchema } from "../resource-words.ts";
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

const planSchema = z.looseObject({ version: text(64).nullish() });

/** The same for PUT and PATCH: what is left out is the default of a new one and no change of an old one. */
export const applicationSchema = z.looseObject({
  location: locationSchema.nullish(),
  kind: text(64).nullish(),
  tags: tagsSchema.nullish(),
  sku: keptSchema.nullish(),
  identity: keptSchema.nullish(),
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
  const { location, kind, sku, identity, properties } = body;
  const parameters = properties?.parameters;
  const given = {
    ...{ location, kind, sku, identity },
    parameters: parameters == null ? parameters : withoutSecrets(parameters as Json, declared),
  };
  const changed = Object.entries(given).filter(([, value]) => value !== undefined && value !== null);
  return { ...before, ...Object.fromEntries(changed) } as JsonObject;
}
