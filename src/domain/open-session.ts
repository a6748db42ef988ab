/** Who is logged in with a grant in its target, as a target tells it. */
import type { Instant } from "./time.ts";

/** The first to come first, and no more than a page shows. */
export interface OpenSessions {
  readonly sessions: readonly OpenSession[];
  /** How many there are beside these. */
  readonly more: number;
}

export interface OpenSession {
  /** By the target's own clock. */
  readonly since: Instant;
  /** An address, or whatever the kind has instead, for people. */
  readonly from: string;
  /** What the program at the other end calls itself; null where it says nothing. */
  readonly program: string | null;
}
