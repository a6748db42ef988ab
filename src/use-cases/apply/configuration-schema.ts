/** The published JSON Schema of configuration files, for editors: what `curfew apply` reads, secrets by reference. */
import { z } from "zod";
import type { JsonObject } from "../../domain/target-binding.ts";
import { API_VERSION, guidSchema, KINDS, type Kind, nameSchema, tenantNameSchema } from "./documents.ts";
import { handlerOf } from "./kinds/index.ts";
import { packageSchema } from "./package-spec.ts";
import { secretSchema } from "./spec-parts.ts";

const SECRET_BY_REFERENCE = {
  description: "where `curfew apply` finds the secret when it runs; never the secret itself",
  oneOf: [
    {
      type: "object",
      properties: { fromEnv: { type: "string", minLength: 1 } },
      required: ["fromEnv"],
      additionalProperties: false,
    },
    {
      type: "object",
      properties: { fromFile: { type: "string", minLength: 1 } },
      required: ["fromFile"],
      additionalProperties: false,
    },
  ],
};

const PACKAGE_BY_REFERENCE = {
  description: "the folder of the package, relative to this file",
  type: "object",
  properties: { fromDirectory: { type: "string", minLength: 1 } },
  required: ["fromDirectory"],
  additionalProperties: false,
};

/** Draft 2020-12. One document of one file; a file holds any number of them. */
export function configurationSchema(): JsonObject {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Curfew configuration",
    description: "One document of a file for `curfew apply`; documents of one file are separated by `---`.",
    oneOf: KINDS.map(documentSchema),
  };
}

function documentSchema(kind: Kind): JsonObject {
  const spec = schemaOf(handlerOf(kind).schema);
  const required = spec.required === undefined ? [] : ["spec"];
  return {
    title: kind,
    type: "object",
    properties: {
      apiVersion: { const: API_VERSION },
      kind: { const: kind },
      ...(kind === "Tenant" ? {} : { tenant: schemaOf(tenantNameSchema) }),
      name: schemaOf(kind === "Tenant" ? tenantNameSchema : nameSchema),
      id: schemaOf(guidSchema),
      spec,
    },
    required: ["kind", "name", ...required],
    additionalProperties: false,
  };
}

function become(schema: object, other: object): void {
  for (const key of Object.keys(schema)) Reflect.deleteProperty(schema, key);
  Object.assign(schema, other);
}

function schemaOf(schema: z.ZodType): JsonObject {
  const made = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override({ zodSchema, jsonSchema }) {
      if ((zodSchema as unknown) === secretSchema) become(jsonSchema, SECRET_BY_REFERENCE);
      if ((zodSchema as unknown) === packageSchema)
        become(jsonSchema, { anyOf: [{ ...jsonSchema }, PACKAGE_BY_REFERENCE] });
    },
  });
  const { $schema: _, ...rest } = JSON.parse(JSON.stringify(made)) as Record<string, unknown>;
  return rest as JsonObject;
}
