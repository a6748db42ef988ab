/** How principals sign in, changed inside the transaction that changes the principal. */
import { sql } from "kysely";
import type { PrincipalRef } from "../../domain/principal.ts";
import type { Instant } from "../../domain/time.ts";
import type { AccountRepository } from "../../use-cases/identity-ports.ts";
import type { TenantScope } from "../within-tenant.ts";
import { accountNetworksIn } from "./account-networks.ts";
import { completeSetup } from "./complete-setup.ts";

export function accountsIn(scope: TenantScope): AccountRepository {
  const { trx } = scope;
  return {
    async hold(ref, version) {
      const row = await trx
        .selectFrom("local_account")
        .select("version")
        .where(own(ref))
        .where("version", "=", version)
        .forUpdate()
        .executeTakeFirst();
      return row !== undefined;
    },
    async setPassword(ref, email, hash, isGiven = false) {
      const address = email.toLowerCase();
      await sql`SELECT release_name(${address})`.execute(trx);
      const holder = await trx
        .selectFrom("local_account")
        .select("object_id")
        .where("tenant_id", "=", ref.tenantId)
        .where("email", "=", address)
        .executeTakeFirst();
      if (holder !== undefined && holder.object_id !== ref.objectId) return "email_taken";
      await sql`INSERT INTO local_account (tenant_id, object_id, email, password_hash, password_given)
        VALUES (${ref.tenantId}, ${ref.objectId}, ${address}, ${hash}, ${isGiven})
        ON CONFLICT (tenant_id, object_id) DO UPDATE
          SET email = ${address}, password_hash = ${hash}, password_given = CASE
            WHEN local_account.password_hash = ${hash} THEN local_account.password_given ELSE ${isGiven} END`.execute(
        trx,
      );
      await newVersion(scope, ref);
      return "set";
    },
    async hasGivenPassword(ref) {
      const account = trx.selectFrom("local_account").select("password_given").where(own(ref));
      return (await account.executeTakeFirst())?.password_given === true;
    },
    async setTotp(ref, sealed) {
      await trx.deleteFrom("recovery_code").where(own(ref)).execute();
      await trx
        .updateTable("local_account")
        .set({ totp_sealed: sealed, totp_last_step: 0 })
        .where(own(ref))
        .execute();
      await newVersion(scope, ref);
    },
    async setRecoveryCodes(ref, hashes) {
      await trx.deleteFrom("recovery_code").where(own(ref)).execute();
      const rows = hashes.map((code_hash) => ({ ...keyOf(ref), code_hash }));
      if (rows.length > 0) await trx.insertInto("recovery_code").values(rows).execute();
      await newVersion(scope, ref);
    },
    async setClientSecret(ref, clientId, hash) {
      await sql`SELECT release_client_id(${clientId})`.execute(trx);
      const { rows } = await sql<{ object_id: string }>`
        SELECT object_id FROM client_by_id(${clientId})`.execute(trx);
      if (rows.some((row) => row.object_id !== ref.objectId)) return "client_id_taken";
      await sql`INSERT INTO client_secret (tenant_id, object_id, client_id, secret_hash)
        VALUES (${ref.tenantId}, ${ref.objectId}, ${clientId}, ${hash})
        ON CONFLICT (tenant_id, object_id) DO UPDATE
          SET client_id = ${clientId}, secret_hash = ${hash}, version = client_secret.version + 1`.execute(
        trx,
      );
      return "set";
    },
    async spendTotpStep(ref, step) {
      const { numUpdatedRows } = await trx
        .updateTable("local_account")
        .set({ totp_last_step: step })
        .where(own(ref))
        .where("totp_last_step", "<", step)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async spendRecoveryCode(ref, hash) {
      const { numDeletedRows } = await trx
        .deleteFrom("recovery_code")
        .where(own(ref))
        .where("code_hash", "=", hash)
        .executeTakeFirst();
      return numDeletedRows === 1n ? newVersion(scope, ref) : null;
    },
    async recoveryCodesLeft(ref) {
      const row = await trx
        .selectFrom("recovery_code")
        .select(({ fn }) => fn.countAll<number>().as("left"))
        .where(own(ref))
        .executeTakeFirst();
      return Number(row?.left ?? 0);
    },
    async sessions(ref) {
      const { rows } = await sql<SessionRow>`SELECT * FROM sessions_of(${ref.objectId})`.execute(trx);
      return rows.map(({ model, id, sealed, expires_at: endsAt, credential_version: version }) => ({
        ...{ model, id, sealed, endsAt, version },
      }));
    },
    async endSessions(ref) {
      const account = trx.selectFrom("local_account").select("version").where(own(ref)).forUpdate();
      if ((await account.executeTakeFirst()) !== undefined) await newVersion(scope, ref);
      await trx
        .updateTable("client_secret")
        .set((column) => ({ version: column("version", "+", 1) }))
        .where(own(ref))
        .execute();
    },
    async hasConsented(ref, clientId, scope) {
      const row = await trx
        .selectFrom("client_consent")
        .select("scope")
        .where(own(ref))
        .where("client_id", "=", clientId)
        .executeTakeFirst();
      const given = new Set(row?.scope.split(" "));
      return row !== undefined && scope.split(" ").every((one) => given.has(one));
    },
    async saveConsent(ref, clientId, given, at) {
      await trx
        .insertInto("client_consent")
        .values({ ...keyOf(ref), client_id: clientId, scope: given, at: new Date(at) })
        .onConflict((conflict) =>
          conflict
            .columns(["tenant_id", "object_id", "client_id"])
            .doUpdateSet({ scope: given, at: new Date(at) }),
        )
        .execute();
    },
    ...accountNetworksIn(scope),
    completeSetup: (setup) => completeSetup(scope, setup),
  };
}

interface SessionRow {
  model: string;
  id: Buffer;
  sealed: Buffer;
  expires_at: Instant;
  credential_version: number;
}

function keyOf(ref: PrincipalRef) {
  return { tenant_id: ref.tenantId, object_id: ref.objectId };
}

function own(ref: PrincipalRef) {
  return sql<boolean>`tenant_id = ${ref.tenantId} AND object_id = ${ref.objectId}`;
}

/** Whoever holds a session or a token from before signs in again: it names the version before. */
async function newVersion({ trx }: TenantScope, ref: PrincipalRef): Promise<number> {
  const { version } = await trx
    .updateTable("local_account")
    .set((column) => ({ version: column("version", "+", 1) }))
    .where(own(ref))
    .returning("version")
    .executeTakeFirstOrThrow();
  // Nothing any more, so nothing is kept of it.
  await sql`SELECT oidc_forget_account(${ref.objectId})`.execute(trx);
  return version;
}
