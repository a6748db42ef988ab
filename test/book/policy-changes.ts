/** Random changes of what the tenants of a town have configured, as rows. */
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { sql, type Transaction } from "kysely";
import type { Application } from "../../src/domain/application.ts";
import { CONTRIBUTOR_ID, READER_ID } from "../../src/domain/role-definition.ts";
import type { Tables } from "../../src/store/tables.ts";
import type { Name, TenantName, Town } from "../fixtures/town.ts";

export interface Place {
  readonly trx: Transaction<Tables>;
  readonly town: Town;
  readonly tenant: "contoso" | "fabrikam";
  /** One of several things, the same for the same number. */
  readonly pick: <T>(from: readonly T[]) => T;
}

/** Groups first, each before those that it may hold: nothing goes round in a circle. */
export const PEOPLE = {
  contoso: [
    ...["approvers", "onCall", "engineers", "backend"],
    ...["colin", "carol", "casey", "chris", "cora", "guest", "pipeline", "bot"],
  ],
  fabrikam: ["support", "firstLine", "frank", "fiona", "fred", "deployer"],
} as unknown as Readonly<Record<"contoso" | "fabrikam", readonly Name[]>>;
const GROUPS = { contoso: 4, fabrikam: 2 };
const WORKLOADS = { contoso: ["pipeline", "bot"], fabrikam: ["deployer"] } as const;

