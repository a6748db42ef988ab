/** Who is eligible for what, and who holds what, as lists: all of it for those who answer for a tenant, one's own for everybody. */

import { type Application, eligibilitiesOf } from "../../domain/application.ts";
import type { Eligibility } from "../../domain/eligibility.ts";
import { type Grant, OPEN_STATES } from "../../domain/grant.ts";
import { asId, type EligibilityId, type GrantId, type TenantId } from "../../domain/ids.ts";
import { holdersOf, type Identity, type PrincipalRef, principalKey } from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { type Scope, scopeCovers, scopeKey } from "../../domain/scope.ts";
import { isOver } from "../../domain/time.ts";
import { answersForTenant } from "../../policy/authority.ts";
import { deriveId } from "../apply/derive-id.ts";
import { noSuchGrant } from "../find-request.ts";
import type { Caller, Deps, GrantFilter, Page, Tx } from "../ports.ts";
import { onwards, positionOfGrant } from "./pages.ts";
import { readGrant } from "./read-grants.ts";

const MOST_OPEN = 500;

/** Where a list is asked for: there, below it and above it, because what is held above is held there. */
export function concerns(asked: Scope, scopes: readonly Scope[]): boolean {
  return scopes.some((scope) => scopeCovers(asked, scope) || scopeCovers(scope, asked));
}

/** Every eligibility that the caller may see, by id; those that follow from an application among them. */
export async function listEligibilitySchedules(
  deps: Deps,
  caller: Caller,
  asked: Scope,
): Promise<Outcome<readonly Eligibility[]>> {
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const identity = await tx.directory.identity(caller.ref);
    if (identity === null) return reject("unknown_principal", "your identity is not known here any more");
    const assigned = answersForTenant(caller)
      ? (await tx.policy.namedEligibilities()).map(({ body }) => body)
      : await tx.policy.eligibilities({ principals: holdersOf(identity) });
    const derived = (await tx.applications.list()).flatMap((application) =>
      derivedFrom(application, caller, identity),
    );
    const now = deps.clock.now();
    const found = [...assigned, ...derived].filter(
      (one) => concerns(asked, [one.scope]) && !isOver(one, now),
    );
    return accept(found.sort((a, b) => (a.id < b.id ? -1 : 1)));
  });
}

/** One for each principal and role at the application itself; each with an id that stays. */
export function derivedEligibilities(application: Application): Eligibility[] {
  return eligibilitiesOf(application)
    .filter(({ scope }) => scope === application.scope)
    .map((one) => {
      const name = `${application.id} ${principalKey(one.principal)} ${one.roleDefinitionId}`;
      return { ...one, id: asId<EligibilityId>(deriveId(application.tenantId, "Eligibility", name, 0)) };
    });
}

function derivedFrom(application: Application, caller: Caller, identity: Identity): Eligibility[] {
  const mine = holdersOf(identity).map(principalKey);
  const all = answersForTenant(caller) && caller.ref.tenantId === application.tenantId;
  return derivedEligibilities(application).filter(
    ({ principal }) => all || mine.includes(principalKey(principal)),
  );
}

/** Open grants that the caller may see, the latest start first. */
export async function listAssignmentSchedules(
  deps: Deps,
  caller: Caller,
  asked: Scope,
  filter: GrantFilter,
): Promise<Page<Grant>> {
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const states = { anyOf: OPEN_STATES, at: deps.clock.now() };
    const there = { states, concerning: scopeKey(asked) };
    const found = await tx.grants.list({ ...filter, ...(await whose(tx, caller)), ...there });
    return { items: found, after: onwards(found, filter.limit, positionOfGrant) };
  });
}

async function whose(tx: Tx, caller: Caller): Promise<Partial<GrantFilter>> {
  if (answersForTenant(caller)) return {};
  const identity = await tx.directory.identity(caller.ref);
  return { beneficiaries: identity === null ? [] : holdersOf(identity) };
}

/** Whoever may see them: at most so many of one principal's open grants. */
export async function openGrantsOf(
  { store, clock }: Deps,
  tenantId: TenantId,
  principal: PrincipalRef,
): Promise<readonly Grant[]> {
  return store.inTenant(tenantId, (tx) =>
    tx.grants.list({
      beneficiaries: [principal],
      states: { anyOf: OPEN_STATES, at: clock.now() },
      limit: MOST_OPEN,
    }),
  );
}

/** One grant, if the caller may see it; what has ended is found as well. */
export async function readAssignmentSchedule(
  deps: Deps,
  caller: Caller,
  id: GrantId,
): Promise<Outcome<Grant>> {
  const found = await readGrant(deps, caller, id);
  return found.ok ? accept(found.value.grant) : noSuchGrant(id);
}
