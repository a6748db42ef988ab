/** Sign-in: the OpenID provider, its pages, and who is behind a token. */
import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { AdapterPayload } from "oidc-provider";
import type { Clock } from "../domain/time.ts";
import type { Accounts, IdentityStore, Sealer } from "../use-cases/identity-ports.ts";
import type { Caller, LeftOut, Store } from "../use-cases/ports.ts";
import { type Authenticate, createAuthenticate, type OwnTime } from "./authenticate.ts";
import { createSecretKeeper, type SecretKeeper } from "./credentials/secret-keeper.ts";
import { providerPages } from "./pages/provider-pages.ts";
import { adapterOn } from "./provider/adapter.ts";
import { workloadMetadata } from "./provider/clients.ts";
import { ROUTES } from "./provider/configuration.ts";
import { createConsents } from "./provider/consents.ts";
import { createProviders, knownOrigin } from "./provider/create-provider.ts";
import { mountProvider, schemeOf } from "./provider/mount.ts";
import { loadSigningKeys } from "./provider/signing-key.ts";
import { iconRoute } from "./routes/icon-route.ts";
import { type MailLinks, mailRoutes } from "./routes/mail-routes.ts";
import { portalRoutes } from "./routes/portal-routes.ts";
import { securityRoutes } from "./routes/security-routes.ts";
import { setUpRoutes } from "./routes/set-up-routes.ts";
import { signInRoutes } from "./routes/sign-in-routes.ts";
import { tenantTokenRoutes } from "./routes/tenant-token-routes.ts";
import { createSetUp, type SetUp } from "./set-up/set-up.ts";
import { createAdmission } from "./sign-in/admission.ts";
import { createAfterwards } from "./sign-in/afterwards.ts";
import { type AuthenticateSession, createAuthenticateSession } from "./sign-in/browser-session.ts";
import { createDevices } from "./sign-in/devices.ts";
import { createHalfWay } from "./sign-in/half-way.ts";
import { createLimits } from "./sign-in/limits.ts";
import { knownTenant } from "./sign-in/log-in-names.ts";
import { createPendingFactor } from "./sign-in/pending-factor.ts";
import { createSealedNotes } from "./sign-in/sealed-note.ts";
import type { SignInDeps } from "./sign-in/sign-in.ts";

/** What this installation is, and its keys: true at any time. */
const TIMELESS = ["/.well-known/", ROUTES.jwks];

export interface IdentityOptions {
  /** The canonical public URL, without a path: the one issuer of this installation. */
  readonly issuer: string;
  /** Every origin under which people reach it; the issuer's alone when not given. */
  readonly origins?: readonly string[];
  readonly store: Store;
  readonly identities: IdentityStore;
  readonly key: Sealer;
  /** The process's one, when somebody else configures accounts too; made from the key otherwise. */
  readonly secrets?: SecretKeeper;
  readonly clock: Clock;
  readonly time: OwnTime;
  readonly deviceFlow: boolean;
  /** What a portal shows of whoever is signed in: see `portalRoutes`. */
  readonly describe?: (caller: Caller) => Promise<object>;
  /** What links in mails do; left out, there are none. */
  readonly mailLinks?: MailLinks;
  readonly log: (line: string) => void;
  /** Counts refusals that the log has no room for. */
  readonly leftOut?: LeftOut | undefined;
}

export interface Identity {
  readonly accounts: Accounts;
  readonly setup: SetUp;
  /** Checks a bearer token; what it says of rights is read from the database on every call. */
  readonly authenticate: Authenticate;
  /** Takes a browser's sign-in for what the portal calls. */
  readonly authenticateSession: AuthenticateSession;
  /** Mounts provider and pages. Give fastify `trustProxy` when a proxy stands in front. */
  register(app: FastifyInstance): Promise<void>;
  close(): Promise<void>;
}

