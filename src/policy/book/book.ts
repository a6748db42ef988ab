/**
 * Everything one tenant has configured, at one version of its policy, and the only place that answers what rules ask of
 * it. Immutable: another version is another book.
 */
import { type Application, eligibilitiesOf } from "../../domain/application.ts";
import type { Eligibility } from "../../domain/eligibility.ts";
import type {
  ApplicationId,
  ObjectId,
  RoleDefinitionId,
  SubscriptionId,
  TargetId,
  TenantId,
} from "../../domain/ids.ts";
import { type PrincipalRef, samePrincipal } from "../../domain/principal.ts";
import { BrokenInvariant } from "../../domain/rejection.ts";
import { BUILT_IN_ROLES, type RoleDefinition } from "../../domain/role-definition.ts";
import { namedBy, type RoleSettings, type SourcedSettings } from "../../domain/role-settings.ts";
import { type Scope, scopeKey, scopeLineage } from "../../domain/scope.ts";
import type { Binding, TargetDefinition } from "../../domain/target-binding.ts";
import type { DescribeTarget, TargetTraits } from "../../domain/target-traits.ts";
import type { Subscription, Tenant } from "../../domain/tenant.ts";
import { compileJitPolicy } from "../compile-jit-policy.ts";
import { settingsFor } from "../settings-for.ts";
import { resolveSettings, type Tier, tierSettings } from "../tiers.ts";
import type { BookContents, RoleSettingsRow } from "./contents.ts";
import { type Directory, directoryOf } from "./directory.ts";

export interface Book extends Directory {
  readonly tenantId: TenantId;
  readonly version: number;
  readonly contents: BookContents;
  readonly tenant: Tenant;
  subscription(id: SubscriptionId): Subscription | null;
  /** Of this tenant, built in, or a publisher's own as the consumer accepted it with an application. */
  role(id: RoleDefinitionId): RoleDefinition | null;
  readonly tiers: readonly Tier[];
  /** Everything stored for one role, at whatever scope. */
  settingsStored(id: RoleDefinitionId): readonly RoleSettingsRow[];
  /** The settings of one role at a scope, whoever asks; an application's policy stands apart (`settingsFor`). */
  settingsAt(scope: Scope, role: RoleDefinition): SourcedSettings;
  /** What rules these roles at the scope, for somebody of `asking`: `settings-for.ts`. */
  settingsFor(asking: TenantId, scope: Scope, roles: readonly RoleDefinition[]): readonly SourcedSettings[];
  /** The longest that any chain of windows may last under what is set anywhere. */
  readonly longestTotalMs: number;
  /** What these principals are eligible for at the scope or above it, assigned or following from an application. */
  eligibilitiesFor(principals: readonly PrincipalRef[], scope: Scope): readonly Eligibility[];
  readonly eligibilities: readonly (Eligibility & { readonly name: string })[];
  /** The living application whose resource id, or whose managed resource group, is the scope or lies above it. */
  applicationAt(scope: Scope): Application | null;
  application(id: ApplicationId): Application | null;
  readonly applications: readonly Application[];
  readonly bindings: readonly Binding[];
  /** Those of one role, at whatever scope. */
  bindingsOf(id: RoleDefinitionId): readonly Binding[];
  target(id: TargetId): TargetDefinition | null;
  /** What its kind says of a target; null where target or kind are not known here. */
  traitsOf(id: TargetId): TargetTraits | null;
  /** Whether role settings or tiers name any of these for approval: as approvers, by escalation, or to be notified. */
  rulesName(approvers: readonly PrincipalRef[]): boolean;
}

