/** Roles, settings, eligibilities, offers, targets and bindings as configuration changes them. */
import { sql } from "kysely";
import type { Application, Offer } from "../../domain/application.ts";
import type { Eligibility } from "../../domain/eligibility.ts";
import {
  asId,
  type EligibilityId,
  type ObjectId,
  type RoleDefinitionId,
  type TenantId,
} from "../../domain/ids.ts";
import type { SettingsOverride } from "../../domain/role-settings.ts";
import { type Scope, scopeKey } from "../../domain/scope.ts";
import type { TargetDefinition } from "../../domain/target-binding.ts";
import type { ApplyConfigurationTx } from "../../use-cases/apply/apply-ports.ts";
import type { TenantScope } from "../within-tenant.ts";
import { isUnder } from "./scope-prefix.ts";

export function applyConfigurationTx(scope: TenantScope): ApplyConfigurationTx {
  return {
    ...roles(scope),
    ...settings(scope),
    ...eligibilities(scope),
    ...offers(scope),
    ...targets(scope),
    ...grantsAndApplications(scope),
  };
}

function roles({ trx, tenantId }: TenantScope) {
  return {
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
  } satisfies Partial<ApplyConfigurationTx>;
}

function settings({ trx, tenantId }: TenantScope) {
  return {
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
  } satisfies Partial<ApplyConfigurationTx>;
}

function eligibilities({ trx, tenantId }: TenantScope) {
  return {
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
      return rows.map((row) => {
        const body: Eligibility = {
          id: asId<EligibilityId>(row.id),
          tenantId,
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
        return { id: row.id, name: row.name, body };
      });
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
  } satisfies Partial<ApplyConfigurationTx>;
}

function offers({ trx, tenantId }: TenantScope) {
  return {
    async ownOffers() {
      const rows = await trx
        .selectFrom("offer")
        .select("body")
        .where("deleted_at", "is", null)
        .orderBy("name")
        .execute();
      return rows.map((row) => row.body as Offer);
    },
    async saveOffer(offer) {
      const changing = { name: offer.name, body: JSON.stringify(offer) };
      await trx
        .insertInto("offer")
        .values({ tenant_id: tenantId, id: offer.id, ...changing })
        .onConflict((conflict) => conflict.columns(["tenant_id", "id"]).doUpdateSet(changing))
        .execute();
    },
    async addOfferVersion(version, offerPackage) {
      const { offerId: offer_id, version: number } = version;
      await trx
        .insertInto("offer_version")
        .values({
          tenant_id: tenantId,
          offer_id,
          version: number,
          body: JSON.stringify(version),
          package: offerPackage === null ? null : JSON.stringify(offerPackage),
        })
        .execute();
    },
    async buryOffer(id, at) {
      await trx
        .updateTable("offer")
        .set({ deleted_at: new Date(at) })
        .where("id", "=", id)
        .execute();
    },
  } satisfies Partial<ApplyConfigurationTx>;
}

function targets({ trx, tenantId }: TenantScope) {
  return {
    async targets() {
      const rows = await trx.selectFrom("target").select("body").orderBy("name").execute();
      return rows.map((row) => row.body as TargetDefinition);
    },
    async saveTarget(target, sealed) {
      const changing = {
        name: target.name,
        body: JSON.stringify(target),
        ...(sealed === null ? {} : { sealed_secrets: sealed }),
      };
      await trx
        .insertInto("target")
        .values({ tenant_id: tenantId, id: target.id, sealed_secrets: sealed, ...changing })
        .onConflict((conflict) => conflict.columns(["tenant_id", "id"]).doUpdateSet(changing))
        .execute();
    },
    async sealedSecrets(id) {
      const row = await trx
        .selectFrom("target")
        .select("sealed_secrets")
        .where("id", "=", id)
        .executeTakeFirst();
      return row?.sealed_secrets ?? null;
    },
    async removeTarget(id) {
      await trx.deleteFrom("target").where("id", "=", id).execute();
    },
    async isTargetInUse(id) {
      const { rows } = await sql<{ used: boolean }>`SELECT EXISTS (
        SELECT 1 FROM access_grant g, jsonb_array_elements(g.body -> 'entitlements') e
        WHERE g.tenant_id = ${tenantId} AND g.state <> 'ended' AND e ->> 'targetId' = ${id} AND e ->> 'state' <> 'absent'
          AND (e -> 'handle' <> 'null' OR e -> 'wanted' <> 'null')) AS used`.execute(trx);
      return rows[0]?.used !== false;
    },
    async saveBinding(binding) {
      const changing = { name: binding.name, body: JSON.stringify(binding) };
      await trx
        .insertInto("binding")
        .values({ tenant_id: tenantId, id: binding.id, ...changing })
        .onConflict((conflict) => conflict.columns(["tenant_id", "id"]).doUpdateSet(changing))
        .execute();
    },
    async removeBinding(id) {
      await trx.deleteFrom("binding").where("id", "=", id).execute();
    },
  } satisfies Partial<ApplyConfigurationTx>;
}

function grantsAndApplications({ trx, tenantId }: TenantScope) {
  return {
    async hasOpenGrants(on) {
      let select = trx
        .selectFrom("access_grant")
        .select("id")
        .where("tenant_id", "=", tenantId)
        .where("state", "<>", "ended")
        .limit(1);
      if ("roleDefinitionId" in on) select = select.where("role_definition_id", "=", on.roleDefinitionId);
      else select = select.where(isUnder(sql`scope_key`, scopeKey(on.scope)));
      return (await select.executeTakeFirst()) !== undefined;
    },
    async deletedApplications(name) {
      const rows = await trx
        .selectFrom("application")
        .select("body")
        .where("tenant_id", "=", tenantId)
        .where("deleted", "=", true)
        .where(sql`lower(body ->> 'name')`, "=", name.toLowerCase())
        .orderBy(sql`(body ->> 'deletedAt')::bigint`)
        .execute();
      return rows
        .map((row) => row.body as Application)
        .map(({ id, jitAccess }) => ({ id, jitEnabled: jitAccess.enabled }));
    },
  } satisfies Partial<ApplyConfigurationTx>;
}
