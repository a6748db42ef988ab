/** What the reader is to a grant. */
import { useMe } from "../../app/session.tsx";
import type { Grant } from "../../words/grant.ts";

export interface Held {
  /** The access is their own: they extend and end it. */
  readonly own: boolean;
  /** What a target keeps for them, also as a member of the group that holds it. */
  readonly entitlements: Grant["entitlements"];
}

export function useHolder(grant: Grant): Held {
  const { principal } = useMe();
  return {
    own: grant.beneficiary.objectId === principal.objectId,
    entitlements: grant.entitlements.filter(({ member }) => member.objectId === principal.objectId),
  };
}
