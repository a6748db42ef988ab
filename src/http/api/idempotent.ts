/** Idempotency-Key: a submission repeated with its key is answered again, never made twice. */
import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Outcome } from "../../domain/rejection.ts";
import type { OnceAnswered } from "../../use-cases/answered-once.ts";
import type { Answered, Made, Moment, Repeatable, RepeatOptions } from "../../use-cases/decisions.ts";
import { sendRejection } from "../problem.ts";

export const idempotencyHeaders = z.looseObject({
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/, "1 to 128 visible ASCII characters")
    .optional(),
});

/**
 * Submits once for each key of a caller: what is made and the answer to it are stored in one commit, so that two equal
 * calls at once get the same answer twice. Refusals are not remembered, so that they can be mended and sent again under
 * the same key; a key that comes back with another body is refused.
 */
export async function repeatably<T, M extends Moment>(
  request: FastifyRequest,
  reply: FastifyReply,
  shape: (made: Made<T, M>) => unknown,
  submit: (options: RepeatOptions<T, M>) => Promise<Outcome<Answered<T, M>>>,
): Promise<FastifyReply> {
  const repeat = repeatOf(request);
  const options: RepeatOptions<T, M> =
    repeat === null ? {} : { repeat, answer: (made) => ({ status: 201, body: JSON.stringify(shape(made)) }) };
  const outcome = await submit(options);
  if (!outcome.ok) return sendRejection(reply, outcome.rejection);
  reply.header("cache-control", "no-store");
  if (!("kept" in outcome.value)) return reply.code(201).send(shape(outcome.value));
  const { status, body } = outcome.value.kept;
  return reply.header("idempotency-replayed", "true").code(status).send(JSON.parse(body));
}

/** The same for what is made in a transaction of its own. */
export async function sendOnce(reply: FastifyReply, outcome: Outcome<OnceAnswered>): Promise<FastifyReply> {
  if (!outcome.ok) return sendRejection(reply, outcome.rejection);
  const { body, replayed } = outcome.value;
  if (replayed) reply.header("idempotency-replayed", "true");
  return reply.code(201).header("cache-control", "no-store").send(JSON.parse(body));
}

export function repeatOf(request: FastifyRequest): Repeatable | null {
  const key = request.headers["idempotency-key"];
  return typeof key === "string" ? { key, fingerprint: fingerprintOf(request) } : null;
}

function fingerprintOf(request: FastifyRequest): string {
  const text = `${request.method} ${request.url}\n${JSON.stringify(request.body)}`;
  return createHash("sha256").update(text).digest("base64url");
}
