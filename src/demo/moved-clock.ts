/** A clock that the demo moves through the days before its start. The served program has no such thing. */
import { addMs, type BoundedClock, type Instant, latest } from "../domain/time.ts";

export interface MovedClock extends BoundedClock {
  to(at: Instant): void;
  by(ms: number): void;
}

export function movedClock(start: Instant): MovedClock {
  let at = start;
  return {
    now: () => at,
    bounds: () => ({ earliest: at, latest: at }),
    to(next) {
      at = latest(at, next);
    },
    by(ms) {
      at = addMs(at, ms);
    },
  };
}
