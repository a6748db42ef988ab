/** The ports of the use cases on PostgreSQL. */
import { sql } from "kysely";
import { asId, type TenantId } from "../domain/ids.ts";
import type { Routes, Store, Tx } from "../use-cases/ports.ts";
import { isAskable } from "./askable.ts";
import type { Database } from "./database.ts";
import { identityTx } from "./identity/identity-tx.ts";
import { applyTx } from "./tx/apply.ts";
import { auditTx } from "./tx/audit.ts";
import { configurationTx } from "./tx/configuration.ts";
import { directoryTx } from "./tx/directory.ts";
import { grantTx } from "./tx/grants.ts";
import { notificationTx } from "./tx/notifications.ts";
import { recordTx } from "./tx/record.ts";
import { remembered } from "./tx/remembered.ts";
import { requestTx } from "./tx/requests.ts";
import { surfaceResourceTx } from "./tx/surface-resources.ts";
import { VersionConflict } from "./version-conflict.ts";
import { type TenantScope, withTenant } from "./within-tenant.ts";

const MAX_TRIES = 5;
const SERIALIZATION_FAILURE = "40001";
const DEADLOCK_DETECTED = "40P01";

export function createStore(db: Database, wake: () => void): Store {
  return {
    async inTenant(tenantId, work) {
      // INVARIANT I5: on a conflict load again and decide again; give up only when the world keeps moving.
      for (let attempt = 1; ; attempt++) {
        try {
          return await withTenant(db, tenantId, (scope) => work(transactionOf(scope)));
        } catch (error) {
          if (attempt >= MAX_TRIES || !isConflict(error)) throw error;
        }
      }
    },
    routes: routesOn(db),
    wake,
  };
}

/** Everything a use case may do inside one transaction. */
export function transactionOf(scope: TenantScope): Tx {
  return remembered({
    tenantId: scope.tenantId,
    ...directoryTx(scope),
    ...configurationTx(scope),
    ...requestTx(scope),
    ...grantTx(scope),
    ...notificationTx(scope),
    ...identityTx(scope),
    ...recordTx(scope),
    ...auditTx(scope),
    ...surfaceResourceTx(scope),
    ...applyTx(scope, transactionOf),
  });
}

function isConflict(error: unknown): boolean {
  if (error instanceof VersionConflict) return true;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED;
}

function routesOn(db: Database): Routes {
  const route = async (
    question: ReturnType<typeof sql<{ tenant_id: string | null }>>,
  ): Promise<TenantId | null> => {
    const { rows } = await question.execute(db);
    const found = rows[0]?.tenant_id ?? null;
    return found === null ? null : asId<TenantId>(found);
  };
  return {
    tenantOfSubscription: (id) => route(sql`SELECT route_subscription(${id}) AS tenant_id`),
    tenantByName: async (name) =>
      isAskable(name) ? route(sql`SELECT route_tenant(${name}) AS tenant_id`) : null,
    tenantOfRequest: (id) => route(sql`SELECT route_request(${id}) AS tenant_id`),
    tenantOfGrant: (id) => route(sql`SELECT route_grant(${id}) AS tenant_id`),
  };
}
