/** Who is calling: every route of the API needs a bearer token or the portal's sign-in, checked against the principal of this moment. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { accept, type Outcome, type Rejection } from "../domain/rejection.ts";
import type { Who } from "../use-cases/decisions.ts";
import type { Caller } from "../use-cases/ports.ts";
import { sendRejection } from "./problem.ts";

/** Admitted, or presented by a token that is one of ours: where its principal stands now is for a moment to say. */
export type Authenticate = (
  authorization: string | undefined,
  from: { readonly ip: string },
) => Promise<Outcome<Who>>;

/** Who calls, for a surface that browsers may use too. */
export type FindCaller = (request: FastifyRequest, reply: FastifyReply) => Promise<Outcome<Who>>;
/** Who calls and where they stand now, for what asks no moment. */
export type AdmitCaller = (request: FastifyRequest, reply: FastifyReply) => Promise<Outcome<Caller>>;

declare module "fastify" {
  interface FastifyRequest {
    caller: Who | null;
  }
  interface FastifyContextConfig {
    /** What it does reads a moment, and the caller's standing with it; every other route asks for that first. */
    momentAdmits?: true;
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
    const found = await find(request, reply);
    if (!found.ok) return refuse(reply, found.rejection);
    const later = request.routeOptions.config.momentAdmits === true;
    const outcome = later ? found : await admitNow(found.value);
    if (!outcome.ok) return refuse(reply, outcome.rejection);
    request.caller = outcome.value;
    return undefined;
  });
}

export function admitting(find: FindCaller): AdmitCaller {
  return async (request, reply) => {
    const found = await find(request, reply);
    return found.ok ? admitNow(found.value) : found;
  };
}

async function admitNow(who: Who): Promise<Outcome<Caller>> {
  return "admit" in who ? who.admitNow() : accept(who);
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
  const who = whoIn(request);
  if ("admit" in who) throw new Error("a route whose moment admits its caller took them for admitted");
  return who;
}

/** For routes whose moment admits the caller. */
export function whoIn(request: FastifyRequest): Who {
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
