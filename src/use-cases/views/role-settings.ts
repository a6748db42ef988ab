/** Which settings rule which role where, and field by field where they come from. */

import { eligibilitiesOf } from "../../domain/application.ts";
import type { RoleDefinitionId } from "../../domain/ids.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { RoleDefinition } from "../../domain/role-definition.ts";
import type { RoleSettings, SettingsSource } from "../../domain/role-settings.ts";
import { type Scope, sameScope, scopeKey } from "../../domain/scope.ts";
import { mayReadConfiguration } from "../../policy/authority.ts";
import { noSuchScope } from "../../policy/decisions/prepare.ts";
import { fieldOrigins, type SettingsLayer } from "../../policy/tiers.ts";
import { roleWord, scopeWord } from "../apply/references.ts";
import { overrideWords } from "../apply/settings-override.ts";
import type { Caller, Deps, Tx } from "../ports.ts";
import { ownerOf } from "../scope-owner.ts";
import { type Names, namesIn } from "./names.ts";
import {
  applicationOver,
  layersAt,
  loadRules,
  settingsAt,
  settingsStandingAt,
  type TenantRules,
} from "./tenant-rules.ts";

export interface RuledPlace {
  readonly roleDefinitionId: RoleDefinitionId;
  readonly roleName: string;
  readonly scope: Scope;
  readonly scopeName: string;
  readonly source: SettingsSource;
  /** Name of the scope, application or tier that they come from; null where they stand at this scope. */
  readonly inheritedFrom: string | null;
  /** Of the RoleSettings document at exactly this scope. */
  readonly documentName: string | null;
}

export interface PlaceFilter {
  readonly scope: Scope | null;
  readonly roleDefinitionId: RoleDefinitionId | null;
}

/** Every role at every scope for which somebody set rules or is eligible, by the scope's name and the role's. */
export async function listRoleSettings(
  deps: Deps,
  caller: Caller,
  filter: PlaceFilter,
): Promise<Outcome<readonly RuledPlace[]>> {
  const allowed = mayReadConfiguration(caller);
  if (!allowed.ok) return allowed;
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const rules = await loadRules(tx);
    const names = namesIn(tx);
    const places = await placesOf(tx, rules, filter);
    const roles = await tx.policy.roles([...new Set(places.map(({ roleDefinitionId }) => roleDefinitionId))]);
    const views: RuledPlace[] = [];
    for (const { roleDefinitionId, scope } of places) {
      const role = roles.find(({ id }) => id === roleDefinitionId);
      if (role !== undefined) views.push(await viewPlace(names, rules, role, scope));
    }
    return accept(views.sort(byName));
  });
}

type Place = Pick<RuledPlace, "roleDefinitionId" | "scope">;

async function placesOf(tx: Tx, rules: TenantRules, filter: PlaceFilter): Promise<Place[]> {
  const all: Place[] = [
    ...rules.settings.map(({ body }) => body),
    ...(await tx.policy.namedEligibilities()).map(({ body }) => body),
    ...rules.applications.flatMap((one) =>
      eligibilitiesOf(one).filter(({ scope }) => sameScope(scope, one.scope)),
    ),
  ];
  const wanted = all.filter(
    ({ roleDefinitionId, scope }) =>
      (filter.scope === null || sameScope(filter.scope, scope)) &&
      (filter.roleDefinitionId === null || filter.roleDefinitionId === roleDefinitionId),
  );
  return [...new Map(wanted.map((one) => [`${one.roleDefinitionId} ${scopeKey(one.scope)}`, one])).values()];
}

async function viewPlace(
  names: Names,
  rules: TenantRules,
  role: RoleDefinition,
  scope: Scope,
): Promise<RuledPlace> {
  const { source } = settingsAt(rules, role, scope);
  return {
    roleDefinitionId: role.id,
    roleName: role.name,
    scope,
    scopeName: await names.scope(scope),
    source,
    inheritedFrom: await inheritedFrom(names, rules, role, scope, source),
    documentName: settingsStandingAt(rules, role, scopeKey(scope))?.name ?? null,
  };
}

async function inheritedFrom(
  names: Names,
  rules: TenantRules,
  role: RoleDefinition,
  scope: Scope,
  source: SettingsSource,
): Promise<string | null> {
  if (source.kind === "tier") return source.name;
  if (source.kind === "application")
    return rules.applications.some((one) => sameScope(one.scope, scope)) ? null : source.name;
  if (source.name === scopeKey(scope)) return null;
  const above = settingsStandingAt(rules, role, source.name);
  return above === null ? source.name : names.scope(above.body.scope);
}

function byName(a: RuledPlace, b: RuledPlace): number {
  const key = ({ scopeName, scope, roleName }: RuledPlace) => `${scopeName}\n${scopeKey(scope)}\n${roleName}`;
  return key(a) < key(b) ? -1 : 1;
}

export interface FieldInForce {
  /** As a document names it; what lies within a field follows after a dot or in brackets. */
  readonly field: string;
  readonly value: unknown;
  readonly from: {
    readonly kind: "roleSettings" | "tier" | "builtIn" | "application";
    readonly name: string;
  };
}

export interface SettingsInForceView {
  readonly fields: readonly FieldInForce[];
  /** The whole, as a RoleSettings document would say it. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly documentName: string | null;
  /** The nearest settings upward, where they rule because none stand at this scope. */
  readonly above: { readonly documentName: string; readonly scopeName: string } | null;
}

