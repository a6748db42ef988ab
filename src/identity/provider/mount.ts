/** Hands the provider's paths over to it, raw: it reads bodies and writes answers itself. */
import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Provider } from "oidc-provider";
import { handleFailures } from "../routes/failures.ts";
import { ROUTES } from "./configuration.ts";
import type { Providers } from "./create-provider.ts";

const MAX_BODY_BYTES = 56 * 1024;
const MAX_URL = 8_192;

export interface Mounted {
  readonly providers: Providers;
  readonly remember: (req: IncomingMessage, ip: string) => void;
}

export async function mountProvider(app: FastifyInstance, { providers, remember }: Mounted): Promise<void> {
  // With another installation key there are other providers.
  const handlers = new WeakMap<Provider, ReturnType<Provider["callback"]>>();
  const handlerOf = (provider: Provider) => {
    const handler = handlers.get(provider) ?? provider.callback();
    handlers.set(provider, handler);
    return handler;
  };
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, _payload, done) => done(null));
    handleFailures(scope, (reply, { status, error, description }) =>
      reply.code(status).header("cache-control", "no-store").send({ error, error_description: description }),
    );
    const paths = [
      "/.well-known/openid-configuration",
      "/.well-known/oauth-authorization-server",
      ...Object.values(ROUTES),
      `${ROUTES.authorization}/:uid`,
      `${ROUTES.code_verification}/:uid`,
      `${ROUTES.end_session}/:step`,
    ];
    for (const url of paths) {
      scope.route({
        method: ["GET", "POST", "OPTIONS"],
        url,
        schema: { hide: true },
        async handler(request, reply) {
          if (request.raw.url !== undefined && request.raw.url.length > MAX_URL) {
            return reply.code(414).send();
          }
          if (Number(request.headers["content-length"] ?? 0) > MAX_BODY_BYTES) {
            return reply.code(413).header("connection", "close").send();
          }
          // A code in the address would be filled in for the person who should type it.
          if (url === ROUTES.code_verification && request.method === "GET" && request.url.includes("?")) {
            return reply.redirect(ROUTES.code_verification, 303);
          }
          remember(request.raw, request.ip);
          reply.hijack();
          await handlerOf(providers[schemeOf(request)])(request.raw, reply.raw);
        },
      });
    }
  });
}

export function schemeOf(request: FastifyRequest): "http" | "https" {
  return request.protocol === "https" ? "https" : "http";
}
