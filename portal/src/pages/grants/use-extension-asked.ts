/** The open request for more time, so that nobody asks twice. */
import { useApi } from "../../api/api.ts";
import type { Grant } from "../../words/grant.ts";
import type { AccessRequest } from "../../words/request.ts";

export function useExtensionAsked(grant: Grant, enabled: boolean): AccessRequest | null {
  const mine = useApi("listAccessRequests", { query: { view: "mine", limit: 20 } }, { enabled });
  const open = mine.data?.items.find(
    ({ extendsGrantId, state }) => extendsGrantId === grant.id && state === "pending",
  );
  return open ?? null;
}
