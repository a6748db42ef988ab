/** What command line and portal say and do alike with a request that was asked before. */
import type { AccessRequest, Ask } from "./types.ts";

/** What a request's access is called that a target has not confirmed: an approval opens nothing by itself. */
export const UNCONFIRMED = {
  scheduled: "not all confirmed",
  opening: "not open yet",
  live: "not all confirmed",
  closing: "not confirmed gone",
  ended: "never live",
} as const;

/**
 * The same ask once more: what was asked for, on the terms that were decided, starting as soon as it is approved.
 * Breaking the glass is not repeated for anybody: `emergency` is said anew, and so is a start that has passed.
 */
export function askAgain(request: AccessRequest): Ask {
  const { scope, state, asked, terms, justification, ticket, operation, requester, beneficiary } = request;
  const { duration, roleDefinitionIds } = state === "approved" ? terms : asked;
  return {
    scope,
    roleDefinitionIds: [...roleDefinitionIds],
    duration,
    justification: justification ?? undefined,
    ticket: ticket ?? undefined,
    operation:
      operation === null ? undefined : { purpose: operation.purpose, plan: operation.plan ?? undefined },
    beneficiaryId: beneficiary.objectId === requester.objectId ? undefined : beneficiary.objectId,
    emergency: false,
  };
}
