/** Reading our own forms and answering with pages. */
import formbody from "@fastify/formbody";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { messagePage, type Page } from "../pages/page.ts";
import { handleFailures } from "./failures.ts";

const MAX_FORM_BYTES = 16 * 1024;
const MAX_FIELD = 2_048;

/** Routes whose bodies are forms, from our own pages only. */
export async function formRoutes(
  app: FastifyInstance,
  routes: (scope: FastifyInstance) => void,
): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    await scope.register(formbody, { bodyLimit: MAX_FORM_BYTES });
    scope.addHook("preHandler", async (request, reply) => {
      if (request.method === "POST" && !fromOurselves(request)) {
        return answer(reply, messagePage("That came from another site", ["Nothing was changed."], 403));
      }
    });
    handleFailures(scope);
    routes(scope);
  });
}

/** One bounded text field; empty when missing or given twice. */
export function field(request: FastifyRequest, name: string): string {
  const body: unknown = request.body;
  if (typeof body !== "object" || body === null || !Object.hasOwn(body, name)) return "";
  const value: unknown = Reflect.get(body, name);
  return typeof value === "string" && value.length <= MAX_FIELD ? value : "";
}

/** The same of an address. */
export function asked(request: FastifyRequest, name: string): string {
  const { query } = request;
  if (typeof query !== "object" || query === null || !Object.hasOwn(query, name)) return "";
  const value: unknown = Reflect.get(query, name);
  return typeof value === "string" && value.length <= MAX_FIELD ? value : "";
}

export function answer(reply: FastifyReply, { status, headers, body }: Page): FastifyReply {
  return reply
    .code(status)
    .headers({ ...headers })
    .send(body);
}

/**
 * Against forms posted from elsewhere (SameSite=Lax says it a second time). Browsers always send `Origin` with a
 * POST; programs that send none carry no cookies of a browser.
 */
export function fromOurselves(request: FastifyRequest): boolean {
  const { origin } = request.headers;
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return false;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === request.host.toLowerCase();
}
