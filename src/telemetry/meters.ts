/** What this process counts as it works: plain numbers, read when somebody scrapes. Nothing here waits, throws or grows without bound. */

/** Numbers by the values of their labels, which come from closed lists. */
export class Tally {
  readonly #counts = new Map<string, number>();
  readonly #most: number;

  /** @param most beyond which what is new is counted as `other`: a list that was not closed is a mistake of ours, not a leak */
  constructor(most: number) {
    this.#most = most;
  }

  add(labels: readonly string[], by = 1): void {
    const own = labels.join("\n");
    const isKnown = this.#counts.has(own);
    const key = isKnown || this.#counts.size < this.#most ? own : labels.map(() => "other").join("\n");
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + by);
  }

  *read(): Iterable<readonly [readonly string[], number]> {
    for (const [key, count] of this.#counts) yield [key.split("\n"), count];
  }
}

/** How often something took how long. */
export class Durations {
  readonly bucketsS: readonly number[];
  readonly #byLabel = new Map<string, { readonly counts: number[]; sumS: number; count: number }>();

  /** @param labels that are there from the start, so that the first time of something is a rise */
  constructor(bucketsS: readonly number[], labels: readonly string[] = []) {
    this.bucketsS = bucketsS;
    for (const label of labels) this.#of(label);
  }

  add(label: string, ms: number): void {
    const seconds = Math.max(0, ms) / 1_000;
    const own = this.#of(label);
    own.count++;
    own.sumS += seconds;
    const first = this.bucketsS.findIndex((bound) => seconds <= bound);
    if (first >= 0) own.counts[first] = (own.counts[first] ?? 0) + 1;
  }

  #of(label: string) {
    const own = this.#byLabel.get(label) ?? { counts: this.bucketsS.map(() => 0), sumS: 0, count: 0 };
    this.#byLabel.set(label, own);
    return own;
  }

  /** Of each label: how many were within each bound, how many there were, and their sum. */
  *read(): Iterable<{ label: string; within: readonly number[]; count: number; sumS: number }> {
    for (const [label, { counts, count, sumS }] of this.#byLabel) {
      let sum = 0;
      yield { label, within: counts.map((one) => (sum += one)), count, sumS };
    }
  }
}

const LATENESS_BUCKETS_S = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];
const CALL_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface Called {
  readonly method: string;
  /** The template that was matched; null for an address that leads nowhere. */
  readonly route: string | null;
  readonly status: number;
  readonly ms: number;
  /** It stays open until one of both goes: no duration of an answer. */
  readonly isStream: boolean;
}

export type Meters = ReturnType<typeof createMeters>;

export function createMeters() {
  const calls = new Tally(4_000);
  const durations = new Durations(CALL_BUCKETS_S);
  const lateness = new Durations(LATENESS_BUCKETS_S, [""]);
  const refusals = new Tally(200);
  const decisions = new Tally(200);
  const signInRefusals = new Tally(20);
  const loopFailures = new Tally(50);
  const counts = { faults: 0, leftOut: 0, manyRefused: 0, closedEarly: 0, bookReads: 0 };
  /** By tenant's target, in this process only; null before the first look. */
  let targets: { readonly known: number; readonly unreachable: number } | null = null;
  return {
    calls,
    durations,
    lateness,
    refusals,
    decisions,
    signInRefusals,
    loopFailures,
    counts,
    get targets() {
      return targets;
    },
    called({ method, route, status, ms, isStream }: Called): void {
      calls.add([route === null ? "other" : method, route ?? "none", String(status)]);
      if (status === 500) counts.faults++;
      if (!isStream) durations.add(surfaceOf(route), ms);
    },
    /** How long after its end a grant was closed. */
    expired(latenessMs: number): void {
      lateness.add("", latenessMs);
    },
    refused(code: string): void {
      refusals.add([code]);
    },
    /** What was decided and is stored, by the types of its events. */
    decided(types: readonly string[]): void {
      for (const type of types) decisions.add([type]);
    },
    signInRefused(step: string): void {
      signInRefusals.add([step]);
    },
    manyRefused(): void {
      counts.manyRefused++;
    },
    leftOut(by: number): void {
      counts.leftOut += by;
    },
    closedEarly(): void {
      counts.closedEarly++;
    },
    bookRead(): void {
      counts.bookReads++;
    },
    loopFailed(name: string): void {
      loopFailures.add([name]);
    },
    looked(known: number, unreachable: number): void {
      targets = { known, unreachable };
    },
  };
}

/** Few enough for a histogram of each. */
function surfaceOf(route: string | null): string {
  if (route === null) return "none";
  if (route.startsWith("/api/")) return "api";
  if (route.startsWith("Graph ")) return "graph";
  if (route.startsWith("Azure ")) return "azure";
  return route.includes("*") ? "portal" : "pages";
}
