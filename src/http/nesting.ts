/** A body nested deeper than anything we ask for is refused before it is looked at. */
import type { FastifyInstance } from "fastify";

const MAX_DEPTH = 32;

export function boundNesting(app: FastifyInstance): void {
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => {
    const text = String(body);
    if (text === "") return done(null, undefined);
    if (depthOf(text) > MAX_DEPTH) return done(refused(`the body is nested deeper than ${MAX_DEPTH} levels`));
    try {
      return done(null, JSON.parse(text, dropPrototype));
    } catch {
      return done(refused("the body is not valid JSON"));
    }
  });
}

/** Brackets outside strings: an upper bound, in one pass and without recursion. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (quoted) {
      if (char === "\\") at++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === "{" || char === "[") deepest = Math.max(deepest, ++depth);
    else if (char === "}" || char === "]") depth--;
  }
  return deepest;
}

function dropPrototype(key: string, value: unknown): unknown {
  return key === "__proto__" ? undefined : value;
}

function refused(message: string): Error & { statusCode: number } {
  return Object.assign(new Error(message), { statusCode: 400 });
}
