/** The tables of sign-in that stand under their tenant; the others are reached through functions only. */
import type { ColumnType, Generated } from "kysely";
import type { Instant } from "../../domain/time.ts";

export interface IdentityTables {
  local_account: {
    tenant_id: string;
    object_id: string;
    email: string;
    password_hash: string;
    password_given: Generated<boolean>;
    version: Generated<number>;
    totp_sealed: Buffer | null;
    totp_last_step: Generated<number>;
  };
  recovery_code: { tenant_id: string; object_id: string; code_hash: Buffer };
  client_secret: {
    tenant_id: string;
    object_id: string;
    client_id: string;
    secret_hash: Buffer;
    version: Generated<number>;
  };
  account_network: {
    tenant_id: string;
    object_id: string;
    network: string;
    succeeded_at: ColumnType<Instant | null, Date | null, Date | null>;
    refused: Generated<number>;
    refused_since: ColumnType<Instant | null, Date | null, Date | null>;
    refused_at: ColumnType<Instant | null, Date | null, Date | null>;
  };
  client_consent: {
    tenant_id: string;
    object_id: string;
    client_id: string;
    scope: string;
    at: ColumnType<Instant, Date, Date>;
  };
}