export const CHANGES: Readonly<Record<string, (at: Place) => Promise<unknown>>> = {
  "somebody joins": ({ trx, town, tenant, pick }) => {
    const all = PEOPLE[tenant];
    const group = pick(all.slice(0, GROUPS[tenant]));
    const member = pick(all.slice(all.indexOf(group) + 1));
    const row = { tenant_id: town.tenants[tenant], group_id: id(town, group), member_id: id(town, member) };
    return trx
      .insertInto("group_member")
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  },
  "somebody leaves": async ({ trx, pick }) => {
    const edges = await trx
      .selectFrom("group_member")
      .selectAll()
      .orderBy("group_id")
      .orderBy("member_id")
      .execute();
    if (edges.length === 0) return;
    const { group_id, member_id } = pick(edges);
    await trx
      .deleteFrom("group_member")
      .where("group_id", "=", group_id)
      .where("member_id", "=", member_id)
      .execute();
  },
  "a group is emptied": ({ trx, town, tenant, pick }) =>
    trx
      .deleteFrom("group_member")
      .where("group_id", "=", id(town, pick(PEOPLE[tenant].slice(0, GROUPS[tenant]))))
      .execute(),
  "somebody owns": ({ trx, town, tenant, pick }) => {
    const owned = pick([...PEOPLE[tenant].slice(0, GROUPS[tenant]), ...WORKLOADS[tenant]]);
    const row = { tenant_id: town.tenants[tenant], principal_id: id(town, owned) };
    return trx
      .insertInto("principal_owner")
      .values({ ...row, owner_id: id(town, pick(PEOPLE[tenant])) })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  },
  "somebody owns no more": async ({ trx, pick }) => {
    const edges = await trx.selectFrom("principal_owner").selectAll().orderBy("owner_id").execute();
    if (edges.length > 0)
      await trx.deleteFrom("principal_owner").where("owner_id", "=", pick(edges).owner_id).execute();
  },
  "somebody is tied to another": ({ trx, town, tenant, pick }) => {
    const users = ["colin", "cora", "fred", "nina"] as const;
    const other = pick([null, town.ref("frank"), town.ref("carol")]);
    return trx
      .updateTable("principal")
      .set({ linked_tenant_id: other?.tenantId ?? null, linked_object_id: other?.objectId ?? null })
      .where("object_id", "=", id(town, pick(users.filter((name) => PEOPLE[tenant].includes(name)))))
      .execute();
  },
  "somebody is deleted": ({ trx, town, tenant, pick }) =>
    trx
      .updateTable("principal")
      .set({ deleted_at: new Date(Date.UTC(2026, 2, 1)) })
      .where("object_id", "=", id(town, pick(PEOPLE[tenant])))
      .execute(),
  "somebody comes": ({ trx, town, tenant }) => {
    const object_id = randomUUID();
    const row = { tenant_id: town.tenants[tenant], object_id, name: object_id, display_name: "New" };
    return trx
      .insertInto("principal")
      .values({ ...row, kind: "user", email: `${object_id}@example.com` })
      .execute();
  },
  "somebody is renamed": ({ trx, town, tenant, pick }) =>
    trx
      .updateTable("principal")
      .set({ display_name: pick(["One", "Two", "Three"]) })
      .where("object_id", "=", id(town, pick(PEOPLE[tenant])))
      .execute(),
  "somebody becomes eligible": ({ town, tenant, pick, trx }) => {
    const scope = pick(Object.values(town.scopes));
    return trx
      .insertInto("eligibility")
      .values({
        tenant_id: town.tenants[tenant],
        id: randomUUID(),
        name: randomUUID(),
        principal_tenant_id: town.tenants[tenant],
        principal_id: id(town, pick(PEOPLE[tenant])),
        role_definition_id: pick([CONTRIBUTOR_ID, READER_ID]),
        scope,
        scope_key: scope.toLowerCase(),
        starts_at: new Date(Date.UTC(2026, 2, 1, 0, 0, 0, 7)),
        ends_at: pick([null, new Date(Date.UTC(2026, 8, 1, 0, 0, 0, 123))]),
      })
      .execute();
  },
  "an eligibility ends": async ({ trx, pick }) => {
    const rows = await trx.selectFrom("eligibility").select("id").orderBy("id").execute();
    if (rows.length > 0) await trx.deleteFrom("eligibility").where("id", "=", pick(rows).id).execute();
  },
  "rules are set": async ({ trx, town, tenant, pick }) => {
    const [role_definition_id, scope] = [pick([CONTRIBUTOR_ID, READER_ID]), pick(Object.values(town.scopes))];
    const [scope_key, named] = [scope.toLowerCase(), randomUUID()];
    await trx
      .deleteFrom("role_settings")
      .where("role_definition_id", "=", role_definition_id)
      .where("scope_key", "=", scope_key)
      .execute();
    const notified = [town.ref(pick(PEOPLE.contoso))];
    const override = JSON.stringify({
      approval: { mode: "automatic", notified },
      maximumDurationMs: 3_600_000,
    });
    const row = {
      tenant_id: town.tenants[tenant],
      id: named,
      name: named,
      role_definition_id,
      scope,
      scope_key,
    };
    await trx
      .insertInto("role_settings")
      .values({ ...row, tier: pick([null, "low"]), override, version: 2 })
      .execute();
  },
  "rules are dropped": async ({ trx, pick }) => {
    const rows = await trx.selectFrom("role_settings").select("id").orderBy("id").execute();
    if (rows.length > 0) await trx.deleteFrom("role_settings").where("id", "=", pick(rows).id).execute();
  },
  "a tier is set": ({ trx, town, tenant, pick }) => {
    const changing = {
      override: JSON.stringify({
        mfaRequired: pick([true, false]),
        maximumTotalMs: pick([1, 2]) * 3_600_000,
      }),
      roles_permitting: JSON.stringify(pick([["*/read"], ["*"], []])),
      version: pick([1, 2, 3]),
    };
    return trx
      .insertInto("tier")
      .values({
        tenant_id: town.tenants[tenant],
        name: pick(["standard", "Zeta", "alpha", "b-c", "ba"]),
        ...changing,
      })
      .onConflict((conflict) => conflict.columns(["tenant_id", "name"]).doUpdateSet(changing))
      .execute();
  },
  "a tier is dropped": ({ trx, pick }) =>
    trx
      .deleteFrom("tier")
      .where("name", "=", pick(["standard", "Zeta", "alpha", "b-c", "ba"]))
      .execute(),
  "a role is defined": async ({ trx, town, tenant, pick }) => {
    const rows = await trx.selectFrom("role_definition").select("id").orderBy("id").execute();
    const of = pick([randomUUID(), ...rows.map((row) => row.id)]);
    const permissions = {
      actions: [pick(["a/read", "b/*"])],
      notActions: [],
      dataActions: [],
      notDataActions: [],
    };
    const body = JSON.stringify({
      id: of,
      tenantId: town.tenants[tenant],
      name: of,
      description: "",
      permissions,
      assignableScopes: ["/"],
    });
    await trx
      .insertInto("role_definition")
      .values({ tenant_id: town.tenants[tenant], id: of, name: of, body })
      .onConflict((conflict) => conflict.columns(["tenant_id", "id"]).doUpdateSet({ body }))
      .execute();
  },
  "a role is removed": async ({ trx, pick }) => {
    const rows = await trx.selectFrom("role_definition").select("id").orderBy("id").execute();
    if (rows.length > 0) await trx.deleteFrom("role_definition").where("id", "=", pick(rows).id).execute();
  },
  "an application changes": async ({ trx, town, tenant, pick }) => {
    const rows = await trx
      .selectFrom("application")
      .select("body")
      .where("tenant_id", "=", town.tenants[tenant])
      .orderBy("id")
      .execute();
    if (rows.length === 0) return;
    const one = pick(rows).body as Application;
    const pinned = { ...one.roles[0], id: "0000000a-0000-4000-8000-000000000000", name: one.name };
    const next = pick([
      { ...one, deletedAt: one.deployedAt },
      { ...one, deletedAt: null },
      { ...one, roles: [pinned], version: one.version + 1 },
      { ...one, roles: [pinned], offerVersion: one.offerVersion + 1 },
    ]);
    await trx
      .updateTable("application")
      .set({ body: JSON.stringify(next) })
      .where("id", "=", one.id)
      .execute();
  },
  "a target is bound": async ({ trx, town, tenant, pick }) => {
    const [tenant_id, target, bound] = [town.tenants[tenant], randomUUID(), randomUUID()];
    const place = {
      tenantId: tenant_id,
      scope: pick(Object.values(town.scopes)),
      roleDefinitionId: CONTRIBUTOR_ID,
    };
    const body = { id: target, tenantId: tenant_id, name: target, kind: "postgres", config: {}, version: 1 };
    await trx
      .insertInto("target")
      .values({ tenant_id, id: target, name: target, body: JSON.stringify(body) })
      .execute();
    const binding = {
      ...place,
      id: bound,
      name: bound,
      targetId: target,
      entitlement: {},
      required: true,
      standing: false,
    };
    await trx
      .insertInto("binding")
      .values({ tenant_id, id: bound, name: bound, body: JSON.stringify(binding) })
      .execute();
  },
  "a binding goes, and a target": async ({ trx, pick }) => {
    for (const table of ["binding", "target"] as const) {
      const rows = await trx.selectFrom(table).select("id").orderBy("id").execute();
      if (rows.length > 0) await trx.deleteFrom(table).where("id", "=", pick(rows).id).execute();
    }
  },
  "a subscription comes": ({ trx, town, tenant }) => {
    const named = randomUUID();
    return trx
      .insertInto("subscription")
      .values({ tenant_id: town.tenants[tenant], id: named, name: named })
      .execute();
  },
  "a subscription goes": async ({ trx, town, pick }) => {
    const kept = town.scopes.subscription.split("/").at(-1) ?? "";
    const rows = await trx
      .selectFrom("subscription")
      .select("id")
      .where("id", "<>", kept)
      .orderBy("id")
      .execute();
    if (rows.length > 0) await trx.deleteFrom("subscription").where("id", "=", pick(rows).id).execute();
  },
  "the tenant is renamed": ({ trx, town, tenant, pick }) =>
    sql`UPDATE tenant SET display_name = ${pick(["A", "B", "C"])} WHERE tenant_id = ${town.tenants[tenant]}`.execute(
      trx,
    ),
  "the tenant is closed or not": ({ trx, town, tenant, pick }) =>
    sql`UPDATE tenant SET closed_at = ${pick([null, new Date(Date.UTC(2026, 2, 1))])} WHERE tenant_id = ${town.tenants[tenant]}`.execute(
      trx,
    ),
};

