/** Who sits at the browser: the sign-in's own cookie, for calls that our own pages make, and no others. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Session } from "oidc-provider";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { instant, SECOND_MS } from "../../domain/time.ts";
import type { Presented } from "../../use-cases/decisions.ts";
import type { IdentityStore, Standing } from "../../use-cases/identity-ports.ts";
import type { Caller } from "../../use-cases/ports.ts";
import type { OwnTime } from "../authenticate.ts";
import { PORTAL_CLIENT } from "../provider/clients.ts";
import type { Providers } from "../provider/create-provider.ts";
import { schemeOf } from "../provider/mount.ts";
import { readProof, standsBehind } from "./proof.ts";
import { MFA_ACR } from "./sign-in.ts";

/** A sign-in of ours; where its principal stands now is for a moment to say, as for a token. */
export type AuthenticateSession = (
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<Outcome<Presented>>;

const SIGNED_OUT = reject("unauthenticated", "nobody is signed in here; sign in");
const SAFE_METHODS = ["GET", "HEAD"];

/**
 * A cookie is sent by every page that can reach us, so a call counts only when the browser says that it comes from our
 * own origin (Fetch Metadata, or `Origin` for whatever changes something). Whether the account is still open and its
 * credentials are those of the sign-in is asked on every call, as for tokens.
 */
export function createAuthenticateSession(deps: {
  readonly providers: Providers;
  readonly identities: IdentityStore;
  readonly time: OwnTime;
}): AuthenticateSession {
  return async (request, reply) => {
    if (request.headers.cookie === undefined) return SIGNED_OUT;
    if (!fromOwnPage(request))
      return reject("forbidden", "a browser's sign-in counts for calls from Curfew's own pages only");
    deps.time.requireOwn();
    const session = await sessionOf(deps.providers, request, reply);
    const proof = readProof(session.accountId);
    if (proof === null) return SIGNED_OUT;
    const { ref, version } = proof;
    const admit = (standing: Standing | null): Outcome<Caller> => {
      if (!standsBehind(standing, version) || standing.kind !== "user") return SIGNED_OUT;
      return accept(callerOf(session, ref, standing.rights, request.ip));
    };
    return accept({
      ref,
      via: PORTAL_CLIENT,
      admit,
      admitNow: async () => admit(await deps.identities.standing(ref, PORTAL_CLIENT)),
    });
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
