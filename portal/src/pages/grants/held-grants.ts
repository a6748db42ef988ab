/** What one holds now, by whether it ends, and what still has to be taken away. */
import { useApi } from "../../api/api.ts";
import type { Grant } from "../../words/grant.ts";

/** Nobody holds more at a time and looks through them one by one. */
const MOST = 200;

interface HeldGrants {
  /** Live or opening, the first to end first. */
  readonly timed: readonly Grant[];
  readonly standing: readonly Grant[];
  /** Over, and a target has yet to confirm that it is gone. */
  readonly closing: readonly Grant[];
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly refetch: () => void;
}

export function useHeldGrants(): HeldGrants {
  const { data, isPending, error, refetch } = useApi("listGrants", { query: { view: "held", limit: MOST } });
  const all = data?.items ?? [];
  const held = all.filter(({ state }) => state !== "deprovisioning");
  return {
    timed: held.filter(({ endsAt }) => endsAt !== null).sort(byEnd),
    standing: held.filter(({ endsAt }) => endsAt === null),
    closing: all.filter(({ state }) => state === "deprovisioning"),
    isPending,
    error,
    refetch,
  };
}

function byEnd(a: Grant, b: Grant): number {
  return Date.parse(a.endsAt ?? "") - Date.parse(b.endsAt ?? "");
}
