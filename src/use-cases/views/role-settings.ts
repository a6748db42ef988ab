/** Which settings rule which role where, and field by field where they come from. */

import { isDeepStrictEqual } from "node:util";
import { eligibilitiesOf } from "../../domain/application.ts";
import type { RoleDefinitionId } from "../../domain/ids.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { RoleDefinition } from "../../domain/role-definition.ts";
import { type RoleSettings, type SettingsSource, settingNamed } from "../../domain/role-settings.ts";
import { type Scope, sameScope, scopeKey } from "../../domain/scope.ts";
import { mayReadConfiguration } from "../../policy/authority.ts";
import { compileJitPolicy } from "../../policy/compile-jit-policy.ts";
import { noSuchScope } from "../../policy/decisions/prepare.ts";
import { fieldOrigins, type SettingsLayer, settle } from "../../policy/tiers.ts";
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
  /** Of what rules the tenant's own people there. */
  readonly source: SettingsSource;
  /** Name of the managed application there, whose policy rules its publisher's people alone, and others as well. */
  readonly application: string | null;
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
    application: applicationOver(rules, scope)?.name ?? null,
    inheritedFrom: await inheritedFrom(names, rules, { role, scope, source }),
    documentName: settingsStandingAt(rules, role, scopeKey(scope))?.name ?? null,
  };
}

interface Inherited {
  readonly role: RoleDefinition;
  readonly scope: Scope;
  readonly source: SettingsSource;
}

async function inheritedFrom(
  names: Names,
  rules: TenantRules,
  { role, scope, source }: Inherited,
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
    /** `together`: the policy of that application and what is set above it; neither is as strict by itself. */
    readonly kind: "roleSettings" | "tier" | "builtIn" | "application" | "together";
    readonly name: string;
  };
}

export interface SettingsInForceView {
  readonly fields: readonly FieldInForce[];
  /** The whole, as a RoleSettings document would say it. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly documentName: string | null;
  /** Name of the managed application there: no settings stand at it, and its publisher's people meet its policy alone. */
  readonly application: string | null;
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
  const words = await overrideWords(tx, settings);
  const own = settingsStandingAt(rules, role, scopeKey(scope));
  const from = originsIn(rules, role, scope);
  return {
    fields: fieldsFrom(words, from),
    spec: {
      role: await roleWord(tx, role.id),
      scope: await scopeWord(tx, scope),
      tier: own?.body.tier ?? null,
      ...words,
    },
    documentName: own?.name ?? null,
    application: applicationOver(rules, scope)?.name ?? null,
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
  const name = settingNamed(word);
  return name === null ? undefined : origins.get(name);
}

/** Field by its word to where it comes from: at an application to whichever is as strict by itself. */
function originsIn(
  rules: TenantRules,
  role: RoleDefinition,
  scope: Scope,
): (word: string) => FieldInForce["from"] {
  const layers = layersAt(rules, role, scope);
  const origins = fieldOrigins(layers);
  const layered = (word: string): FieldInForce["from"] => {
    const layer = originOf(origins, word);
    if (layer === undefined) return { kind: "builtIn", name: "standard" };
    const { kind, name } = layer;
    if (kind !== "roleSettings") return { kind, name };
    return { kind, name: settingsStandingAt(rules, role, name)?.name ?? name };
  };
  const application = applicationOver(rules, scope);
  const policy = application === null ? null : compileJitPolicy(application);
  if (application === null || policy === null) return layered;
  const [inForce, below] = [settingsAt(rules, role, scope).settings, settle(layers)];
  return (word) => {
    const name = settingNamed(word);
    const isFrom = (one: RoleSettings) => name !== null && isDeepStrictEqual(one[name], inForce[name]);
    if (isFrom(policy.settings)) return { kind: "application", name: application.name };
    return isFrom(below) ? layered(word) : { kind: "together", name: application.name };
  };
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
