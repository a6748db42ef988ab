/**
 * Once for each key of a caller, for what is made in a transaction of its own: the answer is kept in it, and found in it by
 * whoever calls again. What is decided keeps its answer in its own commit (decisions.ts).
 */
import type { PrincipalRef } from "../domain/principal.ts";
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import type { Repeatable } from "./decisions.ts";
import type { Deps, Tx } from "./ports.ts";
import type { Alongside } from "./surface-resources.ts";

export interface OnceAnswered {
  /** JSON, as it was answered the first time. */
  readonly body: string;
  readonly replayed: boolean;
}

export interface Once<V> {
  readonly caller: PrincipalRef;
  /** Null where the caller gave no key: it is made each time. */
  readonly repeat: Repeatable | null;
  readonly shape: (view: V) => unknown;
}

/** `view` reads what was made, in the transaction that made it. */
export async function answeredOnce<T, V>(
  { clock }: Deps,
  { caller, repeat, shape }: Once<V>,
  view: (tx: Tx, made: T) => Promise<V>,
  make: (also: Alongside<T>) => Promise<Outcome<unknown>>,
): Promise<Outcome<OnceAnswered>> {
  let answer: OnceAnswered | null = null;
  const outcome = await make({
    async check(tx) {
      const kept = repeat === null ? null : await tx.answers.find(caller, repeat.key, clock.now());
      if (kept === null) return accept(undefined);
      if (kept.fingerprint !== repeat?.fingerprint) return OTHER_CALL;
      answer = { body: kept.body, replayed: true };
      return ANSWERED;
    },
    async write(tx, made) {
      const body = JSON.stringify(shape(await view(tx, made)));
      if (repeat !== null) await tx.answers.keep(caller, repeat, { status: 201, body }, clock.now());
      answer = { body, replayed: false };
    },
  });
  const given = answer as OnceAnswered | null;
  if (given === null || (!outcome.ok && !given.replayed)) return outcome.ok ? ANSWERED : outcome;
  return accept(given);
}

const OTHER_CALL = reject(
  "idempotency_mismatch",
  "this Idempotency-Key was used for another call; take a new one",
);
/** Carries a transaction out of what it would have made a second time. */
const ANSWERED = reject("version_conflict", "the call was answered before");
