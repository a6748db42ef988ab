/** What one holds now, by whether it ends, and what still has to be taken away. */
import { useApi } from "../../api/api.ts";
import type { Grant } from "../../words/grant.ts";

/** Of each state; nobody holds more at a time and looks through them one by one. */
const MOST = 200;

export interface HeldGrants {
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
  const active = useApi("listGrants", { query: { view: "mine", state: "active", limit: MOST } });
  const opening = useApi("listGrants", { query: { view: "mine", state: "provisioning", limit: MOST } });
  const leaving = useApi("listGrants", { query: { view: "mine", state: "deprovisioning", limit: MOST } });
  const all = [active, opening, leaving];
  const held = [...(opening.data?.items ?? []), ...(active.data?.items ?? [])];
  return {
    timed: held.filter(({ endsAt }) => endsAt !== null).sort(byEnd),
    standing: held.filter(({ endsAt }) => endsAt === null),
    closing: leaving.data?.items ?? [],
    isPending: all.some((one) => one.isPending),
    error: all.find(({ error }) => error !== null)?.error ?? null,
    refetch: () => {
      for (const one of all) void one.refetch();
    },
  };
}

function byEnd(a: Grant, b: Grant): number {
  return Date.parse(a.endsAt ?? "") - Date.parse(b.endsAt ?? "");
}