export interface Change {
  readonly tenant: "contoso" | "fabrikam";
  readonly names: readonly string[];
  readonly seeds: readonly number[];
  readonly rolledBack: boolean;
}

/** One transaction: some changes of one tenant, sometimes taken back. */
export const change: fc.Arbitrary<Change> = fc.record({
  tenant: fc.constantFrom("contoso" as const, "contoso" as const, "fabrikam" as const),
  names: fc.array(fc.constantFrom(...Object.keys(CHANGES)), { minLength: 1, maxLength: 4 }),
  seeds: fc.array(fc.nat(1000), { minLength: 6, maxLength: 6 }),
  rolledBack: fc.nat(9).map((one) => one === 0),
});

class TakenBack extends Error {}

export async function apply(town: Town, { tenant, names, seeds, rolledBack }: Change): Promise<void> {
  let next = 0;
  const pick = <T>(from: readonly T[]): T => {
    const found = from[(seeds[next++ % seeds.length] ?? 0) % from.length];
    if (found === undefined && !from.includes(found as T)) throw new Error("nothing to pick from");
    return found as T;
  };
  const work = town.change(tenant, async (trx) => {
    for (const name of names) await CHANGES[name]?.({ trx, town, tenant, pick });
    if (rolledBack) throw new TakenBack();
  });
  await work.catch((error) => {
    if (!(error instanceof TakenBack)) throw error;
  });
}

export type Party = Exclude<TenantName, "northwind">;

function id(town: Town, name: Name): string {
  return town.ref(name).objectId;
}
