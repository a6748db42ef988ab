/** A consumer and a publisher with random contents: small, so that everything meets everything. */
import fc from "fast-check";
import { type Application, DEFAULT_JIT_POLICY } from "../../src/domain/application.ts";
import type {
  ApplicationId,
  BindingId,
  EligibilityId,
  ObjectId,
  OfferId,
  RoleDefinitionId,
  SubscriptionId,
  TargetId,
  TenantId,
} from "../../src/domain/ids.ts";
import type { PrincipalKind, PrincipalRef } from "../../src/domain/principal.ts";
import { CONTRIBUTOR_ID, READER_ID, type RoleDefinition } from "../../src/domain/role-definition.ts";
import type { Approval, SettingsOverride } from "../../src/domain/role-settings.ts";
import { type Scope, scopeKey } from "../../src/domain/scope.ts";
import { addMs, HOUR_MS, type Instant, instant } from "../../src/domain/time.ts";
import type { BookContents, BookKinds } from "../../src/policy/book/contents.ts";
import { emptyContents } from "../../src/policy/book/contents.ts";

export const CONSUMER = "contoso" as TenantId;
export const PUBLISHER = "fabrikam" as TenantId;
export type Tenants = Readonly<Record<"consumer" | "publisher", BookContents>>;

const START: Instant = instant(Date.UTC(2026, 2, 2, 9));
const SUBSCRIPTION = "0a1b2c3d-0000-4000-8000-000000000001" as SubscriptionId;
const within = (path: string) => `/subscriptions/${SUBSCRIPTION}${path}` as Scope;
const application = (group: string, name: string) =>
  within(`/resourceGroups/${group}/providers/Microsoft.Solutions/applications/${name}`);
const PLACES = ["orders", "billing"].map((name) => ({
  scope: application("Applications", name),
  managedScope: within(`/resourceGroups/${name}-managed`),
}));
/** Some are written with other letters than their keys, and some are only nearly another. */
export const SCOPES: readonly Scope[] = [
  "/" as Scope,
  within(""),
  within("/resourceGroups/Web"),
  within("/resourceGroups/web2"),
  within("/resourceGroups/WEB/providers/Curfew.Test/sites/one"),
  ...PLACES.flatMap(({ scope, managedScope }) => [
    scope,
    managedScope,
    `${managedScope}/providers/Curfew.Test/databases/one` as Scope,
  ]),
  within("/resourceGroups/applications"),
  "/groups/contoso-0" as Scope,
];

export const OWN_ROLES = ["own-0", "own-1", "own-2"] as RoleDefinitionId[];
/** The first of them is called as one of the consumer's own. */
export const PINNED_ROLES = ["own-0", "pinned-0", "pinned-1"] as RoleDefinitionId[];
export const ROLES = [...new Set([CONTRIBUTOR_ID, READER_ID, ...OWN_ROLES, ...PINNED_ROLES])];
const PATTERNS = ["*", "a/read", "a/*", "b/*/write", "*/read", "*/w*e", "A/READ"];
const TIERS = ["standard", "critical", "low", "alpha", "Zeta", "constructor"];

const patterns = fc.array(fc.constantFrom(...PATTERNS), { maxLength: 3 });
const rarely = fc.nat(7).map((one) => one === 0);
const index = fc.nat(13);
const at = fc.nat(4).map((hours) => addMs(START, hours * HOUR_MS));

interface Someone {
  readonly kind: PrincipalKind;
  readonly deleted: boolean;
  /** Of all users of both tenants; null: no tie. */
  readonly linkedTo: number | null;
}

/** Groups first, so that each may hold those after it and never itself. */
const someone: fc.Arbitrary<Someone> = fc.record({
  kind: fc.constantFrom<PrincipalKind>("group", "user", "user", "servicePrincipal"),
  deleted: rarely,
  linkedTo: fc.option(fc.nat(23), { freq: 2 }),
});
const crowd = fc.record({
  groups: fc.array(rarely, { minLength: 2, maxLength: 6 }),
  others: fc.array(someone, { minLength: 3, maxLength: 8 }),
  /** How many of the groups each hold the next. */
  chain: fc.nat(6),
  members: fc.array(fc.tuple(index, index), { maxLength: 12 }),
  owners: fc.array(fc.tuple(index, index), { maxLength: 10 }),
});
type Crowd = typeof crowd extends fc.Arbitrary<infer T> ? T : never;

const idOf = (tenantId: TenantId, one: number) => `${tenantId}-${one}` as ObjectId;
const refAt = (tenantId: TenantId, one: number): PrincipalRef => ({
  tenantId,
  objectId: idOf(tenantId, one),
});

