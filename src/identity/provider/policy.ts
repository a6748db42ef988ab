/** When a person is asked something on the way to a token: to sign in, to prove more, to consent. */
import { type Context, interactionPolicy } from "oidc-provider";
import { hintsIn } from "../sign-in/log-in-names.ts";
import { MFA_ACR } from "../sign-in/sign-in.ts";
import { type ProvenAccount, subjectIn } from "./token-claims.ts";

/** @param tenantOf the tenant that a client said it is about; null where there is none of that name */
export function signInPolicy(tenantOf: (tenant: string) => Promise<string | null>) {
  const policy = interactionPolicy.base();
  const login = policy.get("login");
  const consent = policy.get("consent");
  if (login === undefined || consent === undefined)
    throw new Error("the provider's prompts have other names");
  // Consent is asked once and remembered. What keeps a stranger's program on this machine from riding on a
  // browser's session (RFC 8252, 8.6) is that a native client's sign-in is always typed.
  consent.checks.remove("native_client_prompt");
  login.checks.add(
    new interactionPolicy.Check(
      "typed_for_native_client",
      "a command line signs in for itself",
      "login_required",
      ({ oidc }) => oidc.client?.applicationType === "native" && oidc.result?.login === undefined,
    ),
  );
  // The credentials changed after they were proved: between password and redirect, or in a session from before.
  login.checks.add(
    new interactionPolicy.Check(
      "proof_passed",
      "the sign-in is older than the account's credentials",
      "login_required",
      ({ oidc }) => oidc.session.accountId !== undefined && oidc.account === undefined,
    ),
  );
  // The provider's own check takes what it calls the account for the subject.
  login.checks.remove("id_token_hint");
  login.checks.add(
    new interactionPolicy.Check(
      "id_token_hint",
      "id_token_hint and authenticated subject do not match",
      "login_required",
      ({ oidc: { entities, session } }) =>
        entities.IdTokenHint !== undefined &&
        entities.IdTokenHint.payload.sub !== subjectIn(session.accountId),
    ),
  );
  login.checks.add(
    new interactionPolicy.Check(
      "second_factor",
      "a second factor was asked for",
      "login_required",
      (ctx) => wantsSecondFactor(ctx) && !ctx.oidc.session.amr?.includes("mfa"),
    ),
  );
  // Whoever is signed in at one organisation has said nothing about who they are at another.
  login.checks.add(
    new interactionPolicy.Check(
      "other_tenant",
      "another organisation was asked for",
      "login_required",
      async ({ oidc }) => {
        const { tenant } = hintsIn(oidc.params);
        const account = oidc.account as ProvenAccount | undefined;
        return tenant !== null && account !== undefined && (await tenantOf(tenant)) !== account.ref.tenantId;
      },
    ),
  );
  return policy;
}

function wantsSecondFactor({ oidc }: Context): boolean {
  return oidc.params.acr_values?.split(" ").includes(MFA_ACR) === true;
}
