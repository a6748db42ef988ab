/** Mounts the native API under its prefix; `write-openapi.ts` describes it by its own schemas. */
import type { FastifyInstance } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { ifMatchHeaders, withoutConditions } from "../etags.ts";
import { sendRejection } from "../problem.ts";
import type { Api, ApiContext } from "./context.ts";
import { refuseUnknownQuery } from "./known-query.ts";
import { apiRoutes } from "./routes.ts";

/** `guard` is registered before any route, so that none is reached without a caller. */
export async function mountApi(
  app: FastifyInstance,
  context: ApiContext,
  guard: (scope: FastifyInstance) => unknown,
): Promise<void> {
  await app.register(
    async (scope) => {
      scope.setValidatorCompiler(validatorCompiler);
      scope.setSerializerCompiler(serializerCompiler);
      await guard(scope);
      scope.addHook("onRequest", async (request, reply) => {
        const compares = request.routeOptions.schema?.headers === ifMatchHeaders;
        const heeded = withoutConditions(request.raw, compares ? ["if-match"] : []);
        return heeded.ok ? undefined : sendRejection(reply, heeded.rejection);
      });
      refuseUnknownQuery(scope);
      apiRoutes(scope as unknown as Api, context);
    },
    { prefix: "/api/v1" },
  );
}
