/** Which failures pass by themselves: those are tried again, by the page and not by whoever reads it. */
import { ApiProblem } from "../../../src/client/problem.ts";
import { UNREACHABLE } from "../words/health.ts";

/** Nothing answered: no network, nobody at the address, or nobody within the time that anybody waits. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";

  constructor(options: ErrorOptions) {
    super(UNREACHABLE, options);
  }
}

const BUSY = [408, 429, 502, 503, 504];

/** Whether the same may succeed in a moment, with nothing changed by anybody. */
export function isPassing(error: Error | null): boolean {
  return error instanceof Unreachable || (error instanceof ApiProblem && BUSY.includes(error.status));
}

/** Whether a call whose answer this is may have been done all the same. */
export function isUnknown(error: unknown): boolean {
  return !(error instanceof ApiProblem) || error.status >= 500;
}
