/** How far an export is, is no change of anything that the server would tell of: it is asked for again while somebody looks. */
import { useEffect } from "react";

const LOOK_EVERY_MS = 5_000;

export function useLooking(refetch: () => unknown): void {
  useEffect(() => {
    const looking = setInterval(() => document.hidden || refetch(), LOOK_EVERY_MS);
    return () => clearInterval(looking);
  }, [refetch]);
}
