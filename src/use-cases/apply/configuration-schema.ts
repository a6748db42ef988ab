/**
 * The published JSON Schema of configuration files, for editors and for docs/configuration-reference.md: what `curfew apply`
 * reads, secrets by reference. What a target and a binding hold is said by the kinds of targets.
 */
import { z } from "zod";
import type { Json, JsonObject } from "../../domain/target-binding.ts";
import type { DescribedExportKind, DescribedKind } from "./apply-deps.ts";
import { API_VERSION, guidSchema, KINDS, type Kind, nameSchema, tenantNameSchema } from "./documents.ts";
import { handlerOf } from "./kinds/index.ts";
import { packageSchema } from "./package-spec.ts";
import { logoSchema, secretSchema } from "./spec-parts.ts";

const SECRET_BY_REFERENCE = {
  description: "where `curfew apply` finds the secret when it runs; never the secret itself",
  oneOf: [reference("fromEnv"), reference("fromFile")],
};

const PACKAGE_BY_REFERENCE = {
  description: "the folder of the package, relative to this file",
  ...reference("fromDirectory"),
};

const PICTURE_BY_REFERENCE = { description: "the file, relative to this one", ...reference("fromPicture") };

/** What a kind of target says of its documents. */
export type TargetKindSchema = Pick<DescribedKind, "kind" | "schema">;
/** And a kind of export of its own. */
export type ExportKindSchema = Pick<DescribedExportKind, "kind" | "schema">;

export interface KnownSchemas {
  readonly targets: readonly TargetKindSchema[];
  readonly exports: readonly ExportKindSchema[];
}

/** Draft 2020-12. One document of one file; a file holds any number of them. */
export function configurationSchema(known: KnownSchemas): JsonObject {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Curfew configuration",
    description: "One document of a file for `curfew apply`; documents of one file are separated by `---`.",
    oneOf: KINDS.map((kind) => documentSchema(kind, known)),
  };
}

function documentSchema(kind: Kind, known: KnownSchemas): JsonObject {
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
      spec: withKinds(kind, spec, known),
    },
    required: ["kind", "name", ...required],
    additionalProperties: false,
  };
}

function withKinds(kind: Kind, spec: JsonObject, known: KnownSchemas): JsonObject {
  if (kind === "Target") return { oneOf: known.targets.map((one) => specOf(spec, one)) };
  if (kind === "Export") return { oneOf: known.exports.map((one) => specOf(spec, one)) };
  if (kind !== "Binding") return spec;
  // Which of them it has to be is the server's to know: a binding names its target, and not the target's kind.
  const anyOf = known.targets.map((one) => ({ title: one.kind, ...embedded(one.schema.entitlement) }));
  return { ...spec, properties: { ...members(spec), entitlement: { anyOf } } };
}

function specOf(spec: JsonObject, { kind, schema }: ExportKindSchema): JsonObject {
  const isOpen = (name: unknown) => !schema.secrets.includes(String(name));
  const open = Object.entries(members(schema.config)).filter(([name]) => isOpen(name));
  const required = (schema.config.required as readonly Json[] | undefined)?.filter(isOpen) ?? [];
  const { propertyNames: _, ...secrets } = members(spec).secrets as JsonObject;
  return {
    ...spec,
    title: kind,
    properties: {
      ...members(spec),
      kind: { const: kind },
      config: { ...embedded(schema.config), properties: Object.fromEntries(open), required },
      secrets: {
        ...secrets,
        properties: Object.fromEntries(
          schema.secrets.map((name) => [
            name,
            { ...SECRET_BY_REFERENCE, ...described(members(schema.config)[name]) },
          ]),
        ),
        additionalProperties: false,
      },
    },
  };
}

function members(schema: JsonObject): JsonObject {
  return (schema.properties ?? {}) as JsonObject;
}

/** As a part of another schema, which says for all its parts which JSON Schema they are written in. */
function embedded({ $schema: _, ...rest }: JsonObject): JsonObject {
  return rest;
}

function described(member: Json | undefined): JsonObject {
  const { description } = (member ?? {}) as JsonObject;
  return description === undefined ? {} : { description };
}

function reference(name: string) {
  return {
    type: "object",
    properties: { [name]: { type: "string", minLength: 1 } },
    required: [name],
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
      if ((zodSchema as unknown) === logoSchema)
        become(jsonSchema, { anyOf: [{ ...jsonSchema }, PICTURE_BY_REFERENCE] });
      if ((zodSchema as unknown) === packageSchema)
        become(jsonSchema, { anyOf: [{ ...jsonSchema }, PACKAGE_BY_REFERENCE] });
    },
  });
  return embedded(JSON.parse(JSON.stringify(made)) as JsonObject);
}
