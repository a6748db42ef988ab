/** Query parameters that a route does not know are refused by name: left aside, a narrower ask would be answered as a wider one. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { escapePointer } from "../../use-cases/apply/faults.ts";
import { sendRejection } from "../problem.ts";

const MAX_SHOWN = 80;

/** INVARIANT I18: of every route that is registered in this scope, those without any parameter included. */
export function refuseUnknownQuery(scope: FastifyInstance): void {
  scope.addHook("onRoute", (route) => {
    const known = namesIn(route.schema?.querystring, route.url);
    const refuse = async (
      request: FastifyRequest,
      reply: FastifyReply,
    ): Promise<FastifyReply | undefined> => {
      const unknown = Object.keys(request.query ?? {}).find((name) => !known.includes(name));
      if (unknown === undefined) return undefined;
      const name = unknown.slice(0, MAX_SHOWN);
      const instead =
        known.length === 0 ? "this call takes none; leave it out" : `use one of ${known.join(", ")}`;
      return sendRejection(reply, {
        code: "invalid_input",
        message: `there is no query parameter \`${name}\` here; ${instead}`,
        path: `/${escapePointer(name)}`,
      });
    };
    route.preValidation = [refuse, ...[route.preValidation ?? []].flat()];
  });
}

function namesIn(querystring: unknown, url: string): readonly string[] {
  if (querystring === undefined) return [];
  const shape = (querystring as { readonly shape?: unknown }).shape;
  if (typeof shape !== "object" || shape === null)
    throw new Error(`the query of ${url} is no plain object of parameters`);
  return Object.keys(shape);
}
