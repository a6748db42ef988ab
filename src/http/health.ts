/** Health that tells the truth: alive, ready to decide, and what is measured. For loopback, and the last for whoever has its token. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { outageOf } from "../domain/outage.ts";
import { sendNothingHere, sendProblem } from "./problem.ts";

export interface Health {
  /** Throws with a reason when nothing could be decided just now. */
  ready(): Promise<void>;
  /** Whether the operator has configured mail. */
  readonly mail?: boolean;
  /** Prometheus text. */
  metrics(): Promise<string>;
  /** By which a scraper elsewhere is let in to the metrics; null: nobody elsewhere is. */
  readonly metricsToken?: string | null;
}

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

export function healthRoutes(app: FastifyInstance, health: Health): void {
  app.get("/healthz", { onRequest: fromLoopback, schema: { hide: true } }, async (_request, reply) =>
    reply.send({ status: "alive" }),
  );
  app.get("/readyz", { onRequest: fromLoopback, schema: { hide: true } }, async (_request, reply) => {
    try {
      await health.ready();
      return reply.send({ status: "ready", mail: health.mail === true ? "on" : "off" });
    } catch (error) {
      const { code, retryAfterS, reason } = outageOf(error) ?? {
        code: "unavailable",
        retryAfterS: 2,
        reason: "",
      };
      const why = reason || (error instanceof Error ? error.message : "unknown");
      return sendProblem(reply, { status: 503, code, message: `not ready: ${why}`, retryAfterS });
    }
  });
  app.get(
    "/metrics",
    {
      onRequest: async (request, reply) =>
        holds(request, health.metricsToken ?? null) ? undefined : fromLoopback(request, reply),
      schema: { hide: true },
    },
    async (_request, reply) => reply.type("text/plain; version=0.0.4").send(await health.metrics()),
  );
}

async function fromLoopback(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  if (LOOPBACK.test(request.ip)) return undefined;
  return sendNothingHere(reply);
}

/** Both as hashes: neither the length nor the place of the first difference shows in the time it takes. */
function holds({ headers }: FastifyRequest, token: string | null): boolean {
  const [, given] = /^Bearer (.{1,512})$/i.exec(headers.authorization ?? "") ?? [];
  if (token === null || given === undefined) return false;
  return timingSafeEqual(hashOf(given), hashOf(token));
}

function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
