/** Loads what the rules look at: settings, eligibilities, overlaps. The same for preview, submit, approval and re-check. */
import type { AccessRequest, Terms } from "../../domain/access-request.ts";
import { type Application, eligibilitiesOf } from "../../domain/application.ts";
import type { RoleDefinitionId } from "../../domain/ids.ts";
import { type Identity, type PrincipalRef, refOf } from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { RoleDefinition } from "../../domain/role-definition.ts";
import type { RoleSettings, SourcedSettings } from "../../domain/role-settings.ts";
import { type Scope, sameScope, scopeLineage } from "../../domain/scope.ts";
import { addMs, HOUR_MS, type Instant } from "../../domain/time.ts";
import type { ActivationFacts } from "../../policy/activation.ts";
import { compileJitPolicy } from "../../policy/compile-jit-policy.ts";
import { strictest } from "../../policy/strictest.ts";
import { resolveSettings } from "../../policy/tiers.ts";
import type { Tx } from "../ports.ts";

const REVIEW_WITHIN_MS = 72 * HOUR_MS;

export interface ActivationQuestion {
  readonly requester: PrincipalRef;
  readonly beneficiary: PrincipalRef;
  readonly scope: Scope;
  readonly roleDefinitionIds: readonly RoleDefinitionId[];
  /** Whether this is the moment of asking, to which the rules about earlier asks apply. */
  readonly asking: boolean;
}

export interface Activation {
  readonly application: Application | null;
  /** The scope as the grant will name it: an application's resource id stands for its managed resource group. */
  readonly scope: Scope;
  readonly managedScope: Scope | null;
  readonly roles: readonly RoleDefinition[];
  /** One per role asked for, and the application's own beside it where both hold. */
  readonly inForce: readonly SourcedSettings[];
  readonly settings: RoleSettings;
  readonly facts: ActivationFacts;
}

export async function loadActivation(
  tx: Tx,
  question: ActivationQuestion,
  now: Instant,
): Promise<Outcome<Activation>> {
  const requester = await tx.identity(question.requester);
  const beneficiary = await tx.identity(question.beneficiary);
  if (requester === null) return reject("unknown_principal", "your identity is not known here any more");
  if (beneficiary === null) {
    return reject("unknown_principal", "there is no such beneficiary", { path: "/beneficiaryId" });
  }
  const roles = await tx.roles(question.roleDefinitionIds);
  const missing = question.roleDefinitionIds.find((id) => !roles.some((role) => role.id === id));
  if (missing !== undefined) {
    return reject("unknown_role", `there is no role \`${missing}\``, { path: "/roleDefinitionIds" });
  }
  const application = await tx.applicationAt(question.scope);
  const place = placeOf(question.scope, application);
  const inForce = await settingsFor(tx, { ...question, scope: place.scope }, roles, application);
  const [first] = inForce;
  if (first === undefined)
    return reject("invalid_input", "name at least one role", { path: "/roleDefinitionIds" });
  const settings = strictest(inForce.map((one) => one.settings));
  const facts = await loadFacts(
    tx,
    { ...question, scope: place.scope },
    { requester, beneficiary, roles, application, settings },
    now,
  );
  return accept({ application, ...place, roles, inForce, settings, facts });
}

/**
 * For its publisher an application's JIT policy is complete in itself and inherits no tier. The consumer's own people
 * are held by the settings of the scope as well: an application is no way around them.
 */
export async function settingsFor(
  tx: Pick<Tx, "tiers" | "storedSettings">,
  question: Pick<ActivationQuestion, "requester" | "scope">,
  roles: readonly RoleDefinition[],
  application: Application | null,
): Promise<SourcedSettings[]> {
  const policy = application === null ? null : compileJitPolicy(application);
  const found = policy === null ? [] : roles.map(() => policy);
  if (policy !== null && application?.publisherTenantId === question.requester.tenantId) return found;
  const tiers = await tx.tiers();
  for (const role of roles) {
    const stored = await tx.storedSettings(role.id, scopeLineage(question.scope));
    found.push(resolveSettings(question.scope, role, stored, tiers));
  }
  return found;
}

async function loadFacts(
  tx: Tx,
  question: ActivationQuestion,
  known: {
    requester: Identity;
    beneficiary: Identity;
    roles: RoleDefinition[];
    application: Application | null;
    settings: RoleSettings;
  },
  now: Instant,
): Promise<ActivationFacts> {
  const { requester, beneficiary, application } = known;
  const principals = holdersOf(beneficiary);
  const assigned = await tx.eligibilities({ principals, scopeKeys: scopeLineage(question.scope) });
  const derived = application === null ? [] : eligibilitiesOf(application);
  return {
    requester,
    beneficiary,
    requesterOwnsBeneficiary: owns(requester, beneficiary),
    roles: known.roles,
    eligibilities: [...assigned, ...derived],
    held: await tx.heldWindows(
      question.beneficiary,
      question.scope,
      addMs(now, -known.settings.maximumTotalMs),
    ),
    ...(question.asking ? await pastAsks(tx, question, now) : NOTHING_ASKED),
  };
}

type PastAsks = Pick<
  ActivationFacts,
  "pending" | "pendingOfRequester" | "lastDeniedAt" | "emergencyReviewDue"
>;

/** What only the rules about the moment of asking look at. */
const NOTHING_ASKED: PastAsks = {
  pending: [],
  pendingOfRequester: 0,
  lastDeniedAt: null,
  emergencyReviewDue: false,
};

async function pastAsks(tx: Tx, question: ActivationQuestion, now: Instant): Promise<PastAsks> {
  const { requester, beneficiary, scope, roleDefinitionIds } = question;
  return {
    pending: await tx.pendingWindows(beneficiary, scope, now),
    pendingOfRequester: await tx.pendingCount(requester, now),
    lastDeniedAt: await tx.lastDeniedAt(requester, scope, roleDefinitionIds),
    emergencyReviewDue: await tx.emergencyReviewDue(requester, addMs(now, -REVIEW_WITHIN_MS)),
  };
}

/** The principal and every group that holds it. */
export function holdersOf(identity: Identity): PrincipalRef[] {
  const { tenantId } = identity.principal;
  return [refOf(identity.principal), ...identity.groups.map(({ objectId }) => ({ tenantId, objectId }))];
}

export function owns(requester: Identity, owned: Identity): boolean {
  const { principal } = owned;
  if (principal.kind === "user" || principal.tenantId !== requester.principal.tenantId) return false;
  const mine = new Set(holdersOf(requester).map((ref) => ref.objectId));
  return principal.owners.some((owner) => mine.has(owner));
}

/** What a stored request asks, on the given terms. */
export function askOf(request: AccessRequest, terms: Terms) {
  return {
    scope: request.scope,
    roleDefinitionIds: terms.roleDefinitionIds,
    durationMs: terms.durationMs,
    startAt: terms.startAt,
    purpose: request.purpose,
    justification: request.justification,
    ticket: request.ticket,
    emergency: request.emergency,
    session: request.session,
  };
}

function placeOf(
  scope: Scope,
  application: Application | null,
): { scope: Scope; managedScope: Scope | null } {
  if (application === null) return { scope, managedScope: null };
  const whole = sameScope(scope, application.scope) || sameScope(scope, application.managedScope);
  if (whole) return { scope: application.scope, managedScope: application.managedScope };
  // A part of it is asked for by its own path.
  return { scope, managedScope: null };
}
