/** The first tenant and its administrator, made by spending the set-up token: all of it or nothing. */
import { sql } from "kysely";
import type { CompleteSetup } from "../../use-cases/identity-ports.ts";
import type { TenantScope } from "../within-tenant.ts";

type Answer = "done" | "token_refused" | "already_set_up" | "name_taken";

export async function completeSetup({ trx, tenantId }: TenantScope, setup: CompleteSetup): Promise<Answer> {
  const { rows: exists } = await sql<{ yes: boolean }>`SELECT administrator_exists() AS yes`.execute(trx);
  if (exists[0]?.yes !== false) return "already_set_up";
  // The row lock of this delete lets one of two racing set-ups through.
  const { rows: spent } = await sql`
    SELECT setup_token_spend(${setup.tokenHash}, ${new Date(setup.at)})`.execute(trx);
  if (spent.length !== 1) return "token_refused";
  const { rows: taken } = await sql<{ id: string | null }>`
    SELECT route_tenant(${setup.tenantName}) AS id`.execute(trx);
  if (taken[0]?.id !== null) return "name_taken";
  const key = { tenant_id: tenantId, object_id: setup.objectId };
  await trx
    .insertInto("tenant")
    .values({ tenant_id: tenantId, name: setup.tenantName, display_name: setup.tenantDisplayName })
    .execute();
  await trx
    .insertInto("principal")
    .values({
      ...key,
      kind: "user",
      name: setup.email,
      display_name: setup.displayName,
      email: setup.email,
    })
    .execute();
  await trx
    .insertInto("tenant_right")
    .values([
      { ...key, held: "operator" },
      { ...key, held: "administrator" },
    ])
    .execute();
  await trx
    .insertInto("local_account")
    .values({ ...key, email: setup.email, password_hash: setup.passwordHash, totp_sealed: null })
    .execute();
  return "done";
}
