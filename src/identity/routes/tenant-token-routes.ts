/** `/{tenant}/v2.0/...` and `/{tenant}/oauth2/v2.0/token`: where Entra's unmodified clients look for a tenant's tokens. */
import formbody from "@fastify/formbody";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { IdentityStore } from "../../use-cases/identity-ports.ts";
import type { Store } from "../../use-cases/ports.ts";
import type { OAuthFailure } from "../pages/failure-page.ts";
import { ROUTES } from "../provider/configuration.ts";
import { knownOrigin, type Providers } from "../provider/create-provider.ts";
import { schemeOf } from "../provider/mount.ts";
import { SIGNING_ALGORITHM } from "../provider/signing-key.ts";
import { issueTenantToken, type TokenRefusal } from "../provider/tenant-token.ts";
import { knownTenant } from "../sign-in/log-in-names.ts";
import type { RecordDeps } from "../sign-in/record-sign-in.ts";
import { handleFailures } from "./failures.ts";
import { field } from "./forms.ts";

const MAX_FORM_BYTES = 16 * 1024;
/** The tenant's name is as long as the router lets a part of an address be; one that is too long is an unknown one. */
const schema = { hide: true };

export interface TenantTokenRoutesDeps {
  readonly providers: Providers;
  readonly origins: readonly string[];
  readonly issuer: string;
  readonly store: Store;
  readonly identities: IdentityStore;
  readonly record: RecordDeps;
}

type OfTenant = FastifyRequest<{ Params: { tenant: string } }>;

export async function tenantTokenRoutes(app: FastifyInstance, deps: TenantTokenRoutesDeps): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    await scope.register(formbody, { bodyLimit: MAX_FORM_BYTES });
    handleFailures(scope, (reply, { status, error, description }) =>
      refuse(reply, { status, error, description: `${status === 503 ? "AADSTS90033: " : ""}${description}` }),
    );
    scope.get<{ Params: { tenant: string } }>(
      "/:tenant/v2.0/.well-known/openid-configuration",
      { schema },
      (request, reply) => discovery(deps, request, reply),
    );
    scope.post<{ Params: { tenant: string } }>("/:tenant/oauth2/v2.0/token", { schema }, (request, reply) =>
      token(deps, request, reply),
    );
  });
}

/** OpenID Connect Discovery 1.0, as far as a confidential client needs it. */
async function discovery(deps: TenantTokenRoutesDeps, request: OfTenant, reply: FastifyReply) {
  const tenantId = await knownTenant(deps.store, request.params.tenant);
  if (tenantId === null) return refuse(reply, unknownTenant);
  const origin = knownOrigin(deps.origins, schemeOf(request), request.host) ?? deps.issuer;
  return reply.send({
    issuer: `${origin}/${tenantId}/v2.0`,
    token_endpoint: `${origin}/${tenantId}/oauth2/v2.0/token`,
    // People who begin here are looked for in this tenant (RFC 6749, 3.1: a client keeps the query).
    authorization_endpoint: `${origin}${ROUTES.authorization}?tenant=${tenantId}`,
    jwks_uri: `${origin}${ROUTES.jwks}`,
    token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: [SIGNING_ALGORITHM],
    grant_types_supported: ["client_credentials"],
    tenant_region_scope: null,
  });
}

async function token(deps: TenantTokenRoutesDeps, request: OfTenant, reply: FastifyReply) {
  const basic = basicCredentials(request.headers.authorization);
  const answer = await issueTenantToken(
    {
      provider: deps.providers[schemeOf(request)],
      identities: deps.identities,
      record: deps.record,
      origins: deps.origins,
    },
    {
      tenant: request.params.tenant,
      grantType: field(request, "grant_type"),
      clientId: basic?.id ?? field(request, "client_id"),
      clientSecret: basic?.secret ?? field(request, "client_secret"),
      scope: field(request, "scope"),
      ip: request.ip,
    },
  );
  if (!answer.ok) return refuse(reply, answer.refusal);
  const { token: access_token, expiresInSeconds } = answer;
  return reply.headers({ "cache-control": "no-store", pragma: "no-cache" }).send({
    token_type: "Bearer",
    expires_in: expiresInSeconds,
    ext_expires_in: expiresInSeconds,
    access_token,
  });
}

const unknownTenant: TokenRefusal = {
  status: 400,
  error: "invalid_request",
  description: "AADSTS90002: there is no such tenant here",
};

/** RFC 6749, section 2.3.1. */
function basicCredentials(authorization = ""): { id: string; secret: string } | null {
  const encoded = /^Basic ([A-Za-z0-9+/]{1,2000}={0,2})$/i.exec(authorization)?.[1];
  if (encoded === undefined) return null;
  const [id = "", ...rest] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  try {
    return { id: decodeURIComponent(id), secret: decodeURIComponent(rest.join(":")) };
  } catch {
    return null;
  }
}

function refuse(
  reply: FastifyReply,
  { status, error, description }: TokenRefusal | Omit<OAuthFailure, "retryAfterS">,
): FastifyReply {
  if (status === 401) reply.header("www-authenticate", "Basic");
  return reply
    .code(status)
    .headers({ "cache-control": "no-store", pragma: "no-cache" })
    .send({
      error,
      error_description: description,
      error_codes: [Number(/^AADSTS(\d+)/.exec(description)?.[1] ?? 0)],
      timestamp: new Date().toISOString(),
      trace_id: reply.request.id,
      correlation_id: reply.request.id,
    });
}
