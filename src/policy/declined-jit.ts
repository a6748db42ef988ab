/** Where JIT access was declined at deployment there is nothing to ask for: the publisher holds its roles already. */
import type { Application } from "../domain/application.ts";
import { type Identity, identityIncludes } from "../domain/principal.ts";
import { type Rejection, reject } from "../domain/rejection.ts";

export interface DeclinedFacts {
  readonly application: Application;
  readonly beneficiary: Identity;
  readonly consumerName: string;
  readonly forOneself: boolean;
}

/** Null where the rules have to say. */
export function nothingToActivate(facts: DeclinedFacts): Rejection | null {
  const { application, beneficiary } = facts;
  if (application.jitAccess.enabled) return null;
  const held = application.authorizations
    .filter(({ principal }) => identityIncludes(beneficiary, principal))
    .map(({ roleDefinitionId }) => application.roles.find(({ id }) => id === roleDefinitionId)?.name);
  const roles = [...new Set(held.filter((name) => name !== undefined))];
  if (roles.length === 0) return null;
  return reject("jit_access_is_fixed", sentenceFor(facts, roles)).rejection;
}

/** A whole sentence, for a page shows it as it stands. */
function sentenceFor({ beneficiary, consumerName, forOneself }: DeclinedFacts, roles: readonly string[]) {
  const holder = forOneself ? "you hold" : `${beneficiary.principal.displayName} holds`;
  return `Nothing to activate: ${consumerName} declined JIT when deploying, so ${holder} ${listed(roles)} permanently.`;
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}
