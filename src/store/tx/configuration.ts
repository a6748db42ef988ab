/** What owners and publishers have set: roles, eligibilities, settings, offers, applications, targets, bindings. */
import { sql } from "kysely";
import type { Application, Offer, OfferVersion } from "../../domain/application.ts";
import type { Eligibility } from "../../domain/eligibility.ts";
import type { Grant } from "../../domain/grant.ts";
import {
  asId,
  type EligibilityId,
  type ObjectId,
  type RoleDefinitionId,
  type TenantId,
} from "../../domain/ids.ts";
import { BUILT_IN_ROLES, type RoleDefinition } from "../../domain/role-definition.ts";
import type { SettingsOverride } from "../../domain/role-settings.ts";
import { type Scope, scopeLineage } from "../../domain/scope.ts";
import type { Binding, TargetDefinition, TargetObservation } from "../../domain/target-binding.ts";
import type { Instant } from "../../domain/time.ts";
import type { ConfigurationTx, OfferPackage } from "../../use-cases/ports.ts";
import type { TenantScope } from "../within-tenant.ts";

export function configurationTx(scope: TenantScope): ConfigurationTx {
  const { trx, tenantId } = scope;
  return {
    roles: (ids) => readRoles(scope, ids),
    eligibilities: (filter) => readEligibilities(scope, filter),
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
    async tiers() {
      const rows = await trx.selectFrom("tier").selectAll().orderBy("name").execute();
      return rows.map((row) => ({
        name: row.name,
        version: row.version,
        override: row.override as SettingsOverride,
        rolesPermitting: row.roles_permitting as string[],
      }));
    },
    async rulesName(approvers) {
      const ids = JSON.stringify({ ids: approvers.map((ref) => ref.objectId) });
      const named = sql`jsonb_path_exists(override -> 'approval', '$.**.objectId ? (@ == $ids[*])', ${ids}::jsonb)`;
      const { rows } = await sql<{ named: boolean }>`
        SELECT EXISTS (SELECT 1 FROM role_settings WHERE tenant_id = ${tenantId} AND ${named})
          OR EXISTS (SELECT 1 FROM tier WHERE tenant_id = ${tenantId} AND ${named}) AS named`.execute(trx);
      return rows[0]?.named === true;
    },
    async applicationAt(at) {
      const lineage = scopeLineage(at);
      const row = await trx
        .selectFrom("application")
        .select("body")
        .where("deleted", "=", false)
        .where("tenant_id", "=", tenantId)
        .where((or) => or.or([or("scope_key", "in", lineage), or("managed_scope_key", "in", lineage)]))
        .executeTakeFirst();
      return (row?.body as Application | undefined) ?? null;
    },
    async application(id) {
      const row = await trx.selectFrom("application").select("body").where("id", "=", id).executeTakeFirst();
      return (row?.body as Application | undefined) ?? null;
    },
    async applications() {
      const rows = await trx.selectFrom("application").select("body").orderBy("scope_key").execute();
      return rows.map((row) => row.body as Application);
    },
    async saveApplication(application) {
      const body = JSON.stringify(application);
      await trx
        .insertInto("application")
        .values({ tenant_id: application.tenantId, id: application.id, body })
        .onConflict((conflict) => conflict.columns(["tenant_id", "id"]).doUpdateSet({ body }))
        .execute();
    },
    offer: (publisher, id, version) => scope.among(publisher, () => readOffer(scope, id, version)),
    offerPackage: (publisher, id, version) => scope.among(publisher, () => readPackage(scope, id, version)),
    async visibleOffers() {
      const { rows } = await sql<{ body: Offer; version: OfferVersion }>`
        SELECT body, version FROM offers_visible_to(${tenantId})`.execute(trx);
      return rows.map((row) => ({ offer: row.body, version: row.version }));
    },
    async bindings() {
      const rows = await trx.selectFrom("binding").select("body").execute();
      return rows.map((row) => row.body as Binding);
    },
    async targetNamed(name) {
      const row = await trx.selectFrom("target").select("body").where("name", "=", name).executeTakeFirst();
      return (row?.body as TargetDefinition | undefined) ?? null;
    },
    async grantsIn(target) {
      const holds = JSON.stringify([{ targetId: target }]);
      const rows = await trx
        .selectFrom("access_grant")
        .select("body")
        .where("tenant_id", "=", tenantId)
        .where(
          sql<boolean>`open AND body #> '{entitlements,0}' IS NOT NULL AND body -> 'entitlements' @> ${holds}::jsonb`,
        )
        .execute();
      return rows.map((row) => row.body as Grant);
    },
    async target(id) {
      const row = await trx.selectFrom("target").select("body").where("id", "=", id).executeTakeFirst();
      return (row?.body as TargetDefinition | undefined) ?? null;
    },
    async observation(targetId) {
      const row = await trx
        .selectFrom("target_observation")
        .select(["at", "drift"])
        .where("target_id", "=", targetId)
        .executeTakeFirst();
      return row === undefined
        ? null
        : { targetId, at: row.at, drift: row.drift as TargetObservation["drift"] };
    },
    async saveObservation({ targetId, at, drift }) {
      const changing = { at: new Date(at), drift: JSON.stringify(drift) };
      await trx
        .insertInto("target_observation")
        .values({ tenant_id: tenantId, target_id: targetId, ...changing })
        .onConflict((conflict) => conflict.columns(["tenant_id", "target_id"]).doUpdateSet(changing))
        .execute();
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
  filter: Parameters<ConfigurationTx["eligibilities"]>[0],
): Promise<Eligibility[]> {
  let select = trx.selectFrom("eligibility").selectAll().orderBy("id");
  if (filter.principals !== undefined) {
    const ids = filter.principals.map((ref) => ref.objectId);
    if (ids.length === 0) return [];
    select = select.where("principal_id", "in", ids);
  }
  if (filter.scopeKeys !== undefined) select = select.where("scope_key", "in", filter.scopeKeys);
  const rows = await select.execute();
  return rows.map((row) => ({
    id: asId<EligibilityId>(row.id),
    tenantId: asId<TenantId>(row.tenant_id),
    principal: {
      tenantId: asId<TenantId>(row.principal_tenant_id),
      objectId: asId<ObjectId>(row.principal_id),
    },
    roleDefinitionId: asId<RoleDefinitionId>(row.role_definition_id),
    scope: row.scope as Scope,
    source: "assigned",
    startsAt: row.starts_at as Instant,
    endsAt: row.ends_at as Instant | null,
  }));
}

async function readPackage({ trx }: TenantScope, id: string, version?: number): Promise<OfferPackage | null> {
  let select = trx.selectFrom("offer_version").select("package").where("offer_id", "=", id);
  if (version !== undefined) select = select.where("version", "=", version);
  const row = await select.orderBy("version", "desc").limit(1).executeTakeFirst();
  return (row?.package as OfferPackage | null | undefined) ?? null;
}

async function readOffer({ trx }: TenantScope, id: string, version?: number) {
  const found = await trx.selectFrom("offer").select("body").where("id", "=", id).executeTakeFirst();
  if (found === undefined) return null;
  const offer = found.body as Offer;
  const row = await trx
    .selectFrom("offer_version")
    .select("body")
    .where("offer_id", "=", id)
    .where("version", "=", version ?? offer.latestVersion)
    .executeTakeFirst();
  return row === undefined ? null : { offer, version: row.body as OfferVersion };
}
