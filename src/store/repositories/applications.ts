/** Offers, and the applications that were deployed of them. */
import { type SelectQueryBuilder, sql } from "kysely";
import type { Application, Offer, OfferVersion } from "../../domain/application.ts";
import { scopeLineage } from "../../domain/scope.ts";
import type { ApplicationRepository } from "../../use-cases/configuration-ports.ts";
import type { OfferPackage } from "../../use-cases/ports.ts";
import type { Tables } from "../tables.ts";
import type { TenantScope } from "../within-tenant.ts";

export function applicationsIn(scope: TenantScope): ApplicationRepository {
  const { trx, tenantId } = scope;
  const read = async (from: SelectQueryBuilder<Tables, "application", unknown>) =>
    (await from.select("body").orderBy("scope_key").execute()).map((row) => row.body as Application);
  return {
    async at(at) {
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
    async find(id) {
      const row = await trx.selectFrom("application").select("body").where("id", "=", id).executeTakeFirst();
      return (row?.body as Application | undefined) ?? null;
    },
    all: () => read(trx.selectFrom("application")),
    list: () => read(trx.selectFrom("application").where("deleted", "=", false)),
    own: () =>
      read(trx.selectFrom("application").where("deleted", "=", false).where("tenant_id", "=", tenantId)),
    async save(application) {
      const body = JSON.stringify(application);
      await trx
        .insertInto("application")
        .values({ tenant_id: application.tenantId, id: application.id, body })
        .onConflict((conflict) => conflict.columns(["tenant_id", "id"]).doUpdateSet({ body }))
        .execute();
    },
    async deleted(name) {
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
    offer: (publisher, id, version) => scope.among(publisher, () => readOffer(scope, id, version)),
    offerPackage: (publisher, id, version) => scope.among(publisher, () => readPackage(scope, id, version)),
    async visibleOffers() {
      const { rows } = await sql<{ body: Offer; version: OfferVersion }>`
        SELECT body, version FROM offers_visible_to(${tenantId})`.execute(trx);
      return rows.map((row) => ({ offer: row.body, version: row.version }));
    },
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
    async saveLogo(id, logo) {
      await trx.updateTable("offer").set({ logo }).where("id", "=", id).execute();
    },
    logo: (publisher, id) =>
      scope.among(publisher, async () => {
        const row = await trx.selectFrom("offer").select("logo").where("id", "=", id).executeTakeFirst();
        return row?.logo ?? null;
      }),
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
  };
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
