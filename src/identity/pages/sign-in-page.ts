/** The forms of signing in: address and password, then a code where the account has one. */
import { html } from "./html.ts";
import { alert, type Page, page } from "./page.ts";

export interface SignInForm {
  readonly action: string;
  readonly clientName: string;
  readonly formTargets: readonly string[];
  readonly email: string;
  readonly problem: string | null;
  readonly status?: number;
  readonly retryAfterSeconds?: number;
}

export function signInPage(form: SignInForm): Page {
  return page({
    ...form,
    title: "Sign in",
    content: html`<h1>Sign in</h1>
<p class="soft">to continue to ${form.clientName}</p>
${alert(form.problem)}
<form method="post" action="${form.action}">
<label for="email">E-mail</label>
<input id="email" name="email" type="email" maxlength="254" autocomplete="username" autocapitalize="none" spellcheck="false" required value="${form.email}"${form.email === "" ? AUTOFOCUS : null}>
<label for="password">Password</label>
<input id="password" name="password" type="password" maxlength="256" autocomplete="current-password" required${form.email === "" ? null : AUTOFOCUS}>
<button type="submit">Sign in</button>
</form>`,
  });
}

export interface CodeForm extends Omit<SignInForm, "email"> {
  readonly halfWay: string;
}

export function codePage(form: CodeForm): Page {
  return page({
    ...form,
    title: "Enter your code",
    content: html`<h1>Enter your code</h1>
<p class="soft" id="code-hint">The six digits your authenticator shows now, or one of your recovery codes.</p>
${alert(form.problem)}
<form method="post" action="${form.action}/code">
<input type="hidden" name="step" value="${form.halfWay}">
<label for="code">Code</label>
<input id="code" class="code" name="code" type="text" maxlength="32" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" aria-describedby="code-hint" required autofocus>
<button type="submit">Continue</button>
</form>`,
  });
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

const AUTOFOCUS = html` autofocus`;
