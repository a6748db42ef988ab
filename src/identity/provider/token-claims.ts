/** What tokens say: who, of which tenant, and how they proved it, taken from the sign-in that the token came from. */
import type { Account, Context, SignInFacts, Token } from "oidc-provider";
import { asId, isGuid, type ObjectId } from "../../domain/ids.ts";
import type { IdentityStore } from "../../use-cases/identity-ports.ts";
import { MFA_ACR } from "../sign-in/sign-in.ts";

export const API_AUDIENCE = "urn:curfew:api";
export const API_SCOPE = "api";

/** A local account as the provider knows it; undefined ends whatever it was asked for. */
export function findAccountIn(identities: IdentityStore) {
  return async (_ctx: Context, objectId: string): Promise<TenantAccount | undefined> => {
    if (!isGuid(objectId)) return undefined;
    const account = await identities.accountById(asId<ObjectId>(objectId));
    if (account === null || !account.active) return undefined;
    const { email, displayName, ref, version } = account;
    return {
      accountId: objectId,
      tenantId: ref.tenantId,
      version,
      claims: async () => ({
        sub: objectId,
        tid: ref.tenantId,
        name: displayName,
        preferred_username: email,
      }),
    };
  };
}

export interface TenantAccount extends Account {
  readonly tenantId: string;
  readonly version: number;
}

export function tokenClaims(ctx: Context, token: Token): Record<string, unknown> {
  if (token.kind === "ClientCredentials") {
    const { client } = token;
    return { tid: client?.curfew_tenant_id, cred: Number(client?.curfew_credential), amr: [], acrs: [] };
  }
  const { AuthorizationCode, DeviceCode, RefreshToken } = ctx.oidc.entities;
  const source: SignInFacts = AuthorizationCode ?? DeviceCode ?? RefreshToken ?? {};
  const account = ctx.oidc.account as TenantAccount;
  return {
    tid: account.tenantId,
    cred: account.version,
    amr: source.amr ?? [],
    acr: source.acr,
    acrs: source.acr === MFA_ACR ? [MFA_ACR] : [],
    auth_time: source.authTime,
    // A code typed off a foreign screen is no proof of presence there; such a token cannot decide.
    ...(token.gty?.includes("device_code") ? { limited: true } : {}),
  };
}

/** A workload's subject is its object id, like everyone's; its client id stays in `client_id`. */
export function subjectOf(token: Token): string | null {
  return token.kind === "ClientCredentials" ? (token.client?.curfew_object_id ?? null) : null;
}
