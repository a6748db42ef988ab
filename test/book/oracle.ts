/**
 * What a book should answer, found the slow and obvious way: every question looks at every row again, nothing is indexed,
 * nothing is remembered, and no line is shared with the book.
 */
import type { Application } from "../../src/domain/application.ts";
import type { Eligibility } from "../../src/domain/eligibility.ts";
import type { ObjectId, RoleDefinitionId, TenantId } from "../../src/domain/ids.ts";
import type { Principal, PrincipalRef } from "../../src/domain/principal.ts";
import { BUILT_IN_ROLES, type RoleDefinition } from "../../src/domain/role-definition.ts";
import type { RoleSettings, SettingsOverride, SettingsSource } from "../../src/domain/role-settings.ts";
import type { BookContents, BookKind, BookKinds } from "../../src/policy/book/contents.ts";
import { compileJitPolicy } from "../../src/policy/compile-jit-policy.ts";
import { BUILT_IN_TIERS } from "../../src/policy/tiers.ts";

export interface Oracle {
  identity(id: ObjectId): { readonly principal: Principal; readonly groups: readonly unknown[] } | null;
  membersOf(ids: readonly ObjectId[]): readonly Principal[];
  peopleBehind(id: ObjectId): ReadonlySet<string>;
  role(id: RoleDefinitionId): RoleDefinition | null;
  tierOf(role: RoleDefinition): string;
  settingsAt(scope: string, role: RoleDefinition): Said;
  settingsFor(asking: TenantId, scope: string, roles: readonly RoleDefinition[]): readonly Said[];
  longestTotalMs(): number;
  eligibilitiesFor(principals: readonly PrincipalRef[], scope: string): readonly Eligibility[];
  applicationAt(scope: string): Application | null;
  rulesName(refs: readonly PrincipalRef[]): boolean;
}

/** Settings, and where they come from. */
interface Said {
  readonly settings: RoleSettings;
  readonly source: SettingsSource;
}

export function oracleOf(contents: BookContents): Oracle {
  const all = <Kind extends BookKind>(kind: Kind): BookKinds[Kind][] =>
    [...contents[kind].values()] as BookKinds[Kind][];
  const find = (id: string) => all("principal").find((one) => one.objectId === id);
  const heldDirectly = (group: string): string[] =>
    [...contents.members].flatMap(([id, held]) => (id === group ? [...held] : []));
  const ownersOf = (id: string): string[] => {
    const found = find(id);
    return found === undefined || found.kind === "user" ? [] : [...found.owners];
  };

  /** Takes one more step from everything found, until nothing new is found. */
  function expanded(from: readonly string[], step: (id: string) => readonly string[]): string[] {
    let found = [...from];
    for (;;) {
      const more = found.flatMap(step).filter((id) => !found.includes(id));
      if (more.length === 0) return found;
      found = [...found, ...more.filter((id, index) => more.indexOf(id) === index)];
    }
  }

  const isHeldBy = (group: string, id: string): boolean =>
    expanded(heldDirectly(group), heldDirectly).includes(id);

  const personKey = (one: Principal): string => {
    const linked = one.kind === "user" ? one.linkedTo : null;
    return linked === null ? `${one.tenantId}/${one.objectId}` : `${linked.tenantId}/${linked.objectId}`;
  };

  function applicationAt(scope: string): Application | null {
    return (
      all("application").find(
        (one) => one.deletedAt === null && [one.scope, one.managedScope].some((at) => isWithin(scope, at)),
      ) ?? null
    );
  }

  function role(id: RoleDefinitionId): RoleDefinition | null {
    const own = [...BUILT_IN_ROLES, ...all("role")].find((one) => one.id === id);
    if (own !== undefined) return own;
    // The newest version of an offer, of two such the application deployed last.
    let newest: Application | null = null;
    for (const one of all("application")) {
      if (one.deletedAt !== null || !one.roles.some((pinned) => pinned.id === id)) continue;
      if (newest === null || isNewer(one, newest)) newest = one;
    }
    return newest?.roles.find((pinned) => pinned.id === id) ?? null;
  }

  function tierOf(one: RoleDefinition): string {
    const names = all("tier")
      .filter((tier) => tier.rolesPermitting.some((pattern) => permitsPartOf(one, pattern)))
      .map((tier) => tier.name)
      .sort();
    return names[0] ?? "standard";
  }

  function tierSettings(name: string): Said {
    const base = BUILT_IN_TIERS[name] ?? BUILT_IN_TIERS.standard;
    if (base === undefined) throw new Error("there is no tier `standard`");
    const own = all("tier").find((tier) => tier.name === name);
    if (own !== undefined)
      return { settings: over(base, own.override), source: { kind: "tier", name, version: own.version } };
    const builtIn = BUILT_IN_TIERS[name] === undefined ? "standard" : name;
    return { settings: base, source: { kind: "tier", name: builtIn, version: 0 } };
  }

  function settingsAt(scope: string, one: RoleDefinition): Said {
    for (let at = scope.toLowerCase(); ; at = above(at)) {
      const row = all("settings").find(
        (stored) => stored.roleDefinitionId === one.id && stored.scopeKey === at,
      );
      if (row !== undefined) {
        const { settings } = tierSettings(row.tier ?? tierOf(one));
        const source = { kind: "roleSettings", name: at, version: row.version } as const;
        return { settings: over(settings, row.override), source };
      }
      if (at === "/") return tierSettings(tierOf(one));
    }
  }

  return {
    identity(id) {
      const principal = find(id);
      if (principal === undefined) return null;
      const groups = all("principal")
        .filter((one) => one.deletedAt === null && isHeldBy(one.objectId, id))
        .map(({ objectId, displayName }) => ({ objectId, displayName }));
      return { principal, groups };
    },
    membersOf: (ids) =>
      all("principal").filter(
        (one) =>
          one.kind !== "group" &&
          one.deletedAt === null &&
          ids.some((id) => id === one.objectId || isHeldBy(id, one.objectId)),
      ),
    peopleBehind(id) {
      const start = find(id);
      if (start === undefined) return new Set();
      const found = expanded([id], (one) => [...heldDirectly(one), ...ownersOf(one)]);
      const users = all("principal").filter((one) => one.kind === "user" && found.includes(one.objectId));
      return new Set([start, ...users].map(personKey));
    },
    role,
    tierOf,
    settingsAt,
    settingsFor(asking, scope, roles) {
      const application = applicationAt(scope);
      const policy = application === null ? null : compileJitPolicy(application);
      const own = roles.map((one) => settingsAt(scope, one));
      if (application === null || policy === null) return own;
      const theirs = roles.map(() => policy);
      return application.publisherTenantId === asking ? theirs : [...theirs, ...own];
    },
    longestTotalMs() {
      const said: (SettingsOverride | undefined)[] = [
        ...all("tier").map((tier) => tier.override),
        ...all("settings").map((row) => row.override),
        ...all("application").map((one) => compileJitPolicy(one)?.settings),
        ...["standard", "critical", "low"].map((name) => tierSettings(name).settings),
      ];
      let longest = 0;
      for (const one of said) {
        for (const ms of [one?.maximumTotalMs ?? 0, 2 * (one?.maximumDurationMs ?? 0)])
          if (ms > longest) longest = ms;
      }
      return longest;
    },
    eligibilitiesFor(principals, scope) {
      const isOf = (ref: PrincipalRef) =>
        principals.some((one) => one.tenantId === ref.tenantId && one.objectId === ref.objectId);
      const assigned = all("eligibility").filter((one) => isOf(one.principal) && isWithin(scope, one.scope));
      const application = applicationAt(scope);
      if (application === null || !application.jitAccess.enabled) return assigned;
      const following = application.authorizations
        .filter(({ principal }) => isOf(principal))
        .flatMap(({ principal, roleDefinitionId }) =>
          [application.scope, application.managedScope]
            .filter((at) => isWithin(scope, at))
            .map(
              (at) =>
                ({
                  id: application.id as string as Eligibility["id"],
                  tenantId: application.tenantId,
                  principal,
                  roleDefinitionId,
                  scope: at,
                  source: "application",
                  startsAt: application.deployedAt,
                  endsAt: null,
                }) as const,
            ),
        );
      return [...assigned, ...following];
    },
    applicationAt,
    rulesName: (refs) =>
      [...all("settings"), ...all("tier")].some(({ override }) => {
        const said = JSON.stringify(override.approval ?? null);
        return refs.some(({ objectId }) => said.includes(`"objectId":"${objectId}"`));
      }),
  };
}

