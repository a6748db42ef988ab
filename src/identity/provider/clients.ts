/** Who may ask for tokens: the command line, the pages of this server, and workloads by secret. */
import { timingSafeEqual } from "node:crypto";
import type { AdapterPayload, Client, Provider } from "oidc-provider";
import type { IdentityStore, WorkloadClient } from "../../use-cases/identity-ports.ts";
import { secretHash } from "../credentials/accounts.ts";

export const CLI_CLIENT = "curfew-cli";
export const PORTAL_CLIENT = "curfew-portal";
export const SECURITY_CLIENT = "curfew-security";
export const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";
const MAX_CLIENT_ID = 128;

/** The installation's own pages ask nobody whether they may be used. */
export const FIRST_PARTY: readonly string[] = [PORTAL_CLIENT, SECURITY_CLIENT];

export function publicClients(origins: readonly string[], deviceFlow: boolean) {
  const shared = { token_endpoint_auth_method: "none", response_modes: ["query"] };
  return [
    {
      ...shared,
      client_id: CLI_CLIENT,
      client_name: "Curfew command line",
      // RFC 8252: a native client's loopback port may be any; host and path are fixed.
      application_type: "native",
      redirect_uris: ["http://127.0.0.1/callback", "http://[::1]/callback"],
      grant_types: ["authorization_code", "refresh_token", ...(deviceFlow ? [DEVICE_GRANT] : [])],
      response_types: ["code"],
    },
    {
      ...shared,
      client_id: PORTAL_CLIENT,
      client_name: "Curfew portal",
      redirect_uris: origins.map((origin) => `${origin}/auth/callback`),
      post_logout_redirect_uris: origins.map((origin) => `${origin}/`),
      grant_types: ["authorization_code"],
      // The portal asks for none: it lives on the sign-in's cookie and never holds a token.
      response_types: ["none", "code"],
    },
    {
      // Signs people in for a page of this server; it is never given a token.
      ...shared,
      client_id: SECURITY_CLIENT,
      client_name: "Curfew sign-in settings",
      redirect_uris: origins.map((origin) => `${origin}/security`),
      grant_types: [],
      response_types: ["none"],
    },
  ];
}

/** A service principal as an OAuth client; what stands in `client_secret` is its hash, in hex. */
export async function workloadMetadata(
  identities: IdentityStore,
  clientId: string,
): Promise<AdapterPayload | undefined> {
  if (clientId.length > MAX_CLIENT_ID) return undefined;
  const client = await identities.clientById(clientId);
  if (client === null || !client.active) return undefined;
  return {
    client_id: client.clientId,
    client_name: client.displayName,
    client_secret: client.secretHash.toString("hex"),
    token_endpoint_auth_method: "client_secret_basic",
    grant_types: ["client_credentials"],
    response_types: [],
    redirect_uris: [],
    ...factsOf(client),
  };
}

export const WORKLOAD_FACTS = ["curfew_tenant_id", "curfew_object_id", "curfew_credential"] as const;

/** What a token says of a workload beside its client id. */
function factsOf(client: WorkloadClient): Record<(typeof WORKLOAD_FACTS)[number], string> {
  return {
    curfew_tenant_id: client.ref.tenantId,
    curfew_object_id: client.ref.objectId,
    curfew_credential: String(client.version),
  };
}

/** Whether this is the client whose secret was compared: it may have got another one since, or another holder. */
export function isStill(client: Client, proven: WorkloadClient): boolean {
  const facts = factsOf(proven);
  return WORKLOAD_FACTS.every((fact) => client[fact] === facts[fact]);
}

/** The provider knows hashes only, so it compares hashes, in constant time. */
export function compareHashedSecrets(provider: Provider): void {
  provider.Client.prototype.compareClientSecret = function compare(this: Client, actual: string): boolean {
    const stored = Buffer.from(this.clientSecret ?? "", "hex");
    const given = secretHash(actual);
    return stored.length === given.length && timingSafeEqual(stored, given);
  };
}