export async function readRoleSettingsInForce(
  deps: Deps,
  caller: Caller,
  asked: { readonly roleDefinitionId: RoleDefinitionId; readonly scope: Scope },
): Promise<Outcome<SettingsInForceView>> {
  const allowed = mayReadConfiguration(caller);
  if (!allowed.ok) return allowed;
  const { scope } = asked;
  const owner = await ownerOf(deps, caller, scope);
  if (!owner.ok) return owner;
  // INVARIANT I12: a tenant's rules are its own.
  if (owner.value !== caller.ref.tenantId) return noSuchScope(scope);
  return deps.store.inTenant(owner.value, async (tx) => {
    const [role] = (await tx.policy.roles([asked.roleDefinitionId])).filter(
      ({ id }) => id === asked.roleDefinitionId,
    );
    if (role === undefined) {
      return reject("unknown_role", `there is no role \`${asked.roleDefinitionId}\``, {
        path: "/roleDefinitionId",
      });
    }
    const rules = await loadRules(tx);
    return accept(await viewInForce(tx, rules, role, scope));
  });
}

async function viewInForce(
  tx: Tx,
  rules: TenantRules,
  role: RoleDefinition,
  scope: Scope,
): Promise<SettingsInForceView> {
  const { settings } = settingsAt(rules, role, scope);
  const words = await wordsOf(tx, settings);
  const own = settingsStandingAt(rules, role, scopeKey(scope));
  const from = originsIn(rules, role, scope);
  return {
    fields: fieldsFrom(words, from),
    spec: {
      role: await roleWord(tx, role.id),
      scope: await scopeWord(tx, scope),
      tier: own?.body.tier ?? null,
      ...writable(words),
    },
    documentName: own?.name ?? null,
    above: own === null ? await aboveOf(tx, rules, role, scope) : null,
  };
}

async function aboveOf(
  tx: Tx,
  rules: TenantRules,
  role: RoleDefinition,
  scope: Scope,
): Promise<SettingsInForceView["above"]> {
  const { source } = settingsAt(rules, role, scope);
  const ruling = source.kind === "roleSettings" ? settingsStandingAt(rules, role, source.name) : null;
  if (ruling === null) return null;
  return { documentName: ruling.name, scopeName: await namesIn(tx).scope(ruling.body.scope) };
}

/** Every field by its word, with the limits in time that lie within it. */
export function fieldsFrom(
  words: Readonly<Record<string, unknown>>,
  from: (word: string) => FieldInForce["from"],
): FieldInForce[] {
  return Object.entries(words).flatMap(([field, value]) =>
    [[field, value] as const, ...timeoutsIn(field, value)].map(([name, one]) => ({
      field: name,
      value: one,
      from: from(field),
    })),
  );
}

/** The layer that a field's word comes from, among the origins by the names of code. */
export function originOf(origins: ReturnType<typeof fieldOrigins>, word: string): SettingsLayer | undefined {
  return origins.get(`${word}Ms` as keyof RoleSettings) ?? origins.get(word as keyof RoleSettings);
}

/** Field by its word to where it comes from; an application's policy is complete in itself. */
function originsIn(
  rules: TenantRules,
  role: RoleDefinition,
  scope: Scope,
): (word: string) => FieldInForce["from"] {
  const application = applicationOver(rules, scope);
  if (application?.jitAccess.enabled) return () => ({ kind: "application", name: application.name });
  const origins = fieldOrigins(layersAt(rules, role, scope));
  return (word) => {
    const layer = originOf(origins, word);
    if (layer === undefined) return { kind: "builtIn", name: "standard" };
    const { kind, name } = layer;
    if (kind !== "roleSettings") return { kind, name };
    return { kind, name: settingsStandingAt(rules, role, name)?.name ?? name };
  };
}

export async function wordsOf(tx: Tx, settings: RoleSettings): Promise<Record<string, unknown>> {
  const { cooldownAfterDenialMs, ...rest } = settings;
  const isCooling = cooldownAfterDenialMs > 0;
  const words = await overrideWords(tx, isCooling ? settings : rest);
  return { ...words, ...(isCooling ? {} : { cooldownAfterDenial: null }) };
}

/** A document has no word for "none" here but to say nothing. */
function writable({ cooldownAfterDenial, ...words }: Record<string, unknown>): Record<string, unknown> {
  return cooldownAfterDenial === null ? words : { ...words, cooldownAfterDenial };
}

interface Timed {
  readonly maximumDuration?: unknown;
  readonly stages?: readonly { readonly decideBy: unknown; readonly escalation: { after: unknown } | null }[];
}

/** Every limit in time has a name of its own, however deep it stands. */
function timeoutsIn(field: string, value: unknown): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [];
  const { maximumDuration, stages = [] } = value as Timed;
  const found: [string, unknown][] =
    maximumDuration === undefined ? [] : [[`${field}.maximumDuration`, maximumDuration]];
  for (const [index, { decideBy, escalation }] of stages.entries()) {
    found.push([`${field}.stages[${index}].decideBy`, decideBy]);
    if (escalation !== null) found.push([`${field}.stages[${index}].escalation.after`, escalation.after]);
  }
  return found;
}
