/** Idempotency-Key: a submission repeated with its key is answered again, never made twice. */
import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { Instant } from "../../domain/time.ts";
import type { Answered, Made, Moment, RepeatOptions } from "../../use-cases/decisions.ts";
import type { Tx } from "../../use-cases/ports.ts";
import type { Alongside } from "../../use-cases/surface-resources.ts";
import { callerOf } from "../caller.ts";
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
  const key = request.headers["idempotency-key"];
  const options: RepeatOptions<T, M> =
    typeof key !== "string"
      ? {}
      : {
          repeat: { key, fingerprint: fingerprintOf(request) },
          answer: (made) => ({ status: 201, body: JSON.stringify(shape(made)) }),
        };
  const outcome = await submit(options);
  if (!outcome.ok) return sendRejection(reply, outcome.rejection);
  reply.header("cache-control", "no-store");
  if (!("kept" in outcome.value)) return reply.code(201).send(shape(outcome.value));
  const { status, body } = outcome.value.kept;
  return reply.header("idempotency-replayed", "true").code(status).send(JSON.parse(body));
}

/** The same for what is made in a transaction of its own: the answer is kept in it. */
export async function repeatablyIn<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  now: () => Instant,
  view: (tx: Tx, made: T) => Promise<unknown>,
  submit: (also: Alongside<T>) => Promise<Outcome<unknown>>,
): Promise<FastifyReply> {
  const key = request.headers["idempotency-key"];
  const { ref } = callerOf(request);
  const repeat = typeof key === "string" ? { key, fingerprint: fingerprintOf(request) } : null;
  let answer: { readonly body: string; readonly replayed: boolean } | null = null;
  const outcome = await submit({
    async check(tx) {
      const kept = repeat === null ? null : await tx.answers.find(ref, repeat.key, now());
      if (kept === null) return accept(undefined);
      if (kept.fingerprint !== repeat?.fingerprint) return OTHER_CALL;
      answer = { body: kept.body, replayed: true };
      return ANSWERED;
    },
    async write(tx, made) {
      const body = JSON.stringify(await view(tx, made));
      if (repeat !== null) await tx.answers.keep(ref, repeat, { status: 201, body }, now());
      answer = { body, replayed: false };
    },
  });
  const given = answer as { readonly body: string; readonly replayed: boolean } | null;
  if (given === null || (!outcome.ok && !given.replayed))
    return sendRejection(reply, outcome.ok ? ANSWERED.rejection : outcome.rejection);
  if (given.replayed) reply.header("idempotency-replayed", "true");
  return reply.code(201).header("cache-control", "no-store").send(JSON.parse(given.body));
}

const OTHER_CALL = reject(
  "idempotency_mismatch",
  "this Idempotency-Key was used for another call; take a new one",
);
/** Carries a transaction out of what it would have made a second time. */
const ANSWERED = reject("version_conflict", "the call was answered before");

function fingerprintOf(request: FastifyRequest): string {
  const text = `${request.method} ${request.url}\n${JSON.stringify(request.body)}`;
  return createHash("sha256").update(text).digest("base64url");
}
