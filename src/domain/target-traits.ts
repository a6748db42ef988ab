/** What a kind of target says of one of its targets without reaching it: what decisions ask, and what people are told. */
import type { EndHold } from "./ending.ts";
import type { TargetDefinition } from "./target-binding.ts";

export interface TargetTraits extends EndHold {
  /** Where it is, for people of the tenant that owns it; never a secret. */
  readonly place: string;
  /** What becomes of access at its end, in the few words that a list has room for. */
  readonly atTheEnd: string;
  /** Ends are rounded down to a multiple of this many milliseconds. */
  readonly granularityMs: number;
  /** From when access is made, or its end moved, to its end. */
  readonly minTtlMs: number;
  /** Null: no limit. */
  readonly maxTtlMs: number | null;
  /** Whether an end can be moved later. */
  readonly canExtend: boolean;
  /** Whether the target can tell what it holds: without that nothing follows from what is not seen there. */
  readonly canObserve: boolean;
  /** Whether its holder fetches something to get in with. */
  readonly issuesSecret: boolean;
}

/** Null for a kind that is not known here. */
export type DescribeTarget = (target: TargetDefinition) => TargetTraits | null;
