/** Idempotency-Key: a submission repeated with its key is answered again, never made twice. */

import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { accept, type Outcome } from "../../domain/rejection.ts";
import type { OnceAnswered } from "../../use-cases/answered-once.ts";
import type { Answered, Made, Moment, Repeatable, RepeatOptions } from "../../use-cases/decisions.ts";
import { answer } from "../caller.ts";
import { sendRejection } from "../problem.ts";
import { type Shown, written } from "./shown.ts";

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
export async function repeatably<T, M extends Moment, S extends z.ZodType>(
  request: FastifyRequest,
  reply: FastifyReply,
  [shape, shown]: readonly [shape: S, shown: (made: Made<T, M>) => Shown<S>],
  submit: (options: RepeatOptions<T, M>) => Promise<Outcome<Answered<T, M>>>,
): Promise<FastifyReply> {
  const repeat = repeatOf(request);
  const bodyOf = (made: Made<T, M>) => JSON.stringify(written(shape)(shown(made)));
  const options: RepeatOptions<T, M> =
    repeat === null ? {} : { repeat, answer: (made) => ({ status: 201, body: bodyOf(made) }) };
  const outcome = await submit(options);
  if (!outcome.ok) return sendRejection(reply, outcome.rejection);
  if (!("kept" in outcome.value)) return answer(reply, accept(outcome.value), shown, 201);
  const { status, body } = outcome.value.kept;
  return sendText(reply.header("idempotency-replayed", "true").code(status), body);
}

/** The same for what is made in a transaction of its own. */
export async function sendOnce(reply: FastifyReply, outcome: Outcome<OnceAnswered>): Promise<FastifyReply> {
  if (!outcome.ok) return sendRejection(reply, outcome.rejection);
  const { body, replayed } = outcome.value;
  if (replayed) reply.header("idempotency-replayed", "true");
  return sendText(reply.code(201), body);
}

/** It was written when it was made: as it stands, and past the shape that wrote it. */
function sendText(reply: FastifyReply, body: string): FastifyReply {
  return reply.header("cache-control", "no-store").type("application/json; charset=utf-8").send(body);
}

export function repeatOf(request: FastifyRequest): Repeatable | null {
  const key = request.headers["idempotency-key"];
  return typeof key === "string" ? { key, fingerprint: fingerprintOf(request) } : null;
}

function fingerprintOf(request: FastifyRequest): string {
  const text = `${request.method} ${request.url}\n${JSON.stringify(request.body)}`;
  return createHash("sha256").update(text).digest("base64url");
}
