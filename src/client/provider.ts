/** The OpenID provider of a Curfew server, as an OAuth client sees it. */
import {
  allowInsecureRequests,
  type ClientAuth,
  Configuration,
  customFetch,
  None,
  type ServerMetadata,
  type TokenEndpointResponse,
} from "openid-client";
import type { Fetch } from "./client.ts";
import { Unreachable } from "./send.ts";

export const CLI_CLIENT = "curfew-cli";
export const API_SCOPE = "openid api";

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

export interface Provider {
  readonly baseUrl: string;
  readonly fetch: Fetch;
}

/**
 * Everything stays on the origin that was asked: a discovery document that leads elsewhere is refused. An installation
 * has one issuer and may be reached under several origins, so the issuer's name is taken from the document.
 * @throws Error when the server's discovery document is none
 */
export async function configure(
  provider: Provider,
  clientId: string = CLI_CLIENT,
  authentication: ClientAuth = None(),
): Promise<Configuration> {
  const { origin, protocol } = new URL(provider.baseUrl);
  const response = await provider.fetch(new URL("/.well-known/openid-configuration", origin));
  const metadata: unknown = await response.json().catch(() => null);
  if (response.status === 503 || response.status === 429)
    throw new Unreachable(`${origin} takes no sign-ins at the moment: it answered ${response.status}`);
  if (!response.ok || !isMetadata(metadata)) throw new Error(`there is no Curfew at ${origin}`);
  for (const endpoint of [
    "authorization_endpoint",
    "token_endpoint",
    "device_authorization_endpoint",
  ] as const) {
    const address = metadata[endpoint];
    if (address !== undefined && new URL(address).origin !== origin) {
      throw new Error(
        `the server at ${origin} sends sign-ins to ${new URL(address).origin}; give that address instead`,
      );
    }
  }
  const configuration = new Configuration(metadata, clientId, undefined, authentication);
  configuration[customFetch] = (url, options) => provider.fetch(url, options as RequestInit);
  // Plain HTTP is for this machine alone; the address was checked before.
  if (protocol === "http:") allowInsecureRequests(configuration);
  return configuration;
}

export function tokensOf(answer: TokenEndpointResponse): Tokens {
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token ?? null,
    expiresAt: Date.now() + (answer.expires_in ?? 60) * 1_000,
  };
}

function isMetadata(value: unknown): value is ServerMetadata {
  if (typeof value !== "object" || value === null) return false;
  return ["issuer", "authorization_endpoint", "token_endpoint"].every(
    (name) => typeof (value as Readonly<Record<string, unknown>>)[name] === "string",
  );
}
