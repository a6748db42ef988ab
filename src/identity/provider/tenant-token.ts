/** Client credentials as Entra's clients ask for them: at a tenant's own address, for the scope `{resource}/.default`. */
import { timingSafeEqual } from "node:crypto";
import type { Provider } from "oidc-provider";
import { asId, isGuid, type TenantId } from "../../domain/ids.ts";
import type { IdentityStore, WorkloadClient } from "../../use-cases/identity-ports.ts";
import { secretHash } from "../credentials/accounts.ts";
import { type RecordDeps, recordRefusal, tokenIssued } from "../sign-in/record-sign-in.ts";
import { isStill } from "./clients.ts";
import { API_SERVER } from "./configuration.ts";
import { API_AUDIENCE, API_SCOPE } from "./token-claims.ts";

export interface TenantTokenDeps {
  readonly provider: Provider;
  readonly identities: IdentityStore;
  readonly record: RecordDeps;
  /** Every address of this installation: tokens are asked for by `{address}/.default`. */
  readonly origins: readonly string[];
}

export interface TenantTokenAsk {
  readonly tenant: string;
  readonly grantType: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
  readonly ip: string;
}

/** RFC 6749, section 5.2, with the AADSTS number that Entra's clients print. */
export interface TokenRefusal {
  readonly status: 400 | 401;
  readonly error: "invalid_request" | "invalid_client" | "invalid_scope" | "unsupported_grant_type";
  readonly description: string;
}

export type TenantTokenAnswer =
  | { readonly ok: true; readonly token: string; readonly expiresInSeconds: number }
  | { readonly ok: false; readonly refusal: TokenRefusal };

// Scripts written for Azure and Graph name these; what they get is a token for this installation alone.
const KNOWN_RESOURCES = [
  "https://management.azure.com",
  "https://management.core.windows.net",
  "https://graph.microsoft.com",
];

export async function issueTenantToken(
  deps: TenantTokenDeps,
  ask: TenantTokenAsk,
): Promise<TenantTokenAnswer> {
  if (ask.grantType !== "client_credentials") {
    return refuse(
      400,
      "unsupported_grant_type",
      "AADSTS70003: only client_credentials is served here; people sign in at /oauth/authorize",
    );
  }
  if (!isScopeOfOurs(ask.scope, deps.origins)) {
    return refuse(
      400,
      "invalid_scope",
      "AADSTS70011: ask for this server's own address, https://management.azure.com or https://graph.microsoft.com, followed by /.default",
    );
  }
  const workload = await provenWorkload(deps, ask);
  if (workload === null) {
    return refuse(
      401,
      "invalid_client",
      "AADSTS7000215: no active client of this tenant has this id and secret",
    );
  }
  const client = await deps.provider.Client.find(workload.clientId);
  if (client === undefined || !isStill(client, workload)) {
    return refuse(401, "invalid_client", "AADSTS7000215: this client is gone or has a new secret");
  }
  const token = new deps.provider.ClientCredentials({ client, scope: API_SCOPE });
  token.resourceServer = new deps.provider.ResourceServer(API_AUDIENCE, API_SERVER);
  const value = await token.save();
  const { record } = deps;
  // On record before it is handed over.
  await record.store.inTenant(workload.ref.tenantId, (tx) =>
    tx.record([tokenIssued(workload, ask.ip)], record.clock.now()),
  );
  return { ok: true, token: value, expiresInSeconds: token.expiration };
}

/** The tenant in the address must be the client's own; whichever of the two is wrong, the answer is one. */
async function provenWorkload(deps: TenantTokenDeps, ask: TenantTokenAsk): Promise<WorkloadClient | null> {
  // The same questions for a client that exists and for one that does not: their time tells nobody which it is.
  const tenantId = await tenantIdOf(deps, ask.tenant);
  const workload = await deps.identities.clientById(ask.clientId);
  const given = secretHash(ask.clientSecret);
  const stored = workload?.secretHash ?? Buffer.alloc(given.length);
  const matches = stored.length === given.length && timingSafeEqual(stored, given);
  if (workload === null) return null;
  if (matches && workload.active && tenantId === workload.ref.tenantId) return workload;
  recordRefusal(deps.record, workload, { ip: ask.ip, via: workload.clientId, step: "client_secret" });
  return null;
}

async function tenantIdOf(deps: TenantTokenDeps, tenant: string): Promise<TenantId | null> {
  return isGuid(tenant)
    ? asId<TenantId>(tenant.toLowerCase())
    : deps.record.store.routes.tenantByName(tenant);
}

/** `https://host/.default`, with the doubled slash that some clients send; or our own word `api`. */
function isScopeOfOurs(scope: string, origins: readonly string[]): boolean {
  const asked = scope.split(" ").filter((one) => one !== "" && one !== "openid" && one !== "profile");
  const [only] = asked;
  if (only === undefined || asked.length > 1) return false;
  if (only === API_SCOPE || only === `${API_AUDIENCE}/.default`) return true;
  const suffix = only.endsWith("//.default") ? "//.default" : "/.default";
  if (!only.endsWith(suffix)) return false;
  const resource = only.slice(0, -suffix.length).toLowerCase();
  return [...origins, ...KNOWN_RESOURCES].includes(resource);
}

function refuse(
  status: TokenRefusal["status"],
  error: TokenRefusal["error"],
  description: string,
): TenantTokenAnswer {
  return { ok: false, refusal: { status, error, description } };
}
