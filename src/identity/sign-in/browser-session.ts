/** Who sits at the browser: the sign-in's own cookie, for calls that our own pages make, and no others. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Session } from "oidc-provider";
import { asId, isGuid, type ObjectId } from "../../domain/ids.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { instant, SECOND_MS } from "../../domain/time.ts";
import type { IdentityStore } from "../../use-cases/identity-ports.ts";
import type { Caller } from "../../use-cases/ports.ts";
import { PORTAL_CLIENT } from "../provider/clients.ts";
import type { Providers } from "../provider/create-provider.ts";
import { schemeOf } from "../provider/mount.ts";
import { MFA_ACR } from "./sign-in.ts";

export type AuthenticateSession = (request: FastifyRequest, reply: FastifyReply) => Promise<Outcome<Caller>>;

const SIGNED_OUT = reject("unauthenticated", "nobody is signed in here; sign in");
const SAFE_METHODS = ["GET", "HEAD"];

/**
 * A cookie is sent by every page that can reach us, so a call counts only when the browser says that it comes from our
 * own origin (Fetch Metadata, or `Origin` for whatever changes something). A new password ends its sessions in the
 * same transaction, and whether the account is still open is asked on every call, as for tokens.
 */
export function createAuthenticateSession(deps: {
  readonly providers: Providers;
  readonly identities: IdentityStore;
}): AuthenticateSession {
  return async (request, reply) => {
    if (request.headers.cookie === undefined) return SIGNED_OUT;
    if (!fromOwnPage(request))
      return reject("forbidden", "a browser's sign-in counts for calls from Curfew's own pages only");
    const session = await sessionOf(deps.providers, request, reply);
    const { accountId } = session;
    if (accountId === undefined || !isGuid(accountId)) return SIGNED_OUT;
    const account = await deps.identities.accountById(asId<ObjectId>(accountId));
    if (account?.active !== true) return SIGNED_OUT;
    const standing = await deps.identities.standing(account.ref, PORTAL_CLIENT);
    if (standing?.active !== true || standing.kind !== "user") return SIGNED_OUT;
    return accept(callerOf(session, account.ref, standing.rights, request.ip));
  };
}

export function sessionOf(
  providers: Providers,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Session> {
  const provider = providers[schemeOf(request)];
  return provider.Session.get(provider.createContext(request.raw, reply.raw));
}

/** Browsers send `Origin` with whatever changes something, and `Sec-Fetch-Site` where the connection is trustworthy. */
function fromOwnPage({ headers, method, protocol, host }: FastifyRequest): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && !(site === "none" && SAFE_METHODS.includes(method)))
    return false;
  if (headers.origin === undefined) return SAFE_METHODS.includes(method) || site === "same-origin";
  return headers.origin === `${protocol}://${host}`.toLowerCase();
}

function callerOf(
  { amr, acr, loginTs }: Session,
  ref: Caller["ref"],
  rights: Caller["rights"],
  ip: string,
): Caller {
  return {
    ref,
    kind: "user",
    rights,
    session: {
      amr: amr ?? [],
      acr: acr ?? null,
      acrs: acr === MFA_ACR ? [MFA_ACR] : [],
      authTime: loginTs === undefined ? null : instant(loginTs * SECOND_MS),
      ip,
      via: PORTAL_CLIENT,
    },
    limited: false,
  };
}
