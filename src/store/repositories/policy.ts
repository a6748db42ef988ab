/** What rules: roles, settings, tiers and eligibilities. */
import { type Selectable, sql } from "kysely";
import type { Eligibility } from "../../domain/eligibility.ts";
import {
  asId,
  type EligibilityId,
  type ObjectId,
  type RoleDefinitionId,
  type TenantId,
} from "../../domain/ids.ts";
import { BUILT_IN_ROLES, type RoleDefinition } from "../../domain/role-definition.ts";
import type { SettingsOverride } from "../../domain/role-settings.ts";
import { type Scope, scopeKey } from "../../domain/scope.ts";
import type { PolicyRepository } from "../../use-cases/configuration-ports.ts";
import type { Tables } from "../tables.ts";
import type { TenantScope } from "../within-tenant.ts";

export function policyIn(scope: TenantScope): PolicyRepository {
  const { trx, tenantId } = scope;
  return {
    roles: (ids) => readRoles(scope, ids),
    async saveRole(role) {
      const changing = { name: role.name, body: JSON.stringify(role) };
      await trx
        .insertInto("role_definition")
        .values({ tenant_id: tenantId, id: role.id, ...changing })
        .onConflict((conflict) => conflict.columns(["tenant_id", "id"]).doUpdateSet(changing))
        .execute();
    },
    async removeRole(id) {
      await trx.deleteFrom("role_definition").where("id", "=", id).execute();
    },
    async storedSettings(roleDefinitionId, scopeKeys) {
      const rows = await trx
        .selectFrom("role_settings")
        .selectAll()
        .where("role_definition_id", "=", roleDefinitionId)
        .where("scope_key", "in", scopeKeys)
        .execute();
      return rows.map((row) => ({
        scopeKey: row.scope_key,
        tier: row.tier,
        override: row.override as SettingsOverride,
        version: row.version,
      }));
    },
    async namedSettings() {
      const rows = await trx.selectFrom("role_settings").selectAll().orderBy("name").execute();
      return rows.map((row) => ({
        id: row.id,
        name: row.name,
        body: {
          roleDefinitionId: asId<RoleDefinitionId>(row.role_definition_id),
          scope: row.scope as Scope,
          tier: row.tier,
          override: row.override as SettingsOverride,
          version: row.version,
        },
      }));
    },
    async saveSettings({ id, name, body }) {
      const changing = {
        name,
        role_definition_id: body.roleDefinitionId,
        scope: body.scope,
        scope_key: scopeKey(body.scope),
        tier: body.tier,
        override: JSON.stringify(body.override),
        version: body.version,
      };
      await trx
        .insertInto("role_settings")
        .values({ tenant_id: tenantId, id, ...changing })
        .onConflict((conflict) => conflict.columns(["tenant_id", "id"]).doUpdateSet(changing))
        .execute();
    },
    async removeSettings(id) {
      await trx.deleteFrom("role_settings").where("id", "=", id).execute();
    },
    async tiers() {
      const rows = await trx.selectFrom("tier").selectAll().orderBy("name").execute();
      return rows.map((row) => ({
        name: row.name,
        version: row.version,
        override: row.override as SettingsOverride,
        rolesPermitting: row.roles_permitting as string[],
      }));
    },
    async saveTier(tier) {
      const changing = {
        override: JSON.stringify(tier.override),
        roles_permitting: JSON.stringify(tier.rolesPermitting),
        version: tier.version,
      };
      await trx
        .insertInto("tier")
        .values({ tenant_id: tenantId, name: tier.name, ...changing })
        .onConflict((conflict) => conflict.columns(["tenant_id", "name"]).doUpdateSet(changing))
        .execute();
    },
    async removeTier(name) {
      await trx.deleteFrom("tier").where("name", "=", name).execute();
    },
    async rulesName(approvers) {
      const ids = JSON.stringify({ ids: approvers.map((ref) => ref.objectId) });
      const named = sql`jsonb_path_exists(override -> 'approval', '$.**.objectId ? (@ == $ids[*])', ${ids}::jsonb)`;
      const { rows } = await sql<{ named: boolean }>`
        SELECT EXISTS (SELECT 1 FROM role_settings WHERE tenant_id = ${tenantId} AND ${named})
          OR EXISTS (SELECT 1 FROM tier WHERE tenant_id = ${tenantId} AND ${named}) AS named`.execute(trx);
      return rows[0]?.named === true;
    },
    eligibilities: (filter) => readEligibilities(scope, filter),
    async namedEligibilities(only) {
      let select = trx.selectFrom("eligibility").selectAll().orderBy("name");
      if (only !== undefined && "name" in only)
        select = select.where("name_key", "=", only.name.toLowerCase());
      if (only !== undefined && "id" in only) select = select.where("id", "=", only.id);
      if (only !== undefined && "principal" in only) {
        const { tenantId: home, objectId } = only.principal;
        select = select.where("principal_tenant_id", "=", home).where("principal_id", "=", objectId);
      }
      const rows = await select.execute();
      return rows.map((row) => ({ id: row.id, name: row.name, body: eligibilityOf(row) }));
    },
    async saveEligibility({ id, name, body }) {
      const changing = {
        name,
        principal_tenant_id: body.principal.tenantId,
        principal_id: body.principal.objectId,
        role_definition_id: body.roleDefinitionId,
        scope: body.scope,
        scope_key: scopeKey(body.scope),
        starts_at: new Date(body.startsAt),
        ends_at: body.endsAt === null ? null : new Date(body.endsAt),
      };
      await trx
        .insertInto("eligibility")
        .values({ tenant_id: tenantId, id, ...changing })
        .onConflict((conflict) => conflict.columns(["tenant_id", "id"]).doUpdateSet(changing))
        .execute();
    },
    async removeEligibility(id) {
      await trx.deleteFrom("eligibility").where("id", "=", id).execute();
    },
  };
}

