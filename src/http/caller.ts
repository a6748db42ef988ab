/** Who is calling: every route of the API needs a bearer token or the portal's sign-in, checked against the principal of this moment. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Outcome, Rejection } from "../domain/rejection.ts";
import type { Caller } from "../use-cases/ports.ts";
import { sendRejection } from "./problem.ts";

export type Authenticate = (
  authorization: string | undefined,
  from: { readonly ip: string },
) => Promise<Outcome<Caller>>;

/** Who calls, for a surface that browsers may use too. */
export type FindCaller = (request: FastifyRequest, reply: FastifyReply) => Promise<Outcome<Caller>>;

declare module "fastify" {
  interface FastifyRequest {
    caller: Caller | null;
  }
}

/** Guards every route that is registered in this scope; `refuse` answers in the surface's own envelope. */
export function requireCaller(
  app: FastifyInstance,
  find: FindCaller,
  refuse: (reply: FastifyReply, rejection: Rejection) => FastifyReply = sendRejection,
): void {
  app.decorateRequest("caller", null);
  app.addHook("onRequest", async (request, reply) => {
    const outcome = await find(request, reply);
    if (!outcome.ok) return refuse(reply, outcome.rejection);
    request.caller = outcome.value;
    return undefined;
  });
}

export function byToken(authenticate: Authenticate): FindCaller {
  return (request) => authenticate(request.headers.authorization, { ip: request.ip });
}

/** Whoever sends a token is judged by it alone. */
export function byTokenOrSession(authenticate: Authenticate, bySession: FindCaller): FindCaller {
  const withToken = byToken(authenticate);
  return (request, reply) =>
    request.headers.authorization === undefined && request.headers.cookie !== undefined
      ? bySession(request, reply)
      : withToken(request, reply);
}

export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new Error("a route without a caller was reached");
  return request.caller;
}

/** Answers with the value's JSON form, or with the problem. */
export async function answer<T>(
  reply: FastifyReply,
  outcome: Outcome<T>,
  shape: (value: T) => unknown,
  status = 200,
): Promise<FastifyReply> {
  if (!outcome.ok) return sendRejection(reply, outcome.rejection);
  return reply.code(status).header("cache-control", "no-store").send(shape(outcome.value));
}
