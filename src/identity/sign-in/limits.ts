/** How often somebody may try, kept in the database so that replicas share it and a restart resets nothing. */
import { createHmac } from "node:crypto";
import { isIPv6 } from "node:net";
import type { ObjectId } from "../../domain/ids.ts";
import { type Clock, MINUTE_MS, SECOND_MS } from "../../domain/time.ts";
import type { Bucket, Buckets, Sealer } from "../../use-cases/identity-ports.ts";

const ADDRESS: Bucket = { capacity: 60, refillMs: 2 * SECOND_MS };
// Tight for one address, wide for all of them: nobody can lock an account out from afar with a few tries.
const ACCOUNT_FROM_ADDRESS: Bucket = { capacity: 8, refillMs: MINUTE_MS };
const ACCOUNT: Bucket = { capacity: 60, refillMs: MINUTE_MS };
// Whoever gets here has the password: a million codes at this rate take years.
const CODE: Bucket = { capacity: 5, refillMs: 5 * MINUTE_MS };
const SETUP: Bucket = { capacity: 20, refillMs: MINUTE_MS };
const REFUSAL_ENTRY: Bucket = { capacity: 10, refillMs: MINUTE_MS };

export interface Limits {
  /** Null when there were too many. A success gives back what it took. */
  password(email: string, ip: string): Promise<Attempt | null>;
  code(objectId: ObjectId): Promise<Attempt | null>;
  setup(ip: string): Promise<Attempt | null>;
  /** Whether one more refusal about this subject goes into the log. */
  refusalEntry(subject: string): Promise<boolean>;
}

export interface Attempt {
  giveBack(): Promise<void>;
}

export function createLimits(buckets: Buckets, key: Sealer, clock: Clock): Limits {
  const secret = key.derive("rate buckets");
  const keyOf = (name: string) => createHmac("sha256", secret).update(name).digest();
  const attempt = async (wanted: readonly [string, Bucket][]): Promise<Attempt | null> => {
    for (const [name, bucket] of wanted) {
      if (!(await buckets.take(keyOf(name), bucket, clock.now()))) return null;
    }
    return {
      async giveBack() {
        for (const [name, bucket] of wanted) await buckets.giveBack(keyOf(name), bucket);
      },
    };
  };
  return {
    password(email, ip) {
      const from = networkOf(ip);
      return attempt([
        [`address ${from}`, ADDRESS],
        [`account ${email} from ${from}`, ACCOUNT_FROM_ADDRESS],
        [`account ${email}`, ACCOUNT],
      ]);
    },
    code: (objectId) => attempt([[`code ${objectId}`, CODE]]),
    setup: (ip) => attempt([[`setup ${networkOf(ip)}`, SETUP]]),
    refusalEntry: async (subject) => (await attempt([[`refusal ${subject}`, REFUSAL_ENTRY]])) !== null,
  };
}

/** One IPv6 customer holds a /64: it counts as one address. */
export function networkOf(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped !== undefined || !isIPv6(ip)) return mapped ?? ip;
  const [head = "", tail] = ip.toLowerCase().split("%")[0]?.split("::") ?? [];
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros =
    tail === undefined ? [] : Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0");
  return `${[...left, ...zeros, ...right]
    .slice(0, 4)
    .map((part) => Number.parseInt(part, 16).toString(16))
    .join(":")}::/64`;
}
