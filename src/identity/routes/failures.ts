/** What goes wrong where people and programs sign in: a page for browsers, OAuth's error for programs. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { againFor, failurePage, type OAuthFailure, passingFailure } from "../pages/failure-page.ts";

/** `answer`: a program's form, where programs come too. */
export function handleFailures(
  scope: FastifyInstance,
  answer: ((reply: FastifyReply, failure: OAuthFailure) => FastifyReply) | null = null,
): void {
  scope.setErrorHandler<FastifyError>((error, request, reply) => {
    const failure = failureOf(error, request);
    if (failure.retryAfterS !== null) reply.header("retry-after", String(failure.retryAfterS));
    if (answer !== null && !request.headers.accept?.includes("text/html")) return answer(reply, failure);
    const { headers, body } = failurePage(failure.status, failure.description, againFor(failure, request));
    return reply.code(failure.status).headers(headers).send(body);
  });
}

function failureOf(error: FastifyError, request: FastifyRequest): OAuthFailure {
  const passing = passingFailure(error);
  if (passing !== null) return passing;
  const status = error.statusCode ?? 500;
  if (status < 500)
    return { status, error: "invalid_request", description: "nothing was changed", retryAfterS: null };
  request.log.error({ err: error, route: request.routeOptions.url }, "signing in failed");
  const description = `this is a fault of Curfew; its log has more under ${request.id}`;
  return { status: 500, error: "server_error", description, retryAfterS: null };
}
