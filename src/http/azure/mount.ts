/** Azure Resource Manager's surface: its addresses, its envelope of errors, one dispatcher. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Authenticate, byToken, callerOf, requireCaller } from "../caller.ts";
import { faultOf } from "../faults.ts";
import { BAD_QUERY, queryOf } from "../odata/address.ts";
import { type SurfaceError, surfaceError, surfaceFault } from "../odata/errors.ts";
import { clientsId, type SurfaceContext } from "../surface.ts";
import { type ArmAnswer, type ArmCall, refuse } from "./arm-operation.ts";
import { dispatcher } from "./dispatch.ts";

const ROOTS = ["/subscriptions", "/providers", "/tenants"];

/** What a client may send doubled or in other letters, as the router knows it. */
export function armUrl(url: string): string {
  const path = url.replace(/^\/{2,16}/, "/");
  const root = ROOTS.find((one) => path.slice(0, one.length).toLowerCase() === one);
  return root === undefined ? path : root + path.slice(root.length);
}

export async function mountArm(
  app: FastifyInstance,
  context: SurfaceContext,
  authenticate: Authenticate,
): Promise<void> {
  // Loaded by the first call: the start does not wait for what many installations never use.
  let dispatching: Promise<ReturnType<typeof dispatcher>> | null = null;
  const loaded = () => {
    dispatching ??= import("./operations.ts").then(({ ARM_OPERATIONS }) => dispatcher(ARM_OPERATIONS));
    return dispatching;
  };
  await app.register(async (scope) => {
    scope.setErrorHandler<FastifyError>((error, request, reply) =>
      sendError(reply, surfaceFault(faultOf(error, request))),
    );
    requireCaller(scope, byToken(authenticate), (reply, rejection) =>
      sendError(reply, surfaceError(rejection)),
    );
    for (const root of ROOTS) {
      for (const url of [root, `${root}/*`]) {
        scope.route({
          method: ["GET", "PUT", "PATCH", "POST", "DELETE"],
          url,
          schema: { hide: true },
          async handler(request, reply) {
            const [path = "", query = ""] = request.url.split("?");
            const given = queryOf(query);
            if (given === null) return send(reply, refuse(400, "InvalidRequestUri", BAD_QUERY));
            const dispatch = await loaded();
            const dispatched = dispatch(request.method, path, given.get("api-version"));
            if (!dispatched.ok) return send(reply, dispatched);
            const { operation, ...found } = dispatched.found;
            if (given.has("$filter") && operation.filters !== true)
              return send(reply, refuse(400, "InvalidRequestContent", "this operation takes no $filter"));
            return send(reply, await operation.handle(callFrom(request, context, found, given)));
          },
        });
      }
    }
  });
}

function callFrom(
  request: FastifyRequest,
  { deps, inTurn, originOf }: SurfaceContext,
  found: Pick<ArmCall, "scope" | "names" | "apiVersion">,
  query: URLSearchParams,
): ArmCall {
  const caller = callerOf(request);
  return {
    ...found,
    deps,
    caller,
    query,
    body: request.body,
    url: `${originOf(request)}${request.url.split("?")[0] ?? ""}`,
    header(name) {
      const value = request.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    inTurn: (work) => inTurn(caller.ref.tenantId, work),
  };
}

/** By which a client's log and ours are brought together; its own id comes back where it asks for that. */
function idsOf(request: FastifyRequest): Record<string, string> {
  const { id, headers } = request;
  const isWanted = headers["x-ms-return-client-request-id"] === "true";
  const given = isWanted ? clientsId(request, "x-ms-client-request-id") : null;
  return {
    "x-ms-request-id": id,
    "x-ms-correlation-request-id": id,
    ...(given === null ? {} : { "x-ms-client-request-id": given }),
  };
}

function send(reply: FastifyReply, answer: ArmAnswer): FastifyReply {
  if (!answer.ok) {
    return sendError(reply, "rejection" in answer ? surfaceError(answer.rejection) : answer.error);
  }
  reply
    .code(answer.status)
    .headers({ ...idsOf(reply.request), "cache-control": "no-store", ...answer.headers });
  return answer.body === undefined ? reply.send() : reply.send(answer.body);
}

function sendError(reply: FastifyReply, { status, code, message }: SurfaceError): FastifyReply {
  if (status === 401) reply.header("www-authenticate", 'Bearer error="invalid_token"');
  if (status === 503) reply.header("retry-after", "2");
  return reply
    .code(status)
    .headers({ ...idsOf(reply.request), "cache-control": "no-store", "x-ms-failure-cause": "service" })
    .send({ error: { code, message } });
}
