/** `/auth/...`: the portal's way to sign in, to prove more, to look whether anybody is signed in, and to sign out. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Outcome } from "../../domain/rejection.ts";
import type { Caller } from "../../use-cases/ports.ts";
import { PORTAL_CLIENT } from "../provider/clients.ts";
import { ROUTES } from "../provider/configuration.ts";
import type { Providers } from "../provider/create-provider.ts";
import { type AuthenticateSession, sessionOf } from "../sign-in/browser-session.ts";
import { MFA_ACR } from "../sign-in/sign-in.ts";

const MAX_PLACE = 2_048;
// One more than a tenant's name or id can have: what is cut off must not become somebody's.
const MAX_TENANT = 65;
const NOWHERE = "http://portal.invalid";

export interface PortalRoutesDeps {
  readonly providers: Providers;
  readonly authenticateSession: AuthenticateSession;
  /** What a portal shows of whoever is signed in, as it is sent; left out, it asks for that itself. */
  readonly describe?: ((caller: Caller) => Promise<object>) | undefined;
  /** The origin under which the request reached us. */
  readonly originOf: (request: FastifyRequest) => string;
}

/** Whatever was typed: a word given twice is a list. */
type Asked = FastifyRequest<{
  Querystring: Readonly<Record<"to" | "mfa" | "other" | "state" | "tenant", unknown>>;
}>;

export function portalRoutes(app: FastifyInstance, deps: PortalRoutesDeps): void {
  // The short one is for people: an organisation's own address, `/sign-in?tenant=contoso`.
  for (const address of ["/auth/sign-in", "/sign-in"]) {
    app.get(address, { schema: { hide: true } }, (request: Asked, reply) =>
      reply.redirect(signInAddress(deps.originOf(request), request.query), 303),
    );
  }
  // The provider answers here, also when somebody thought better of it; the portal shows what is true by then.
  app.get("/auth/callback", { schema: { hide: true } }, (request: Asked, reply) =>
    reply.redirect(placeOf(request.query.state), 303),
  );
  // 200 also for nobody: a page may ask before anybody signed in, and that is no error. With who it is: a page needs
  // both, and far away each call is a wait.
  app.get("/auth/session", { schema: { hide: true } }, async (request, reply) => {
    const outcome = await admitted(deps, request, reply);
    const me = outcome.ok
      ? { signedIn: true, me: await deps.describe?.(outcome.value) }
      : { signedIn: false };
    return reply.header("cache-control", "no-store").send(me);
  });
  app.post("/auth/sign-out", { schema: { hide: true } }, (request, reply) => signOut(deps, request, reply));
}

async function admitted(
  { authenticateSession }: PortalRoutesDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Outcome<Caller>> {
  const presented = await authenticateSession(request, reply);
  return presented.ok ? presented.value.admitNow() : presented;
}

/** Ends the sign-in also when it counts for nothing any more. */
async function signOut(
  { providers, authenticateSession }: PortalRoutesDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const presented = await authenticateSession(request, reply);
  if (presented.ok) await (await sessionOf(providers, request, reply)).destroy();
  return reply.code(204).header("cache-control", "no-store").send();
}

/** `response_type=none`: the browser gets its cookie and no token at all. */
function signInAddress(origin: string, { to, mfa, other, tenant }: Asked["query"]): string {
  const query = new URLSearchParams({
    client_id: PORTAL_CLIENT,
    response_type: "none",
    scope: "openid",
    redirect_uri: `${origin}/auth/callback`,
    state: placeOf(to),
    ...(mfa === undefined ? {} : { acr_values: MFA_ACR }),
    ...(other === undefined ? {} : { prompt: "login" }),
    ...(typeof tenant === "string" ? { tenant: tenant.slice(0, MAX_TENANT) } : {}),
  });
  return `${ROUTES.authorization}?${query}`;
}

/** A path of this origin; anything that a browser could read as another host leads home, dots and all resolved. */
function placeOf(asked: unknown): string {
  if (typeof asked !== "string" || asked.length > MAX_PLACE) return "/";
  if (!/^\/[\x21-\x7e]*$/.test(asked) || !URL.canParse(asked, NOWHERE)) return "/";
  const { origin, pathname, search, hash } = new URL(asked, NOWHERE);
  const elsewhere = origin !== NOWHERE || pathname.startsWith("//") || pathname.startsWith("/auth/");
  return elsewhere ? "/" : `${pathname}${search}${hash}`;
}
