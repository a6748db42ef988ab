/** What the OpenID provider itself has to say: errors, signing out, and the device flow's three pages. */
import type { Context, ErrorOut } from "oidc-provider";
import { html } from "../../domain/html.ts";
import { type ProviderPages, ROUTES } from "../provider/configuration.ts";
import { againFor, failurePage } from "./failure-page.ts";
import { alert, messagePage, type Page, page } from "./page.ts";

export const providerPages: ProviderPages = {
  failed(ctx, out) {
    send(ctx, errorPage(out, ctx.status));
  },
  away(ctx, outage) {
    const { status, error, description, retryAfterS } = outage;
    ctx.remove("location");
    ctx.set("retry-after", String(retryAfterS ?? 1));
    if (ctx.accepts("json", "html") === "html")
      return send(ctx, failurePage(status, description, againFor(outage, ctx.req)));
    ctx.status = status;
    ctx.set("cache-control", "no-store");
    ctx.body = { error, error_description: description };
  },
  signOut(ctx) {
    send(
      ctx,
      page({
        title: "Sign out",
        // The answer may lead back to the client that asked.
        formTargets: ["http:", "https:"],
        content: html`<h1>Sign out of Curfew?</h1>
<p class="soft">Access you hold stays until its end; only this browser's sign-in is closed.</p>
<form method="post" action="${ROUTES.end_session}/confirm">
<input type="hidden" name="xsrf" value="${xsrfOf(ctx)}">
<button type="submit" name="logout" value="yes" autofocus>Sign out</button>
<button class="quiet" type="submit">Stay signed in</button>
</form>`,
      }),
    );
  },
  signedOut(ctx) {
    send(ctx, messagePage("Signed out", ["You can close this page."]));
  },
  deviceCode(ctx, problem) {
    send(
      ctx,
      page({
        title: "Connect a device",
        status: problem === null ? 200 : 400,
        content: html`<h1>Connect a device</h1>
<p class="soft" id="code-hint">Type the code your device shows. Nobody will ever send it to you: if somebody did, stop here.</p>
${alert(problem)}
<form method="post" action="${ROUTES.code_verification}">
<input type="hidden" name="xsrf" value="${xsrfOf(ctx)}">
<label for="user_code">Code</label>
<input id="user_code" class="code" name="user_code" type="text" maxlength="16" autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="code-hint" required autofocus>
<button type="submit">Continue</button>
</form>`,
      }),
    );
  },
  deviceConfirm(ctx, { code, client, ip }) {
    send(
      ctx,
      page({
        title: "Is this your device?",
        content: html`<h1>Is this your device?</h1>
<p><strong>${client}</strong> at address <strong>${ip}</strong> shows this code:</p>
<p class="secret">${code}</p>
<p class="soft">It will be able to ask for access and look, as you; not to decide or to administer.</p>
<form method="post" action="${ROUTES.code_verification}">
<input type="hidden" name="xsrf" value="${xsrfOf(ctx)}">
<input type="hidden" name="user_code" value="${code}">
<input type="hidden" name="confirm" value="yes">
<button type="submit">Yes, connect it</button>
<button class="quiet" type="submit" name="abort" value="yes">No</button>
</form>`,
      }),
    );
  },
  deviceDone(ctx) {
    send(ctx, messagePage("Device connected", ["Go back to your device. You can close this page."]));
  },
};

export function errorPage({ error, error_description: description }: ErrorOut, status: number): Page {
  return page({
    title: "That did not work",
    status,
    content: html`<h1>That did not work</h1>
<p>${description ?? "The request could not be completed."}</p>
<p class="soft">Go back to where you started and try again. Code: ${error}</p>`,
  });
}

function send(ctx: Context, { body, headers, status }: Page): void {
  ctx.status = status;
  for (const [name, value] of Object.entries(headers)) ctx.set(name, value);
  ctx.body = body;
}

function xsrfOf(ctx: Context): string {
  return ctx.oidc.session.state?.secret ?? "";
}
