/** The word that somebody probably meant. */

/** Null when nothing is near enough to be worth saying. */
export function nearest(word: string, known: readonly string[]): string | null {
  const typed = word.slice(0, 40).toLowerCase();
  const most = Math.max(1, Math.floor(typed.length / 3));
  let best: { word: string; steps: number } | null = null;
  for (const candidate of known) {
    const steps = distance(typed, candidate.toLowerCase());
    if (steps <= most && (best === null || steps < best.steps)) best = { word: candidate, steps };
  }
  return best?.word ?? known.find((one) => typed.length >= 3 && one.toLowerCase().startsWith(typed)) ?? null;
}

/** How many letters to add, drop, change or swap with their neighbour. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const swap =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? (before[j - 2] ?? 0) + 1
          : Infinity;
      row.push(Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost, swap));
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
