/** Consent is asked once for each client and account, and remembered under the account's tenant. */
import type { Context, Grant, Interaction, Provider } from "oidc-provider";
import type { PrincipalRef } from "../../domain/principal.ts";
import type { Clock } from "../../domain/time.ts";
import type { Store } from "../../use-cases/ports.ts";
import type { ProofName } from "../sign-in/proof.ts";
import { FIRST_PARTY } from "./clients.ts";
import { API_AUDIENCE, API_SCOPE, type ProvenAccount } from "./token-claims.ts";

const ALL_SCOPES = `openid ${API_SCOPE}`;

export interface Consents {
  /** What the provider goes by: a new authorization of its own for each sign-in, so that one can be revoked alone. */
  grantFor(ctx: Context): Promise<Grant | undefined>;
  remember(ref: PrincipalRef, interaction: Interaction): Promise<void>;
}

export function createConsents(deps: { store: Store; clock: Clock }): Consents {
  return {
    async grantFor({ oidc }) {
      const { provider, client } = oidc;
      const account = oidc.account as ProvenAccount | undefined;
      if (account === undefined || client === undefined) return undefined;
      const known =
        FIRST_PARTY.includes(client.clientId) || (await consented(deps.store, account.ref, client.clientId));
      return known ? newGrant(provider, account.accountId, client.clientId) : undefined;
    },
    async remember(ref, interaction) {
      const clientId = String(interaction.params.client_id);
      await deps.store.inTenant(ref.tenantId, (tx) =>
        tx.accounts.saveConsent(ref, clientId, ALL_SCOPES, deps.clock.now()),
      );
    },
  };
}

function consented(store: Store, ref: PrincipalRef, clientId: string): Promise<boolean> {
  return store.inTenant(ref.tenantId, (tx) => tx.accounts.hasConsented(ref, clientId, ALL_SCOPES));
}

async function newGrant(provider: Provider, accountId: ProofName, clientId: string): Promise<Grant> {
  const grant = new provider.Grant({ accountId, clientId });
  grant.addOIDCScope("openid");
  grant.addResourceScope(API_AUDIENCE, API_SCOPE);
  await grant.save();
  return grant;
}
