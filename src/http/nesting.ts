/** A body nested deeper than anything we ask for is refused before it is looked at. */
import type { FastifyInstance } from "fastify";
import { tooDeepAt } from "../domain/json-depth.ts";

const MAX_DEPTH = 32;

export function boundNesting(app: FastifyInstance): void {
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => {
    const text = String(body);
    if (text === "") return done(null, undefined);
    if (tooDeepAt(text, MAX_DEPTH) !== null)
      return done(refused(`the body is nested deeper than ${MAX_DEPTH} levels`));
    try {
      return done(null, JSON.parse(text, dropPrototype));
    } catch {
      return done(refused("the body is not valid JSON"));
    }
  });
}

function dropPrototype(key: string, value: unknown): unknown {
  return key === "__proto__" ? undefined : value;
}

function refused(message: string): Error & { statusCode: number } {
  return Object.assign(new Error(message), { statusCode: 400 });
}
