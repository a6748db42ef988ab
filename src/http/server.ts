/** The HTTP server: limits, headers, problems, health, metrics, and one folder a surface. */
import { readFileSync } from "node:fs";
import rateLimit from "@fastify/rate-limit";
import swagger from "@fastify/swagger";
import underPressure from "@fastify/under-pressure";
import Fastify, { type FastifyInstance } from "fastify";
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from "fastify-type-provider-zod";
import type { ApiContext } from "./api/context.ts";
import { apiRoutes } from "./api/routes.ts";
import { type Authenticate, requireCaller } from "./caller.ts";
import { handleFaults } from "./faults.ts";
import { type Health, healthRoutes } from "./health.ts";
import { boundNesting } from "./nesting.ts";
import { securityHeaders } from "./security-headers.ts";

const BODY_LIMIT_BYTES = 1_048_576;
const REQUEST_TIMEOUT_MS = 30_000;
// A person paging fast makes a few calls a second; a program that makes more than this is a loop.
const CALLS_PER_MINUTE = 1_800;

export interface ServerOptions {
  readonly context: ApiContext;
  readonly authenticate: Authenticate;
  readonly health: Health;
  readonly trustedProxy: string | null;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly logger: boolean;
  /** Mounts sign-in beside the API. */
  readonly identity: (app: FastifyInstance) => Promise<void> | void;
}

export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const app = createFastify(options).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  handleFaults(app);
  securityHeaders(app);
  boundNesting(app);
  await app.register(underPressure, { maxEventLoopDelay: 2_000, retryAfter: 2 });
  await app.register(rateLimit, {
    max: CALLS_PER_MINUTE,
    timeWindow: 60_000,
    keyGenerator: (request) => request.ip,
  });
  await app.register(swagger, { openapi: describeApi(), transform: jsonSchemaTransform });
  healthRoutes(app, options.health);
  await options.identity(app);
  await app.register(
    async (scope) => {
      requireCaller(scope, options.authenticate);
      apiRoutes(scope.withTypeProvider<ZodTypeProvider>() as never, options.context);
    },
    { prefix: "/api/v1" },
  );
  return app;
}

function createFastify(options: ServerOptions): FastifyInstance {
  const shared = {
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    trustProxy: options.trustedProxy ?? false,
    disableRequestLogging: true,
    logger: options.logger
      ? { level: "warn", redact: ["req.headers.authorization", "req.headers.cookie"] }
      : false,
    routerOptions: { maxParamLength: 1_024 },
  };
  return options.tls === null
    ? Fastify(shared)
    : (Fastify({ ...shared, https: options.tls }) as unknown as FastifyInstance);
}

function describeApi() {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
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
