/** Why a target did not do what it was asked, and what follows from that for whoever asked. */

/**
 * `retryable`: it passes by itself. `permanent`: nothing changes before somebody changes a configuration. `forbidden`:
 * the target refuses us, until its owner lets us in again. `conflict`: what is there is not what we left, for another
 * hand was at it.
 */
export const FAULT_KINDS = ["retryable", "permanent", "forbidden", "conflict"] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** The effect may have happened: nothing is concluded before somebody has looked. */
  readonly ambiguous: boolean;
  /** For the owner of the target: it may name hosts and roles. */
  readonly message: string;
  /** Of the configuration it was met under, where that is known. */
  readonly targetVersion: number | null;
}

export class TargetFault extends Error implements Fault {
  override readonly name = "TargetFault";
  readonly kind: FaultKind;
  readonly ambiguous: boolean;
  /** Known to whoever opened the target. */
  targetVersion: number | null = null;

  constructor(kind: FaultKind, message: string, more: { ambiguous?: boolean; cause?: unknown } = {}) {
    super(message, { cause: more.cause });
    this.kind = kind;
    this.ambiguous = more.ambiguous ?? false;
  }
}

const MOST_TOLD = 500;

/** Whatever was thrown on the way to a target. What is no fault of a target's tells nothing of what it did before. */
export function faultOf(error: unknown): Fault {
  const message = (error instanceof Error ? error.message : "unknown error").slice(0, MOST_TOLD);
  if (!(error instanceof TargetFault))
    return { kind: "retryable", ambiguous: true, message, targetVersion: null };
  const { kind, ambiguous, targetVersion } = error;
  return { kind, ambiguous, message, targetVersion };
}
