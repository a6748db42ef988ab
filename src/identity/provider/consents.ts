/** Consent is asked once for each client and account, and remembered under the account's tenant. */
import type { Context, Grant, Interaction, Provider } from "oidc-provider";
import { asId, type ObjectId } from "../../domain/ids.ts";
import type { PrincipalRef } from "../../domain/principal.ts";
import type { Clock } from "../../domain/time.ts";
import type { IdentityStore } from "../../use-cases/identity-ports.ts";
import type { Store } from "../../use-cases/ports.ts";
import { FIRST_PARTY } from "./clients.ts";
import { API_AUDIENCE, API_SCOPE } from "./token-claims.ts";

const ALL_SCOPES = `openid ${API_SCOPE}`;

export interface Consents {
  /** What the provider goes by: a new authorization of its own for each sign-in, so that one can be revoked alone. */
  grantFor(ctx: Context): Promise<Grant | undefined>;
  remember(ref: PrincipalRef, interaction: Interaction): Promise<void>;
}

export function createConsents(deps: { store: Store; identities: IdentityStore; clock: Clock }): Consents {
  return {
    async grantFor({ oidc }) {
      const { provider, account, client } = oidc;
      if (account === undefined || client === undefined) return undefined;
      const known =
        FIRST_PARTY.includes(client.clientId) || (await consented(deps, account.accountId, client.clientId));
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

async function consented(
  { store, identities }: { store: Store; identities: IdentityStore },
  accountId: string,
  clientId: string,
): Promise<boolean> {
  const account = await identities.accountById(asId<ObjectId>(accountId));
  if (account === null) return false;
  return store.inTenant(account.ref.tenantId, (tx) =>
    tx.accounts.hasConsented(account.ref, clientId, ALL_SCOPES),
  );
}

async function newGrant(provider: Provider, accountId: string, clientId: string): Promise<Grant> {
  const grant = new provider.Grant({ accountId, clientId });
  grant.addOIDCScope("openid");
  grant.addResourceScope(API_AUDIENCE, API_SCOPE);
  await grant.save();
  return grant;
}
