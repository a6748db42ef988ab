/** Whether a stage can be decided at all: looked at when it is saved. */
import { type PrincipalRef, personOf } from "../../domain/principal.ts";
import type { Resolving } from "./references.ts";

/** The first of the candidate lists that reaches enough people; a fault where none does. */
export async function requireReachable(
  context: Resolving,
  pointer: string,
  candidates: readonly (readonly PrincipalRef[])[],
  required: number,
): Promise<boolean> {
  let most = 0;
  for (const refs of candidates) {
    const people = new Set((await context.tx.directory.usersReachedBy(refs)).map(personOf));
    if (people.size >= required) return true;
    most = Math.max(most, people.size);
  }
  const found = most === 0 ? "nobody" : `only ${most}`;
  context.fault(
    pointer,
    `${required} must approve and ${found} could; name users, or groups that hold users, of \`${context.tenant.name}\``,
    "no_eligible_approver",
  );
  return false;
}