export async function createIdentity(options: IdentityOptions): Promise<Identity> {
  const { store, identities, key, clock, time, log } = options;
  const issuer = originOnly(options.issuer);
  const origins = (options.origins ?? [issuer]).map(originOnly);
  const afterwards = createAfterwards(log);
  const { passwords, codes, accounts } = options.secrets ?? createSecretKeeper(key);
  const limits = createLimits(identities.buckets, key, clock);
  const { leftOut } = options;
  const record = { store, clock, limits, log, leftOut, afterwards: afterwards.start };
  const devices = createDevices(key, clock);
  const admission = createAdmission({ identities, limits, devices, clock });
  const signIn: SignInDeps = { ...record, identities, passwords, codes, admission };
  const consents = createConsents({ store, clock });
  const addresses = new WeakMap<IncomingMessage, string>();
  const findClient = (id: string): Promise<AdapterPayload | undefined> => workloadMetadata(identities, id);
  const adapter = adapterOn(identities.records, key, findClient);
  const withKeys = async () => {
    const jwks = await loadSigningKeys(identities.signingKeys, key);
    const providers = createProviders({
      issuer,
      origins,
      identities,
      key,
      jwks,
      adapter,
      consents,
      tenantOf: (tenant) => knownTenant(store, tenant),
      deviceFlow: options.deviceFlow,
      record,
      addressOf: (req) => addresses.get(req) ?? req.socket.remoteAddress ?? "unknown",
      pages: providerPages,
    });
    return { providers, jwks: { keys: jwks.map(publicHalf) } };
  };
  const { providers, jwks } = await withKeys();
  const authenticate = createAuthenticate({ issuer, jwks, identities, time });
  // What is under way ends with the keys that it began with.
  key.onChange(async () => {
    const renewed = await withKeys();
    Object.assign(providers, renewed.providers);
    authenticate.trust(renewed.jwks);
  });
  const setup = createSetUp({ store, clock, passwords, tokens: identities.setupTokens });
  // A token of an earlier start is void, whether or not a new one is asked for.
  await identities.setupTokens.voidAll();
  const notes = createSealedNotes(key, clock);
  const authenticateSession = createAuthenticateSession({ providers, identities, time });
  const originOf = (request: FastifyRequest) =>
    knownOrigin(origins, schemeOf(request), request.host) ?? issuer;
  return {
    accounts,
    setup,
    authenticate,
    authenticateSession,
    async register(app) {
      iconRoute(app);
      // INVARIANT I1: while nobody knows which time it is nothing is begun, told to have expired, or stored by it.
      await app.register(async (scope) => {
        scope.addHook("onRequest", async ({ routeOptions }) => {
          if (TIMELESS.some((part) => routeOptions.url?.includes(part))) return;
          time.requireOwn();
        });
        await mountProvider(scope, { providers, remember: (req, ip) => addresses.set(req, ip) });
        const halfWay = createHalfWay(notes);
        await signInRoutes(scope, { providers, signIn, halfWay, consents, devices, notes });
        await securityRoutes(scope, {
          providers,
          signIn,
          pending: createPendingFactor(notes),
          originOf,
        });
        await setUpRoutes(scope, setup);
        if (options.mailLinks !== undefined) await mailRoutes(scope, options.mailLinks);
        await tenantTokenRoutes(scope, { providers, origins, issuer, store, identities, record });
        portalRoutes(scope, { providers, authenticateSession, originOf, describe: options.describe });
      });
    },
    async close() {
      await afterwards.settle();
    },
  };
}

function publicHalf({ kty, n, e, kid, alg, use }: Awaited<ReturnType<typeof loadSigningKeys>>[number]) {
  return Object.fromEntries(
    Object.entries({ kty, n, e, kid, alg, use }).filter(([, value]) => value !== undefined),
  ) as { kty: string };
}

function originOnly(url: string): string {
  const { origin, pathname } = new URL(url);
  if (pathname !== "/")
    throw new Error(`the public URL \`${url}\` must have no path; give scheme, host and port only`);
  return origin;
}
