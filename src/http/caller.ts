/** Who is calling: every route of the API needs a bearer token, checked against the principal of this moment. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Outcome, Rejection } from "../domain/rejection.ts";
import type { Caller } from "../use-cases/ports.ts";
import { sendRejection } from "./problem.ts";

export type Authenticate = (
  authorization: string | undefined,
  from: { readonly ip: string },
) => Promise<Outcome<Caller>>;

declare module "fastify" {
  interface FastifyRequest {
    caller: Caller | null;
  }
}

/** Guards every route that is registered in this scope; `refuse` answers in the surface's own envelope. */
export function requireCaller(
  app: FastifyInstance,
  authenticate: Authenticate,
  refuse: (reply: FastifyReply, rejection: Rejection) => FastifyReply = sendRejection,
): void {
  app.decorateRequest("caller", null);
  app.addHook("onRequest", async (request, reply) => {
    const outcome = await authenticate(request.headers.authorization, { ip: request.ip });
    if (!outcome.ok) return refuse(reply, outcome.rejection);
    request.caller = outcome.value;
    return undefined;
  });
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