/** `describe`: what the kinds of targets say. Without it no kind is known. */
export function makeBook(
  version: number,
  contents: BookContents,
  describe: DescribeTarget = () => null,
): Book {
  const [tenant] = contents.tenant.values();
  if (tenant === undefined) throw new BrokenInvariant("a book without its tenant");
  const tenantId = tenant.id;
  const lazy = lazily(contents, describe);
  const settingsStored = (id: RoleDefinitionId) => lazy.settings().get(id) ?? [];
  const settingsAt = (scope: Scope, role: RoleDefinition) =>
    resolveSettings(scope, role, settingsStored(role.id), lazy.tiers());

  function applicationAt(scope: Scope): Application | null {
    for (const key of scopeLineage(scope)) {
      const found = lazy.applicationsByScope().get(key);
      if (found !== undefined) return found;
    }
    return null;
  }

  return {
    tenantId,
    version,
    contents,
    tenant,
    ...directoryOf(tenantId, contents),
    subscription: (id) => contents.subscription.get(id) ?? null,
    role: (id) => lazy.builtIn().get(id) ?? contents.role.get(id) ?? lazy.pinned().get(id) ?? null,
    get tiers() {
      return lazy.tiers();
    },
    settingsStored,
    settingsAt,
    settingsFor: (asking, scope, roles) =>
      settingsFor(asking, applicationAt(scope), roles, (role) => settingsAt(scope, role)),
    get longestTotalMs() {
      return lazy.longestTotalMs();
    },
    eligibilitiesFor(principals, scope) {
      const lineage = new Set(scopeLineage(scope));
      const assigned = principals.flatMap(({ objectId }) => lazy.eligibilitiesOf().get(objectId) ?? []);
      const application = applicationAt(scope);
      const following = (application === null ? [] : eligibilitiesOf(application)).filter(({ principal }) =>
        principals.some((one) => samePrincipal(one, principal)),
      );
      return [...assigned, ...following].filter((one) => lineage.has(scopeKey(one.scope)));
    },
    get eligibilities() {
      return lazy.eligibilities();
    },
    applicationAt,
    application: (id) => contents.application.get(id) ?? null,
    get applications() {
      return lazy.applications();
    },
    get bindings() {
      return lazy.bindings();
    },
    bindingsOf: (id) => lazy.bindingsOf().get(id) ?? [],
    target: (id) => contents.target.get(id) ?? null,
    traitsOf: (id) => lazy.traits().get(id) ?? null,
    rulesName: (approvers) => approvers.some(({ objectId }) => lazy.named().has(objectId)),
  };
}

/** What is looked up often, made when it is first asked for. */
function lazily(contents: BookContents, describe: DescribeTarget) {
  const inOrder = memo(() => [...contents.eligibility.values()].sort((a, b) => byText(a.id, b.id)));
  return {
    builtIn: memo(() => new Map(BUILT_IN_ROLES.map((role) => [role.id, role]))),
    pinned: memo(() => {
      const living = [...contents.application.values()].filter(({ deletedAt }) => deletedAt === null);
      // Versions of two offers may be the same: what was deployed last counts, in whatever order the rows came.
      const oldestFirst = living.sort(
        (a, b) => a.offerVersion - b.offerVersion || a.deployedAt - b.deployedAt || byText(a.id, b.id),
      );
      return new Map(oldestFirst.flatMap(({ roles }) => roles.map((role) => [role.id, role])));
    }),
    tiers: memo(() => [...contents.tier.values()].sort((a, b) => byText(a.name, b.name))),
    settings: memo(() => Map.groupBy(contents.settings.values(), (row) => row.roleDefinitionId)),
    eligibilities: inOrder,
    eligibilitiesOf: memo(() =>
      Map.groupBy<ObjectId, Eligibility>(inOrder(), ({ principal }) => principal.objectId),
    ),
    applications: memo(() =>
      [...contents.application.values()].sort(
        (a, b) => byText(scopeKey(a.scope), scopeKey(b.scope)) || byText(a.id, b.id),
      ),
    ),
    applicationsByScope: memo(() => {
      const living = [...contents.application.values()].filter(({ deletedAt }) => deletedAt === null);
      return new Map(
        living.flatMap((one) => [one.managedScope, one.scope].map((at) => [scopeKey(at), one] as const)),
      );
    }),
    bindings: memo(() => [...contents.binding.values()].sort((a, b) => byText(a.name, b.name))),
    bindingsOf: memo(() => Map.groupBy(contents.binding.values(), (binding) => binding.roleDefinitionId)),
    traits: memo(() => new Map([...contents.target].map(([id, target]) => [id, describe(target)]))),
    longestTotalMs: memo(() => {
      const tiers = [...contents.tier.values()];
      const overrides = [...contents.settings.values(), ...tiers].map(({ override }) => override);
      const policies = [...contents.application.values()].map((one) => compileJitPolicy(one)?.settings);
      const built = ["standard", "critical", "low"].map((name) => tierSettings(name, tiers));
      const all = [...overrides, ...policies, ...built];
      // Not as arguments of one call: of those there may be only so many.
      return all.reduce((longest, one) => Math.max(longest, longestTotalOf(one)), 0);
    }),
    named: memo(() => {
      const named = new Set<string>();
      for (const { override } of [...contents.settings.values(), ...contents.tier.values()]) {
        for (const ref of override.approval === undefined ? [] : namedBy(override.approval))
          named.add(ref.objectId);
      }
      return named;
    }),
  };
}

function longestTotalOf(settings: Partial<RoleSettings> | undefined): number {
  return Math.max(settings?.maximumTotalMs ?? 0, 2 * (settings?.maximumDurationMs ?? 0));
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function memo<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
