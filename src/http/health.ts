/** Health that tells the truth: alive, ready to decide, and how late ends were. For loopback only. */
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
  app.get("/metrics", { onRequest: fromLoopback, schema: { hide: true } }, async (_request, reply) =>
    reply.type("text/plain; version=0.0.4").send(await health.metrics()),
  );
}

async function fromLoopback(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  if (LOOPBACK.test(request.ip)) return undefined;
  return sendNothingHere(reply);
}