/** Whether `scope` is `outer` or lies below it. */
function isWithin(scope: string, outer: string): boolean {
  for (let at = scope.toLowerCase(); ; at = above(at)) {
    if (at === outer.toLowerCase()) return true;
    if (at === "/") return false;
  }
}

function above(scope: string): string {
  const cut = scope.lastIndexOf("/");
  return cut <= 0 ? "/" : scope.slice(0, cut);
}

function isNewer(a: Application, b: Application): boolean {
  if (a.offerVersion !== b.offerVersion) return a.offerVersion > b.offerVersion;
  if (a.deployedAt !== b.deployedAt) return a.deployedAt > b.deployedAt;
  return a.id > b.id;
}

/** What is said lies over what was said below it; a new maximum moves what follows from it. */
function over(below: RoleSettings, said: SettingsOverride): RoleSettings {
  const settings = { ...below, ...said };
  const maximumTotalMs =
    said.maximumTotalMs !== undefined
      ? said.maximumTotalMs
      : said.maximumDurationMs !== undefined
        ? 2 * said.maximumDurationMs
        : below.maximumTotalMs;
  let defaultDurationMs = settings.defaultDurationMs;
  if (defaultDurationMs < settings.minimumDurationMs) defaultDurationMs = settings.minimumDurationMs;
  if (defaultDurationMs > settings.maximumDurationMs) defaultDurationMs = settings.maximumDurationMs;
  return { ...settings, maximumTotalMs, defaultDurationMs };
}

/** Something that is given meets the pattern, and nothing that is taken away covers the pattern wholly. */
function permitsPartOf({ permissions }: RoleDefinition, pattern: string): boolean {
  const { actions, notActions, dataActions, notDataActions } = permissions;
  return (
    (actions.some((one) => meet(one, pattern)) && !notActions.some((one) => matches(one, pattern))) ||
    (dataActions.some((one) => meet(one, pattern)) && !notDataActions.some((one) => matches(one, pattern)))
  );
}

/** Letter by letter; a star takes nothing, or one letter and then again. */
function matches(pattern: string, text: string): boolean {
  const [p, t] = [pattern.toLowerCase(), text.toLowerCase()];
  if (p === "") return t === "";
  if (p[0] === "*") return matches(p.slice(1), t) || (t !== "" && matches(p, t.slice(1)));
  return t !== "" && p[0] === t[0] && matches(p.slice(1), t.slice(1));
}

/** Whether some text matches both. */
function meet(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  if (a === "" && b === "") return true;
  if (a[0] === "*") return meet(a.slice(1), b) || (b !== "" && meet(a, b.slice(1)));
  if (b[0] === "*") return meet(a, b.slice(1)) || (a !== "" && meet(a.slice(1), b));
  return a !== "" && b !== "" && a[0] === b[0] && meet(a.slice(1), b.slice(1));
}
