/** The ways to a token: a browser on this machine, a code typed into another, a kept refresh token, a workload's secret. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretBasic,
  calculatePKCECodeChallenge,
  clientCredentialsGrant,
  initiateDeviceAuthorization,
  pollDeviceAuthorizationGrant,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  tokenRevocation,
} from "openid-client";
import { API_SCOPE, configure, type Provider, type Tokens, tokensOf } from "./provider.ts";

const BROWSER_WAIT_MS = 5 * 60_000;
const MFA = "urn:curfew:mfa";

export interface BrowserSignIn {
  /** Given the address that a browser on this machine must open. */
  readonly show: (address: string) => void;
  readonly secondFactor: boolean;
  /** Another authentication context to ask for. */
  readonly acr: string | null;
  /** The organisation to sign in at, by name or id. */
  readonly tenant: string | null;
  readonly signal: AbortSignal;
}

/** Authorization code with PKCE and a loopback redirect (RFC 8252). */
export async function signInByBrowser(provider: Provider, wanted: BrowserSignIn): Promise<Tokens> {
  const configuration = await configure(provider);
  const verifier = randomPKCECodeVerifier();
  const state = randomState();
  const nonce = randomNonce();
  const acr = [...(wanted.secondFactor ? [MFA] : []), ...(wanted.acr === null ? [] : [wanted.acr])].join(" ");
  const codeChallenge = await calculatePKCECodeChallenge(verifier);
  const listener = await listenForAnswer(state);
  try {
    const address = buildAuthorizationUrl(configuration, {
      redirect_uri: listener.redirectUri,
      scope: API_SCOPE,
      code_challenge: codeChallenge,
      code_challenge_method: "S256",
      state,
      nonce,
      ...(acr === "" ? {} : { acr_values: acr }),
      ...(wanted.tenant === null ? {} : { tenant: wanted.tenant }),
    });
    wanted.show(address.href);
    const answer = await listener.answer(
      AbortSignal.any([wanted.signal, AbortSignal.timeout(BROWSER_WAIT_MS)]),
    );
    const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce };
    return tokensOf(await authorizationCodeGrant(configuration, answer, checks));
  } finally {
    listener.close();
  }
}

/** RFC 8628: the code is typed where a browser is. */
export async function signInByDevice(
  provider: Provider,
  show: (address: string, code: string) => void,
  signal: AbortSignal,
  tenant: string | null = null,
): Promise<Tokens> {
  const configuration = await configure(provider);
  if (configuration.serverMetadata().device_authorization_endpoint === undefined) {
    throw new SignInAbandoned("this server offers no sign-in by device; sign in through a browser");
  }
  const started = await initiateDeviceAuthorization(configuration, {
    scope: API_SCOPE,
    ...(tenant === null ? {} : { tenant }),
  });
  show(started.verification_uri, started.user_code);
  return tokensOf(await pollDeviceAuthorizationGrant(configuration, started, undefined, { signal }));
}

/** The server may have sent another refresh token; where it sent none the old one still holds. */
export async function refresh(provider: Provider, refreshToken: string): Promise<Tokens> {
  const tokens = tokensOf(await refreshTokenGrant(await configure(provider), refreshToken));
  return { ...tokens, refreshToken: tokens.refreshToken ?? refreshToken };
}

/** RFC 7009. */
export async function revoke(provider: Provider, refreshToken: string): Promise<void> {
  await tokenRevocation(await configure(provider), refreshToken);
}

export async function signInAsWorkload(
  provider: Provider,
  clientId: string,
  clientSecret: string,
): Promise<Tokens> {
  const configuration = await configure(provider, clientId, ClientSecretBasic(clientSecret));
  return tokensOf(await clientCredentialsGrant(configuration, { scope: "api" }));
}

interface Listener {
  readonly redirectUri: string;
  answer(signal: AbortSignal): Promise<URL>;
  close(): void;
}

/** Whatever does not carry our state is turned away and changes nothing: any page may call this port. */
async function listenForAnswer(state: string): Promise<Listener> {
  const { promise, resolve } = Promise.withResolvers<URL>();
  const server = createServer((request, reply) => {
    const url = new URL(request.url ?? "/", redirectUri());
    const ours =
      request.method === "GET" && url.pathname === "/callback" && url.searchParams.get("state") === state;
    answerPage(request, reply, ours);
    if (ours) resolve(url);
  });
  await new Promise<void>((listening, failed) => {
    server.once("error", failed);
    server.listen(0, "127.0.0.1", listening);
  });
  const redirectUri = () => `http://127.0.0.1:${portOf(server)}/callback`;
  return {
    redirectUri: redirectUri(),
    async answer(signal) {
      const stopped = Promise.withResolvers<never>();
      const late = "nobody signed in within five minutes; start again";
      const stop = () =>
        stopped.reject(
          new SignInAbandoned(signal.reason?.name === "TimeoutError" ? late : "the sign-in was stopped"),
        );
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop, { once: true });
      return Promise.race([promise, stopped.promise]);
    },
    close() {
      server.close();
      server.closeIdleConnections();
    },
  };
}

/** It came to nothing; the message says why. */
export class SignInAbandoned extends Error {
  override readonly name = "SignInAbandoned";
}

function answerPage(request: IncomingMessage, reply: ServerResponse, ours: boolean): void {
  request.resume();
  const text = ours ? "Done. Go back to the terminal; this page can be closed." : "There is nothing here.";
  reply.writeHead(ours ? 200 : 404, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    connection: "close",
  });
  reply.end(`<!doctype html><html lang="en"><title>Curfew</title><p>${text}</p></html>`);
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
