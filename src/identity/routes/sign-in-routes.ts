/** The interaction between a person and the provider: sign in, prove more, consent, and back. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { errors, type Interaction, type InteractionResult, type Provider } from "oidc-provider";
import type { LocalAccount } from "../../use-cases/identity-ports.ts";
import { consentPage } from "../pages/consent-page.ts";
import { messagePage, type Page } from "../pages/page.ts";
import {
  codePage,
  noFactorPage,
  organisationPage,
  ownPasswordPage,
  signInPage,
  waitingPage,
} from "../pages/sign-in-page.ts";
import type { Consents } from "../provider/consents.ts";
import type { Providers } from "../provider/create-provider.ts";
import {
  clientNameOf,
  destinationOf,
  formTargetsOf,
  wantsSecondFactor,
} from "../provider/interaction-facts.ts";
import { schemeOf } from "../provider/mount.ts";
import type { Waiting } from "../sign-in/admission.ts";
import type { Devices } from "../sign-in/devices.ts";
import type { HalfWay } from "../sign-in/half-way.ts";
import { hintsIn, logInName, namedTenant, organisationsOf } from "../sign-in/log-in-names.ts";
import { chooseOwnPassword, mustChooseOwn } from "../sign-in/new-password.ts";
import { proofName, provenAccount, readProof } from "../sign-in/proof.ts";
import type { SealedNotes } from "../sign-in/sealed-note.ts";
import {
  accountForCode,
  BY_PASSWORD,
  checkCode,
  checkPassword,
  completeByPassword,
  type Failure,
  type Origin,
  type Proof,
  type SignInDeps,
  WITH_CODE,
} from "../sign-in/sign-in.ts";
import { answer, asked, field, formRoutes } from "./forms.ts";

export interface SignInRoutesDeps {
  readonly providers: Providers;
  readonly signIn: SignInDeps;
  readonly halfWay: HalfWay;
  readonly consents: Consents;
  readonly devices: Devices;
  readonly notes: SealedNotes;
}

/** One request in the middle of an interaction. */
interface Step {
  readonly deps: SignInRoutesDeps;
  readonly provider: Provider;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly interaction: Interaction;
  readonly form: { readonly action: string; readonly clientName: string; readonly formTargets: string[] };
}

export async function signInRoutes(app: FastifyInstance, deps: SignInRoutesDeps): Promise<void> {
  await formRoutes(app, (scope) => {
    scope.get("/sign-in/:uid", { schema: HIDDEN }, on(deps, showStep));
    scope.post("/sign-in/:uid", { schema: HIDDEN }, on(deps, takePassword));
    scope.post("/sign-in/:uid/organisation", { schema: HIDDEN }, on(deps, takeOrganisation));
    scope.get("/sign-in/:uid/code", { schema: HIDDEN }, on(deps, showCode));
    scope.post("/sign-in/:uid/code", { schema: HIDDEN }, on(deps, takeCode));
    scope.post("/sign-in/:uid/password", { schema: HIDDEN }, on(deps, takeOwnPassword));
    scope.post("/sign-in/:uid/consent", { schema: HIDDEN }, on(deps, takeConsent));
    scope.post("/sign-in/:uid/cancel", { schema: HIDDEN }, on(deps, cancel));
  });
}

const HIDDEN = { hide: true };

function on(deps: SignInRoutesDeps, handle: (step: Step) => Promise<FastifyReply>) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const provider = deps.providers[schemeOf(request)];
    const interaction = await findInteraction(provider, request, reply);
    if (interaction === null) return answer(reply, EXPIRED);
    const form = {
      action: `/sign-in/${interaction.uid}`,
      clientName: clientNameOf(interaction),
      formTargets: formTargetsOf(interaction),
    };
    return handle({ deps, provider, request, reply, interaction, form });
  };
}

