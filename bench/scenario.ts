/** What a scenario is, and the little statistics that all of them share. */
export interface Scenario {
  readonly name: string;
  readonly question: string;
  run(options: { quick: boolean }): Promise<readonly Row[]>;
}

export interface Row {
  readonly measure: string;
  readonly value: string;
  readonly aim?: string;
}

export interface Result extends Row {
  readonly scenario: string;
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function range(values: readonly number[], digits: number): string {
  return `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)})`;
}

/** Runs `work` as often as it can for a while, `width` at a time; resolves to how often that was in a second. */
export async function rate(
  width: number,
  forMs: number,
  work: (lane: number) => Promise<void>,
): Promise<number> {
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
  return done / ((performance.now() - start) / 1_000);
}
