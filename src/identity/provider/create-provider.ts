/** The OpenID provider, once for each scheme: they share keys, records and issuer, and differ in their cookies. */
import type { IncomingMessage } from "node:http";
import { type Context, errors, Provider } from "oidc-provider";
import { type OAuthFailure, passingFailure } from "../pages/failure-page.ts";
import { providerHeaders } from "../pages/page.ts";
import { type RecordDeps, recordRefusal, tokenIssued } from "../sign-in/record-sign-in.ts";
import { compareHashedSecrets } from "./clients.ts";
import { type ProviderParts, providerConfiguration, ROUTES } from "./configuration.ts";
import { API_SCOPE, nameSubjects } from "./token-claims.ts";

export interface Providers {
  readonly http: Provider;
  readonly https: Provider;
}

export interface ProvidersDeps extends Omit<ProviderParts, "addressOf"> {
  readonly issuer: string;
  readonly record: RecordDeps;
  /** The caller's address, as the server that owns the connection sees it. */
  readonly addressOf: (req: IncomingMessage) => string;
}

export function createProviders(deps: ProvidersDeps): Providers {
  return { http: createProvider(deps, "http"), https: createProvider(deps, "https") };
}

function createProvider(deps: ProvidersDeps, scheme: "http" | "https"): Provider {
  const parts = { ...deps, addressOf: ({ req }: Context) => deps.addressOf(req) };
  const provider = new Provider(deps.issuer, providerConfiguration(parts, scheme === "https"));
  compareHashedSecrets(provider);
  nameSubjects(provider);
  speakOf(provider, scheme, deps);
  const outages = new WeakMap<Context, OAuthFailure>();
  const noteOutage = (ctx: Context, error: unknown): boolean => {
    const outage = passingFailure(error);
    if (outage !== null) outages.set(ctx, outage);
    return outage !== null;
  };
  provider.use(async (ctx, next) => {
    const safely = Object.entries(providerHeaders());
    for (const [name, value] of safely) ctx.set(name, value);
    try {
      await next();
      await recordWorkloadToken(deps, ctx);
    } catch (error) {
      if (!noteOutage(ctx, error)) throw error;
    }
    const outage = outages.get(ctx);
    if (outage !== undefined) deps.pages.away(ctx, outage);
    withholdFilledInCode(ctx);
    announceWhatIsServed(ctx);
  });
  provider.on("grant.error", (ctx, error) => recordClientRefusal(deps, ctx, error));
  const report =
    (what: string) =>
    (...args: unknown[]) => {
      const error = args.find((one) => one instanceof Error);
      deps.record.log(what, { error: error ?? "unknown", isFault: true });
    };
  const reportFailure = report("the OpenID provider failed");
  // It has answered by now, each address in its own way; what passes by itself is answered by us.
  provider.on("server_error", (ctx, error) => {
    if (!noteOutage(ctx, error)) reportFailure(error);
  });
  provider.silent = true;
  const reportSilence = report("the OpenID provider could not answer");
  provider.on("error", (...args: unknown[]) => {
    if (!args.some(isCallerGone)) reportSilence(...args);
  });
  return provider;
}

/** Whoever sends half of a request, or goes before the answer, fills no log with it: it is no fault of ours. */
function isCallerGone(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return /^(?:HPE_.*|ERR_HTTP_REQUEST_TIMEOUT|ECONNRESET|EPIPE|ERR_STREAM_PREMATURE_CLOSE)$/.test(code);
}

/**
 * The provider builds its addresses from the request. It gets them from our list of origins, so that a made-up Host
 * header leads nowhere and each listener speaks of itself.
 */
function speakOf(provider: Provider, scheme: "http" | "https", { issuer, origins }: ProvidersDeps): void {
  const originOf = (req: IncomingMessage) => knownOrigin(origins, scheme, req.headers.host) ?? issuer;
  Object.defineProperties(provider.request, {
    protocol: { get: () => scheme },
    href: {
      get(this: { readonly req: IncomingMessage }) {
        return `${originOf(this.req)}${this.req.url ?? "/"}`;
      },
    },
  });
}

export function knownOrigin(origins: readonly string[], scheme: string, host = ""): string | undefined {
  return origins.find((origin) => origin === `${scheme}://${host}`.toLowerCase());
}

/** A workload's token is on record before it is handed over. */
async function recordWorkloadToken({ record, identities, addressOf }: ProvidersDeps, ctx: Context) {
  if (ctx.path !== ROUTES.token || ctx.status !== 200) return;
  const { params, client } = ctx.oidc;
  if (params.grant_type !== "client_credentials" || client === undefined) return;
  const workload = await identities.clientById(client.clientId);
  if (workload === null) throw new Error("a token was issued to a client that is gone");
  const event = tokenIssued(workload, addressOf(ctx.req));
  await record.store.inTenant(workload.ref.tenantId, (tx) => tx.record([event], record.clock.now()));
}

function recordClientRefusal({ record, identities, addressOf }: ProvidersDeps, ctx: Context, error: Error) {
  const client = ctx.oidc.entities.Client;
  if (!(error instanceof errors.InvalidClientAuth) || client?.clientSecret === undefined) return;
  const ip = addressOf(ctx.req);
  record.afterwards(async () => {
    const workload = await identities.clientById(client.clientId);
    if (workload !== null)
      recordRefusal(record, workload, { ip, via: client.clientId, step: "client_secret" });
  });
}

/** The code is typed, never followed: an address with the code in it is what phishing needs. */
function withholdFilledInCode(ctx: Context): void {
  if (ctx.path !== ROUTES.device_authorization || typeof ctx.body !== "object" || ctx.body === null) return;
  if ("verification_uri_complete" in ctx.body) delete ctx.body.verification_uri_complete;
}

/** Discovery names every response mode the library knows; here only one is allowed to clients. */
function announceWhatIsServed(ctx: Context): void {
  if (!ctx.path.startsWith("/.well-known/") || typeof ctx.body !== "object" || ctx.body === null) return;
  Object.assign(ctx.body, {
    response_modes_supported: ["query"],
    scopes_supported: ["openid", API_SCOPE],
  });
}
