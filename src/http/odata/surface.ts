/**
 * What Azure's and Graph's surfaces are alike in: operations as values, found by path, method and version; their callers;
 * answers and refusals in an envelope. Each says in a `Surface` in what it differs.
 */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { ApplyDeps } from "../../use-cases/apply/apply-deps.ts";
import { escapePointer } from "../../use-cases/apply/faults.ts";
import type { EffectDeps } from "../../use-cases/ports.ts";
import { type Authenticate, byToken, callerOf, requireCaller } from "../caller.ts";
import { nameRoute, noteRefusal } from "../calls.ts";
import type { QueueChange } from "../change-queue.ts";
import { withoutConditions } from "../etags.ts";
import { faultOf } from "../faults.ts";
import { BAD_PATH, BAD_QUERY, pathSegments, queryOf, same } from "./address.ts";
import { type SurfaceError, surfaceError, surfaceFault } from "./errors.ts";
import { type Answer, type Call, type Operation, type Refusal, refuse } from "./operation.ts";
import { INERT_HEADER, NOTHING, takenFrom } from "./takes.ts";

export interface SurfaceContext {
  readonly deps: EffectDeps & ApplyDeps;
  readonly authenticate: Authenticate;
  readonly queued: QueueChange;
  /** The address under which this installation is known to whoever calls it. */
  readonly originOf: (request: FastifyRequest) => string;
}

export interface Match<C extends Call> {
  readonly operation: Operation<C>;
  readonly names: Call["names"];
}

export interface Surface<C extends Call, M extends Match<C>> {
  /** Whose contract it is: what its operations are counted under. */
  readonly name: "Azure" | "Graph";
  /** Its addresses, as the router knows them. */
  readonly urls: readonly string[];
  /** What finds everything that stands at an address, whatever the method and the version. */
  load(): Promise<(segments: readonly string[]) => readonly M[]>;
  versionOf(segments: readonly string[], query: URLSearchParams): string | null;
  /** Query parameters of every one of its calls, beside the options of each. */
  readonly parameters: readonly string[];
  /** Of an operation that is served in `versions`, which `given` is none of. */
  unserved(versions: readonly string[], given: string | null): Refusal;
  readonly codes: { readonly badAddress: string; readonly nothingThere: string };
  /** With what its handlers need beyond a call. */
  complete(call: Call, match: M): C;
  headersOf(request: FastifyRequest): Readonly<Record<string, string>>;
  /** As its clients know a refusal; its headers come beside those of every answer. */
  refusalOf(error: SurfaceError, request: FastifyRequest): Envelope;
}

