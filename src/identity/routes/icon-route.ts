/** The icon that every browser asks for. */
import type { FastifyInstance } from "fastify";

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#1f5fbf" stroke-width="2.5" stroke-linecap="round"><circle cx="12" cy="12" r="9.5"/><path d="M12 6.5V12l3.5 3.5"/></svg>';

export function iconRoute(app: FastifyInstance): void {
  app.get("/favicon.ico", { schema: { hide: true } }, (_request, reply) =>
    reply.type("image/svg+xml").header("cache-control", "public, max-age=86400").send(ICON),
  );
}
