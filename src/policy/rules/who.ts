/** Who may ask for what, and for whom. */
import { coversAsk } from "../../domain/eligibility.ts";
import type { RoleDefinitionId } from "../../domain/ids.ts";
import { type Identity, isActive, samePrincipal } from "../../domain/principal.ts";
import type { ActivationFacts, Rule, RuleInput } from "../activation.ts";
import { satisfied, unsatisfied } from "./outcome.ts";

export const eligibilityRule: Rule = (input) => {
  const { facts, ask } = input;
  const gone = [facts.requester, facts.beneficiary].find(({ principal }) => !isActive(principal))?.principal;
  if (gone !== undefined) {
    const why = gone.deletedAt === null ? "is locked out" : "no longer exists";
    return unsatisfied("EligibilityRule", `${gone.displayName} ${why}`);
  }
  const through: string[] = [];
  for (const roleDefinitionId of ask.roleDefinitionIds) {
    const ground = groundFor(input, roleDefinitionId);
    if (ground === null) return unsatisfied("EligibilityRule", notEligible(input, roleDefinitionId));
    through.push(ground);
  }
  return satisfied("EligibilityRule", `eligible ${[...new Set(through)].join(", ")}`);
};

export const beneficiaryRule: Rule = ({ facts }) => {
  const { requester, beneficiary, requesterOwnsBeneficiary } = facts;
  const name = beneficiary.principal.displayName;
  if (samePrincipal(requester.principal, beneficiary.principal))
    return satisfied("BeneficiaryRule", "for yourself");
  if (beneficiary.principal.kind === "user") {
    return unsatisfied("BeneficiaryRule", `${name} must ask for themselves`);
  }
  if (requesterOwnsBeneficiary) return satisfied("BeneficiaryRule", `you own ${name}`);
  return unsatisfied("BeneficiaryRule", `only an owner of ${name} may ask for it`);
};

function groundFor(input: RuleInput, roleDefinitionId: RoleDefinitionId): string | null {
  const { facts, ask, window } = input;
  const ground = facts.eligibilities.find((eligibility) =>
    coversAsk(eligibility, { identity: facts.beneficiary, roleDefinitionId, scope: ask.scope, window }),
  );
  if (ground === undefined) return null;
  return throughWhat(facts.beneficiary, ground.principal.objectId);
}

function throughWhat(identity: Identity, objectId: string): string {
  const group = identity.groups.find((candidate) => candidate.objectId === objectId);
  return group === undefined ? "directly" : `through group ${group.displayName}`;
}

function notEligible({ facts, ask, window }: RuleInput, roleDefinitionId: RoleDefinitionId): string {
  const name = roleName(facts, roleDefinitionId);
  const wanted = { identity: facts.beneficiary, roleDefinitionId, scope: ask.scope, window };
  const short = facts.eligibilities.some((one) => coversAsk({ ...one, ...window }, wanted));
  if (short) return `the eligibility for ${name} does not last for the whole time asked for`;
  return `${facts.beneficiary.principal.displayName} is not eligible for ${name} at ${ask.scope}`;
}

function roleName(facts: ActivationFacts, id: RoleDefinitionId): string {
  return facts.roles.find((role) => role.id === id)?.name ?? id;
}