async function showStep(step: Step): Promise<FastifyReply> {
  const { deps, interaction, request, reply, form } = step;
  if (interaction.prompt.name === "consent") {
    const account = await signedInAccount(deps, interaction);
    if (account === null) return answer(reply, EXPIRED);
    const destination = destinationOf(interaction);
    return answer(reply, consentPage({ ...form, accountName: account.email, destination }));
  }
  const { email, tenant: hinted } = hintsIn(interaction.params);
  const tenant = await namedTenant(deps.signIn.store, hinted);
  const waited = waitedFor(step);
  if (waited !== null) {
    const wait = await deps.signIn.admission.look(waited.email, originOf(step));
    if (wait !== null) return answerWaiting(step, "password", { wait, status: 200, at: request.url });
    const shown = { ...waited, tenant: tenant?.name ?? null, askTenant: hinted === null };
    return answer(reply, signInPage({ ...form, ...shown, problem: null, isTurn: true }));
  }
  const problem = hinted !== null && tenant === null ? UNKNOWN_TENANT : { problem: null };
  return answer(reply, signInPage({ ...form, ...problem, email, tenant: tenant?.name ?? null }));
}

async function takePassword(step: Step): Promise<FastifyReply> {
  const { deps, request, reply, interaction, form } = step;
  if (interaction.prompt.name !== "login") return answer(reply, EXPIRED);
  const email = field(request, "email");
  // What the client asked for holds; where it named no tenant, the person may.
  const hinted = hintsIn(interaction.params).tenant;
  const typed = hinted === null ? field(request, "tenant").trim() : "";
  const named = hinted ?? (typed === "" ? null : typed);
  const tenant = await namedTenant(deps.signIn.store, named);
  const ofClient = hinted === null ? null : (tenant?.name ?? null);
  const shown = { ...form, email, tenant: ofClient, typed, askTenant: hinted === null };
  if (named !== null && tenant === null) return answer(reply, signInPage({ ...shown, ...UNKNOWN_TENANT }));
  const given = { email, password: field(request, "password"), tenantId: tenant?.id ?? null };
  const checked = await checkPassword(deps.signIn, given, originOf(step));
  switch (checked.kind) {
    case "known":
      return afterPassword(step, checked.account);
    case "several":
      return askOrganisation(step, checked.accounts);
    case "waiting": {
      const at = `${form.action}?for=${noteOf(step, { email: logInName(email), typed })}`;
      return answerWaiting(step, "password", { wait: checked, status: 429, at });
    }
    default:
      return answer(reply, signInPage({ ...shown, ...described(checked, WRONG_PASSWORD) }));
  }
}

/** Asked only of somebody whose password was right in each of them: nobody else learns where a name is known. */
async function askOrganisation(step: Step, accounts: readonly LocalAccount[]): Promise<FastifyReply> {
  const { deps, interaction, reply, form } = step;
  const choices = await organisationsOf(deps.signIn.store, accounts);
  const proven = deps.halfWay.sealChoice(interaction.uid, accounts);
  return answer(reply, organisationPage({ ...form, proven, choices }));
}

async function takeOrganisation(step: Step): Promise<FastifyReply> {
  const { deps, request, interaction } = step;
  const chosen = deps.halfWay
    .openChoice(interaction.uid, field(request, "step"))
    .find(({ ref }) => ref.objectId === field(request, "organisation"));
  const account = await accountForCode(deps.signIn, chosen ?? null);
  if (account === null || interaction.prompt.name !== "login") return startAgain(step);
  return afterPassword(step, account, chosen?.once);
}

async function afterPassword(step: Step, account: LocalAccount, once?: string): Promise<FastifyReply> {
  const { deps, reply, interaction, form } = step;
  if (account.totpSealed !== null) {
    const halfWay = deps.halfWay.seal(interaction.uid, account, once);
    return answer(reply, codePage({ ...form, halfWay, problem: null }));
  }
  if (wantsSecondFactor(interaction)) return answer(reply, noFactorPage(form));
  if (await mustChooseOwn(deps.signIn, account)) return askOwnPassword(step, account, "password");
  return finishLogin(step, await completeByPassword(deps.signIn, account, originOf(step)));
}

