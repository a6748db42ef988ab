/** What a PUT of a JIT request says, and the id it is given. */
import { z } from "zod";
import { duration, guid, instantText, text } from "../../../use-cases/values.ts";
import { nameIn } from "../../odata/operation.ts";
import { isResourceId, roleIdOf } from "../arm-path.ts";
import { idInGroup, locationSchema, tagsSchema } from "../resource-words.ts";
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

export function idOfJitRequest(call: ArmCall): string {
  return idInGroup(call, JIT_REQUESTS, nameIn(call, "jitRequestName"));
}
