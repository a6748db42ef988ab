/** Microsoft Graph's surface, as far as Privileged Identity Management goes: its addresses, its envelope of errors, one dispatcher. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Authenticate, byToken, callerOf, requireCaller } from "../caller.ts";
import { faultOf } from "../faults.ts";
import { BAD_QUERY, queryOf } from "../odata/address.ts";
import { type SurfaceError, surfaceError, surfaceFault } from "../odata/errors.ts";
import { clientsId, type SurfaceContext } from "../surface.ts";
import { dispatcher } from "./dispatch.ts";
import { BOTH, type GraphAnswer, type GraphCall, type Version } from "./graph-operation.ts";

export async function mountGraph(
  app: FastifyInstance,
  context: SurfaceContext,
  authenticate: Authenticate,
): Promise<void> {
  // Loaded by the first call: the start does not wait for what many installations never use.
  let dispatching: Promise<ReturnType<typeof dispatcher>> | null = null;
  const loaded = () => {
    dispatching ??= import("./operations.ts").then(({ GRAPH_OPERATIONS }) => dispatcher(GRAPH_OPERATIONS));
    return dispatching;
  };
  await app.register(async (scope) => {
    scope.setErrorHandler<FastifyError>((error, request, reply) =>
      sendError(request, reply, surfaceFault(faultOf(error, request))),
    );
    requireCaller(scope, byToken(authenticate), (reply, rejection) =>
      sendError(reply.request, reply, surfaceError(rejection)),
    );
    for (const version of BOTH) {
      scope.route({
        method: ["GET", "POST", "PATCH", "PUT", "DELETE"],
        url: `/${version}/*`,
        schema: { hide: true },
        async handler(request, reply) {
          const [path = "", given = ""] = request.url.split("?");
          const query = queryOf(given);
          if (query === null)
            return sendError(request, reply, { status: 400, code: "BadRequest", message: BAD_QUERY });
          const dispatch = await loaded();
          const dispatched = dispatch(request.method, version, path.slice(version.length + 1));
          if (!dispatched.ok) return send(request, reply, dispatched);
          const { operation, names } = dispatched.found;
          const call = callFrom(request, context, version, names, query);
          return send(request, reply, await operation.handle(call));
        },
      });
    }
  });
}

function callFrom(
  request: FastifyRequest,
  { deps, inTurn, originOf }: SurfaceContext,
  version: Version,
  names: GraphCall["names"],
  query: URLSearchParams,
): GraphCall {
  const caller = callerOf(request);
  const origin = originOf(request);
  return {
    deps,
    caller,
    names,
    query,
    body: request.body,
    url: `${origin}${request.url.split("?")[0] ?? ""}`,
    root: `${origin}/${version}`,
    inTurn: (work) => inTurn(caller.ref.tenantId, work),
  };
}

function send(request: FastifyRequest, reply: FastifyReply, answer: GraphAnswer): FastifyReply {
  if (!answer.ok)
    return sendError(request, reply, "rejection" in answer ? surfaceError(answer.rejection) : answer.error);
  reply.code(answer.status).headers(headersOf(request));
  return answer.body === undefined ? reply.send() : reply.send(answer.body);
}

function sendError(request: FastifyRequest, reply: FastifyReply, error: SurfaceError): FastifyReply {
  const { code, message } = error;
  // Every refusal of an ask is a 400 with its code, as Graph has it.
  const status = error.status === 409 ? 400 : error.status;
  const headers = headersOf(request);
  if (status === 401) reply.header("www-authenticate", 'Bearer error="invalid_token"');
  if (status === 503) reply.header("retry-after", "2");
  const innerError = {
    date: new Date().toISOString().slice(0, 19),
    "request-id": headers["request-id"],
    "client-request-id": headers["client-request-id"],
  };
  return reply.code(status).headers(headers).send({ error: { code, message, innerError } });
}

function headersOf(request: FastifyRequest) {
  return {
    "cache-control": "no-store",
    "odata-version": "4.0",
    "request-id": request.id,
    "client-request-id": clientsId(request, "client-request-id") ?? request.id,
  };
}
