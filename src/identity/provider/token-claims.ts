/** What tokens say: who, of which tenant, and how they proved it, taken from the sign-in that the token came from. */
import type { Account, Context, Provider, SignInFacts, Token } from "oidc-provider";
import type { PrincipalRef } from "../../domain/principal.ts";
import type { IdentityStore } from "../../use-cases/identity-ports.ts";
import { type ProofName, provenAccount, readProof } from "../sign-in/proof.ts";
import { MFA_ACR } from "../sign-in/sign-in.ts";

export const API_AUDIENCE = "urn:curfew:api";
export const API_SCOPE = "api";

/** A local account as the provider knows it, by the proof of whoever uses it; undefined ends whatever it was asked for. */
export function findAccountIn(identities: IdentityStore) {
  return async (_ctx: Context, proof: ProofName): Promise<ProvenAccount | undefined> => {
    const account = await provenAccount(identities, readProof(proof));
    if (account === null) return undefined;
    const { email, displayName, ref, version } = account;
    return {
      accountId: proof,
      ref,
      version,
      claims: async () => ({
        sub: ref.objectId,
        tid: ref.tenantId,
        name: displayName,
        preferred_username: email,
      }),
    };
  };
}

export interface ProvenAccount extends Account {
  readonly ref: PrincipalRef;
  readonly version: number;
}

export function tokenClaims(ctx: Context, token: Token): Record<string, unknown> {
  if (token.kind === "ClientCredentials") {
    const { client } = token;
    return { tid: client?.curfew_tenant_id, cred: Number(client?.curfew_credential), amr: [], acrs: [] };
  }
  const { AuthorizationCode, DeviceCode, RefreshToken } = ctx.oidc.entities;
  const source: SignInFacts = AuthorizationCode ?? DeviceCode ?? RefreshToken ?? {};
  const account = ctx.oidc.account as ProvenAccount;
  return {
    tid: account.ref.tenantId,
    cred: account.version,
    amr: source.amr ?? [],
    acr: source.acr,
    acrs: source.acr === MFA_ACR ? [MFA_ACR] : [],
    auth_time: source.authTime,
    // A code typed off a foreign screen is no proof of presence there; such a token cannot decide.
    ...(token.gty?.includes("device_code") ? { limited: true } : {}),
  };
}

/** Everyone's subject is their object id; a workload's client id stays in `client_id`. */
export function subjectOf(token: Token): string | undefined {
  return token.kind === "ClientCredentials" ? token.client?.curfew_object_id : subjectIn(token.accountId);
}

export function subjectIn(proof: ProofName | undefined): string | undefined {
  return readProof(proof)?.ref.objectId;
}

/** The provider takes what it calls the account for the subject of an id token. */
export function nameSubjects(provider: Provider): void {
  const { payload } = provider.IdToken.prototype;
  provider.IdToken.prototype.payload = async function named(this: object) {
    const claims = await payload.call(this);
    return { ...claims, sub: subjectIn(claims.sub) };
  };
}