/** Who waited for their turn looks here again. */
async function showCode(step: Step): Promise<FastifyReply> {
  const { deps, request, reply, interaction, form } = step;
  const sealed = asked(request, "step");
  const account = await accountForCode(deps.signIn, deps.halfWay.open(interaction.uid, sealed));
  if (account === null || interaction.prompt.name !== "login") return startAgain(step);
  const wait = await deps.signIn.admission.lookForCode(account, originOf(step));
  if (wait !== null) return answerWaiting(step, "code", { wait, status: 200, at: request.url });
  return answer(reply, codePage({ ...form, halfWay: sealed, problem: null, isTurn: true }));
}

async function takeCode(step: Step): Promise<FastifyReply> {
  const { deps, request, reply, interaction, form } = step;
  const sealed = field(request, "step");
  const proven = deps.halfWay.open(interaction.uid, sealed);
  const account = await accountForCode(deps.signIn, proven);
  if (proven === null || account === null || interaction.prompt.name !== "login") return startAgain(step);
  const given = { code: field(request, "code"), once: proven.once };
  const checked = await checkCode(deps.signIn, account, given, originOf(step));
  switch (checked.kind) {
    case "proved": {
      const now = await accountForCode(deps.signIn, readProof(checked.proof.accountId));
      if (now !== null && (await mustChooseOwn(deps.signIn, now))) return askOwnPassword(step, now, "code");
      return finishLogin(step, checked.proof);
    }
    case "spent":
      return startAgain(step, "Those were five wrong codes. Sign in again, with your password.");
    case "waiting": {
      const at = `${form.action}/code?step=${encodeURIComponent(sealed)}`;
      return answerWaiting(step, "code", { wait: checked, status: 429, at });
    }
    default:
      return answer(reply, codePage({ ...form, ...described(checked, WRONG_CODE), halfWay: sealed }));
  }
}

/** By what it was proved whose account it is: all that the sign-in asked for. */
type ProvedBy = "password" | "code";

const METHODS = { password: BY_PASSWORD, code: WITH_CODE };

function ownPasswordPlace({ interaction }: Step): string {
  return `own password in ${interaction.uid}`;
}

function askOwnPassword(step: Step, account: LocalAccount, by: ProvedBy): FastifyReply {
  const proven = step.deps.notes.seal(ownPasswordPlace(step), [proofName(account), by]);
  return answer(step.reply, ownPasswordPage({ ...step.form, proven, problem: null }));
}

async function takeOwnPassword(step: Step): Promise<FastifyReply> {
  const { deps, request, reply, interaction, form } = step;
  const proven = field(request, "step");
  const [name, by] = deps.notes.open(ownPasswordPlace(step), proven) ?? [];
  const account = await provenAccount(deps.signIn.identities, readProof(name));
  if (account === null || interaction.prompt.name !== "login") return startAgain(step);
  const given = { next: field(request, "newPassword"), methods: METHODS[by as ProvedBy] };
  const chosen = await chooseOwnPassword(deps.signIn, account, given, originOf(step));
  switch (chosen.kind) {
    case "proved":
      return finishLogin(step, chosen.proof);
    case "stale":
      return startAgain(step);
    case "unfit": {
      const problem = `${chosen.problem.charAt(0).toUpperCase()}${chosen.problem.slice(1)}.`;
      return answer(reply, ownPasswordPage({ ...form, proven, problem, status: 422 }));
    }
    default:
      return answer(reply, ownPasswordPage({ ...form, proven, ...described(chosen, WRONG_PASSWORD) }));
  }
}

interface Wait {
  readonly wait: Waiting;
  readonly status: number;
  readonly at: string;
}

function answerWaiting({ reply }: Step, what: "password" | "code", { wait, ...rest }: Wait): FastifyReply {
  return answer(reply, waitingPage({ what, because: wait.because, waitMs: wait.waitMs, ...rest }));
}

/** What was typed beside the password, which is not kept. */
interface WaitedFor {
  readonly email: string;
  readonly typed: string;
}

/** Goes along sealed, in the address of one's own page. */
function noteOf({ deps, interaction }: Step, { email, typed }: WaitedFor): string {
  const words = [email, typed].map((word) => Buffer.from(word).toString("base64url"));
  return deps.notes.seal(`waiting in ${interaction.uid}`, words);
}

