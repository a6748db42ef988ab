/** The HTTP server: limits, headers, problems, health, metrics, and one folder a surface. */
import type { IncomingMessage } from "node:http";
import rateLimit from "@fastify/rate-limit";
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from "fastify";
import { networkOf } from "../domain/network.ts";
import type { Log } from "../telemetry/log.ts";
import type { ApiContext } from "./api/context.ts";
import { mountApi } from "./api/mount.ts";
import { ARM, armUrl } from "./azure/surface.ts";
import { type Authenticate, admitting, byTokenOrSession, type FindCaller, requireCaller } from "./caller.ts";
import { type CallsOptions, fastifyLog, followCalls, newRequestId } from "./calls.ts";
import { changeQueue } from "./change-queue.ts";
import { boundConnections, MOST_CONNECTIONS, TIMES } from "./connections.ts";
import { type FailurePage, handleFaults, sendFault } from "./faults.ts";
import { GRAPH } from "./graph/surface.ts";
import { type Health, healthRoutes } from "./health.ts";
import { boundNesting } from "./nesting.ts";
import { mountSurface } from "./odata/surface.ts";
import { mountPortal } from "./portal/mount.ts";
import { refuseUnderPressure } from "./pressure.ts";
import { securityHeaders } from "./security-headers.ts";

const BODY_LIMIT_BYTES = 1_048_576;
// A person paging fast makes a few calls a second; a program that makes more than this is a loop.
const CALLS_PER_MINUTE = 1_800;

export interface ServerOptions {
  readonly context: Omit<ApiContext, "queued" | "admitCaller">;
  /** Every address of this installation, the canonical one first. */
  readonly origins: readonly string[];
  readonly authenticate: Authenticate;
  /** Takes a browser's sign-in, for the native API only. */
  readonly authenticateSession: FindCaller;
  /** The folder of the built portal; null where there is none. */
  readonly portal: string | null;
  readonly health: Health;
  /** How browsers are told of what went wrong; left out, they get a problem as programs do. */
  readonly failurePage?: FailurePage;
  readonly trustedProxy: string | null;
  /** Left out: `MOST_CONNECTIONS`. */
  readonly connections?: { readonly [Which in keyof typeof MOST_CONNECTIONS]: number | undefined };
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** Null: nothing is said. */
  readonly log: Log | null;
  readonly calls: CallsOptions & { readonly closedEarly: () => void };
  /** Mounts sign-in beside the API. */
  readonly identity: (app: FastifyInstance) => Promise<void> | void;
}

export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const app = createFastify(options);
  const { perAddress, inAll } = MOST_CONNECTIONS;
  boundConnections(app.server, {
    perAddress: options.connections?.perAddress ?? perAddress,
    inAll: options.connections?.inAll ?? inAll,
    trustedProxy: options.trustedProxy,
    onDropped: options.calls.closedEarly,
  });
  followCalls(app, options.calls);
  handleFaults(app, options.failurePage ?? null);
  securityHeaders(app);
  boundNesting(app);
  refuseUnderPressure(app);
  await app.register(rateLimit, {
    max: CALLS_PER_MINUTE,
    timeWindow: 60_000,
    keyGenerator: ({ ip }) => networkOf(ip),
  });
  healthRoutes(app, options.health);
  await options.identity(app);
  const queued = changeQueue();
  const originOf = (request: FastifyRequest) => knownOrigin(options.origins, request);
  const { authenticate } = options;
  const findCaller = byTokenOrSession(authenticate, options.authenticateSession);
  const context = { ...options.context, queued, admitCaller: admitting(findCaller) };
  await mountApi(app, context, (scope) => requireCaller(scope, findCaller));
  const shared = { deps: options.context.deps, authenticate, queued, originOf };
  await mountSurface(app, shared, ARM);
  await mountSurface(app, shared, GRAPH);
  await mountPortal(app, options.portal);
  return app;
}

/** A made-up Host header leads nowhere: links name an address that is ours. */
function knownOrigin(origins: readonly string[], request: FastifyRequest): string {
  const asked = `${request.protocol}://${request.host}`.toLowerCase();
  return origins.find((origin) => origin === asked) ?? origins[0] ?? "";
}

function createFastify(options: ServerOptions): FastifyInstance {
  const shared = {
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: TIMES.requestTimeout,
    // Fastify's own answer to what comes in while it closes is no problem of ours; `pressure.ts` gives one that is.
    return503OnClosing: false,
    trustProxy: options.trustedProxy ?? false,
    logController: new LogController({ disableRequestLogging: true }),
    ...(options.log === null ? { logger: false as const } : { loggerInstance: fastifyLog(options.log) }),
    genReqId: newRequestId,
    routerOptions: { maxParamLength: 2_048 },
    // Fastify's own compilers take long to load, and the API brings zod's: a schema elsewhere is a mistake of ours.
    schemaController: { compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler } },
    frameworkErrors: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply) =>
      sendFault(
        reply,
        { status: error.statusCode ?? 400, code: "invalid_input", message: "the address is not a valid one" },
        options.failurePage ?? null,
      ),
    rewriteUrl: ({ url }: IncomingMessage) => armUrl(url ?? "/"),
  };
  return options.tls === null
    ? Fastify({ ...shared, http: TIMES })
    : (Fastify({ ...shared, https: { ...TIMES, ...options.tls } }) as unknown as FastifyInstance);
}

function noCompiler(): never {
  throw new Error("schemas are for the native API's routes");
}
