/** What was not expected: malformed input by path, what is away for a while as 503, everything else loudly as 500. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { outageOf } from "../domain/outage.ts";
import { type Fault, sendProblem } from "./problem.ts";

/** How somebody's browser is told. `again`: it looks there once more by itself. */
export type FailurePage = (
  status: number,
  message: string,
  again: { readonly seconds: number; readonly at: string } | null,
) => { readonly headers: Readonly<Record<string, string>>; readonly body: string };

const OF_PROGRAMS = /^\/api\//;

export function handleFaults(app: FastifyInstance, page: FailurePage | null = null): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    sendFault(reply, faultOf(error, request), page);
  });
}

/** To a person as a page, to a program as a problem. */
export function sendFault(reply: FastifyReply, fault: Fault, page: FailurePage | null): FastifyReply {
  const isPage = page !== null && asksForPage(reply.request);
  return isPage ? sendFailurePage(reply, fault, page) : sendProblem(reply, fault);
}

/** Whether a person looks at the answer, and not a program. */
export function asksForPage({ url, headers }: FastifyRequest): boolean {
  return headers.accept?.includes("text/html") === true && !OF_PROGRAMS.test(url);
}

function sendFailurePage(
  reply: FastifyReply,
  { status, message, retryAfterS: seconds }: Fault,
  page: FailurePage,
): FastifyReply {
  const { method, url } = reply.request;
  // Who asked too often is told by the limit itself until when.
  const limitedS = Number(reply.getHeader("retry-after") ?? Number.NaN);
  const retryAfterS = seconds ?? (limitedS > 0 ? limitedS : undefined);
  // What changes something is not sent twice.
  const again = retryAfterS !== undefined && method === "GET" ? { seconds: retryAfterS, at: url } : null;
  const { headers, body } = page(status, message, again);
  if (retryAfterS !== undefined) reply.header("retry-after", String(retryAfterS));
  return reply.code(status).headers(headers).send(body);
}

/** Logs what only the operator may read of it. */
export function faultOf(error: FastifyError, request: FastifyRequest): Fault {
  if (hasZodFastifySchemaValidationErrors(error)) return invalid(error);
  const outage = outageOf(error);
  if (outage !== null) {
    const { code, message, retryAfterS } = outage;
    logOutage(request, outage.reason);
    return { status: 503, code, message, retryAfterS };
  }
  const status = error.statusCode ?? 500;
  if (status === 429) return { status, code: "too_many_requests", message: error.message };
  if (status >= 400 && status < 500)
    return { status, code: "invalid_input", message: error.message, more: { path: "/" } };
  if (error.name === "TargetFault") {
    // What the target said names its owner's hosts and roles: it stays in the log.
    request.log.warn({ err: error, route: request.routeOptions.url }, "a target failed");
    const passes = "kind" in error && error.kind === "retryable";
    const next = passes ? "try again in a moment" : "its owner has to look why";
    return { status: 502, code: "target_failed", message: `the target did not do it; ${next}` };
  }
  request.log.error({ err: error, route: request.routeOptions.url }, "broken invariant");
  const message = `this is a fault of Curfew; its log has more under ${request.id}`;
  return { status: 500, code: "internal", message };
}

const OUTAGE_TOLD_EVERY_MS = 10_000;
let outageToldAtMs = Number.NEGATIVE_INFINITY;

/** Everybody meets the same outage: once in a while is enough. */
function logOutage(request: FastifyRequest, reason: string): void {
  const now = performance.now();
  if (now - outageToldAtMs < OUTAGE_TOLD_EVERY_MS) return;
  outageToldAtMs = now;
  request.log.warn({ reason }, "calls are answered with 503");
}

function invalid(
  error: FastifyError & { validation: readonly SchemaFault[]; validationContext?: string },
): Fault {
  const [first] = error.validation;
  const where = `${error.validationContext ?? "body"}${first?.instancePath ?? ""}`;
  return {
    status: 400,
    code: "invalid_input",
    message: `${where}: ${first?.message ?? "not valid"}`,
    more: {
      path: first?.instancePath === "" ? "/" : first?.instancePath,
      faults: error.validation
        .slice(0, 20)
        .map(({ instancePath, message }) => ({ path: instancePath, message })),
    },
  };
}

interface SchemaFault {
  readonly instancePath: string;
  readonly message?: string | undefined;
}