function directoryRows(
  tenantId: TenantId,
  { groups, others, chain, members, owners }: Crowd,
  users: readonly PrincipalRef[],
): Pick<BookContents, "principal" | "members"> {
  const all: readonly Someone[] = [
    ...groups.map((deleted) => ({ kind: "group" as const, deleted, linkedTo: null })),
    ...others,
  ];
  const edges = new Map<string, Set<ObjectId>>();
  const hold = (group: number, member: number) => {
    if (all[group]?.kind !== "group" || all[member] === undefined || group >= member) return;
    const held = edges.get(idOf(tenantId, group)) ?? new Set();
    edges.set(idOf(tenantId, group), held.add(idOf(tenantId, member)));
  };
  for (let one = 0; one < Math.min(chain, groups.length); one++) hold(one, one + 1);
  for (const [one, other] of members) hold(one % all.length, other % all.length);
  const principal = new Map<string, BookKinds["principal"]>();
  all.forEach(({ kind, deleted, linkedTo }, one) => {
    const displayName = `${kind} ${one}`;
    const base = {
      ...refAt(tenantId, one),
      name: `p${one}`,
      displayName,
      deletedAt: deleted ? START : null,
      lock: null,
    };
    const link = linkedTo === null ? undefined : users[linkedTo % users.length];
    const isTied = link !== undefined && link.objectId !== base.objectId;
    const owned = owners.filter(([thing]) => thing % all.length === one);
    const mine = [...new Set(owned.map(([, owner]) => idOf(tenantId, owner % all.length)))];
    principal.set(
      base.objectId,
      kind === "user"
        ? { ...base, kind, email: `p${one}@${tenantId}.example`, linkedTo: isTied ? link : null }
        : { ...base, kind, owners: mine },
    );
  });
  return { principal, members: new Map([...edges].map(([group, held]) => [group, [...held]])) };
}

function usersOf(tenantId: TenantId, { groups, others }: Crowd): PrincipalRef[] {
  return others.flatMap(({ kind }, one) => (kind === "user" ? [refAt(tenantId, groups.length + one)] : []));
}

const refs = fc.array(
  index.map((one) => refAt(CONSUMER, one)),
  { maxLength: 6 },
);
export const stage = fc.record({
  approvers: refs,
  required: fc.constantFrom(1, 1, 1, 2),
  decideByMs: fc.constantFrom(HOUR_MS, 2 * HOUR_MS),
  escalation: fc.option(fc.record({ afterMs: fc.constant(HOUR_MS), to: refs })),
});
const approval: fc.Arbitrary<Approval> = fc.oneof(
  fc.record({ mode: fc.constant("automatic" as const), notified: refs }),
  fc.record({
    mode: fc.constant("manual" as const),
    stages: fc.array(stage, { minLength: 1, maxLength: 2 }),
  }),
);
const hours = fc.integer({ min: 1, max: 30 }).map((one) => one * HOUR_MS);
export const override: fc.Arbitrary<SettingsOverride> = fc.record(
  {
    maximumDurationMs: hours,
    minimumDurationMs: hours,
    defaultDurationMs: hours,
    maximumTotalMs: hours,
    justificationRequired: fc.boolean(),
    mfaRequired: fc.boolean(),
    approval,
  },
  { requiredKeys: [] },
);

const roleBody = fc.record({
  actions: patterns,
  notActions: patterns,
  dataActions: patterns,
  notDataActions: patterns,
});
const role = (id: RoleDefinitionId, tenantId: TenantId, permissions: RoleDefinition["permissions"]) => ({
  id,
  tenantId,
  name: id,
  description: "",
  permissions,
  assignableScopes: ["/" as Scope],
});

const applications = fc.array(
  fc.record({
    place: fc.nat(PLACES.length - 1),
    deleted: rarely,
    jit: fc.option(
      fc.record({
        mode: fc.constantFrom("automatic" as const, "manual" as const),
        approvers: refs,
        maximumDurationMs: hours,
      }),
      { freq: 2 },
    ),
    authorized: fc.array(fc.tuple(index, fc.constantFrom(CONTRIBUTOR_ID, ...PINNED_ROLES)), { maxLength: 3 }),
    roles: fc.uniqueArray(fc.tuple(fc.constantFrom(...PINNED_ROLES), roleBody), {
      selector: ([id]) => id,
      minLength: 1,
      maxLength: 3,
    }),
    offerVersion: fc.integer({ min: 1, max: 2 }),
    deployedAt: at,
    owners: refs,
  }),
  { maxLength: 5 },
);
type Deployed = typeof applications extends fc.Arbitrary<(infer T)[]> ? T : never;

