/** What is left to do when a decision is over: a refusal is an entry too, and callers get what they asked for. */
import { accept, type Outcome } from "../domain/rejection.ts";
import { stamp } from "../domain/stamp.ts";
import type { Answered, Moment, Result } from "./decisions.ts";
import { recordBounded } from "./left-out.ts";
import type { Deps } from "./ports.ts";

const REFUSALS = ["request.refused", "decision.refused"] as const;

export async function concluded<T>(deps: Deps, result: Result<T>): Promise<Outcome<T>> {
  if (result.ok) return result;
  const { rejection, refused } = result;
  if (refused !== undefined) {
    const { type, about, facts, caller } = refused;
    const event = stamp(type, about, caller, facts);
    await recordBounded(deps, about.tenantId, { caller, types: REFUSALS, event });
  }
  return { ok: false, rejection };
}

/** For those who gave no key: what was made. */
export function madeIn<T, M extends Moment>(outcome: Outcome<Answered<T, M>>): Outcome<T> {
  if (!outcome.ok) return outcome;
  if ("kept" in outcome.value) throw new Error("a decision was answered under a key that nobody gave");
  return accept(outcome.value.value);
}

/** A decision for those who want nothing but what was made. */
export function onlyMade<A extends readonly unknown[], T, M extends Moment>(
  decide: (...args: A) => Promise<Outcome<Answered<T, M>>>,
): (...args: A) => Promise<Outcome<T>> {
  return async (...args) => madeIn(await decide(...args));
}
