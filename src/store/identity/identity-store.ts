/** What sign-in asks before a tenant is known, as calls of functions that answer one exact key. */
import { sql } from "kysely";
import { asId, type ObjectId, type TenantId } from "../../domain/ids.ts";
import type {
  IdentityStore,
  LocalAccount,
  PasswordHash,
  SetupTokens,
  SigningKeys,
  WorkloadClient,
} from "../../use-cases/identity-ports.ts";
import { isAskable } from "../askable.ts";
import type { Database } from "../database.ts";
import { bucketsOn } from "./buckets.ts";
import { linesOn } from "./lines.ts";
import { protocolRecordsOn } from "./protocol-records.ts";
import { type StandingRow, standingIn } from "./standing.ts";

export function identityStore(db: Database): IdentityStore {
  return {
    async accountsNamed(email, tenantId, most) {
      if (!isAskable(email)) return [];
      const { rows } = await sql<AccountRow>`
        SELECT * FROM accounts_named(${email}, ${tenantId}, ${most})`.execute(db);
      return rows.map(accountIn);
    },
    async accountById(objectId) {
      const { rows } = await sql<AccountRow>`SELECT * FROM account_by_id(${objectId})`.execute(db);
      const [row] = rows;
      return row === undefined ? null : accountIn(row);
    },
    async clientById(clientId) {
      if (!isAskable(clientId)) return null;
      const { rows } = await sql<ClientRow>`SELECT * FROM client_by_id(${clientId})`.execute(db);
      return clientOf(rows[0]);
    },
    async standing(ref, clientId) {
      const { rows } = await sql<StandingRow>`
        SELECT * FROM standing_of(${ref.tenantId}, ${ref.objectId}, ${clientId})`.execute(db);
      return standingIn(rows[0]);
    },
    records: protocolRecordsOn(db),
    buckets: bucketsOn(db),
    lines: linesOn(db),
    async accountsReachedFrom(accounts, network, since) {
      const { rows } = await sql<{ id: string }>`
        SELECT id FROM accounts_reached_from(${accounts}::uuid[], ${network}, ${new Date(since)}) AS id`.execute(
        db,
      );
      return rows.map(({ id }) => asId<ObjectId>(id));
    },
    setupTokens: setupTokensOn(db),
    signingKeys: signingKeysOn(db),
  };
}

interface AccountRow {
  tenant_id: string;
  object_id: string;
  email: string;
  display_name: string;
  password_hash: string;
  totp_sealed: Buffer | null;
  version: number;
  active: boolean;
}

interface ClientRow {
  tenant_id: string;
  object_id: string;
  client_id: string;
  display_name: string;
  secret_hash: Buffer;
  version: number;
  active: boolean;
}

function accountIn(row: AccountRow): LocalAccount {
  return {
    ref: refOf(row),
    email: row.email,
    displayName: row.display_name,
    passwordHash: row.password_hash as PasswordHash,
    totpSealed: row.totp_sealed,
    version: row.version,
    active: row.active,
  };
}

function clientOf(row: ClientRow | undefined): WorkloadClient | null {
  if (row === undefined) return null;
  return {
    ref: refOf(row),
    clientId: row.client_id,
    displayName: row.display_name,
    secretHash: row.secret_hash,
    version: row.version,
    active: row.active,
  };
}

function refOf(row: { tenant_id: string; object_id: string }) {
  return { tenantId: asId<TenantId>(row.tenant_id), objectId: asId<ObjectId>(row.object_id) };
}

function setupTokensOn(db: Database): SetupTokens {
  return {
    async administratorExists() {
      const { rows } = await sql<{ yes: boolean }>`SELECT administrator_exists() AS yes`.execute(db);
      return rows[0]?.yes !== false;
    },
    async stands(hash, at) {
      const { rows } = await sql<{ yes: boolean }>`
        SELECT setup_token_stands(${hash}, ${new Date(at)}) AS yes`.execute(db);
      return rows[0]?.yes === true;
    },
    async replace(hash, expiresAt) {
      await sql`SELECT setup_token_replace(${hash}, ${new Date(expiresAt)})`.execute(db);
    },
    async voidAll() {
      await sql`SELECT setup_token_void()`.execute(db);
    },
  };
}

function signingKeysOn(db: Database): SigningKeys {
  return {
    async all() {
      const { rows } = await sql<Awaited<ReturnType<SigningKeys["all"]>>[number]>`
        SELECT * FROM signing_keys_published()`.execute(db);
      return rows;
    },
    async add(kid, generation, sealed) {
      await sql`SELECT signing_key_add(${kid}, ${generation}, ${sealed})`.execute(db);
    },
  };
}
