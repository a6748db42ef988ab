/** Idempotency-Key: a submission repeated with its key is answered again, never made twice. */
import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Outcome } from "../../domain/rejection.ts";
import { callerOf } from "../caller.ts";
import { sendRejection } from "../problem.ts";
import type { ApiContext } from "./context.ts";

export const idempotencyHeaders = z.looseObject({
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/, "1 to 128 visible ASCII characters")
    .optional(),
});

/**
 * Runs `submit` once for each key of a caller. Refusals are not remembered, so that they can be mended and sent again
 * under the same key; a key that comes back with another body is refused.
 */
export async function idempotently<T>(
  context: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
  submit: () => Promise<Outcome<T>>,
  shape: (value: T) => unknown,
): Promise<FastifyReply> {
  const key = request.headers["idempotency-key"];
  const caller = callerOf(request);
  if (typeof key === "string") {
    const begun = await context.idempotency.begin(caller, key, fingerprintOf(request));
    if (!begun.ok) return sendRejection(reply, begun.rejection);
    if (begun.value !== "begun") {
      reply.header("idempotency-replayed", "true").header("cache-control", "no-store");
      return reply.code(begun.value.status).send(JSON.parse(begun.value.body));
    }
  }
  const outcome = await settled(submit, async () => {
    if (typeof key === "string") await context.idempotency.complete(caller, key, null);
  });
  if (!outcome.ok) return sendRejection(reply, outcome.rejection);
  const body = shape(outcome.value);
  if (typeof key === "string") {
    await context.idempotency.complete(caller, key, { status: 201, body: JSON.stringify(body) });
  }
  return reply.code(201).header("cache-control", "no-store").send(body);
}

/** `release` runs when nothing was made, whether refused or thrown. */
async function settled<T>(
  submit: () => Promise<Outcome<T>>,
  release: () => Promise<void>,
): Promise<Outcome<T>> {
  let made = false;
  try {
    const outcome = await submit();
    made = outcome.ok;
    return outcome;
  } finally {
    if (!made) await release();
  }
}

function fingerprintOf(request: FastifyRequest): string {
  const text = `${request.method} ${request.url}\n${JSON.stringify(request.body)}`;
  return createHash("sha256").update(text).digest("base64url");
}
