/** Somebody becomes eligible for a role: one document of the tenant's configuration, whichever surface it comes through. */

import type { Eligibility } from "../../domain/eligibility.ts";
import { asId, type EligibilityId, type RoleDefinitionId } from "../../domain/ids.ts";
import { type PrincipalRef, samePrincipal } from "../../domain/principal.ts";
import { accept, type Outcome, type Rejection, reject } from "../../domain/rejection.ts";
import { type Scope, sameScope } from "../../domain/scope.ts";
import { formatInstant, type Instant, isOver } from "../../domain/time.ts";
import { mayConfigure } from "../../policy/authority.ts";
import { noSuchScope } from "../../policy/decisions/prepare.ts";
import { rulesRejection } from "../../policy/rules-rejection.ts";
import { answeredOnce, type Once, type OnceAnswered } from "../answered-once.ts";
import { type ApplyReport, applyConfiguration } from "../apply/apply-configuration.ts";
import type { ApplyDeps } from "../apply/apply-deps.ts";
import type { Caller, Deps, Tx } from "../ports.ts";
import { ownerOf } from "../scope-owner.ts";
import { type Alongside, asking, type FromMade } from "../surface-resources.ts";
import { type EligibilityRow, viewMade } from "../views/list-eligibilities.ts";

export interface EligibilityWanted {
  readonly principal: PrincipalRef;
  readonly roleDefinitionId: RoleDefinitionId;
  readonly scope: Scope;
  /** Null: from now on. */
  readonly startsAt: Instant | null;
  /** Null: without an end. Left out: as late as the role's settings allow. */
  readonly endsAt?: Instant | null;
  readonly justification: string | null;
}

export interface HowToMake {
  /** The name of the document. */
  readonly document: string;
  readonly dryRun: boolean;
  readonly also: Alongside<ApplyReport>;
}

export async function makeEligible(
  deps: ApplyDeps,
  caller: Caller,
  wanted: EligibilityWanted,
  { document, dryRun, also }: HowToMake,
): Promise<Outcome<ApplyReport>> {
  const { principal, roleDefinitionId, scope, startsAt, endsAt, justification } = wanted;
  const spec = {
    principal: principal.objectId,
    role: roleDefinitionId,
    scope,
    startsAt: formatInstant(startsAt ?? deps.clock.now()),
    ...(endsAt === undefined ? {} : { endsAt: endsAt === null ? null : formatInstant(endsAt) }),
    ...(justification === null ? {} : { justification }),
  };
  const documents = [{ kind: "Eligibility", name: document, spec }];
  return applyConfiguration(deps, caller, { documents, dryRun, prune: false, remember: false }, also);
}

/** Says something of an apply's first eligibility, as it was stored; null where there is none any more. */
export function ofMade<R>(
  shape: (report: ApplyReport, made: Eligibility | null) => R,
): FromMade<ApplyReport, R> {
  return async (report, tx) => {
    const id = report.changes[0]?.id;
    const [made] = id === undefined ? [] : await tx.policy.namedEligibilities({ id });
    return shape(report, made?.body ?? null);
  };
}

/** Once for each key of the caller. A fault's path is a pointer into what was asked. */
export async function assignEligibility(
  deps: ApplyDeps,
  caller: Caller,
  wanted: EligibilityWanted,
  once: Once<EligibilityRow>,
): Promise<Outcome<OnceAnswered>> {
  const place = await requireOwnPlace(deps, caller, wanted.scope);
  if (!place.ok) return place;
  const view = (tx: Tx, { changes: [made] }: ApplyReport) =>
    viewMade(tx, asId<EligibilityId>(made?.id ?? ""));
  const check = async (tx: Tx) => {
    const found = await tx.principals.find(wanted.principal.objectId);
    if (found === null || wanted.principal.tenantId !== tx.tenantId)
      return reject("unknown_principal", "there is no such principal", { path: "/principalId" });
    return requireNoneYet(tx, wanted, deps.clock.now());
  };
  const document = `assigned ${deps.ids.next()}`;
  const outcome = await answeredOnce<ApplyReport, EligibilityRow>(deps, once, view, (answered) => {
    const also = asking(answered.check, { check, write: answered.write });
    return makeEligible(deps, caller, wanted, { document, dryRun: false, also });
  });
  return outcome.ok ? outcome : { ok: false, rejection: withOwnPath(outcome.rejection) };
}

/**
 * INVARIANT I12: a tenant's configuration is its own. Asked before anything is looked for: who is eligible is not for
 * everybody to find out.
 */
export async function requireOwnPlace(deps: Deps, caller: Caller, scope: Scope): Promise<Outcome<void>> {
  const owner = await ownerOf(deps, caller, scope);
  if (!owner.ok) return owner;
  return owner.value === caller.ref.tenantId ? mayConfigure(caller) : noSuchScope(scope);
}

/** The same, and refused where there is one that has not ended. */
export function unlessEligible<T>(deps: Deps, wanted: EligibilityWanted, also: Alongside<T>): Alongside<T> {
  return asking((tx) => requireNoneYet(tx, wanted, deps.clock.now()), also);
}

async function requireNoneYet(tx: Tx, wanted: EligibilityWanted, now: Instant): Promise<Outcome<void>> {
  const { principal, roleDefinitionId, scope } = wanted;
  const all = await tx.policy.namedEligibilities({ principal });
  const isThere = all.some(
    ({ body }) =>
      body.roleDefinitionId === roleDefinitionId &&
      sameScope(body.scope, scope) &&
      samePrincipal(body.principal, principal) &&
      !isOver(body, now),
  );
  if (!isThere) return accept(undefined);
  return rulesRejection([
    {
      rule: "RoleAssignmentExists",
      outcome: "unsatisfied",
      message: "this principal is eligible for the role at this scope already; change or end that instead",
    },
  ]);
}

const OWN_NAMES: Readonly<Record<string, string>> = { principal: "principalId", role: "roleDefinitionId" };

function withOwnPath(rejection: Rejection): Rejection {
  const field = rejection.path?.match(/^\/documents\/0\/spec\/?(.*)$/)?.[1];
  return field === undefined ? rejection : { ...rejection, path: `/${OWN_NAMES[field] ?? field}` };
}
