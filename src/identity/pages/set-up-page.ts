/** The form that makes the first administrator. */
import { html } from "../../domain/html.ts";
import { alert, type Page, page } from "./page.ts";

export interface SetUpForm {
  readonly problem: string | null;
  readonly status?: number;
  readonly retryAfterSeconds?: number;
  readonly tenantName: string;
  readonly displayName: string;
  readonly email: string;
}

export function setUpPage(form: SetUpForm): Page {
  return page({
    ...form,
    title: "Set up",
    content: html`<h1>Set up Curfew</h1>
<p class="soft" id="token-hint">The set-up token was printed where the server was started. It is good for one hour, once.</p>
${alert(form.problem)}
<form method="post" action="/setup">
<label for="token">Set-up token</label>
<input id="token" class="code" name="token" type="text" maxlength="64" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="token-hint" required autofocus>
<label for="tenantName">Your organisation, in one word</label>
<input id="tenantName" name="tenantName" type="text" maxlength="63" pattern="[A-Za-z0-9]([A-Za-z0-9\\-]*[A-Za-z0-9])?" title="letters, digits and hyphens" autocomplete="organization" required value="${form.tenantName}">
<label for="displayName">Your name</label>
<input id="displayName" name="displayName" type="text" maxlength="256" autocomplete="name" required value="${form.displayName}">
<label for="email">E-mail</label>
<input id="email" name="email" type="email" maxlength="254" autocomplete="username" required value="${form.email}">
<label for="password">Password</label>
<input id="password" name="password" type="password" minlength="12" maxlength="256" autocomplete="new-password" aria-describedby="password-hint" required>
<p class="soft" id="password-hint">At least 12 characters.</p>
<button type="submit">Make me the administrator</button>
</form>`,
  });
}

export function setUpDonePage(): Page {
  return page({
    title: "Set up",
    status: 201,
    content: html`<h1>You are the administrator</h1>
<p>Sign in to <a href="/">the portal</a>, or on the command line with <strong>curfew login</strong>.</p>
<p><a href="/security">Set up a second factor</a> before anything else.</p>`,
  });
}
