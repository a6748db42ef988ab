/** The same ask once more: what was asked for, on the terms that were decided, starting as soon as it is approved. */
import type { AccessRequest, Ask } from "./types.ts";

/** Breaking the glass is not repeated for anybody: `emergency` is said anew, and so is a start that has passed. */
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