function applicationRows(deployed: readonly Deployed[]): BookContents["application"] {
  const taken = new Set<number>();
  return new Map(
    deployed.map((one, number) => {
      // At one place at most one lives.
      const isGone = one.deleted || taken.has(one.place);
      if (!isGone) taken.add(one.place);
      const { scope, managedScope } = PLACES[one.place] ?? {
        scope: "/" as Scope,
        managedScope: "/" as Scope,
      };
      const body: Application = {
        id: `application-${number}` as ApplicationId,
        tenantId: CONSUMER,
        publisherTenantId: PUBLISHER,
        name: `application ${number}`,
        scope,
        managedScope,
        offerId: "offer" as OfferId,
        offerVersion: one.offerVersion,
        authorizations: one.authorized.map(([who, roleDefinitionId]) => ({
          principal: refAt(PUBLISHER, who),
          roleDefinitionId,
        })),
        roles: one.roles.map(([id, permissions]) => role(id, PUBLISHER, permissions)),
        owners: one.owners,
        jitAccess:
          one.jit === null
            ? { enabled: false, acknowledgedBy: refAt(CONSUMER, 0), acknowledgedAt: one.deployedAt }
            : { enabled: true, policy: { ...DEFAULT_JIT_POLICY, ...one.jit }, policyVersion: number + 1 },
        version: 1,
        deployedAt: one.deployedAt,
        deletedAt: isGone ? addMs(START, 9 * HOUR_MS) : null,
      };
      return [body.id, body] as const;
    }),
  );
}

const scope = fc.constantFrom(...SCOPES);
const rules = fc.record({
  roles: fc.uniqueArray(fc.tuple(fc.constantFrom(...OWN_ROLES), roleBody), { selector: ([id]) => id }),
  tiers: fc.uniqueArray(fc.tuple(fc.constantFrom(...TIERS), override, patterns), {
    selector: ([name]) => name,
    maxLength: 4,
  }),
  settings: fc.uniqueArray(
    fc.tuple(fc.constantFrom(...ROLES), scope, fc.option(fc.constantFrom(...TIERS, "unknown")), override),
    { selector: ([id, where]) => `${id} ${scopeKey(where)}`, maxLength: 10 },
  ),
  eligibilities: fc.array(
    fc.tuple(index, fc.boolean(), fc.constantFrom(...ROLES), scope, at, fc.option(at)),
    { maxLength: 12 },
  ),
  applications,
});

/** Both tenants, each with its own people; the consumer with rules and with the publisher's applications. */
export const tenants: fc.Arbitrary<Tenants> = fc.tuple(crowd, crowd, rules).map(([here, there, set]) => {
  const users = [...usersOf(CONSUMER, here), ...usersOf(PUBLISHER, there)];
  const tenant = (id: TenantId) => new Map([[id, { id, name: id, displayName: id, closedAt: null }]]);
  const { roles, tiers, settings, eligibilities } = set;
  return {
    publisher: {
      ...emptyContents(),
      tenant: tenant(PUBLISHER),
      ...directoryRows(PUBLISHER, there, users),
    },
    consumer: {
      ...emptyContents(),
      tenant: tenant(CONSUMER),
      subscription: new Map([[SUBSCRIPTION, { tenantId: CONSUMER, id: SUBSCRIPTION, name: "production" }]]),
      ...directoryRows(CONSUMER, here, users),
      role: new Map(roles.map(([id, permissions]) => [id, role(id, CONSUMER, permissions)])),
      tier: new Map(
        tiers.map(([name, said, rolesPermitting], number) => [
          name,
          { name, version: number + 1, override: said, rolesPermitting },
        ]),
      ),
      settings: new Map(
        settings.map(([roleDefinitionId, where, tier, said], number) => {
          const id = `settings-${number}`;
          const body = { id, name: id, roleDefinitionId, scope: where, scopeKey: scopeKey(where), tier };
          return [id, { ...body, override: said, version: number + 1 }];
        }),
      ),
      eligibility: new Map(
        eligibilities.map(([who, own, roleDefinitionId, where, startsAt, endsAt], number) => {
          const id = `eligibility-${number}` as EligibilityId;
          const principal = refAt(own ? CONSUMER : PUBLISHER, who);
          const body = { id, tenantId: CONSUMER, name: id, principal, roleDefinitionId, scope: where };
          return [id, { ...body, source: "assigned" as const, startsAt, endsAt }];
        }),
      ),
      application: applicationRows(set.applications),
      target: new Map([["target", target]]),
      binding: new Map([["binding", binding]]),
    },
  };
});

const target = {
  id: "target" as TargetId,
  tenantId: CONSUMER,
  name: "target",
  kind: "postgres",
  config: {},
  version: 1,
};
const binding = {
  id: "binding" as BindingId,
  tenantId: CONSUMER,
  name: "binding",
  targetId: target.id,
  roleDefinitionId: CONTRIBUTOR_ID,
  scope: within(""),
  entitlement: {},
  required: true,
  standing: false,
};
