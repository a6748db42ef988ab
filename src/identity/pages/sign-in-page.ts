/** The forms of signing in: address and password, of which organisation where that is open, and a code where there is one. */
import { type Html, html } from "../../domain/html.ts";
import { alert, type Page, page } from "./page.ts";

export interface SignInForm {
  readonly action: string;
  readonly clientName: string;
  readonly formTargets: readonly string[];
  readonly email: string;
  /** The organisation that the client asked for, by a name that there is. */
  readonly tenant: string | null;
  /** Whether the person may name one. Said to everybody who was refused, so that it tells nobody who is known where. */
  readonly askTenant?: boolean;
  /** What they named. */
  readonly typed?: string;
  readonly problem: string | null;
  readonly status?: number;
  readonly retryAfterSeconds?: number;
  /** Somebody waited for this. */
  readonly isTurn?: boolean;
}

export function signInPage(form: SignInForm): Page {
  return page({
    ...form,
    title: "Sign in",
    content: html`<h1>Sign in</h1>
<p class="soft">to continue to ${form.clientName}${form.tenant === null ? null : html` at ${form.tenant}`}</p>
${alert(form.problem)}${form.isTurn === true ? YOUR_TURN : null}
<form method="post" action="${form.action}">
<label for="email">E-mail</label>
<input id="email" name="email" type="email" maxlength="254" autocomplete="username" autocapitalize="none" spellcheck="false" required value="${form.email}"${form.email === "" ? AUTOFOCUS : null}>
<label for="password">Password</label>
<input id="password" name="password" type="password" maxlength="256" autocomplete="current-password" required${form.email === "" ? null : AUTOFOCUS}>
${form.askTenant === true ? tenantField(form.typed ?? "") : null}
<button type="submit">Sign in</button>
</form>`,
  });
}

function tenantField(typed: string): Html {
  return html`<label for="tenant">Organisation</label>
<input id="tenant" name="tenant" type="text" maxlength="64" autocomplete="organization" autocapitalize="none" spellcheck="false" aria-describedby="tenant-hint" value="${typed}">
<p class="soft" id="tenant-hint">Its short name, if several organisations here know you by this e-mail. Otherwise leave it empty.</p>`;
}

/** After a password that was right in several: which one is meant. */
export function organisationPage(form: {
  readonly action: string;
  readonly clientName: string;
  readonly formTargets: readonly string[];
  readonly proven: string;
  readonly choices: readonly { readonly id: string; readonly name: string }[];
}): Page {
  return page({
    ...form,
    title: "Which organisation?",
    content: html`<h1>Which organisation?</h1>
<p class="soft">Your e-mail and password are right in each of these. Say which one to continue to ${form.clientName} with.</p>
<form method="post" action="${form.action}/organisation">
<input type="hidden" name="step" value="${form.proven}">
${form.choices.map(({ id, name }) => html`<button type="submit" name="organisation" value="${id}">${name}</button>`)}
</form>`,
  });
}

type CodeFields = "email" | "tenant" | "askTenant" | "typed";
export interface CodeForm extends Omit<SignInForm, CodeFields> {
  readonly halfWay: string;
}

export function codePage(form: CodeForm): Page {
  return page({
    ...form,
    title: "Enter your code",
    content: html`<h1>Enter your code</h1>
<p class="soft" id="code-hint">The six digits your authenticator shows now, or one of your recovery codes.</p>
${alert(form.problem)}${form.isTurn === true ? YOUR_TURN : null}
<form method="post" action="${form.action}/code">
<input type="hidden" name="step" value="${form.halfWay}">
<label for="code">Code</label>
<input id="code" class="code" name="code" type="text" maxlength="32" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" aria-describedby="code-hint" required autofocus>
<button type="submit">Continue</button>
</form>`,
  });
}

export interface WaitingForm {
  readonly what: "password" | "code";
  readonly because: "wait" | "shared" | "full" | "crowded";
  readonly waitMs: number;
  readonly status: number;
  /** Where it looks again. */
  readonly at: string;
}

/** Says nothing of whether anybody has that name: it is waited for just so. */
export function waitingPage({ what, because, waitMs, status, at }: WaitingForm): Page {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  const lookIn = Math.min(seconds, LOOK_EVERY_SECONDS);
  return page({
    title: "Wait for your turn",
    status,
    retryAfterSeconds: lookIn,
    again: { seconds: lookIn, at },
    content: html`<h1>Wait for your turn</h1>
<p>${WHY[what]}</p>
<p role="status"><strong>${because === "wait" ? `Your turn comes in about ${inWords(seconds)}.` : NO_PLACE[because]}</strong></p>
<p class="soft">Leave this page open: it looks again by itself, and keeps your place while it does. Then type your ${what}; what you typed now was not tried and is not kept.</p>
<p><a href="${at}">Look now</a></p>`,
  });
}

const LOOK_EVERY_SECONDS = 5;

const WHY = {
  password:
    "Several people are trying to sign in with this name, so those we have not seen before take turns. From a browser or a network where you signed in before, you do not wait.",
  code: "Many wrong codes were typed for this account, so those we have not seen before take turns.",
};

const NO_PLACE = {
  shared: "Somebody on your network is waiting already. When it was their turn, you get a place.",
  full: "All places are taken. You get one as soon as one is free.",
  crowded: "Many sign-ins were tried from your network. You get a place in a moment.",
};

function inWords(seconds: number): string {
  if (seconds === 1) return "a second";
  if (seconds < 90) return `${seconds} seconds`;
  return `${Math.round(seconds / 60)} minutes`;
}

/** Where a second factor is asked for and the account has none. */
export function noFactorPage(form: Pick<SignInForm, "action" | "formTargets" | "clientName">): Page {
  return page({
    ...form,
    title: "A second factor is needed",
    status: 403,
    content: html`<h1>A second factor is needed</h1>
<p>${form.clientName} asks for a sign-in with a code, and your account has no authenticator yet.</p>
<p><a href="/security">Set one up</a>, then start again.</p>
<form method="post" action="${form.action}/cancel"><button class="quiet" type="submit">Go back without it</button></form>`,
  });
}

const YOUR_TURN = html`
<p role="status"><strong>It is your turn, for two minutes.</strong></p>`;

const AUTOFOCUS = html` autofocus`;
