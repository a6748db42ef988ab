/** The OpenID provider's settings: everything off that is not used, every lifetime stated. */
import type { JWK } from "jose";
import {
  type Configuration,
  type Context,
  type ErrorOut,
  errors,
  type Interaction,
  type Session,
  type Token,
} from "oidc-provider";
import type { IdentityStore, Sealer } from "../../use-cases/identity-ports.ts";
import type { OAuthFailure } from "../pages/failure-page.ts";
import type { AdapterClass } from "./adapter.ts";
import { CLI_CLIENT, publicClients, WORKLOAD_FACTS } from "./clients.ts";
import type { Consents } from "./consents.ts";
import { deviceFlowPages } from "./device-pages.ts";
import { signInPolicy } from "./policy.ts";
import { SIGNING_ALGORITHM } from "./signing-key.ts";
import { API_AUDIENCE, API_SCOPE, findAccountIn, subjectOf, tokenClaims } from "./token-claims.ts";

export const ACCESS_TOKEN_SECONDS = 10 * 60;
const CODE_SECONDS = 60;
const DEVICE_CODE_SECONDS = 10 * 60;
const INTERACTION_SECONDS = 15 * 60;
/** A working day: then people sign in again, in the browser and on the command line. */
const SESSION_SECONDS = 12 * 60 * 60;
const GRANT_SECONDS = 2 * SESSION_SECONDS;

export const ROUTES = {
  authorization: "/oauth/authorize",
  token: "/oauth/token",
  jwks: "/oauth/jwks",
  revocation: "/oauth/revoke",
  end_session: "/oauth/logout",
  device_authorization: "/oauth/device/code",
  code_verification: "/oauth/device",
} as const;

/** The one resource server: every surface takes the same tokens. */
export const API_SERVER = {
  scope: API_SCOPE,
  audience: API_AUDIENCE,
  accessTokenFormat: "jwt",
  accessTokenTTL: ACCESS_TOKEN_SECONDS,
  jwt: { sign: { alg: SIGNING_ALGORITHM } },
} as const;

export interface ProviderParts {
  readonly origins: readonly string[];
  readonly identities: IdentityStore;
  readonly key: Sealer;
  readonly jwks: readonly JWK[];
  readonly adapter: AdapterClass;
  readonly consents: Consents;
  readonly tenantOf: (tenant: string) => Promise<string | null>;
  readonly deviceFlow: boolean;
  readonly addressOf: (ctx: Context) => string;
  readonly pages: ProviderPages;
}

export interface ProviderPages {
  failed(ctx: Context, out: ErrorOut): void;
  /** In place of whatever the provider made of it. */
  away(ctx: Context, outage: OAuthFailure): void;
  signOut(ctx: Context): void;
  signedOut(ctx: Context): void;
  deviceCode(ctx: Context, problem: string | null): void;
  deviceConfirm(
    ctx: Context,
    of: { readonly code: string; readonly client: string; readonly ip: string },
  ): void;
  deviceDone(ctx: Context): void;
}