async function readRoles({ trx }: TenantScope, ids?: readonly RoleDefinitionId[]): Promise<RoleDefinition[]> {
  const builtIn = BUILT_IN_ROLES.filter((role) => ids === undefined || ids.includes(role.id));
  if (ids !== undefined && builtIn.length === ids.length) return builtIn;
  let select = trx.selectFrom("role_definition").select("body").orderBy("name");
  if (ids !== undefined) select = select.where("id", "in", ids);
  const rows = await select.execute();
  const found = [...builtIn, ...rows.map((row) => row.body as RoleDefinition)];
  const missing = (ids ?? []).filter((id) => !found.some((role) => role.id === id));
  return missing.length === 0 ? found : [...found, ...(await readPinned(trx, missing))];
}

/** A publisher's own roles, as the consumer accepted them with the application. */
async function readPinned(
  trx: TenantScope["trx"],
  ids: readonly RoleDefinitionId[],
): Promise<RoleDefinition[]> {
  const { rows } = await sql<{ role: RoleDefinition }>`
    SELECT DISTINCT ON (role ->> 'id') role FROM application, jsonb_array_elements(body -> 'roles') role
    WHERE NOT deleted AND role ->> 'id' = ANY(${[...ids]}::text[])
    ORDER BY role ->> 'id', (body ->> 'offerVersion')::int DESC, (body ->> 'deployedAt')::bigint DESC, id DESC`.execute(
    trx,
  );
  return rows.map((row) => row.role);
}

async function readEligibilities(
  { trx }: TenantScope,
  filter: Parameters<PolicyRepository["eligibilities"]>[0],
): Promise<Eligibility[]> {
  let select = trx.selectFrom("eligibility").selectAll().orderBy("id");
  if (filter.principals !== undefined) {
    const ids = filter.principals.map((ref) => ref.objectId);
    if (ids.length === 0) return [];
    select = select.where("principal_id", "in", ids);
  }
  if (filter.scopeKeys !== undefined) select = select.where("scope_key", "in", filter.scopeKeys);
  const rows = await select.execute();
  return rows.map(eligibilityOf);
}

function eligibilityOf(row: Selectable<Tables["eligibility"]>): Eligibility {
  return {
    id: asId<EligibilityId>(row.id),
    tenantId: asId<TenantId>(row.tenant_id),
    principal: {
      tenantId: asId<TenantId>(row.principal_tenant_id),
      objectId: asId<ObjectId>(row.principal_id),
    },
    roleDefinitionId: asId<RoleDefinitionId>(row.role_definition_id),
    scope: row.scope as Scope,
    source: "assigned",
    startsAt: row.starts_at,
    endsAt: row.ends_at,
  };
}
