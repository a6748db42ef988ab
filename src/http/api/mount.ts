/** Mounts the native API under its prefix, described by its own schemas (OpenAPI 3.1). */
import { readFileSync } from "node:fs";
import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import type { Api, ApiContext } from "./context.ts";
import { apiRoutes } from "./routes.ts";

/** `guard` is registered before any route, so that none is reached without a caller. */
export async function mountApi(
  app: FastifyInstance,
  context: ApiContext,
  guard: (scope: FastifyInstance) => void,
): Promise<void> {
  await app.register(
    async (scope) => {
      scope.setValidatorCompiler(validatorCompiler);
      scope.setSerializerCompiler(serializerCompiler);
      await scope.register(swagger, { openapi: description(), transform: jsonSchemaTransform });
      guard(scope);
      apiRoutes(scope as unknown as Api, context);
    },
    { prefix: "/api/v1" },
  );
}

function description() {
  const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));
  return {
    openapi: "3.1.0",
    info: {
      title: "Curfew",
      version,
      description:
        "Just-in-time access that ends on time. Problems follow RFC 9457 with a closed set of codes.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    components: {
      securitySchemes: { bearer: { type: "http" as const, scheme: "bearer", bearerFormat: "at+jwt" } },
    },
    security: [{ bearer: [] }],
  };
}