interface Envelope {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function mountSurface<C extends Call, M extends Match<C>>(
  app: FastifyInstance,
  context: SurfaceContext,
  surface: Surface<C, M>,
): Promise<void> {
  const send = (reply: FastifyReply, { status, body, headers }: Envelope): FastifyReply => {
    const own = surface.headersOf(reply.request);
    reply.code(status).headers({ ...own, "cache-control": "no-store", ...headers });
    return body === undefined ? reply.send() : reply.send(body);
  };
  const sendError = (reply: FastifyReply, error: SurfaceError): FastifyReply => {
    noteRefusal(reply.request, error.code);
    if (error.status === 401) reply.header("www-authenticate", 'Bearer error="invalid_token"');
    if (error.retryAfterS !== undefined) reply.header("retry-after", String(error.retryAfterS));
    return send(reply, surface.refusalOf(error, reply.request));
  };
  // By the first call: the start does not wait for what many installations never use.
  let loading: ReturnType<typeof surface.load> | null = null;
  await app.register(async (scope) => {
    scope.setErrorHandler<FastifyError>((error, request, reply) =>
      sendError(reply, surfaceFault(faultOf(error, request))),
    );
    requireCaller(scope, byToken(context.authenticate), (reply, rejection) =>
      sendError(reply, surfaceError(rejection)),
    );
    for (const url of surface.urls) {
      scope.route({
        method: ["GET", "PUT", "PATCH", "POST", "DELETE"],
        url,
        schema: { hide: true },
        async handler(request, reply) {
          loading ??= surface.load();
          const answer = await answerTo(request, context, surface, await loading);
          if (answer.ok) return send(reply, answer);
          return sendError(reply, "error" in answer ? answer.error : surfaceError(answer.rejection));
        },
      });
    }
  });
}

async function answerTo<C extends Call, M extends Match<C>>(
  request: FastifyRequest,
  context: SurfaceContext,
  surface: Surface<C, M>,
  find: (segments: readonly string[]) => readonly M[],
): Promise<Answer> {
  const [path = "", given = ""] = request.url.split("?");
  const { badAddress, nothingThere } = surface.codes;
  const query = queryOf(given);
  if (query === null) return refuse(400, badAddress, BAD_QUERY);
  const segments = pathSegments(path);
  if (segments === null) return refuse(400, badAddress, BAD_PATH);
  const here = find(segments);
  if (here.length === 0) return refuse(404, nothingThere, "there is nothing at this address");
  const match = here.find(({ operation }) => operation.method === request.method);
  if (match === undefined) {
    const allowed = here.map(({ operation }) => operation.method).join(", ");
    return refuse(405, "MethodNotAllowed", `this address answers to ${allowed}`);
  }
  const { operation, names } = match;
  nameRoute(request, `${surface.name} ${operation.id}`);
  const asked = surface.versionOf(segments, query);
  const version = operation.versions.find((one) => same(one, asked ?? ""));
  if (version === undefined) return surface.unserved(operation.versions, asked);
  const heeded = withoutConditions(request.raw, operation.conditional ? ["if-match", "if-none-match"] : []);
  if (!heeded.ok) return heeded;
  const readable = requireKnown(query, [...surface.parameters, ...optionsOf(operation)]);
  if (!readable.ok) return readable;
  const taken = takenFrom(request.body, operation.takes ?? NOTHING);
  if (!taken.ok) return taken;
  const caller = callerOf(request);
  const origin = context.originOf(request);
  const call: Call = {
    deps: context.deps,
    caller,
    queued: (work) => context.queued(caller.ref.tenantId, work),
    operation: operation.id,
    ...{ version, names, query, origin },
    url: `${origin}${path}`,
    body: request.body,
    header(name) {
      const value = request.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
  };
  const answer = await operation.handle(surface.complete(call, match));
  return answer.ok ? withInert(answer, taken.value) : answer;
}

function optionsOf<C extends Call>({ options = [] }: Operation<C>): string[] {
  return options.map((name) => `$${name}`);
}

/** INVARIANT I18: a parameter that would be left aside is refused, and one that stands there twice: only one would count. */
function requireKnown(query: URLSearchParams, known: readonly string[]): Outcome<void> {
  const names = [...query.keys()];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const name = unknown.slice(0, 80);
    const instead = known.length === 0 ? "it takes none" : `it takes ${known.join(", ")}`;
    return reject("invalid_input", `this call has no query parameter \`${name}\`; ${instead}`, {
      path: `/${escapePointer(name)}`,
    });
  }
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice === undefined) return accept(undefined);
  return reject("invalid_input", `\`${twice}\` stands there twice; give it once`, { path: `/${twice}` });
}

/** What was sent and has no effect is named: neither contract has a place for it in its bodies. */
function withInert(answer: Extract<Answer, { ok: true }>, inert: readonly string[]): Answer {
  if (inert.length === 0) return answer;
  return { ...answer, headers: { ...answer.headers, [INERT_HEADER]: inert.join(", ") } };
}

/** A segment of a path; `args` only where it calls a function. */
export interface Part {
  readonly text: string;
  readonly args: Readonly<Record<string, string>> | null;
}

/** What a template's names stand for in a path; null where the path is another one. */
export function namesIn(template: readonly string[], path: readonly Part[]): Call["names"] | null {
  if (template.length !== path.length) return null;
  const names: Record<string, string> = {};
  for (const [index, { text, args }] of path.entries()) {
    const word = template[index] ?? "";
    if (word.endsWith("()")) {
      if (args === null || !same(text, word.slice(0, -2))) return null;
      Object.assign(names, args);
    } else if (args !== null) return null;
    else if (word.startsWith("{")) names[word.slice(1, -1)] = text;
    else if (!same(text, word)) return null;
  }
  return names;
}

const CLIENTS_ID = /^[0-9a-zA-Z-]{1,64}$/;

/** The id that a client gave its call, in the header of that name; null for none, or one that is not to be repeated. */
export function clientsId({ headers }: FastifyRequest, header: string): string | null {
  const given = headers[header];
  return typeof given === "string" && CLIENTS_ID.test(given) ? given : null;
}