function waitedFor({ deps, interaction, request }: Step): WaitedFor | null {
  const words = deps.notes.open(`waiting in ${interaction.uid}`, asked(request, "for"));
  const [email = "", typed = ""] = (words ?? []).map((word) => Buffer.from(word, "base64url").toString());
  return words === null ? null : { email, typed };
}

async function startAgain(
  { deps, reply, interaction, form }: Step,
  problem = "That took too long. Sign in again.",
): Promise<FastifyReply> {
  const tenant = await namedTenant(deps.signIn.store, hintsIn(interaction.params).tenant);
  return answer(
    reply,
    signInPage({ ...form, email: "", tenant: tenant?.name ?? null, problem, status: 403 }),
  );
}

async function takeConsent(step: Step): Promise<FastifyReply> {
  const { deps, request, reply, interaction } = step;
  const account = await signedInAccount(deps, interaction);
  if (account === null || interaction.prompt.name !== "consent") return answer(reply, EXPIRED);
  if (field(request, "decision") !== "allow") return cancel(step);
  await deps.consents.remember(account.ref, interaction);
  return finish(step, { consent: {} });
}

async function cancel(step: Step): Promise<FastifyReply> {
  return finish(step, { error: "access_denied", error_description: "it was not allowed at sign-in" });
}

async function finishLogin(step: Step, proof: Proof): Promise<FastifyReply> {
  const { deps, request, reply } = step;
  await leaveOtherSession(step, proof);
  const proven = readProof(proof.accountId);
  if (proven !== null)
    reply.header("set-cookie", deps.devices.remember(proven, request.headers.cookie, schemeOf(request)));
  return finish(step, { login: { ...proof, amr: [...proof.amr] } });
}

/** Somebody else was signed in here, or the same person by older credentials: that ends before the new one begins. */
async function leaveOtherSession({ provider, interaction }: Step, { accountId }: Proof): Promise<void> {
  const { session } = interaction;
  if (session === undefined || session.accountId === accountId) return;
  if (session.uid !== undefined) await (await provider.Session.findByUid(session.uid))?.destroy();
  delete interaction.session;
  await interaction.save(Math.max(1, interaction.exp - Math.floor(Date.now() / 1_000)));
}

/** Back to the provider, by path only: on whichever listener this began, it goes on. */
async function finish({ provider, request, reply }: Step, result: InteractionResult): Promise<FastifyReply> {
  const { pathname, search } = new URL(
    await provider.interactionResult(request.raw, reply.raw, result),
    provider.issuer,
  );
  return reply.redirect(`${pathname}${search}`, 303);
}

async function findInteraction(
  provider: Provider,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Interaction | null> {
  try {
    const interaction = await provider.interactionDetails(request.raw, reply.raw);
    const { uid } = request.params as { readonly uid: string };
    return interaction.uid === uid ? interaction : null;
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return null;
    throw error;
  }
}

async function signedInAccount(
  deps: SignInRoutesDeps,
  { session }: Interaction,
): Promise<LocalAccount | null> {
  return provenAccount(deps.signIn.identities, readProof(session?.accountId));
}

function originOf({ request, interaction }: Step): Origin {
  return {
    ip: request.ip,
    via: String(interaction.params.client_id),
    holder: interaction.uid,
    cookies: request.headers.cookie,
  };
}

/** Nothing of what was typed is shown again: an address could be made to say anything on this page. */
const UNKNOWN_TENANT = { problem: "There is no organisation of that name here.", status: 400 };
const WRONG_PASSWORD = "E-mail or password is wrong.";
const WRONG_CODE = "That code is wrong or was used before. Wait for the next one.";

function described(
  { kind }: Failure,
  wrong: string,
): Pick<Page, "status"> & { problem: string; retryAfterSeconds?: number } {
  switch (kind) {
    case "refused":
      return { problem: wrong, status: 403 };
    case "busy":
      return {
        problem: "Many people are signing in. Try again in a moment.",
        status: 503,
        retryAfterSeconds: 2,
      };
  }
}

const EXPIRED = messagePage(
  "This sign-in has expired",
  [
    "It is over, was used already, or began in another browser.",
    "Go back to where you started and try again.",
  ],
  400,
);
