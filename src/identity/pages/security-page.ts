/** How a person signs in, and how they add a second factor. */
import { html } from "../../domain/html.ts";
import { alert, type Page, page } from "./page.ts";

export function securityPage(account: {
  readonly email: string;
  readonly hasAuthenticator: boolean;
  readonly recoveryCodesLeft: number;
}): Page {
  const { email, hasAuthenticator, recoveryCodesLeft } = account;
  const state = hasAuthenticator
    ? html`<p>Your authenticator is set up. Recovery codes left: ${recoveryCodesLeft}.</p>
<form method="post" action="/security/recovery-codes"><button type="submit">Make new recovery codes</button></form>
<form method="post" action="/security/authenticator"><button class="quiet" type="submit">Use another authenticator</button></form>`
    : html`<p>You sign in with a password alone. Some access needs a second factor.</p>
<form method="post" action="/security/authenticator"><button type="submit">Set up an authenticator</button></form>`;
  return page({
    title: "Sign-in settings",
    content: html`<h1>Sign-in settings</h1>
<p class="soft">${email}</p>
${state}
<p><a href="/security/password">Change your password</a></p>`,
  });
}

export function passwordPage(form: {
  readonly problem: string | null;
  readonly status: number;
  readonly retryAfterSeconds?: number;
}): Page {
  const { status, retryAfterSeconds } = form;
  return page({
    ...{ title: "Change your password", status },
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    content: html`<h1>Change your password</h1>
${alert(form.problem)}
<form method="post" action="/security/password">
<label for="current">The password you have</label>
<input id="current" name="current" type="password" maxlength="256" autocomplete="current-password" required autofocus>
<label for="password">A new one</label>
<input id="password" name="password" type="password" minlength="12" maxlength="256" autocomplete="new-password" aria-describedby="password-hint" required>
<p class="soft" id="password-hint">At least 12 characters. You sign in again with it, everywhere.</p>
<button type="submit">Change it</button>
</form>`,
  });
}

export function authenticatorPage(form: {
  readonly base32: string;
  readonly uri: string;
  readonly pending: string;
  readonly problem: string | null;
}): Page {
  return page({
    title: "Set up an authenticator",
    status: form.problem === null ? 200 : 403,
    content: html`<h1>Set up an authenticator</h1>
<p>Add this key to your authenticator app. It is shown once.</p>
<p class="secret">${form.base32.replace(/(.{4})(?=.)/g, "$1 ")}</p>
<p><a href="${form.uri}">Open in an app on this device</a></p>
<p class="secret soft">${form.uri}</p>
${alert(form.problem)}
<form method="post" action="/security/authenticator/confirm">
<input type="hidden" name="pending" value="${form.pending}">
<label for="code">The six digits it shows now</label>
<input id="code" class="code" name="code" type="text" inputmode="numeric" maxlength="8" autocomplete="one-time-code" required autofocus>
<button type="submit">Confirm</button>
</form>`,
  });
}

export function recoveryCodesPage(codes: readonly string[]): Page {
  return page({
    title: "Recovery codes",
    content: html`<h1>Keep these recovery codes</h1>
<p>Each works once, in place of a code, when you do not have your authenticator. They are not shown again.</p>
<ol class="codes">${codes.map((code) => html`<li>${code}</li>`)}</ol>
<p class="soft">Earlier codes no longer work. You were signed out everywhere: sign in again, with a code.</p>`,
  });
}
