/** `/security`: a signed-in person changes their password, adds an authenticator and makes recovery codes. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Session } from "oidc-provider";
import type { LocalAccount } from "../../use-cases/identity-ports.ts";
import { messagePage } from "../pages/page.ts";
import { authenticatorPage, passwordPage, recoveryCodesPage, securityPage } from "../pages/security-page.ts";
import { SECURITY_CLIENT } from "../provider/clients.ts";
import { ROUTES } from "../provider/configuration.ts";
import type { Providers } from "../provider/create-provider.ts";
import { schemeOf } from "../provider/mount.ts";
import { changePassword, type PasswordChange } from "../sign-in/new-password.ts";
import type { PendingFactor } from "../sign-in/pending-factor.ts";
import { provenAccount, readProof } from "../sign-in/proof.ts";
import { addAuthenticator, recoveryCodesLeft, renewRecoveryCodes } from "../sign-in/second-factor.ts";
import { MFA_ACR, type SignInDeps } from "../sign-in/sign-in.ts";
import { answer, field, formRoutes } from "./forms.ts";

// Whoever changes how they sign in has just signed in.
const MAX_AGE_SECONDS = 15 * 60;

export interface SecurityRoutesDeps {
  readonly providers: Providers;
  readonly signIn: SignInDeps;
  readonly pending: PendingFactor;
  /** The origin under which the request reached us. */
  readonly originOf: (request: FastifyRequest) => string;
}

type Handle = (account: LocalAccount, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

export async function securityRoutes(app: FastifyInstance, deps: SecurityRoutesDeps): Promise<void> {
  const schema = { hide: true };
  await formRoutes(app, (scope) => {
    const guarded = (handle: Handle) => (request: FastifyRequest, reply: FastifyReply) =>
      withAccount(deps, request, reply, handle);
    scope.get("/security", { schema }, guarded(show(deps)));
    scope.post("/security/authenticator", { schema }, guarded(begin(deps)));
    scope.post("/security/authenticator/confirm", { schema }, guarded(confirm(deps)));
    scope.post("/security/recovery-codes", { schema }, guarded(renewCodes(deps)));
    scope.get("/security/password", { schema }, guarded(askPassword));
    scope.post("/security/password", { schema }, guarded(takePassword(deps)));
  });
}

function show({ signIn }: SecurityRoutesDeps): Handle {
  return async (account, _request, reply) => {
    const { email, totpSealed } = account;
    const left = await recoveryCodesLeft(signIn, account);
    return answer(
      reply,
      securityPage({ email, hasAuthenticator: totpSealed !== null, recoveryCodesLeft: left }),
    );
  };
}

function begin({ signIn, pending }: SecurityRoutesDeps): Handle {
  return async (account, _request, reply) => {
    const made = signIn.codes.newTotp(account.ref, account.email);
    if (!made.ok) throw new Error(made.rejection.message);
    const { base32, uri } = made.value;
    const note = pending.seal(account, base32);
    return answer(reply, authenticatorPage({ base32, uri, pending: note, problem: null }));
  };
}

function confirm({ signIn, pending }: SecurityRoutesDeps): Handle {
  return async (account, request, reply) => {
    const { ref, email } = account;
    const base32 = pending.open(account, field(request, "pending"));
    const made = base32 === null ? null : signIn.codes.newTotp(ref, email, base32);
    if (base32 === null || made === null || !made.ok) return answer(reply, TOO_OLD);
    const at = signIn.clock.now();
    const step = signIn.codes.matchingStep(ref, made.value.sealed, field(request, "code"), at);
    if (step === null) {
      const problem =
        "That is not the code it shows now. Check that the key was added and the clock is right.";
      return answer(
        reply,
        authenticatorPage({ base32, uri: made.value.uri, pending: field(request, "pending"), problem }),
      );
    }
    const codes = await addAuthenticator(signIn, account, { sealed: made.value.sealed, step, at });
    return codes === null ? answer(reply, CHANGED) : answer(reply, recoveryCodesPage(codes));
  };
}

function renewCodes({ signIn }: SecurityRoutesDeps): Handle {
  return async (account, _request, reply) => {
    if (account.totpSealed === null) return answer(reply, TOO_OLD);
    const codes = await renewRecoveryCodes(signIn, account);
    return codes === null ? answer(reply, CHANGED) : answer(reply, recoveryCodesPage(codes));
  };
}

async function askPassword(_account: LocalAccount, _request: FastifyRequest, reply: FastifyReply) {
  return answer(reply, passwordPage({ problem: null, status: 200 }));
}

function takePassword({ signIn }: SecurityRoutesDeps): Handle {
  return async (account, request, reply) => {
    const given = { current: field(request, "current"), next: field(request, "password") };
    const from = { ip: request.ip, cookies: request.headers.cookie };
    const change = await changePassword(signIn, account, given, from);
    if (change.kind === "changed") return answer(reply, PASSWORD_CHANGED);
    return answer(reply, change.kind === "stale" ? CHANGED : passwordPage(refusalOf(change)));
  };
}

function refusalOf(change: Exclude<PasswordChange, { readonly kind: "changed" | "stale" }>) {
  switch (change.kind) {
    case "unfit":
      return { problem: `${change.problem.charAt(0).toUpperCase()}${change.problem.slice(1)}.`, status: 422 };
    case "refused":
      return { problem: "The password you have is another one. Nothing was changed.", status: 403 };
    case "waiting": {
      const seconds = Math.ceil(change.waitMs / 1_000);
      const problem = `Too much was tried here. Try again in ${seconds} seconds.`;
      return { problem, status: 429, retryAfterSeconds: seconds };
    }
    case "busy":
      return {
        problem: "Many passwords are being checked. Try again in a moment.",
        ...{ status: 503, retryAfterSeconds: 2 },
      };
  }
}

const PASSWORD_CHANGED = messagePage(
  "Your password was changed",
  ["You were signed out everywhere. Sign in again, with the new one."],
  200,
);

const TOO_OLD = messagePage(
  "That took too long",
  ["Nothing was changed. Open your sign-in settings again."],
  403,
);

const CHANGED = messagePage(
  "Your sign-in has changed",
  ["Your password or second factor was changed meanwhile.", "Nothing was changed here. Sign in again."],
  403,
);

/** A fresh sign-in, with the second factor where there is one; else off to sign in, and back. */
async function withAccount(
  deps: SecurityRoutesDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  handle: Handle,
): Promise<FastifyReply> {
  const provider = deps.providers[schemeOf(request)];
  const session = await provider.Session.get(provider.createContext(request.raw, reply.raw));
  const account = await provenAccount(deps.signIn.identities, readProof(session.accountId));
  if (
    account === null ||
    !isFresh(session) ||
    (account.totpSealed !== null && !session.amr?.includes("mfa"))
  ) {
    return reply.redirect(signInAddress(deps.originOf(request), account?.totpSealed != null), 303);
  }
  return handle(account, request, reply);
}

function isFresh({ loginTs }: Session): boolean {
  return loginTs !== undefined && Date.now() / 1_000 - loginTs <= MAX_AGE_SECONDS;
}

function signInAddress(origin: string, withCode: boolean): string {
  const query = new URLSearchParams({
    client_id: SECURITY_CLIENT,
    response_type: "none",
    scope: "openid",
    redirect_uri: `${origin}/security`,
    max_age: String(MAX_AGE_SECONDS),
    ...(withCode ? { acr_values: MFA_ACR } : {}),
  });
  return `${ROUTES.authorization}?${query}`;
}
