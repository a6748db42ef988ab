/**
 * With little time, as on a new machine, only some of the kills are tried, others each time; `CURFEW_KILLS` says how many
 * of each list. All of them without it.
 */
export function some<T>(all: readonly T[]): readonly T[] {
  const most = Number(process.env.CURFEW_KILLS ?? all.length);
  const chosen = new Set(
    all
      .map((one) => ({ one, at: Math.random() }))
      .sort((a, b) => a.at - b.at)
      .slice(0, most)
      .map(({ one }) => one),
  );
  return all.filter((one) => chosen.has(one));
}