export function providerConfiguration(parts: ProviderParts, secure: boolean): Configuration {
  const { consents, pages } = parts;
  return {
    adapter: parts.adapter,
    clients: publicClients(parts.origins, parts.deviceFlow),
    clientAuthMethods: ["client_secret_basic", "client_secret_post", "none"],
    clientDefaults: { id_token_signed_response_alg: SIGNING_ALGORITHM },
    enabledJWA: { idTokenSigningAlgValues: [SIGNING_ALGORITHM] },
    extraClientMetadata: { properties: [...WORKLOAD_FACTS] },
    jwks: { keys: parts.jwks },
    routes: ROUTES,
    scopes: ["openid"],
    // Of which tenant somebody comes, so that nobody has to be asked.
    extraParams: ["tenant"],
    responseTypes: ["code", "none"],
    acrValues: ["urn:curfew:mfa", "urn:curfew:pwd"],
    claims: {
      acr: null,
      amr: null,
      auth_time: null,
      iss: null,
      sid: null,
      openid: ["sub", "tid", "name", "preferred_username"],
    },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    clientBasedCORS: () => false,
    cookies: cookieSettings(parts.key, secure),
    ttl: lifetimes,
    features: features(parts),
    findAccount: findAccountIn(parts.identities),
    loadExistingGrant: consents.grantFor,
    interactions: {
      policy: signInPolicy(parts.tenantOf),
      url: (_ctx: Context, { uid }: Interaction) => `/sign-in/${uid}`,
    },
    // The command line outlives the browser's session; what runs in the browser does not.
    expiresWithSession: async (ctx: Context) => ctx.oidc.client?.clientId !== CLI_CLIENT,
    issueRefreshToken: async (ctx: Context) => ctx.oidc.client?.grantTypeAllowed("refresh_token") === true,
    rotateRefreshToken: true,
    extraTokenClaims: async (ctx: Context, token: Token) => tokenClaims(ctx, token),
    formats: {
      customizers: {
        jwt(_ctx: Context, token: Token, jwt: { payload: Record<string, unknown> }) {
          jwt.payload.sub = subjectOf(token);
        },
      },
    },
    renderError: async (ctx: Context, out: ErrorOut) => pages.failed(ctx, out),
  };
}

/** `__Host-` and `__Secure-` cookies cannot be planted from plain HTTP; each listener has its own set. */
function cookieSettings(key: Sealer, secure: boolean) {
  const shared = { httpOnly: true, sameSite: "lax", signed: true, secure };
  return {
    names: {
      session: secure ? "__Host-curfew_session" : "curfew_session",
      interaction: secure ? "__Secure-curfew_sign_in" : "curfew_sign_in",
      resume: secure ? "__Secure-curfew_resume" : "curfew_resume",
    },
    long: shared,
    short: shared,
    // The first signs; each of them verifies.
    keys: key.deriveAll("cookies").map((one) => one.toString("base64url")),
  };
}

const lifetimes = {
  AccessToken: ACCESS_TOKEN_SECONDS,
  ClientCredentials: ACCESS_TOKEN_SECONDS,
  IdToken: ACCESS_TOKEN_SECONDS,
  AuthorizationCode: CODE_SECONDS,
  DeviceCode: DEVICE_CODE_SECONDS,
  Interaction: INTERACTION_SECONDS,
  Grant: GRANT_SECONDS,
  // Rotating a refresh token does not lengthen the sign-in it stands for.
  RefreshToken(ctx: Context | undefined): number {
    return Math.max(1, ctx?.oidc.entities.RotatedRefreshToken?.remainingTTL ?? SESSION_SECONDS);
  },
  Session(_ctx: Context, session: Session): number {
    const signedInAt = session.loginTs;
    if (signedInAt === undefined) return INTERACTION_SECONDS;
    return Math.max(1, signedInAt + SESSION_SECONDS - Math.floor(Date.now() / 1_000));
  },
};

function features(parts: ProviderParts) {
  const { pages } = parts;
  return {
    devInteractions: { enabled: false },
    userinfo: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    clientCredentials: { enabled: true },
    revocation: { enabled: true, allowedPolicy: async () => true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: async (ctx: Context) => pages.signOut(ctx),
      postLogoutSuccessSource: async (ctx: Context) => pages.signedOut(ctx),
    },
    deviceFlow: parts.deviceFlow ? deviceFlowPages(parts) : { enabled: false },
    resourceIndicators: {
      enabled: true,
      // One audience for every surface: `openid api` is enough to get a token for it.
      defaultResource: async () => API_AUDIENCE,
      useGrantedResource: async () => true,
      async getResourceServerInfo(_ctx: Context, resource: string) {
        if (resource !== API_AUDIENCE) throw new errors.InvalidTarget();
        return API_SERVER;
      },
    },
  };
}
