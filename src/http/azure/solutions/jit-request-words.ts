/** What a PUT of a JIT request says, and the id it is given. */
import { z } from "zod";
import { duration, guid, instantText, text } from "../../../use-cases/values.ts";
import { nameIn } from "../../odata/operation.ts";
import type { Takes } from "../../odata/takes.ts";
import { isResourceId, roleIdOf } from "../arm-path.ts";
import { idInGroup, locationSchema, RESOURCE_READ_ONLY, tagsSchema } from "../resource-words.ts";
import type { ArmCall } from "../surface.ts";
import { JIT_REQUESTS } from "./jit-request-json.ts";

export const nameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.()-]{0,89}$/, "a name has 1 to 90 letters, digits and `_ . - ( )`");

const policySchema = z.looseObject({
  principalId: guid,
  roleDefinitionId: text(1_100).refine(
    (value) => roleIdOf(value) !== null,
    "not a role definition: give its GUID or its resource id",
  ),
});

export const putSchema = z.looseObject({
  location: locationSchema.nullish(),
  tags: tagsSchema.nullish(),
  properties: z.looseObject({
    applicationResourceId: text(1_024).refine(isResourceId, "not the resource id of an application"),
    jitAuthorizationPolicies: z.array(policySchema).min(1).max(50),
    jitSchedulingPolicy: z.looseObject({
      type: text(32),
      duration,
      startTime: instantText,
    }),
  }),
});
export type PutJitRequest = z.output<typeof putSchema>;

export const PUT_TAKES: Takes = {
  honoured: [
    "tags",
    "properties.applicationResourceId",
    "properties.jitAuthorizationPolicies.principalId",
    "properties.jitAuthorizationPolicies.roleDefinitionId",
    "properties.jitSchedulingPolicy.duration",
    "properties.jitSchedulingPolicy.startTime",
  ],
  only: { "properties.jitSchedulingPolicy.type": "`Once`, and `NotSpecified`, which means it" },
  inert: { location: "kept" },
  readOnly: [
    ...RESOURCE_READ_ONLY,
    "properties.publisherTenantId",
    "properties.provisioningState",
    "properties.jitRequestState",
    "properties.createdBy",
    "properties.updatedBy",
  ],
};

/** A PATCH of a JIT request or a definition. */
export const TAGS_TAKES: Takes = { honoured: ["tags"] };

export function idOfJitRequest(call: ArmCall): string {
  return idInGroup(call, JIT_REQUESTS, nameIn(call, "jitRequestName"));
}
