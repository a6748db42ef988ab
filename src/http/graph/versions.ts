/** Versions of Graph's contract that are served: the first segment of every path. */
export type Version = "v1.0" | "beta";
export const BOTH: readonly Version[] = ["v1.0", "beta"];
export const BETA: readonly Version[] = ["beta"];
