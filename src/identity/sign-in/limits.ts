/** How often something may be done, kept in the database so that replicas share it and a restart resets nothing. */
import { createHmac } from "node:crypto";
import { type Clock, MINUTE_MS } from "../../domain/time.ts";
import type { Bucket, Buckets, Sealer } from "../../use-cases/identity-ports.ts";

const REFUSAL_ENTRY: Bucket = { capacity: 10, refillMs: MINUTE_MS };

export interface Limits {
  /** Null when there were too many. */
  take(name: string, bucket: Bucket): Promise<Attempt | null>;
  /** Whether one more refusal about this subject goes into the log. */
  refusalEntry(subject: string): Promise<boolean>;
  /** By which buckets and lines are known: a name in it stands in no table. */
  keyOf(name: string): Buffer;
}

export interface Attempt {
  giveBack(): Promise<void>;
}

export function createLimits(buckets: Buckets, key: Sealer, clock: Clock): Limits {
  const keyOf = (name: string) => createHmac("sha256", key.derive("rate buckets")).update(name).digest();
  const take: Limits["take"] = async (name, bucket) => {
    if (!(await buckets.take(keyOf(name), bucket, clock.now()))) return null;
    return { giveBack: () => buckets.giveBack(keyOf(name), bucket) };
  };
  return {
    take,
    keyOf,
    refusalEntry: async (subject) => (await take(`refusal ${subject}`, REFUSAL_ENTRY)) !== null,
  };
}
