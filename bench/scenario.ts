/** What a scenario is, what it finds, and the little statistics that all of them share. */
import type { Stage } from "./stage.ts";

export interface Scenario {
  readonly name: string;
  readonly question: string;
  /** How many people ask, each in a name of their own: as many clients can be busy at once. */
  readonly askers: number;
  run(stage: Stage): Promise<readonly Row[]>;
}

/** One measure: what each version gave, in the order of the stage's subjects, one value a round. */
export interface Row {
  readonly measure: string;
  readonly unit: string;
  readonly found: readonly Found[];
  /** Which way is better, so that a ratio above 1 always means better. Null for what is neither. */
  readonly better: "lower" | "higher" | null;
}

export interface Found {
  /** A version, or an anchor such as `floor`. */
  readonly who: string;
  readonly values: readonly number[];
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** How many times better `ours` is than `other`: above 1 is better, whichever way the measure runs. */
export function timesBetter(ours: number, other: number, better: "lower" | "higher"): number {
  return better === "higher" ? ours / other : other / ours;
}

export function range(values: readonly number[]): string {
  const one = (value: number) => plain(value);
  if (values.length === 0) return "–";
  if (values.length === 1) return one(median(values));
  return `${one(median(values))} (${one(Math.min(...values))} to ${one(Math.max(...values))})`;
}

/** Three figures that count. */
export function plain(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return String(Number(value.toPrecision(3)));
}

export interface Rate {
  readonly perSecond: number;
  readonly done: number;
  readonly ms: number;
}

/** Runs `work` as often as it can for a while, `width` at a time. */
export async function rate(
  width: number,
  forMs: number,
  work: (lane: number) => Promise<void>,
): Promise<Rate> {
  const start = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: width }, async (_, lane) => {
      while (performance.now() - start < forMs) {
        await work(lane);
        done++;
      }
    }),
  );
  const ms = performance.now() - start;
  return { perSecond: (done * 1_000) / ms, done, ms };
}

/** Runs `work` exactly `times` times, `width` at a time. */
export async function times(
  width: number,
  total: number,
  work: (lane: number) => Promise<void>,
): Promise<void> {
  let left = total;
  await Promise.all(
    Array.from({ length: Math.min(width, total) }, async (_, lane) => {
      while (left-- > 0) await work(lane);
    }),
  );
}
