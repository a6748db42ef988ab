/** The front door while there is no portal: what this is, where to sign in, where everything else happens. */
import { html } from "./html.ts";
import { type Page, page } from "./page.ts";

export function homePage(): Page {
  return page({
    title: "Welcome",
    content: html`<h1>Access that ends on time</h1>
<p>Ask for a role for as long as you need it; approvers decide where the rules say so; it ends by itself.</p>
<p><a href="/security">Sign in</a> to look after your second factor and recovery codes.</p>
<p>Requests and approvals are made with the command line, <code>curfew help</code>, and the HTTP API.</p>`,
  });
}
