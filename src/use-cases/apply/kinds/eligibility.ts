/** Eligibility: who may ask for a role at a scope, and until when. */
import { z } from "zod";
import type { Eligibility } from "../../../domain/eligibility.ts";
import { asId, type EligibilityId } from "../../../domain/ids.ts";
import { isAssignableAt, type RoleDefinition } from "../../../domain/role-definition.ts";
import type { RoleSettings } from "../../../domain/role-settings.ts";
import { type Scope, sameScope, scopeLineage } from "../../../domain/scope.ts";
import { addMs, formatInstant, type Instant } from "../../../domain/time.ts";
import { givingOutcomes } from "../../../policy/assigning.ts";
import { resolveSettings } from "../../../policy/tiers.ts";
import type { Tx } from "../../ports.ts";
import { text } from "../../values.ts";
import { changedFields } from "../changed-fields.ts";
import { type DocumentContext, defineKind, few, type ObjectIdentity, type PutResult } from "../kind.ts";
import {
  principalWord,
  resolvePrincipal,
  resolveRole,
  resolveScope,
  roleWord,
  scopeWord,
} from "../references.ts";
import { instantSchema, referenceSchema, scopeReferenceSchema } from "../spec-parts.ts";

const schema = z.strictObject({
  principal: referenceSchema.describe("who may ask: a user, a group or a service principal"),
  role: referenceSchema,
  scope: scopeReferenceSchema,
  startsAt: instantSchema.optional().describe("default: when it is first applied"),
  endsAt: instantSchema.nullable().optional().describe("default: as late as the role's settings allow"),
  justification: text(4_000).optional().describe("why; kept in the audit log alone"),
});
type Spec = z.output<typeof schema>;

export const eligibilityKind = defineKind<Spec>({
  kind: "Eligibility",
  schema,
  steps: (spec) => ({ put: (context, identity) => putEligibility(context, spec, identity) }),
  ...few(
    (tx, name) => tx.policy.namedEligibilities(name === undefined ? undefined : { name }),
    (tx, { body }) => specOf(tx, body),
  ),
  async remove(context, object) {
    await context.tx.policy.removeEligibility(asId<EligibilityId>(object.id));
  },
});

async function putEligibility(
  context: DocumentContext,
  spec: Spec,
  identity: ObjectIdentity,
): Promise<PutResult | null> {
  const { tx, tenant, now } = context;
  const principal = await resolvePrincipal(context, "/spec/principal", spec.principal);
  const role = await resolveRole(context, "/spec/role", spec.role);
  const scope = await resolveScope(context, "/spec/scope", spec.scope);
  if (principal === null || role === null || scope === null) return null;
  if (!isAssignableAt(role, scope)) {
    return context.fault("/spec/scope", `${role.name} is not assignable there; see its \`assignableScopes\``);
  }
  const [current = null] = identity.isNew ? [] : await tx.policy.namedEligibilities({ id: identity.id });
  const startsAt = spec.startsAt ?? current?.body.startsAt ?? now;
  const end = await endOf(context, spec, { role, scope, startsAt, current: current?.body ?? null });
  if (end === null) return null;
  const body: Eligibility = {
    id: asId<EligibilityId>(identity.id),
    tenantId: tenant.id,
    principal: { tenantId: tenant.id, objectId: principal.objectId },
    roleDefinitionId: role.id,
    scope: current !== null && sameScope(current.body.scope, scope) ? current.body.scope : scope,
    source: "assigned",
    startsAt,
    endsAt: end.at,
  };
  const fields = changedFields(current === null ? null : stated(current.body), stated(body));
  const isChange = fields.length > 0;
  if (!meetsRules(context, spec, { body, isChange, settings: end.settings })) return null;
  if (!isChange) return { fields };
  await tx.policy.saveEligibility({ id: identity.id, name: current?.name ?? context.name, body });
  return { fields, facts: spec.justification === undefined ? {} : { justification: spec.justification } };
}

interface Meant {
  readonly body: Eligibility;
  readonly isChange: boolean;
  readonly settings: RoleSettings;
}

/** What the role's settings ask of whoever makes somebody eligible; of one that stands as it was, only that it may last. */
function meetsRules(context: DocumentContext, spec: Spec, { body, isChange, settings }: Meant): boolean {
  const rules = { ...settings.makingEligible, maximumDurationMs: settings.maximumEligibilityMs };
  const said = {
    window: body,
    targets: [],
    justification: spec.justification ?? null,
    session: context.caller.session,
  };
  const failed = givingOutcomes("makingEligible", rules, said)
    .filter(({ outcome }) => outcome === "unsatisfied")
    .filter(({ rule }) => isChange || rule === "ExpirationRule");
  for (const rule of failed) context.unmet(rule.rule === "ExpirationRule" ? "/spec/endsAt" : "/spec", rule);
  return failed.length === 0;
}

interface EndInput {
  readonly role: RoleDefinition;
  readonly scope: Scope;
  readonly startsAt: Instant;
  readonly current: Eligibility | null;
}

/** Left out, an end stays where it was put, or is put as late as the settings allow. */
async function endOf(
  context: DocumentContext,
  spec: Spec,
  input: EndInput,
): Promise<{ at: Instant | null; settings: RoleSettings } | null> {
  const { role, scope, startsAt, current } = input;
  const stored = await context.tx.policy.storedSettings(role.id, scopeLineage(scope));
  const { settings } = resolveSettings(scope, role, stored, await context.tx.policy.tiers());
  const limit = settings.maximumEligibilityMs;
  const latest = limit === null ? null : addMs(startsAt, limit);
  const at = spec.endsAt === undefined ? keptEnd(current, latest) : spec.endsAt;
  if (at !== null && at <= startsAt)
    return context.fault("/spec/endsAt", "an eligibility ends after it starts");
  return { at, settings };
}

function keptEnd(current: Eligibility | null, latest: Instant | null): Instant | null {
  if (current === null || (current.endsAt === null && latest !== null)) return latest;
  return current.endsAt;
}

function stated({
  principal,
  roleDefinitionId,
  scope,
  startsAt,
  endsAt,
}: Eligibility): Record<string, unknown> {
  return { principal: principal.objectId, role: roleDefinitionId, scope, startsAt, endsAt };
}

async function specOf(tx: Tx, body: Eligibility): Promise<Record<string, unknown>> {
  return {
    principal: await principalWord(tx, body.principal),
    role: await roleWord(tx, body.roleDefinitionId),
    scope: await scopeWord(tx, body.scope),
    startsAt: formatInstant(body.startsAt),
    endsAt: body.endsAt === null ? null : formatInstant(body.endsAt),
  };
}
