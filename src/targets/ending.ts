/** The part of the port that brings many ends about at once. */
import type { Handle, TargetContext } from "./target.ts";

/**
 * A connection over which many ends are brought about at once. No end holds up another: what is not plain, such as a
 * holder who owns something, is `left` to a `revoke` of its own. A connection that a method failed on is of no more use.
 */
export interface Ending {
  /**
   * First of all: whoever is in is out, and nobody gets in again, by the target's own end or because the log-in was
   * closed. One statement cuts the sessions of all. It takes nothing else away.
   */
  cut(
    ends: readonly End[],
    onStep?: TargetContext["onStep"],
  ): Promise<readonly ("cut" | "absent" | "left")[]>;
  /** Then `revoke` for all. `removed` and `absent`: the target was seen without it. */
  remove(
    ends: readonly End[],
    onStep?: TargetContext["onStep"],
  ): Promise<readonly ("removed" | "absent" | "left")[]>;
  /** Never rejects. */
  close(): Promise<void>;
}

export interface End {
  readonly handle: Handle;
  /** The newest that is to end. A newer one in the target is left alone: it is access that was given since. */
  readonly generation: number;
}
