/** What an Application document says. */
import { z } from "zod";
import { guidSchema, tenantNameSchema } from "./documents.ts";
import { jitSchema } from "./jit-spec.ts";
import { referenceSchema, referencesSchema } from "./spec-parts.ts";

const groupNameSchema = z
  .string()
  .regex(/^[\p{L}\p{N}_.()-]{1,90}$/u, "a resource group has 1 to 90 letters, digits and `_ . - ( )`");

export const applicationSchema = z.strictObject({
  publisher: z.union([tenantNameSchema, guidSchema]).describe("the tenant whose offer it is"),
  offer: referenceSchema,
  version: z
    .int()
    .min(1)
    .optional()
    .describe("default: the latest when it is deployed, then the one accepted"),
  subscription: referenceSchema.describe("what it is deployed into"),
  resourceGroup: groupNameSchema.describe("where the application stands"),
  managedResourceGroup: groupNameSchema.describe("what the publisher operates"),
  owners: referencesSchema.default([]).describe("users and groups of the consumer"),
  jit: jitSchema.prefault({}),
});
export type ApplicationSpec = z.output<typeof applicationSchema>;
